//! Several memos of one spec: each says what the spec would say of its rows alone, from one reading of the data.

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::facts;
use crate::run::files;
use crate::run::same;
use bellwether::render::Templates;
use bellwether::road;
use bellwether::road::Request;
use serde_json::Value;
use std::fmt::Write;
use std::process::Output;
use std::sync::atomic::Ordering;

const REGIONS: [&str; 4] = ["North", "South", "East", "O'Neill"];

/// Purchases of 400 customers over 30 months; each region begins when it does, and shops more or less.
fn purchases() -> String {
    let mut text = String::from("customer,date,sector,cents,region,shop\n");
    let mut state: u64 = 7;
    let mut draw = |below: u64| {
        // Knuth's generator: any spread of purchases does.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for month in 0..30 {
        for customer in 0..400 {
            let region = customer % 4;
            // The third region opens a year later.
            if (region == 2 && month < 12) || draw(3) == 0 {
                continue;
            }
            let (year, of_year) = (2024 + month / 12, month % 12 + 1);
            let day = draw(28) + 1;
            let sector = ["Grocery", "Fuel", "Dining"][usize::try_from(draw(3)).expect("below three")];
            let cents = 500 + draw(4000) * (region + 1);
            let name = REGIONS[usize::try_from(region).expect("below four")];
            let _ = writeln!(
                text,
                "{customer},{year}-{of_year:02}-{day:02},{sector},{cents},{name},{}",
                customer % 5
            );
        }
    }
    // Whole months, whatever was drawn.
    for region in REGIONS {
        text.push_str(&format!(
            "1,2024-01-01,Fuel,1,{region},0\n1,2026-06-30,Fuel,1,{region},0\n"
        ));
    }
    text.replace("1,2024-01-01,Fuel,1,East,0\n", "1,2025-01-01,Fuel,1,East,0\n")
}

fn people() -> String {
    let line = |it: u64| {
        format!(
            "{it},{},{}\n",
            ["old", "young"][usize::from(it.is_multiple_of(3))],
            ["a", "b"][usize::from(it % 7 < 3)]
        )
    };
    String::from("customer,age,kind\n") + &(0..420).map(line).collect::<String>()
}

/// A spec over these purchases; `top` stands at its top, `buys` in the source of events, `of_people` in that of customers.
fn spec(top: &str, buys: &str, of_people: &str) -> String {
    format!(
        r#"bellwether: 1
title: "Shift: {{{{ period.label }}}}"
{top}
sources:
  buys:
    files: data/buys.csv
    time: date
    customer: customer
    {buys}
  people:
    files: data/people.csv
    key: customer
    {of_people}
metrics:
  spend: {{ of: sum(cents) / 100, unit: USD, good: up }}
  shoppers: {{ of: count(distinct customer), unit: shopper, good: up }}
  everyone: {{ of: count(distinct customer), across: category, unit: customer }}
  ticket: {{ of: median(cents), unit: cent }}
  per_head: {{ of: spend / everyone }}
categories: {{ by: sector, noun: sector }}
segments: [age, kind]
roster:
  features: {{ spent: sum(cents), last: days_since_last }}
periods: {{ grain: month, compare: [previous, year_ago], as_of: 2026-07-01 }}
memo:
  - headline: {{ metrics: [spend, shoppers] }}
  - deviation: {{ metrics: [per_head, spend] }}
  - drivers: {{ of: [Grocery], metric: per_head, against: previous }}
  - cohorts: {{}}
  - roster: {{}}
  - quality: {{}}
"#
    )
}

fn workshop() -> Workshop {
    let workshop = Workshop::new();
    workshop.write("data/buys.csv", purchases());
    workshop.write("data/people.csv", people());
    workshop
}

