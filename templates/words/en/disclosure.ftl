# What a memo keeps to itself: figures of a few customers.

disclosure-few = { CAPITAL($nouns) } with fewer than { $min } customers in some period
disclosure-any = Figures may be about any number of customers, as the spec says (min_cell: { $min }).
disclosure-joined =
    { $n ->
        [one] { $n } of { $all } { $nouns } has
       *[other] { $n } of { $all } { $nouns } have
    } fewer than { $min } customers in some period. { $members } stand together as “{ $label }”, so that no figure is that of a few.
disclosure-left-out =
    { $members } { $n ->
        [one] is
       *[other] are
    } not shown: what the spec skips has fewer than { $min } customers in some period, and would be a difference.
disclosure-thin = { $periods }: all { $nouns } together have fewer than { $min } customers.
disclosure-more = { COUNT($n) } more
disclosure-withheld = A dash ({ $dash }) stands for fewer than { $min } customers, or for what would give them away.
