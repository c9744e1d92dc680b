//! Where reports stand: folders, PDF files, and revisions of git.
//!
//! Git is asked as a command, and only for what it keeps: nothing is checked out. It must not know what a report says.

use super::recorded::MANIFEST;
use super::recorded::Recorded;
use crate::model::diagnostic::Diagnostic;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A report that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its place under what was named; empty where that is the report itself.
    pub place: String,
    /// The report, or what is wrong with it.
    pub report: Result<Recorded, Diagnostic>,
}

/// Reads all files under a folder, by name with `/`.
///
/// # Errors
/// What the system says.
pub fn files(folder: &Path) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                let name = name.to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read(&path)?);
            }
        }
    }
    Ok(found)
}

/// Reads the reports that a person names: a report's folder, a folder of reports, a PDF, `REVISION:FOLDER`, or a revision,
/// which means all of `reports/` there.
///
/// # Errors
/// Where no report is there.
pub fn read(named: &str) -> Result<Vec<Found>, Diagnostic> {
    let path = Path::new(named);
    if path.is_file() {
        let bytes = std::fs::read(path).map_err(|error| unreadable(named, &error.to_string()))?;
        return if bytes.starts_with(b"%PDF") || path.extension().is_some_and(|it| it == "pdf") {
            Ok(vec![Found {
                place: String::new(),
                report: Recorded::of_pdf(named, bytes),
            }])
        } else {
            Err(unreadable(named, "it is neither a folder nor a PDF"))
        };
    }
    if path.is_dir() {
        let all = files(path).map_err(|error| unreadable(named, &error.to_string()))?;
        return reports(named, &all);
    }
    match named.split_once(':') {
        Some((revision, folder)) => reports(named, &of_git(revision, folder, named)?),
        None => reports(named, &of_git(named, "reports", named)?),
    }
}

/// Parts files into reports, each by its place.
fn reports(named: &str, all: &BTreeMap<String, Vec<u8>>) -> Result<Vec<Found>, Diagnostic> {
    let mut places: Vec<&str> = all
        .keys()
        .filter_map(|it| it.strip_suffix(MANIFEST))
        .filter(|it| it.is_empty() || it.ends_with('/'))
        .collect();
    places.sort_unstable();
    // What stands inside of a report is a part of it.
    let tops: Vec<&str> = places
        .iter()
        .copied()
        .filter(|it| places.iter().all(|other| other == it || !it.starts_with(other)))
        .collect();
    if tops.is_empty() {
        return Err(Recorded::of_files(named, all)
            .err()
            .unwrap_or_else(|| unreadable(named, "there is no report in it")));
    }
    let report = |top: &&str| {
        let own = all
            .iter()
            .filter_map(|(name, bytes)| Some((name.strip_prefix(*top)?, bytes)));
        let own: BTreeMap<String, Vec<u8>> = own.map(|(name, bytes)| (name.to_owned(), bytes.clone())).collect();
        let place = top.trim_end_matches('/');
        let full = if place.is_empty() {
            named.to_owned()
        } else {
            format!("{}/{place}", named.trim_end_matches('/'))
        };
        Found {
            place: place.to_owned(),
            report: Recorded::of_files(&full, &own),
        }
    };
    Ok(tops.iter().map(report).collect())
}

/// Reads a folder as a revision has it.
fn of_git(revision: &str, folder: &str, named: &str) -> Result<BTreeMap<String, Vec<u8>>, Diagnostic> {
    let git = |arguments: &[&str]| -> Result<Vec<u8>, Diagnostic> {
        let output = Command::new("git").args(arguments).output();
        let output = output.map_err(|error| unreadable(named, &format!("git cannot be asked: {error}")))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(unreadable(named, said.lines().next().unwrap_or("git refuses")))
    };
    // A name that begins with a dash would be an option.
    if revision.starts_with('-') {
        return Err(unreadable(named, "there is no such folder, PDF or revision"));
    }
    let commit = git(&[
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &format!("{revision}^{{commit}}"),
    ])
    .map_err(|_| unreadable(named, "there is no such folder, PDF or revision of git"))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let folder = folder.trim_end_matches('/');
    // Relative to here, as a shell would have it.
    let tree = git(&["rev-parse", "--verify", "--quiet", &format!("{commit}:./{folder}")])
        .map_err(|_| unreadable(named, &format!("`{revision}` has no folder `{folder}`")))?;
    let tree = String::from_utf8_lossy(&tree).trim().to_owned();
    let listed = git(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", &tree])?;
    let mut found = BTreeMap::new();
    for name in String::from_utf8_lossy(&listed).split('\0').filter(|it| !it.is_empty()) {
        found.insert(name.to_owned(), git(&["cat-file", "blob", &format!("{tree}:{name}")])?);
    }
    Ok(found)
}

fn unreadable(named: &str, what: &str) -> Diagnostic {
    Diagnostic::data("no-report", format!("`{named}` cannot be read as a report: {what}")).hint(
        "name a report's folder, a folder of reports, a memo's PDF, or a revision of git, alone or as `REVISION:reports/…`",
    )
}
