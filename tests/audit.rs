//! A report proves itself: it is computed anew from its sources, and what differs is told with its cause.

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::files;
use crate::run::root;
use bellwether::audit::Manifest;
use bellwether::audit::places;
use bellwether::road::verify::Against;
use bellwether::road::verify::verify;
use bellwether::stats::rng::Seeded;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::time::Duration;

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

#[test]
fn an_unchanged_report_holds_wherever_and_however_it_is_verified() {
    let workshop = project();
    made(&workshop, &[]);
    let elsewhere = Workshop::new();
    copied(&workshop.path("."), &elsewhere.path("another/place"));
    let places = [workshop.path("."), elsewhere.path("another/place")];
    let around = [("1", "UTC", "C"), ("16", "Pacific/Kiritimati", "de_DE.UTF-8")];
    for folder in &places {
        for (threads, zone, locale) in around {
            for report in ["reports", "reports/memo/2026-06/memo.pdf"] {
                let output = bellwether()
                    .current_dir(folder)
                    .args(["verify", report])
                    .env("RAYON_NUM_THREADS", threads)
                    .env("TZ", zone)
                    .env("LANG", locale)
                    .env("LC_ALL", locale)
                    .output()
                    .expect("the program starts");
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                assert_eq!(output.status.code(), Some(0), "{report}, {threads} threads: {text}");
                assert!(text.contains("facts hold"), "{text}");
                assert!(text.contains("byte for byte"), "{text}");
            }
        }
    }
}

#[test]
fn what_does_not_hold_is_told_with_its_cause() {
    let workshop = project();
    made(&workshop, &[]);
    let verified = |what: &str| {
        let (code, text) = printed(&workshop, &["verify", "reports", "--all"]);
        assert_eq!(code, 1, "{what}: {text}");
        text
    };
    let data = workshop.path("specs/data/2026-06.csv");
    let rows = std::fs::read(&data).expect("rows");
    edited(&data, "tea,50.00", "tea,60.00");
    let text = verified("an amount");
    assert!(text.contains("data          buys: data/2026-06.csv"), "{text}");
    assert!(text.contains("headline/spend/value"), "{text}");
    assert!(
        text.lines()
            .filter(|it| it.contains(" → "))
            .all(|it| it.ends_with("data") || it.contains("data  ")),
        "{text}"
    );
    std::fs::write(&data, rows).expect("written");

    let spec = workshop.path("specs/memo.yaml");
    edited(&spec, "amount <= 0", "amount <= 9");
    let text = verified("the spec");
    assert!(text.contains("spec          memo.yaml"), "{text}");
    let moved: Vec<&str> = text.lines().filter(|it| it.starts_with("  headline/")).collect();
    assert!(
        !moved.is_empty() && moved.iter().all(|it| it.ends_with("   spec")),
        "{text}"
    );
    std::fs::write(&spec, SPEC).expect("written");

    // What was kept says otherwise than its own manifest: neither spec nor data nor engine is to blame.
    let facts = workshop.path("reports/memo/2026-06/facts.json");
    let whole = std::fs::read(&facts).expect("facts");
    let mut read: Value = serde_json::from_slice(&whole).expect("facts");
    read["headline/spend/value"]["value"] = 1.0.into();
    let lines: Vec<String> = read
        .as_object()
        .expect("facts")
        .iter()
        .map(|it| format!("\"{}\": {}", it.0, it.1))
        .collect();
    std::fs::write(&facts, format!("{{\n{}\n}}\n", lines.join(",\n"))).expect("written");
    let text = verified("a fact");
    assert!(text.contains("facts.json was changed after it was made"), "{text}");
    let told = text
        .lines()
        .find(|it| it.contains("headline/spend/value"))
        .expect("it is told");
    assert!(told.contains("1 USD") && told.ends_with("report"), "{told}");
    std::fs::write(&facts, whole).expect("written");

    workshop.write("specs/templates/kicker.html", "<p>Other words</p>");
    let (code, text) = printed(&workshop, &["verify", "reports"]);
    std::fs::remove_dir_all(workshop.path("specs/templates")).expect("removed");
    assert_ne!(code, 0, "{text}");

    // Machines are told, too, why no memo can be made any more.
    let people = workshop.path("specs/people.csv");
    let rows = std::fs::read(&people).expect("rows");
    std::fs::write(&people, "who,area\n1,north\n").expect("written");
    let (code, text) = printed(&workshop, &["verify", "reports", "--format", "json"]);
    let found: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(
        code != 0 && !found[0]["refused"].as_array().expect("reasons").is_empty(),
        "{text}"
    );
    assert_eq!(
        found[0]["difference"]["changes"][0]["name"], "people: people.csv",
        "{text}"
    );
    std::fs::write(&people, rows).expect("written");

    std::fs::remove_file(workshop.path("specs/data/2025-03.csv")).expect("removed");
    let text = verified("a file that is gone");
    assert!(text.contains("buys: data/2025-03.csv   gone"), "{text}");
}

