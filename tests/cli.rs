//! Bad input gets a clear answer and its exit code, and nothing is lost.

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::failed;
use crate::run::files;
use crate::run::root;
use crate::run::run;
use std::fmt::Write;

/// A spec over `rows.csv` with one metric, by day.
const SPEC: &str = r#"bellwether: 1
title: "Shift: {{ period.label }}"
sources:
  rows: { files: rows.csv, time: day, customer: who, decimals: { amount: 2 } }
metrics:
  spend: { of: sum(amount), unit: USD }
  buyers: { of: count(distinct who), across: category, unit: buyer }
  spend_per_buyer: { of: spend / buyers }
categories: { by: category }
periods: { grain: day, compare: [previous] }
memo:
  - headline: { metrics: [spend, buyers, spend_per_buyer] }
  - deviation: { metrics: [spend, spend_per_buyer] }
  - quality: {}
"#;

/// Sixty days of purchases in the named categories, by twelve customers.
fn rows(categories: &[&str]) -> String {
    let mut text = String::from("day,who,category,amount\n");
    let first = jiff::civil::date(2026, 1, 1);
    for day in 0..60_i64 {
        let date = first.saturating_add(jiff::Span::new().days(day));
        for (place, category) in (0_i64..).zip(categories) {
            for who in 0..12_i64 {
                // Not random, not periodic within the test's length.
                let cents = 500 + (day * 37 + place * 101 + who * 53 + day * day * 7) % 300;
                let _ = writeln!(
                    text,
                    "{date},{who},\"{}\",{}.{:02}",
                    category.replace('"', "\"\""),
                    cents / 100,
                    cents % 100
                );
            }
        }
    }
    text
}

fn shop(categories: &[&str]) -> (Workshop, String) {
    let workshop = Workshop::new();
    workshop.write("rows.csv", rows(categories));
    let spec = workshop.write("shop.yaml", SPEC);
    (workshop, spec)
}

fn fails(spec: &str, code: i32, words: &[&str]) {
    let workshop = Workshop::new();
    let (actual, text) = failed(&[
        "run",
        spec,
        "--typst",
        "embedded",
        "--out",
        &workshop.path("out").to_string_lossy(),
    ]);
    assert_eq!(actual, code, "{text}");
    for word in words {
        assert!(text.contains(word), "no `{word}` in:\n{text}");
    }
    assert!(!text.contains("panicked"), "{text}");
    assert!(
        !workshop.path("out").join("shop").exists(),
        "a failed run leaves no report"
    );
}

#[test]
fn usage_and_missing_specs_end_with_two() {
    assert_eq!(failed(&["run"]).0, 2);
    assert_eq!(failed(&["frobnicate"]).0, 2);
    assert_eq!(failed(&["check", "no/such.yaml"]).0, 2);
    assert_eq!(run(&["--help"]).status.code(), Some(0));
    assert_eq!(run(&["list"]).status.code(), Some(0));
}

#[test]
fn missing_truncated_empty_and_mistyped_files_end_with_three() {
    let (workshop, spec) = shop(&["a", "b"]);
    std::fs::remove_file(workshop.path("rows.csv")).expect("removed");
    fails(&spec, 3, &["rows.csv"]);
    workshop.write("rows.csv", "");
    fails(&spec, 3, &["empty"]);
    workshop.write("rows.csv", "day,who,category,amount\n");
    fails(&spec, 3, &["no row"]);
    let whole = std::fs::read(root().join("specs/data/grocery/households.parquet")).expect("shipped");
    workshop.write("cut.parquet", &whole[..whole.len() / 2]);
    workshop.write("shop.yaml", SPEC.replace("rows.csv", "cut.parquet"));
    fails(&spec, 3, &["cut.parquet"]);
    workshop.write("cut.parquet", b"day,who\n1,2\n");
    fails(&spec, 3, &["cut.parquet"]);
}

#[test]
fn files_outside_the_allowed_roots_are_refused() {
    let (workshop, _) = shop(&["a"]);
    let spec = workshop.write("inner/shop.yaml", SPEC.replace("rows.csv", "../rows.csv"));
    fails(&spec, 3, &["outside", "--data-root"]);
    let (root, out) = (workshop.path(""), workshop.path("out"));
    let allowed = [
        "run",
        &spec,
        "--data-root",
        &root.to_string_lossy(),
        "--typst",
        "embedded",
        "--out",
        &out.to_string_lossy(),
    ];
    assert!(run(&allowed).status.success());
}

