//! `bellwether verify`: reports computed anew from their sources, fact by fact.

use super::counted;
use super::differences;
use super::printer::Printer;
use super::templates;
use crate::audit::Recorded;
use crate::audit::places;
use crate::diagnostics;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::difference::Cause;
use crate::road::verify::Against;
use crate::road::verify::Verification;
use crate::road::verify::verify as verified;
use clap::Args;
use clap::ValueEnum;
use std::path::Path;
use std::path::PathBuf;

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether verify reports/shift/2026-10           one report
  bellwether verify reports                         all reports in a folder
  bellwether verify memo.pdf --spec specs/shift.yaml
                                                    the PDF that was mailed, with the data beside that spec

The spec that a report carries is computed again from the sources as they are now. Its files are looked for relative to
the folder in which the spec of that name stands: the one that `--spec` names, or `specs/NAME` above the report or here.

Exit codes: 0 every fact and every file holds; 1 something differs, and what it is is said; 2 and 3 as elsewhere.")]
pub(super) struct VerifyArguments {
    /// Report folders, folders of reports, or PDF memos.
    #[arg(required = true)]
    reports: Vec<String>,
    /// The spec's file, or where it stood: the report's sources are relative to its folder.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// A folder outside the spec's that its `files:` may reach; may be given several times.
    #[arg(long = "data-root", value_name = "DIR")]
    data_roots: Vec<PathBuf>,
    /// The folder of all reports, where earlier memos are; where it is left out, the one that the report stands in.
    #[arg(long = "among", value_name = "DIR")]
    among: Option<PathBuf>,
    /// Shows every fact that moved.
    #[arg(long)]
    all: bool,
    /// How the findings are printed.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    Text,
    /// For machines: one JSON document.
    Json,
}

/// Facts that are shown where not all are asked for.
const SHOWN: usize = 20;

/// Verifies every report and returns the exit code.
pub(super) fn verify(arguments: &VerifyArguments, printer: &Printer) -> u8 {
    let mut codes = Vec::new();
    let mut all = Vec::new();
    for named in &arguments.reports {
        match places::read(named) {
            Ok(found) => {
                for it in found {
                    let verification = it
                        .report
                        .map_err(Diagnostics::from)
                        .and_then(|report| one(&report, arguments));
                    match verification {
                        Ok(it) => {
                            // What cannot be computed is no difference: the data are missing, or the spec is wrong.
                            codes.push(match it.refused.exit_code() {
                                0 => u8::from(!it.holds()),
                                code => code,
                            });
                            if arguments.format == Form::Text {
                                printer.say(&told(&it, arguments.all));
                            }
                            all.push(it);
                        }
                        Err(found) => codes.push(printer.fail(&found, Path::new(""))),
                    }
                }
            }
            Err(found) => codes.push(printer.fail(&found.into(), Path::new(""))),
        }
    }
    match arguments.format {
        Form::Json => printer.say(&(serde_json::to_string_pretty(&all).expect("findings are text") + "\n")),
        Form::Text if all.len() > 1 => {
            let n_held = all.iter().filter(|it| it.holds()).count();
            let n = counted(all.len(), "report", "reports");
            printer.say(&format!("{n_held} of {n} hold\n"));
        }
        Form::Text => {}
    }
    codes.into_iter().find(|it| *it != 0).unwrap_or(0)
}

fn one(report: &Recorded, arguments: &VerifyArguments) -> Result<Verification, Diagnostics> {
    let among = arguments.among.as_deref();
    let against = against(report, arguments.spec.as_deref(), &arguments.data_roots, among)?;
    let templates = templates::beside(&against.spec)?;
    Ok(verified(report, &against, &templates))
}

/// Says where the sources of a report are: what flags say, or what its place does.
///
/// # Errors
/// Where its spec is not found.
pub(super) fn against(
    report: &Recorded,
    spec: Option<&Path>,
    data_roots: &[PathBuf],
    among: Option<&Path>,
) -> Result<Against, Diagnostics> {
    if let Some(it) = spec.filter(|it| it.is_dir() || !it.parent().is_none_or(|it| it == Path::new("") || it.is_dir()))
    {
        let message = format!("`--spec {}` names no file, and none can have stood there", it.display());
        let hint = "name the spec's file: the report's sources are relative to its folder";
        return Err(Diagnostic::spec("no-spec-found", message).hint(hint).into());
    }
    Ok(Against {
        spec: spec.map_or_else(|| spec_of(report), |it| Ok(it.to_owned()))?,
        data_roots: data_roots.to_vec(),
        reports: among.map(Path::to_owned).or_else(|| self::among(report)),
    })
}

