//! Earlier memos of the same spec: those of earlier periods that stand beside it, and those that this one takes the place of.
//!
//! A memo that is made anew because the data changed keeps what it said before in `earlier/`, so that what it says of that
//! follows from files, and is the same however often it is made. It must not know which figures are held against them.

use super::facts_json;
use crate::analysis::restatement;
use crate::audit;
use crate::audit::Inputs;
use crate::audit::MANIFEST;
use crate::audit::Manifest;
use crate::model::diagnostic::Diagnostic;
use crate::model::earlier::EarlierMemo;
use crate::model::facts::Facts;
use crate::model::plan::Plan;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

/// Where earlier memos are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Earlier {
    /// Nowhere: the memo is held against none.
    #[default]
    Without,
    /// Those of these names, in this folder of reports.
    Listed(PathBuf, Vec<String>),
    /// In this folder of reports, into which the memo goes: it may take the place of one.
    Into(PathBuf),
}

/// What an earlier memo said.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// Its place under the folder of the spec's memos: `2026-09`, `2026-10/earlier/…`.
    pub name: String,
    /// Names what was read of it.
    pub hash: String,
    /// What it follows from.
    pub inputs: Inputs,
    /// What it said.
    pub facts: Facts,
    /// The file that keeps it, for one whose place this memo takes; its name and its bytes.
    pub file: Option<(String, Vec<u8>)>,
}

/// Earlier memos.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    /// Those that the memo is held against, the oldest first.
    pub kept: Vec<Kept>,
    /// The one that stands where this memo goes.
    pub replaced: Option<Kept>,
    /// Files of those whose place was taken that cannot be read: name and bytes.
    pub broken: Vec<(String, Vec<u8>)>,
}

/// What is read of a kept file.
#[derive(Deserialize)]
struct File {
    inputs: Inputs,
    facts: Facts,
}

/// Reads the earlier memos of a plan. One that cannot be trusted is left out, and told.
pub(super) fn shelf(earlier: &Earlier, plan: &Plan, warnings: &mut Vec<Diagnostic>) -> Shelf {
    let (reports, listed) = match earlier {
        Earlier::Without => return Shelf::default(),
        Earlier::Listed(reports, names) => (reports, Some(names)),
        Earlier::Into(reports) => (reports, None),
    };
    let is_meant = |name: &String| listed.is_none_or(|it| it.contains(name));
    let own = reports.join(plan.folder());
    let target = plan.periods.target.from.to_string();
    let mut shelf = Shelf::default();
    for folder in own.parent().map(folders).unwrap_or_default() {
        let is_own = folder == own;
        let report = match manifest(&folder) {
            None => continue,
            Some(_) if !is_own && !is_meant(&name(&folder)) => continue,
            Some(Ok(manifest)) if !is_own && manifest.inputs.days[0] >= target => continue,
            Some(manifest) => manifest.and_then(|it| read(&folder, it)),
        };
        match report {
            Ok(kept) if is_own => shelf.replaced = Some(kept).filter(|_| listed.is_none()),
            Ok(kept) => shelf.kept.push(kept),
            Err(_) if is_own => {}
            Err(what) => warnings.push(broken(&name(&folder), &what)),
        }
    }
    shelf
        .kept
        .sort_by(|a, b| a.inputs.days.cmp(&b.inputs.days).then_with(|| a.name.cmp(&b.name)));
    take_over(&own, &mut shelf, warnings);
    shelf.kept.retain(|it| is_meant(&it.name));
    shelf
}

/// Returns what this memo keeps of the one whose place it takes.
pub(super) fn kept_as_file(replaced: &Kept) -> Kept {
    // So much of a hash tells two of one day apart.
    const LETTERS: usize = 8;
    let facts = facts_json(&replaced.facts);
    let text = format!(
        "{{\"inputs\": {},\n\"facts\": {}}}\n",
        replaced.inputs.text().trim_end(),
        facts.trim_end()
    );
    let bytes = text.into_bytes();
    let hash = audit::hash(&bytes);
    let file = format!("earlier/{}-{}.json", replaced.inputs.as_of, &hash[..LETTERS]);
    Kept {
        name: format!("{}/{file}", replaced.name),
        hash,
        file: Some((file, bytes)),
        ..replaced.clone()
    }
}

