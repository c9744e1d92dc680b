//! A report: all files that a memo becomes, and the manifest that names them.
//!
//! It writes nothing: who makes a report puts the files where they belong, and who verifies one holds them against those
//! that are there. It must not know which of the two it serves.

use super::Computed;
use super::Planned;
use super::compose;
use super::definition;
use super::facts_json;
use super::figures_json;
use super::tables::tables;
use crate::audit::Made;
use crate::audit::Manifest;
use crate::chart::fonts::Fonts;
use crate::lint;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::memo::Memo;
use crate::model::panel::Intake;
use crate::model::script::by_script;
use crate::render;
use crate::render::Templates;
use crate::render::csv;
use crate::render::typst::Engine;
use std::collections::BTreeMap;

/// The spec as a report keeps it.
pub const SPEC: &str = "spec.yaml";
/// Every figure of the memo.
pub const FACTS: &str = "facts.json";
/// What the memo follows from, as the PDF carries it.
pub const INPUTS: &str = "inputs.json";
/// The memo on paper.
pub const PDF: &str = "memo.pdf";
/// The memo on a screen.
pub const HTML: &str = "memo.html";

/// Which forms of a memo are made beside its facts and tables.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Who sets the PDF; `None` for no PDF.
    pub pdf: Option<Engine>,
    /// Whether there is HTML.
    pub html: bool,
}

/// All files of a report.
#[derive(Debug, Clone)]
pub struct Report {
    /// Bytes by name; names may hold folders.
    pub artifacts: BTreeMap<String, Vec<u8>>,
    /// What names them, and what they follow from.
    pub manifest: Manifest,
    /// What a reader of the memo should be warned of.
    pub warnings: Vec<Diagnostic>,
}

/// Lays out a memo in the forms that are wanted.
///
/// # Errors
/// A memo that contradicts itself; a template that is wrong; a `typst` command that is asked for and not there.
pub fn report(
    planned: &Planned,
    computed: &Computed,
    templates: &Templates,
    shape: Shape,
) -> Result<Report, Diagnostics> {
    let memo = compose(planned, &computed.facts);
    let doubts = held(planned, computed, &memo)?;
    let facts = facts_json(&computed.facts);
    let mut artifacts: BTreeMap<String, Vec<u8>> = tables(planned, &memo, &computed.facts);
    artifacts.insert(FACTS.into(), facts.clone().into_bytes());
    artifacts.insert(SPEC.into(), planned.text.clone().into_bytes());
    artifacts.extend(rejects(&computed.intake));
    artifacts.extend(computed.taken_over.clone());
    if let Some(record) = &computed.customers {
        artifacts.insert("tables/customers.parquet".into(), record.clone());
    }
    artifacts.extend(definition(&computed.facts).map(|it| ("definition.json".to_owned(), it.into_bytes())));
    let (html, pdf) = rayon::join(
        || {
            let html = || render::html::html(&memo, &figures_json(planned, computed), templates, &planned.fonts());
            shape.html.then(html).transpose()
        },
        || {
            let pdf = |engine| pdf(planned, computed, &memo, templates, engine);
            shape.pdf.map(pdf).transpose()
        },
    );
    let typst = match (html, pdf) {
        (Ok(html), Ok(pdf)) => {
            artifacts.extend(html.map(|it| (HTML.to_owned(), it.into_bytes())));
            let typst = pdf.as_ref().map_or("none", |it| it.1);
            artifacts.extend(pdf.map(|it| (PDF.to_owned(), it.0)));
            typst
        }
        (html, pdf) => {
            let mut found = Diagnostics::new();
            html.err().into_iter().chain(pdf.err()).for_each(|it| found.extend(it));
            return Err(found);
        }
    };
    let mut warnings = computed.warnings.clone();
    warnings.extend(doubts);
    warnings.extend(uncovered(&memo, &planned.fonts()));
    Ok(Report {
        manifest: Manifest::of(&computed.inputs, Made::here(typst), &artifacts),
        artifacts,
        warnings,
    })
}

/// Holds a memo against itself; returns what is no reason not to make it.
fn held(planned: &Planned, computed: &Computed, memo: &Memo) -> Result<Vec<Diagnostic>, Diagnostics> {
    let found = lint::lint(&lint::Stated {
        plan: &planned.plan,
        spec: Some(&planned.spec),
        intake: &computed.intake,
        facts: &computed.facts,
        memo,
        words: &planned.words(),
    });
    if found.has_errors() { Err(found) } else { Ok(found.0) }
}

/// Returns year, month and day of issue.
pub fn issued(planned: &Planned) -> (i32, u8, u8) {
    let as_of = planned.plan.periods.as_of;
    // A day of a calendar has a month and a day above zero.
    (
        i32::from(as_of.year()),
        as_of.month().unsigned_abs(),
        as_of.day().unsigned_abs(),
    )
}

/// Sets the PDF, with all that it takes to check it; returns its bytes and who set it.
///
/// # Errors
/// As [`report`].
pub fn pdf(
    planned: &Planned,
    computed: &Computed,
    memo: &Memo,
    templates: &Templates,
    engine: Engine,
) -> Result<(Vec<u8>, &'static str), Diagnostics> {
    let attached = |name, text: &'static str, bytes, mime, relationship| render::typst::Attachment {
        name,
        bytes,
        mime,
        description: text,
        relationship,
    };
    let facts = facts_json(&computed.facts);
    let inputs = computed.inputs.text();
    let attachments = [
        attached(
            FACTS,
            "Every figure of the memo, unrounded",
            facts.as_bytes(),
            "application/json",
            "data",
        ),
        attached(
            SPEC,
            "The spec that the memo follows from",
            planned.text.as_bytes(),
            "application/yaml",
            "source",
        ),
        attached(
            INPUTS,
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
    Ok((bytes, used))
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
