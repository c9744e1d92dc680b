//! `bellwether test`: golden tests for the specs of an author.
//!
//! What a memo says and looks like is kept as text beside the specs, and held against what it says now: facts, words on
//! the screen, words on paper, and a hash of each page's picture. What only names the inputs (hashes of spec and
//! templates) is left out, so that a comment in a spec changes nothing here.

use super::Changes;
use super::check::specs_or_all;
use super::choice::Choice;
use super::counted;
use super::printer::Printer;
use super::templates;
use crate::audit;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::render;
use crate::render::Templates;
use crate::render::text::words_of;
use crate::road;
use crate::road::Computed;
use crate::road::Planned;
use crate::road::report;
use clap::Args;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

/// Arguments of `test`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether test --bless          keeps what all memos of specs/*.yaml say and look like now, in golden/
  bellwether test                  tells what differs from that, line by line; exit code 1 where something does
  bellwether test specs/shift.yaml --show changed/
                                   also writes the pages that look different as PNG")]
pub(super) struct TestArguments {
    /// The specs' files; all of `specs/*.yaml` where none is named.
    specs: Vec<PathBuf>,
    /// Keeps what is now instead of holding it against what was kept.
    #[arg(long)]
    bless: bool,
    /// The folder of what is kept: `DIR/<spec>/<period>/`, with `for_each:` `DIR/<spec>/<memo>/<period>/`.
    #[arg(long, value_name = "DIR", default_value = "golden")]
    golden: PathBuf,
    /// A folder for pictures of the pages that look different.
    #[arg(long, value_name = "DIR")]
    show: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
}

/// What a memo says and looks like: files by name, and the pages' pictures.
struct Looks {
    files: BTreeMap<&'static str, String>,
    pictures: Vec<Vec<u8>>,
}

/// The file that lists the pages' hashes.
const PAGES: &str = "pages.txt";

/// Holds every spec against what was kept, and returns the exit code.
pub(super) fn test(arguments: &TestArguments, printer: &Printer) -> u8 {
    let specs = match specs_or_all(&arguments.specs) {
        Ok(specs) => specs,
        Err(message) => {
            eprintln!("error: {message}");
            return 2;
        }
    };
    let (mut n_passed, mut n_failed, mut code) = (0, 0, 0);
    let mut choice = Choice::of(&arguments.changes);
    for spec in &specs {
        for period in periods(arguments, spec) {
            for failed in test_one(arguments, spec, period.as_deref(), &mut choice, printer) {
                code = if code == 0 { failed } else { code };
                *if failed == 0 { &mut n_passed } else { &mut n_failed } += 1;
            }
        }
    }
    let unmet = choice.finish(printer, &specs[0]);
    printer.say(&format!("{n_passed} passed, {n_failed} failed\n"));
    if code == 0 { unmet } else { code }
}

/// The periods that were kept of a spec, or the one that a flag names; without either the spec's own target.
fn periods(arguments: &TestArguments, spec: &Path) -> Vec<Option<String>> {
    if arguments.changes.period.is_some() {
        return vec![arguments.changes.period.clone()];
    }
    let mut kept: Vec<Option<String>> = kept(&arguments.golden.join(road::slug(spec)))
        .into_iter()
        .map(|it| Some(it.file_name()?.to_string_lossy().into_owned()))
        .collect();
    kept.sort();
    kept.dedup();
    if kept.is_empty() { vec![None] } else { kept }
}

/// Holds the memos of one period against what was kept of them, and returns one exit code a memo.
fn test_one(
    arguments: &TestArguments,
    spec: &Path,
    period: Option<&str>,
    choice: &mut Choice,
    printer: &Printer,
) -> Vec<u8> {
    let changes = Changes {
        period: period.map(str::to_owned),
        ..arguments.changes.clone()
    };
    let made = choice.plans(&changes, spec).and_then(|plans| {
        let templates = templates::beside(spec)?;
        let computed = road::compute_all(&plans, &templates);
        Ok((plans, templates, computed))
    });
    let (plans, templates, computed) = match made {
        Ok(made) => made,
        Err(found) => return vec![printer.fail(&found, spec)],
    };
    let mut codes = Vec::with_capacity(plans.len());
    for (planned, computed) in plans.iter().zip(computed) {
        let looks = computed.and_then(|it| looks(planned, &it.without_hashes(), &templates));
        let held = looks.and_then(|it| held(arguments, spec, planned, &it, printer));
        codes.push(match held {
            Ok(is_same) => u8::from(!is_same),
            Err(found) => printer.fail(&found, spec),
        });
    }
    if changes.select.is_empty() {
        for folder in left_over(arguments, spec, &plans) {
            let folder = folder.display();
            let why = "it is kept, and the spec makes no such memo; remove it where that is meant";
            printer.say(&format!("FAILED  {folder}: {why}\n"));
            codes.push(1);
        }
    }
    codes
}

/// Lists what is kept of a spec and of the periods of its memos, and is of none of them.
fn left_over(arguments: &TestArguments, spec: &Path, plans: &[Planned]) -> Vec<PathBuf> {
    let made: Vec<PathBuf> = plans.iter().map(|it| arguments.golden.join(it.plan.folder())).collect();
    let periods: Vec<String> = plans.iter().map(|it| it.plan.periods.target_name()).collect();
    let of_periods = |it: &PathBuf| {
        it.file_name()
            .is_some_and(|name| periods.iter().any(|it| name == it.as_str()))
    };
    let mut kept = kept(&arguments.golden.join(road::slug(spec)));
    kept.retain(|it| of_periods(it) && !made.contains(it));
    kept
}

