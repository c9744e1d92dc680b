# What all analyses share: counts, fractions, periods, units, and the frame of a memo.

count-words = no one two three four five six seven eight nine ten eleven twelve
count-words-feminine = no one two three four five six seven eight nine ten eleven twelve
count = { COUNT($n) }
fraction =
    { $fraction ->
        [tenth] a tenth
        [fifth] a fifth
        [quarter] a quarter
        [third] a third
        [two-fifths] two fifths
        [half] half
        [three-fifths] three fifths
        [two-thirds] two thirds
        [three-quarters] three quarters
        [four-fifths] four fifths
        [nine-tenths] nine tenths
        [all] all
       *[other] { $percent }
    }
points = { $figure }{"\u202F"}pp
points-head = pp

# Pieces that a sentence names: the grain of the memo, and ways up and down.
grain-noun =
    { $grain ->
        [day] day
        [week] week
        [month] month
        [quarter] quarter
       *[year] year
    }
grain-nouns =
    { $grain ->
        [day] days
        [week] weeks
        [month] months
        [quarter] quarters
       *[year] years
    }
grains = { $n ->
        [one] { $n } { grain-noun }
       *[other] { $n } { grain-nouns }
    }
rose =
    { $up ->
        [yes] rose
       *[no] fell
    }
above =
    { $up ->
        [yes] above
       *[no] below
    }

period-week = week { $week } of { $year }
period-quarter = Q{ $quarter } { $year }
period-quarter-short = Q{ $quarter } { $year }
period-when-part = over { $period }
period-when =
    { $grain ->
        [day] on { $period }
       *[other] in { $period }
    }
period-dates = { $first }–{ $last }
period-mean = the mean of the last { $n } { grain-nouns }

default-category = category
other-categories = Other { $nouns }
customers = customers

memo-kicker =
    { $grain ->
        [day] Daily
        [week] Weekly
        [month] Monthly
        [quarter] Quarterly
       *[year] Yearly
    } memo to partners
memo-dateline = { CAPITAL($dates) } · data complete to { $last }
memo-appendix = Method, data quality and audit
interval = { $low } to { $high }
window =
    { $n ->
        [0] the whole history to { $last }
        [1] the { grain-noun } to { $last }
       *[other] the { $n } { grain-nouns } to { $last }
    }
level-not-stated = not stated
level-merged = other
