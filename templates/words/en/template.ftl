# What a template places itself.

template-skip = Skip to the memo
template-dark = Dark
template-light = Light
template-contents = Contents
template-note-facts = Facts of note
template-marks-facts = Facts behind the marks
template-figure-facts = Facts behind the figure
template-of = of
template-close = Close
template-facts-json = In facts.json under this name.
template-definition = Definition
template-value = Value
template-unit = Unit
template-interval = Interval
template-to = to
template-metric = Metric
template-category = Category
template-periods = Periods
template-analysis = Analysis
template-not-defined = not defined
template-per = per
template-pure-number = a pure number
template-share = share of a whole
template-share-points = difference of shares
template-change = relative change
template-probability = probability
