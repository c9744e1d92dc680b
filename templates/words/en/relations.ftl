# Relations: what goes with what among customers.

relations-measure =
    { $measure ->
        [pearson] correlation
        [spearman] rank correlation
        [ratio] correlation ratio
       *[cramer] Cramér’s V
    }
relations-pair = { $a } and { $b }
relations-title = { $pair } go together most
relations-title-none = Nothing is related beyond chance
relations-none = None of { $all } pairs of features and attributes survives the false-discovery control.
relations-strongest = { $pair } are associated most: { relations-measure } { $size } ({ $sure ->
        [yes] 95{"\u202F"}% interval { $low } to { $high }, { $n }
       *[no] { $n }
    } customers).
relations-count =
    { $n ->
        [1] Of { $all } pairs no other is related beyond chance.
       *[other] { CAPITAL(COUNT($n)) } of { $all } pairs are related beyond chance.
    }
relations-more = { COUNT($n) } more
relations-telling =
    { $n ->
        [0] Nothing that is ranked tells { $target } beyond chance.
       *[other] Associated with { $target } beyond chance, on customers not seen: { $labels }.
    }
relations-explained =
    { $some ->
        [yes] Together the { COUNT($n) } ranked explain { $share } of its variance there; none of this is a cause.
       *[no] Together what is ranked explains none of its variance there.
    }
relations-chart = Relations of features and attributes
relations-chart-alt = How strongly each of { $n } columns goes with each other.
relations-chart-head = By the numbers of the rows
relations-figure = What goes with what
relations-legend-measure =
    { $measure ->
        [ratio] correlation ratio of an attribute and a feature
        [cramer] Cramér’s V of two attributes
       *[other] { relations-measure } of two features
    }
relations-legend = { CAPITAL($measures) }; shaded by size, in brackets: within chance.
relations-by-definition = * Made of the same figures, and so related by definition: { $pairs }.{ $judged ->
        [yes] {""}
       *[no] {" "}They are not judged with the others.
    }
relations-table-title = The strongest relations
relations-table-subtitle = Beyond chance over all pairs; associated, not caused.
relations-head-pair = Pair
relations-head-measure = Measure
relations-head-size = Size
relations-head-interval = 95 % interval
relations-weaker =
    { $n ->
        [one] { CAPITAL(COUNT($n)) } more is weaker.
       *[other] { CAPITAL(COUNT($n)) } more are weaker.
    }
relations-not-ranked = Too few customers, or nothing that could tell { $target }: no feature is ranked by it.
relations-ranking-title = What tells { $target }
relations-ranking-alt = Importance of { $n } columns for { $target }, beside chance.
relations-ranking-subtitle = % of its variance lost when a column is shuffled
relations-null-label = tick: as far as shuffled copies go
relations-dark = Dark: beyond chance.
relations-undecided = Not decided: { $labels }.
relations-left-out = Made of the same figures as { $target }, and not ranked: { $labels }.
relations-told =
    { $verdict ->
        [constant] constant
        [wholly] told wholly by the others
        [almost-wholly] told almost wholly by the others
        [partly] partly told by the others
       *[own] a figure of its own
    }
relations-inflation-title = What features owe to each other
relations-inflation-subtitle = How many times its variance a coefficient has for the others’ sake
relations-head-inflation = Inflation
relations-head-it-is = It is
relations-carried =
    { $carried ->
        [weak] below { $below }: no strong dependence
        [one] carried by no two features, but by one and the intercept
       *[pairs] carried by { $pairs }
    }
relations-condition = { $known ->
        [yes] Condition number { $x }, { relations-carried }.
       *[no] Condition number without end: the others tell a feature wholly; { relations-carried }.
    } { $n } customers have all features.
relations-method-title = Relations
relations-method = Pairs are judged on the customers who have both figures; who did not state an attribute is left out of its pairs. All pairs
    that are not related by definition are judged together, so that at most one in twenty of those named is named by chance (Benjamini & Hochberg
    1995). Inflation and condition are of the features as they are, before any step of the roster.{ $ranked ->
        [yes] {" "}In each of { $rounds } rounds every ranked column gets a shuffled copy, and forests are grown on all of them: a column is confirmed where it beats the best copy more often than chance would (Kursa & Rudnicki 2010), and its importance is above { $bound } of variance, as far as the best copy goes. Who did not state an attribute is a level of it there.
       *[no] {""}
    }
