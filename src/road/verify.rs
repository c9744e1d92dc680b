//! Verification: a report that was kept, computed anew from its own spec and the sources as they are now.
//!
//! First with the spec that the report carries, so that what differs is the data's doing or the program's. Then, where the
//! spec's file has changed since, with that too: what differs further is the spec's. It must not know how this is told.

use super::Computed;
use super::Earlier;
use super::Planned;
use super::Request;
use super::compute;
use super::plans;
use super::report;
use super::report::HTML;
use super::report::PDF;
use super::report::Report;
use super::report::Shape;
use crate::audit;
use crate::audit::Fault;
use crate::audit::Made;
use crate::audit::Recorded;
use crate::audit::Side;
use crate::model::diagnostic::Diagnostics;
use crate::model::difference::Cause;
use crate::model::difference::Change;
use crate::model::difference::Difference;
use crate::render::Templates;
use crate::render::typst::Engine;
use crate::resolve::Overrides;
use serde::Serialize;
use std::path::PathBuf;

/// Where the sources of a report are.
#[derive(Debug, Clone, Default)]
pub struct Against {
    /// Where the report's spec stands, or stood: its patterns are relative to this file's folder.
    pub spec: PathBuf,
    /// Folders outside the spec's that its patterns may reach.
    pub data_roots: Vec<PathBuf>,
    /// The folder of all reports, for earlier memos; `None` where it is not known.
    pub reports: Option<PathBuf>,
}

/// What a verification found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Verification {
    /// The report.
    pub place: String,
    /// The program that made it, and its commit where that is known.
    pub made_by: String,
    /// Files of the report that are not as they were written.
    pub faults: Vec<Fault>,
    /// What is not the same when the report's own spec is computed anew.
    pub difference: Difference,
    /// What is not the same beyond that by the spec as it stands now; `None` where it stands as it was.
    pub by_spec: Option<Difference>,
    /// Files that would come out otherwise now, with what can have made it.
    pub outputs: Vec<(String, Vec<Cause>)>,
    /// How many files come out as they were.
    pub n_outputs_held: usize,
    /// Where the spec stands, or stood.
    pub spec: PathBuf,
    /// The text of the report's own spec.
    #[serde(skip)]
    pub text: String,
    /// Why the memo could not be computed anew; empty where it could.
    pub refused: Diagnostics,
    /// Why it could not be computed by the spec as it stands now; empty where it could.
    pub refused_by_spec: Diagnostics,
}

impl Verification {
    /// Tells whether nothing differs.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
            && self.difference.changes.is_empty()
            && self.difference.moved.is_empty()
            && self.by_spec.is_none()
            && self.outputs.is_empty()
            && !self.refused.has_errors()
            && !self.refused_by_spec.has_errors()
    }
}

/// Computes a report anew and tells what holds.
pub fn verify(recorded: &Recorded, against: &Against, templates: &Templates) -> Verification {
    let mut found = Verification {
        place: recorded.place.clone(),
        made_by: made_by(recorded),
        faults: recorded.faults.clone(),
        spec: against.spec.clone(),
        text: recorded.spec.clone(),
        ..Verification::default()
    };
    let own = match again(recorded, against, Some(recorded.spec.clone()), templates) {
        Ok(own) => own,
        Err(refused) => {
            found.refused = refused;
            found.difference.changes = changed_files(recorded, against);
            return found;
        }
    };
    let is_tampered = recorded.faults.iter().any(|it| it.file == report::FACTS);
    let shape = Shape {
        pdf: recorded.outputs.contains_key(PDF).then_some(Engine::Embedded),
        html: recorded.outputs.contains_key(HTML),
    };
    let here = Made::here("");
    found.difference = audit::difference(
        Side {
            inputs: &recorded.inputs,
            made: recorded.made.as_ref(),
            facts: &recorded.facts,
        },
        Side {
            inputs: &own.1.inputs,
            made: Some(&here),
            facts: &own.1.facts,
        },
    );
    if is_tampered {
        for it in &mut found.difference.moved {
            it.causes.retain(|it| *it != Cause::Report);
            it.causes.push(Cause::Report);
        }
    }
    match report::report(&own.0, &own.1, templates, shape) {
        Ok(report) => outputs(&mut found, recorded, &report, &here),
        Err(refused) => found.refused = refused,
    }
    by_spec(&mut found, recorded, against, templates, &own);
    found
}

/// What was computed now, as one side of a difference.
fn side(computed: &Computed) -> Side<'_> {
    Side {
        inputs: &computed.inputs,
        made: None,
        facts: &computed.facts,
    }
}

/// Names who made a report.
fn made_by(recorded: &Recorded) -> String {
    match &recorded.made {
        Some(made) if !made.commit.is_empty() => format!("{} ({})", recorded.inputs.engine, made.commit),
        _ => recorded.inputs.engine.clone(),
    }
}

/// Computes the memo of a report anew: by a text of its spec, or by the spec's file with `None`.
fn again(
    recorded: &Recorded,
    against: &Against,
    text: Option<String>,
    templates: &Templates,
) -> Result<(Planned, Computed), Diagnostics> {
    let planned = planned(recorded, against, text)?;
    let computed = compute(&planned, templates)?;
    Ok((planned, computed))
}

