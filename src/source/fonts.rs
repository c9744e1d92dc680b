//! Font files of a folder that a spec names.
//!
//! It must not know what is in a font.

use super::Files;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Spanned;
use crate::model::font::ENDINGS;
use crate::model::font::NamedBytes;
use std::path::Path;
use std::path::PathBuf;

/// The most bytes that all fonts of a folder may have: a Chinese font of one weight has twenty million, and every one
/// of them is read at every run.
const MOST_BYTES: u64 = 256_000_000;

/// How the names of fonts in a form for browsers end.
const WEB_ENDINGS: [&str; 2] = ["woff", "woff2"];

/// What is said of them.
const FOR_WEB: &str = "`.woff` and `.woff2` are for browsers: the same font comes as `.ttf` or `.otf` too";

/// Reads all font files of a folder, in the order of their names.
pub(super) fn fonts(files: &Files, folder: &Spanned<String>) -> Result<Vec<NamedBytes>, Diagnostic> {
    let written = &folder.value;
    let unreadable = |error: std::io::Error| {
        Diagnostic::data("unreadable-file", format!("`{written}` cannot be read: {error}")).at(folder.span)
    };
    let path = files.path(written);
    if !path.is_dir() {
        let what = if path.exists() { "is no folder" } else { "is not there" };
        return Err(no_fonts(folder, what));
    }
    refuse_outside(files, folder, &path)?;
    let entries = std::fs::read_dir(&path).map_err(unreadable)?;
    let entries: Vec<PathBuf> = entries.flatten().map(|it| it.path()).collect();
    let mut paths: Vec<&PathBuf> = entries.iter().filter(|it| ends_with(it, &ENDINGS)).collect();
    paths.sort();
    if paths.is_empty() {
        let none = no_fonts(folder, "has no font in it");
        let is_for_web = entries.iter().any(|it| ends_with(it, &WEB_ENDINGS));
        return Err(if is_for_web { none.hint(FOR_WEB) } else { none });
    }
    let mut n_bytes = 0;
    for path in &paths {
        refuse_outside(files, folder, path)?;
        n_bytes += path.metadata().map_or(0, |it| it.len());
    }
    if MOST_BYTES < n_bytes {
        let message = format!("the fonts of `{written}` have {n_bytes} bytes, and {MOST_BYTES} are the most");
        let hint = "keep the weights that a memo has: regular, and semibold or bold";
        return Err(Diagnostic::data("fonts-too-large", message).at(folder.span).hint(hint));
    }
    let read = paths.into_iter().map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        std::fs::read(path).map(|bytes| (name, bytes.into()))
    });
    read.collect::<Result<_, _>>().map_err(unreadable)
}

fn no_fonts(folder: &Spanned<String>, what: &str) -> Diagnostic {
    let diagnostic = Diagnostic::data("no-fonts", format!("`{}` {what}", folder.value)).at(folder.span);
    diagnostic.hint("`fonts:` names a folder with `.ttf`, `.otf` or `.ttc` files, relative to the spec's own folder")
}

fn refuse_outside(files: &Files, folder: &Spanned<String>, path: &Path) -> Result<(), Diagnostic> {
    if files.allows(path) {
        return Ok(());
    }
    let message = format!("`{}` reaches outside the allowed folders", folder.value);
    let hint = "put the fonts under the spec's folder, or allow the folder with `--data-root DIR`";
    Err(Diagnostic::data("outside-roots", message).at(folder.span).hint(hint))
}

fn ends_with(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().map(|it| it.to_string_lossy().to_ascii_lowercase());
    let is_hidden = path.file_name().is_some_and(|it| it.to_string_lossy().starts_with('.'));
    !is_hidden && ending.is_some_and(|it| endings.contains(&it.as_str())) && !path.is_dir()
}
