# Claims that an author wrote down, held against the data.

hypotheses-figure = { $value } (95{"\u202F"}% interval { $range })
hypotheses-against = { $value } against { $other }
hypotheses-verdict =
    { $verdict ->
        [holds] holds
        [does-not-hold] does not hold
        [not-shown] not shown
       *[not-tested] not tested
    }
hypotheses-claim = The claim { $claim } { hypotheses-verdict }: { $figure }.
hypotheses-because = It was made because { $because }.
hypotheses-title-one =
    { $verdict ->
        [holds] The claim holds beyond chance
        [does-not-hold] The claim does not hold
        [not-shown] Chance alone could explain the answer to the claim
       *[not-tested] The claim cannot be tested
    }
hypotheses-title =
    { $n ->
        [0] None of { COUNT($all) } claims holds beyond chance
       *[other] { $every ->
            [yes] All { COUNT($all) } claims hold beyond chance
           *[no] { CAPITAL(COUNT($n)) } of { COUNT($all) } claims { $n ->
                [one] holds
               *[other] hold
            } beyond chance
        }
    }
hypotheses-contradicted = The data contradict { COUNT($n) } of them: { $claims }.
hypotheses-undecided =
    { $n ->
        [1] { $only ->
            [yes] The data cannot tell.
           *[no] Of { $claim } the data cannot tell.
        }
       *[other] Of { COUNT($n) } claims the data cannot tell.
    }
hypotheses-undecided-answers =
    { $n ->
        [1] { $yes ->
            [1] It is true of these customers, and chance may have made it so.
           *[0] It is false of these customers, and chance may have made it so.
        }
       *[other] { $yes ->
            [0] They are false of these customers, and chance may have made them so.
           *[other] { $every ->
                [yes] They are true of these customers, and chance may have made them so.
               *[no] { CAPITAL(COUNT($yes)) } { $yes ->
                    [one] is
                   *[other] are
                } true of these customers, the others false; chance may have made either.
            }
        }
    }
hypotheses-untested =
    { $n ->
        [one] { CAPITAL(COUNT($n)) } is not tested.
       *[other] { CAPITAL(COUNT($n)) } are not tested.
    }
hypotheses-untested-why = Why stands below each.
# A bar parts the lines of a narrow head.
hypotheses-head-claim = Claim
hypotheses-head-figure = Figure
hypotheses-head-against = Against
hypotheses-head-interval = 95 % interval
hypotheses-head-p = p|after Holm
hypotheses-head-answer = Answer
hypotheses-table-title = What was claimed, and what is
hypotheses-table-subtitle = Figures of customers over { $window }; true or false of these customers, and below it whether it is so beyond chance.
hypotheses-table-note = Intervals are those of the figure; where two figures are compared, those of their difference, with a sign. p is that of the claim where it is true of these customers, else that of its opposite.
hypotheses-answer =
    { $answer ->
        [true] True
        [false] False
       *[other] { $answer }
    }
hypotheses-beyond =
    { $beyond ->
        [yes] beyond chance
       *[no] within chance
    }
hypotheses-method-title = Claims
hypotheses-method = A claim was written down in the spec, and is tested as it stands.{ $binomial ->
        [yes] {" "}Shares and counts of customers are held against a number by the exact binomial test, with Wilson’s interval.
       *[no] {""}
    }{ $fisher ->
        [yes] {" "}Correlations (Pearson) are held against a number by Fisher’s z, which takes both figures as normal: of figures with a long tail its intervals are too narrow.
       *[no] {""}
    }{ $drawn ->
        [yes] {" "}Other figures, and differences, are judged by drawing as many customers as there are, with replacement, { $draws } times by seed: the interval holds the middle 95{"\u202F"}% of draws, and p is the share of draws for which the claim fails (one more added to both counts). Customers who are in both sides are drawn in both.
       *[no] {""}
    } All tests are one-sided. Holm’s correction (1979) lets at most one such section in twenty call a claim true by chance; it is applied to the claims,
    and apart from that to their opposites. Groups for a claim were named by the author; where they were made of the same figures (clusters), that
    they differ in them is no discovery.
