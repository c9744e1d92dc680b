# Deviation: what came against what was projected.

deviation-no-season = { grains } do not hold two full cycles, so no yearly season is modelled.
deviation-held =
    { $n_metrics ->
        [1] Every { $noun }’s { $metrics } is held against a projection from its own { $n } { grain-nouns } of history. A
       *[other] Every { $noun }’s { $metrics } are held against projections from their own { $n } { grain-nouns } of history. A
    }
deviation-a-mover = mover
deviation-survives =
    { $n_metrics ->
        [1] is one that survives a { $rate } false-discovery rate across all { $nouns }; { deviation-sigma }.
       *[other] survives a { $rate } false-discovery rate across all { $nouns } in at least one metric; the rate holds within each metric, not over { $n_metrics ->
            [2] both
           *[other] all { COUNT($n_metrics) }
        } together; { deviation-sigma }.
    }
deviation-sigma = σ is the projection’s own spread
deviation-lost = { $metric } (MASE { $own } against { $naive })
deviation-beaten = The chosen model, { $model }, does worse than the seasonal naive in the backtest of { $lost }.
deviation-model =
    { $model ->
        [seasonal-naive] Seasonal naive
        [ets-damped] ETS, damped
        [median-of-three] Median of three
       *[other] { $label }
    }

deviation-page-opening = { $metric } stood at { $figure } { $when }, { $sized ->
        [yes] { $size } { above }
       *[no] { above }
    } the { $projected } projected ({ $sigma }).
deviation-page-within = That is within chance (q { $q }).
deviation-band = 80 % band { $low } to { $high }
deviation-projection-title = { $label }: actual and projected
deviation-projection-alt = { $metric } of { $label } over { $n } { grain-nouns }. { CAPITAL($when) } it was { $figure }, projected { $projected } ({ $band }).
deviation-label-projected = { $figure } projected
deviation-label-actual = { $figure } actual
deviation-band-note = Band: projected one { grain-noun } ahead, 80 % interval
deviation-actual = Actual
deviation-figure-title = { CAPITAL($period) } { $side ->
        [rose-out] rose out of the projection band
        [fell-out] fell out of the projection band
        [above] is above the 80 % band, but within chance
        [below] is below the 80 % band, but within chance
       *[inside] stayed inside the projection band
    }
deviation-scale-note = Vertical scale starts at { $from }.
deviation-tip = { CAPITAL($period) }: { $known ->
        [yes] { $figure }, projected { $projected }
       *[no] { $figure }
    }

deviation-axis-title = Scale in σ
deviation-axis-alt = From minus { $limit } to plus { $limit } σ; deviations inside the shaded zone are within chance.
deviation-dot-alt = { $label } stands at { $sigma }, { $inside ->
        [yes] inside
       *[no] outside
    } the zone of chance.
deviation-spark-title = { $label }, { grains }
deviation-spark-alt = { $label } against the 80 % band of its projection; it ends { $sigma } from the median.
deviation-split-title = { $label }, change in parts
deviation-split-alt = { $label }: behavioural { $behavioural } %, structural { $structural } % of the level before.
deviation-swarm-title = The other { $n } { $noun }, σ
deviation-swarm-alt = One dot each for the other { $n } { $noun }.

deviation-ranking-title =
    { $kind ->
        [nothing] Nothing moved beyond chance; the { $rows ->
            [1] furthest
           *[other] { COUNT($rows) } furthest { $nouns }
        }
        [first] The first { COUNT($rows) } of { $n } movers, ranked by { deviation-ranked-by }
        [all] The { COUNT($n) } movers, ranked by { deviation-ranked-by }
       *[some] The { $n ->
            [1] one mover
           *[other] { COUNT($n) } movers
        }, and the next { COUNT($others) } within chance
    }
deviation-ranked-by =
    { $several ->
        [yes] their furthest σ
       *[no] σ
    }
# A bar parts the lines of a narrow head.
deviation-head-spark = { $n } { grain-nouns } against|projection (band)
deviation-head-projected = Pro-|jected
deviation-head-deviation = Devia-|tion, { $unit }
deviation-head-chance = Shaded: chance
deviation-head-change = Change since { $against }, %
deviation-key-behavioural = Behavioural,
deviation-key-structural = structural
deviation-split-note = Behavioural: the same kinds of people spend differently. Structural: different kinds of people are in the crowd.
    The two sum to the change since { $against }, which is not the deviation from projection.
    “Both” means that each is at least a fifth of the change.
deviation-within = Within chance (q { $q })
deviation-within-by = Within chance ({ $metric } { $sigma }, q { $q })
deviation-rest = The other { $n ->
        [1] one
       *[other] { $n }
    } { $noun }
deviation-rest-moved =
    { $moved ->
        [0] stayed within chance
       *[other] { $moved } of them moved too: see the appendix
    }
deviation-nearest = Nearest the line: { $label },

deviation-method-title = Deviation
deviation-method = Each series is projected one { grain-noun } ahead from history before the target ({ $model }; { $cycle ->
        [none] no season, since history has fewer than two cycles
       *[other] a cycle of { $cycle } { grain-nouns }
    }). Bands are finite-sample conformal, from the errors of past one-step projections. CII (σ) is the deviation over the
    spread of the 80 % band; its probability comes from a Student t fitted to the standardised errors of all { $nouns }.
    q is Benjamini–Hochberg over the { $nouns }, within { $n_metrics ->
        [1] the metric
       *[other] each of the { COUNT($n_metrics) } metrics
    }.
deviation-model-used = { $model } (used)
deviation-head-metric = Metric
deviation-head-model = Model
deviation-head-bias = Bias, %
deviation-head-in-band = In { $level } % band
deviation-backtest-title = Backtest: one { grain-noun } ahead, { $n } projections
deviation-backtest-note = MASE below 1 beats repeating the value one cycle ago (without a season, the last value). Bands are scored with the period itself left out.
deviation-head-dev = Dev., { $unit }
deviation-all-title = All { $n } { $nouns }: actual, deviation from projection, σ and q (movers in semibold)
