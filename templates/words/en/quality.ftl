# Quality: rows and rules, checks, what to reproduce a memo with.

quality-note-title = What to know of the data
quality-rows-before = { $rows } before
quality-rows-history = { $rows } in the { grains } of history
quality-rows-target = { $rows } { $when }
quality-rows-after = { $rows } after
quality-rows-title = Rows by period
quality-rows-alt = Rows used of { $source }: { $parts }.
quality-rows-figure = Rows read, removed and used
quality-unreadable = cannot be read
quality-rejects = kept in tables/rejects.csv
quality-rows-used = rows used
quality-of-memo = the rows that this memo is about
quality-head-source = Source
quality-head-rule = Rule
quality-head-rows = Rows
quality-head-removed = Removed
quality-head-of-rows = % of rows
quality-head-because = Because
quality-title = Data quality
quality-head-check = Check
quality-head-result = Result
quality-check = { $source }: { $check ->
        [duplicates] repeated rows
        [rows_without_customer] rows without a customer
        [rows_without_attributes] rows of unknown customers
        [rows_without_category] rows without a category
       *[rounded] values rounded
    }
quality-unmatched = { $source }: rows whose key is not in { $table }
quality-not-stated = { $attribute }: not stated
quality-of = { $n } of { $all }
quality-periods-empty = { CAPITAL($grain) }s without rows
quality-periods-incomplete = { CAPITAL($grain) }s not complete, left out
quality-smallest = Smallest { $noun }: { $label }
quality-hashes = Full hashes: manifest.json beside this memo.
quality-reproduce = Reproduce this memo
quality-head-input = Input
quality-head-hash = BLAKE3, first { $n }

quality-some-rows =
    { $n ->
        [one] { $rows } row
       *[other] { $rows } rows
    }
quality-nobody-kept = { CAPITAL($source) }: { $rows } ({ $share }) without a customer count in sums and belong to nobody.
quality-nobody-dropped = { CAPITAL($source) }: rows without a customer are not in the memo; “{ $rule }” removed { $rows } ({ $share }).
quality-nobody-named = { CAPITAL($source) }: rows without a customer have an id that the computed column { $column } gives them.
quality-different = { $n } of { $all } are different
quality-duplicates = Features and attributes repeat another’s
quality-near-duplicates = The same, features to three digits
quality-twins = Has a twin among the rest, of { $share } held out
quality-leakage = of these a model has seen the answer
quality-constant = Features with one value
quality-inflated = Features that others tell (inflation of { $from } and more)
quality-condition = Condition number of the features
quality-condition-weak = below { $below }: no strong dependence
quality-condition-one = one feature hardly varies beside its mean
quality-condition-pairs = carried by { $pairs }
quality-customers-title = Quality of the table of customers
quality-customers-subtitle =
    { $some ->
        [yes] { $all } customers, { $without } of them without rows in the window and not held against each other; ids set aside.
       *[no] { $all } customers, ids set aside.
    }
# A bar parts the lines of a narrow head.
quality-head-of-customers = % of|customers
quality-head-says = It says
quality-more = { COUNT($n) } more
quality-head-rare = Levels below { $share }, to be merged
quality-head-not-stated = Not|stated
quality-attributes-title = Who did not state what
quality-attributes-subtitle = Customers of the roster; those who did not state an attribute against those who did.
quality-head-attribute = Attribute
quality-head-silent = Those who did not
quality-all-stated = All stated it
quality-too-few = Too few to be told
quality-silent =
    { $kind ->
        [less] Median { $feature } { $size } less ({ quality-medians })
        [more] Median { $feature } { $size } more ({ quality-medians })
        [alike] Median { $feature } differs within chance ({ quality-medians })
        [part] They have { $size } of { $feature }
       *[medians] Median { $feature } { quality-medians }
    }
quality-medians = { $silent } against { $stated }
quality-rare =
    { $n ->
        [1] { $levels }: { $share }
       *[other] { $levels }: { $share } together
    }
