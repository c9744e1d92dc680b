//! `bellwether diff`: which facts moved between two memos, by how much, and what moved them.

use super::counted;
use super::differences;
use super::printer::Printer;
use crate::audit;
use crate::audit::Recorded;
use crate::audit::Side;
use crate::audit::places;
use crate::audit::places::Found;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::difference::Difference;
use crate::model::difference::Moved;
use crate::model::facts::Fact;
use crate::model::unit::Quantity;
use crate::render::difference;
use clap::Args;
use clap::ValueEnum;
use serde::Serialize;
use std::path::Path;

/// Arguments of `diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether diff reports/shift/2026-09 reports/shift/2026-10   two months
  bellwether diff HEAD~1 HEAD                                   all of reports/, between two revisions of git
  bellwether diff v1:reports/shift/2026-10 reports/shift/2026-10
                                                                a report as it was, and as it is
  bellwether diff mailed.pdf reports/shift/2026-10/memo.pdf     two PDFs
  bellwether diff A B --format html > diff.html                 for a browser

Exit codes: 0 nothing differs; 1 something does; 2 and 3 as elsewhere.")]
pub(super) struct DiffArguments {
    /// A report's folder, a folder of reports, a PDF, `REVISION:FOLDER`, or a revision of git (all of its `reports/`).
    before: String,
    /// The same, after.
    after: String,
    /// How differences are printed.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Shows every fact that moved.
    #[arg(long)]
    all: bool,
}

/// How differences are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    Text,
    /// For machines: one JSON document.
    Json,
    /// For a browser: one page.
    Html,
}

/// Facts that are shown where not all are asked for.
const SHOWN: usize = 40;

/// Two reports, as they are printed for machines.
#[derive(Serialize)]
struct Compared {
    place: String,
    before: String,
    after: String,
    difference: Difference,
}

/// What was compared, and what stands on one side only.
struct Outcome {
    compared: Vec<Compared>,
    alone: Vec<String>,
}

/// Tells what differs and returns the exit code.
pub(super) fn diff(arguments: &DiffArguments, printer: &Printer) -> u8 {
    match outcome(arguments) {
        Ok(outcome) => match printed(arguments, &outcome) {
            Ok(text) => {
                printer.say(&text);
                let differs = |it: &Compared| !it.difference.changes.is_empty() || !it.difference.moved.is_empty();
                u8::from(!outcome.alone.is_empty() || outcome.compared.iter().any(differs))
            }
            Err(found) => printer.fail(&found, Path::new("")),
        },
        Err(found) => printer.fail(&found, Path::new("")),
    }
}

fn outcome(arguments: &DiffArguments) -> Result<Outcome, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let mut read = |named: &str| match places::read(named) {
        Ok(found) => found,
        Err(error) => {
            wrong.push(error);
            Vec::new()
        }
    };
    let (before, mut after) = (read(&arguments.before), read(&arguments.after));
    let mut outcome = Outcome {
        compared: Vec::new(),
        alone: Vec::new(),
    };
    // Two single reports are held against each other whatever they are called.
    let is_single = before.len() == 1 && after.len() == 1;
    for it in before {
        let at = after.iter().position(|other| is_single || other.place == it.place);
        let Some(at) = at else {
            outcome
                .alone
                .push(format!("only in {}: {}", arguments.before, it.place));
            continue;
        };
        match both(it, after.remove(at)) {
            Ok(compared) => outcome.compared.push(compared),
            Err(more) => wrong.extend(more),
        }
    }
    let rest = after
        .iter()
        .map(|it| format!("only in {}: {}", arguments.after, it.place));
    outcome.alone.extend(rest);
    if wrong.has_errors() { Err(wrong) } else { Ok(outcome) }
}

fn both(before: Found, after: Found) -> Result<Compared, Diagnostics> {
    let place = before.place;
    let (before, after) = match (before.report, after.report) {
        (Ok(before), Ok(after)) => (before, after),
        (before, after) => {
            let wrong: Vec<Diagnostic> = [before.err(), after.err()].into_iter().flatten().collect();
            return Err(Diagnostics(wrong));
        }
    };
    Ok(Compared {
        place,
        difference: audit::difference(side(&before), side(&after)),
        before: named(&before),
        after: named(&after),
    })
}

fn side(report: &Recorded) -> Side<'_> {
    Side {
        inputs: &report.inputs,
        made: report.made.as_ref(),
        facts: &report.facts,
    }
}

