//! What a memo says of a random shop, fact by fact, as sums over cells.

use super::shops::Month;
use super::shops::N_MONTHS;
use super::shops::Of;
use super::shops::SECTORS;
use super::shops::Sectors;
use super::shops::Shops;
use bellwether::model::facts::Fact;
use bellwether::model::facts::Facts;
use bellwether::model::facts::Value;
use std::collections::BTreeMap;

/// What a memo says of one month: sums over cells.
#[derive(Default)]
pub(super) struct Said {
    /// By month and by what is added up.
    pub(super) rows: BTreeMap<(usize, Of), Vec<Vec<usize>>>,
    pub(super) n_read: BTreeMap<&'static str, usize>,
}

impl Said {
    /// Enters a sum that a fact gives, after holding it against the data.
    #[expect(clippy::too_many_arguments, reason = "a test's own table")]
    pub(super) fn enter(
        &mut self,
        shops: &Shops,
        kind: &'static str,
        month: usize,
        of: Of,
        sectors: &Sectors,
        is_kind: &dyn Fn(usize) -> bool,
        value: f64,
    ) {
        let at = Month { shops, month };
        let Some(cells) = at.cells(of, sectors, is_kind) else {
            return;
        };
        let truth = at.truth(of);
        let sum: f64 = cells.iter().map(|it| truth[*it]).sum();
        // Shares have twelve digits, sums are below a billion.
        assert!(
            (sum - value).abs() < 1e-3,
            "{kind}: month {month}, {of:?}: {value} is printed, {sum} is true"
        );
        self.rows.entry((month, of)).or_default().push(cells);
        *self.n_read.entry(kind).or_default() += 1;
    }
}

pub(super) fn number(facts: &Facts, id: &str) -> Option<f64> {
    facts.number(id)
}

pub(super) fn n_of(facts: &Facts, id: &str) -> Option<f64> {
    facts.get(id).and_then(|it| it.n).map(|n| n as f64)
}

pub(super) fn month_of(name: &str) -> usize {
    name[5..7].parse::<usize>().expect("a month") - 1
}

pub(super) const ID_OF: [(&str, Of); 3] = [("spend", Of::Cents), ("orders", Of::Orders), ("shoppers", Of::People)];

/// Reads every fact that is a sum over cells.
pub(super) fn said(shops: &Shops, facts: &Facts) -> Said {
    let mut said = Said::default();
    let now = N_MONTHS - 1;
    let everybody = |_: usize| true;
    for (name, of) in ID_OF {
        for (id, month) in [("value", now), ("previous/before", now - 1)] {
            if let Some(x) = number(facts, &format!("headline/{name}/{id}")) {
                said.enter(shops, "headline", month, of, &Sectors::All, &everybody, x);
            }
        }
        enter_series(
            &mut said,
            shops,
            facts,
            &format!("headline/{name}/series"),
            of,
            &Sectors::All,
        );
    }
    let labels = facts.list("categories/labels").to_vec();
    for (slug, label) in facts.list("categories/ids").iter().zip(&labels) {
        let sectors = Sectors::These(sectors_of(facts, label));
        for (name, of) in ID_OF {
            let id = format!("deviation/{slug}/{name}");
            if let Some(x) = number(facts, &format!("{id}/actual")) {
                said.enter(shops, "deviation", now, of, &sectors, &everybody, x);
            }
            enter_series(&mut said, shops, facts, &format!("{id}/series/actual"), of, &sectors);
        }
        enter_segments(&mut said, shops, facts, slug, &sectors);
        enter_levels(&mut said, shops, facts, slug, &sectors);
    }
    enter_funnel(&mut said, shops, facts);
    said
}

/// The sectors that a label stands for.
pub(super) fn sectors_of(facts: &Facts, label: &str) -> Vec<usize> {
    let place = |name: &str| SECTORS.iter().position(|it| *it == name);
    match place(label) {
        Some(one) => vec![one],
        None => {
            assert_eq!(facts.text("disclosure/label"), Some(label));
            facts
                .list("disclosure/joined")
                .iter()
                .filter_map(|it| place(it))
                .collect()
        }
    }
}

pub(super) fn enter_series(said: &mut Said, shops: &Shops, facts: &Facts, id: &str, of: Of, sectors: &Sectors) {
    let Some(Fact {
        value: Value::Series { periods, values },
        ..
    }) = facts.get(id)
    else {
        return;
    };
    for (period, value) in periods.iter().zip(values) {
        if let Some(x) = value {
            said.enter(shops, "series", month_of(period), of, sectors, &|_| true, *x);
        }
    }
}

/// The whole of a category in a month; known from its series, or given to the reader for nothing.
pub(super) fn whole(shops: &Shops, month: usize, of: Of, sectors: &Sectors) -> f64 {
    let at = Month { shops, month };
    let truth = at.truth(of);
    let cells = at.cells(of, sectors, &|_| true);
    cells.unwrap_or_default().iter().map(|it| truth[*it]).sum()
}

