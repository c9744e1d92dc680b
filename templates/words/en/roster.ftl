# The roster: one row a customer, and the segments that the first rule gives.

roster-nobody = Nobody bought in { $window }
roster-segment = Segment
roster-worth-title = What each segment is worth
roster-worth-subtitle = Customers of { $window } by the first rule that holds.
roster-typical-title = What is typical of each
roster-title = “{ $segment }”: { $share } of customers, { $worth_share } of { $what }
roster-title-all = { CAPITAL($customers) } in { $window }
roster-population =
    { $active ->
        [yes] Customers are those with rows in { $window }.
       *[no] Customers are all that are known, with or without rows in { $window }.
    }
roster-partition =
    { $many ->
        [yes] Each of { $customers } is in exactly one of { COUNT($segments) } segments.
       *[no] The roster holds { $customers }.
    }
roster-no-shift = Since { $against }, no segment’s share of customers has moved beyond chance{ $kept ->
        [yes] , of those that are shown
       *[no] {""}
    }.
roster-shift = Since { $against }, “{ $segment }” { rose } most, from { $before } to { $now } of customers.
roster-head-quantile = { $share } %
roster-head-lowest = 5 % below
roster-head-median = Median
roster-head-missing = Not defined
roster-head-made-of = Made of
roster-features-title = Where customers lie
roster-features-subtitle = Features over { $window }; so many customers are below each value.
roster-head-band = Band
roster-head-of-customers = % of customers
roster-bands-title = Customers by band
roster-bands-note = Bands without customers are left out.
roster-band-below = below { $high }
roster-band-between = { $low } to below { $high }
roster-band-above = { $low } and more
roster-rule = “{ $segment }” if { $condition }
roster-method-title = Customers and segments
roster-method = The roster holds one row a customer over { $window }. { $n ->
        [0] All customers stand together.
       *[other] Rules, the first that holds: { $rules }; else “{ $rest }”.
    } Sizes add up to all customers. Medians come with the 95 % interval of order statistics (Conover 1999), which assumes no shape.