/// Finds where the spec of a report stands: above the report, or here; there as it is, or in `specs/`.
fn spec_of(report: &Recorded) -> Result<PathBuf, Diagnostics> {
    let name = &report.inputs.spec_file;
    let place = std::path::absolute(&report.place).unwrap_or_default();
    let here = std::path::absolute(".").unwrap_or_default();
    let above = place.ancestors().skip(1).chain(here.ancestors().take(1));
    let mut candidates = above.flat_map(|it| [it.join("specs").join(name), it.join(name)]);
    candidates.find(|it| it.is_file()).ok_or_else(|| {
        let message = format!("the spec `{name}` of `{}` is not found near it", report.place);
        let hint = "say where it stands, or stood, with `--spec FILE`: the report's sources are relative to its folder";
        Diagnostic::spec("no-spec-found", message).hint(hint).into()
    })
}

/// Returns the folder of reports that a report stands in, where its place says so.
fn among(report: &Recorded) -> Option<PathBuf> {
    let place = std::path::absolute(&report.place).ok()?;
    // `REPORTS/<spec>/<period>`, or with `for_each:` `REPORTS/<spec>/<memo>/<period>`.
    let above = if report.inputs.each.is_empty() { 2 } else { 3 };
    let folder = place.ancestors().nth(above).map(Path::to_owned);
    folder.filter(|_| place.is_dir())
}

/// Says what holds and what does not.
fn told(it: &Verification, is_all: bool) -> String {
    let mut text = format!("{}\n  made by    {}\n", it.place, it.made_by);
    for fault in &it.faults {
        text.push_str(&format!("  report     {} {}\n", fault.file, fault.what));
    }
    if it.refused.has_errors() {
        text.push_str(&differences::changes(&it.difference.changes));
        text.push_str("  cannot be computed anew:\n");
        text.push_str(&diagnostics::render(&it.refused, "spec.yaml", &it.text, false));
        return text;
    }
    text.push_str(&differences::changes(&it.difference.changes));
    let n_moved = it.difference.moved.len();
    let held = counted(it.difference.held, "fact holds", "facts hold");
    if n_moved == 0 {
        text.push_str(&format!("  facts      all {held}\n"));
    } else {
        let of = it.difference.held + n_moved;
        text.push_str(&format!("  facts      {held}, {n_moved} of {of} do not:\n"));
        let shown = if is_all { n_moved } else { SHOWN };
        text.push_str(&differences::moved(&it.difference.moved, shown));
    }
    text.push_str(&told_files(it));
    text.push_str(&told_by_spec(it, is_all));
    text
}

/// Says how files come out when they are made anew.
fn told_files(it: &Verification) -> String {
    let n_outputs = it.outputs.len() + it.n_outputs_held;
    if it.outputs.is_empty() {
        let n = counted(n_outputs, "file comes", "files come");
        let how = if it.faults.is_empty() {
            "out byte for byte"
        } else {
            "out, made anew, byte for byte as they were made first"
        };
        return format!("  files      {n} {how}\n");
    }
    let causes: &[Cause] = it.outputs.first().map_or(&[], |it| &it.1);
    let names: Vec<&str> = it.outputs.iter().map(|it| it.0.as_str()).collect();
    let mut text = format!(
        "  files      {} of {n_outputs} would come out otherwise ({}): {}\n",
        names.len(),
        differences::words(causes),
        names.join(", ")
    );
    if it
        .difference
        .changes
        .iter()
        .any(|it| it.cause == Cause::Earlier && it.is.is_none())
    {
        text.push_str("  earlier memos that it was held against are not there: `--among DIR` says where reports are\n");
    }
    text
}

/// Says what is otherwise by the spec as it stands now.
fn told_by_spec(it: &Verification, is_all: bool) -> String {
    let mut text = String::new();
    if let Some(difference) = &it.by_spec {
        let n = difference.moved.len();
        text.push_str(&format!(
            "  the spec `{}` has changed since. By it as it stands now",
            it.spec.display()
        ));
        if n == 0 {
            text.push_str(" every fact reads the same:\n");
        } else {
            let of = difference.held + n;
            text.push_str(&format!(
                ", {} of {of} otherwise, new or gone:\n",
                counted(n, "fact reads", "facts read")
            ));
        }
        text.push_str(&differences::changes(&difference.changes));
        text.push_str(&differences::moved(&difference.moved, if is_all { n } else { SHOWN }));
    }
    if it.refused_by_spec.has_errors() {
        let file = it.spec.display().to_string();
        let message =
            format!("  the spec `{file}` has changed since, and no memo can be made by it as it stands now:\n");
        text.push_str(&message);
        let source = std::fs::read(&it.spec).unwrap_or_default();
        let source = String::from_utf8_lossy(&source);
        text.push_str(&diagnostics::render(&it.refused_by_spec, &file, &source, false));
    }
    text
}
