//! `bellwether templates`, and the templates that stand beside a spec.

use super::printer::Printer;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::render::Language;
use crate::render::Templates;
use clap::Args;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

/// Arguments of `templates`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether templates                          the blocks that can be overridden
  bellwether templates --eject kpis --spec specs/shift.yaml
                                                writes specs/templates/kpis.html and kpis.typ, as they ship
  bellwether templates --eject style.html       the one for the HTML memo alone, into ./templates")]
pub(super) struct TemplatesArguments {
    /// Writes a block as it ships to a file of its name, which takes its place from then on.
    #[arg(long, value_name = "BLOCK")]
    eject: Option<String>,
    /// The spec whose `templates/` folder gets it; without it, the folder `templates` here.
    #[arg(long)]
    spec: Option<PathBuf>,
}

/// Lists the blocks or ejects one, and returns the exit code.
pub(super) fn templates(arguments: &TemplatesArguments, printer: &Printer) -> u8 {
    let Some(block) = &arguments.eject else {
        printer.say(&list());
        return 0;
    };
    let folder = folder_beside(arguments.spec.as_deref().unwrap_or(Path::new("")));
    match eject(block, &folder) {
        Ok(files) => {
            files.iter().for_each(|it| printer.say(&format!("{}\n", it.display())));
            0
        }
        Err(found) => printer.fail(&found, Path::new("")),
    }
}

fn list() -> String {
    let mut text = String::new();
    for language in Language::ALL {
        text.push_str(&format!("memo.{}\n", language.ending()));
        for block in language.blocks() {
            let first = block.text.trim().lines().next().unwrap_or("");
            let shown: String = first.chars().take(70).collect();
            text.push_str(&format!("  {:12} {shown}\n", block.name));
        }
    }
    text
}

/// Writes a block of both languages, or of the one that its ending names.
fn eject(written: &str, folder: &Path) -> Result<Vec<PathBuf>, Diagnostics> {
    let (stem, only) = match (written.rsplit_once('.'), Language::of(written)) {
        (Some((stem, _)), Some(language)) => (stem, Some(language)),
        _ => (written, None),
    };
    let mut wanted: Vec<(PathBuf, &str)> = Vec::new();
    let mut known: Vec<&str> = Vec::new();
    for language in Language::ALL
        .into_iter()
        .filter(|it| only.is_none_or(|only| only == *it))
    {
        for block in language.blocks() {
            if block.name == stem {
                wanted.push((folder.join(format!("{stem}.{}", language.ending())), block.text));
            }
            known.push(block.name);
        }
    }
    if wanted.is_empty() {
        known.sort_unstable();
        known.dedup();
        let diagnostic = Diagnostic::spec("unknown-block", format!("there is no block `{stem}`"));
        return Err(diagnostic.nearest(stem, known).into());
    }
    let cannot = |path: &Path, what: String| {
        let message = format!("`{}` {what}", path.display());
        Diagnostics::from(Diagnostic::spec("cannot-eject", message))
    };
    if let Some((path, _)) = wanted.iter().find(|it| it.0.exists()) {
        return Err(cannot(path, "is there already, and is left as it is".to_owned()));
    }
    std::fs::create_dir_all(folder).map_err(|error| cannot(folder, format!("cannot be made: {error}")))?;
    for (path, text) in &wanted {
        std::fs::write(path, text).map_err(|error| cannot(path, format!("cannot be written: {error}")))?;
    }
    Ok(wanted.into_iter().map(|it| it.0).collect())
}

/// Returns the folder of a spec's own templates.
pub(super) fn folder_beside(spec: &Path) -> PathBuf {
    spec.parent().unwrap_or(Path::new("")).join("templates")
}

/// Reads the templates that stand beside a spec; they take the places of the built-in ones, block by block.
///
/// # Errors
/// A file that cannot be read, or is named like no block.
pub(super) fn beside(spec: &Path) -> Result<Templates, Diagnostics> {
    let folder = folder_beside(spec);
    let mut overrides = BTreeMap::new();
    let mut found = Diagnostics::new();
    let mut refuse = |path: &Path, error: std::io::Error| {
        let message = format!("`{}` cannot be read: {error}", path.display());
        found.push(Diagnostic::render("unreadable-template", message));
    };
    match std::fs::read_dir(&folder) {
        Ok(entries) => {
            for entry in entries.flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if Language::of(&name).is_none() || entry.path().is_dir() {
                    continue;
                }
                match std::fs::read_to_string(entry.path()) {
                    Ok(text) => {
                        overrides.insert(name, text);
                    }
                    Err(error) => refuse(&entry.path(), error),
                }
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => refuse(&folder, error),
    }
    if found.has_errors() {
        return Err(found);
    }
    Templates::new(overrides)
}
