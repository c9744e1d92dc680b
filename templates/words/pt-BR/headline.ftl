# Abertura: o que um sócio lê em trinta segundos, e os números principais.

headline-no-history = Não há { $noun } com o histórico que uma projeção para { $period } exige.
headline-nothing = Nada se destacou { $when }.
headline-all-stayed = Em todo o conjunto ({ $n } { $nouns }), os movimentos ficaram dentro do que o acaso explica.
headline-count = { $n } de { $all } { $nouns } { $n ->
        [one] se moveu
       *[other] se moveram
    } além do acaso { $when }; { headline-directions }.
headline-directions =
    { $fell ->
        [0] { $rose ->
            [1] foi uma alta
            [2] foram duas altas
           *[other] só houve altas
        }
       *[other] { $rose ->
            [0] { $fell ->
                [1] foi uma queda
                [2] foram duas quedas
               *[other] só houve quedas
            }
           *[other] { COUNT($rose, gender: "f") } { $rose ->
                [one] alta
               *[other] altas
            } e { COUNT($fell, gender: "f") } { $fell ->
                [one] queda
               *[other] quedas
            }
        }
    }
headline-others = O restante ({ $n }) ficou dentro do que o acaso explica.
headline-mover = { $first ->
        [yes] { $label } foi o maior destaque, além do acaso: { $what } { $size } { above } da projeção ({ $sigma }).
       *[no] { $label }: { $what } { $size } { above } da projeção ({ $sigma }).
    }
headline-furthest = O maior desvio foi em { $label }: { $what } { $size } { above } da projeção ({ $sigma }, q { $q }).
headline-market = O mercado como um todo se moveu: { $n } de { $all } { $nouns } { $up ->
        [yes] subiram
       *[no] caíram
    } em conjunto.
headline-market-rest = A seguir, quem se moveu mais; uma causa comum é mais provável do que tantas causas isoladas.
headline-no-value = { $metric } não tem valor { $when }.
headline-total = { CAPITAL($metric) } no total de { $nouns }: { $figure }.
headline-against = { $size } { above } { DE($period) }
headline-total-against = Isso é { $against }.
headline-rows-without = Estão incluídas { $rows } linhas sem { $noun }.
headline-kpi-note = { $change } ante { THE($period) }
headline-kpi-alt = { $metric }: { $grain ->
        [week] últimas { $n } semanas
       *[other] últimos { $n } { grain-nouns }
    }, terminando em { $figure }.

# O que está por trás de uma variação: hábitos, composição do público, ou ambos.
verdict-name =
    { $verdict ->
        [behavioural] Comportamental
        [structural] Estrutural
        [both] Ambos
       *[unclear] Variação incerta
    }
verdict-since = Desde { THE($against) }, { $up ->
        [yes] alta
       *[no] queda
    } de { $size } em { $what }:
verdict-tells =
    { $n_attributes ->
        [one] { $attributes } distingue quem mudou
       *[other] { $attributes } distinguem quem mudou
    }
verdict-led =
    { $led ->
        [segment] , com destaque para { $buyers } com { $leader }
        [attributes] ; { verdict-tells }
       *[none] {""}
    }
verdict-moved =
    { $moved ->
        [yes] : { $who } passou { DE($before) } para { $after } do total de { $buyers }
       *[no] {""}
    }
verdict-brief =
    { $verdict ->
        [unclear] Desde { THE($against) }, a variação em { $what } foi de { $change }, não mais do que clientes reamostrados variam por acaso.
        [offset] { verdict-since } é mudança de comportamento{ verdict-led }, em pequena parte compensada pela composição do público.
        [behavioural] { verdict-since } o comportamento responde { POR($share) } disso{ verdict-led }.
        [against-habits] { verdict-since } é a composição do público, e não os hábitos, que foram na direção contrária{ verdict-moved }.
        [structural] { verdict-since } a composição do público, e não os hábitos, responde { POR($share) } disso{ verdict-moved }.
       *[both] { verdict-since } o comportamento responde { POR($share) } disso{ verdict-led }; o restante vem da composição do público{ verdict-moved }.
    }
verdict-title =
    { $mover ->
        [yes] { $label }: { $verdict ->
            [behavioural] os hábitos mudaram{ $led ->
                [segment] , com destaque para { $buyers } com { $leader }
                [attributes] ; { verdict-tells }
               *[none] , e nenhum atributo distingue quem mudou
            }
            [structural] mudou o público, não os hábitos
            [both] { verdict-shared }
           *[unclear] fora da projeção, com pouca mudança desde { THE($against) }
        }
       *[no] { $label }: { $verdict ->
            [behavioural] dentro do acaso; o que mudou foram os hábitos{ $led ->
                [segment] , com destaque para { $buyers } com { $leader }
               *[none] {""}
            }
            [structural] dentro do acaso; o que mudou foi o público, não os hábitos
            [both] dentro do acaso; { verdict-shared }
           *[unclear] nada além do acaso
        }
    }
verdict-shared = hábitos e público dividem a { $up ->
        [yes] alta
       *[no] queda
    }
