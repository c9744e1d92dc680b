//! Broken specs, and what their authors are told: `golden/bad-messages/`.
//!
//! A case is a heading and a ```` ```diff ```` block: an edit of `good.yaml`, with lines that stay (a space), go (`-`) and
//! come (`+`); after an empty line it goes on elsewhere. ```` ```diff whole ```` edits nothing: all lines come.
//! What is said of a line stands below it, behind `!`: a caret under the place with code and message, and each
//! hint behind `=`; without a caret, what has no place. Carets are set by hand, under what a person would
//! point at; with `BELLWETHER_BLESS=1` only the words become what is said now, and only where every caret is right.

use crate::run::root;
use bellwether::diagnostics::line_column;
use bellwether::model::diagnostic::Diagnostic;
use bellwether::model::diagnostic::Severity;
use bellwether::resolve::Overrides;
use bellwether::road;
use bellwether::source::Files;
use std::fmt::Write;

/// What is said of a place: the line and the column, both from 1, where there is one; then the words, a line each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    place: Option<(usize, usize)>,
    words: Vec<String>,
}

/// A broken spec.
struct Case {
    /// Its heading.
    title: String,
    /// The lines of the block: the edit, and what is said of it.
    lines: Vec<String>,
    /// True where the block is the whole spec.
    is_whole: bool,
}

/// A case as a spec, with what is expected of it.
struct Broken {
    text: String,
    expected: Vec<Said>,
    /// For each line of the block the line of the spec above which it stands.
    at: Vec<usize>,
}

/// Applies a case's edit to the good spec.
///
/// # Panics
/// Where a line that stays or goes is not in the good spec: the page is wrong.
fn broken(case: &Case, good: &str) -> Broken {
    let good: Vec<&str> = if case.is_whole {
        Vec::new()
    } else {
        good.lines().collect()
    };
    let (mut text, mut n_taken) = (Vec::new(), 0);
    let mut expected: Vec<Said> = Vec::new();
    let mut at = Vec::new();
    for hunk in case.lines.split(String::is_empty) {
        let old: Vec<&str> = hunk.iter().filter_map(|it| it.strip_prefix([' ', '-'])).collect();
        let found = (n_taken..=good.len()).find(|from| good[*from..].starts_with(&old));
        let from = found.unwrap_or_else(|| panic!("`{}`: the good spec has no lines {old:?}", case.title));
        let from = if old.is_empty() { good.len() } else { from };
        text.extend_from_slice(&good[n_taken..from]);
        n_taken = from + old.len();
        for line in hunk {
            match line.split_at(1) {
                (" " | "+", kept) => text.push(kept),
                ("!", note) => annotate(note, text.len(), &mut expected),
                _ => {}
            }
            at.push(text.len());
        }
        // The empty line itself.
        at.push(text.len());
    }
    text.extend_from_slice(&good[n_taken..]);
    let text: String = text.into_iter().flat_map(|it| [it, "\n"]).collect();
    expected.sort();
    Broken { text, expected, at }
}

/// Reads what stands behind a `!`: a new saying, or a hint to the last one.
fn annotate(note: &str, line: usize, expected: &mut Vec<Said>) {
    let words = note.trim_start();
    if let Some(hint) = words.strip_prefix("= ") {
        let last = expected.last_mut().expect("a hint follows a message");
        last.words.push(hint.to_owned());
        return;
    }
    let caret = words.strip_prefix('^');
    let column = 1 + note.chars().count() - words.chars().count();
    expected.push(Said {
        place: caret.map(|_| (line, column)),
        words: vec![caret.unwrap_or(words).trim().to_owned()],
    });
}

/// Returns what `check` says of a spec beside the data of the corpus.
fn said(text: &str) -> Vec<Said> {
    let files = Files::new(&root().join("golden/bad-messages"), &[]);
    let found = match road::check(text, "spec", &files, &Overrides::default()) {
        Ok(checked) => checked.warnings,
        Err(wrong) => wrong.0,
    };
    let mut said: Vec<Said> = found.iter().map(|it| saying(it, text)).collect();
    said.sort();
    said
}

fn saying(it: &Diagnostic, text: &str) -> Said {
    let severity = match it.severity {
        Severity::Error => "",
        Severity::Warning => "warning ",
    };
    let message = format!("{severity}{}: {}", it.code, it.message);
    let mut words = vec![message.replace('\n', " ")];
    words.extend(it.hints.iter().map(|hint| hint.replace('\n', " ")));
    Said {
        place: it.span.map(|span| line_column(text, span.from)),
        words,
    }
}

fn places(said: &[Said]) -> Vec<Option<(usize, usize)>> {
    said.iter().map(|it| it.place).collect()
}

/// Writes a saying as the lines of a block.
fn written(said: &Said) -> Vec<String> {
    let indent = " ".repeat(said.place.map_or(1, |(_, column)| column - 1));
    let caret = if said.place.is_some() { "^ " } else { "" };
    let mut lines = vec![format!("!{indent}{caret}{}", said.words[0])];
    lines.extend(said.words[1..].iter().map(|hint| format!("!{indent}= {hint}")));
    lines
}

