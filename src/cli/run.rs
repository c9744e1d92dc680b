//! `bellwether run`: a spec to a report on disk.

use super::Changes;
use super::choice::Choice;
use super::printer::Printer;
use super::templates;
use crate::audit::Staging;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::render::Templates;
use crate::render::typst::Engine;
use crate::road;
use crate::road::Computed;
use crate::road::Earlier;
use crate::road::Planned;
use crate::road::Request;
use crate::road::report::Report;
use crate::road::report::Shape;
use clap::Args;
use clap::ValueEnum;
use indicatif::HumanCount;
use indicatif::ProgressBar;
use indicatif::ProgressState;
use indicatif::ProgressStyle;
use std::fmt::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Arguments of `run`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether run specs/shift.yaml                     reports/shift/2026-10/memo.pdf, and all beside it
  bellwether run specs/*.yaml --out reports --cache .bellwether-cache
                                                      next month only new files are read
  bellwether run specs/shift.yaml --period 2026-09    the memo of another month
  bellwether run specs/shift.yaml --format html       without the PDF
  bellwether run specs/shift.yaml --select north,south
                                                      two of the memos of a spec with `for_each: region`")]
pub struct RunArguments {
    /// The specs' files.
    #[arg(required = true)]
    specs: Vec<PathBuf>,
    /// Where reports go: `DIR/<spec>/<period>/`, with `for_each:` `DIR/<spec>/<memo>/<period>/`.
    #[arg(short, long, value_name = "DIR", default_value = "reports")]
    out: PathBuf,
    /// What is written beside `facts.json` and `manifest.json`.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Format::Pdf, Format::Html, Format::Json])]
    format: Vec<Format>,
    /// Who sets the PDF: the pinned `typst` on the PATH, the embedded library, or the one of them that is there.
    #[arg(long, env = "BELLWETHER_TYPST", value_enum)]
    typst: Option<TypstChoice>,
    /// Tells nothing of earlier memos, and keeps nothing of the one whose place this one takes.
    #[arg(long)]
    anew: bool,
    #[command(flatten)]
    changes: Changes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// `memo.pdf`
    Pdf,
    /// `memo.html`
    Html,
    /// `facts.json`, `tables.xlsx`, `tables/*.csv` and `tables/*.parquet`; always written.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TypstChoice {
    /// The command where its version is the pinned one, else the library.
    Auto,
    /// The command, or an error.
    Cli,
    /// The library.
    Embedded,
}

/// Runs every spec and returns the exit code of the first that failed; the others are still run.
pub fn run(arguments: &RunArguments, printer: &Printer) -> u8 {
    let mut choice = Choice::of(&arguments.changes);
    let mut codes = Vec::with_capacity(arguments.specs.len());
    for spec in &arguments.specs {
        let code = run_one(arguments, spec, &mut choice, printer);
        codes.push(code.unwrap_or_else(|found| printer.fail(&found, spec)));
    }
    codes.push(choice.finish(printer, &arguments.specs[0]));
    codes.into_iter().find(|it| *it != 0).unwrap_or(0)
}

/// Makes the memos of a spec, and returns the exit code of the first that failed; the others are still made.
fn run_one(arguments: &RunArguments, spec: &Path, choice: &mut Choice, printer: &Printer) -> Result<u8, Diagnostics> {
    let progress = Progress::new();
    progress.stage("reading the spec");
    let plans = choice.planned(&Request {
        earlier: match arguments.anew {
            true => Earlier::Without,
            false => Earlier::Into(arguments.out.clone()),
        },
        ..arguments.changes.request(spec)
    })?;
    let Some(first) = plans.first() else { return Ok(0) };
    let templates = templates::beside(spec)?;
    progress.stage("reading the data and computing");
    progress.count(first.rows_read());
    let computed = road::compute_all(&plans, &templates);
    progress.stage("writing the memo");
    let mut told: Vec<(Diagnostic, Vec<&str>)> = Vec::new();
    let mut code = 0;
    for (planned, computed) in plans.iter().zip(computed) {
        let label = planned.plan.each.as_ref().map_or("", |it| it.label.as_str());
        match computed.and_then(|it| written(arguments, planned, &it, &templates)) {
            Ok((folder, found)) => {
                printer.say(&format!("{}\n", folder.display()));
                for it in found {
                    match told.iter_mut().find(|known| known.0 == it) {
                        Some(known) => known.1.push(label),
                        None => told.push((it, vec![label])),
                    }
                }
            }
            Err(found) => {
                if !label.is_empty() {
                    printer.say(&format!("no memo of {label}\n"));
                }
                let failed = printer.fail(&found, spec);
                code = if code == 0 { failed } else { code };
            }
        }
    }
    progress.finish();
    // A warning of some memos says of which.
    let of_some = |(mut it, labels): (Diagnostic, Vec<&str>)| {
        if labels.len() < plans.len() {
            it.message = format!("{}: {}", labels.join(", "), it.message);
        }
        it
    };
    printer.warn(&told.into_iter().map(of_some).collect::<Vec<Diagnostic>>(), spec);
    Ok(code)
}

/// Writes one memo; returns its folder, and its warnings.
fn written(
    arguments: &RunArguments,
    planned: &Planned,
    computed: &Computed,
    templates: &Templates,
) -> Result<(PathBuf, Vec<Diagnostic>), Diagnostics> {
    let shape = Shape {
        pdf: arguments
            .format
            .contains(&Format::Pdf)
            .then(|| engine(arguments, planned)),
        html: arguments.format.contains(&Format::Html),
    };
    let report = road::report::report(planned, computed, templates, shape)?;
    let target = arguments.out.join(planned.plan.folder());
    write_report(&report, &target)?;
    Ok((target, report.warnings))
}

/// Flags beat environment beats file.
fn engine(arguments: &RunArguments, planned: &Planned) -> Engine {
    match (arguments.typst, &planned.spec.typst) {
        (Some(TypstChoice::Auto), _) | (None, None) => Engine::Auto,
        (Some(TypstChoice::Cli), _) => Engine::Cli,
        (Some(TypstChoice::Embedded), _) => Engine::Embedded,
        (None, Some(written)) => match written.value.as_str() {
            "auto" => Engine::Auto,
            "cli" => Engine::Cli,
            "embedded" => Engine::Embedded,
            _ => unreachable!("a spec that was checked names one of the three"),
        },
    }
}

/// Writes all artifacts to a place beside the target, and swaps them in.
fn write_report(report: &Report, target: &Path) -> Result<(), Diagnostics> {
    let staging = Staging::beside(target)?;
    for (name, bytes) in &report.artifacts {
        staging.write(name, bytes)?;
    }
    staging.write("manifest.json", report.manifest.text().as_bytes())?;
    staging.commit()?;
    Ok(())
}

/// A spinner with the stage's name, on a terminal only.
struct Progress(ProgressBar);

impl Progress {
    fn new() -> Self {
        // Hidden by indicatif itself where standard error is not a terminal.
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    fn stage(&self, what: &'static str) {
        self.0.set_message(what);
    }

    /// Shows how many rows have been read, as they are.
    fn count(&self, rows: Arc<AtomicU64>) {
        let style = ProgressStyle::with_template("{spinner} {msg}{rows}").expect("the template is right");
        self.0
            .set_style(style.with_key("rows", move |_: &ProgressState, to: &mut dyn Write| {
                let n = rows.load(Ordering::Relaxed);
                if n > 0 {
                    // A row too few is nobody's loss: the line is drawn anew in an instant.
                    let _ = write!(to, ": {} rows", HumanCount(n));
                }
            }));
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}
