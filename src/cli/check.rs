//! `bellwether check`: every mistake of specs and their data at once.

use super::Changes;
use super::choice::Choice;
use super::choice::memo_name;
use super::counted;
use super::printer::Printer;
use super::templates;
use crate::model::diagnostic::Diagnostic;
use crate::model::plan::Plan;
use clap::Args;
use std::path::Path;
use std::path::PathBuf;

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether check                                   all of specs/*.yaml
  bellwether check specs/shift.yaml --period 2026-10
  bellwether check --message-format sarif > check.sarif")]
pub(super) struct CheckArguments {
    /// The specs' files; all of `specs/*.yaml` where none is named.
    specs: Vec<PathBuf>,
    #[command(flatten)]
    changes: Changes,
}

/// Checks every spec, and returns the worst exit code: that of the first class on the road that failed.
pub(super) fn check(arguments: &CheckArguments, printer: &Printer) -> u8 {
    let specs = match specs_or_all(&arguments.specs) {
        Ok(specs) => specs,
        Err(message) => {
            eprintln!("error: {message}");
            return 2;
        }
    };
    let mut choice = Choice::of(&arguments.changes);
    let codes = specs
        .iter()
        .map(|it| check_one(it, &arguments.changes, &mut choice, printer));
    let mut codes: Vec<u8> = codes.collect();
    codes.push(choice.finish(printer, &specs[0]));
    codes.into_iter().filter(|it| *it != 0).min().unwrap_or(0)
}

/// Returns the specs that were named, else those of `specs/`.
///
/// # Errors
/// A sentence for the terminal, where there is none.
pub(super) fn specs_or_all(named: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    let entries = std::fs::read_dir("specs").into_iter().flatten().flatten();
    let mut specs: Vec<PathBuf> = entries
        .map(|it| it.path())
        .filter(|it| it.extension().is_some_and(|it| it == "yaml" || it == "yml") && it.is_file())
        .collect();
    specs.sort();
    if specs.is_empty() {
        return Err("there is no spec in `specs/`: name one, or begin with `bellwether init`".to_owned());
    }
    Ok(specs)
}

fn check_one(spec: &Path, changes: &Changes, choice: &mut Choice, printer: &Printer) -> u8 {
    let plans = choice.plans(changes, spec);
    let plans = match (plans, templates::beside(spec)) {
        (Ok(plans), Ok(_)) => plans,
        (plans, templates) => {
            let mut found = plans.err().unwrap_or_default();
            found.extend(templates.err().unwrap_or_default());
            return printer.fail(&found, spec);
        }
    };
    let mut warnings: Vec<Diagnostic> = Vec::new();
    for it in plans.iter().flat_map(|it| &it.warnings) {
        if !warnings.contains(it) {
            warnings.push(it.clone());
        }
    }
    printer.warn(&warnings, spec);
    let Some(first) = plans.first() else { return 0 };
    let plan = &first.plan;
    let holds = format!(
        "{}, {}",
        counted(plan.metrics.len(), "metric", "metrics"),
        counted(first.tasks.len(), "analysis", "analyses")
    );
    let spec = spec.display();
    if plan.each.is_none() {
        printer.say(&format!("{spec}: {holds}; {}\n", when(plan)));
        return 0;
    }
    let memos = counted(plans.len(), "memo", "memos");
    printer.say(&format!("{spec}: {memos}, each of {holds}\n"));
    for plan in plans.iter().map(|it| &it.plan) {
        let label = plan.each.as_ref().map_or("", |it| it.label.as_str());
        printer.say(&format!("  {} ({label}): {}\n", memo_name(plan), when(plan)));
    }
    0
}

/// Says which periods a memo is about.
fn when(plan: &Plan) -> String {
    let grain = plan.periods.grain;
    format!(
        "target {}, {} of history",
        plan.periods.target_name(),
        counted(
            plan.periods.history.len(),
            &format!("complete {}", grain.noun()),
            &format!("complete {}", grain.nouns())
        )
    )
}
