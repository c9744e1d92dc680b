//! What was found before is taken again only where nothing that it follows from is another.

use crate::run::Workshop;
use crate::run::facts;
use crate::run::same;
use bellwether::render::Templates;
use bellwether::road;
use bellwether::road::Request;
use std::fmt::Write;
use std::path::PathBuf;

const CUSTOMERS: u64 = 400;
const MONTHS: u64 = 15;

/// A spec of all nine analyses.
const SPEC: &str = r"
bellwether: 1
title: Shift
sources:
  buys: { files: data/buys-*.csv, time: day, customer: who, decimals: { amount: 2 } }
  people: { files: data/people.csv, key: id }
metrics:
  spend: { of: sum(amount), unit: USD }
  buyers: { of: count(distinct who), unit: buyer }
  bought: { of: count(*), unit: purchase }
  big: { of: count(distinct who) filter (where amount > 60), unit: buyer }
  spend_per_buyer: { of: spend / buyers }
categories: { by: category }
segments: [region, { name: age, bands: [30, 50] }]
periods: { grain: month, compare: [previous, mean of last 3] }
memo:
  - headline: { metrics: [spend, buyers] }
  - deviation: { metrics: [spend_per_buyer, spend] }
  - drivers: { of: top 2, metric: spend_per_buyer }
  - contribution: { of: top 2, metric: spend_per_buyer, by: [region] }
  - rhythm: { metrics: [bought] }
  - rfm: { frequency: bought, monetary: spend }
  - funnel: { stages: [buyers, big] }
  - cohorts: { active: buyers }
  - quality: {}
";

/// What an author changes, and how many of the nine analyses, and of the states of the data, are found anew.
/// What uses the facts of another is found anew only where those are others.
const EDITS: [(&str, &str, std::ops::RangeInclusive<usize>); 20] = [
    ("title: Shift", "title: Drift", 0..=0),
    ("title: Shift", "title: Shift\nlocale: de-DE\nfooter: F\nnote: N", 0..=0),
    (
        "headline: { metrics: [spend, buyers] }",
        "headline: { metrics: [spend] }",
        1..=1,
    ),
    ("- quality: {}", "- quality: { require: { rejects: 0.5 } }", 1..=1),
    (
        "[spend_per_buyer, spend] }",
        "[spend_per_buyer, spend], fdr: 0.4 }",
        1..=3,
    ),
    (
        "[spend_per_buyer, spend] }",
        "[spend_per_buyer, spend], history: 13 }",
        1..=3,
    ),
    (
        "[spend_per_buyer, spend] }",
        "[spend_per_buyer, spend], show: 2 }",
        1..=3,
    ),
    ("drivers: { of: top 2, ", "drivers: { of: top 1, ", 1..=2),
    (
        "metric: spend_per_buyer }",
        "metric: spend_per_buyer, question: population }",
        1..=2,
    ),
    ("by: [region] }", "by: [age] }", 1..=1),
    ("by: [region] }", "by: [region], min_cell: 40 }", 1..=1),
    ("by: [region] }", "by: [region], resamples: 499 }", 1..=1),
    ("monetary: spend }", "monetary: spend, ties: in_order }", 1..=1),
    (
        "stages: [buyers, big] }",
        "stages: [buyers, big], by: [region] }",
        1..=1,
    ),
    ("cohorts: { active: buyers }", "cohorts: { active: big }", 1..=2),
    ("amount > 60", "amount > 61", 11..=11),
    ("bands: [30, 50]", "bands: [30, 51]", 11..=11),
    ("title: Shift", "title: Shift\nseed: 7", 11..=11),
    ("mean of last 3]", "year_ago]", 11..=11),
    ("{ by: category }", "{ by: category, skip: [tea] }", 11..=11),
];

