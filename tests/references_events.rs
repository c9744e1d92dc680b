//! Funnel and cohorts on a generated log of a million events, and on real purchases, against figures of others.
//!
//! The log is too large to be committed, and the purchases not free enough; both are read where they are. The folder is
//! `../shared/refs` beside this repository, or what `BELLWETHER_REFS` names.

use crate::run::Workshop;
use crate::run::run;
use bellwether::model::request::Key;
use bellwether::model::request::Request;
use bellwether::road;
use bellwether::source::Files;
use bellwether::stats::funnel::passed;
use serde_json::Value;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// A share of counts agrees to this: facts keep twelve digits.
const NEAR: f64 = 1e-11;

/// Returns a file of the references, or says loudly that it is not there.
fn reference(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/refs");
    let folder = std::env::var_os("BELLWETHER_REFS").map_or(beside, PathBuf::from);
    let path = folder.join(name);
    if !path.is_file() {
        eprintln!(
            "NOT CHECKED: there is no {}; set BELLWETHER_REFS to the folder of reference data",
            path.display()
        );
        return None;
    }
    Some(path)
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("the references are readable");
    serde_json::from_str(&text).expect("the references are JSON")
}

/// Makes the log whose exact counts stand in the references; `None` where there is no Python that could.
fn log(workshop: &Workshop) -> Option<Value> {
    let script = reference("scripts/gen_events.py")?;
    let truth = json(&reference("expected/events_truth_seed5_1M.json")?);
    let python = std::env::var_os("BELLWETHER_PYTHON").unwrap_or_else(|| "python3".into());
    let (out, own) = (workshop.path("data"), workshop.path("truth.json"));
    let made = Command::new(python)
        .arg(script)
        .args(["--rows", "1000000", "--seed", "5", "--out"])
        .arg(&out)
        .arg("--truth")
        .arg(&own)
        .output();
    if !made.is_ok_and(|it| it.status.success()) {
        eprintln!("NOT CHECKED: no Python with NumPy and PyArrow; name one in BELLWETHER_PYTHON");
        return None;
    }
    let own = json(&own);
    for name in ["user_funnel", "week1_return"] {
        assert_eq!(own[name], truth[name], "another version of NumPy makes another log");
    }
    Some(truth)
}

/// A spec over the log.
const EVENTS: &str = r#"bellwether: 1
title: Events
sources:
  events: { files: "data/events/*/*.parquet", time: event_time, customer: user_id, decimals: { price: 2 } }
metrics:
  viewers: { of: count(distinct user_id) filter (where event_type = 'view') }
  carts: { of: count(*) filter (where event_type = 'cart') }
  buyers: { of: count(distinct user_id) filter (where event_type = 'purchase') }
categories: { by: event_type }
periods: { grain: month, target: 2019-11, compare: [previous] }
memo:
  - funnel: { stages: [viewers, carts, buyers] }
  - cohorts: { grain: day }
"#;

