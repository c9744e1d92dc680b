//! A report proves itself: it is computed anew from its sources, and what differs is told with its cause.

mod differences;
mod followed;
mod holds;
mod restated;

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::files;
use std::fmt::Write;
use std::path::Path;
use std::process::Output;

const SPEC: &str = "\
bellwether: 1
title: \"Shift: {{ period.label }}\"
sources:
  buys: { files: 'data/*.csv', time: day, customer: who, decimals: { amount: 2 }, rules: [{ drop: amount <= 0, because: returns }] }
  people: { files: people.csv, key: who }
segments: [region]
metrics:
  spend: { of: sum(amount), unit: USD }
  buyers: { of: count(distinct who), unit: buyer }
  each: { of: spend / buyers }
categories: { by: shop }
periods: { grain: month, compare: [previous] }
memo:
  - headline: { metrics: [spend, each] }
  - deviation: { metrics: [spend] }
  - contribution: { of: top 2, metric: each, by: [region] }
  - quality: {}
";

/// Purchases of 60 customers over 18 months, one file a month; the last is `2026-06`.
fn project() -> Workshop {
    let workshop = Workshop::new();
    workshop.write("specs/memo.yaml", SPEC);
    let mut people = String::from("who,region\n");
    (0..60).for_each(|who| {
        let _ = writeln!(people, "{who},{}", ["north", "south"][who % 2]);
    });
    workshop.write("specs/people.csv", people);
    for month in 0..18 {
        let (year, month_of_year) = (2025 + month / 12, month % 12 + 1);
        let mut rows = String::from("day,who,shop,amount\n");
        for who in 0..60 {
            for (place, shop) in ["books", "tea", "toys"].iter().enumerate() {
                let day = 1 + (who * 7 + place * 3 + month) % 28;
                let cents = 500 + (who * 131 + place * 977 + month * 353) % 4000;
                let _ = writeln!(
                    rows,
                    "{year}-{month_of_year:02}-{day:02},{who},{shop},{}.{:02}",
                    cents / 100,
                    cents % 100
                );
            }
        }
        // So that each month is complete.
        let last = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month_of_year - 1];
        let _ = writeln!(rows, "{year}-{month_of_year:02}-{last},1,tea,50.00");
        workshop.write(&format!("specs/data/{year}-{month_of_year:02}.csv"), rows);
    }
    workshop
}

fn said(workshop: &Workshop, arguments: &[&str]) -> Output {
    let mut command = bellwether();
    command.current_dir(workshop.path(".")).args(arguments);
    command.output().expect("the program starts")
}

/// Exit code, and what was printed.
fn printed(workshop: &Workshop, arguments: &[&str]) -> (i32, String) {
    let output = said(workshop, arguments);
    let text = [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned());
    (output.status.code().unwrap_or(-1), text.concat())
}

fn made(workshop: &Workshop, more: &[&str]) {
    let arguments: Vec<&str> = ["run", "specs/memo.yaml", "--typst", "embedded"]
        .iter()
        .chain(more)
        .copied()
        .collect();
    let (code, text) = printed(workshop, &arguments);
    assert_eq!(code, 0, "{text}");
}

fn edited(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).expect("text");
    assert!(text.contains(from), "`{from}` stands in {}", path.display());
    std::fs::write(path, text.replacen(from, to, 1)).expect("written");
}

/// Copies a folder with all that is in it.
fn copied(from: &Path, to: &Path) {
    for (name, bytes) in files(from) {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("written");
    }
}
