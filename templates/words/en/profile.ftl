# Profiles: what tells each group of customers apart.

profile-group =
    { $group ->
        [cluster] cluster
       *[segment] segment
    }
profile-head-group =
    { $group ->
        [cluster] Cluster
       *[segment] Segment
    }
profile-title = What tells { profile-group }s apart most: { $feature }
profile-title-none = Nothing tells the { profile-group }s apart
profile-no-attribute = No attribute tells who is in which { profile-group }.
profile-within-chance = All differences are within chance.
profile-attribute = Of “{ $name }”, { $share } have { $attribute } “{ $level }”, against { $elsewhere } elsewhere.
profile-levels =
    { $n ->
        [1] No other level of an attribute differs beyond chance.
       *[other] { CAPITAL(COUNT($n)) } levels of attributes differ beyond chance.
    }
profile-apart-title = What tells each { profile-group } apart
profile-apart-subtitle = Mean less that of all customers, in standard deviations, on the scale that was clustered.
profile-bar-alt = { $name }, { $feature }: { $x }.
profile-attributes-title = Who they are
profile-attributes-subtitle = Levels of attributes whose share differs beyond chance from that among all other customers.
# A bar parts the lines of a narrow head.
profile-head-attribute = Attribute
profile-head-share = % of its|customers
profile-head-elsewhere = % else-|where
profile-head-difference = Difference,|pp
profile-head-interval = 95 %|of all
profile-more = { $n } more differ by less.
profile-head-customer = Customer
profile-typical-title = Customers who are typical
profile-typical-subtitle = Nearest to the middle of each; ids are masked.
profile-method-title = Profiles
profile-method = What tells a { profile-group } apart is its mean less that of all customers, in standard deviations, on the scale of the
    roster’s steps. Shares of attributes are held against those of all customers outside it by Newcombe’s interval, widened so that all hold
    together. Groups below { $min_cell } customers are not described. Typical customers are those nearest to the middle; six letters of a hash
    stand for an id.
