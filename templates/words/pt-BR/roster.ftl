# O cadastro: uma linha por cliente, e os segmentos que a primeira regra dá.

roster-nobody = Ninguém comprou em { $window }
roster-segment = Segmento
roster-worth-title = Quanto vale cada segmento
roster-worth-subtitle = Clientes de { $window }, pela primeira regra que se cumpre.
roster-typical-title = O que é típico de cada um
roster-title = “{ $segment }”: { $share } dos clientes, { $worth_share } de { $what }
roster-title-all = { CAPITAL($customers) } em { $window }
roster-population =
    { $active ->
        [yes] Contam os clientes com linhas em { $window }.
       *[no] Contam todos os clientes conhecidos, com ou sem linhas em { $window }.
    }
roster-partition =
    { $many ->
        [yes] De { $customers }, cada um está em exatamente um de { COUNT($segments) } segmentos.
       *[no] O cadastro tem { $customers }.
    }
roster-no-shift = Desde { THE($against) }, a participação de nenhum segmento no total de clientes se moveu além do acaso{ $kept ->
        [yes] , entre os mostrados
       *[no] {""}
    }.
roster-shift = Desde { THE($against) }, “{ $segment }” foi o que mais { rose }, { DE($before) } para { $now } dos clientes.
roster-head-quantile = { $share }%
roster-head-lowest = 5% abaixo de
roster-head-median = Mediana
roster-head-missing = Indefinido
roster-head-made-of = Feita de
roster-features-title = Como os clientes se distribuem
roster-features-subtitle = Variáveis em { $window }; essa parcela dos clientes está abaixo de cada valor.
roster-head-band = Faixa
roster-head-of-customers = % dos clientes
roster-bands-title = Clientes por faixa
roster-bands-note = Faixas sem clientes ficam de fora.
roster-band-below = abaixo de { $high }
roster-band-between = de { $low } a menos de { $high }
roster-band-above = { $low } ou mais
roster-rule = “{ $segment }” se { $condition }
roster-method-title = Clientes e segmentos
roster-method = O cadastro tem uma linha por cliente em { $window }. { $n ->
        [0] Todos os clientes estão juntos.
       *[other] Regras, vale a primeira que se cumpre: { $rules }; senão, “{ $rest }”.
    } Os tamanhos somam o total de clientes. As medianas têm o intervalo de 95% de estatísticas de ordem (Conover 1999), que não supõe forma.