/// Each byte counts: of inputs, of outputs, and of what the PDF carries.
#[test]
fn a_byte_that_is_flipped_anywhere_is_named() {
    /// How many bytes are flipped.
    const TRIES: u64 = 200;
    let workshop = project();
    workshop.write("specs/templates/style.html", "{{ super() }}\n/* ours */\n");
    made(&workshop, &[]);
    let report = workshop.path("reports/memo/2026-06");
    let mut targets: Vec<PathBuf> = files(&report).into_iter().map(|it| report.join(it.0)).collect();
    let inputs = [
        "memo.yaml",
        "people.csv",
        "data/2026-06.csv",
        "data/2025-01.csv",
        "templates/style.html",
    ];
    targets.extend(inputs.iter().map(|it| workshop.path("specs").join(it)));
    let mut rng = Seeded::new(6, 0);
    for round in 0..TRIES {
        let path = &targets[rng.below(targets.len() as u64) as usize];
        let whole = std::fs::read(path).expect("a file");
        let place = rng.below(whole.len() as u64) as usize;
        let mut flipped = whole.clone();
        flipped[place] ^= 1 << rng.below(8);
        std::fs::write(path, flipped).expect("written");
        let (code, text) = printed(&workshop, &["verify", "reports"]);
        let name = path
            .strip_prefix(&report)
            .or_else(|_| path.strip_prefix(workshop.path("specs")));
        let name = name.expect("inside").file_name().expect("a file");
        let name = name.to_string_lossy().into_owned();
        assert!(
            code != 0 && code < 100,
            "round {round}, byte {place} of {name}: {code} {text}"
        );
        assert!(text.contains(&name), "round {round}, byte {place} of {name}: {text}");
        std::fs::write(path, whole).expect("written");
    }
    // The PDF alone.
    let pdf = report.join("memo.pdf");
    let whole = std::fs::read(&pdf).expect("a file");
    for round in 0..TRIES / 4 {
        let place = rng.below(whole.len() as u64) as usize;
        let mut flipped = whole.clone();
        flipped[place] ^= 1 << rng.below(8);
        let alone = workshop.write("mailed.pdf", flipped);
        let (code, text) = printed(&workshop, &["verify", &alone]);
        assert!(code != 0 && code < 100, "round {round}, byte {place}: {code} {text}");
        assert!(text.contains("mailed.pdf"), "round {round}, byte {place}: {text}");
    }
}

#[test]
fn a_killed_run_leaves_the_old_report_or_the_new_one_whole() {
    /// How often it is killed.
    const TRIES: u64 = 50;
    let workshop = project();
    made(&workshop, &[]);
    let report = workshop.path("reports/memo/2026-06");
    let old = files(&report);
    let data = workshop.path("specs/data/2026-06.csv");
    edited(&data, "tea,50.00", "tea,70.00");
    made(&workshop, &["--out", "new", "--anew"]);
    let new = files(&workshop.path("new/memo/2026-06"));
    let start = std::time::Instant::now();
    made(&workshop, &["--out", "timed", "--anew"]);
    let whole_run = start.elapsed();
    let mut rng = Seeded::new(7, 0);
    let mut n_new = 0;
    for round in 0..TRIES {
        let mut child = bellwether()
            .current_dir(workshop.path("."))
            .args(["run", "specs/memo.yaml", "--typst", "embedded", "--anew"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // Most of the moments lie where the report is written: at the end.
        let part = 0.4 + 0.8 * rng.below(1000) as f64 / 1000.0;
        std::thread::sleep(Duration::from_secs_f64(whole_run.as_secs_f64() * part));
        let _ = child.kill();
        child.wait().expect("it ends");
        let now = files(&report);
        let is_new = now == new;
        assert!(
            is_new || now == old,
            "round {round}: neither the old report nor the new one"
        );
        if is_new {
            n_new += 1;
            std::fs::remove_dir_all(&report).expect("removed");
            old.iter().for_each(|(name, bytes)| {
                let path = report.join(name);
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                std::fs::write(path, bytes).expect("written");
            });
        }
    }
    eprintln!("{n_new} of {TRIES} runs had swapped the new report in");
    // A run that ends removes what killed ones left behind.
    made(&workshop, &["--anew"]);
    let left: Vec<String> = std::fs::read_dir(workshop.path("reports/memo"))
        .expect("listed")
        .map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left, ["2026-06"]);
}

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

#[test]
fn the_shipped_reports_hold() {
    let reports = root().join("reports");
    let found = places::read(&reports.to_string_lossy()).expect("reports");
    assert_eq!(found.len(), 4);
    for it in found {
        let report = it.report.expect("a report");
        let against = Against {
            spec: root().join("specs").join(&report.inputs.spec_file),
            reports: Some(reports.clone()),
            ..Against::default()
        };
        let found = verify(&report, &against, &bellwether::render::Templates::default());
        assert!(found.holds(), "{}: {:?} {:?}", it.place, found.faults, found.outputs);
        assert!(found.difference.held > 500, "{}", it.place);
    }
}

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
