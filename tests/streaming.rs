//! Folding file by file gives what a plain loop over all rows gives, however the rows are spread over files.

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::facts;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write;

const ROWS: usize = 20_000;
const DAYS: usize = 6;

/// One made-up purchase.
#[derive(Clone)]
struct Row {
    day: usize,
    customer: Option<u64>,
    category: &'static str,
    cents: i64,
}

/// Numbers that look random: Knuth's multiplicative hash of a counter.
fn rows() -> Vec<Row> {
    let roll = |idx: usize, salt: u64| {
        let mixed = (idx as u64 + 1)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(salt);
        (mixed ^ (mixed >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33
    };
    (0..ROWS)
        .map(|idx| Row {
            day: (roll(idx, 1) % DAYS as u64) as usize,
            customer: Some(roll(idx, 2) % 700).filter(|it| *it != 13),
            category: ["bread", "milk", "tea"][(roll(idx, 3) % 3) as usize],
            cents: (roll(idx, 4) % 9_000) as i64 - 500,
        })
        .collect()
}

fn csv(rows: &[Row]) -> String {
    let mut text = String::from("day,who,category,amount\n");
    for row in rows {
        let who = row.customer.map_or(String::new(), |it| it.to_string());
        let sign = if row.cents < 0 { "-" } else { "" };
        let (units, cents) = (row.cents.abs() / 100, row.cents.abs() % 100);
        let _ = writeln!(
            text,
            "2026-03-{:02},{who},{},{sign}{units}.{cents:02}",
            row.day + 1,
            row.category
        );
    }
    text
}

const SPEC: &str = r"
bellwether: 1
title: Shift
sources:
  buys:
    files: data/*.csv
    time: day
    customer: who
    decimals: { amount: 2 }
    rules: [{ drop: amount between 10 and 10.99 }]
metrics:
  spend: { of: sum(amount), unit: USD }
  buyers: { of: count(distinct who), unit: buyer }
  big_buyers: { of: count(distinct who) filter (where amount > 50), unit: buyer }
  largest: { of: max(amount), unit: USD }
  smallest: { of: min(amount), unit: USD }
  typical: { of: median(amount), unit: USD }
  returns: { of: count(*) filter (where amount < 0), unit: return }
categories: { by: category }
periods: { grain: day, compare: [previous] }
memo:
  - headline: { metrics: [METRICS] }
  - quality: {}
";

/// The key figures of a memo are four at most: two specs name them all.
const METRICS: [&str; 2] = ["spend, buyers, big_buyers, typical", "largest, smallest, returns"];

/// The figures of the spec above, spread over `n_files` files.
fn figures(rows: &[Row], n_files: usize) -> BTreeMap<String, f64> {
    let workshop = Workshop::new();
    for (file_idx, part) in rows.chunks(ROWS.div_ceil(n_files)).enumerate() {
        workshop.write(&format!("data/{file_idx:02}.csv"), csv(part));
    }
    of_data(&workshop, &[])
}

/// The figures of all metrics, of the data in a folder.
fn of_data(workshop: &Workshop, more: &[&str]) -> BTreeMap<String, f64> {
    let mut figures = BTreeMap::new();
    for (name, metrics) in ["first.yaml", "second.yaml"].into_iter().zip(METRICS) {
        let spec = workshop.write(name, SPEC.replace("METRICS", metrics));
        figures.extend(of_spec(&spec, more));
    }
    figures
}

/// The figures of a spec that stands with its data.
fn of_spec(spec: &str, more: &[&str]) -> BTreeMap<String, f64> {
    let facts: serde_json::Value = serde_json::from_str(&facts(spec, more)).expect("facts are JSON");
    facts
        .as_object()
        .expect("facts have ids")
        .iter()
        .filter(|(id, _)| !id.starts_with("audit/"))
        .filter_map(|(id, fact)| Some((id.clone(), fact["value"].as_f64()?)))
        .collect()
}

#[test]
fn a_plain_loop_over_all_rows_gives_the_same_figures() {
    let rows = rows();
    let figures = figures(&rows, 1);
    let kept: Vec<&Row> = rows.iter().filter(|it| !(1_000..=1_099).contains(&it.cents)).collect();
    let last: Vec<&&Row> = kept.iter().filter(|it| it.day == DAYS - 1).collect();
    let buyers = |of: &dyn Fn(&Row) -> bool| {
        let ids: BTreeSet<u64> = last.iter().filter(|it| of(it)).filter_map(|it| it.customer).collect();
        ids.len() as f64
    };
    let mut cents: Vec<i64> = last.iter().map(|it| it.cents).collect();
    cents.sort_unstable();
    let median = (cents[(cents.len() - 1) / 2] + cents[cents.len() / 2]) as f64 / 200.0;
    for (metric, expected) in [
        ("spend", cents.iter().sum::<i64>() as f64 / 100.0),
        ("buyers", buyers(&|_| true)),
        ("big-buyers", buyers(&|it| it.cents > 5_000)),
        ("largest", cents[cents.len() - 1] as f64 / 100.0),
        ("smallest", cents[0] as f64 / 100.0),
        ("typical", median),
        ("returns", cents.iter().filter(|it| **it < 0).count() as f64),
    ] {
        let found = figures
            .get(&format!("headline/{metric}/value"))
            .or_else(|| figures.get(&format!("headline/{}/value", metric.replace('-', "_"))));
        // Both are whole numbers of cents over a power of ten: the same double.
        assert_eq!(
            found,
            Some(&expected),
            "{metric} in {:?}",
            figures.keys().collect::<Vec<_>>()
        );
    }
    let all: BTreeSet<u64> = kept.iter().filter_map(|it| it.customer).collect();
    assert_eq!(figures["quality/buys/customers"], all.len() as f64);
    assert_eq!(figures["quality/buys/rule/1"], (ROWS - kept.len()) as f64);
    let nobody = kept.iter().filter(|it| it.customer.is_none()).count() as f64;
    assert_eq!(figures["quality/buys/rows_without_customer"], nobody);
}

#[test]
fn the_spread_of_rows_over_files_cannot_be_seen() {
    let mut rows = rows();
    let one = figures(&rows, 1);
    assert_eq!(figures(&rows, 7), one);
    rows.reverse();
    assert_eq!(figures(&rows, 23), one, "nor can their order");
}

#[test]
fn a_cache_changes_no_figure() {
    let rows = rows();
    let workshop = Workshop::new();
    let folder = workshop.path("cache").to_string_lossy().into_owned();
    let cached = ["--cache", folder.as_str()];
    let by_day = |day: usize| -> Vec<Row> { rows.iter().filter(|it| it.day == day).cloned().collect() };
    for day in 0..DAYS - 1 {
        workshop.write(&format!("data/{day}.csv"), csv(&by_day(day)));
    }
    let holds_the_same = |what: &str| {
        let plain = of_data(&workshop, &[]);
        assert_eq!(of_data(&workshop, &cached), plain, "{what}");
        assert_eq!(of_data(&workshop, &cached), plain, "{what}, again");
        plain
    };
    let before = holds_the_same("cold");
    // A new day: another target, and the periods of every older file are called otherwise.
    workshop.write("data/5.csv", csv(&by_day(DAYS - 1)));
    let after = holds_the_same("one new file");
    assert_ne!(before["headline/spend/value"], after["headline/spend/value"]);
    // A changed file of the same length.
    let mut changed = by_day(2);
    changed[0].category = if changed[0].category == "milk" { "tea " } else { "milk" };
    workshop.write("data/2.csv", csv(&changed));
    holds_the_same("one changed file");
    // Every entry broken: nothing is trusted.
    let mut n_broken = 0;
    for (name, mut bytes) in crate::run::files(&workshop.path("cache")) {
        let last = bytes.len() - 1;
        bytes[last] ^= 0x55;
        std::fs::write(workshop.path("cache").join(&name), bytes).expect("written");
        n_broken += 1;
    }
    assert!(n_broken > DAYS, "the cache was used");
    holds_the_same("a broken cache");
}

#[test]
fn a_cache_changes_no_figure_of_files_that_straddle_periods() {
    // Ten days a file, held by weeks: most files add to two weeks, and none to a whole one at either end.
    const FILE_DAYS: usize = 10;
    const FILES: usize = 9;
    let workshop = Workshop::new();
    let folder = workshop.path("cache").to_string_lossy().into_owned();
    let text = SPEC.replace("grain: day", "grain: week").replace(
        "  - quality: {}",
        "  - deviation: { metrics: [spend, buyers] }\n  - rfm: { frequency: returns, monetary: spend, over: 2 weeks }\n  - quality: {}",
    );
    let spec = workshop.write("spec.yaml", text.replace("METRICS", METRICS[0]));
    let first = jiff::civil::date(2026, 1, 5);
    let all = rows();
    let part = |file_idx: usize| {
        let mut text = String::from("day,who,category,amount\n");
        for (idx, row) in all.iter().enumerate().filter(|(idx, _)| idx % FILES == file_idx) {
            let days = (file_idx * FILE_DAYS + idx / FILES % FILE_DAYS) as i64;
            let day = first + jiff::Span::new().days(days);
            let who = row.customer.map_or(String::new(), |it| it.to_string());
            let _ = writeln!(text, "{day},{who},{},{}", row.category, row.cents);
        }
        text
    };
    for file_idx in 0..FILES {
        workshop.write(&format!("data/{file_idx}.csv"), part(file_idx));
        if file_idx < 4 {
            continue;
        }
        let plain = of_spec(&spec, &[]);
        for what in ["a file more", "again"] {
            assert_eq!(of_spec(&spec, &["--cache", &folder]), plain, "{what}, {file_idx}");
        }
        // A third of the entries went: what is left is used, the rest made again.
        for (name, _) in crate::run::files(&workshop.path("cache")).into_iter().step_by(3) {
            std::fs::remove_file(workshop.path("cache").join(name)).expect("an entry");
        }
        assert_eq!(of_spec(&spec, &["--cache", &folder]), plain, "entries gone, {file_idx}");
    }
    std::fs::remove_file(workshop.path("data/1.csv")).expect("the file");
    let plain = of_spec(&spec, &[]);
    assert_eq!(of_spec(&spec, &["--cache", &folder]), plain, "a file less");
}

#[test]
fn files_of_one_content_in_two_folders_are_two_files() {
    let workshop = Workshop::new();
    let spec = SPEC
        .replace("data/*.csv", "data/*/*.csv")
        .replace("{ by: category }", "{ by: shop }");
    let spec = workshop.write("spec.yaml", spec.replace("METRICS", METRICS[0]));
    let folder = workshop.path("cache").to_string_lossy().into_owned();
    for shop in ["east", "west"] {
        workshop.write(&format!("data/shop={shop}/buys.csv"), csv(&rows()));
    }
    let labels = |more: &[&str]| {
        let output = bellwether()
            .args(["explain", &spec, "--stage", "panel"])
            .args(more)
            .output()
            .expect("the program starts");
        let panel: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a panel is JSON");
        (panel["categories"].clone(), panel["cube"].clone())
    };
    let plain = labels(&[]);
    assert_eq!(plain.0, serde_json::json!(["east", "west"]));
    assert_eq!(labels(&["--cache", &folder]), plain, "cold");
    assert_eq!(labels(&["--cache", &folder]), plain, "warm");
}

#[test]
fn a_cached_file_is_not_read_again() {
    let rows = rows();
    let workshop = Workshop::new();
    let folder = workshop.path("cache").to_string_lossy().into_owned();
    workshop.write("data/0.csv", csv(&rows));
    let first = of_data(&workshop, &["--cache", &folder]);
    let entries = crate::run::files(&workshop.path("cache"));
    let again = of_data(&workshop, &["--cache", &folder]);
    assert_eq!(again, first);
    assert_eq!(
        crate::run::files(&workshop.path("cache")),
        entries,
        "nothing new was kept"
    );
    let said = bellwether()
        .args(["cache", "stat", "--cache", &folder])
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains(&format!("holds {} entries", entries.len())), "{said}");
    let cleaned = bellwether()
        .args(["cache", "clean", "--cache", &folder])
        .output()
        .expect("the program starts");
    assert!(cleaned.status.success());
    assert!(crate::run::files(&workshop.path("cache")).is_empty());
}

