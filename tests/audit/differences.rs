//! Two reports beside each other: which figures moved, and what moved them.

use super::SPEC;
use super::edited;
use super::made;
use super::printed;
use super::project;
use crate::run::files;
use bellwether::audit::Manifest;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;
use std::process::Stdio;

#[test]
fn a_difference_names_its_cause() {
    let workshop = project();
    made(&workshop, &["--period", "2026-05"]);
    made(&workshop, &["--anew"]);
    let diff = |a: &str, b: &str| {
        let (code, text) = printed(&workshop, &["diff", a, b, "--format", "json"]);
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        (code, json["reports"][0]["difference"].clone())
    };
    let causes = |difference: &Value| {
        let mut all: Vec<String> = difference["moved"]
            .as_array()
            .expect("facts")
            .iter()
            .map(|it| it["causes"].to_string())
            .collect();
        all.sort();
        all.dedup();
        all
    };
    let (code, same) = diff("reports/memo/2026-06", "reports/memo/2026-06");
    assert_eq!((code, causes(&same).len()), (0, 0));
    let (code, months) = diff("reports/memo/2026-05", "reports/memo/2026-06");
    assert_eq!((code, causes(&months)), (1, vec!["[\"period\"]".to_owned()]));

    workshop.write("specs/memo.yaml", SPEC.replace("amount <= 0", "amount <= 9"));
    made(&workshop, &["--out", "by-spec", "--anew"]);
    let (_, specs) = diff("reports/memo/2026-06", "by-spec/memo/2026-06");
    assert_eq!(causes(&specs), ["[\"spec\"]"]);
    workshop.write("specs/memo.yaml", SPEC);

    edited(&workshop.path("specs/data/2026-06.csv"), "tea,50.00", "tea,60.00");
    made(&workshop, &["--out", "by-data", "--anew"]);
    let (_, data) = diff("reports/memo/2026-06", "by-data/memo/2026-06");
    assert_eq!(causes(&data), ["[\"data\"]"]);
    // Both at once cannot be told apart by what is kept.
    workshop.write("specs/memo.yaml", SPEC.replace("amount <= 0", "amount <= 9"));
    made(&workshop, &["--out", "by-both", "--anew"]);
    let (_, both) = diff("reports/memo/2026-06", "by-both/memo/2026-06");
    assert_eq!(causes(&both), ["[\"spec\",\"data\"]"]);

    // Another version of the program, which finds another figure: its report is as it would have written it.
    let report = workshop.path("reports/memo/2026-06");
    let mut artifacts: BTreeMap<String, Vec<u8>> = files(&report).into_iter().collect();
    let manifest = artifacts.remove("manifest.json").expect("a manifest");
    let (mut manifest, _) = Manifest::read(&String::from_utf8_lossy(&manifest)).expect("a manifest");
    let facts = String::from_utf8(artifacts["facts.json"].clone()).expect("facts");
    let at = facts.find("\"headline/spend/value\": {\"value\":").expect("a fact") + 33;
    let other = format!("{}9{}", &facts[..at], &facts[at..]);
    artifacts.insert("facts.json".to_owned(), other.into_bytes());
    manifest.inputs.engine = "bellwether 0.1.9".to_owned();
    let manifest = Manifest::of(&manifest.inputs, manifest.made, &artifacts);
    for (name, bytes) in &artifacts {
        workshop.write(&format!("old/memo/2026-06/{name}"), bytes);
    }
    workshop.write("old/memo/2026-06/manifest.json", manifest.text());
    let (_, engines) = diff("old/memo/2026-06", "reports/memo/2026-06");
    assert_eq!(causes(&engines), ["[\"engine\"]"]);
    assert_eq!(engines["moved"].as_array().expect("facts").len(), 1);
}

#[test]
fn pdfs_and_revisions_of_git_are_compared_as_folders_are() {
    let workshop = project();
    let git = |arguments: &[&str]| {
        let status = Command::new("git")
            .current_dir(workshop.path("."))
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b.c",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .stdout(Stdio::null())
            .status();
        assert!(status.expect("git starts").success(), "git {arguments:?}");
    };
    git(&["init", "-q", "."]);
    made(&workshop, &[]);
    std::fs::copy(workshop.path("reports/memo/2026-06/memo.pdf"), workshop.path("a.pdf")).expect("copied");
    git(&["add", "-A"]);
    git(&["commit", "-qm", "one"]);
    edited(&workshop.path("specs/data/2026-06.csv"), "tea,50.00", "tea,60.00");
    made(&workshop, &["--anew"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "two"]);
    let pairs = [
        ["HEAD~1", "HEAD"],
        ["HEAD~1:reports/memo/2026-06", "reports/memo/2026-06"],
        ["a.pdf", "reports/memo/2026-06/memo.pdf"],
    ];
    for [a, b] in pairs {
        let (code, text) = printed(&workshop, &["diff", a, b]);
        assert_eq!(code, 1, "{a} {b}: {text}");
        assert!(text.contains("buys: data/2026-06.csv"), "{a} {b}: {text}");
        assert!(text.contains("headline/spend/value"), "{a} {b}: {text}");
        assert!(text.contains("   data\n"), "{a} {b}: {text}");
    }
    let (code, page) = printed(&workshop, &["diff", "HEAD~1", "HEAD", "--format", "html"]);
    assert!(
        code == 1 && page.contains("<td data-label=\"Cause\">data</td>"),
        "{page}"
    );
    let (code, text) = printed(&workshop, &["diff", "nowhere", "HEAD"]);
    assert!(code == 3 && text.contains("no-report"), "{text}");
}
