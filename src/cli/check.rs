//! `bellwether check`: every mistake of specs and their data at once.

use super::Changes;
use super::counted;
use super::printer::Printer;
use super::templates;
use crate::model::diagnostic::Diagnostic;
use crate::road;
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
    let codes = specs.iter().map(|it| check_one(it, &arguments.changes, printer));
    codes.filter(|it| *it != 0).min().unwrap_or(0)
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

fn check_one(spec: &Path, changes: &Changes, printer: &Printer) -> u8 {
    let plans = road::plans(&changes.request(spec));
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
    let first = &plans[0];
    let plan = &first.plan;
    let memos = match plan.each {
        Some(_) => format!("{}, each of ", counted(plans.len(), "memo", "memos")),
        None => String::new(),
    };
    printer.say(&format!(
        "{}: {memos}{}, {}; target {}, {} of history\n",
        spec.display(),
        counted(plan.metrics.len(), "metric", "metrics"),
        counted(first.tasks.len(), "analysis", "analyses"),
        plan.periods.target_name(),
        counted(
            plan.periods.history.len(),
            &format!("complete {}", plan.periods.grain.noun()),
            &format!("complete {}", plan.periods.grain.nouns())
        ),
    ));
    0
}
