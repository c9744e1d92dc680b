//! What the consumption memo says, held against what was planted in its panel.
//!
//! The truth stands in `tests/cells`, out of the spec's reach. The committed report is what the spec gives: `reports.rs` holds that.

use crate::run::root;
use serde_json::Value;

/// Deviations of at least so many of the panel's own standard deviations must be named.
const DETECTABLE: f64 = 4.0;

fn json(path: &str) -> Value {
    let text = std::fs::read_to_string(root().join(path)).expect("a committed file");
    serde_json::from_str(&text).expect("JSON")
}

fn movers(facts: &Value) -> Vec<String> {
    let list = |id: &str| {
        facts[id]["value"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|it| it.as_str().expect("text").to_owned())
            .collect::<Vec<_>>()
    };
    let (ids, labels) = (list("categories/ids"), list("categories/labels"));
    list("deviation/movers")
        .iter()
        .map(|slug| labels[ids.iter().position(|it| it == slug).expect("a category")].clone())
        .collect()
}

#[test]
fn every_named_mover_was_planted_and_every_large_one_is_named() {
    let facts = json("reports/consumption/2026-10/facts.json");
    let truth = json("tests/cells/consumption_truth.json");
    let named = movers(&facts);
    for category in truth["categories"].as_array().expect("categories") {
        let label = category["category"].as_str().expect("a label");
        let z = category["z_per_active"].as_f64().expect("a number");
        let planted = category["planted"].as_array().is_some_and(|it| !it.is_empty());
        let is_named = named.iter().any(|it| it == label);
        assert!(planted || !is_named, "{label} is named and was not planted");
        assert!(
            z.abs() < DETECTABLE || is_named,
            "{label} moved by {z} standard deviations and is not named"
        );
    }
}

#[test]
fn the_thinned_crowd_is_called_structure() {
    let facts = json("reports/consumption/2026-10/facts.json");
    let truth = json("tests/cells/consumption_truth.json");
    let split = truth["decomposition"].as_array().expect("splits").iter().find(|it| {
        it["category"] == "Tools & Home Improvement"
            && it["dims"] == serde_json::json!(["children"])
            && it["period0"] == "2026-09"
    });
    let split = split.expect("the planted mix shift is in the truth");
    assert_eq!(
        facts["contribution/tools-home-improvement/verdict"]["value"],
        "Structural"
    );
    for part in ["structural", "behavioural"] {
        let fact = &facts[format!("contribution/tools-home-improvement/{part}")];
        let (low, high) = (
            fact["interval"]["low"].as_f64().expect("low"),
            fact["interval"]["high"].as_f64().expect("high"),
        );
        let planted = split[part].as_f64().expect("a number");
        assert!(
            low <= planted && planted <= high,
            "{part}: {planted} outside {low} to {high}"
        );
    }
}