fn facts(spec: &str, root: &Path) -> Value {
    let output = run(&[
        "explain",
        spec,
        "--stage",
        "facts",
        "--data-root",
        &root.to_string_lossy(),
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("facts are JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// The sets of stages of all customers over all time, one bit a measure of the plan.
fn reached(spec: &str, folder: &Path) -> Vec<u32> {
    let request = road::Request {
        spec: spec.into(),
        ..road::Request::default()
    };
    let plan = road::plan(&request).unwrap_or_else(|it| panic!("{it:?}")).plan;
    let asked = [Request {
        source: 0,
        keys: vec![Key::Customer],
        periods: Vec::new(),
        categories: Vec::new(),
        aggregates: plan.measures.iter().map(|it| it.aggregate.clone()).collect(),
    }];
    let tables = Files::new(folder, &[])
        .open(&[(&plan, asked.as_slice())])
        .unwrap_or_else(|it| panic!("{it:?}"));
    let answers = tables.answers(&[(&plan, asked.as_slice())]);
    let answers = answers.unwrap_or_else(|it| panic!("{it:?}")).swap_remove(0);
    let values = &answers[0].values;
    let bit = |column: usize, row: usize| u32::from(values[column].get(row).is_some_and(|n| 0 < n)) << column;
    (0..answers[0].customer.len())
        .map(|row| (0..values.len()).map(|column| bit(column, row)).sum())
        .collect()
}

#[test]
fn the_figures_of_a_million_events_are_the_generators() {
    let workshop = Workshop::new();
    let Some(truth) = log(&workshop) else { return };
    let spec = workshop.write("case.yaml", EVENTS);
    let reached = reached(&spec, &workshop.path(""));
    let whole = &passed(&reached, &vec![Some(0); reached.len()], 1, 3)[0];
    let funnel = &truth["user_funnel"];
    let ours = [whole.alone[0], whole.alone[1], whole.alone[2], whole.through[2]];
    for (name, ours) in ["view", "cart", "purchase", "cart_and_purchase"].into_iter().zip(ours) {
        assert_eq!(funnel[name], ours, "{name}");
    }
    let share = |stage: usize| whole.through[stage] as f64 / whole.through[stage - 1] as f64;
    assert!((share(1) - number(&funnel["view_to_cart"])).abs() < NEAR);
    assert!((share(2) - number(&funnel["cart_to_purchase"])).abs() < NEAR);

    let facts = facts(&spec, &workshop.path(""));
    let back = &truth["week1_return"];
    let share = number(&back["returned_within_7_days"]) / number(&back["users"]);
    assert_eq!(facts["cohorts/all/returned"]["n"], back["users"]);
    assert!((number(&facts["cohorts/all/returned"]["value"]) - share).abs() < NEAR);
}

/// The reference shows the last month, which ends on its ninth day; a memo does not read it.
#[test]
fn the_cohorts_of_real_purchases_are_the_peers() {
    let (Some(data), Some(peers)) = (
        reference("data/online_retail_2009_2010.parquet"),
        reference("expected/customers_shared.json"),
    ) else {
        return;
    };
    let workshop = Workshop::new();
    let spec = workshop.write(
        "case.yaml",
        format!(
            r#"bellwether: 1
title: Retail
sources:
  purchases:
    files: {}
    time: invoice_date
    customer: customer_id
    rules: [keep: customer_id is not null, keep: quantity > 0, keep: price > 0, drop: invoice like 'C%']
metrics: {{ orders: {{ of: count(distinct invoice) }} }}
categories: {{ by: country }}
periods: {{ grain: month }}
memo:
  - cohorts: {{}}
"#,
            data.display()
        ),
    );
    let facts = facts(&spec, data.parent().expect("a file has a folder"));
    let counts = json(&peers)["cohorts"]["counts"].clone();
    let cohorts = counts.as_object().expect("cohorts by month");
    let mut checked = 0;
    let (mut kept, mut began) = (0.0, 0.0);
    for (place, (month, theirs)) in cohorts.iter().enumerate().take(cohorts.len() - 1) {
        let size = number(&facts[format!("cohorts/cohort/{month}/size")]["value"]);
        assert_eq!(size, number(&theirs[0]), "{month}");
        let ours = facts[format!("cohorts/cohort/{month}/kept")]["value"]["values"].clone();
        let ours = ours.as_array().expect("a series");
        assert_eq!(
            ours.len(),
            cohorts.len() - 1 - place,
            "{month}: the last month is not read"
        );
        for (k, share) in ours.iter().enumerate() {
            assert!(
                (number(share) * size - number(&theirs[k])).abs() < 1e-6,
                "{month} after {k}"
            );
            checked += 1;
        }
        if 1 < ours.len() {
            kept += number(&theirs[1]);
            began += size;
        }
    }
    assert_eq!(checked, 78, "twelve months, each followed to the last");
    assert!((number(&facts["cohorts/all/returned_1"]["value"]) - kept / began).abs() < NEAR);
}

/// Six customers a month prove nothing, and the pages say so.
#[test]
fn pages_of_a_few_customers_speak_of_chance() {
    let workshop = Workshop::new();
    let mut rows = "day,who,what,shop\n".to_owned();
    for (month, buyers) in [(9, 2), (10, 3), (11, 4)] {
        for who in 1..=6 {
            rows += &format!("2026-{month:02}-0{who},{who},view,A\n");
            if who <= buyers {
                rows += &format!("2026-{month:02}-1{who},{who},buy,A\n");
            }
        }
    }
    rows += "2026-11-30,7,view,A\n";
    workshop.write("events.csv", rows);
    let spec = workshop.write(
        "case.yaml",
        r#"bellwether: 1
title: Events
min_cell: 1
sources: { events: { files: events.csv, time: day, customer: who } }
metrics:
  viewers: { of: count(distinct who) filter (where what = 'view') }
  buyers: { of: count(distinct who) filter (where what = 'buy') }
categories: { by: shop }
periods: { grain: month, as_of: 2026-12-01 }
memo:
  - funnel: { stages: [viewers, buyers] }
  - cohorts: { grain: week }
"#,
    );
    let output = run(&["explain", &spec, "--stage", "memo"]);
    let memo = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for said in [
        "Viewers to buyers: 57.1\u{202f}% of 7 customers went all the way in November 2026, after 50.0\u{202f}% in October 2026.",
        "The change of +7.1\u{202f}pp is within what chance allows",
        "The data begin inside this week",
        "Most are lost between viewers and buyers: 3 customers.",
    ] {
        assert!(memo.contains(said), "not said: {said}\n{memo}");
    }
}
