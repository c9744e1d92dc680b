//! A figure is followed to the rows and files that it is made of.

use super::made;
use super::printed;
use super::project;
use crate::run::files;
use serde_json::Value;
use std::collections::BTreeMap;

#[test]
fn a_figure_is_followed_to_its_rows_and_files() {
    let workshop = project();
    made(&workshop, &[]);
    let (code, text) = printed(&workshop, &["why", "deviation/tea/spend/actual", "--format", "json"]);
    assert_eq!(code, 0, "{text}");
    let chain: Value = serde_json::from_str(&text).expect("JSON");
    // Counted by hand from the files: what the rule leaves of tea in June.
    let rows = std::fs::read_to_string(workshop.path("specs/data/2026-06.csv")).expect("rows");
    let tea: Vec<f64> = rows
        .lines()
        .filter(|it| it.contains(",tea,"))
        .filter_map(|it| it.rsplit(',').next()?.parse().ok())
        .collect();
    let files = chain["files"].as_array().expect("files");
    assert_eq!(files.len(), 18);
    let of_june = |it: &&Value| it["file"] == "data/2026-06.csv";
    let june = files.iter().find(of_june).expect("June");
    assert_eq!(june["rows"], serde_json::json!([["2026-06", tea.len()]]));
    assert_eq!(june["is"], june["was"]);
    assert!(files.iter().filter(|it| !of_june(it)).all(|it| it["rows"][0][1] == 0));
    let cells = chain["cells"].as_array().expect("cells");
    let sum: f64 = tea.iter().sum();
    assert!(
        (cells[0]["value"].as_f64().expect("a sum") - sum).abs() < 1e-6,
        "{cells:?}"
    );
    assert_eq!(cells[1]["value"], tea.len() as f64);
    // From the PDF alone, with the data beside a spec.
    let pdf = workshop.path("reports/memo/2026-06/memo.pdf");
    std::fs::copy(pdf, workshop.path("mailed.pdf")).expect("copied");
    std::fs::remove_dir_all(workshop.path("reports")).expect("removed");
    let (code, text) = printed(
        &workshop,
        &["why", "headline/spend/value", "mailed.pdf", "--spec", "specs/memo.yaml"],
    );
    assert_eq!(code, 0, "{text}");
    for part in [
        "metric     spend = sum(amount) (Spend)",
        "rule       buys: drop amount <= 0 (returns)",
        "printed    first page",
        "data/2026-06.csv: 181 in 2026-06",
        "as it was",
    ] {
        assert!(text.contains(part), "`{part}`: {text}");
    }
    let (code, text) = printed(&workshop, &["why", "headline/spend/valu", "mailed.pdf"]);
    assert!(
        code == 2 && text.contains("did you mean `headline/spend/value`?"),
        "{text}"
    );
}

#[test]
fn categories_that_stand_together_are_followed_to_the_rows_of_all_of_them() {
    let workshop = project();
    // Two shops of a few customers each: they stand together, and are many together.
    let data = workshop.path("specs/data");
    for (place, (name, bytes)) in files(&data).into_iter().enumerate() {
        let mut rows = String::from_utf8(bytes).expect("text");
        for (shop, who) in [("sweets", 0..6), ("wool", 6..14)] {
            for who in who {
                let month = name.strip_suffix(".csv").expect("a file a month");
                rows.push_str(&format!(
                    "{month}-{:02},{who},{shop},{}.50\n",
                    who + 1,
                    40 * who + 30 + place * 17 % 31
                ));
            }
        }
        std::fs::write(data.join(name), rows).expect("written");
    }
    let rows = std::fs::read_to_string(data.join("2026-06.csv")).expect("rows");
    made(&workshop, &[]);
    let facts = std::fs::read_to_string(workshop.path("reports/memo/2026-06/facts.json")).expect("facts");
    let facts: BTreeMap<String, Value> = serde_json::from_str(&facts).expect("facts by id");
    let is_joined = |it: &&String| it.starts_with("deviation/other") && it.ends_with("/spend/actual");
    let id = facts
        .keys()
        .find(is_joined)
        .unwrap_or_else(|| panic!("{:?}", facts.keys()));
    let (code, text) = printed(&workshop, &["why", id, "--format", "json"]);
    assert_eq!(code, 0, "{text}");
    let chain: Value = serde_json::from_str(&text).expect("JSON");
    let few: Vec<f64> = rows
        .lines()
        .filter(|it| it.contains(",sweets,") || it.contains(",wool,"))
        .filter_map(|it| it.rsplit(',').next()?.parse().ok())
        .collect();
    let files = chain["files"].as_array().expect("files");
    let june = files.iter().find(|it| it["file"] == "data/2026-06.csv").expect("June");
    assert_eq!(june["rows"], serde_json::json!([["2026-06", few.len()]]));
    let sum: f64 = few.iter().sum();
    let cell = chain["cells"][0]["value"].as_f64().expect("a sum");
    assert!((cell - sum).abs() < 1e-6, "{cell} is said, {sum} is true");
    for shop in ["sweets", "wool"] {
        assert!(text.contains(shop), "{shop} is not named: {text}");
    }
}
