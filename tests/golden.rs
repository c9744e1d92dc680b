//! Golden cases: Markdown with YAML and data in, what is expected below; one page a topic.
//!
//! `golden/messages/` holds what `check` prints; `golden/figures/` the facts that a spec gives, run by the program itself.
//! `golden/claims/` what a run says of memos that contradict themselves.
//! With `BELLWETHER_BLESS=1` the expectations become what is printed now; read every line of the diff.

use crate::golden_cases::Case;
use crate::golden_cases::blessed;
use crate::golden_cases::cases;
use crate::golden_cases::check;
use crate::run::Workshop;
use crate::run::root;
use crate::run::run;
use similar::TextDiff;
use std::fmt::Write;
use std::path::PathBuf;

/// The pages of a folder of `golden/`, in the order of their names.
pub fn pages(folder: &str) -> Vec<PathBuf> {
    let folder = root().join("golden").join(folder);
    let entries = std::fs::read_dir(&folder).expect("a folder of golden pages");
    let mut pages: Vec<PathBuf> = entries
        .map(|it| it.expect("readable").path())
        .filter(|it| it.extension().is_some_and(|it| it == "md"))
        .collect();
    pages.sort();
    assert!(!pages.is_empty(), "{} holds pages", folder.display());
    pages
}

/// Holds every case of every page against what is printed now.
fn hold(folder: &str, print: &dyn Fn(&Case) -> String) {
    let mut wrong = String::new();
    for path in pages(folder) {
        let page = std::fs::read_to_string(&path).expect("a page is text");
        let all = cases(&page);
        assert!(!all.is_empty(), "{} holds cases", path.display());
        let printed: Vec<String> = all.iter().map(print).collect();
        if std::env::var_os("BELLWETHER_BLESS").is_some() {
            std::fs::write(&path, blessed(&page, &printed)).expect("written");
            continue;
        }
        for (case, printed) in all.iter().zip(&printed) {
            if case.expected != *printed {
                let diff = TextDiff::from_lines(case.expected.as_str(), printed.as_str())
                    .unified_diff()
                    .to_string();
                let _ = writeln!(wrong, "{}: {}\n{diff}", path.display(), case.title);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn messages_say_what_where_and_what_next() {
    hold("messages", &check);
}

/// Codes that a case cannot meet: they need a run, another folder or an engine, and stand in tests of those. No data break the
/// claims of `lint` about figures, only a mistake of ours does: its own tests plant one for each.
const BEYOND_CHECK: [&str; 66] = [
    "attachment",
    "bad-definition",
    "bases-disagree",
    "broken-earlier-memo",
    "broken-report",
    "calendar-short",
    "calendar-unseen",
    "cannot-compute",
    "cannot-eject",
    "cannot-write",
    "changed-file",
    "cites-nothing",
    "claim-not-tested",
    "collinear-attribute",
    "constant-attribute",
    "definition-does-not-fit",
    "empty-period",
    "empty-segment",
    "fonts-too-large",
    "frozen-clusters",
    "hidden-category",
    "joined-categories",
    "left-out-categories",
    "memo-id",
    "model-beaten",
    "no-report",
    "no-room",
    "no-spec-found",
    "no-such-memo",
    "not-a-probability",
    "not-projected",
    "not-split",
    "object-store",
    "outside-interval",
    "pack-column-type",
    "pack-into-itself",
    "pack-two-formats",
    "pack-without-rows",
    "pack-without-time",
    "parts-miss-whole",
    "quality-gate",
    "rejected-rows",
    "repeated-customer",
    "rounded-values",
    "rows-without-category",
    "sample-size",
    "several-memos",
    "shares-not-whole",
    "sum-overflow",
    "template",
    "thin-period",
    "told-twice",
    "too-few-customers",
    "too-many-memos",
    "typst",
    "typst-cli",
    "typst-missing",
    "typst-version",
    "uncovered-characters",
    "unknown-block",
    "unknown-fact",
    "unknown-memo",
    "unknown-part",
    "unreadable-spec",
    "unreadable-template",
    "unusable-cache",
];

/// Reads the codes of all diagnostics that the sources make.
fn codes() -> Vec<String> {
    let mut folders = vec![root().join("src")];
    let mut codes = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("src is readable") {
            let path = entry.expect("src is readable").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("source is text");
            let code = text.split("#[cfg(test)]").next().unwrap_or("");
            for made in [
                "Diagnostic::check(",
                "Diagnostic::spec(",
                "Diagnostic::data(",
                "Diagnostic::render(",
                "Diagnostic::warning(",
                "unused(",
                "wrong(",
            ] {
                for rest in code.split(made).skip(1) {
                    let quoted = rest.trim_start().strip_prefix('"').and_then(|it| it.split('"').next());
                    codes.extend(quoted.map(str::to_owned));
                }
            }
        }
    }
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn every_code_that_a_check_can_meet_has_a_case() {
    let text: String = [pages("messages"), pages("claims")]
        .concat()
        .iter()
        .map(|it| std::fs::read_to_string(it).expect("a page is text"))
        .collect();
    let codes = codes();
    assert!(codes.len() > 80, "the codes are found: {codes:?}");
    // A page of broken specs has the code behind its caret.
    let broken: String = pages("bad-messages")
        .iter()
        .map(|it| std::fs::read_to_string(it).expect("a page is text"))
        .collect();
    let has_case = |code: &str| text.contains(&format!("[{code}]: ")) || broken.contains(&format!("^ {code}: "));
    let lacking: Vec<&String> = codes
        .iter()
        .filter(|it| !has_case(it) && !BEYOND_CHECK.contains(&it.as_str()))
        .collect();
    assert!(lacking.is_empty(), "no golden case: {lacking:?}");
    let idle: Vec<&&str> = BEYOND_CHECK
        .iter()
        .filter(|it| has_case(it) || !codes.iter().any(|code| code == *it))
        .collect();
    assert!(idle.is_empty(), "in the list of exceptions for nothing: {idle:?}");
}

#[test]
fn figures_follow_from_small_inputs() {
    hold("figures", &facts);
}

#[test]
fn a_memo_that_contradicts_itself_is_not_made() {
    hold("claims", &ran);
}

/// Runs the program on a case and returns its exit code, what it said, and whether there is a report.
fn ran(case: &Case) -> String {
    let workshop = Workshop::new();
    for (name, text) in &case.files {
        workshop.write(name, text);
    }
    let spec = workshop.write("case.yaml", &case.spec);
    let out = workshop.path("reports");
    let output = run(&["run", &spec, "--format", "json", "--out", &out.display().to_string()]);
    let said = String::from_utf8_lossy(&output.stderr).replace(&spec, "case.yaml");
    let report = if out.exists() { "a report" } else { "no report" };
    format!("exit code {}, {report}\n{said}", output.status.code().unwrap_or(-1))
}

/// Runs the program on a case and lists the facts whose ids begin with one of the words after `# facts:` in its spec.
fn facts(case: &Case) -> String {
    let workshop = Workshop::new();
    for (name, text) in &case.files {
        workshop.write(name, text);
    }
    let spec = workshop.write("case.yaml", &case.spec);
    let mut arguments = vec!["explain", spec.as_str(), "--stage", "facts"];
    arguments.extend(case.flags.iter().map(String::as_str));
    let output = run(&arguments);
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).replace(&spec, "case.yaml");
        return format!("exit code {}\n{said}", output.status.code().unwrap_or(-1));
    }
    let wanted: Vec<&str> = case
        .spec
        .lines()
        .filter_map(|line| line.strip_prefix("# facts:"))
        .flat_map(|words| words.split(',').map(str::trim))
        .collect();
    let facts: serde_json::Value = serde_json::from_slice(&output.stdout).expect("facts are JSON");
    let mut lines = String::new();
    for (id, fact) in facts.as_object().expect("facts by id") {
        if wanted.iter().any(|prefix| id.starts_with(prefix)) {
            let _ = writeln!(lines, "{id} = {}", fact["value"]);
        }
    }
    lines
}
