//! `bellwether run`: a spec to a report on disk.

use super::Changes;
use super::choice::Choice;
use super::printer::Printer;
use super::templates;
use crate::audit;
use crate::audit::Staging;
use crate::chart::fonts::Fonts;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::memo::Memo;
use crate::model::panel::Intake;
use crate::model::script::by_script;
use crate::render;
use crate::render::Templates;
use crate::render::csv;
use crate::render::typst::Engine;
use crate::road;
use crate::road::Computed;
use crate::road::Planned;
use clap::Args;
use clap::ValueEnum;
use indicatif::HumanCount;
use indicatif::ProgressBar;
use indicatif::ProgressState;
use indicatif::ProgressStyle;
use std::collections::BTreeMap;
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
    #[command(flatten)]
    changes: Changes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// `memo.pdf`
    Pdf,
    /// `memo.html`
    Html,
    /// `facts.json` and `tables/*.csv`; always written.
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
    let plans = choice.plans(&arguments.changes, spec)?;
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
    let engine = engine(arguments, planned)?;
    let memo = road::compose(planned, &computed.facts);
    let target = arguments.out.join(planned.plan.folder());
    let mut warnings = computed.warnings.clone();
    warnings.extend(uncovered(&memo, &planned.fonts()));
    write_report(arguments, planned, computed, &memo, templates, engine, &target)?;
    Ok((target, warnings))
}

/// Warns of characters that no font can draw.
fn uncovered(memo: &Memo, fonts: &Fonts) -> Option<Diagnostic> {
    // More than these are not read.
    const NAMED: usize = 12;
    let missing = render::uncovered(memo, fonts);
    let shown: Vec<String> = missing
        .iter()
        .take(NAMED)
        .map(|c| format!("U+{:04X}", u32::from(*c)))
        .collect();
    let scripts: Vec<&str> = by_script(missing.iter().copied()).into_iter().map(|it| it.0).collect();
    let message = format!(
        "{} characters ({}) are in no font, and print as boxes in the PDF: {}",
        missing.len(),
        scripts.join(", "),
        shown.join(", ")
    );
    let hint =
        "give a folder with a font that has them: `fonts: fonts`; `bellwether doctor SPEC` says which are missing";
    (!missing.is_empty()).then(|| Diagnostic::warning("uncovered-characters", message).hint(hint))
}

/// Flags beat environment beats file.
fn engine(arguments: &RunArguments, planned: &Planned) -> Result<Engine, Diagnostics> {
    match (arguments.typst, &planned.spec.typst) {
        (Some(TypstChoice::Auto), _) | (None, None) => Ok(Engine::Auto),
        (Some(TypstChoice::Cli), _) => Ok(Engine::Cli),
        (Some(TypstChoice::Embedded), _) => Ok(Engine::Embedded),
        (None, Some(written)) => match written.value.as_str() {
            "auto" => Ok(Engine::Auto),
            "cli" => Ok(Engine::Cli),
            "embedded" => Ok(Engine::Embedded),
            _ => unreachable!("a spec that was checked names one of the three"),
        },
    }
}

