# Coortes: quem volta.

cohorts-customers =
    { $scope ->
        [new] clientes novos
       *[all] clientes
    }
cohorts-next =
    { $grain ->
        [week] na semana seguinte
       *[other] no { grain-noun } seguinte
    }
cohorts-first =
    { $grain ->
        [week] Primeira semana
       *[other] Primeiro { grain-noun }
    }
cohorts-title-none = Quem volta
cohorts-title = { CAPITAL(THE($share)) } dos { cohorts-customers } não voltou { cohorts-next }
cohorts-few = Não se mostra quem volta: menos de { $min } clientes voltaram, ou deixaram de voltar, no período depois do primeiro.
cohorts-nobody = Ainda não se pode dizer quem volta: não há { grain-noun } completo depois do primeiro.
cohorts-churn = { $share } dos { cohorts-customers } não voltaram { cohorts-next } à primeira compra.
cohorts-followed = Foram acompanhados { $n }; intervalo de 95%: { $range }.
cohorts-returned = Em até { $n } { grain-nouns }, { $share } voltaram pelo menos uma vez.
cohorts-all-old = Todos vieram { $grain ->
        [week] na primeira semana
       *[other] no primeiro { grain-noun }
    } dos dados e podem ser clientes bem mais antigos: clientes novos talvez fiquem menos.
cohorts-latest = Da coorte mais recente, { $cohort }, { $share } voltaram { cohorts-next }; dos clientes novos de antes, { $before }.
cohorts-difference = A diferença de { $change } { $beyond ->
        [yes] vai além do acaso
       *[no] cabe no acaso
    } (intervalo de 95%: { $range }).
cohorts-stickiness = Em um dia médio de { $period }, { $share } dos clientes do período estavam ativos.
cohorts-daily = São { $daily } por dia, de { $actives }{ $compared ->
        [yes] , ante { $before } no período anterior
       *[no] {""}
    }.
cohorts-too-few = Há { cohorts-customers } de menos para distinguir os níveis de { $attribute }.
cohorts-even = Por { $attribute }, nenhum nível volta mais ou menos que os demais além do acaso.
cohorts-uneven = Por { $attribute }, { COUNT($uneven) } de { $n } níveis { $uneven ->
        [one] difere
       *[other] diferem
    } dos demais além do acaso: { $levels }.
cohorts-mean = Média dos { cohorts-customers }
cohorts-kept =
    { $what ->
        [kept] Clientes retidos
       *[value] { CAPITAL($metric) }: retenção
    }
cohorts-kept-subtitle =
    { $what ->
        [kept] Clientes por { grain-noun } da primeira atividade e seu número; % deles que voltaram a ser ativos, por { grain-nouns } depois.
       *[value] { CAPITAL($metric) } por { grain-noun } da primeira atividade; % do valor inicial, por { grain-nouns } depois.
    }
cohorts-after-first = { $grain ->
        [day] Dias depois do primeiro
        [week] Semanas depois da primeira
        [month] Meses depois do primeiro
        [quarter] Trimestres depois do primeiro
       *[year] Anos depois do primeiro
    }
cohorts-alt = Dos { cohorts-customers }, { $first } ficam depois de { one-grain }{ $more ->
        [yes] {" "}e { $last } depois de { $n }
       *[no] {""}
    }.
cohorts-alt-none = Ninguém poderia ter voltado ainda.
cohorts-triangle-note = { $first ->
        [latest] Mostram-se as { $shown } coortes mais recentes de { $all }; as médias são de todas menos a primeira.
        [cut] { $mark } Os dados começam no meio desse período: quem veio nele pode já ter vindo antes, e ele não está completo. As médias de clientes novos o deixam de fora.
       *[whole] { $mark } { cohorts-first } dos dados: quem veio então pode já ter vindo antes. As médias de clientes novos deixam essa coorte de fora.
    } Em branco: ainda não encerrado em { $end }. As médias ponderam cada coorte por seu tamanho.
# Uma barra separa as linhas de um cabeçalho estreito.
cohorts-head-period = { $grain ->
        [day] Dia
        [week] Semana
        [month] Mês
        [quarter] Trimestre
       *[year] Ano
    }|
cohorts-head-active = Clientes|ativos
cohorts-head-new = dos quais|novos
cohorts-head-daily = Ativos em|um dia médio
cohorts-head-stickiness = Stickiness,|% do período
cohorts-activity-note = Novos: nunca vistos antes nos dados.{ $days ->
        [yes] {" "}Stickiness: clientes ativos em um dia médio sobre os ativos no período todo.
       *[no] {""}
    }
cohorts-activity-title = Clientes ativos por { grain-noun }
cohorts-by = De volta { cohorts-next }, por { $attribute }
cohorts-head-followed = Clientes|acompanhados
cohorts-head-back = Voltaram,|%
cohorts-head-against = Ante os|demais, p.p.
cohorts-head-intervals = Intervalo de|95%, conjunto
cohorts-by-note = Diferenças em negrito vão além do acaso.
cohorts-method-title = Coortes
cohorts-method = Um cliente pertence ao período ({ grain-noun }) de sua primeira atividade nos dados e é retido depois de k { grain-nouns } se está ativo no
    k-ésimo período seguinte. Só contam períodos que terminam até o período-alvo. As médias ponderam cada coorte por seu tamanho e deixam de fora o
    primeiro período dos dados, cujos clientes podem ser mais antigos. Intervalos: Wilson para parcelas, método 10 de Newcombe para diferenças.
