//! What an earlier memo said of a month that reads otherwise now.

use super::SPEC;
use super::edited;
use super::made;
use super::printed;
use super::project;
use crate::run::files;
use serde_json::Value;

#[test]
fn a_late_batch_is_told_as_a_restatement_and_nothing_else_is() {
    let workshop = project();
    let moved =
        |name: &str| std::fs::rename(workshop.path("specs/data/2026-06.csv"), workshop.path(name)).expect("moved");
    // May is told before June is there.
    moved("june.csv");
    made(&workshop, &[]);
    assert!(workshop.path("reports/memo/2026-05").is_dir());
    std::fs::rename(workshop.path("june.csv"), workshop.path("specs/data/2026-06.csv")).expect("moved");
    let restated = || -> Value {
        let facts = std::fs::read(workshop.path("reports/memo/2026-06/facts.json")).expect("facts");
        let facts: Value = serde_json::from_slice(&facts).expect("facts");
        facts["restatement/ranked"]["value"].clone()
    };
    let page = || std::fs::read_to_string(workshop.path("reports/memo/2026-06/memo.html")).expect("a memo");
    made(&workshop, &[]);
    assert_eq!(restated(), serde_json::json!([]));
    assert!(!page().contains("id=\"restatement\""), "nothing is told");
    let untold = files(&workshop.path("reports/memo/2026-06"));
    made(&workshop, &[]);
    assert_eq!(
        files(&workshop.path("reports/memo/2026-06")),
        untold,
        "made again, the same bytes"
    );

    // A late batch for May: 100 dollars of tea.
    workshop.write("specs/data/late.csv", "day,who,shop,amount\n2026-05-20,3,tea,100.00\n");
    std::fs::remove_dir_all(workshop.path("reports/memo/2026-06")).expect("removed");
    made(&workshop, &[]);
    let all = restated();
    let names: Vec<&str> = all
        .as_array()
        .expect("names")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(names.contains(&"restatement/tea/spend/2026-05"), "{names:?}");
    assert!(names.contains(&"restatement/_all/spend/2026-05"), "{names:?}");
    assert!(
        names.iter().all(|it| it.ends_with("2026-05") && !it.contains("books")),
        "{names:?}"
    );
    let facts = std::fs::read(workshop.path("reports/memo/2026-06/facts.json")).expect("facts");
    let facts: Value = serde_json::from_slice(&facts).expect("facts");
    let side = |side: &str| {
        facts[format!("restatement/tea/spend/2026-05/{side}")]["value"]
            .as_f64()
            .expect("a number")
    };
    assert!((side("is") - side("was") - 100.0).abs() < 1e-9);
    assert_eq!(
        facts["restatement/memo/2026-05/causes"]["value"],
        serde_json::json!(["data"])
    );
    assert_eq!(facts["restatement/memo/2026-05/rows/buys/2026-05/is"]["value"], 182.0);
    assert!(
        page().contains("Rows of buys in May 2026: 181 then, 182 now."),
        "the page says why"
    );
    let (code, text) = printed(&workshop, &["verify", "reports/memo/2026-06"]);
    assert_eq!(code, 0, "{text}");
    // What was told once is not told again: July's memo is held against June's.
    workshop.write(
        "specs/data/2026-07.csv",
        "day,who,shop,amount\n2026-07-01,1,tea,5.00\n2026-07-31,2,books,6.00\n",
    );
    made(&workshop, &[]);
    let facts = std::fs::read(workshop.path("reports/memo/2026-07/facts.json")).expect("facts");
    let facts: Value = serde_json::from_slice(&facts).expect("facts");
    assert_eq!(facts["restatement/ranked"]["value"], serde_json::json!([]));
}

#[test]
fn a_memo_made_anew_of_other_data_keeps_what_it_said() {
    let workshop = project();
    made(&workshop, &[]);
    // A draft: the spec changes, the data do not.
    workshop.write("specs/memo.yaml", SPEC.replace("amount <= 0", "amount <= 9"));
    made(&workshop, &[]);
    assert!(!workshop.path("reports/memo/2026-06/earlier").exists());
    workshop.write("specs/memo.yaml", SPEC);
    made(&workshop, &[]);
    workshop.write("specs/data/late.csv", "day,who,shop,amount\n2026-06-20,3,tea,100.00\n");
    made(&workshop, &[]);
    let first = files(&workshop.path("reports/memo/2026-06"));
    let kept: Vec<&String> = first
        .iter()
        .map(|it| &it.0)
        .filter(|it| it.starts_with("earlier/"))
        .collect();
    assert_eq!(kept.len(), 1);
    let html = first.iter().find(|it| it.0 == "memo.html").expect("a memo");
    assert!(String::from_utf8_lossy(&html.1).contains("the earlier version of this memo said"));
    made(&workshop, &[]);
    assert_eq!(
        files(&workshop.path("reports/memo/2026-06")),
        first,
        "made again, the same bytes"
    );
    let (code, text) = printed(&workshop, &["verify", "reports"]);
    assert_eq!(code, 0, "{text}");
    // What was made since is no input of this report.
    made(&workshop, &["--period", "2026-04"]);
    let (code, text) = printed(&workshop, &["verify", "reports/memo/2026-06"]);
    assert_eq!(code, 0, "{text}");
    // What the PDF alone cannot be held against is said.
    std::fs::copy(
        workshop.path("reports/memo/2026-06/memo.pdf"),
        workshop.path("mailed.pdf"),
    )
    .expect("copied");
    let (code, text) = printed(&workshop, &["verify", "mailed.pdf"]);
    assert!(code == 1 && text.contains("`--among DIR`"), "{text}");
    assert!(!text.contains("   report\n"), "{text}");
    let (code, text) = printed(&workshop, &["verify", "mailed.pdf", "--among", "reports"]);
    assert_eq!(code, 0, "{text}");
    // A file that cannot be read is kept and told.
    let kept = workshop.path("reports/memo/2026-06").join(kept[0]);
    std::fs::write(&kept, "xx{").expect("written");
    let (code, text) = printed(&workshop, &["run", "specs/memo.yaml", "--typst", "embedded"]);
    assert!(code == 0 && text.contains("broken-earlier-memo"), "{text}");
    assert_eq!(std::fs::read(&kept).expect("it is there"), b"xx{");
    // An earlier memo that was changed is left out, and told.
    made(&workshop, &["--period", "2026-05"]);
    edited(&workshop.path("reports/memo/2026-05/facts.json"), "USD", "EUR");
    let (code, text) = printed(&workshop, &["run", "specs/memo.yaml", "--typst", "embedded"]);
    assert!(code == 0 && text.contains("broken-earlier-memo"), "{text}");
}
