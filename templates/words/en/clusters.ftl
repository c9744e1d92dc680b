# Clusters of customers.

clusters-cluster = Cluster
clusters-crowd =
    { $all ->
        [yes] customers
       *[no] “{ $crowd }”
    }
clusters-apart =
    { $apart ->
        [cloud] cut out of one cloud
        [weakly] weakly apart
        [apart] apart
        [far] far apart
       *[unknown] not compared
    }
clusters-title-none = { CAPITAL($crowd) } do not part into clusters
clusters-title = { CAPITAL(COUNT($n)) } clusters of { $crowd }, { clusters-apart }
clusters-sizes-title = How many, and worth what
clusters-sizes-subtitle = Shares are of all customers of the roster.
clusters-typical-title = What is typical of each
clusters-whole = { CAPITAL($customers) } were compared by { $features }, and stay together.
clusters-whole-why = No division is better than none at the size that a cluster must have.
clusters-found = { $method } parts { $customers } by { $features }.
clusters-frozen = The clusters are those of an earlier report, applied as they were.
clusters-number-set = Their number, { COUNT($n) }, is the author’s.
clusters-number-best = Their number is that of the best { clusters-choice } among { COUNT($least) } to { COUNT($most) }, of divisions without a cluster that is too small.
clusters-silhouette = The mean silhouette is { $score }.
clusters-doubt =
    { $apart ->
        [cloud] Customers lie in one cloud without gaps: the clusters are a useful way to cut it, not kinds that were found.
        [weakly] Neighbouring clusters run into each other: many customers at the borders could be in either.
       *[apart] Most customers are clearly nearer to their own cluster than to the next.
    }
clusters-left-out = { CAPITAL($customers) } for whom one of the features is not defined { $n ->
        [one] is
       *[other] are
    } in no cluster.
clusters-headline = “{ $cluster }” are { $share } of customers.
clusters-headline-worth = “{ $cluster }” are { $share } of customers and bring { $worth_share } of { $what }.
# A bar parts the lines of a narrow head.
clusters-head-method = Method
clusters-head-found = Found|k
clusters-head-its = its|silhouette
clusters-head-silhouette = Silhouette
clusters-head-inertia = Inertia
clusters-head-smallest = Smallest
clusters-head-in-none = In none
clusters-seen = All but k-means saw { $n } customers drawn by seed.
clusters-others-title = What other methods and numbers would have given: { $crowd }
clusters-others-subtitle = Mean silhouette, −1 to 1; below it the customers of the smallest cluster. The choice in semibold.
clusters-evidence-title = Every way of clustering { $crowd }
clusters-evidence-subtitle = Davies–Bouldin, BIC and inertia are better when smaller, the others when larger.
clusters-map-axis =
    { $way ->
        [across] across: { $share } of variance
       *[up] up: { $share } of variance
    }
clusters-map-subtitle =
    { $some ->
        [yes] { $n } of { $all } customers, drawn by seed,
       *[no] All customers
    } { $axes ->
        [yes] along the two directions in which they differ most
       *[no] so that those who are alike stand together; distances across the map mean nothing
    }.
clusters-map-title = Map of customers
clusters-map-alt = Customers in two dimensions, by cluster: { $clusters }.
clusters-map-figure = Where they lie
clusters-linkage =
    { $linkage ->
        [ward] Ward
        [average-linkage] average linkage
       *[complete-linkage] complete linkage
    }
clusters-tree-branches = { CAPITAL(COUNT($n)) } branches
clusters-tree-head = Distance at which groups are joined
clusters-tree-title = Tree of joins
clusters-tree-alt = The last { $n } joins of { $customers } customers by { clusters-linkage }.
clusters-tree-figure = How they join
clusters-tree-subtitle = Nearest groups are joined first, by { clusters-linkage }; leaves are groups of so many customers, in the shade of the cluster most are in.
clusters-method-name =
    { $method ->
        [gmm] Gaussian mixture
        [average] Average linkage
        [complete] Complete linkage
       *[other] { $label }
    }
clusters-choice =
    { $choice ->
        [davies_bouldin] Davies–Bouldin index
        [calinski_harabasz] Calinski–Harabasz index
        [bic] BIC of the mixture
        [elbow] elbow of the inertia
        [stability] agreement of bootstrap draws
       *[silhouette] silhouette
    }
clusters-method-title = Clusters
clusters-method = Features go through the steps that the roster states, and then to mean 0 and deviation 1; distances are Euclidean. Tried:
    { $methods }. Silhouettes of more than 20,000 customers are those of 20,000 drawn by seed. { $set ->
        [yes] The number of clusters is the author’s.
       *[no] The number of clusters is that of the { $choice ->
            [davies_bouldin] smallest { clusters-choice }
            [bic] smallest { clusters-choice }
            [elbow] { clusters-choice }
           *[silhouette] largest { clusters-choice }
        }.
    } A division with a cluster below { $least } of its crowd, or below ten customers, is not taken. Printed is a definition: every customer
    belongs to the nearest centre (of a mixture: to the likeliest component), so that definition.json can be frozen and applied to another period.
    Numbers go by size.
clusters-tree-leaf = { $n } in { $cluster }
clusters-average = Near the average
clusters-phrase = { $size } { $feature }
