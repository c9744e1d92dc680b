//! The whole folder of reference figures, where it is at hand.
//!
//! The figures that matter are carried over into `tests/cells`, so that everybody's tests check them; this goes
//! through all of them. The folder is `../shared/refs` beside this repository, or what `BELLWETHER_REFS` names.

use std::path::PathBuf;

use bellwether::stats::split::Segment;
use bellwether::stats::split::kitagawa;
use bellwether::stats::split::kitagawa_uncentred;
use bellwether::stats::split_other::three_part;
use serde_json::Value;

use crate::decomposition_figures::agrees;
use crate::decomposition_figures::closes_to_the_last_digit;
use crate::decomposition_figures::from_rates;
use crate::decomposition_figures::number;
use crate::drivers_figures::cell;

/// Reads a reference, or says loudly that it is not there.
fn reference(name: &str) -> Option<Value> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/refs");
    let folder = std::env::var_os("BELLWETHER_REFS").map_or(beside, PathBuf::from);
    let path = folder.join("expected").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!(
            "NOT CHECKED: there is no {}; set BELLWETHER_REFS to the folder of reference data",
            path.display()
        );
        return None;
    };
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name]
        .as_array()
        .unwrap_or_else(|| panic!("`{name}` is not a list"))
}

/// The segments of a reference, from the names of their weights and rates.
fn segments(rows: &[Value], weight: [&str; 2], rate: [&str; 2]) -> Vec<Segment> {
    let pair = |row: &Value, names: [&str; 2]| names.map(|name| row[name].as_f64().unwrap_or(0.0));
    let weights: Vec<[f64; 2]> = rows.iter().map(|row| pair(row, weight)).collect();
    let rates: Vec<[f64; 2]> = rows.iter().map(|row| pair(row, rate)).collect();
    from_rates(&weights, &rates)
}

#[test]
fn every_reference_split_is_met() {
    let Some(references) = reference("decomposition_shared.json") else {
        return;
    };
    for case in list(&references, "cases") {
        let carry = &case["carry"];
        let rows = list(carry, "segments");
        let segments = segments(rows, ["n0", "n1"], ["r0", "r1"]);
        let split = kitagawa(&segments).expect("the reference is sound");
        let scale = split.mean[0];
        for (name, ours) in [
            ("mean0", split.mean[0]),
            ("mean1", split.mean[1]),
            ("change", split.change()),
        ] {
            assert!(agrees(ours, number(&carry[name]), scale), "{name} {ours}");
        }
        for (name, ours) in [("structural", split.structural), ("behavioural", split.behavioural)] {
            assert!(
                agrees(ours, number(&carry["kitagawa"][name]), 10.0 * scale),
                "{} {name} {ours}",
                case["category"]
            );
        }
        let uncentred = kitagawa_uncentred(&segments).expect("the reference is sound");
        for ((row, centred), uncentred) in rows.iter().zip(&split.segments).zip(&uncentred.segments) {
            assert!(
                agrees(centred.structural, number(&row["structural_centred"]), scale),
                "{}",
                row["segment"]
            );
            assert!(
                agrees(centred.behavioural, number(&row["behavioural"]), scale),
                "{}",
                row["segment"]
            );
            assert!(
                agrees(uncentred.structural, number(&row["structural"]), scale),
                "{}",
                row["segment"]
            );
        }
        let parts = three_part(&segments).expect("the reference is sound");
        for (name, ours) in [
            ("composition", parts.iter().map(|p| p.structural).sum::<f64>()),
            ("rate", parts.iter().map(|p| p.behavioural).sum()),
            ("interaction", parts.iter().map(|p| p.interaction).sum()),
        ] {
            assert!(
                agrees(ours, number(&carry["threefold"][name]), 10.0 * scale),
                "{name} {ours}"
            );
        }
        closes_to_the_last_digit(&split);
    }
}

#[test]
fn every_split_by_dasguptr_is_met() {
    let (Some(theirs), Some(references)) = (
        reference("dasgupta_shared.json"),
        reference("decomposition_shared.json"),
    ) else {
        return;
    };
    for case in list(&theirs, "cases") {
        let same = |other: &&Value| other["category"] == case["category"] && other["period0"] == case["period0"];
        let own = list(&references, "cases")
            .iter()
            .find(same)
            .expect("both files hold the same cases");
        let rows = list(&own["carry"], "segments");
        let split = kitagawa(&segments(rows, ["n0", "n1"], ["r0", "r1"])).expect("the reference is sound");
        for row in list(case, "dasguptr") {
            let ours = match row["factor"].as_str() {
                Some("w") => split.structural,
                Some("rate") => split.behavioural,
                _ => split.change(),
            };
            assert!(
                agrees(ours, number(&row["diff"]), 10.0 * split.mean[0]),
                "{} {}",
                case["category"],
                row["factor"]
            );
        }
    }
}

/// The generator's own expected split, which is the uncentred form.
#[test]
fn the_generators_expected_splits_are_met() {
    let Some(truth) = reference("panel_truth_seed3_5000.json") else {
        return;
    };
    for case in list(&truth, "decomposition") {
        let rows = list(case, "segments");
        let split =
            kitagawa_uncentred(&segments(rows, ["share0", "share1"], ["rate0", "rate1"])).expect("shares add up to 1");
        for (name, ours) in [("structural", split.structural), ("behavioural", split.behavioural)] {
            assert!(
                agrees(ours, number(&case[name]), 10.0 * split.mean[0]),
                "{} {name} {ours}",
                case["category"]
            );
        }
        for (row, segment) in rows.iter().zip(&split.segments) {
            assert!(
                agrees(segment.structural, number(&row["structural"]), split.mean[0]),
                "{}",
                row["segment"]
            );
            assert!(
                agrees(segment.behavioural, number(&row["behavioural"]), split.mean[0]),
                "{}",
                row["segment"]
            );
        }
    }
}

/// The committed driver cases are those of the reference: the same households, the same means.
#[test]
fn the_driver_cases_are_the_references() {
    let Some(references) = reference("drivers_shared.json") else {
        return;
    };
    let cell = cell("drivers_grocery.csv");
    for (idx, case) in list(&references, "cases").iter().enumerate() {
        let (before, after) = (&cell.columns[2 * idx], &cell.columns[2 * idx + 1]);
        let bought = |x: &Option<f64>| x.is_some_and(|cents| cents > 0.0);
        let n_buyers = before.iter().zip(after).filter(|(b, a)| bought(b) || bought(a)).count() as f64;
        assert_eq!(n_buyers, number(&case["households"]), "{}", case["category"]);
        for (column, period, mean) in [(before, "period0", "mean0"), (after, "period1", "mean1")] {
            let n_months = list(case, period).len() as f64;
            let sum: f64 = column.iter().flatten().sum();
            // Cents against the reference's floating-point dollars.
            assert!(
                agrees(sum / 100.0 / n_buyers / n_months, number(&case[mean]), 1000.0),
                "{} {mean}",
                case["category"]
            );
        }
    }
}