/// What follows from the rows alone: not from the spec's text, its name or what a rule is called.
fn of_rows(facts: &str) -> String {
    let of_rows = |it: &&str| !it.starts_with("\"audit/") && !it.contains("/unmatched/");
    facts.lines().filter(of_rows).collect::<Vec<&str>>().join("\n")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_memo_of_a_value_is_that_of_its_rows_alone() {
    let workshop = workshop();
    let each = workshop.write("each.yaml", spec("for_each: region", "", ""));
    for (region, slug) in REGIONS.iter().zip(["north", "south", "east", "o-neill"]) {
        let rule = format!("rules: [{{ keep: \"region = '{}'\" }}]", region.replace('\'', "''"));
        let alone = spec("", &rule, "");
        let alone = workshop.write("alone.yaml", alone);
        let ours = facts(&each, &["--select", slug]);
        assert!(ours.contains("\"deviation/grocery/spend/projected\""), "{ours}");
        same(&of_rows(&ours), &of_rows(&facts(&alone, &[])), region);
    }
}

#[test]
fn a_column_of_the_customers_parts_rows_as_one_of_the_events_does() {
    let workshop = workshop();
    let each = workshop.write("each.yaml", spec("for_each: { by: kind, skip: [a] }", "", ""));
    let rule = "rules: [{ keep: kind = 'b' }]";
    let looked_up = format!("lookup: {{ people: customer }}\n    {rule}");
    // Nor does it look for one that explains a change.
    let alone = spec("", &looked_up, rule).replace("drivers: { ", "drivers: { attributes: [age], ");
    let alone = workshop.write("alone.yaml", alone);
    let ours = facts(&each, &[]);
    // A memo of one kind says nothing of kinds.
    let of_kind = |it: &str| {
        it.lines()
            .filter(|it| !it.contains("quality/warnings") && !it.contains("/kind/"))
            .collect::<Vec<&str>>()
            .join("\n")
    };
    let alone = facts(&alone, &[]);
    same(&of_kind(&of_rows(&ours)), &of_kind(&of_rows(&alone)), "kind b");
    assert!(alone.contains("every customer has the same `kind`") && !ours.contains("every customer has the same"));
}

#[test]
fn a_set_of_parameters_gives_what_its_flags_give() {
    let workshop = workshop();
    let rule = "rules: [{ keep: \"region = '{{ params.region }}'\" }]";
    let params = "params: { region: North, share: 0.05 }";
    let sets = "for_each:\n  - { region: South, share: 0.2 }\n  - { name: The north, region: North }";
    let with = |it: String| {
        it.replace(
            "[per_head, spend] }",
            "[per_head, spend], fdr: \"{{ params.share }}\" }",
        )
    };
    let each = workshop.write("each.yaml", with(spec(&format!("{params}\n{sets}"), rule, "")));
    let alone = workshop.write("alone.yaml", with(spec(params, rule, "")));
    let ours = facts(&each, &["--select", "south-0-2"]);
    same(
        &of_rows(&ours),
        &of_rows(&facts(&alone, &["-P", "region=South", "-P", "share=0.2"])),
        "South",
    );
    same(
        &of_rows(&facts(&each, &["--select", "The north"])),
        &of_rows(&facts(&alone, &[])),
        "North",
    );
    assert!(
        ours.contains("\"audit/For each\":") && ours.contains("region=South, share=0.2"),
        "{ours}"
    );
}

#[test]
fn all_memos_are_made_from_one_reading() {
    let workshop = workshop();
    let n_read = |top: &str| {
        let spec = workshop.write("each.yaml", spec(top, "", ""));
        let request = Request {
            spec: spec.into(),
            ..Request::default()
        };
        let plans = road::plans(&request).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let rows = plans[0].rows_read();
        let before = rows.load(Ordering::Relaxed);
        let computed = road::compute_all(&plans, &Templates::default());
        assert!(computed.iter().all(Result::is_ok));
        (plans.len(), rows.load(Ordering::Relaxed) - before)
    };
    let (one, of_one) = n_read("");
    let (four, of_four) = n_read("for_each: region");
    assert_eq!((one, four), (1, 4));
    assert!(of_one > 0);
    assert_eq!(of_four, of_one, "four memos read what one reads");
}

#[test]
fn what_memos_count_adds_up_to_what_one_counts() {
    let workshop = workshop();
    let number = |facts: &str, id: &str| {
        let facts: Value = serde_json::from_str(facts).expect("facts are JSON");
        facts[id]["value"]
            .as_f64()
            .unwrap_or_else(|| panic!("{id} is a number"))
    };
    let ids = [
        "headline/spend/value",
        "quality/buys/rows_used",
        "quality/buys/rows_target",
    ];
    let whole = facts(&workshop.write("whole.yaml", spec("", "", "")), &[]);
    let each = workshop.write("each.yaml", spec("for_each: region", "", ""));
    let of_each: Vec<String> = ["north", "south", "east", "o-neill"]
        .iter()
        .map(|it| facts(&each, &["--select", it]))
        .collect();
    for id in ids {
        let sum: f64 = of_each.iter().map(|it| number(it, id)).sum();
        assert!(
            (sum - number(&whole, id)).abs() < 1e-6,
            "{id}: sums of cents are exact but for the last division"
        );
    }
}

#[test]
fn every_memo_has_its_own_folder_title_and_manifest() {
    let workshop = workshop();
    let each = workshop.write("each.yaml", spec("for_each: region", "", ""));
    let out = workshop.path("out");
    let run = |more: &[&str]| {
        let mut command = bellwether();
        let command = command.args(["run", &each, "--format", "html", "--out"]).arg(&out);
        command.args(more).output().expect("the program starts")
    };
    let made = run(&["--select", "NORTH,o*"]);
    assert!(made.status.success(), "{}", said(&made));
    let folders = |of: &std::path::Path| {
        let mut names: Vec<String> = files(of).into_iter().map(|it| it.0).collect();
        names.retain(|it| it.ends_with("manifest.json"));
        names
    };
    assert_eq!(
        folders(&out.join("each")),
        ["north/2026-06/manifest.json", "o-neill/2026-06/manifest.json"]
    );
    let manifest = std::fs::read_to_string(out.join("each/o-neill/2026-06/manifest.json")).expect("it is there");
    let manifest: Value = serde_json::from_str(&manifest).expect("it is JSON");
    assert_eq!(manifest["inputs"]["each"], serde_json::json!({ "region": "O'Neill" }));
    let html = std::fs::read_to_string(out.join("each/north/2026-06/memo.html")).expect("it is there");
    assert!(html.contains("Shift: June 2026 · North"));
    assert!(html.contains("the rows that this memo is about"));
    let wrong = run(&["--select", "nort"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(said(&wrong).contains("did you mean `north`?"), "{}", said(&wrong));
    // The bytes of a memo do not depend on which others are made.
    let before = files(&out.join("each/north"));
    let made = run(&[]);
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(folders(&out.join("each")).len(), 4);
    assert_eq!(files(&out.join("each/north")), before);
}

#[test]
fn a_memo_that_a_gate_refuses_does_not_hinder_the_others() {
    let workshop = workshop();
    let gated = spec("for_each: region", "", "").replace("quality: {}", "quality: { require: { duplicates: 0 } }");
    let gated = gated.replace("time: date", "time: date\n    unique: [customer, date, sector, cents]");
    let each = workshop.write("each.yaml", gated);
    workshop.write("data/buys.csv", purchases() + "1,2026-06-30,Fuel,1,South,0\n");
    let out = workshop.path("out");
    let mut command = bellwether();
    let command = command.args(["run", &each, "--format", "json", "--out"]).arg(&out);
    let made = command.output().expect("the program starts");
    let printed = said(&made);
    assert_eq!(made.status.code(), Some(1), "{printed}");
    assert!(printed.contains("no memo of South"), "{printed}");
    let is_there = |it: &str| out.join("each").join(it).join("2026-06/facts.json").is_file();
    assert_eq!(
        ["north", "south", "east", "o-neill"].map(is_there),
        [true, false, true, true],
        "{printed}"
    );
}

#[test]
fn one_memo_is_asked_for_where_a_stage_is_printed() {
    let workshop = workshop();
    let each = workshop.write("each.yaml", spec("for_each: region", "", ""));
    let explain = |more: &[&str]| {
        bellwether()
            .args(["explain", &each])
            .args(more)
            .output()
            .expect("the program starts")
    };
    let several = explain(&["--stage", "facts"]);
    assert_eq!(several.status.code(), Some(2));
    assert!(
        said(&several).contains("`--select`: `east`, `north`, `o-neill` and `south`"),
        "{}",
        said(&several)
    );
    let overview = said(&explain(&[]));
    for words in ["Shift: June 2026 · East", "OUT/each/o-neill/2026-06/: memo.pdf"] {
        assert!(overview.contains(words), "{words}\n{overview}");
    }
    let sql = said(&explain(&["--stage", "sql", "--select", "o-neill"]));
    assert!(sql.contains("-- keep region = 'O''Neill'"), "{sql}");
}

#[test]
fn a_column_of_customers_is_no_dimension_of_memos() {
    let workshop = workshop();
    let each = workshop.write("each.yaml", spec("for_each: customer", "", ""));
    let checked = bellwether()
        .args(["check", &each])
        .output()
        .expect("the program starts");
    let printed = said(&checked);
    assert_eq!(checked.status.code(), Some(3), "{printed}");
    assert!(
        printed.contains("`customer` has 400 values, and a spec makes 200 memos at most"),
        "{printed}"
    );
}

#[test]
fn authors_tests_hold_every_memo() {
    let workshop = workshop();
    workshop.write(
        "specs/each.yaml",
        spec("for_each: { by: region, only: [North, East] }", "", "").replace("data/", "../data/"),
    );
    let test = |more: &[&str]| {
        let mut command = bellwether();
        let command = command
            .current_dir(workshop.path(""))
            .args(["test", "--data-root", "."]);
        command.args(more).output().expect("the program starts")
    };
    let kept = said(&test(&["--bless"]));
    assert!(kept.contains("2 passed, 0 failed"), "{kept}");
    assert!(workshop.path("golden/each/east/2026-06/facts.json").is_file(), "{kept}");
    let held = said(&test(&[]));
    assert!(
        held.contains("2 passed, 0 failed") && held.contains("each.yaml east 2026-06"),
        "{held}"
    );
    // What is kept of a memo that is no longer made is a change, too.
    let spec_of = |it: &str| spec(it, "", "").replace("data/", "../data/");
    workshop.write("specs/each.yaml", spec_of("for_each: { by: region, only: [North] }"));
    let gone = said(&test(&[]));
    assert!(
        gone.contains("the spec makes no such memo") && gone.contains("1 passed, 1 failed"),
        "{gone}"
    );
    workshop.write(
        "specs/each.yaml",
        spec_of("for_each: { by: region, only: [North, East] }"),
    );
    workshop.write("data/buys.csv", purchases() + "1,2026-06-30,Fuel,100,East,0\n");
    let changed = test(&[]);
    assert_eq!(changed.status.code(), Some(1));
    let changed = said(&changed);
    assert!(changed.contains("FAILED  specs/each.yaml east 2026-06"), "{changed}");
}

#[test]
fn nothing_to_make_a_memo_of_is_told_and_no_memo_is_lost_by_it() {
    let workshop = workshop();
    let with = |top: &str| spec(top, "", "").replace("[previous, year_ago]", "[previous]");
    let each = workshop.write("each.yaml", with("for_each: { by: region, only: [East] }"));
    let other = workshop.write("other.yaml", with("for_each: { by: region, only: [North] }"));
    let out = workshop.path("out");
    let run = |more: &[&str]| {
        let mut command = bellwether();
        let command = command
            .args(["run", &each, &other, "--format", "json", "--out"])
            .arg(&out);
        command.args(more).output().expect("the program starts")
    };
    // The third region opens in 2025.
    let made = run(&["--period", "2024-06"]);
    assert_eq!(made.status.code(), Some(3), "{}", said(&made));
    assert!(
        said(&made).contains("no value of `region` has rows in 2024-06"),
        "{}",
        said(&made)
    );
    assert!(out.join("other/north/2024-06/facts.json").is_file());
    // A choice may be met by any of several specs, and what is met by none is told.
    let chosen = run(&["--select", "other/*,nort"]);
    assert_eq!(chosen.status.code(), Some(2), "{}", said(&chosen));
    assert!(
        said(&chosen).contains("`--select nort` names no memo"),
        "{}",
        said(&chosen)
    );
    assert!(out.join("other/north/2026-06/facts.json").is_file() && !out.join("each/east").exists());
}

#[test]
fn names_that_would_be_one_folder_are_all_marked() {
    let workshop = workshop();
    workshop.write(
        "data/buys.csv",
        purchases().replace(",South,", ",NORTH,").replace(",East,", ",,"),
    );
    let each = workshop.write("each.yaml", spec("for_each: region", "", ""));
    let listed = said(
        &bellwether()
            .args(["check", &each])
            .output()
            .expect("the program starts"),
    );
    assert!(
        listed.contains("3 memos") && listed.contains("rows-in-no-memo"),
        "{listed}"
    );
    let marked = listed
        .lines()
        .filter(|it| it.trim_start().starts_with("north-"))
        .count();
    assert_eq!(marked, 2, "{listed}");
}

#[test]
fn a_text_says_what_its_memo_is_about() {
    let workshop = workshop();
    let texts = "memo:\n  - text: { title: Note, body: \"All of {{ each }} in {{ period.label }}.\" }";
    let with = |more: &str| spec("for_each: region", "", "").replace("memo:", texts) + more;
    let each = workshop.write("each.yaml", with(""));
    let out = workshop.path("out");
    let mut command = bellwether();
    let command = command
        .args(["run", &each, "--select", "north", "--format", "html", "--out"])
        .arg(&out);
    let made = command.output().expect("the program starts");
    assert!(made.status.success(), "{}", said(&made));
    let html = std::fs::read_to_string(out.join("each/north/2026-06/memo.html")).expect("it is there");
    assert!(html.contains("All of North in June 2026."));
    // Where nobody fills it in, and where nothing is called so, is told before anything is made.
    let wrong = workshop.write(
        "wrong.yaml",
        with("").replace("{{ period.label }}.", "{{ perod }}.") + "footer: Of {{ each }}\n",
    );
    let told = said(
        &bellwether()
            .args(["check", &wrong])
            .output()
            .expect("the program starts"),
    );
    assert!(
        told.contains("nothing is called `perod`") && told.contains("and not here"),
        "{told}"
    );
}

#[test]
fn a_gate_counts_what_rules_remove_and_not_what_other_memos_are_about() {
    let workshop = workshop();
    let gated = spec("for_each: region", "", "").replace("quality: {}", "quality: { require: { removed: 0.5 } }");
    let each = workshop.write("each.yaml", gated);
    assert!(facts(&each, &["--select", "north"]).contains("\"quality/buys/rule/1\""));
}
