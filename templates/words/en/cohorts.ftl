# Cohorts: who comes back.

cohorts-customers =
    { $scope ->
        [new] new customers
       *[all] customers
    }
cohorts-title-none = Who comes back
cohorts-title = { CAPITAL($share) } of { cohorts-customers } did not come back in the next { grain-noun }
cohorts-few = Who comes back is kept back: fewer than { $min } customers did, or did not, in the period after their first.
cohorts-nobody = Nobody’s return can be told: no { grain-noun } after a first one is complete.
cohorts-churn = { $share } of { cohorts-customers } did not come back in the { grain-noun } after their first.
cohorts-followed = { $n } were followed; 95{"\u202F"}% interval { $range }.
cohorts-returned = Within { COUNT($n) } { grain-nouns }, { $share } came back at least once.
cohorts-all-old = All of them came in the data’s first { grain-noun }, and may have been customers long before: new customers may stay less.
cohorts-latest = Of the latest cohort, { $cohort }, { $share } came back in the next { grain-noun }; of new customers before, { $before }.
cohorts-difference = The difference of { $change } is { $beyond ->
        [yes] beyond chance
       *[no] within what chance allows
    } (95{"\u202F"}% interval { $range }).
cohorts-stickiness = On a mean day of { $period }, { $share } of the { grain-noun }’s customers were active.
cohorts-daily = That is { $daily } a day of { $actives }{ $compared ->
        [yes] , after { $before } in the { grain-noun } before
       *[no] {""}
    }.
cohorts-too-few = Too few { cohorts-customers } to tell the levels of { $attribute } apart.
cohorts-even = By { $attribute }, no level comes back more or less often than the others beyond chance.
cohorts-uneven = By { $attribute }, { COUNT($uneven) } of { $n } levels differ from all others beyond chance: { $levels }.
cohorts-mean = Mean of { cohorts-customers }
cohorts-kept =
    { $what ->
        [kept] Customers kept
       *[value] { CAPITAL($metric) } kept
    }
cohorts-kept-subtitle =
    { $what ->
        [kept] Customers by { grain-noun } of their first activity and their number; % of them active again, by { grain-nouns } after.
       *[value] { CAPITAL($metric) } by { grain-noun } of first activity; % of that { grain-noun }’s, by { grain-nouns } after.
    }
cohorts-after-first = { CAPITAL($grain) }s after the first
cohorts-alt = Of { cohorts-customers }, { $first } are kept after one { grain-noun }{ $more ->
        [yes] {" "}and { $last } after { $n }
       *[no] {""}
    }.
cohorts-alt-none = Nobody could come back yet.
cohorts-triangle-note = { $first ->
        [latest] The latest { $shown } of { $all } cohorts are shown; means are of all but the first.
        [cut] { $mark } The data begin inside this { grain-noun }: who came then may have come before, and the { grain-noun } is not whole. Means of new customers leave it out.
       *[whole] { $mark } The data’s first { grain-noun }: who came then may have come before. Means of new customers leave it out.
    } Blank: not over by { $end }. Means weigh each cohort by its size.
# A bar parts the lines of a narrow head.
cohorts-head-period = { CAPITAL($grain) }|
cohorts-head-active = Active|customers
cohorts-head-new = of them|new
cohorts-head-daily = Active on|a mean day
cohorts-head-stickiness = Stickiness,|% of the { grain-noun }’s
cohorts-activity-note = New: never seen in the data before.{ $days ->
        [yes] {" "}Stickiness: customers active on a mean day over those active in the whole period.
       *[no] {""}
    }
cohorts-activity-title = Active customers by { grain-noun }
cohorts-by = Back in the next { grain-noun }, by { $attribute }
cohorts-head-followed = Customers|followed
cohorts-head-back = Came back,|%
cohorts-head-against = Against all|others, pp
cohorts-head-intervals = 95 % interval,|all at once
cohorts-by-note = Differences in bold are beyond chance.
cohorts-method-title = Cohorts
cohorts-method = A customer belongs to the { grain-noun } of the first activity in the data, and is kept after k { grain-nouns } if active in the
    k-th after it. Only { grain-nouns } that end with the target or before are read. Means weigh each cohort by its size and leave out the data’s
    first { grain-noun }, whose customers may be older. Intervals: Wilson for shares, Newcombe’s method 10 for differences.