/// Returns the block with the words that are said now; carets stay.
fn blessed(case: &Case, broken: &Broken, said: &[Said]) -> Vec<String> {
    let is_note = |at: usize| case.lines.get(at).is_some_and(|it| it.starts_with('!'));
    let mut lines = Vec::new();
    for (at, line) in case.lines.iter().enumerate() {
        if !is_note(at) {
            lines.push(line.clone());
        }
        // After the last line that has notes, or could have them.
        if is_note(at) && !is_note(at + 1) {
            let here = |it: &&Said| it.place.is_none_or(|(line, _)| line == broken.at[at]);
            lines.extend(said.iter().filter(here).flat_map(written));
        }
    }
    lines
}

/// Reads a page: what stands before each block, and the block.
fn cases(page: &str) -> (Vec<(String, Case)>, String) {
    let mut cases = Vec::new();
    let (mut before, mut title) = (String::new(), String::new());
    let mut block: Option<Case> = None;
    for line in page.lines() {
        if let Some(case) = &mut block {
            if line != "```" {
                case.lines.push(line.to_owned());
                continue;
            }
            cases.extend(block.take().map(|case| (std::mem::take(&mut before), case)));
        } else if let Some(flags) = line.strip_prefix("```diff") {
            block = Some(Case {
                title: title.clone(),
                lines: Vec::new(),
                is_whole: flags.trim() == "whole",
            });
        } else if let Some(heading) = line.strip_prefix("## ") {
            heading.clone_into(&mut title);
        }
        before += line;
        before.push('\n');
    }
    assert!(block.is_none(), "`{title}`: the block does not end");
    (cases, before)
}

/// Returns every broken spec with its heading, and the codes that are told of it.
pub fn specs() -> Vec<(String, String, Vec<String>)> {
    let good = std::fs::read_to_string(root().join("golden/bad-messages/good.yaml")).expect("the good spec");
    let mut specs = Vec::new();
    for path in crate::golden::pages("bad-messages") {
        let page = std::fs::read_to_string(&path).expect("a page is text");
        for (_, case) in cases(&page).0 {
            let broken = broken(&case, &good);
            let codes = broken
                .expected
                .iter()
                .filter_map(|it| it.words.first()?.split(':').next());
            let codes = codes.map(str::to_owned).collect();
            specs.push((case.title, broken.text, codes));
        }
    }
    specs
}

/// Says what is wrong with a case: places that are not those of its carets, words that are not those said, a hint
/// that does not lead back. Empty where nothing is.
fn differences(case: &Case, broken: &Broken, said: &[Said]) -> String {
    let mut wrong = String::new();
    if said.is_empty() {
        wrong += "  nothing is said\n";
    }
    for it in broken.expected.iter().filter(|it| !said.contains(it)) {
        let _ = writeln!(wrong, "  expected {:?} {:?}", it.place, it.words);
    }
    for it in said.iter().filter(|it| !broken.expected.contains(it)) {
        let line = it
            .place
            .and_then(|(line, _)| broken.text.lines().nth(line - 1))
            .unwrap_or("");
        let _ = writeln!(wrong, "  said     {:?} {:?}\n           {line}", it.place, it.words);
    }
    // What was meant stands in a line that went, or in the heading.
    let gone: String = case.lines.iter().filter(|it| it.starts_with('-')).cloned().collect();
    for hint in said.iter().flat_map(|it| &it.words[1..]) {
        let meant = hint.strip_prefix("did you mean `").and_then(|it| it.split('`').next());
        if let Some(name) = meant.filter(|name| !(gone.contains(name) || case.title.contains(name))) {
            let _ = writeln!(
                wrong,
                "  `{name}` was not meant: name it in the heading, or mend the hint"
            );
        }
    }
    wrong
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let good = std::fs::read_to_string(root().join("golden/bad-messages/good.yaml")).expect("the good spec");
    assert_eq!(said(&good), [], "the good spec is good");
    let (mut wrong, mut titles) = (String::new(), Vec::new());
    for path in crate::golden::pages("bad-messages") {
        let page = std::fs::read_to_string(&path).expect("a page is text");
        let (cases, rest) = cases(&page);
        let mut now = String::new();
        for (before, case) in cases {
            let broken = broken(&case, &good);
            let said = said(&broken.text);
            let is_blessed = std::env::var_os("BELLWETHER_BLESS").is_some();
            let has_places = places(&said) == places(&broken.expected);
            let lines = if is_blessed && has_places {
                blessed(&case, &broken, &said)
            } else {
                let differences = differences(&case, &broken, &said);
                if !differences.is_empty() {
                    let _ = writeln!(wrong, "{}: {}\n{differences}", path.display(), case.title);
                }
                case.lines.clone()
            };
            now += &before;
            now.extend(lines.iter().flat_map(|it| [it, "\n"]));
            titles.push(case.title);
        }
        now += &rest;
        if std::env::var_os("BELLWETHER_BLESS").is_some() && now != page {
            std::fs::write(&path, now).expect("written");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(titles.len() >= 150, "{} broken specs", titles.len());
    let n = titles.len();
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), n, "each heading stands once");
}
