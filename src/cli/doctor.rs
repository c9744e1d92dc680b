//! `bellwether doctor`: what this program is made of, what it finds on this machine, and what a spec's text lacks in fonts.

use super::Changes;
use super::printer::Printer;
use crate::chart::fonts;
use crate::chart::fonts::Fonts;
use crate::model::script::by_script;
use crate::render::typst;
use crate::road;
use clap::Args;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether doctor
  bellwether doctor specs/shift.yaml     also: letters of its labels that no font has")]
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
            Ok(names) if names.found.has_errors() => code = printer.fail(&names.found, spec),
            Ok(names) => {
                let levels = road::levels(&arguments.changes.request(spec), &names.plan).unwrap_or_default();
                lines.extend(spec_lines(&names, &levels));
            }
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
    vec![line("fonts", &names.join(", ")), coverage(&Fonts::default())]
}

/// Which scripts fonts have, and which they lack.
fn coverage(fonts: &Fonts) -> String {
    let has = |letters: &str| letters.chars().all(|it| fonts.covers(it));
    let (there, missing): (Vec<_>, Vec<_>) = SCRIPTS.iter().partition(|it| has(it.1));
    let list = |of: &[&(&str, &str)]| of.iter().map(|it| it.0).collect::<Vec<&str>>().join(", ");
    let lacking = match missing.as_slice() {
        [] => String::new(),
        missing => line("", &format!("lack {}", list(missing))),
    };
    line("", &format!("have {}", list(&there))) + &lacking
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

/// The fonts of a spec, and which letters of its labels and of the levels of its segments no font has.
fn spec_lines(names: &road::Names, levels: &[String]) -> Vec<String> {
    let plan = &names.plan;
    let fonts = Fonts::with(&plan.fonts);
    let mut lines = Vec::new();
    for (idx, file) in plan.fonts.iter().enumerate() {
        let name = if idx == 0 { "spec’s fonts" } else { "" };
        lines.push(line(name, &format!("{}: {}", file.name, file.families().join(", "))));
    }
    if !plan.fonts.is_empty() {
        lines.push(coverage(&fonts));
    }
    let labels = plan
        .metrics
        .iter()
        .map(|it| it.label.as_str())
        .chain(plan.segments.iter().map(|it| it.label.as_str()))
        .chain(levels.iter().map(String::as_str))
        .chain(plan.notes.iter().flat_map(|it| [it.label.as_str(), it.text.as_str()]))
        .chain(names.categories.iter().map(String::as_str))
        .chain([plan.title.as_str(), plan.footer.as_str(), plan.note.as_str()])
        .chain([plan.categories.noun.as_str(), plan.categories.nouns.as_str()]);
    let missing: BTreeSet<char> = labels.flat_map(str::chars).filter(|it| !fonts.covers(*it)).collect();
    if missing.is_empty() {
        lines.push(line(
            "letters",
            "all letters of the spec’s labels, categories and segments are in the fonts",
        ));
        return lines;
    }
    lines.push(line("letters", "in no font, and boxes in the PDF:"));
    for (script, letters) in by_script(missing) {
        let letters: String = letters.into_iter().collect();
        lines.push(line("", &format!("{script}: {letters}")));
    }
    let advice = if plan.fonts.is_empty() {
        "give a folder with a font that has them: `fonts: fonts` in the spec"
    } else {
        "put a font that has them into the folder that `fonts:` names"
    };
    lines.push(line("", advice));
    lines
}
