# Stability: whether clusters come back when customers are drawn anew.

stability-method-title = Stability
stability-method = Customers are drawn with replacement { $draws } times and clustered again by the same method. A cluster’s likeness is the
    number of customers that it shares with its best match over that of both together (Hennig 2007): from { $very } on it is very stable, from
    { $stable } stable, from { $pattern } a pattern, below not to be trusted.
stability-verdict =
    { $verdict ->
        [very-stable] very stable
        [stable] stable
        [pattern] a pattern
        [untrusted] not to be trusted
       *[not-compared] not compared
    }
stability-title =
    { $stable ->
        [0] No cluster comes back reliably
       *[other] { $all ->
            [yes] { $n ->
                [2] Both clusters come back when customers are drawn anew
               *[other] All { COUNT($n) } clusters come back when customers are drawn anew
            }
           *[no] { CAPITAL(COUNT($stable)) } of { COUNT($n) } clusters come back reliably
        }
    }
stability-weakest = The least stable is “{ $name }”, likeness { $likeness }: { stability-verdict }.
stability-untrusted = Its members depend on which customers happen to be in the data.
stability-subtitle = Likeness is customers in both over customers in either, the best match of each draw, on average.
# A bar parts the lines of a narrow head.
stability-head-likeness = Likeness,|0 to 1
stability-head-verdict = It is
stability-head-recovered = % of draws|recovered
stability-head-dissolved = % of draws|dissolved
