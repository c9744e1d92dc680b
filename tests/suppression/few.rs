//! Cells of a few customers: which there are, and which of them a memo gives away or prints.

use super::algebra::Echelon;
use super::reading::Said;
use super::shops::AGES;
use super::shops::Month;
use super::shops::N_MONTHS;
use super::shops::Of;
use super::shops::REGIONS;
use super::shops::SECTORS;
use super::shops::Sectors;
use super::shops::Shops;
use bellwether::model::facts::Facts;
use bellwether::model::facts::Value;
use bellwether::model::unit::Quantity;
use bellwether::model::unit::Unit;

/// A cell that must not be worked out: what, when, of whom, and how many they are.
pub(super) fn small_cells(shops: &Shops, month: usize, of: Of, min_cell: u64) -> Vec<(String, Vec<usize>)> {
    let at = Month { shops, month };
    let people = at.truth(if of == Of::Big { Of::Big } else { Of::People });
    let mut small = Vec::new();
    let mut kinds: Vec<(String, Vec<usize>)> = vec![("all".into(), (0..shops.n_kinds()).collect())];
    for kind in 0..shops.n_kinds() {
        kinds.push((shops.levels(kind).join("+"), vec![kind]));
    }
    for (place, levels) in [&REGIONS[..shops.n_regions], &AGES[..shops.n_ages]].iter().enumerate() {
        for level in *levels {
            let of_level = (0..shops.n_kinds()).filter(|it| shops.levels(*it)[place] == *level);
            kinds.push(((*level).to_owned(), of_level.collect()));
        }
    }
    let sectors = if of == Of::Big {
        shops.n_sectors..=shops.n_sectors
    } else {
        0..=shops.n_sectors
    };
    for sector in sectors {
        for (name, kinds) in &kinds {
            let n: f64 = kinds.iter().map(|it| people[at.cell(sector, *it)]).sum();
            if !(0.5..min_cell as f64 - 0.5).contains(&n) {
                continue;
            }
            let sectors = if sector == shops.n_sectors {
                Sectors::All
            } else {
                Sectors::These(vec![sector])
            };
            let label = SECTORS
                .get(sector)
                .filter(|_| sector < shops.n_sectors)
                .unwrap_or(&"any");
            if let Some(cells) = at.cells(of, &sectors, &|it| kinds.contains(&it)) {
                small.push((
                    format!("{of:?} of {label}, {name}, month {month}: {n} customers"),
                    cells,
                ));
            }
        }
    }
    small
}

/// Lists the small cells that the facts give away.
pub(super) fn solved(shops: &Shops, said: &Said, min_cell: u64) -> Vec<String> {
    let mut solved = Vec::new();
    for month in 0..N_MONTHS {
        for of in [Of::Cents, Of::Orders, Of::People, Of::Big] {
            let n_cells = Month { shops, month }.n_cells();
            let rows = said.rows.get(&(month, of)).cloned().unwrap_or_default();
            let echelon = Echelon::of(n_cells, &rows);
            let given = small_cells(shops, month, of, min_cell)
                .into_iter()
                .filter(|it| echelon.solves(n_cells, &it.1));
            solved.extend(given.map(|it| it.0));
        }
    }
    solved
}

/// Lists the counts of customers that are printed and small.
pub(super) fn small_counts(facts: &Facts, min_cell: u64) -> Vec<String> {
    let mut small = Vec::new();
    for (id, fact) in facts.iter() {
        // Its n are periods.
        let of_periods = fact.from.analysis == "deviation";
        if !of_periods && fact.n.is_some_and(|n| (1..min_cell).contains(&n)) {
            small.push(format!("{id}: n = {}", fact.n.unwrap_or(0)));
        }
        let is_count = COUNTS.iter().any(|it| id.contains(it));
        if let (Value::Number(Some(x)), true) = (&fact.value, is_count) {
            let is_small = x.fract() == 0.0 && (1.0..min_cell as f64).contains(x);
            small.extend(is_small.then(|| format!("{id} = {x}")));
        }
    }
    small
}

/// Parts of the ids of facts that count customers.
pub(super) const COUNTS: [&str; 15] = [
    "/customers",
    "/customers_",
    "/alone_",
    "funnel/stage/",
    "funnel/loss/customers",
    "rfm/migration/",
    "/to/",
    "/followed",
    "/size",
    "rfm/slipped",
    "rfm/joined",
    "rfm/left",
    "/band/",
    "/missing",
    "migration/size/",
];

/// Lists shares of customers whose count, the share times all, is small.
pub(super) fn small_shares(facts: &Facts, min_cell: u64) -> Vec<String> {
    let mut small = Vec::new();
    for (id, fact) in facts.iter() {
        let is_of_customers = ["funnel", "cohorts", "profile", "roster"].contains(&fact.from.analysis.as_str());
        let is_share = fact.unit == Unit::total(Quantity::Share);
        let (Value::Number(Some(x)), Some(n), true) = (&fact.value, fact.n, is_of_customers && is_share) else {
            continue;
        };
        let part = x * n as f64;
        let is_small = (part - part.round()).abs() < 1e-6 && (1.0..min_cell as f64).contains(&part.round());
        small.extend(is_small.then(|| format!("{id}: {part} of {n}")));
    }
    small
}
