//! Claims about crowds that differ by a few customers: each alone is of many, and all of them together are not.

use super::MIN_CELL;
use super::clusters::spent;
use super::facts_of;
use super::shops::Draw;
use super::shops::Shops;
use super::spec;
use crate::run::Workshop;
use std::collections::BTreeSet;

#[test]
fn claims_do_not_give_away_by_how_many_customers_they_differ() {
    let workshop = Workshop::new();
    let (mut n_told, mut n_kept) = (0, 0);
    for seed in 3_000..3_020 {
        let shops = Shops::drawn(seed, [40, 90]);
        let spent = spent(&shops);
        let mut draw = Draw(seed);
        let from: BTreeSet<u64> = (0..6).map(|_| spent[draw.upto(0, spent.len() - 1)]).collect();
        let facts = |min_cell: u64| {
            let whole = spec(min_cell, "");
            let mut text = whole[..whole.find("memo:").expect("a spec has a memo")].to_owned();
            text.push_str("roster:\n  over: 1 month\n  customers: active\n  features: { spent: sum(cents) }\n");
            text.push_str("memo:\n  - hypotheses:\n");
            for cents in &from {
                text.push_str(&format!(
                    "      - claim: share(customers, where spent < {cents}) > 10 %\n"
                ));
            }
            facts_of(&workshop, &shops, &text)
        };
        let (kept, open) = (facts(MIN_CELL), facts(1));
        // How many customers each claim is of: with nobody and everybody, whom all know.
        let mut sizes = vec![0, spent.len()];
        for (claim, cents) in (1..).zip(&from) {
            let id = format!("hypotheses/{claim}/figure");
            let n = spent.iter().filter(|it| *it < cents).count();
            let share = n as f64 / spent.len() as f64;
            let is_true = open.number(&id).is_some_and(|x| (x - share).abs() < 1e-9);
            assert!(
                is_true,
                "panel {seed}, claim {claim}: {:?} is said, {share} is true",
                open.number(&id)
            );
            if kept.number(&id).is_some() {
                sizes.push(n);
                n_told += 1;
            } else {
                n_kept += 1;
            }
        }
        sizes.sort_unstable();
        let few = sizes
            .windows(2)
            .find(|it| (1..MIN_CELL as usize).contains(&(it[1] - it[0])));
        assert!(few.is_none(), "panel {seed}: {few:?} customers are told");
    }
    assert!(
        n_told > 40 && n_kept > 20,
        "{n_told} claims are told, {n_kept} are kept back"
    );
}
