//! Changes of files, as they matter to a memo.

use crate::model::font::ENDINGS;
use notify::Event;
use notify::EventKind;
use notify::RecommendedWatcher;
use notify::RecursiveMode;
use notify::Watcher as _;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// What a change asks for; the larger one asks for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// Facts stay as they are.
    Template,
    /// The spec, or the data.
    Spec,
}

/// What is looked at.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    pub(super) spec: PathBuf,
    pub(super) templates: PathBuf,
    /// Folders with data and fonts.
    pub(super) data: Vec<PathBuf>,
    /// What the program itself writes.
    pub(super) kept: Option<PathBuf>,
}

/// An editor writes a file in several steps: this long after the last one all is there.
const QUIET: Duration = Duration::from_millis(20);

/// Looks at folders.
pub(super) struct Watcher {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    folders: BTreeSet<PathBuf>,
}

impl Watcher {
    pub(super) fn new() -> notify::Result<Self> {
        let (sender, events) = std::sync::mpsc::channel();
        Ok(Self {
            watcher: notify::recommended_watcher(sender)?,
            events,
            folders: BTreeSet::new(),
        })
    }

    /// Looks at these folders too. One that is not there yet is looked at when it is.
    pub(super) fn look_at(&mut self, watched: &Watched) {
        let parent = parent(&watched.spec);
        for folder in [&parent, &watched.templates].into_iter().chain(&watched.data) {
            let is_new = !self.folders.contains(folder);
            if is_new && self.watcher.watch(folder, RecursiveMode::NonRecursive).is_ok() {
                self.folders.insert(folder.clone());
            }
        }
    }

    /// Waits for the next change that matters; none where nothing more can be seen.
    pub(super) fn next(&mut self, watched: &Watched) -> Option<Change> {
        loop {
            let mut change = self.events.recv().ok().and_then(|it| matters(it, watched));
            if change.is_none() && self.folders.is_empty() {
                return None;
            }
            while let Ok(event) = self.events.recv_timeout(QUIET) {
                change = change.max(matters(event, watched));
            }
            if change.is_some() {
                // A folder that was removed and made again is another one.
                self.folders.retain(|it| it.exists());
                return change;
            }
        }
    }
}

fn parent(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
    parent.unwrap_or(Path::new(".")).to_owned()
}

/// What an event asks for; none where it is about something else. What was only read is nothing new.
fn matters(event: notify::Result<Event>, watched: &Watched) -> Option<Change> {
    let Ok(event) = event else {
        // Events were lost: what they were about is not known.
        return Some(Change::Spec);
    };
    if matches!(event.kind, EventKind::Access(_)) {
        return None;
    }
    event.paths.iter().filter_map(|it| of(it, watched)).max()
}

fn of(path: &Path, watched: &Watched) -> Option<Change> {
    let is_in = |folder: &Path| absolute(path).starts_with(absolute(folder));
    if watched.kept.as_deref().is_some_and(is_in) {
        return None;
    }
    if is_in(&watched.templates) {
        return Some(Change::Template);
    }
    if absolute(path) == absolute(&watched.spec) {
        return Some(Change::Spec);
    }
    // Other files beside the spec are other specs, unless data lie there too.
    const DATA: [&str; 6] = ["parquet", "csv", "gz", "arrow", "feather", "json"];
    let mut known = DATA.iter().chain(&ENDINGS);
    let is_data = path
        .extension()
        .is_none_or(|it| known.any(|known| it.eq_ignore_ascii_case(known)));
    let folder = absolute(&parent(path));
    (is_data && watched.data.iter().any(|it| absolute(it) == folder)).then_some(Change::Spec)
}

fn absolute(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.components().collect()
}
