//! Memos that are chosen out of those of several specs.
//!
//! It must not know what becomes of them.

use super::Changes;
use super::printer::Printer;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::plan::Plan;
use crate::road;
use crate::road::Planned;
use crate::road::Request;
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

    /// Plans the chosen memos of the only spec that is meant; at least one.
    ///
    /// # Errors
    /// What is wrong with the spec; names that no memo has.
    pub(super) fn of_one(changes: &Changes, spec: &Path) -> Result<Vec<Planned>, Diagnostics> {
        let mut choice = Self::of(changes);
        let plans = choice.plans(changes, spec)?;
        let unmet = choice.unmet();
        if unmet.has_errors() { Err(unmet) } else { Ok(plans) }
    }

    /// Plans the chosen memos of a spec; none where the choice is for another one.
    ///
    /// # Errors
    /// What is wrong with the spec.
    pub(super) fn plans(&mut self, changes: &Changes, spec: &Path) -> Result<Vec<Planned>, Diagnostics> {
        self.planned(&changes.request(spec))
    }

    /// Plans the chosen memos of a request.
    ///
    /// # Errors
    /// What is wrong with the spec.
    pub(super) fn planned(&mut self, request: &Request) -> Result<Vec<Planned>, Diagnostics> {
        let mut plans = road::plans(request)?;
        self.known.extend(plans.iter().map(|it| memo_name(&it.plan).to_owned()));
        if !self.patterns.is_empty() {
            plans.retain(|it| self.is_chosen(&it.plan));
        }
        Ok(plans)
    }

    fn is_chosen(&mut self, plan: &Plan) -> bool {
        let naming = self.patterns.iter().filter(|it| is_named(it, plan));
        let naming: Vec<String> = naming.cloned().collect();
        let is_chosen = !naming.is_empty();
        self.met.extend(naming);
        is_chosen
    }

    /// Tells the names that no memo of any spec has; returns the exit code.
    pub(super) fn finish(&self, printer: &Printer, spec: &Path) -> u8 {
        let unmet = self.unmet();
        if unmet.has_errors() {
            printer.fail(&unmet, spec)
        } else {
            0
        }
    }

    fn unmet(&self) -> Diagnostics {
        let unmet = self.patterns.iter().filter(|it| !self.met.contains(*it));
        let told = unmet.map(|pattern| {
            let diagnostic = Diagnostic::spec("unknown-memo", format!("`--select {pattern}` names no memo"));
            diagnostic.nearest(pattern, self.known.iter().map(String::as_str))
        });
        Diagnostics(told.collect())
    }
}

/// Tells whether a pattern of `--select` names a memo: by the name of its folder, by what readers call it, by the spec's
/// name, or by the spec's and the folder's with `/` between. `*` stands for anything, `?` for a letter, `[ab]` for one of
/// some, and large letters for small; a name as it stands names itself.
fn is_named(pattern: &str, plan: &Plan) -> bool {
    let options = glob::MatchOptions {
        case_sensitive: false,
        ..glob::MatchOptions::default()
    };
    let mut names = vec![plan.slug.clone()];
    if let Some(each) = &plan.each {
        names.extend([
            each.slug.clone(),
            each.label.clone(),
            format!("{}/{}", plan.slug, each.slug),
        ]);
    }
    let wanted = glob::Pattern::new(pattern);
    let is_like = |name: &str| wanted.as_ref().is_ok_and(|it| it.matches_with(name, options));
    names.iter().any(|name| name == pattern || is_like(name))
}

/// Returns what a memo is called among those of its spec.
pub(super) fn memo_name(plan: &Plan) -> &str {
    plan.each.as_ref().map_or(&plan.slug, |it| &it.slug)
}
