# Grupos de clientes: segmentos e clusters.

groups-customers =
    { $n ->
        [one] { $figure } cliente
       *[other] { $figure } clientes
    }
groups-all-customers = Total de clientes
groups-all = Total
# Uma barra separa as linhas de um cabeçalho estreito.
groups-head-customers = Clientes
groups-head-share = % dos|clientes
groups-head-share-of = % de|{ $what }
groups-head-per-customer = Por|cliente
groups-head-feature = Variável
groups-worth-share = Participação no valor
groups-medians-subtitle = Mediana dos clientes; abaixo, o intervalo de 95%.

moves-title = Quem foi para onde
moves-alt = Clientes por grupo: { $before } e { $now }.
moves-subtitle = Clientes; em cinza, os que ficaram.
moves-joined = Entraram
moves-left = Saíram
moves-heat-title = Migração
moves-heat-alt = Parcelas dos grupos { DE($before) } por grupo { DE($now) }.
moves-heat-head = { CAPITAL($now) }
moves-heat-figure = Onde estão agora os clientes de cada grupo
moves-heat-subtitle = % dos que estavam no grupo, { $before } (entre parênteses, quantos eram).
