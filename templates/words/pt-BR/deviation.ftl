# Desvio: o que veio ante o que se projetava.

deviation-no-season = { grains } não completam dois ciclos, por isso não se modela sazonalidade anual.
deviation-held =
    { $n_metrics ->
        [1] Por { $noun }, { $metrics } é comparado com uma projeção feita do próprio histórico ({ grains }). Um
       *[other] Por { $noun }, { $metrics } são comparados com projeções feitas do próprio histórico ({ grains }). Um
    }
deviation-a-mover = destaque
deviation-survives =
    { $n_metrics ->
        [1] é o que resiste a uma taxa de falsas descobertas de { $rate } entre o total de { $nouns }; { deviation-sigma }.
       *[other] resiste a uma taxa de falsas descobertas de { $rate } entre o total de { $nouns } em pelo menos uma métrica; a taxa vale dentro de cada métrica, não para { $n_metrics ->
            [2] as duas em conjunto
           *[other] as { COUNT($n_metrics, gender: "f") } em conjunto
        }; { deviation-sigma }.
    }
deviation-sigma = σ é a dispersão da própria projeção
deviation-lost = { $metric } (MASE { $own } ante { $naive })
deviation-beaten = O modelo escolhido, { $model }, vai pior que o ingênuo sazonal no backtest de { $lost }.
deviation-model =
    { $model ->
        [seasonal-naive] Ingênuo sazonal
        [ets-damped] ETS amortecido
        [median-of-three] Mediana de três
       *[other] { $label }
    }

deviation-page-opening = { $metric } { $when }: { $figure }, { $sized ->
        [yes] { $size } { above }
       *[no] { above }
    } da projeção de { $projected } ({ $sigma }).
deviation-page-within = Isso está dentro do acaso (q { $q }).
deviation-band = faixa de 80% de { $low } a { $high }
deviation-projection-title = { $label }: realizado e projetado
deviation-projection-alt = { $metric }, { $label }, ao longo de { grains }. { CAPITAL($when) }: { $figure }, com projeção de { $projected } ({ $band }).
deviation-label-projected = { $figure } projetado
deviation-label-actual = { $figure } realizado
deviation-band-note = Faixa: projeção de { one-grain } à frente, intervalo de 80%
deviation-actual = Realizado
deviation-figure-title = { CAPITAL($period) }: { $side ->
        [rose-out] acima da faixa de projeção
        [fell-out] abaixo da faixa de projeção
        [above] acima da faixa de 80%, mas dentro do acaso
        [below] abaixo da faixa de 80%, mas dentro do acaso
       *[inside] dentro da faixa de projeção
    }
deviation-scale-note = A escala vertical começa em { $from }.
deviation-tip = { CAPITAL($period) }: { $known ->
        [yes] { $figure }, projetado { $projected }
       *[no] { $figure }
    }

deviation-axis-title = Escala em σ
deviation-axis-alt = De menos { $limit } a mais { $limit } σ; desvios dentro da área sombreada cabem no acaso.
deviation-dot-alt = { $label } está em { $sigma }, { $inside ->
        [yes] dentro
       *[no] fora
    } da zona do acaso.
deviation-spark-title = { $label }, { grains }
deviation-spark-alt = { $label } ante a faixa de 80% da projeção; termina a { $sigma } da mediana.
deviation-split-title = { $label }, variação em partes
deviation-split-alt = { $label }: comportamental { $behavioural }%, estrutural { $structural }% do nível anterior.
deviation-swarm-title = O restante: { $n } { $noun }, σ
deviation-swarm-alt = Um ponto para cada item do restante: { $n } { $noun }.

deviation-ranking-title =
    { $kind ->
        [nothing] Nada se moveu além do acaso; { $rows ->
            [1] o maior desvio
           *[other] os { COUNT($rows) } maiores desvios por { $nouns }
        }
        [first] Os { COUNT($rows) } primeiros de { $n } destaques, ordenados por { deviation-ranked-by }
        [all] { $n ->
            [1] O destaque, por { deviation-ranked-by }
           *[other] Os { COUNT($n) } destaques, ordenados por { deviation-ranked-by }
        }
       *[some] { $n ->
            [1] O único destaque
           *[other] Os { COUNT($n) } destaques
        } e { $others ->
            [1] o desvio seguinte
           *[other] os { COUNT($others) } desvios seguintes
        }, dentro do acaso
    }
deviation-ranked-by =
    { $several ->
        [yes] maior σ
       *[no] σ
    }
# Uma barra separa as linhas de um cabeçalho estreito.
deviation-head-spark = { grains } ante|a projeção (faixa)
deviation-head-projected = Proje-|tado
deviation-head-deviation = Desvio,|{ $unit }
deviation-head-chance = Sombra: acaso
deviation-head-change = Variação desde { THE($against) }, %
deviation-key-behavioural = Comportamental,
deviation-key-structural = estrutural
deviation-split-note = Comportamental: o mesmo perfil de pessoas gasta de outro modo. Estrutural: mudou o perfil das pessoas no público.
    As duas partes somam a variação desde { THE($against) }, que não é o desvio ante a projeção.
    “Ambos” quer dizer que cada parte é pelo menos um quinto da variação.
deviation-within = Dentro do acaso (q { $q })
deviation-within-by = Dentro do acaso ({ $metric } { $sigma }, q { $q })
deviation-rest = O restante: { $n } { $noun }
deviation-rest-moved =
    { $moved ->
        [0] dentro do acaso
        [1] um deles também se moveu: ver o apêndice
       *[other] { $moved } deles também se moveram: ver o apêndice
    }
deviation-nearest = Mais perto do limite: { $label },

deviation-method-title = Desvio
deviation-method = Cada série é projetada { one-grain } à frente, com o histórico anterior ao período-alvo ({ $model }; { $cycle ->
        [none] sem sazonalidade, pois o histórico tem menos de dois ciclos
       *[other] ciclo de { $cycle } { grain-nouns }
    }). As faixas são conformais de amostra finita, feitas dos erros de projeções passadas um passo à frente. CII (σ) é o desvio
    dividido pela dispersão da faixa de 80%; sua probabilidade vem de uma t de Student ajustada aos erros padronizados do total de { $nouns }.
    q é o de Benjamini–Hochberg entre { $nouns }, dentro { $n_metrics ->
        [1] da métrica
       *[other] de cada uma das { COUNT($n_metrics, gender: "f") } métricas
    }.
deviation-model-used = { $model } (usado)
deviation-head-metric = Métrica
deviation-head-model = Modelo
deviation-head-bias = Viés, %
deviation-head-in-band = Na faixa de { $level }%
deviation-backtest-title = Backtest: { one-grain } à frente, { $n } projeções
deviation-backtest-note = MASE abaixo de 1 supera repetir o valor de um ciclo atrás (sem sazonalidade, o último valor). As faixas são avaliadas sem o próprio período.
deviation-head-dev = Desv., { $unit }
deviation-all-title = { $n } { $nouns }: realizado, desvio ante a projeção, σ e q (destaques em seminegrito)