/// "reports/shift/2026-10: 2026-10, data to 2026-10-31, bellwether 0.2.0 (commit)".
fn named(report: &Recorded) -> String {
    let inputs = &report.inputs;
    let commit = match &report.made {
        Some(made) if !made.commit.is_empty() => format!(" ({})", differences::short(&made.commit)),
        _ => String::new(),
    };
    let faults: String = report
        .faults
        .iter()
        .map(|it| format!("; {} {}", it.file, it.what))
        .collect();
    format!(
        "{}: {}, data before {}, {}{commit}{faults}",
        report.place, inputs.period, inputs.as_of, inputs.engine
    )
}

fn printed(arguments: &DiffArguments, outcome: &Outcome) -> Result<String, Diagnostics> {
    match arguments.format {
        Form::Text => Ok(text(outcome, arguments.all)),
        Form::Json => {
            let all = serde_json::json!({ "reports": outcome.compared, "alone": outcome.alone });
            Ok(serde_json::to_string_pretty(&all).expect("differences are text") + "\n")
        }
        Form::Html => {
            let pairs: Vec<difference::Pair> = outcome.compared.iter().map(pair).collect();
            difference::html(&pairs)
        }
    }
}

fn text(outcome: &Outcome, is_all: bool) -> String {
    let mut text = String::new();
    for it in &outcome.compared {
        let n_moved = it.difference.moved.len();
        text.push_str(&format!("before  {}\nafter   {}\n", it.before, it.after));
        text.push_str(&format!("{}\n", summary(&it.difference)));
        text.push_str(&differences::changes(&it.difference.changes));
        let shown = if is_all { n_moved } else { SHOWN };
        text.push_str(&differences::moved(&by_size(&it.difference.moved), shown));
        text.push('\n');
    }
    for it in &outcome.alone {
        text.push_str(&format!("{it}\n"));
    }
    text
}

/// "12 of 1,823 facts moved, by the spec."
fn summary(it: &Difference) -> String {
    let n = it.moved.len();
    let all = it.held + n;
    if n == 0 {
        return format!("all {} read the same", counted(all, "fact", "facts"));
    }
    let mut by: Vec<String> = it.moved.iter().map(|it| differences::words(&it.causes)).collect();
    by.sort();
    let mut counts: Vec<(String, usize)> = Vec::new();
    for cause in by {
        match counts.last_mut().filter(|it| it.0 == cause) {
            Some(last) => last.1 += 1,
            None => counts.push((cause, 1)),
        }
    }
    let by: Vec<String> = counts.iter().map(|(cause, n)| format!("{n} by {cause}")).collect();
    format!("{n} of {} moved: {}", counted(all, "fact", "facts"), by.join(", "))
}

/// Puts the headline first, then money and counts by how much they moved against what they were; what is neither comes
/// after, by name.
fn by_size(moved: &[Moved]) -> Vec<Moved> {
    let mut moved = moved.to_vec();
    let size = |it: &Moved| {
        let is_amount = it
            .is
            .as_ref()
            .is_some_and(|it| matches!(it.unit.of, Quantity::Money(_) | Quantity::Count(_)));
        let is_signed = it.id.ends_with("/deviation");
        it.by_share().filter(|_| is_amount && !is_signed).map_or(-1.0, f64::abs)
    };
    let is_later = |it: &Moved| !it.id.starts_with("headline/");
    moved.sort_by(|a, b| is_later(a).cmp(&is_later(b)).then_with(|| size(b).total_cmp(&size(a))));
    moved
}

fn pair(it: &Compared) -> difference::Pair {
    let cell = |text: &Option<String>, none: &str| {
        text.as_ref()
            .map_or_else(|| none.to_owned(), |it| differences::short(it))
    };
    let changes = it.difference.changes.iter();
    let moved = by_size(&it.difference.moved);
    difference::Pair {
        title: if it.place.is_empty() {
            "What differs".to_owned()
        } else {
            it.place.clone()
        },
        was: it.before.clone(),
        is: it.after.clone(),
        summary: summary(&it.difference),
        changes: changes
            .map(|it| {
                [
                    it.cause.word().to_owned(),
                    it.name.clone(),
                    cell(&it.was, "not there"),
                    cell(&it.is, "not there"),
                ]
            })
            .collect(),
        moved: moved.iter().map(moved_row).collect(),
    }
}

fn moved_row(it: &Moved) -> [String; 5] {
    let value = |fact: &Option<Fact>, none: &str| fact.as_ref().map_or_else(|| none.to_owned(), differences::value);
    let is_text = it.by().is_none() && it.was.is_some() && it.is.is_some();
    let by = differences::by(it).unwrap_or_else(|| if is_text { differences::what(it) } else { String::new() });
    [
        it.id.clone(),
        value(&it.was, "not there"),
        value(&it.is, "not there"),
        by,
        differences::words(&it.causes),
    ]
}
