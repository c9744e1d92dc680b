//! No cell of a few customers can be worked out from a memo: not by reading, by subtracting, nor by combining tables.
//!
//! Random small panels go down the real road. Every fact that is a sum over cells (category × segment × period) becomes an
//! equation, and is held against the data, so that no equation is read wrongly. A cell is solved where its own sum is a
//! combination of the equations: linear algebra decides, not a look.

mod algebra;
mod claims;
mod clusters;
mod few;
mod groups;
mod reading;
mod rhythm;
mod shops;

use crate::run::Workshop;
use bellwether::model::facts::Facts;
use bellwether::render::Templates;
use bellwether::road;
use bellwether::road::Request;
use few::small_counts;
use few::solved;
use reading::said;
use shops::BIG;
use shops::SECTORS;
use shops::Shops;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Panels that are drawn; a few larger ones, in which drivers speak, follow.
const N_PANELS: u64 = 200;
/// Fewest customers of a figure in these panels: ten would leave forty customers no category of their own.
const MIN_CELL: u64 = 4;

fn spec(min_cell: u64, drivers: &str) -> String {
    format!(
        "bellwether: 1
title: Shops
min_cell: {min_cell}
sources:
  buys: {{ files: buys.csv, time: day, customer: who }}
  people: {{ files: people.csv, key: who }}
metrics:
  spend: {{ of: sum(cents), unit: cent }}
  orders: {{ of: count(*) }}
  shoppers: {{ of: count(distinct who) }}
  ticket: {{ of: spend / orders }}
  big: {{ of: count(*) filter (where cents >= {BIG}), across: category }}
categories: {{ by: sector, noun: sector }}
segments: [region, age]
periods: {{ grain: month, compare: [previous], as_of: 2025-12-01 }}
memo:
  - headline: {{ metrics: [spend, orders, shoppers] }}
  - deviation: {{ metrics: [spend, orders, shoppers, ticket] }}
{drivers}  - contribution: {{ of: top 9, metric: ticket, by: [region, age], resamples: 9 }}
  - funnel: {{ stages: [shoppers, big], by: [region, age] }}
  - quality: {{}}
"
    )
}

fn facts_of(workshop: &Workshop, shops: &Shops, spec: &str) -> Facts {
    workshop.write("buys.csv", shops.buys());
    workshop.write("people.csv", shops.people());
    facts_by(workshop, spec)
}

/// Computes a spec beside its data.
fn facts_by(workshop: &Workshop, spec: &str) -> Facts {
    let request = Request {
        spec: PathBuf::from(workshop.write("shops.yaml", spec)),
        ..Request::default()
    };
    let planned = road::plan(&request).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let computed = road::compute(&planned, &Templates::default());
    computed.unwrap_or_else(|wrong| panic!("{wrong:?}")).facts
}

#[test]
fn no_small_cell_of_200_panels_can_be_worked_out() {
    let workshop = Workshop::new();
    let mut read: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut n_joined, mut n_alone) = (0, 0);
    for seed in 0..N_PANELS {
        let shops = Shops::drawn(seed, [6, 40]);
        let facts = facts_of(&workshop, &shops, &spec(MIN_CELL, ""));
        let said = said(&shops, &facts);
        let solved = solved(&shops, &said, MIN_CELL);
        let thin = facts.list("disclosure/thin");
        // What all customers of a month are together is no cell of a table.
        let solved: Vec<String> = solved
            .into_iter()
            .filter(|it| thin.is_empty() || !it.contains("of any, all"))
            .collect();
        assert!(solved.is_empty(), "panel {seed}: {solved:#?}");
        let small = small_counts(&facts, MIN_CELL);
        assert!(small.is_empty(), "panel {seed}: {small:#?}");
        said.n_read
            .iter()
            .for_each(|(kind, n)| *read.entry(kind).or_default() += n);
        n_joined += usize::from(!facts.list("disclosure/joined").is_empty());
        n_alone += facts
            .list("categories/labels")
            .iter()
            .filter(|it| SECTORS.contains(&it.as_str()))
            .count();
    }
    // Neither an empty memo nor one in which nothing is small would prove anything.
    for kind in ["headline", "deviation", "series", "contribution", "funnel"] {
        assert!(read.get(kind).is_some_and(|n| *n > 500), "{read:?}");
    }
    assert!(
        n_joined > 100 && n_alone > 200,
        "{n_joined} panels with joined sectors, {n_alone} sectors alone"
    );
}

#[test]
fn without_protection_most_panels_give_small_cells_away() {
    let workshop = Workshop::new();
    let mut n_given = 0;
    let n = 40;
    for seed in 0..n {
        let shops = Shops::drawn(seed, [6, 40]);
        let facts = facts_of(&workshop, &shops, &spec(1, ""));
        n_given += u64::from(!solved(&shops, &said(&shops, &facts), MIN_CELL).is_empty());
    }
    assert!(n * 9 / 10 < n_given, "{n_given} of {n}");
}

#[test]
fn what_drivers_show_does_not_give_away_what_contribution_merges() {
    let workshop = Workshop::new();
    let drivers = "  - drivers: { of: top 9, metric: ticket, question: population }\n";
    let mut n_read = 0;
    for seed in 1_000..1_016 {
        let shops = Shops::drawn(seed, [90, 180]);
        let facts = facts_of(&workshop, &shops, &spec(MIN_CELL, drivers));
        let said = said(&shops, &facts);
        let solved = solved(&shops, &said, MIN_CELL);
        assert!(solved.is_empty(), "panel {seed}: {solved:#?}");
        n_read += said.n_read.get("drivers").copied().unwrap_or(0);
    }
    assert!(n_read > 300, "{n_read} sums of drivers");
}
