# Restatement: what earlier memos said of a figure, and what it reads now.

restatement-headline =
    { $n ->
        [one] One figure of an earlier memo reads otherwise now.
       *[other] { CAPITAL($count) } figures of earlier memos read otherwise now.
    }
restatement-title =
    { $n ->
        [one] One figure that was told reads otherwise now
       *[other] { CAPITAL($count) } figures that were told read otherwise now
    }
restatement-said = { $what }, { $period }: { $memo } said { $was }; it reads { $is } now{ $known ->
        [yes] {" "}({ $by })
       *[no] {""}
    }.
restatement-memo = the memo of { $period }
restatement-version = the earlier version of this memo{ $several ->
        [yes] {" "}on data to { $day }
       *[no] {""}
    }
restatement-none = nothing
restatement-why =
    { $n ->
        [0] { CAPITAL($memo) } follows from the same spec, data and program, as they are named: its figures cannot differ from these unless the report was changed.
        [one] Since { $memo } one thing has changed that figures follow from: { $causes }.
       *[other] Since { $memo } several things have changed that figures follow from, and which of them it was takes `bellwether verify`: { $causes }.
    }
restatement-spec = the spec
restatement-data = the data
restatement-engine = the program
restatement-files = Files: { $files }.
restatement-rows = Rows of { $source } in { $period }: { $was } then, { $is } now.
restatement-table = Said then, read now
restatement-subtitle = The largest change first
restatement-metric = Figure
restatement-period = Period
restatement-was = Said then
restatement-is = Reads now
restatement-change = Change
restatement-told = Told last by
restatement-all = all { $nouns }
restatement-note = { $held } figures of earlier memos were held against this one’s; the others read the same.{ $more ->
        [0] {""}
       *[other] {" "}{ $n_more } smaller changes are in facts.json.
    }
