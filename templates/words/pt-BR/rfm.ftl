# Recência, frequência, valor.

rfm-segment =
    { $segment ->
        [champions] Campeões
        [loyal] Fiéis
        [potential-loyalists] Potenciais fiéis
        [recent] Recentes
        [promising] Promissores
        [cannot-lose] Não podemos perder
        [at-risk] Em risco
        [hibernating] Hibernando
       *[lost] Perdidos
    }
rfm-segment-short =
    { $segment ->
        [potential-loyalists] Potenciais
       *[cannot-lose] Não perder
    }
rfm-nobody = Ninguém comprou em { $window }
rfm-risk-kept = Clientes em risco: menos de { $min }, ou não mostrados com eles
rfm-no-risk = Nenhum cliente frequente parou de comprar
rfm-title = { $customers } que trouxeram { $spend } estão em risco
rfm-champions = De { $customers } em { $window }, { $share } são campeões e trouxeram { $spend_share } de { $what }.
rfm-bought = Em { $window }, compraram { $customers }.
rfm-at-risk = Os que estão em risco compravam com frequência e pararam: { $share } de { $what } dos clientes.
rfm-slipped-there = { CAPITAL($customers) } passaram a esse grupo desde { THE($against) }.
rfm-risk =
    { $some ->
        [yes] { $title }: compravam com frequência e pararam.
       *[no] { $title }.
    }
rfm-slipped = Desde { THE($against) }, { $customers } passaram aos dois segmentos em risco.
rfm-joined-and-left =
    { $some ->
        [yes] Entraram { $joined }; { $left } saíram da janela sem comprar.
       *[no] Entraram { $joined }.
    }
rfm-all = Total de clientes
rfm-worth-title = Quanto vale cada segmento
rfm-worth-subtitle = Clientes por recência e frequência, { $window }; os em risco em seminegrito.
# Uma barra separa as linhas de um cabeçalho estreito.
rfm-head-segment = Segmento
rfm-head-customers = Clientes
rfm-head-share = % dos|clientes
rfm-head-share-of = % de|{ $what }
rfm-head-days = Mediana, dias|sem comprar
rfm-head-median = Mediana,|{ $what }
rfm-left = Saíram
rfm-joined = Entraram
rfm-migration-title = Migração entre segmentos
rfm-migration-alt = Clientes por segmento ao fim { DE($before) } e { DE($now) }.
rfm-migration-head = Segmento ao fim { DE($now) }
rfm-migration-figure = Onde estão agora os clientes de cada segmento
rfm-migration-subtitle = % dos que estavam no segmento ao fim { DE($before) } (entre parênteses, quantos eram).
rfm-method-title = Recência, frequência, valor
rfm-method = Clientes que compraram em { $window } recebem notas de 1 a 5 por quintos de dias desde a última compra (R), { $frequency } (F) e
    { $monetary } (M); { $together ->
        [yes] clientes com valores iguais ficam na classe da parcela estritamente abaixo deles
       *[no] valores iguais são repartidos entre classes na ordem dos ids
    }. Os segmentos dependem só de R e F; M diz quanto valem. Em risco estão “não podemos perder” e “em risco”. Quintos são relativos:
    alguém tem de estar no mais baixo, por melhor que seja o ano.
rfm-map-title = Das notas aos segmentos
rfm-head-recency = Recência
rfm-days-since = Dias sem comprar
rfm-head-from = De
rfm-head-to = Até
rfm-head-by = Por
rfm-head-score = Nota
rfm-scores-title = O que significa cada nota
