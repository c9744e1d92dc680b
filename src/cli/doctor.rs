//! `bellwether doctor`: what this program is made of, what it finds on this machine, and what a spec's text lacks in fonts.

use super::Changes;
use super::printer::Printer;
use crate::chart::fonts;
use crate::render::typst;
use crate::road;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether doctor
  bellwether doctor specs/shift.yaml     also: letters of its categories that no shipped font has")]
pub(super) struct DoctorArguments {
    /// A spec whose text is held against the fonts.
    spec: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
}

/// Scripts by a few of their letters: a font that has these has the rest that names are written with.
const SCRIPTS: [(&str, &str); 10] = [
    ("Latin", "AaŁłŐőŞşÑñßẞ"),
    ("Greek", "ΑαΩωΰ"),
    ("Cyrillic", "АаЯяЇїҐґ"),
    ("Hebrew", "אבת"),
    ("Arabic", "ابيگ"),
    ("Devanagari", "अआह"),
    ("Thai", "กขฮ"),
    ("Chinese", "中文国"),
    ("Japanese", "あア日"),
    ("Korean", "가한글"),
];

/// Tells, and returns the exit code: that of the spec's mistakes where one is named.
pub(super) fn doctor(arguments: &DoctorArguments, printer: &Printer) -> u8 {
    let prophet = if cfg!(feature = "prophet") {
        "built in"
    } else {
        "not built in (`--features prophet`)"
    };
    let mut lines = vec![
        line(
            "bellwether",
            &format!("{} ({})", env!("CARGO_PKG_VERSION"), env!("BELLWETHER_ENGINE")),
        ),
        line(
            "built for",
            &format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        ),
        line("prophet", prophet),
    ];
    lines.extend(typst_lines());
    lines.extend(font_lines());
    lines.extend(machine_lines(arguments));
    let mut code = 0;
    if let Some(spec) = &arguments.spec {
        match road::names(&arguments.changes.request(spec)) {
            Ok(names) => lines.push(line("letters", &letters(&names))),
            Err(found) => code = printer.fail(&found, spec),
        }
    }
    printer.say(&lines.concat());
    code
}

fn line(name: &str, says: &str) -> String {
    format!("{name:12} {says}\n")
}

fn typst_lines() -> Vec<String> {
    let pinned = typst::VERSION;
    let found = match typst::typst_on_path() {
        None => "none on the PATH: the library inside sets the PDF, with the same bytes".to_owned(),
        Some((_, version)) if version == pinned => {
            format!("{version} on the PATH: the pinned one, which `--typst auto` takes")
        }
        Some((_, version)) => format!("{version} on the PATH is not the pinned {pinned}: the library inside is taken"),
    };
    vec![line("typst", &format!("{pinned} inside")), line("", &found)]
}

fn font_lines() -> Vec<String> {
    let names: Vec<&str> = fonts::FILES.iter().map(|it| it.name).collect();
    let has = |letters: &str| letters.chars().all(fonts::covers);
    let (there, missing): (Vec<_>, Vec<_>) = SCRIPTS.iter().partition(|it| has(it.1));
    let list = |of: &[&(&str, &str)]| of.iter().map(|it| it.0).collect::<Vec<&str>>().join(", ");
    vec![
        line("fonts", &names.join(", ")),
        line("", &format!("have {}", list(&there))),
        line("", &format!("lack {}", list(&missing))),
    ]
}

fn machine_lines(arguments: &DoctorArguments) -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = match std::env::var("RAYON_NUM_THREADS") {
        Ok(n) if !n.is_empty() => format!("{n} by RAYON_NUM_THREADS, of {cores} cores"),
        _ => format!("{cores}, one a core; RAYON_NUM_THREADS says otherwise"),
    };
    let memory = match arguments.changes.memory {
        Some(budget) => budget.to_string(),
        None => format!(
            "{}; `--memory` or BELLWETHER_MEMORY says otherwise",
            road::Budget::default()
        ),
    };
    let cache = match &arguments.changes.cache {
        None => "none; `--cache DIR` or BELLWETHER_CACHE names one".to_owned(),
        Some(folder) if folder.is_dir() => {
            let holdings = road::cache_at(folder).holdings();
            format!(
                "{}: {} entries, {:.1} MB",
                folder.display(),
                holdings.entries,
                holdings.bytes as f64 / 1e6
            )
        }
        Some(folder) => format!("{} is made by the first run", folder.display()),
    };
    let temporary = std::env::temp_dir();
    let writes = match tempfile::tempfile_in(&temporary) {
        Ok(_) => "can be written".to_owned(),
        Err(error) => format!("cannot be written: {error}; name another in TMPDIR"),
    };
    vec![
        line("threads", &threads),
        line("memory", &memory),
        line("cache", &cache),
        line("temporary", &format!("{} {writes}", temporary.display())),
    ]
}

/// Which letters of a spec's labels no shipped font has.
fn letters(names: &road::Names) -> String {
    let plan = &names.plan;
    let labels = plan
        .metrics
        .iter()
        .map(|it| it.label.as_str())
        .chain(plan.segments.iter().map(|it| it.label.as_str()))
        .chain(names.categories.iter().map(String::as_str))
        .chain([plan.title.as_str(), plan.footer.as_str(), plan.note.as_str()]);
    let mut missing: Vec<char> = labels.flat_map(str::chars).filter(|it| !fonts::covers(*it)).collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return "all letters of the spec’s labels and categories are in the shipped fonts".to_owned();
    }
    let text: String = missing.iter().collect();
    format!("in no shipped font, and boxes in the PDF: {text}")
}
