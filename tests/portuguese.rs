//! Memos in Portuguese, as text: what a reader in São Paulo gets, sentence by sentence.
//!
//! `golden/sentences/` keeps them, so that a change of wording is read before it is sent. With `BELLWETHER_BLESS=1` they
//! become what is said now.

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::root;
use serde_json::Value;
use similar::TextDiff;
use std::path::Path;

/// Shorter texts are names and figures.
const FEWEST_WORDS: usize = 4;

/// Composes a memo, and lists what it says.
fn said(spec: &Path) -> Vec<String> {
    let output = bellwether()
        .args(["explain", "--stage", "memo", "--data-root"])
        .arg(root().join("specs"))
        .arg(spec)
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let memo: Value = serde_json::from_slice(&output.stdout).expect("a memo is JSON");
    let mut found = Vec::new();
    gather(&memo, &mut found);
    found.retain(|it| FEWEST_WORDS <= it.split_whitespace().count());
    found
}

/// Lists texts in the order of the memo; runs of one sentence as one.
fn gather(value: &Value, found: &mut Vec<String>) {
    let mut add = |text: String| {
        if !found.contains(&text) {
            found.push(text);
        }
    };
    match value {
        Value::String(text) => add(text.clone()),
        Value::Array(items) if !items.is_empty() && items.iter().all(|it| it.get("tone").is_some()) => {
            add(items.iter().filter_map(|it| it["text"].as_str()).collect());
        }
        Value::Array(items) => items.iter().for_each(|it| gather(it, found)),
        Value::Object(fields) => fields.values().for_each(|it| gather(it, found)),
        _ => {}
    }
}

fn holds(spec: &Path, name: &str) -> Vec<String> {
    let said = said(spec);
    let text = said.join("\n") + "\n";
    let path = root().join("golden/sentences").join(name);
    if std::env::var_os("BELLWETHER_BLESS").is_some() {
        std::fs::write(&path, &text).expect("written");
        return said;
    }
    let kept = std::fs::read_to_string(&path).expect("sentences are text");
    let diff = TextDiff::from_lines(kept.as_str(), text.as_str())
        .unified_diff()
        .to_string();
    assert!(kept == text, "{}:\n{diff}", path.display());
    said
}

#[test]
fn a_memo_of_sectors_is_said_in_portuguese() {
    let mut said = holds(&root().join("golden/sentences/grocery.yaml"), "grocery.txt");
    // A warning is a diagnostic, and diagnostics are English.
    said.retain(|it| !it.contains("the other attributes tell almost all of each"));
    // Short words that no Portuguese sentence holds.
    for word in ["the", "of", "and", "is", "are", "by", "with", "than"] {
        let wrong = said
            .iter()
            .find(|it| it.split([' ', ',', '.', ';', ':', '(', ')']).any(|part| part == word));
        assert!(
            wrong.is_none(),
            "“{word}” is English: {}",
            wrong.map_or("", String::as_str)
        );
    }
}

#[test]
fn a_memo_of_customers_is_said_in_portuguese() {
    let workshop = Workshop::new();
    let text = std::fs::read_to_string(root().join("specs/customers.yaml")).expect("a shipped spec");
    assert!(text.contains("locale: en-US"));
    workshop.write("customers.yaml", &text.replace("locale: en-US", "locale: pt-BR"));
    std::os::unix::fs::symlink(root().join("specs/data"), workshop.path("data")).expect("a link");
    // Labels, rules and notes of the shipped spec are its author’s, and English.
    holds(&workshop.path("customers.yaml"), "customers.txt");
}
