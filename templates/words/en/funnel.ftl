# Funnel: how many customers went on from stage to stage.

funnel-title =
    { $known ->
        [yes] { $share } went all the way from { $first } to { $last }
       *[no] From { $first } to { $last }
    }
funnel-nobody = Nobody came to the first stage, { $stage }, { $when }.
funnel-few = { $first } to { $last }: fewer than { $min } customers went all the way, or did not, { $when }; their figures are kept back.
funnel-overall = { $first } to { $last }: { $share } of { $n } customers went all the way { $when }{ $compared ->
        [yes] , after { $before } in { $against }
       *[no] {""}
    }.
funnel-interval = 95{"\u202F"}% interval { $range }.
funnel-change = The change of { $change } is { $beyond ->
        [yes] beyond chance
       *[no] within what chance allows
    } (95{"\u202F"}% interval { $range }).
funnel-loss = Most are lost between { $above } and { $here }: { $n } customers.
funnel-loss-share = That is { $share } of the { $n } who had come so far.
funnel-step = { $from } to { $to } ({ $change })
funnel-steps =
    { $n ->
        [0] No single step changed beyond chance since { $against }.
        [1] One step changed beyond chance since { $against }: { $steps }.
       *[other] { CAPITAL(COUNT($n)) } steps changed beyond chance since { $against }: { $steps }.
    }
funnel-too-few = Too few customers to tell the levels of { $attribute } apart.
funnel-levels =
    { $moved ->
        [0] By { $attribute }, none of { $n } levels changed beyond chance since { $against }.
       *[other] By { $attribute }, { COUNT($moved) } of { $n } levels changed beyond chance: { $levels }.
    }
funnel-other-levels = The others cannot be told from chance; small levels seldom can.
funnel-subtitle = Customers who came through all stages above, { $now }{ $compared ->
        [yes] {" "}and { $against }
       *[no] {""}
    }, and the share that went on.
funnel-figure = How many went on
funnel-chart = Funnel, { $now }
funnel-alt = { $now }: { $stages }.
# A bar parts the lines of a narrow head.
shares-head-interval = 95 %|interval
funnel-head-change = Change|pp
funnel-head-intervals = 95 % interval|all at once
funnel-head-stage = Stage|
funnel-head-at-all = At the stage|at all
funnel-head-through = Through all|above
funnel-head-went-on = Went on
funnel-all-the-way = All the way
funnel-stages-title = Stage by stage
funnel-note = Shares are of customers who came through all stages above, in any order of time.{ $skipped ->
        [yes] {" "}{ $all } customers were at the stage “{ $stage }” at all, { $through } of them through all stages above in this period.
       *[no] {""}
    }{ $compared ->
        [yes] {" "}Changes in bold are beyond chance.
       *[no] {""}
    }
funnel-merged = Levels with fewer than { $min_cell } customers on a side are merged; intervals of changes hold for all levels at once.
funnel-by = All the way by { $attribute }
funnel-method-title = Funnel
funnel-method = A customer is at a stage where its metric is above zero in the period, and goes on where it was at every stage above too, in any order of time. Shares have Wilson’s score interval.{ $compared ->
        [yes] {" "}Changes have Newcombe’s hybrid score interval (method 10), widened so that all of a table hold at once (Bonferroni). Customers in both periods are taken as independent, which makes intervals of changes rather too wide.
       *[no] {""}
    }