#[test]
fn the_cost_of_a_spec_is_told_before_anything_is_read() {
    let workshop = Workshop::new();
    let all = rows();
    workshop.write("data/1.csv", csv(&all[..ROWS / 2]));
    workshop.write("data/2.csv", csv(&all[ROWS / 2..]));
    let spec = workshop.write("first.yaml", SPEC.replace("METRICS", METRICS[0]));
    let cache = workshop.path("cache").to_string_lossy().into_owned();
    let cost = || -> serde_json::Value {
        let output = bellwether()
            .args([
                "--message-format",
                "json",
                "explain",
                &spec,
                "--cost",
                "--cache",
                &cache,
            ])
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("costs are JSON")
    };
    let cold = cost();
    assert_eq!(cold[0]["files"], 2);
    assert_eq!(
        cold[0]["columns"],
        serde_json::json!(["day", "who", "category", "amount"])
    );
    assert_eq!(
        cold[0]["rows"],
        serde_json::Value::Null,
        "text does not say how many rows it has"
    );
    assert_eq!(cold[0]["read"], cold[0]["bytes"]);
    of_spec(&spec, &["--cache", &cache]);
    let warm = cost();
    assert_eq!(
        (warm[0]["held"].as_u64(), warm[0]["read"].as_u64()),
        (Some(2), Some(0)),
        "all of it is held"
    );
}