/// Writes all artifacts to a place beside the target, and swaps them in.
fn write_report(
    arguments: &RunArguments,
    planned: &Planned,
    computed: &Computed,
    memo: &Memo,
    templates: &Templates,
    engine: Engine,
    target: &Path,
) -> Result<(), Diagnostics> {
    let facts = road::facts_json(&computed.facts);
    let inputs = inputs_json(computed);
    let wants = |format| arguments.format.contains(&format);
    let mut artifacts: BTreeMap<String, Vec<u8>> = csv::tables(memo, &computed.facts);
    artifacts.insert("facts.json".into(), facts.clone().into_bytes());
    artifacts.extend(rejects(&computed.intake));
    if let Some(record) = &computed.customers {
        artifacts.insert("tables/customers.parquet".into(), record.clone());
    }
    artifacts.extend(road::definition(&computed.facts).map(|it| ("definition.json".to_owned(), it.into_bytes())));
    let mut used = String::from("none");
    let (html, pdf) = rayon::join(
        || {
            wants(Format::Html)
                .then(|| render::html::html(memo, &facts, templates, &planned.fonts()))
                .transpose()
        },
        || {
            wants(Format::Pdf)
                .then(|| pdf(planned, memo, &facts, &inputs, templates, engine))
                .transpose()
        },
    );
    match (html, pdf) {
        (Ok(html), Ok(pdf)) => {
            artifacts.extend(html.map(|it| ("memo.html".to_owned(), it.into_bytes())));
            if let Some((bytes, engine)) = pdf {
                artifacts.insert("memo.pdf".into(), bytes);
                used = engine;
            }
        }
        (html, pdf) => {
            let mut found = Diagnostics::new();
            html.err().into_iter().chain(pdf.err()).for_each(|it| found.extend(it));
            return Err(found);
        }
    }
    let hashes: BTreeMap<&String, String> = artifacts
        .iter()
        .map(|(name, bytes)| (name, audit::hash(bytes)))
        .collect();
    let manifest = serde_json::json!({ "inputs": computed.inputs, "typst_used": used, "outputs": hashes });
    let manifest = serde_json::to_string_pretty(&manifest).expect("a manifest is text") + "\n";

    let staging = Staging::beside(target)?;
    for (name, bytes) in &artifacts {
        staging.write(name, bytes)?;
    }
    staging.write("manifest.json", manifest.as_bytes())?;
    staging.commit()?;
    Ok(())
}

/// Returns year, month and day of issue.
pub(super) fn issued(planned: &Planned) -> (i32, u8, u8) {
    let as_of = planned.plan.periods.as_of;
    // A day of a calendar has a month and a day above zero.
    (
        i32::from(as_of.year()),
        as_of.month().unsigned_abs(),
        as_of.day().unsigned_abs(),
    )
}

/// Writes what a memo follows from, as it is attached to the PDF.
pub(super) fn inputs_json(computed: &Computed) -> String {
    serde_json::to_string_pretty(&computed.inputs).expect("inputs are text") + "\n"
}

/// Sets the PDF; returns its bytes and who set it.
pub(super) fn pdf(
    planned: &Planned,
    memo: &Memo,
    facts: &str,
    inputs: &str,
    templates: &Templates,
    engine: Engine,
) -> Result<(Vec<u8>, String), Diagnostics> {
    let attached = |name, text: &'static str, bytes, mime, relationship| render::typst::Attachment {
        name,
        bytes,
        mime,
        description: text,
        relationship,
    };
    let attachments = [
        attached(
            "facts.json",
            "Every figure of the memo, unrounded",
            facts.as_bytes(),
            "application/json",
            "data",
        ),
        attached(
            "spec.yaml",
            "The spec that the memo follows from",
            planned.text.as_bytes(),
            "application/yaml",
            "source",
        ),
        attached(
            "inputs.json",
            "Hashes of all that the memo follows from",
            inputs.as_bytes(),
            "application/json",
            "data",
        ),
    ];
    let project = render::typst::project(memo, &attachments, issued(planned), templates, &planned.fonts())?;
    let (bytes, used) = render::typst::pdf(&project, engine)?;
    let used = match used {
        render::typst::Used::Cli => "cli",
        render::typst::Used::Embedded => "embedded",
    };
    Ok((bytes, used.to_owned()))
}

/// The rows that could not be used, one file for all sources; none where all could.
fn rejects(intake: &[Intake]) -> Option<(String, Vec<u8>)> {
    let rows: Vec<[String; 3]> = intake
        .iter()
        .flat_map(|intake| {
            intake.rejects.iter().flat_map(|reject| {
                reject
                    .kept
                    .iter()
                    .map(|row| [intake.source.clone(), reject.reason.clone(), row.clone()])
            })
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let head = ["source", "reason", "row"].map(str::to_owned);
    let lines = std::iter::once(head.as_slice()).chain(rows.iter().map(<[String; 3]>::as_slice));
    Some(("tables/rejects.csv".to_owned(), csv::lines(lines).into_bytes()))
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
