# Clusters de clientes.

clusters-cluster = Cluster
clusters-crowd =
    { $all ->
        [yes] clientes
       *[no] “{ $crowd }”
    }
clusters-apart =
    { $apart ->
        [cloud] recortados de uma só nuvem
        [weakly] pouco separados
        [apart] separados
        [far] bem separados
       *[unknown] não comparados
    }
clusters-title-none = { CAPITAL($crowd) }: não se dividem em clusters
clusters-title = { CAPITAL(COUNT($n)) } clusters de { $crowd }, { clusters-apart }
clusters-sizes-title = Quantos são, e quanto valem
clusters-sizes-subtitle = As parcelas são do total de clientes do cadastro.
clusters-typical-title = O que é típico de cada um
clusters-whole = Foram comparados { $customers } por { $features }, e eles ficam juntos.
clusters-whole-why = Nenhuma divisão é melhor que nenhuma no tamanho que um cluster deve ter.
clusters-found = { $method } divide { $customers } por { $features }.
clusters-frozen = Os clusters são os de um relatório anterior, aplicados como estavam.
clusters-number-set = O número, { COUNT($n) }, é escolha do autor.
clusters-number-best = O número é o de melhor { clusters-choice } entre { COUNT($least) } e { COUNT($most) }, nas divisões sem cluster pequeno demais.
clusters-silhouette = A silhueta média é { $score }.
clusters-doubt =
    { $apart ->
        [cloud] Os clientes estão em uma só nuvem, sem vãos: os clusters são um modo útil de recortá-la, não tipos encontrados.
        [weakly] Clusters vizinhos se misturam: muitos clientes nas bordas poderiam estar em qualquer um.
       *[apart] A maioria dos clientes está claramente mais perto do próprio cluster que do seguinte.
    }
clusters-left-out = { CAPITAL($customers) } sem valor em uma das variáveis { $n ->
        [one] não está
       *[other] não estão
    } em nenhum cluster.
clusters-headline = “{ $cluster }” são { $share } dos clientes.
clusters-headline-worth = “{ $cluster }” são { $share } dos clientes e trazem { $worth_share } de { $what }.
# Uma barra separa as linhas de um cabeçalho estreito.
clusters-head-method = Método
clusters-head-found = k|achado
clusters-head-its = sua|silhueta
clusters-head-silhouette = Silhueta
clusters-head-inertia = Inércia
clusters-head-smallest = Menor
clusters-head-in-none = Em nenhum
clusters-seen = Todos menos o k-means viram { $n } clientes sorteados por semente.
clusters-others-title = O que outros métodos e números teriam dado: { $crowd }
clusters-others-subtitle = Silhueta média, de −1 a 1; abaixo, os clientes do menor cluster. A escolha em seminegrito.
clusters-evidence-title = Todos os modos de agrupar { $crowd }
clusters-evidence-subtitle = Davies–Bouldin, BIC e inércia são melhores quando menores; os demais, quando maiores.
clusters-map-axis =
    { $way ->
        [across] na horizontal: { $share } da variância
       *[up] na vertical: { $share } da variância
    }
clusters-map-subtitle =
    { $some ->
        [yes] { $n } de { $all } clientes, sorteados por semente,
       *[no] Todos os clientes,
    } { $axes ->
        [yes] nas duas direções em que mais diferem
       *[no] com os parecidos lado a lado; distâncias longas no mapa nada significam
    }.
clusters-map-title = Mapa de clientes
clusters-map-alt = Clientes em duas dimensões, por cluster: { $clusters }.
clusters-map-figure = Onde estão
clusters-linkage =
    { $linkage ->
        [ward] Ward
        [average-linkage] ligação média
       *[complete-linkage] ligação completa
    }
clusters-tree-branches = { CAPITAL(COUNT($n)) } ramos
clusters-tree-head = Distância em que os grupos se unem
clusters-tree-title = Árvore de uniões
clusters-tree-alt = As últimas { $n } uniões de { $customers } clientes por { clusters-linkage }.
clusters-tree-figure = Como se unem
clusters-tree-subtitle = Os grupos mais próximos se unem primeiro, por { clusters-linkage }; as folhas são grupos com esse número de clientes, no tom do cluster em que a maioria está.
clusters-method-name =
    { $method ->
        [gmm] Mistura gaussiana
        [average] Ligação média
        [complete] Ligação completa
       *[other] { $label }
    }
clusters-choice =
    { $choice ->
        [davies_bouldin] índice de Davies–Bouldin
        [calinski_harabasz] índice de Calinski–Harabasz
        [bic] BIC da mistura
        [elbow] cotovelo da inércia
        [stability] concordância entre sorteios bootstrap
       *[silhouette] silhueta
    }
clusters-method-title = Clusters
clusters-method = As variáveis passam pelos passos que o cadastro declara e depois a média 0 e desvio 1; as distâncias são euclidianas. Foram tentados:
    { $methods }. Silhuetas de mais de 20.000 clientes são as de 20.000 sorteados por semente. { $set ->
        [yes] O número de clusters é escolha do autor.
       *[no] O número de clusters é o de { $choice ->
            [davies_bouldin] menor { clusters-choice }
            [bic] menor { clusters-choice }
            [elbow] { clusters-choice }
           *[silhouette] maior { clusters-choice }
        }.
    } Uma divisão com um cluster abaixo de { $least } do seu grupo, ou abaixo de dez clientes, não é aceita. O que se imprime é uma definição: cada
    cliente pertence ao centro mais próximo (em uma mistura, ao componente mais provável), e assim definition.json pode ser congelado e aplicado a
    outro período. Os números seguem o tamanho.
clusters-tree-leaf = { $n } em { $cluster }
clusters-average = Perto da média
clusters-phrase =
    { $size ->
        [many] muito em { $feature }
        [few] pouco em { $feature }
        [high] alto em { $feature }
       *[low] baixo em { $feature }
    }