fn roll(idx: u64, salt: u64) -> u64 {
    let mixed = (idx * 31 + salt + 1).wrapping_mul(6_364_136_223_846_793_005);
    (mixed ^ (mixed >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33
}

/// A folder with the data of [`SPEC`]: one file a month.
fn workshop(rows_a_month: u64) -> Workshop {
    let workshop = Workshop::new();
    for month in 0..MONTHS {
        let mut buys = String::from("day,who,category,amount\n");
        for idx in 0..rows_a_month {
            let at = month * rows_a_month + idx;
            let category = ["bread", "milk", "tea"][(roll(at, 1) % 3) as usize];
            let (who, day, cents) = (roll(at, 2) % CUSTOMERS, roll(at, 3) % 28 + 1, roll(at, 4) % 9_000);
            let (year, month) = (2025 + month / 12, month % 12 + 1);
            let _ = writeln!(
                buys,
                "{year}-{month:02}-{day:02},{who},{category},{}.{:02}",
                cents / 100,
                cents % 100
            );
        }
        workshop.write(&format!("data/buys-{month:02}.csv"), buys);
    }
    let mut people = String::from("id,region,age\n");
    for id in 0..CUSTOMERS {
        let region = ["north", "south", "west"][(roll(id, 5) % 3) as usize];
        let _ = writeln!(people, "{id},{region},{}", 18 + roll(id, 6) % 60);
    }
    workshop.write("data/people.csv", people);
    workshop
}

/// Entries of the cache that hold findings, or what came in.
fn n_found(workshop: &Workshop) -> usize {
    let files = crate::run::files(&workshop.path("cache")).into_iter();
    let holds = |text: &str, bytes: &[u8]| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    files.filter(|it| holds("[{\"", &it.1)).count()
}

#[test]
fn an_edited_spec_finds_anew_what_the_edit_concerns_and_nothing_else() {
    let workshop = workshop(900);
    let folder = workshop.path("cache").to_string_lossy().into_owned();
    let cached = ["--cache", folder.as_str()];
    let spec = workshop.write("spec.yaml", SPEC);
    let plain = facts(&spec, &[]);
    same(&facts(&spec, &cached), &plain, "with a cache");
    assert_eq!(n_found(&workshop), 11, "nine analyses, the cells, and what came in");
    same(&facts(&spec, &cached), &plain, "again");
    for (from, to, expected) in EDITS {
        assert!(SPEC.contains(from), "`{from}` stands in the spec");
        let spec = workshop.write("spec.yaml", SPEC.replacen(from, to, 1));
        let before = n_found(&workshop);
        let plain = facts(&spec, &[]);
        same(&facts(&spec, &cached), &plain, to);
        let new = n_found(&workshop) - before;
        assert!(expected.contains(&new), "`{to}` found {new} anew");
        same(&facts(&spec, &cached), &plain, &format!("{to}, again"));
    }
}

#[test]
fn other_data_are_found_anew() {
    let workshop = workshop(900);
    let folder = workshop.path("cache").to_string_lossy().into_owned();
    let spec = workshop.write("spec.yaml", SPEC);
    let before = facts(&spec, &["--cache", &folder]);
    let people = std::fs::read_to_string(workshop.path("data/people.csv")).expect("people");
    workshop.write("data/people.csv", people.replacen("north", "south", 1));
    let plain = facts(&spec, &[]);
    assert!(plain != before);
    same(&facts(&spec, &["--cache", &folder]), &plain, "with a cache");
}

#[test]
fn a_later_wave_that_reads_again_sees_the_same_customers() {
    // More rows than 16 MB may keep.
    let workshop = workshop(20_000);
    let spec = workshop.write("spec.yaml", SPEC);
    let plain = facts(&spec, &[]);
    same(&facts(&spec, &["--memory", "16MB"]), &plain, "read again");
    assert!(plain.contains("\"drivers/subjects\""), "there are drivers");
}

#[test]
fn an_edit_of_the_roster_computes_only_what_sees_customers() {
    let workshop = workshop(40);
    let cache = workshop.path("kept");
    let with_roster = SPEC.replace(
        "memo:\n",
        "roster: { features: { bought: bought, spend: spend }, segments: [{ name: rare, where: bought < 20 }] }\nmemo:\n  - roster: {}\n",
    );
    let ran = |spec: &str| {
        let request = Request {
            spec: PathBuf::from(workshop.write("roster.yaml", spec)),
            cache: Some(cache.clone()),
            ..Request::default()
        };
        let planned = road::plan(&request).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let computed = road::compute(&planned, &Templates::default());
        computed.unwrap_or_else(|wrong| panic!("{wrong:?}")).ran
    };
    assert_eq!(ran(&with_roster).len(), 11, "all, where nothing is known");
    assert!(ran(&with_roster).is_empty(), "nothing, where nothing changed");
    assert_eq!(
        ran(&with_roster.replace("bought < 20", "bought < 30")),
        ["roster", "quality"]
    );
}
