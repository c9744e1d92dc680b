# Groups of customers: segments and clusters alike.

groups-customers =
    { $n ->
        [one] { $figure } customer
       *[other] { $figure } customers
    }
groups-all-customers = All customers
groups-all = All
# A bar parts the lines of a narrow head.
groups-head-customers = Customers
groups-head-share = % of|customers
groups-head-share-of = % of|{ $what }
groups-head-per-customer = Per|customer
groups-head-feature = Feature
groups-worth-share = Share of worth
groups-medians-subtitle = Median of customers; below it its 95 % interval.

moves-title = Who went where
moves-alt = Customers by group in { $before } and in { $now }.
moves-subtitle = Customers; those who stayed in grey.
moves-joined = Joined
moves-left = Left
moves-heat-title = Migration
moves-heat-alt = Shares of the groups of { $before } by group in { $now }.
moves-heat-head = In { $now }
moves-heat-figure = Where each group’s customers are now
moves-heat-subtitle = % of those in the group in { $before } (their number in brackets).