/// Lists the folders of what is kept of a spec: of one memo a folder a period, of several a folder each with those.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|it| it.path()).filter(|it| it.is_dir()).collect()
    };
    let holds_files = |folder: &PathBuf| folder.join(PAGES).is_file();
    let (mut kept, of_several): (Vec<PathBuf>, Vec<PathBuf>) = folders(folder).into_iter().partition(holds_files);
    kept.extend(of_several.iter().flat_map(|it| folders(it)).filter(holds_files));
    kept.sort();
    kept
}

/// Holds one memo against what was kept of it; true where nothing differs.
fn held(
    arguments: &TestArguments,
    spec: &Path,
    planned: &Planned,
    looks: &Looks,
    printer: &Printer,
) -> Result<bool, Diagnostics> {
    let plan = &planned.plan;
    let of = plan.each.as_ref().map(|it| format!("{} ", it.slug)).unwrap_or_default();
    let name = format!("{} {of}{}", spec.display(), plan.periods.target_name());
    let folder = arguments.golden.join(plan.folder());
    if arguments.bless {
        for (file, text) in &looks.files {
            write(&folder.join(file), text.as_bytes())?;
        }
        printer.say(&format!("kept    {name}: {}\n", folder.display()));
        return Ok(true);
    }
    if !folder.is_dir() {
        printer.say(&format!(
            "FAILED  {name}: nothing is kept of it; `bellwether test --bless` keeps what is now\n"
        ));
        return Ok(false);
    }
    let mut differs = Vec::new();
    for (file, now) in &looks.files {
        let kept = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        if kept != *now {
            differs.push((*file, difference(file, &kept, now)));
        }
    }
    if differs.is_empty() {
        printer.say(&format!("ok      {name}\n"));
        return Ok(true);
    }
    let files: Vec<&str> = differs.iter().map(|it| it.0).collect();
    printer.say(&format!("FAILED  {name}: {} differ\n", files.join(", ")));
    differs.iter().for_each(|it| printer.say(&it.1));
    if let Some(show) = &arguments.show {
        show_pages(&folder, looks, &show.join(plan.folder()))?;
    }
    Ok(false)
}

/// Lays out a memo, with what only names its inputs left out.
fn looks(planned: &Planned, computed: &Computed, templates: &Templates) -> Result<Looks, Diagnostics> {
    let memo = road::compose(planned, &computed.facts);
    let facts = road::facts_json(&computed.facts);
    let html = render::html::html(
        &memo,
        &road::figures_json(planned, computed),
        templates,
        &planned.fonts(),
    )?;
    let project = render::typst::project(&memo, &[], report::issued(planned), templates, &planned.fonts())?;
    let pages = render::typst::looks(&project)?;
    let hashes = pages
        .iter()
        .zip(1..)
        .map(|(it, n)| format!("page {n} {}\n", audit::hash(&it.picture)));
    let paper = pages
        .iter()
        .zip(1..)
        .map(|(it, n)| format!("--- page {n}\n{}", it.text));
    let files = BTreeMap::from([
        ("facts.json", facts),
        ("memo.html.txt", words_of(&html)),
        ("memo.pdf.txt", paper.collect()),
        (PAGES, hashes.collect()),
    ]);
    Ok(Looks {
        files,
        pictures: pages.into_iter().map(|it| it.picture).collect(),
    })
}

/// What differs, with the lines around it.
fn difference(file: &str, kept: &str, now: &str) -> String {
    // More lines than these are not read; the files themselves hold them.
    const MOST_LINES: usize = 60;
    let diff = TextDiff::from_lines(kept, now);
    let text = diff.unified_diff().context_radius(1).header("kept", "now").to_string();
    let lines: Vec<&str> = text.lines().collect();
    let mut shown = format!("{file}\n");
    for line in lines.iter().take(MOST_LINES) {
        // A series in one fact is a long line.
        let cut: String = line.chars().take(240).collect();
        shown.push_str(&format!("  {cut}\n"));
    }
    if MOST_LINES < lines.len() {
        shown.push_str(&format!(
            "  and {} more\n",
            counted(lines.len() - MOST_LINES, "line", "lines")
        ));
    }
    shown
}

/// Writes the pages whose pictures are not those that were kept.
fn show_pages(folder: &Path, looks: &Looks, show: &Path) -> Result<(), Diagnostics> {
    let kept = std::fs::read_to_string(folder.join(PAGES)).unwrap_or_default();
    let kept: Vec<&str> = kept.lines().collect();
    for ((now, picture), n) in looks.files[PAGES].lines().zip(&looks.pictures).zip(1..) {
        if !kept.contains(&now) {
            write(&show.join(format!("page-{n}.png")), picture)?;
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Diagnostics> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, bytes));
    written.map_err(|error| {
        let message = format!("`{}` cannot be written: {error}", path.display());
        Diagnostic::render("cannot-write", message).into()
    })
}
