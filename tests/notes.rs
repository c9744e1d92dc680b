//! What people know of the data stands beside the figures, and moves none of them.

use crate::run::Workshop;
use crate::run::facts;
use crate::run::run;
use crate::run::same;
use std::fmt::Write;

/// Thirty months of four categories, each with a level and a wobble of its own; the last month of toys is far off.
fn purchases() -> String {
    let mut rows = "who,day,category,amount\n".to_owned();
    for month in 0..30_u32 {
        for (place, category) in ["bread", "milk", "tea", "toys"].iter().enumerate() {
            let wobble = (month * 7 + place as u32 * 5) % 11;
            let amount = 1000 + 200 * place as u32 + 10 * wobble + if month == 29 && place == 3 { 900 } else { 0 };
            for day in [1, 28] {
                let _ = writeln!(
                    rows,
                    "{},{}-{:02}-{day:02},{category},{amount}",
                    place + day,
                    2024 + month / 12,
                    month % 12 + 1
                );
            }
        }
    }
    rows
}

const SPEC: &str = "bellwether: 1
min_cell: 1
title: Shift
sources:
  buys: { files: buys.csv, time: day, customer: who }
metrics: { spend: { of: sum(amount), unit: USD } }
categories: { by: category }
periods: { grain: month, as_of: 2026-07-01 }
memo:
  - headline: { metrics: [spend] }
  - deviation: { metrics: [spend] }
";

const KNOWN: &str = "notes:
  - { on: 2025-07-08, label: Prime Day, text: a sale of two days }
  - { on: 2026-06-09, label: Prime Day moved, categories: [toys] }
  - { on: 2026-06-10, label: Bakers on strike, categories: [bread] }
verdicts:
  - { category: toys, metric: spend, period: 2026-06, cause: Prime Day moved, by: A. Analyst }
  - { category: toys, metric: spend, period: 2026-05, cause: the month before }
";

#[test]
fn a_known_cause_moves_no_figure() {
    let workshop = Workshop::new();
    workshop.write("buys.csv", purchases());
    let without = facts(&workshop.write("spec.yaml", SPEC), &[]);
    let with = facts(&workshop.write("spec.yaml", SPEC.to_owned() + KNOWN), &[]);
    let figures = |text: &str| -> String {
        let facts: serde_json::Value = serde_json::from_str(text).expect("facts are JSON");
        let kept = facts
            .as_object()
            .expect("facts by id")
            .iter()
            .filter(|(id, _)| !["notes/", "verdicts/", "audit/"].iter().any(|it| id.starts_with(it)));
        kept.fold(String::new(), |all, (id, fact)| all + &format!("{id} {fact}\n"))
    };
    assert!(without.contains("deviation/toys/spend/cii") && !without.contains("verdicts/"));
    assert!(with.contains("verdicts/toys/spend/2026-06/cause") && with.contains("notes/prime-day-2025-07-08/text"));
    same(
        &figures(&without),
        &figures(&with),
        "figures with and without what people know",
    );
}

#[test]
fn what_people_know_stands_where_a_reader_looks() {
    let workshop = Workshop::new();
    workshop.write("buys.csv", purchases());
    let spec = workshop.write("spec.yaml", SPEC.to_owned() + KNOWN);
    let out = workshop.path("out");
    let output = run(&["run", &spec, "--format", "html,json", "-o", &out.to_string_lossy()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let html = std::fs::read_to_string(out.join("spec/2026-06/memo.html")).expect("a memo");
    let known = "Known cause, says A. Analyst: Prime Day moved.";
    assert_eq!(
        html.matches(known).count(),
        2,
        "the headline and the mover’s page say it"
    );
    assert!(html.contains("Cause known"), "the ranking marks it");
    // The chart of toys has two marks, with names, in the wide drawing and in the narrow one; the bakers’ is not among them.
    assert_eq!(
        html.matches(">Prime Day</text>").count(),
        4,
        "twice a drawing: the letters, and the page around them"
    );
    assert_eq!(html.matches(">Prime Day moved</text>").count(), 4);
    assert!(!html.contains(">Bakers on strike</text>"));
    let aloud = "Marked: Prime Day, 8 July 2025: a sale of two days; Prime Day moved, 9 June 2026.";
    assert!(html.contains(aloud), "who cannot see the chart is told");
    for row in ["Bakers on strike", "the month before"] {
        assert!(html.contains(row), "the appendix lists `{row}`");
    }
    assert!(
        !html.contains("says the analyst: the month before"),
        "a cause stands with its own period"
    );
}
