//! What an author finds in the program: a project that runs, names, plans, templates, golden tests.

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::failed;
use crate::run::run;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Output;

/// A project as `init` lays it out.
fn project() -> (Workshop, PathBuf) {
    let workshop = Workshop::new();
    let folder = workshop.path("memos");
    let made = run(&["init", &folder.to_string_lossy()]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (workshop, folder)
}

/// Runs the program in a project's folder.
fn within(folder: &PathBuf, arguments: &[&str]) -> Output {
    let mut command = bellwether();
    command
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_new_project_passes_its_check_and_its_memo_finds_what_was_planted() {
    let (_workshop, folder) = project();
    let checked = within(&folder, &["check"]);
    assert!(
        checked.status.success() && checked.stderr.is_empty(),
        "{}",
        said(&checked)
    );
    let made = within(&folder, &["run", "specs/shift.yaml"]);
    assert!(made.status.success() && made.stderr.is_empty(), "{}", said(&made));
    let facts = std::fs::read_to_string(folder.join("reports/shift/2026-10/facts.json")).expect("facts are there");
    let facts: Value = serde_json::from_str(&facts).expect("facts are JSON");
    assert_eq!(facts["deviation/movers"]["value"], serde_json::json!(["eating-out"]));
    let html = std::fs::read_to_string(folder.join("reports/shift/2026-10/memo.html")).expect("the memo is there");
    assert!(
        html.contains(".mast { border-top"),
        "the template of the project is used"
    );
    assert!(html.contains("What we make of it"));
}

#[test]
fn a_new_project_is_the_same_for_everybody_and_overwrites_nothing() {
    let (workshop, folder) = project();
    let other = workshop.path("other");
    assert!(run(&["init", &other.to_string_lossy()]).status.success());
    let data = |of: &PathBuf| std::fs::read(of.join("specs/data/purchases.csv")).expect("data are there");
    assert_eq!(data(&folder), data(&other));
    std::fs::write(folder.join("specs/shift.yaml"), "mine").expect("written");
    std::fs::remove_file(folder.join("README.md")).expect("removed");
    let (code, printed) = failed(&["init", &folder.to_string_lossy()]);
    assert_eq!(code, 2);
    assert!(
        printed.contains("specs/shift.yaml") && printed.contains("nothing was written"),
        "{printed}"
    );
    assert!(!folder.join("README.md").exists());
}

#[test]
fn several_specs_are_checked_and_the_mistakes_of_all_are_told() {
    let (_workshop, folder) = project();
    let good = std::fs::read_to_string(folder.join("specs/shift.yaml")).expect("the spec is text");
    let write = |name: &str, text: String| std::fs::write(folder.join("specs").join(name), text).expect("written");
    write("a.yaml", good.replace("grain: month", "grian: month"));
    write("b.yaml", good.replace("data/purchases.csv", "data/nothing.csv"));
    let checked = within(&folder, &["check"]);
    let printed = said(&checked);
    // The spec that is wrong comes before data that are not there.
    assert_eq!(checked.status.code(), Some(2), "{printed}");
    for words in [
        "specs/a.yaml:",
        "did you mean `grain`?",
        "specs/b.yaml:",
        "nothing.csv",
        "specs/shift.yaml: 4 metrics",
    ] {
        assert!(printed.contains(words), "{words}\n{printed}");
    }
    let sarif = within(&folder, &["check", "--message-format", "sarif"]);
    let document: Value = serde_json::from_slice(&sarif.stdout).expect("standard output is one document");
    let results = document["runs"][0]["results"].as_array().expect("a list");
    let of = |code: &str| results.iter().find(|it| it["ruleId"] == code).expect("it was found");
    let place = &of("unknown-key")["locations"][0]["physicalLocation"];
    let line = 1 + good
        .lines()
        .position(|it| it.starts_with("periods:"))
        .expect("the spec has periods");
    assert_eq!(
        (&place["artifactLocation"]["uri"], &place["region"]["startLine"]),
        (&"specs/a.yaml".into(), &line.into())
    );
    assert_eq!(of("no-files")["level"], "error");
}

#[test]
fn names_are_listed_also_of_a_spec_that_is_half_written() {
    let (_workshop, folder) = project();
    let listed = said(&within(&folder, &["list", "specs/shift.yaml"]));
    for words in [
        "spend_per_active",
        "Eating out",
        "2024-07 to 2026-09",
        "year_ago",
        "amount",
        "region",
    ] {
        assert!(listed.contains(words), "{words}\n{listed}");
    }
    let spec = folder.join("specs/shift.yaml");
    let text = std::fs::read_to_string(&spec).expect("the spec is text");
    std::fs::write(&spec, text.replace("by: sector", "by: nothing")).expect("written");
    let listed = said(&within(&folder, &["list", "specs/shift.yaml"]));
    assert!(
        listed.contains("amount") && listed.contains("The spec has mistakes"),
        "{listed}"
    );
    let json = within(&folder, &["list", "specs/shift.yaml", "--message-format", "json"]);
    let json: Value = serde_json::from_slice(&json.stdout).expect("it is JSON");
    assert_eq!(json["sources"][0]["columns"][3]["name"], "amount");
    let options = said(&run(&["list", "deviation"]));
    assert!(options.contains("0.05 where it is left out"), "{options}");
    assert!(said(&run(&["list", "segment_rule"])).contains("where: an SQL expression; must be there"));
    let of_notes = said(&run(&["list", "notes"]));
    assert!(
        of_notes.contains("on: ") && of_notes == said(&run(&["list", "note"])),
        "{of_notes}"
    );
    let (code, printed) = failed(&["list", "verdits"]);
    assert_eq!(code, 2);
    assert!(printed.contains("did you mean `verdicts`?"), "{printed}");
}

#[test]
fn a_plan_is_explained_without_reading_and_its_questions_are_sql() {
    let (_workshop, folder) = project();
    let told = said(&within(&folder, &["explain", "specs/shift.yaml"]));
    for words in [
        "data/purchases.csv",
        "rule drop amount <= 0",
        "2026-10",
        "3. contribution from what deviation, drivers found",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    let sql = said(&within(&folder, &["explain", "specs/shift.yaml", "--stage", "sql"]));
    // The same figures come of them in DuckDB; that was tried by hand, since it is no part of this project.
    for words in [
        "select * from read_csv(['data/purchases.csv'], union_by_name = true)",
        "cast(\"amount\" as decimal(18, 2)) as \"amount\"",
        "where (not coalesce((\"amount\" <= 0), false)) -- drop amount <= 0",
        "sum(\"amount\") as value_1",
        "('2026-10', date '2026-10-01', date '2026-11-01')",
        "group by 1, 2",
    ] {
        assert!(sql.contains(words), "{words}\n{sql}");
    }
}

#[test]
fn a_block_is_ejected_changed_and_its_mistake_told() {
    let (_workshop, folder) = project();
    let ejected = within(&folder, &["templates", "--eject", "kpis", "--spec", "specs/shift.yaml"]);
    assert!(ejected.status.success(), "{}", said(&ejected));
    let again = within(&folder, &["templates", "--eject", "kpis", "--spec", "specs/shift.yaml"]);
    assert_eq!(again.status.code(), Some(2), "what is there is left as it is");
    let near = within(&folder, &["templates", "--eject", "kpi"]);
    assert!(said(&near).contains("did you mean `kpis`?"));
    let block = folder.join("specs/templates/kpis.html");
    let text = std::fs::read_to_string(&block).expect("it was written");
    std::fs::write(&block, format!("<p>Ours</p>\n{{{{ memo.titel }}}}\n{text}")).expect("written");
    let made = within(&folder, &["run", "specs/shift.yaml", "--format", "html"]);
    assert_eq!(made.status.code(), Some(4));
    let printed = said(&made);
    assert!(
        printed.contains("`kpis.html`, line 2") && printed.contains("`memo.titel` is undefined"),
        "{printed}"
    );
    std::fs::write(folder.join("specs/templates/kpi.html"), "").expect("written");
    let printed = said(&within(&folder, &["run", "specs/shift.yaml", "--format", "html"]));
    assert!(
        printed.contains("unknown-block") && printed.contains("did you mean `kpis`?"),
        "{printed}"
    );
}

#[test]
fn golden_tests_tell_what_changed_and_not_what_only_names_the_inputs() {
    let (_workshop, folder) = project();
    let test = |more: &[&str]| within(&folder, &[&["test"], more].concat());
    let before = test(&[]);
    assert_eq!(before.status.code(), Some(1), "nothing is kept yet");
    assert!(test(&["--bless"]).status.success());
    assert!(test(&[]).status.success());
    let spec = folder.join("specs/shift.yaml");
    let text = std::fs::read_to_string(&spec).expect("the spec is text");
    std::fs::write(&spec, format!("{text}# a remark\n")).expect("written");
    let remark = test(&[]);
    assert!(remark.status.success(), "{}", said(&remark));
    std::fs::write(&spec, text.replace("drop: amount <= 0", "drop: amount <= 20")).expect("written");
    let changed = test(&["--show", "changed"]);
    let printed = said(&changed);
    assert_eq!(changed.status.code(), Some(1), "{printed}");
    for words in [
        "facts.json, memo.html.txt, memo.pdf.txt, pages.txt differ",
        "-\"contribution/eating-out/after",
        "0 passed, 1 failed",
    ] {
        assert!(printed.contains(words), "{words}\n{printed}");
    }
    assert!(folder.join("changed/shift/2026-10/page-1.png").is_file());
}

#[test]
fn a_running_period_is_tested_by_the_name_that_it_was_kept_under() {
    let (_workshop, folder) = project();
    let spec = folder.join("specs/shift.yaml");
    let text = std::fs::read_to_string(&spec).expect("the spec is text");
    let to_date = text.replace("grain: month,", "grain: month, target: to_date, as_of: 2026-10-18,");
    std::fs::write(&spec, to_date).expect("written");
    let kept = within(&folder, &["test", "--bless"]);
    assert!(kept.status.success(), "{}", said(&kept));
    let looks = folder.join("golden/shift/2026-10-to-2026-10-17");
    let words = std::fs::read_to_string(looks.join("memo.html.txt")).expect("it is kept by its days");
    assert!(words.contains("Early signal, 17 of 31 days"), "{words}");
    let tested = within(&folder, &["test"]);
    assert!(tested.status.success(), "{}", said(&tested));
    // The whole month is another memo.
    std::fs::write(&spec, &text).expect("written");
    let named = within(
        &folder,
        &[
            "run",
            "specs/shift.yaml",
            "--period",
            "2026-10-to-2026-10-17",
            "--format",
            "html",
        ],
    );
    assert!(said(&named).contains("2026-10-to-2026-10-17"), "{}", said(&named));
}

#[test]
fn shells_manuals_and_doctors_are_served() {
    let workshop = Workshop::new();
    for (shell, words) in [
        ("bash", "_bellwether()"),
        ("zsh", "#compdef bellwether"),
        ("fish", "complete -c bellwether"),
    ] {
        assert!(said(&run(&["completions", shell])).contains(words), "{shell}");
    }
    let folder = workshop.path("man");
    assert!(run(&["man", &folder.to_string_lossy()]).status.success());
    let page = std::fs::read_to_string(folder.join("bellwether-run.1")).expect("a page a command");
    assert!(page.contains(".TH") && page.contains("Examples:"), "{page}");
    let told = said(&run(&["doctor"]));
    for words in [
        "typst",
        "have Latin, Greek, Cyrillic, Hebrew, Arabic",
        "threads",
        "cache",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    let help = said(&run(&["--help"]));
    assert!(
        help.contains("Examples:") && help.contains("bellwether init memos"),
        "{help}"
    );
}

#[test]
fn check_tells_all_templates_that_are_no_templates_beside_the_mistakes_of_the_spec() {
    let (_workshop, folder) = project();
    let write = |name: &str, text: &str| {
        std::fs::create_dir_all(folder.join("specs/templates")).expect("a folder");
        std::fs::write(folder.join("specs/templates").join(name), text).expect("written");
    };
    write("kpis.html", "<p>\n{% if %}</p>");
    write("kpis.typ", "#let x = 1\n((% if true %))");
    let checked = within(&folder, &["check", "specs/shift.yaml"]);
    let printed = said(&checked);
    assert_eq!(checked.status.code(), Some(4), "{printed}");
    for words in ["`kpis.html`, line 2", "`kpis.typ`, line 2"] {
        assert!(printed.contains(words), "{words}\n{printed}");
    }
    let spec = std::fs::read_to_string(folder.join("specs/shift.yaml")).expect("the spec is text");
    std::fs::write(
        folder.join("specs/shift.yaml"),
        spec.replace("grain: month", "grian: month"),
    )
    .expect("written");
    let printed = said(&within(&folder, &["check", "specs/shift.yaml"]));
    assert!(
        printed.contains("did you mean `grain`?") && printed.contains("`kpis.html`, line 2"),
        "{printed}"
    );
}
