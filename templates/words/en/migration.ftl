# Migration: who moved from which group to which.

migration-title-none = No customer of { $since } is a customer now
migration-title-kept = Who changed { $group ->
        [cluster] cluster
       *[segment] segment
    } since { $since }: too few to be told
migration-title = { $share } of customers changed { $group ->
        [cluster] cluster
       *[segment] segment
    } since { $since }
migration-stayed = Of { $customers } of both periods, { $stayed } are where they were.
migration-joined-and-left =
    { $came ->
        [yes] { $went ->
            [yes] { $joined } joined, and { $figure } left.
           *[no] { $joined } joined.
        }
       *[no] { $went ->
            [yes] { $left } left.
           *[no] Nobody joined or left.
        }
    }
migration-largest = The largest move is from “{ $from }” to “{ $to }”.
migration-there-and-back = { CAPITAL($there) } went there{ $known ->
        [yes] , and { $back } the other way
       *[no] {""}
    }.
migration-fit =
    { $fits ->
        [yes] The definition fits { $when } too.
       *[no] The definition of “{ $crowd }” does not fit { $when }.
    }
migration-fit-figures = Of “{ $crowd }”, { $beyond } lie farther from their centre than 99{"\u202F"}% did when it was made, and the spread is { $widened } times what it was.
migration-measure =
    { $measure ->
        [beyond] % beyond reach, “{ $crowd }”
       *[widened] Spread, when made = 1, “{ $crowd }”
    }
migration-creep-title = How far clusters have crept
migration-creep-subtitle = Distance of the members’ mean from the centre, the crowd’s spread = 1; the definition was made { $frozen ->
        [yes] in an earlier report
       *[no] on { $now }
    }.
migration-method-title = Migration
migration-method = Each period’s customers are those of { $n ->
        [0] all time
       *[other] { grains }
    }, up to its end. { $group ->
        [cluster] One definition places customers of both periods: the same scales, the same centres. It is said to fit while fewer than { $beyond } of customers are farther from their centre than 99{"\u202F"}% were when it was made, and the spread is below { $widened } times that then.
       *[segment] The same rules place customers of both periods, who are followed by their ids.
    }
migration-unplaced = In no cluster
