//! The waves of a run: an analysis runs after those whose facts it sees, and only where it is not known what it finds.
//!
//! Data are read when the first analysis needs them. It must not know what an analysis computes.

use super::Planned;
use super::asked;
use crate::analysis::Run;
use crate::analysis::Task;
use crate::gather;
use crate::gather::Need;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Facts;
use crate::model::panel::Intake;
use crate::model::panel::Panel;
use crate::model::plan::Plan;
use crate::model::request::Request;
use crate::recall::Findings;
use crate::recall::Recall;
use crate::source::Tables;
use crate::words::text;
use rayon::prelude::*;

/// Parts analyses into waves: each runs after those whose facts it sees.
pub fn waves(tasks: &[Box<dyn Task>]) -> Vec<Vec<&dyn Task>> {
    let mut waves = Vec::new();
    let mut waiting: Vec<&dyn Task> = tasks.iter().map(AsRef::as_ref).collect();
    while !waiting.is_empty() {
        let waits = |task: &&dyn Task| waiting.iter().any(|it| task.uses().contains(&it.name()));
        let (later, ready): (Vec<_>, Vec<_>) = waiting.iter().copied().partition(waits);
        assert!(!ready.is_empty(), "no analysis uses itself, by way of others either");
        waves.push(ready);
        waiting = later;
    }
    waves
}

/// What all waves found.
pub(super) struct Found {
    pub(super) intake: Vec<Intake>,
    pub(super) facts: Facts,
    pub(super) warnings: Vec<Diagnostic>,
    /// The analyses that were not recalled.
    pub(super) ran: Vec<&'static str>,
}

/// Goes through the waves; an analysis runs where it is not known what it finds.
pub(super) fn walk(reading: &mut Reading<'_>, recall: &Recall<'_>) -> Result<Found, Diagnostics> {
    let planned = reading.planned;
    let asked = reading.asked.clone();
    let intake = recall.intake(&asked, || Ok(reading.read()?.1.intake.clone()))?;
    let mut facts = Facts::new();
    let mut warnings = gather::warnings(&planned.plan, &intake);
    let mut ran = Vec::new();
    for ready in waves(&planned.tasks) {
        let mut wave = Vec::with_capacity(ready.len());
        for task in ready {
            let seen = facts.of(task.uses());
            let roster = planned.plan.roster.as_ref().filter(|_| task.sees_customers());
            let name = recall.findings_name(&task.options(), roster, &intake, &seen);
            let known = recall.findings(&name);
            wave.push(Step {
                task,
                seen,
                name,
                known,
            });
        }
        let new: Vec<&Step<'_>> = wave.iter().filter(|it| it.known.is_none()).collect();
        ran.extend(new.iter().map(|it| it.task.name()));
        let mut new = reading.analysed(&new)?.into_iter();
        for step in wave {
            let findings = step.known.unwrap_or_else(|| {
                let found = new.next().expect("one result a step");
                recall.keep(&step.name, &found);
                found
            });
            facts.extend(findings.0);
            warnings.extend(findings.1);
        }
    }
    Ok(Found {
        intake,
        facts,
        warnings,
        ran,
    })
}

/// An analysis whose turn it is.
struct Step<'a> {
    task: &'a dyn Task,
    /// The facts that it sees.
    seen: Facts,
    /// The name of what it finds.
    name: String,
    /// What it found before.
    known: Option<Findings>,
}

/// The data of a plan, read when the first analysis needs them.
pub(super) struct Reading<'a> {
    planned: &'a Planned,
    asked: Vec<Request>,
    read: Option<(Tables, Panel)>,
}

impl<'a> Reading<'a> {
    pub(super) fn of(planned: &'a Planned) -> Self {
        Self {
            planned,
            asked: asked(planned),
            read: None,
        }
    }

    pub(super) fn read(&mut self) -> Result<(&Tables, &mut Panel), Diagnostics> {
        if self.read.is_none() {
            let tables = self.planned.files.open(&self.planned.plan, &self.asked)?;
            let panel = gather::gather(&self.planned.plan, &tables, &self.asked)?;
            self.read = Some((tables, panel));
        }
        let (tables, panel) = self.read.as_mut().expect("it was read");
        Ok((tables, panel))
    }

    /// Runs analyses of one wave side by side; what they find stands in their order.
    fn analysed(&mut self, steps: &[&Step<'_>]) -> Result<Vec<Findings>, Diagnostics> {
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        let plan = &self.planned.plan;
        let (tables, panel) = self.read()?;
        let slugs = &text::slugs(&panel.categories);
        let mut needs = Vec::new();
        for step in steps {
            let more = step.task.needs(&step.run(plan, panel, slugs));
            let new: Vec<Need> = more.into_iter().filter(|it| !needs.contains(it)).collect();
            needs.extend(new);
        }
        gather::gather_rosters(plan, tables, panel, &needs)?;
        let panel = &*panel;
        let results: Vec<_> = steps
            .par_iter()
            .map(|step| step.task.run(&step.run(plan, panel, slugs)))
            .collect();
        let mut refused = Diagnostics::new();
        let mut findings = Vec::new();
        for result in results {
            match result {
                Ok(found) => findings.push(found),
                Err(found) => refused.extend(found),
            }
        }
        if refused.has_errors() {
            Err(refused)
        } else {
            Ok(findings)
        }
    }
}

impl Step<'_> {
    fn run<'a>(&'a self, plan: &'a Plan, panel: &'a Panel, slugs: &'a [String]) -> Run<'a> {
        Run {
            plan,
            panel,
            facts: &self.seen,
            slugs,
        }
    }
}
