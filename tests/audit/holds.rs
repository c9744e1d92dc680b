//! What is verified: reports hold wherever they are, and whatever was changed or broken off is named.

use super::SPEC;
use super::copied;
use super::edited;
use super::made;
use super::printed;
use super::project;
use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::files;
use crate::run::root;
use bellwether::audit::places;
use bellwether::road::verify::Against;
use bellwether::road::verify::verify;
use bellwether::stats::rng::Seeded;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

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
fn each_memo_of_one_spec_holds_alone_and_with_the_others() {
    let workshop = project();
    let spec = SPEC.replace("bellwether: 1\n", "bellwether: 1\nfor_each: region\n");
    let spec = spec.replace("  - contribution: { of: top 2, metric: each, by: [region] }\n", "");
    workshop.write("specs/memo.yaml", spec);
    made(&workshop, &[]);
    let (code, text) = printed(&workshop, &["verify", "reports"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(text.matches("byte for byte").count(), 2, "{text}");
    let pdfs: Vec<PathBuf> = files(&workshop.path("reports"))
        .into_iter()
        .map(|it| workshop.path("reports").join(it.0))
        .filter(|it| it.extension().is_some_and(|it| it == "pdf"))
        .collect();
    assert_eq!(pdfs.len(), 2);
    for (place, pdf) in pdfs.iter().enumerate() {
        let mailed = format!("mailed-{place}.pdf");
        std::fs::copy(pdf, workshop.path(&mailed)).expect("copied");
        let (code, text) = printed(&workshop, &["verify", &mailed, "--spec", "specs/memo.yaml"]);
        assert_eq!(code, 0, "{text}");
    }
    // A customer who moved is missed in one and met in the other.
    edited(&workshop.path("specs/people.csv"), "\n0,north\n", "\n0,south\n");
    let (code, text) = printed(&workshop, &["verify", "reports"]);
    assert_eq!(code, 1, "{text}");
    assert_eq!(text.matches("byte for byte").count(), 0, "{text}");
}