/// Plans the memo of a report anew, about the days that it was about.
///
/// # Errors
/// What is wrong with the spec by now, or with the data that it names.
pub(super) fn planned(recorded: &Recorded, against: &Against, text: Option<String>) -> Result<Planned, Diagnostics> {
    let inputs = &recorded.inputs;
    let request = |overrides: Overrides| Request {
        spec: against.spec.clone(),
        text: text.clone(),
        overrides,
        data_roots: against.data_roots.clone(),
        earlier: against.reports.clone().map_or(Earlier::Without, |it| {
            Earlier::Listed(it, inputs.earlier.keys().cloned().collect())
        }),
        ..Request::default()
    };
    let said = Overrides {
        period: inputs.flags.get("period").cloned(),
        as_of: inputs.flags.get("as_of").cloned(),
        params: inputs.params.clone(),
        ..Overrides::default()
    };
    let same_days = |it: &Planned| {
        let periods = &it.plan.periods;
        periods.as_of.to_string() == inputs.as_of && periods.target_name() == inputs.period
    };
    let as_said = plans(&request(said.clone())).and_then(|it| chosen(it, recorded));
    if as_said.as_ref().is_ok_and(same_days) {
        return as_said;
    }
    // The data have grown since, or end otherwise: the memo is held to the days that it was about.
    let pinned = request(Overrides {
        period: Some(inputs.period.clone()),
        as_of: Some(inputs.as_of.clone()),
        ..said
    });
    let pinned = plans(&pinned).and_then(|it| chosen(it, recorded));
    // What is wrong without the pin is what an author would be told.
    pinned.map_err(|wrong| as_said.err().unwrap_or(wrong))
}

/// Lists the files of a report's sources that are not as they were, where no plan can be made of them any more.
fn changed_files(recorded: &Recorded, against: &Against) -> Vec<Change> {
    let request = Request {
        spec: against.spec.clone(),
        data_roots: against.data_roots.clone(),
        ..Request::default()
    };
    let Ok(files) = request.files() else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    for (source, hashes) in &recorded.inputs.sources {
        for (file, was) in hashes {
            let is = files.content(file).ok();
            if is.as_ref() != Some(was) {
                changes.push(Change {
                    cause: Cause::Data,
                    name: format!("{source}: {file}"),
                    was: Some(was.clone()),
                    is,
                });
            }
        }
    }
    changes
}

/// Chooses the memo of a report among those of its spec.
fn chosen(plans: Vec<Planned>, recorded: &Recorded) -> Result<Planned, Diagnostics> {
    let wanted = &recorded.inputs.each;
    let values = |it: &Planned| it.plan.each.as_ref().map(|it| it.values.clone()).unwrap_or_default();
    let mut plans = plans;
    match plans.iter().position(|it| values(it) == *wanted) {
        Some(at) => Ok(plans.swap_remove(at)),
        None => {
            let of: Vec<String> = wanted.iter().map(|(name, value)| format!("{name} {value}")).collect();
            let message = format!("the spec makes no memo of {} any more", of.join(", "));
            Err(crate::model::diagnostic::Diagnostic::data("no-such-memo", message).into())
        }
    }
}

/// Holds the files of a report against those that come out now.
fn outputs(found: &mut Verification, recorded: &Recorded, report: &Report, here: &Made) {
    let mut causes: Vec<Cause> = found.difference.causes();
    let is_other_build = recorded.made.as_ref().is_some_and(|it| it.build != here.build);
    if causes.is_empty() {
        causes.push(if is_other_build { Cause::Engine } else { Cause::Report });
    }
    let now = &report.manifest.outputs;
    let mut names: Vec<&String> = recorded.outputs.keys().collect();
    // A PDF alone says nothing of other files.
    if recorded.made.is_some() {
        names.extend(now.keys());
    }
    names.sort();
    names.dedup();
    for name in names {
        if now.get(name) == recorded.outputs.get(name) {
            found.n_outputs_held += 1;
        } else {
            found.outputs.push((name.clone(), causes.clone()));
        }
    }
}

/// Computes the memo by the spec as it stands now, where that is another.
fn by_spec(
    found: &mut Verification,
    recorded: &Recorded,
    against: &Against,
    templates: &Templates,
    own: &(Planned, Computed),
) {
    let Ok(bytes) = std::fs::read(&against.spec) else {
        return;
    };
    let now = audit::hash(&bytes);
    if now == recorded.inputs.spec {
        return;
    }
    match again(recorded, against, None, templates) {
        Ok(by_file) => {
            let mut difference = audit::difference(side(&own.1), side(&by_file.1));
            // The report's own spec may not be the one that it names: what its file says is told even so.
            if difference.changes.iter().all(|it| it.cause != Cause::Spec) {
                difference.changes.push(Change {
                    cause: Cause::Spec,
                    name: recorded.inputs.spec_file.clone(),
                    was: Some(recorded.inputs.spec.clone()),
                    is: Some(now),
                });
            }
            found.by_spec = Some(difference);
        }
        Err(refused) => found.refused_by_spec = refused,
    }
}
