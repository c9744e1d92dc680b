# Contribution: the change of a category split into structure and behaviour, segment by segment.

contribution-turn =
    { $up ->
        [yes] rise
       *[no] fall
    }
contribution-title = Who moved it: the { contribution-turn } of { $size } since { $against }, segment by segment
contribution-head-share = Share, %
contribution-head-rate = Rate
contribution-structural = Structural
contribution-behavioural = Behavioural
contribution-joint = Joint
contribution-head-total = Total
contribution-head-interval = 95 % interval
contribution-mean-of = Mean of { $n }
contribution-before = Before
contribution-part =
    { $part ->
        [structural] structural
       *[behavioural] behavioural
    }
contribution-bar-title = { $label }, { contribution-part }
contribution-bar-alt = { $label }: { contribution-part } { $change }.
contribution-segment =
    { $presence ->
        [entrant] { $label } (new)
        [leaver] { $label } (gone)
       *[other] { $label }
    }
contribution-all = All { $buyers }
contribution-note = Kitagawa’s two-part split, centred on the mean rate; rows and columns close to the printed digit by largest remainder.
    { $n } { $buyers } on either side; smallest segment { $smallest }. { $moved ->
        [0] No segment came or went.
       *[other] Segments that came: { $came }; that went: { $went }; they carry the other side’s rate.
    } Intervals: { $resamples } resamples of customers.
contribution-method-title = Contribution
contribution-method-chain = A total is customers × frequency × ticket. Each factor’s part is its change at the mean of the others over all orders of change (Das Gupta), and the parts add up to the change.
contribution-method = With share w and rate r of each segment, behavioural = mean(w) · Δr and structural = Δw · (mean(r) − mean(M)); they sum to ΔM.
    Segments with fewer than { $min_cell } customers on a side are merged. Intervals: { $resamples } resamples of customers, both sides together, segments held fixed.

contribution-chain-title = What moved it: the { contribution-turn } of { $size } since { $against }{ $led ->
        [yes] {" "}is mostly { $factor }
       *[no] , factor by factor
    }
contribution-head-factor = Factor
contribution-head-part = Part of the change

contribution-sensitivity-title = Sensitivity: the same change by other rules
contribution-head-split = Split
contribution-split =
    { $split ->
        [two-part] two-part (used)
        [three-part] rates and shares before
       *[shapley] Shapley
    }
contribution-depends =
    { $n ->
        [0] No segment with a twentieth of a change or more has a part whose sign depends on the method.
       *[other] The sign of a part depends on the method in { $flagged }.
    }
contribution-per = { $label } per { $per }
