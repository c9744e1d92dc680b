# Relações: o que anda junto entre os clientes.

relations-measure =
    { $measure ->
        [pearson] correlação
        [spearman] correlação de postos
        [ratio] razão de correlação
       *[cramer] V de Cramér
    }
relations-pair = { $a } e { $b }
relations-title = { $pair } são o par que mais anda junto
relations-title-none = Nada se relaciona além do acaso
relations-none = Nenhum dos { $all } pares de variáveis e atributos resiste ao controle de falsas descobertas.
relations-strongest = { $pair } têm a associação mais forte: { relations-measure } { $size } ({ $sure ->
        [yes] intervalo de 95% de { $low } a { $high }, { $n }
       *[no] { $n }
    } clientes).
relations-count =
    { $n ->
        [1] De { $all } pares, nenhum outro se relaciona além do acaso.
       *[other] { CAPITAL(COUNT($n)) } de { $all } pares se relacionam além do acaso.
    }
relations-more = mais { COUNT($n) }
relations-telling =
    { $n ->
        [0] Nada do que foi classificado explica { $target } além do acaso.
       *[other] Com associação a { $target } além do acaso, em clientes não vistos: { $labels }.
    }
relations-explained =
    { $some ->
        [yes] Em conjunto, as { COUNT($n, gender: "f") } classificadas explicam { $share } da variância ali; nada disso é causa.
       *[no] Em conjunto, o que foi classificado não explica nada da variância ali.
    }
relations-chart = Relações entre variáveis e atributos
relations-chart-alt = Quão fortemente cada uma de { $n } colunas anda com as demais.
relations-chart-head = Pelos números das linhas
relations-figure = O que anda com o quê
relations-legend-measure =
    { $measure ->
        [ratio] razão de correlação de um atributo e uma variável
        [cramer] V de Cramér de dois atributos
       *[other] { relations-measure } de duas variáveis
    }
relations-legend = { CAPITAL($measures) }; o tom segue o tamanho; entre parênteses: dentro do acaso.
relations-by-definition = * Feitos dos mesmos valores e, por isso, relacionados por definição: { $pairs }.{ $judged ->
        [yes] {""}
       *[no] {" "}Não são julgados com os demais.
    }
relations-table-title = As relações mais fortes
relations-table-subtitle = Além do acaso entre todos os pares; associação, não causa.
relations-head-pair = Par
relations-head-measure = Medida
relations-head-size = Tamanho
relations-head-interval = Intervalo de 95%
relations-weaker =
    { $n ->
        [one] Mais { COUNT($n) } é mais fraca.
       *[other] Mais { COUNT($n, gender: "f") } são mais fracas.
    }
relations-not-ranked = Há clientes de menos, ou nada que possa explicar { $target }: nenhuma variável foi classificada.
relations-ranking-title = O que explica { $target }
relations-ranking-alt = Importância de { $n } colunas para { $target }, ao lado do acaso.
relations-ranking-subtitle = % da variância que se perde ao embaralhar uma coluna
relations-null-label = traço: até onde vão cópias embaralhadas
relations-dark = Escuro: além do acaso.
relations-undecided = Sem decisão: { $labels }.
relations-left-out = Feitas dos mesmos valores que { $target }, e não classificadas: { $labels }.
relations-told =
    { $verdict ->
        [constant] constante
        [wholly] explicada de todo pelas demais
        [almost-wholly] explicada quase de todo pelas demais
        [partly] explicada em parte pelas demais
       *[own] informação própria
    }
relations-inflation-title = O que as variáveis devem umas às outras
relations-inflation-subtitle = Por quantas vezes a variância de um coeficiente aumenta por causa das demais
relations-head-inflation = Inflação
relations-head-it-is = É
relations-carried =
    { $carried ->
        [weak] abaixo de { $below }: sem dependência forte
        [one] não vem de duas variáveis, mas de uma e do intercepto
       *[pairs] vem de { $pairs }
    }
relations-condition = { $known ->
        [yes] Número de condição { $x }, { relations-carried }.
       *[no] Número de condição sem fim: as demais explicam uma variável por inteiro; { relations-carried }.
    } Há { $n } clientes com todas as variáveis.
relations-method-title = Relações
relations-method = Os pares são julgados nos clientes que têm os dois valores; quem não informou um atributo fica fora dos pares dele. Todos os pares não
    relacionados por definição são julgados em conjunto, de modo que no máximo um em vinte dos apontados o seja por acaso (Benjamini & Hochberg 1995).
    Inflação e condição são das variáveis como estão, antes de qualquer passo do cadastro.{ $ranked ->
        [yes] {" "}Em cada uma de { $rounds } rodadas, toda coluna classificada ganha uma cópia embaralhada, e florestas crescem sobre todas: uma coluna se confirma quando supera a melhor cópia mais vezes do que o acaso faria (Kursa & Rudnicki 2010) e sua importância passa de { $bound } da variância, até onde vai a melhor cópia. Ali, quem não informou um atributo é um nível dele.
       *[no] {""}
    }
