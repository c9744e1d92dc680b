# Funil: quantos clientes passaram de uma etapa a outra.

funnel-title =
    { $known ->
        [yes] { $share } foram de { $first } a { $last }
       *[no] De { $first } a { $last }
    }
funnel-nobody = Ninguém chegou à primeira etapa, { $stage }, { $when }.
funnel-few = De { $first } a { $last }: menos de { $min } clientes percorreram todo o caminho, ou deixaram de percorrê-lo, { $when }; seus valores não são mostrados.
funnel-overall = De { LOWER($first) } a { $last }: { $share } de { $n } clientes fizeram o caminho todo { $when }{ $compared ->
        [yes] , ante { $before } { EM($against) }
       *[no] {""}
    }.
funnel-interval = Intervalo de 95%: { $range }.
funnel-change = A variação de { $change } { $beyond ->
        [yes] vai além do acaso
       *[no] cabe no acaso
    } (intervalo de 95%: { $range }).
funnel-loss = A maior perda está entre { $above } e { $here }: { $n } clientes.
funnel-loss-share = Isso é { $share } dos { $n } que tinham chegado até ali.
funnel-step = { $from } a { $to } ({ $change })
funnel-steps =
    { $n ->
        [0] Nenhuma etapa isolada mudou além do acaso desde { THE($against) }.
        [1] Uma etapa mudou além do acaso desde { THE($against) }: { $steps }.
       *[other] { CAPITAL(COUNT($n, gender: "f")) } etapas mudaram além do acaso desde { THE($against) }: { $steps }.
    }
funnel-too-few = Há clientes de menos para distinguir os níveis de { $attribute }.
funnel-levels =
    { $moved ->
        [0] Por { $attribute }, nenhum dos { $n } níveis mudou além do acaso desde { THE($against) }.
        [one] Por { $attribute }, { COUNT($moved) } de { $n } níveis mudou além do acaso: { $levels }.
       *[other] Por { $attribute }, { COUNT($moved) } de { $n } níveis mudaram além do acaso: { $levels }.
    }
funnel-other-levels = Os demais não se distinguem do acaso; níveis pequenos raramente se distinguem.
funnel-subtitle = Clientes que passaram por todas as etapas acima, { $now }{ $compared ->
        [yes] {" "}e { $against }
       *[no] {""}
    }, e a parcela que seguiu adiante.
funnel-figure = Quantos seguiram adiante
funnel-chart = Funil, { $now }
funnel-alt = { CAPITAL($now) }: { $stages }.
# Uma barra separa as linhas de um cabeçalho estreito.
shares-head-interval = Intervalo|de 95%
funnel-head-change = Variação|p.p.
funnel-head-intervals = Intervalo de|95%, conjunto
funnel-head-stage = Etapa|
funnel-head-at-all = Na etapa,|ao todo
funnel-head-through = Por todas|acima
funnel-head-went-on = Seguiram
funnel-all-the-way = Caminho todo
funnel-stages-title = Etapa a etapa
funnel-note = As parcelas são de clientes que passaram por todas as etapas acima, em qualquer ordem no tempo.{ $skipped ->
        [yes] {" "}Ao todo, { $all } clientes estiveram na etapa “{ $stage }”, { $through } deles tendo passado por todas as etapas acima neste período.
       *[no] {""}
    }{ $compared ->
        [yes] {" "}Variações em negrito vão além do acaso.
       *[no] {""}
    }
funnel-merged = Níveis com menos de { $min_cell } clientes em um dos períodos são agrupados; os intervalos das variações valem para todos os níveis em conjunto.
funnel-by = Caminho todo por { $attribute }
funnel-method-title = Funil
funnel-method = Um cliente está em uma etapa quando a métrica dela é maior que zero no período, e segue adiante quando também esteve em todas as etapas acima, em qualquer ordem no tempo. As parcelas têm o intervalo de escore de Wilson.{ $compared ->
        [yes] {" "}As variações têm o intervalo de escore híbrido de Newcombe (método 10), alargado para que todos os de uma tabela valham em conjunto (Bonferroni). Clientes presentes nos dois períodos são tratados como independentes, o que deixa os intervalos das variações um tanto largos.
       *[no] {""}
    }
