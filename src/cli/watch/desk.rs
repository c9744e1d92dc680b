//! The memo that is being written: what was made last, and what a change asks to be made again.

use super::files::Change;
use super::files::Watched;
use crate::cli::Changes;
use crate::cli::choice::Choice;
use crate::cli::templates;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::memo::Memo;
use crate::render;
use crate::render::Templates;
use crate::render::typst::Engine;
use crate::road;
use crate::road::Computed;
use crate::road::Planned;
use crate::road::report;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// A memo and all that it was made of.
pub(super) struct Made {
    planned: Arc<Planned>,
    computed: Arc<Computed>,
    memo: Arc<Memo>,
    templates: Templates,
    /// The page.
    pub(super) html: String,
}

impl Made {
    /// Sets the PDF.
    ///
    /// # Errors
    /// A template that is wrong.
    pub(super) fn pdf(&self) -> Result<Vec<u8>, Diagnostics> {
        let set = report::pdf(&self.planned, &self.computed, &self.memo, &self.templates, Engine::Auto);
        set.map(|it| it.0)
    }
}

/// What came of a change.
pub(super) struct Outcome {
    /// The memo; none where something is wrong.
    pub(super) made: Option<Arc<Made>>,
    /// One line on what was done.
    pub(super) says: String,
    /// Mistakes and warnings.
    pub(super) found: Diagnostics,
    /// The spec's text, which they are about.
    pub(super) text: String,
}

/// A spec that is being written.
pub(super) struct Desk {
    spec: PathBuf,
    changes: Changes,
    last: Option<Arc<Made>>,
    /// Folders of the data, as far as they were ever known.
    data: Vec<PathBuf>,
}

impl Desk {
    pub(super) fn new(spec: &Path, changes: Changes) -> Self {
        Self {
            spec: spec.to_owned(),
            changes,
            last: None,
            data: Vec::new(),
        }
    }

    /// Makes what a change asks for.
    pub(super) fn made(&mut self, change: Change) -> Outcome {
        let begun = Instant::now();
        let text = std::fs::read(&self.spec).map(|it| String::from_utf8_lossy(&it).into_owned());
        let text = text.unwrap_or_default();
        let done = self.make(change);
        let took = format!("{} ms", begun.elapsed().as_millis());
        match done {
            Ok((made, did)) => {
                self.last = Some(Arc::clone(&made));
                Outcome {
                    says: format!("{did} in {took}"),
                    found: Diagnostics(made.computed.warnings.clone()),
                    made: Some(made),
                    text,
                }
            }
            Err(mut found) => {
                found.sort();
                let n = found.0.len();
                let mistakes = if n == 1 { "mistake" } else { "mistakes" };
                Outcome {
                    made: None,
                    says: format!("{n} {mistakes}, found in {took}"),
                    found,
                    text,
                }
            }
        }
    }

    fn make(&mut self, change: Change) -> Result<(Arc<Made>, String), Diagnostics> {
        let templates = templates::beside(&self.spec)?;
        let (planned, computed, memo, did) = match (change, &self.last) {
            (Change::Template, Some(last)) => {
                let computed = Arc::new(last.computed.with_templates(&templates, &last.planned.plan));
                let memo = Arc::new(road::compose(&last.planned, &computed.facts));
                (
                    Arc::clone(&last.planned),
                    computed,
                    memo,
                    "templates laid out anew".to_owned(),
                )
            }
            _ => {
                // Of several memos the first is shown.
                let planned = Arc::new(Choice::of_one(&self.changes, &self.spec)?.swap_remove(0));
                self.data = folders(&self.spec, &planned);
                let computed = Arc::new(road::compute(&planned, &templates)?);
                let memo = Arc::new(road::compose(&planned, &computed.facts));
                let of = planned.plan.each.as_ref().map(|it| format!("{}: ", it.label));
                let did = of.unwrap_or_default() + &did(&computed, planned.tasks.len());
                (planned, computed, memo, did)
            }
        };
        let html = render::html::html(
            &memo,
            &road::figures_json(&planned, &computed),
            &templates,
            &planned.fonts(),
        )?;
        let made = Made {
            planned,
            computed,
            memo,
            templates,
            html,
        };
        Ok((Arc::new(made), did))
    }

    /// What is looked at for changes.
    pub(super) fn watched(&self) -> Watched {
        Watched {
            spec: self.spec.clone(),
            templates: templates::folder_beside(&self.spec),
            data: self.data.clone(),
            kept: self.changes.cache.clone(),
        }
    }
}

/// Says which analyses were computed, and which were known.
fn did(computed: &Computed, n_tasks: usize) -> String {
    match computed.ran.as_slice() {
        [] => "nothing computed anew".to_owned(),
        ran if ran.len() == n_tasks => "all computed".to_owned(),
        ran => format!("{} computed anew", ran.join(", ")),
    }
}

/// The folders of all files and fonts, and those above files within the spec's own, where new folders may appear.
fn folders(spec: &Path, planned: &Planned) -> Vec<PathBuf> {
    let root = spec.parent().unwrap_or(Path::new(""));
    let mut folders: Vec<PathBuf> = Vec::new();
    for file in planned.plan.sources.iter().flat_map(|it| &it.files) {
        let mut folder = Path::new(file).parent();
        while let Some(it) = folder {
            folders.push(root.join(it));
            folder = it.parent();
        }
    }
    folders.extend(planned.spec.fonts.iter().map(|it| root.join(&it.value)));
    folders.sort();
    folders.dedup();
    folders
}

/// Prints diagnostics one by one, each as the terminal would show it.
pub(super) fn told(outcome: &Outcome, spec: &str) -> Vec<(Diagnostic, String)> {
    let each = outcome.found.0.iter().map(|it| {
        let text = crate::diagnostics::render(&it.clone().into(), spec, &outcome.text, false);
        (it.clone(), text)
    });
    each.collect()
}
