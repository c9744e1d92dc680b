# Headline: what a partner reads in thirty seconds, and the key figures.

headline-no-history = No { $noun } has the history that a projection for { $period } needs.
headline-nothing = Nothing stands out { $when }.
headline-all-stayed = All { $n } { $nouns } stayed within what chance allows.
headline-count = { CAPITAL(COUNT($n)) } of { $all } { $nouns } moved beyond chance { $when }; { headline-directions }.
headline-directions =
    { $fell ->
        [0] { $rose ->
            [1] it rose
            [2] both rose
           *[other] all rose
        }
       *[other] { $rose ->
            [0] { $fell ->
                [1] it fell
                [2] both fell
               *[other] all fell
            }
           *[other] { COUNT($rose) } rose and { COUNT($fell) } fell
        }
    }
headline-others = The other { $n ->
        [1] one
       *[other] { $n }
    } stayed within what chance allows.
headline-mover = { $label } { $what } { rose } { $first ->
        [yes] furthest beyond chance,
       *[no] to
    } { $size } { above } projection ({ $sigma }).
headline-furthest = The furthest was { $label } { $what }, { $size } { above } projection ({ $sigma }, q { $q }).
headline-market = The market moved: { $n } of { $all } { $nouns } { rose } together.
headline-market-rest = What follows is who moved furthest; a common cause is likelier than as many single ones.
headline-no-value = { $metric } has no value { $when }.
headline-total = Over all { $nouns }, { $metric } came to { $figure }.
headline-against = { $size } { above } { $period }
headline-total-against = That is { $against }.
headline-rows-without = { $rows } rows without a { $noun } count in it.
headline-kpi-note = { $change } on { $period }
headline-kpi-alt = { $metric } over the last { $n } { grain-nouns }, ending at { $figure }.

# What is behind a change: habits, the crowd, or both.
verdict-name =
    { $verdict ->
        [behavioural] Behavioural
        [structural] Structural
        [both] Both
       *[unclear] Change not clear
    }
verdict-since = Since { $against } its { $what } { rose } { $size }:
verdict-tells =
    { $n_attributes ->
        [one] { $attributes } tells whose
       *[other] { $attributes } tell whose
    }
verdict-led =
    { $led ->
        [segment] , led by { $buyers } with { $leader }
        [attributes] , and { verdict-tells }
       *[none] {""}
    }
verdict-moved =
    { $moved ->
        [yes] : { $who } went from { $before } to { $after } of { $buyers }
       *[no] {""}
    }
verdict-brief =
    { $verdict ->
        [unclear] Since { $against } its { $what } changed by { $change }, no more than resampled customers do by chance.
        [offset] { verdict-since } that is behaviour{ verdict-led }, a little offset by who is in the crowd.
        [behavioural] { verdict-since } { $share } of that is behaviour{ verdict-led }.
        [against-habits] { verdict-since } that is the crowd, not its habits, which moved the other way{ verdict-moved }.
        [structural] { verdict-since } { $share } of that is the crowd, not its habits{ verdict-moved }.
       *[both] { verdict-since } { $share } of that is behaviour{ verdict-led }, the rest is who is in the crowd{ verdict-moved }.
    }
verdict-title =
    { $mover ->
        [yes] { $label }: { $verdict ->
            [behavioural] habits changed, { $led ->
                [segment] led by { $buyers } with { $leader }
                [attributes] and { verdict-tells }
               *[none] and no attribute tells whose
            }
            [structural] the crowd changed, not its habits
            [both] { verdict-shared }
           *[unclear] off its projection, little changed since { $against }
        }
       *[no] { $label }: { $verdict ->
            [behavioural] within chance; what changed is habits{ $led ->
                [segment] , led by { $buyers } with { $leader }
               *[none] {""}
            }
            [structural] within chance; what changed is the crowd, not its habits
            [both] within chance; { verdict-shared }
           *[unclear] nothing beyond chance
        }
    }
verdict-shared = habits and crowd share the { $up ->
        [yes] rise
       *[no] fall
    }
