//! The PDF compiler's command line: the one door to the outside in this stage.
//!
//! A project is written to a temporary directory with its fonts, compiled there, and read
//! back; what the user's shell says about fonts and dates is kept out. It must not know what a memo is.

use super::typst::Project;
use crate::chart::fonts;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use std::ffi::OsStr;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// Compiles the project by a `typst` command line in a temporary directory, with the fonts of the project only.
///
/// # Errors
/// Where the directory cannot be written, the program cannot be started, or the template is wrong.
pub(super) fn compiled(project: &Project, typst: &Path) -> Result<Vec<u8>, Diagnostics> {
    let failed = |what: &str, err: &dyn std::fmt::Display| {
        Diagnostics::from(Diagnostic::render("typst-cli", format!("{what}: {err}")))
    };
    let dir = tempfile::tempdir().map_err(|err| failed("no temporary directory for the PDF", &err))?;
    let root = dir.path();
    let fonts = fonts::FILES.iter().map(|it| (format!("fonts/{}", it.name), it.bytes));
    let files = project
        .files
        .iter()
        .map(|(name, bytes)| (name.clone(), bytes.as_slice()));
    // Each in a folder of its own: which of two fonts comes first is then the order of folders, not that of a disk.
    let own = project.fonts.own().iter().enumerate();
    let own = own.map(|(idx, it)| (format!("{}/font.{}", own_folder(idx), it.ending()), &*it.bytes));
    for (name, bytes) in fonts.chain(own).chain(files) {
        let path = root.join(name);
        let parent = path.parent().unwrap_or(root);
        let written = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, bytes));
        written.map_err(|err| failed("a file of the PDF project cannot be written", &err))?;
    }
    let own_paths: Vec<PathBuf> = (0..project.fonts.own().len())
        .map(|it| root.join(own_folder(it)))
        .collect();
    let out = root.join("memo.pdf");
    let output = Command::new(typst)
        .args(["compile", "--root"])
        .arg(root)
        .arg("--font-path")
        .arg(root.join("fonts"))
        .args(
            own_paths
                .iter()
                .flat_map(|it| [OsStr::new("--font-path"), it.as_os_str()]),
        )
        .args(["--ignore-system-fonts", "--ignore-embedded-fonts"])
        .args([
            "--creation-timestamp",
            &seconds_since_1970(project.timestamp).to_string(),
        ])
        .args(["--pdf-standard", "a-3a,ua-1", "--diagnostic-format", "short"])
        .arg(root.join("main.typ"))
        .arg(&out)
        // What a user's shell has set must not change the memo.
        .env_remove("TYPST_FONT_PATHS")
        .env_remove("TYPST_ROOT")
        .env_remove("TYPST_FEATURES")
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .map_err(|err| failed("`typst` cannot be started", &err))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.replace(&*root.to_string_lossy(), "");
        return Err(Diagnostic::render(
            "typst",
            format!("the PDF cannot be compiled: {}", placed(&said, project)),
        )
        .into());
    }
    std::fs::read(&out).map_err(|err| failed("the PDF cannot be read back", &err))
}

/// The folder of a font of the spec.
fn own_folder(idx: usize) -> String {
    format!("own/{idx}")
}

/// Says of `main.typ:12:3: error: …` which line of whose file is meant.
fn placed(said: &str, project: &Project) -> String {
    let line = |it: &str| {
        let (_, rest) = it.split_once("main.typ:")?;
        let (line, rest) = rest.split_once(':')?;
        let (_, message) = rest.split_once(": ")?;
        Some(format!("{}: {message}", project.place(line.parse().ok()?)))
    };
    let lines: Vec<String> = said
        .trim()
        .lines()
        .map(|it| line(it).unwrap_or_else(|| it.to_owned()))
        .collect();
    lines.join("\n")
}

/// Returns the `typst` that the `PATH` leads to, and its version; none where there is none or it does not answer.
pub(super) fn on_path() -> Option<(PathBuf, String)> {
    // `Command` looks along the `PATH` by itself; the bare name is the path that works.
    let path = PathBuf::from("typst");
    let output = Command::new(&path).arg("--version").output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    // "typst 0.15.1 (abcdef12)"
    let version = said.split_whitespace().nth(1)?.to_owned();
    output.status.success().then_some((path, version))
}

/// Days are counted by the civil calendar; no leap seconds, as everywhere.
///
/// Source: Hinnant (2013), "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
fn seconds_since_1970((year, month, day, hour, minute, second): (i32, u8, u8, u8, u8, u8)) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    days * 86_400 + i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_counted_from_1970() {
        assert_eq!(seconds_since_1970((1970, 1, 1, 0, 0, 0)), 0);
        assert_eq!(seconds_since_1970((2000, 3, 1, 0, 0, 0)), 951_868_800);
        assert_eq!(seconds_since_1970((2026, 11, 1, 0, 0, 1)), 1_793_491_201);
    }
}
