//! Diagnostics as people and machines read them.
//!
//! The one place where a [`Diagnostic`] becomes words on a terminal or a line of JSON. It must not
//! know which stage made it.

pub mod sarif;

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Severity;
use codespan_reporting::diagnostic;
use codespan_reporting::diagnostic::Label;
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term;
use codespan_reporting::term::Config;
use codespan_reporting::term::Styles;
use codespan_reporting::term::StylesWriter;
use codespan_reporting::term::termcolor::Ansi;
use serde_json::json;

/// Prints diagnostics with the lines of the spec that they are about: code, message, snippet, hints.
///
/// `text` is the spec's text, `file_name` what it is called above each snippet. With `color`, ANSI escapes.
pub fn render(diagnostics: &Diagnostics, file_name: &str, text: &str, color: bool) -> String {
    let file = SimpleFile::new(file_name, printable(text));
    let config = Config::default();
    let styles = Styles::default();
    let mut printed = String::new();
    for diagnostic in &diagnostics.0 {
        let shown = shown(diagnostic, file_name, text);
        let mut writer = Ansi::new(Vec::new());
        let done = if color {
            let done = term::emit_to_write_style(&mut StylesWriter::new(&mut writer, &styles), &config, &file, &shown);
            printed.push_str(&String::from_utf8_lossy(writer.get_ref()));
            done
        } else {
            term::emit_to_string(&mut printed, &config, &file, &shown)
        };
        done.expect("a string takes every write, and each label stands inside the text");
    }
    // codespan ends its empty source borders with a space.
    let mut lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
    while lines.last().is_some_and(|it| it.is_empty()) {
        lines.pop();
    }
    lines.into_iter().flat_map(|line| [line, "\n"]).collect()
}

/// Prints diagnostics as JSON, one object a line: `code`, `severity`, `class`, `message`, `hints`, `file`, and where
/// there is a place `line`, `column` (both from 1; columns count characters), `end_line`, `end_column` (one past the
/// last).
pub fn render_json(diagnostics: &Diagnostics, file_name: &str, text: &str) -> String {
    let mut lines = String::new();
    for diagnostic in &diagnostics.0 {
        let mut object = json!({
            "code": diagnostic.code,
            "severity": diagnostic.severity,
            "class": diagnostic.class,
            "message": diagnostic.message,
            "hints": diagnostic.hints,
            "file": file_name,
        });
        if let Some(span) = diagnostic.span {
            let (line, column) = line_column(text, span.from);
            let (end_line, end_column) = line_column(text, span.until);
            object["line"] = json!(line);
            object["column"] = json!(column);
            object["end_line"] = json!(end_line);
            object["end_column"] = json!(end_column);
        }
        lines.push_str(&object.to_string());
        lines.push('\n');
    }
    lines
}

/// Returns the line and the column of a byte, both from 1; columns count characters.
pub fn line_column(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..floor(text, byte)];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (1 + before.matches('\n').count(), 1 + before[start..].chars().count())
}

fn shown(it: &Diagnostic, file_name: &str, text: &str) -> diagnostic::Diagnostic<()> {
    // A longer line fills the screen and shows nothing.
    const MOST_SHOWN: usize = 400;
    let severity = match it.severity {
        Severity::Error => diagnostic::Severity::Error,
        Severity::Warning => diagnostic::Severity::Warning,
    };
    let mut notes: Vec<String> = it.hints.iter().map(|hint| printable(hint)).collect();
    let mut labels = Vec::new();
    if let Some(span) = it.span {
        let from = floor(text, span.from);
        let start = text[..from].rfind('\n').map_or(0, |at| at + 1);
        if text[start..].lines().next().is_some_and(|line| line.len() > MOST_SHOWN) {
            let (line, column) = line_column(text, from);
            notes.insert(0, format!("at {file_name}:{line}:{column}"));
        } else {
            labels.push(Label::primary((), from..floor(text, span.until).max(from)));
        }
    }
    diagnostic::Diagnostic::new(severity)
        .with_code(it.code.as_ref())
        .with_message(printable(&it.message))
        .with_labels(labels)
        .with_notes(notes)
}

/// Replaces control characters by `?`, one byte for one: a spec's text must not steer the reader's terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|it| {
            if it.is_ascii_control() && !matches!(it, '\n' | '\r' | '\t') {
                '?'
            } else {
                it
            }
        })
        .collect()
}

/// Returns the last character boundary at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnostic::Span;

    fn one() -> Diagnostics {
        let from = "a: é\nmetrcs: 1\n".find("metrcs").expect("it stands there");
        let span = Span { from, until: from + 6 };
        Diagnostic::spec("unknown-key", "the spec has no key `metrcs`")
            .at(span)
            .hint("did you mean `metrics`?")
            .into()
    }

    #[test]
    fn a_mistake_is_shown_in_its_line_with_what_to_do() {
        let expected = [
            "error[unknown-key]: the spec has no key `metrcs`",
            "  ┌─ spec.yaml:2:1",
            "  │",
            "2 │ metrcs: 1",
            "  │ ^^^^^^",
            "  │",
            "  = did you mean `metrics`?",
            "",
        ]
        .join("\n");
        assert_eq!(render(&one(), "spec.yaml", "a: é\nmetrcs: 1\n", false), expected);
    }

    #[test]
    fn machines_get_lines_and_columns_from_one() {
        let line = render_json(&one(), "spec.yaml", "a: é\nmetrcs: 1\n");
        let object: serde_json::Value = serde_json::from_str(&line).expect("a line is one object");
        assert_eq!(
            (&object["line"], &object["column"], &object["end_column"]),
            (&json!(2), &json!(1), &json!(7))
        );
    }

    #[test]
    fn a_place_outside_the_text_is_moved_inside() {
        let wild = Diagnostic::spec("x", "y\u{1b}[2J").at(Span { from: 4, until: 99 });
        let printed = render(&wild.into(), "spec.yaml", "a: é\n", false);
        assert!(
            printed.contains("spec.yaml:1:4") && !printed.contains('\u{1b}'),
            "{printed}"
        );
    }

    #[test]
    fn colours_are_ansi() {
        assert!(render(&one(), "spec.yaml", "a: é\nmetrcs: 1\n", true).contains("\u{1b}["));
    }
}
