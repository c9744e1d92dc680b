# Calendar: what trading days and moving holidays do, where history shows it.

calendar-what =
    { $what ->
        [days] trading days
        [holidays] moving holidays
       *[both] trading days and moving holidays
    }
calendar-in-short =
    { $used ->
        [0] No history shows an effect of { calendar-what }, so no projection holds one.
       *[other] Projections hold { calendar-what } where history shows them: in { $used } of { $tested } series.
    }
calendar-explains = Of the change since { $against }{ $known ->
        [yes] , { $change },
       *[no] {""}
    } the calendar alone makes { $effect } ({ $range } at 95{"\u202F"}%): { $parts }. The projection holds it.
calendar-same = The calendar explains nothing of the change since { $against }: it was the same then. What it does to the level is in the projection.
calendar-not-shown = The calendar explains nothing measurable: this history shows no effect of { calendar-what } (q { $q }), and the projection holds none.
calendar-too-short = This history is too short to tell what { calendar-what } do to it; the projection holds nothing of them.
calendar-nothing = Nothing of the calendar is in the projection: what was asked for differs from year to year too rarely to be told from chance.
# “one Saturday more”; $is_weekend is for languages whose weekdays have a gender.
calendar-weekday = { $is_weekend ->
       *[other] { $n ->
            [1] one { $name }
           *[other] { COUNT($n) } { $name }s
        }
    } { calendar-more }
calendar-holiday = { $n ->
        [1] one day of { $name }
       *[other] { COUNT($n) } days of { $name }
    } { calendar-more }
calendar-more =
    { $more ->
        [yes] more
       *[no] fewer
    }
calendar-method-title = Calendar
calendar-method = How often each weekday comes, how long a period is and which holidays fall into it is known beforehand; asked for are { calendar-what }.
    What they do is learned from each series’ whole history before the target: a regression on changes of yearly changes under
    airline noise, whose two numbers are found by restricted maximum likelihood. Regressors of a kind are tested together (F test),
    and those of a series are used where q, Benjamini–Hochberg over the { $nouns } of a metric, is at most 5{"\u202F"}%. Effects that are used are taken
    out of history before models see it and put back into the projection; bands are wider by what that cost in degrees of freedom
    and by the standard error of the effect on the target. The backtest knows the same effects. A holiday that never leaves its
    place in the year is season; one that left it only once cannot be told from chance. Both are left out.
calendar-title = What the calendar makes of the target (series whose projection holds it in semibold)
calendar-head-q =
    { $group ->
        [trading_days] q, trading|days
       *[holidays] q,|holidays
    }
calendar-head-usual = Against|usual, %
calendar-head-year-ago = Against a|year before, %
calendar-head-interval = 95 % interval|of that
calendar-note = Usual is what the target’s place in the year holds on average of its history. Effects of weekdays and holidays on their own are in the facts.