#[test]
fn all_mistakes_of_a_spec_are_reported_at_once() {
    let (workshop, spec) = shop(&["a"]);
    let broken = SPEC
        .replace("sum(amount)", "sum(amuont)")
        .replace("by: category", "by: categry")
        .replace("compare: [previous]", "compare: [previuos]")
        .replace("metrics: [spend, buyers", "metrics: [spent, buyers");
    workshop.write("shop.yaml", broken);
    let (code, text) = failed(&["check", &spec]);
    assert_eq!(code, 2, "{text}");
    for name in [
        "did you mean `amount`?",
        "did you mean `category`?",
        "did you mean `previous`?",
    ] {
        assert!(text.contains(name), "no `{name}` in:\n{text}");
    }
}

#[test]
fn an_anchor_bomb_is_refused_at_once() {
    let workshop = Workshop::new();
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let _ = writeln!(
            bomb,
            "a{level}: &a{level} [{}]",
            vec![format!("*a{}", level - 1); 9].join(", ")
        );
    }
    let spec = workshop.write("shop.yaml", bomb);
    fails(&spec, 2, &[]);
    fails(&workshop.write("shop.yaml", "[".repeat(20_000)), 2, &[]);
    fails(&workshop.write("shop.yaml", [0xff_u8, 0xfe, 0x00]), 2, &["UTF-8"]);
}

