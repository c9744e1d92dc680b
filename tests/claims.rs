//! A memo that contradicts itself is not made: what stood before it stays, and shares move in points.

use crate::golden_cases::cases;
use crate::run::Workshop;
use crate::run::failed;
use crate::run::files;
use crate::run::root;
use crate::run::run;

/// A share of households by category, looked at by every analysis that tells how a metric moved.
const REACH: &str = r#"bellwether: 1
title: "Reach: {{ period.label }}"
sources:
  transactions: { files: transactions.parquet, time: date, customer: household_id, decimals: { sales_value: 2 } }
  households: { files: households.parquet, key: household_id }
metrics:
  shoppers: { of: count(distinct household_id), unit: household }
  actives: { of: count(distinct household_id), across: category, unit: household }
  reach: { of: shoppers / actives, unit: share, label: Reach }
categories: { by: category }
segments: [{ name: age }, { name: household_size }]
periods: { grain: week, compare: [previous] }
memo:
  - headline: { metrics: [reach, actives] }
  - deviation: { metrics: [reach] }
  - drivers: { of: top 1, metric: reach, against: previous }
  - contribution: { of: top 1, metric: reach, by: top 1 drivers, against: previous }
"#;

#[test]
fn a_report_outlives_the_memo_that_contradicts_itself() {
    let page = std::fs::read_to_string(root().join("golden/claims/typed.md")).expect("a page");
    let case = cases(&page).into_iter().next().expect("a case");
    let workshop = Workshop::new();
    for (name, text) in &case.files {
        workshop.write(name, text);
    }
    let out = workshop.path("out");
    let line = ["--format", "json", "--out", &out.display().to_string()].map(str::to_owned);
    let right: String = case
        .spec
        .lines()
        .filter(|it| !it.starts_with("note:") && !it.starts_with("footer:"))
        .fold(String::new(), |text, line| text + line + "\n");
    let made = |spec: &str| {
        let spec = workshop.write("case.yaml", spec);
        let mut arguments = vec!["run", spec.as_str()];
        arguments.extend(line.iter().map(String::as_str));
        failed(&arguments)
    };
    assert_eq!(made(&right).0, 0);
    let before = files(&out);
    assert_eq!(made(&case.spec).0, 1);
    assert_eq!(files(&out), before);
}

#[test]
fn a_share_moves_in_points_wherever_it_is_told() {
    let workshop = Workshop::new();
    for name in ["transactions.parquet", "households.parquet"] {
        let data = root().join("specs/data/grocery").join(name);
        workshop.write(name, std::fs::read(data).expect("shipped data"));
    }
    let spec = workshop.write("reach.yaml", REACH);
    let memo = run(&["explain", &spec, "--stage", "memo"]);
    let memo = String::from_utf8(memo.stdout).expect("a memo is text");
    for said in [
        "0.0\u{202f}pp on week 51",
        "9.7\u{202f}pp below projection",
        "fell 14.7\u{202f}pp",
        "Structural, pp",
        "tion, pp",
    ] {
        assert!(memo.contains(said), "{said}");
    }
    let out = workshop.path("out").display().to_string();
    let (code, said) = failed(&["run", &spec, "--format", "html", "--out", &out]);
    assert_eq!(code, 0, "{said}");
}
