# Rhythm: hours, weekdays and days of the month.

rhythm-index = index { $index }
rhythm-hour = { $hour }{"\u202F"}h
rhythm-at =
    { $pattern ->
        [hours] at { $name }
       *[weekdays] on { $name }s
    }
rhythm-in-window = in { $window }
rhythm-title-none = { $metric }: no rhythm beyond chance
rhythm-title = { $metric }: highest { $peaks }
rhythm-not-apart = { $days } days do not tell { $pattern ->
        [hours] hours
       *[weekdays] weekdays
    } apart.
rhythm-pattern = { $kept ->
        [yes] Of the { $pattern ->
            [hours] hours
           *[weekdays] weekdays
        } that are shown, { $metric }
       *[no] { CAPITAL($metric) }
    } { $many ->
        [yes] are
       *[no] is
    } highest { $high } ({ $at_high }) and lowest { $low } ({ $at_low }){ $total ->
        [yes] {" "}against an even spread of 100
       *[no] {""}
    }.
rhythm-beyond =
    { $beyond ->
        [yes] beyond chance
       *[no] within what chance allows
    }
rhythm-pattern-sure = Over { $days } days the pattern is { rhythm-beyond } (p { $p }).
rhythm-changed = It { $beyond ->
        [yes] differs from
       *[no] does not differ beyond chance from
    } that of { $against } (p { $p }).
rhythm-month-not-apart = The days of the month cannot be told apart yet: there are { COUNT($n) } whole months.
rhythm-month = The first five days of a month stand at { $first }, the last five at { $last }, those between at { $between }.
rhythm-month-sure = Each day is held against its month and its weekday (100); over { $months } months that is { rhythm-beyond } (p { $p }).
rhythm-week-index = Index against an even spread over the hours of the week (100)
rhythm-week-title = { $metric } by hour and weekday
rhythm-week-alt = { $metric } by hour and weekday: from { $lowest } to { $highest }.
rhythm-hour-of-day = Hour of the day
rhythm-week-of = The week of { $metric }
rhythm-head =
    { $what ->
        [share] Share, %
        [index] Index
        [before_index] Before
       *[value] { $percent ->
            [yes] Rate, %
           *[no] Rate
        }
    }
rhythm-head-phase =
    { $pattern ->
        [hours] Hour
       *[weekdays] Weekday
    }
rhythm-by-phase =
    { $pattern ->
        [hours] By hour
       *[weekdays] By weekday
    }
rhythm-head-interval = 95 % interval
rhythm-season-subtitle =
    { $n ->
        [1] Against the twelve months (100); one year does not tell a season from an event.
       *[other] Each against its twelve months (100), mean of { $years } years.
    }
rhythm-season-title = By month of the year
rhythm-head-month = Month
rhythm-method-title = Rhythm
rhythm-method = Hours, weekdays and days of the month of { $metrics }. An index of 100 is an even spread over the hours and days that the
    window holds; a ratio is told from its parts. The day is the unit of every test: hours are turned by a random number within each
    day, days shuffled over weekdays and over parts of the month (999 draws each).{ $compared ->
        [yes] {" "}Days of the window change places with those of { $against }, each within its weekday, after both were brought to one level.
       *[no] {""}
    } Intervals are Wilson’s, where a ratio counts some of what it is counted per; rows of one day are alike, so they are the narrowest that can be right.