#[test]
fn rows_that_cannot_be_used_are_counted_and_kept() {
    let (workshop, spec) = shop(&["a", "b", "c"]);
    let mut text = rows(&["a", "b", "c"]);
    text.push_str("not a day,3,a,1.00\n2026-02-30,3,a,1.00\n2026-01-05,3,a,NaN\n2026-01-05,3,a,inf\n2026-01-06,,a,-4.00\n2026-01-06,5,,2.00\n");
    workshop.write("rows.csv", text);
    let out = workshop.path("out");
    let output = run(&["run", &spec, "--typst", "embedded", "--out", &out.to_string_lossy()]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let report = out.join("shop/2026-03-01");
    let rejects = std::fs::read_to_string(report.join("tables/rejects.csv")).expect("kept");
    assert!(
        rejects.contains("not a day") && rejects.contains("2026-02-30"),
        "{rejects}"
    );
    assert!(rejects.contains("NaN") && rejects.contains("inf"), "{rejects}");
    let facts: serde_json::Value =
        serde_json::from_slice(&std::fs::read(report.join("facts.json")).expect("facts")).expect("JSON");
    assert_eq!(facts["quality/rows/rejected"]["value"], 4.0);
    assert_eq!(facts["quality/rows/rows_without_customer"]["value"], 1.0);
    assert_eq!(facts["quality/rows/rows_without_category"]["value"], 1.0);
}

#[test]
fn hostile_names_are_printed_and_never_run() {
    let long = "x".repeat(10_000);
    let names = [
        "#set page()",
        "<script>alert(1)</script>",
        "$x$",
        "@a",
        long.as_str(),
        "שלום עולם",
        "مرحبا",
        "🧺 basket",
        "{{ 7*7 }}",
        "../../etc/passwd",
        "=1+1",
        "a\"b",
        "]]>",
        "\\u{0}",
    ];
    let (workshop, spec) = shop(&names);
    let out = workshop.path("out");
    let output = run(&["run", &spec, "--typst", "embedded", "--out", &out.to_string_lossy()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = files(&out);
    assert!(
        made.iter().all(|(name, _)| name.starts_with("shop/2026-03-01/")),
        "nothing is written elsewhere"
    );
    let html = made
        .iter()
        .find(|it| it.0.ends_with("memo.html"))
        .map(|it| String::from_utf8_lossy(&it.1).into_owned())
        .expect("HTML");
    assert!(!html.contains("<script>alert"), "markup is escaped");
    assert!(
        html.contains("#set page()") && html.contains("{{ 7*7 }}"),
        "names are printed as they are"
    );
}

#[test]
fn thin_data_give_a_memo_that_says_so() {
    // One category has two points only, another none in the target, a third never changes.
    let workshop = Workshop::new();
    let mut text = rows(&["whole"]);
    text.push_str("2026-01-03,1,two points,1.00\n2026-02-03,1,two points,2.00\n2026-03-01,1,two points,2.00\n");
    for day in 1..=28 {
        let _ = writeln!(text, "2026-02-{day:02},1,constant,3.00");
    }
    text.push_str("2026-03-01,1,refunds only,-3.00\n");
    workshop.write("rows.csv", text);
    // One customer buys everything.
    let spec = workshop.write("shop.yaml", SPEC.replace("title:", "min_cell: 1\ntitle:"));
    let out = workshop.path("out");
    let output = run(&["run", &spec, "--typst", "embedded", "--out", &out.to_string_lossy()]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("two points has no projection") || said.contains("of two points has no projection"),
        "{said}"
    );
}

#[test]
fn an_incomplete_last_period_is_left_out_and_named() {
    let (workshop, _) = shop(&["a", "b"]);
    let spec = workshop.write("shop.yaml", SPEC.replace("grain: day", "grain: week"));
    let out = workshop.path("out");
    let output = run(&["run", &spec, "--typst", "embedded", "--out", &out.to_string_lossy()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Data end on Sunday 1 March 2026, which completes week 9; they begin on a Thursday, so week 1 is left out.
    let facts = std::fs::read(out.join("shop/2026-W09/facts.json")).expect("week 9 is the target");
    let facts: serde_json::Value = serde_json::from_slice(&facts).expect("JSON");
    assert_eq!(
        facts["quality/periods/incomplete"]["value"],
        serde_json::json!(["2026-W01"])
    );
    let (code, said) = failed(&["check", &spec, "--period", "2026-W10"]);
    assert!(code == 2 || code == 3, "{said}");
}

#[test]
fn a_run_that_fails_or_is_killed_leaves_the_last_good_report() {
    let (workshop, spec) = shop(&["a", "b", "c"]);
    let out = workshop.path("out");
    let arguments = ["run", &spec, "--typst", "embedded", "--out", &out.to_string_lossy()];
    assert!(run(&arguments).status.success());
    let good = files(&out);
    workshop.write("rows.csv", "day,who,category,amount\nx,y,z,w\n");
    assert_ne!(run(&arguments).status.code(), Some(0));
    assert!(files(&out) == good, "a failed run changes nothing");
    workshop.write("rows.csv", rows(&["a", "b", "c", "d"]));
    for wait_ms in [5_u64, 20, 60, 120, 240] {
        let mut child = bellwether()
            .args(arguments)
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("the program starts");
        // Kills at several moments; whichever moment it meets, a report is whole.
        let until = std::time::Instant::now() + std::time::Duration::from_millis(wait_ms);
        while std::time::Instant::now() < until && child.try_wait().expect("waited").is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        let _ = child.wait();
        let now: Vec<_> = files(&out.join("shop"));
        let whole = now
            .iter()
            .filter(|it| it.0.starts_with("2026-03-01/"))
            .map(|it| it.0.trim_start_matches("2026-03-01/").to_owned());
        let names: Vec<String> = whole.collect();
        assert!(
            names.contains(&"manifest.json".to_owned()) && names.contains(&"memo.pdf".to_owned()),
            "{names:?}"
        );
        let manifest = now
            .iter()
            .find(|it| it.0 == "2026-03-01/manifest.json")
            .expect("a manifest");
        let manifest: serde_json::Value = serde_json::from_slice(&manifest.1).expect("JSON");
        for (name, hash) in manifest["outputs"].as_object().expect("outputs") {
            let bytes = &now
                .iter()
                .find(|it| it.0 == format!("2026-03-01/{name}"))
                .expect("listed")
                .1;
            assert_eq!(
                hash.as_str(),
                Some(blake3::hash(bytes).to_hex().as_str()),
                "{name} is whole"
            );
        }
    }
}

#[test]
fn a_sum_that_does_not_fit_is_an_error_not_a_number() {
    let (workshop, spec) = shop(&["a"]);
    let mut text = rows(&["a"]);
    for _ in 0..20 {
        text.push_str("2026-02-01,1,a,9000000000000000.00\n");
    }
    workshop.write("rows.csv", text);
    fails(&spec, 3, &["64 bits"]);
}

#[test]
fn what_is_read_otherwise_than_expected_is_said() {
    let workshop = Workshop::new();
    let mut rows = String::from("day,who,kind,amount\n");
    for day in 1..=28 {
        let _ = writeln!(rows, "2026-02-{day:02},{},tea,2\n2026-02-{day:02},1,,3", day % 3);
    }
    workshop.write("buys.csv", rows);
    workshop.write("people.csv", "who,region\n0,North\n1,South\n1,North\n2,South\n");
    let spec = workshop.write(
        "spec.yaml",
        "bellwether: 1
title: Tea
sources:
  buys: { files: buys.csv, time: day, customer: who }
  people: { files: people.csv, key: who }
segments: [region]
metrics: { spend: sum(amount) }
categories: { by: kind }
periods: { grain: day }
memo:
  - headline: { metrics: [spend] }
",
    );
    let out = workshop.path("out").to_string_lossy().into_owned();
    let output = bellwether()
        .args(["run", &spec, "-o", &out, "--format", "html"])
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("28 of 56 rows of `buys` have no `kind`"), "{said}");
    assert!(
        said.contains("1 row of `people` with a `who` that stood before"),
        "{said}"
    );
    let memo = std::fs::read_to_string(workshop.path("out/spec/2026-02-28/memo.html")).expect("a memo");
    assert!(memo.contains("28 rows without a category count in it."));
}