/// Finds the segment of each kind by the labels that are printed: "North, old or young", "North, other", "Other".
pub(super) fn segment_of(shops: &Shops, labels: &[String], kind: usize) -> usize {
    let own = shops.levels(kind);
    let names = |label: &String| -> Vec<Vec<String>> {
        let parts = label.split(", ");
        parts
            .map(|it| it.split(" or ").map(str::to_lowercase).collect())
            .collect()
    };
    let fits = |label: &&String, others: bool| {
        let parts = names(label);
        let is_rest = parts.last().is_some_and(|it| *it == ["other"]);
        let named = if is_rest { &parts[..parts.len() - 1] } else { &parts[..] };
        is_rest == others
            && named
                .iter()
                .zip(own)
                .all(|(part, level)| part.iter().any(|it| it == level))
    };
    let depth = |label: &&String| names(label).len();
    let exact = labels.iter().position(|it| fits(&it, false));
    exact
        .or_else(|| {
            let rest = labels.iter().filter(|it| fits(it, true)).max_by_key(depth)?;
            labels.iter().position(|it| it == rest)
        })
        .unwrap_or_else(|| panic!("{own:?} is in none of {labels:?}"))
}

pub(super) fn enter_segments(said: &mut Said, shops: &Shops, facts: &Facts, slug: &str, sectors: &Sectors) {
    let now = N_MONTHS - 1;
    let labels = facts.list(&format!("contribution/{slug}/segments")).to_vec();
    // A kind that nobody in the category is of is in no segment.
    let of_kind: Vec<Option<usize>> = (0..shops.n_kinds())
        .map(|kind| {
            let is_there = |month: usize| {
                let at = Month { shops, month };
                let truth = at.truth(Of::Orders);
                let cells = at.cells(Of::Orders, sectors, &|it| it == kind).unwrap_or_default();
                cells.iter().any(|it| truth[*it] > 0.0)
            };
            let met = !labels.is_empty() && (is_there(now) || is_there(now - 1));
            met.then(|| segment_of(shops, &labels, kind))
        })
        .collect();
    for place in 0..labels.len() {
        for (when, month) in [("before", now - 1), ("after", now)] {
            let id = |what: &str| format!("contribution/{slug}/segment/{}/{what}_{when}", place + 1);
            let own = |kind: usize| of_kind[kind] == Some(place);
            enter_ratio(said, shops, facts, "contribution", month, sectors, &own, &id);
        }
    }
}

pub(super) fn enter_levels(said: &mut Said, shops: &Shops, facts: &Facts, slug: &str, sectors: &Sectors) {
    let now = N_MONTHS - 1;
    for (place, dimension) in ["region", "age"].iter().enumerate() {
        let base = format!("drivers/{slug}/attributes/{dimension}");
        for level in facts.list(&format!("{base}/levels")) {
            for (when, month) in [("before", now - 1), ("after", now)] {
                let id = |what: &str| format!("{base}/{level}/{what}_{when}");
                let own = |kind: usize| shops.levels(kind)[place] == level;
                enter_ratio(said, shops, facts, "drivers", month, sectors, &own, &id);
            }
        }
    }
}

/// A share of orders, a ticket and a number of customers are three sums.
#[expect(clippy::too_many_arguments, reason = "a test's own table")]
pub(super) fn enter_ratio(
    said: &mut Said,
    shops: &Shops,
    facts: &Facts,
    kind: &'static str,
    month: usize,
    sectors: &Sectors,
    own: &dyn Fn(usize) -> bool,
    id: &dyn Fn(&str) -> String,
) {
    let Some(share) = number(facts, &id("share")) else {
        return;
    };
    let orders = share * whole(shops, month, Of::Orders, sectors);
    said.enter(shops, kind, month, Of::Orders, sectors, own, orders);
    if let Some(rate) = number(facts, &id("rate")).filter(|_| orders > 0.0) {
        said.enter(shops, kind, month, Of::Cents, sectors, own, rate * orders);
    }
    let n = n_of(facts, &id("share")).expect("a share has customers behind it");
    said.enter(shops, kind, month, Of::People, sectors, own, n);
}

pub(super) fn enter_funnel(said: &mut Said, shops: &Shops, facts: &Facts) {
    let now = N_MONTHS - 1;
    for (when, month) in [("before", now - 1), ("now", now)] {
        for (stage, of) in [(1, Of::People), (2, Of::Big)] {
            if let Some(x) = number(facts, &format!("funnel/stage/{stage}/{when}")) {
                said.enter(shops, "funnel", month, of, &Sectors::All, &|_| true, x);
            }
        }
        for (place, dimension) in ["region", "age"].iter().enumerate() {
            let base = format!("funnel/by/{dimension}");
            let labels = facts.list(&format!("{base}/levels")).to_vec();
            for (at, label) in labels.iter().enumerate() {
                let names: Vec<&str> = label.split(" or ").collect();
                let named: Vec<&str> = labels.iter().flat_map(|it| it.split(" or ")).collect();
                let own = |kind: usize| {
                    let level = shops.levels(kind)[place];
                    if label == "other" {
                        !named.contains(&level)
                    } else {
                        names.contains(&level)
                    }
                };
                let id = format!("{base}/{}", at + 1);
                if let Some(n) = number(facts, &format!("{id}/customers_{when}")) {
                    said.enter(shops, "funnel", month, Of::People, &Sectors::All, &own, n);
                    if let Some(share) = number(facts, &format!("{id}/{when}")) {
                        said.enter(shops, "funnel", month, Of::Big, &Sectors::All, &own, share * n);
                    }
                }
            }
        }
    }
}
