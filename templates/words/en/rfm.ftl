# Recency, frequency, money.

rfm-segment =
    { $segment ->
        [champions] Champions
        [loyal] Loyal
        [potential-loyalists] Potential loyalists
        [recent] Recent
        [promising] Promising
        [cannot-lose] Cannot lose them
        [at-risk] At risk
        [hibernating] Hibernating
       *[lost] Lost
    }
rfm-segment-short =
    { $segment ->
        [potential-loyalists] Potential
       *[cannot-lose] Can’t lose
    }
rfm-nobody = Nobody bought in { $window }
rfm-risk-kept = Customers at risk: fewer than { $min }, or kept back with them
rfm-no-risk = No customer who bought often has stopped
rfm-title = { $customers } who brought { $spend } are at risk
rfm-champions = Of { $customers } in { $window }, { $share } are champions and brought { $spend_share } of { $what }.
rfm-bought = { $customers } bought in { $window }.
rfm-at-risk = Those at risk bought often and have stopped: { $share } of the customers’ { $what }.
rfm-slipped-there = { CAPITAL($customers) } slipped there since { $against }.
rfm-risk =
    { $some ->
        [yes] { $title }: they bought often and have stopped.
       *[no] { $title }.
    }
rfm-slipped = Since { $against }, { $customers } slipped into the two segments at risk.
rfm-joined-and-left =
    { $some ->
        [yes] { $joined } joined; { $left } left the window without a purchase.
       *[no] { $joined } joined.
    }
rfm-all = All customers
rfm-worth-title = What each segment is worth
rfm-worth-subtitle = Customers by recency and frequency, { $window }; those at risk in semibold.
# A bar parts the lines of a narrow head.
rfm-head-segment = Segment
rfm-head-customers = Customers
rfm-head-share = % of|customers
rfm-head-share-of = % of|{ $what }
rfm-head-days = Median days|since purchase
rfm-head-median = Median|{ $what }
rfm-left = Left
rfm-joined = Joined
rfm-migration-title = Migration between segments
rfm-migration-alt = Customers by segment at the end of { $before } and of { $now }.
rfm-migration-head = Segment at the end of { $now }
rfm-migration-figure = Where each segment’s customers are now
rfm-migration-subtitle = % of those in the segment at the end of { $before } (their number in brackets).
rfm-method-title = Recency, frequency, money
rfm-method = Customers who bought in { $window } are scored 1 to 5 by fifths of days since the last purchase (R), { $frequency } (F) and
    { $monetary } (M); { $together ->
        [yes] customers with equal values share the class of the share strictly below them
       *[no] equal values are dealt out over classes in the order of ids
    }. Segments follow from R and F alone; M says what they are worth. At risk are “cannot lose them” and “at risk”. Fifths are relative:
    someone must be in the lowest, however good the year.
rfm-map-title = From scores to segments
rfm-head-recency = Recency
rfm-days-since = Days since purchase
rfm-head-from = From
rfm-head-to = To
rfm-head-by = By
rfm-head-score = Score
rfm-scores-title = What each score means