/// Lists the earlier memos that facts are held against. One that stood in the memo's own place is kept where it was of other
/// data and a figure of it reads otherwise now: a draft that is made anew is none.
pub(super) fn held_against(shelf: &Shelf, plan: &Plan, inputs: &Inputs, found: &Facts) -> Vec<Kept> {
    let mut kept = shelf.kept.clone();
    let replaced = shelf.replaced.iter().filter(|it| it.inputs.sources != inputs.sources);
    let replaced = replaced.filter(|it| restatement::is_any(plan, found, &memo(it, inputs)));
    kept.extend(replaced.map(kept_as_file));
    kept
}

/// Says of an earlier memo what this one needs to know.
pub(super) fn memo(kept: &Kept, inputs: &Inputs) -> EarlierMemo {
    EarlierMemo {
        name: kept.name.clone(),
        period: kept.inputs.period.clone(),
        as_of: kept.inputs.as_of.clone(),
        facts: kept.facts.clone(),
        changes: audit::changes(&kept.inputs, inputs),
    }
}

/// Reads what a report keeps of those whose place it took, the oldest first. What cannot be read is kept all the same.
fn take_over(own: &Path, shelf: &mut Shelf, warnings: &mut Vec<Diagnostic>) {
    let Ok(entries) = std::fs::read_dir(own.join("earlier")) else {
        return;
    };
    let mut taken: Vec<Kept> = Vec::new();
    for path in entries.flatten().map(|it| it.path()) {
        let file = format!("earlier/{}", name(&path));
        let full = format!("{}/{file}", name(own));
        let Ok(bytes) = std::fs::read(&path) else {
            warnings.push(broken(&full, "cannot be read"));
            continue;
        };
        match serde_json::from_slice(&bytes) {
            Ok(File { inputs, facts }) => taken.push(Kept {
                name: full,
                hash: audit::hash(&bytes),
                inputs,
                facts,
                file: Some((file, bytes)),
            }),
            Err(_) => {
                warnings.push(broken(&full, "is not as it was written"));
                shelf.broken.push((file, bytes));
            }
        }
    }
    taken.sort_by(|a, b| (&a.inputs.as_of, &a.name).cmp(&(&b.inputs.as_of, &b.name)));
    shelf.kept.extend(taken);
}

fn broken(name: &str, what: &str) -> Diagnostic {
    let message = format!("the earlier memo `{name}` {what}, and nothing is held against it");
    Diagnostic::warning("broken-earlier-memo", message).hint("bring it back from git, or remove it")
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries.flatten().map(|it| it.path()).filter(|it| it.is_dir()).collect();
    folders.sort();
    folders
}

/// Reads the manifest of a folder; `None` where there is none.
fn manifest(folder: &Path) -> Option<Result<Manifest, String>> {
    let text = std::fs::read_to_string(folder.join(MANIFEST)).ok()?;
    Some(match Manifest::read(&text) {
        Ok((manifest, true)) => Ok(manifest),
        _ => Err("is not as it was written, or was made by an older program".to_owned()),
    })
}

fn read(folder: &Path, manifest: Manifest) -> Result<Kept, String> {
    let bytes = std::fs::read(folder.join("facts.json")).map_err(|error| format!("cannot be read: {error}"))?;
    let hash = audit::hash(&bytes);
    if manifest.outputs.get("facts.json") != Some(&hash) {
        return Err("is not as it was written".to_owned());
    }
    let facts = serde_json::from_slice(&bytes).map_err(|error| format!("cannot be read: {error}"))?;
    Ok(Kept {
        name: name(folder),
        hash,
        inputs: manifest.inputs,
        facts,
        file: None,
    })
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|it| it.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Names earlier memos with their hashes, as the manifest does.
pub(super) fn hashes(kept: &[Kept]) -> BTreeMap<String, String> {
    kept.iter().map(|it| (it.name.clone(), it.hash.clone())).collect()
}
