# What an author notes beside the figures, and a memo of a period that still runs.

notes-noted = Noted:
notes-aloud = Marked: { $notes }.
notes-one = { $label }, { $dates }
notes-one-with = { $label }, { $dates }: { $text }
notes-known = Known cause, says { $by }: { $cause }.
notes-known-of = { $metric }: { $known }
notes-title = Dated notes, as the spec says them
notes-when = When
notes-what = What
notes-note = Note
notes-concerns = Concerns
notes-all = all { $nouns }
notes-concerned = { $categories }; { $metrics }
notes-causes-title = Known causes, as analysts say them
notes-causes-metric = Metric
notes-causes-known = Known cause
notes-causes-says = Says
notes-causes-note = A known cause stands beside its deviation. It changes no figure, no rank and no probability.

early-mark = early signal, { $n } of { $all } days
early-dated = { $dates } · { $mark }
early-chart = { CAPITAL($mark) }; all { grain-nouns } to the same day.
early-kicker = { $kicker }: early signal
early-of = { CAPITAL($mark) } of { $period }.
early-warning = All that follows is held against the same part of earlier { grain-nouns }, and may turn before the { grain-noun } is complete.
