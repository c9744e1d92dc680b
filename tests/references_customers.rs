//! Rhythm and RFM against figures of others, where they are at hand: see `references_shared`.
//!
//! What everybody's tests hold stands in `golden/figures/customers.md`.

use crate::customers::wholesaler;
use crate::run::Workshop;
use crate::run::json;
use crate::run::references;
use crate::run::run;
use serde_json::Value;
use std::path::PathBuf;

/// The facts of a spec.
fn facts(spec: &str, data: &std::path::Path) -> Value {
    let workshop = Workshop::new();
    let path = workshop.write("case.yaml", spec);
    let root = data.to_string_lossy();
    let output = run(&["explain", &path, "--stage", "facts", "--data-root", &root]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("facts are JSON")
}

fn number(facts: &Value, id: &str) -> f64 {
    facts[id]["value"].as_f64().unwrap_or_else(|| panic!("no number {id}"))
}

#[test]
fn segments_are_those_of_the_reference() {
    let Some(folder) = references() else { return };
    let expected = json(&folder.join("expected/customers_shared.json"));
    let data = folder.join("data/online_retail_2009_2010.parquet");
    let spec = wholesaler(
        &data,
        "  - rfm: { frequency: orders, monetary: spend, ties: in_order }\n",
    );
    let facts = facts(&spec, &folder);
    assert_eq!(
        number(&facts, "rfm/customers"),
        expected["customers"].as_f64().expect("a count")
    );
    let segments = expected["rfm"]["segments"].as_object().expect("segments by name");
    assert_eq!(segments.len(), 9);
    for (name, segment) in segments {
        let slug = match name.as_str() {
            "Can't Lose Them" => "cannot-lose".to_owned(),
            "Potential Loyalist" => "potential-loyalists".to_owned(),
            other => other.to_lowercase().replace(' ', "-"),
        };
        let ours = number(&facts, &format!("rfm/{slug}/customers"));
        assert_eq!(ours, segment["n"].as_f64().expect("a count"), "{name}");
        // The reference adds floats; ours are exact thousandths.
        let (ours, theirs) = (
            number(&facts, &format!("rfm/{slug}/spend")),
            segment["revenue"].as_f64(),
        );
        let theirs = theirs.expect("money");
        assert!((ours - theirs).abs() < 1e-4, "{name}: {ours} {theirs}");
    }
}

#[test]
fn hours_are_those_of_the_log() {
    let Some(folder) = references() else { return };
    let truth = json(&folder.join("expected/events_truth_seed5_1M.json"));
    let Some(log) = std::env::var_os("BELLWETHER_EVENTS_1M").map(PathBuf::from) else {
        eprintln!(
            "NOT CHECKED: set BELLWETHER_EVENTS_1M to the folder that `gen_events.py --rows 1000000 --seed 5` wrote"
        );
        return;
    };
    let of = |kind: &str| format!("{{ of: \"count(*) filter (where event_type = '{kind}')\" }}");
    let spec = format!(
        "bellwether: 1
title: Events
sources:
  events:
    files: {}/events/*/*.parquet
    time: event_time
    customer: user_id
metrics:
  view: {}
  cart: {}
  purchase: {}
  conversion: {{ of: purchase / view }}
categories: {{ by: event_type }}
periods: {{ grain: month, target: 2019-11 }}
memo:
  - rhythm: {{ metrics: [view, cart, purchase, conversion], over: 61 days }}
",
        log.display(),
        of("view"),
        of("cart"),
        of("purchase")
    );
    let facts = facts(&spec, &log);
    let mut more = 0.0;
    for kind in ["view", "cart", "purchase"] {
        let by_hour = truth["events_by_hour"][kind].as_array().expect("hours");
        for (hour, n) in by_hour.iter().enumerate() {
            let ours = number(&facts, &format!("rhythm/{kind}/hours/{hour}/sum"));
            let extra = ours - n.as_f64().expect("a count");
            assert!(extra >= 0.0, "{kind} at {hour}: {ours}");
            more += extra;
        }
    }
    // The truth counts each repeated row once; the file holds it twice.
    assert_eq!(Some(more), truth["exact_duplicates"].as_f64());
    let mut hours: Vec<usize> = (0..24).collect();
    let rate = |hour: &usize| number(&facts, &format!("rhythm/conversion/hours/{hour}/value"));
    hours.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    assert_eq!(serde_json::json!(hours[..3]), truth["peak_conversion_hours"]);
}
