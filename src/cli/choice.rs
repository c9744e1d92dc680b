//! Memos that are chosen out of those of several specs.
//!
//! It must not know what becomes of them.

use super::Changes;
use super::printer::Printer;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::road;
use crate::road::Planned;
use std::collections::BTreeSet;
use std::path::Path;

/// What `--select` names, and what of it was met so far.
pub(super) struct Choice {
    patterns: Vec<String>,
    met: BTreeSet<String>,
    /// Names of memos, to guess by.
    known: Vec<String>,
}

impl Choice {
    pub(super) fn of(changes: &Changes) -> Self {
        Self {
            patterns: changes.select.clone(),
            met: BTreeSet::new(),
            known: Vec::new(),
        }
    }

    /// Plans the chosen memos of a spec; none where the choice is for another one.
    ///
    /// # Errors
    /// What is wrong with the spec.
    pub(super) fn plans(&mut self, changes: &Changes, spec: &Path) -> Result<Vec<Planned>, Diagnostics> {
        let all = Changes {
            select: Vec::new(),
            ..changes.clone()
        };
        let plans = road::plans(&all.request(spec))?;
        let known = plans.iter().map(|it| road::memo_name(&it.plan).to_owned());
        self.known.extend(known);
        if self.patterns.is_empty() {
            return Ok(plans);
        }
        let mut chosen = Vec::new();
        for it in plans {
            let naming = self.patterns.iter().filter(|pattern| road::is_named(pattern, &it.plan));
            let naming: Vec<String> = naming.cloned().collect();
            if !naming.is_empty() {
                chosen.push(it);
            }
            self.met.extend(naming);
        }
        Ok(chosen)
    }

    /// Tells the names that no memo of any spec has; returns the exit code.
    pub(super) fn finish(&self, printer: &Printer, spec: &Path) -> u8 {
        let unmet = self.patterns.iter().filter(|it| !self.met.contains(*it));
        let found: Vec<Diagnostic> = road::unknown_memos(unmet.map(String::as_str), &self.known);
        if found.is_empty() {
            return 0;
        }
        printer.fail(&Diagnostics(found), spec)
    }
}
