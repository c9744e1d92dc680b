# Drivers: which attribute tells whose spending changed, and who the buyers are.

drivers-nothing =
    { $n ->
        [1] The one attribute explains nothing
       *[other] None of { COUNT($n) } attributes explains it
    }
drivers-answer =
    { $n ->
        [0] No attribute tells { drivers-what }
        [1] { CAPITAL($attributes) } tells { drivers-what }
       *[other] { CAPITAL($attributes) } tell { drivers-what }
    }
drivers-what =
    { $question ->
        [population] who the buyers are
       *[behaviour] { $money ->
            [yes] whose spending changed
           *[no] whose behaviour changed
        }
    }
drivers-subtitle =
    { $question ->
        [population] What tells the buyers from those of { $against }, % of variance
       *[behaviour] { $money ->
            [yes] What tells whose spending changed since { $against }, % of variance
           *[no] What tells whose behaviour changed since { $against }, % of variance
        }
    }
drivers-title = { $label }: attributes by importance
drivers-alt = Importance of { $n ->
        [1] one attribute
       *[other] { $n } attributes
    } beside what chance gives each; { $n_above ->
        [0] no attribute is above its null
       *[other] above their null: { $above }
    }.
drivers-null-label = tick: as far as chance goes
drivers-note = { $n } customers { $question ->
        [population] who bought on either side
       *[behaviour] active on both sides
    }. { $other } Associated, not caused.
drivers-levels-title = { $label }: shares and rates before and after
drivers-levels-alt = Share of { $buyers } and { $metric } by { $attributes }, { $before } against { $after }.
drivers-share-head = Share of { $buyers }, %
drivers-no-levels-title = No attribute leads
drivers-no-levels = Shuffling any attribute over the customers loses nothing, or its levels are held by too few customers to be shown. Look for the reason outside these attributes.
drivers-moved =
    { $moved ->
        [both] Shares moved, and so did rates
        [shares] Shares moved; rates held
        [rates] Rates moved; shares held
        [all-fell] Every level’s rate fell
        [all-rose] Every level’s rate rose
       *[neither] Shares and rates, before and after
    }
drivers-coloured =
    { $explaining ->
        [0] { $groups ->
            [1] The leading attribute, though it does not explain the change. Coloured: beyond sampling error.
           *[other] The two leading attributes, though neither explains the change. Coloured: beyond sampling error.
        }
       *[other] Coloured: moved beyond its own sampling error; grey: did not.
    }
drivers-method-title = Drivers
drivers-method = Pairs of shallow trees, each grown on half of the customers and judged on the other half, look for what tells whose
    spending changed, and what tells the buyers of one period from the other’s. Importance is the hold-out variance lost when an
    attribute is shuffled; its null is the same on data from which only the question was removed. One case in twenty names an
    attribute by chance. { drivers-outcome }
drivers-outcome =
    { $told ->
        [0] No { $noun } was looked at.
       *[other] { $explained ->
            [0] No attribute explains any of the changes looked at: look for the reason outside these attributes.
           *[other] { CAPITAL(COUNT($explained)) } of { COUNT($told) } changes have an attribute that explains them.
        }
    }
drivers-spent =
    { $direction ->
        [less] spent less
       *[more] spent more
    }
drivers-rules-title = Whose spending moved with its { $noun } since { $against }: rules of a shallow tree
drivers-head-customers = Customers
drivers-head-number = Number
drivers-head-which = Which of them
drivers-head-share = Share, %