#[test]
fn what_is_looked_up_is_told_with_the_cost() {
    let workshop = Workshop::new();
    workshop.write("data/1.csv", csv(&rows()));
    workshop.write(
        "kinds.csv",
        "category,aisle,colour\nbread,dry,brown\nmilk,cold,white\ntea,dry,green\n",
    );
    let people: String = (0..700).map(|who| format!("{who},{}\n", who % 9)).collect();
    workshop.write("people.csv", format!("who,age\n{people}"));
    let spec = SPEC
        .replace("METRICS", METRICS[0])
        .replace("    time: day", "    lookup: { kinds: category }\n    time: day")
        .replace(
            "metrics:\n",
            "  kinds: { files: kinds.csv, key: category }\n  people: { files: people.csv, key: who }\nmetrics:\n",
        )
        .replace("{ by: category }", "{ by: aisle }");
    let spec = workshop.write("spec.yaml", spec);
    let cost = |format: &str, more: &[&str]| {
        let output = bellwether()
            .args(["--message-format", format, "explain", &spec, "--cost"])
            .args(more)
            .env("RAYON_NUM_THREADS", "2")
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let costs: serde_json::Value = serde_json::from_str(&cost("json", &[])).expect("costs are JSON");
    let all = costs.as_array().expect("one a source");
    let of = |name: &str| all.iter().find(|it| it["source"] == name).expect("the source").clone();
    let kinds = of("kinds");
    let size = std::fs::metadata(workshop.path("kinds.csv")).expect("a file").len();
    assert_eq!((kinds["rows"].as_u64(), kinds["files"].as_u64()), (Some(3), Some(1)));
    assert_eq!(kinds["bytes"], size);
    assert_eq!(
        kinds["columns"],
        serde_json::json!(["category", "aisle"]),
        "not its colour"
    );
    assert_eq!(kinds["n_columns"], 3);
    assert_eq!(kinds["counts"], serde_json::Value::Null);
    assert_eq!(of("people")["rows"], 700);
    // A quarter of the memory, and a sixteenth a thread.
    let counts = |memory: u64| memory / 4 + 2 * memory / 16;
    assert_eq!(of("buys")["counts"].as_u64(), Some(counts(4 << 30)));
    let said = cost("text", &["--memory", "64MB"]);
    for words in [
        "buys: 1 file, rows not known before they are read, ",
        "of memory for rows, and 25.2 MB for what is counted before it waits on disk",
        "kinds: 1 file, 3 rows, 0.1 kB",
        "reads 2 of 3 columns: category, aisle",
        "held whole, to be looked up: about 0.1 kB of memory",
        "people: 1 file, 700 rows, ",
    ] {
        assert!(said.contains(words), "`{words}` in\n{said}");
    }
}

#[test]
fn how_much_memory_is_allowed_cannot_be_seen() {
    const BUYERS: usize = 60_000;
    let workshop = Workshop::new();
    let mut text = String::from("day,who,category,amount\n");
    for (idx, row) in rows().iter().cycle().take(2 * BUYERS).enumerate() {
        let who = (idx * 7_919) % BUYERS;
        let _ = writeln!(
            text,
            "2026-03-{:02},{who},{},{}",
            row.day + 1,
            row.category,
            row.cents.abs()
        );
    }
    let (first, second) = text.split_at(text.len() / 2 + text[text.len() / 2..].find('\n').expect("a line") + 1);
    workshop.write("data/1.csv", first);
    workshop.write("data/2.csv", format!("day,who,category,amount\n{second}"));
    let spec = workshop.write("spec.yaml", SPEC.replace("METRICS", METRICS[0]));
    let plain = of_spec(&spec, &[]);
    // The rule drops both rows of a few.
    assert!(plain["quality/buys/customers"] > 0.99 * BUYERS as f64);
    assert_eq!(of_spec(&spec, &["--memory", "16MB"]), plain);
    let cache = workshop.path("cache").to_string_lossy().into_owned();
    let little = ["--memory", "16MB", "--cache", cache.as_str()];
    assert_eq!(of_spec(&spec, &little), plain, "cold");
    assert_eq!(of_spec(&spec, &little), plain, "warm");
    // Something did wait on disk: where there is none, it says so.
    let nowhere = workshop.path("nowhere").to_string_lossy().into_owned();
    let with_memory = |memory: &str| {
        bellwether()
            .args(["explain", &spec, "--stage", "facts", "--memory", memory])
            .env("TMPDIR", &nowhere)
            .output()
            .expect("the program starts")
    };
    let refused = with_memory("16MB");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(3), "{said}");
    assert!(said.contains("error[no-room]") && said.contains("TMPDIR"), "{said}");
    assert!(with_memory("4GB").status.success(), "it fits into memory");
    let wrong = with_memory("much");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("write it as `2GB`"));
}

#[test]
fn customers_that_are_texts_take_no_more_memory_than_is_allowed() {
    const BUYERS: usize = 60_000;
    let workshop = Workshop::new();
    let all = rows();
    for file in 0..3 {
        let mut text = String::from("day,who,category,amount\n");
        for (idx, row) in all.iter().cycle().skip(file * 7).take(BUYERS).enumerate() {
            let who = (idx * 7_919 + file * 20_000) % BUYERS;
            let _ = writeln!(
                text,
                "2026-03-{:02},customer {who:x} of the shop,{},{}",
                row.day + 1,
                row.category,
                row.cents.abs()
            );
        }
        workshop.write(&format!("data/{file}.csv"), text);
    }
    let spec = workshop.write("spec.yaml", SPEC.replace("METRICS", METRICS[0]));
    let run = |memory: &str, temporary: &std::path::Path| {
        bellwether()
            .args(["explain", &spec, "--stage", "facts", "--memory", memory])
            .env("TMPDIR", temporary)
            .output()
            .expect("the program starts")
    };
    let temporary = workshop.path("temporary");
    std::fs::create_dir(&temporary).expect("a folder");
    let plain = run("4GB", &temporary);
    assert!(plain.status.success(), "{}", String::from_utf8_lossy(&plain.stderr));
    let little = run("16MB", &temporary);
    assert!(little.status.success(), "{}", String::from_utf8_lossy(&little.stderr));
    assert!(plain.stdout == little.stdout, "the same bytes");
    assert!(crate::run::files(&temporary).is_empty(), "nothing is left behind");
    // Something did wait on disk.
    assert_eq!(run("16MB", &workshop.path("nowhere")).status.code(), Some(3));
    assert!(run("4GB", &workshop.path("nowhere")).status.success());
}
