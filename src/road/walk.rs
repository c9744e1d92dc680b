//! The waves of a run: an analysis runs after those whose facts it sees, and only where it is not known what it finds.
//!
//! The memos of a spec go side by side: what all of them ask of a wave goes to the data in one pass. Data are read when the
//! first analysis needs them. It must not know what an analysis computes.

use super::Planned;
use super::asked;
use crate::analysis;
use crate::analysis::Run;
use crate::analysis::Task;
use crate::gather;
use crate::gather::Need;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Facts;
use crate::model::panel::CameIn;
use crate::model::panel::Panel;
use crate::model::plan::Plan;
use crate::model::plan::Source;
use crate::model::request::Request;
use crate::pack;
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

/// Parts memos into those that read the same rows in the same way, each by its place: they can be answered in one pass.
pub(super) fn alike(all: &[Planned]) -> Vec<Vec<usize>> {
    let reads = |it: &Planned| {
        let shared: Vec<Source> = it.plan.sources.iter().map(Source::shared).collect();
        serde_json::to_string(&(shared, &it.plan.categories.column)).expect("a plan serialises")
    };
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (place, it) in all.iter().enumerate() {
        let reads = reads(it);
        match groups.iter_mut().find(|group| group.0 == reads) {
            Some(group) => group.1.push(place),
            None => groups.push((reads, vec![place])),
        }
    }
    groups.into_iter().map(|it| it.1).collect()
}

/// A memo on its way through the waves.
pub(super) struct Walker<'a> {
    pub(super) planned: &'a Planned,
    recall: Recall<'a>,
    asked: Vec<Request>,
    waves: Vec<Vec<&'a dyn Task>>,
    panel: Option<Panel>,
    /// Safe names of the panel's categories.
    slugs: Vec<String>,
    pub(super) came_in: CameIn,
    pub(super) facts: Facts,
    pub(super) warnings: Vec<Diagnostic>,
    /// The analyses that were not recalled.
    pub(super) ran: Vec<&'static str>,
    /// What an analysis refused: the memo ends there, and the others go on.
    pub(super) refused: Option<Diagnostics>,
}

/// Memos that read the same rows, and the rows.
pub(super) struct Walk<'a> {
    pub(super) walkers: Vec<Walker<'a>>,
    tables: Option<Tables>,
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

impl<'a> Walk<'a> {
    /// Begins with memos that read the same rows; see [`alike`].
    pub(super) fn new(memos: impl Iterator<Item = (&'a Planned, Recall<'a>)>) -> Self {
        let walker = |(planned, recall): (&'a Planned, Recall<'a>)| Walker {
            planned,
            recall,
            asked: asked(planned),
            waves: waves(&planned.tasks),
            panel: None,
            slugs: Vec::new(),
            came_in: CameIn::default(),
            facts: Facts::new(),
            warnings: Vec::new(),
            ran: Vec::new(),
            refused: None,
        };
        Self {
            walkers: memos.map(walker).collect(),
            tables: None,
        }
    }

    /// Goes through all waves.
    ///
    /// # Errors
    /// Data that cannot be read: then there is no memo at all.
    pub(super) fn through(&mut self) -> Result<(), Diagnostics> {
        let known: Vec<Option<CameIn>> = self.walkers.iter().map(|it| it.recall.came_in(&it.asked)).collect();
        self.read(|place| known[place].is_none())?;
        for (walker, known) in self.walkers.iter_mut().zip(known) {
            walker.came_in = match (known, &walker.panel) {
                (Some(known), _) => known,
                (None, Some(panel)) => {
                    let came_in = CameIn {
                        intake: panel.intake.clone(),
                        joined: panel.joined.clone(),
                    };
                    walker.recall.keep_came_in(&walker.asked, &came_in);
                    came_in
                }
                (None, None) => unreachable!("what is not known was read"),
            };
            let CameIn { intake, joined } = &walker.came_in;
            walker.warnings = gather::warnings(&walker.planned.plan, intake, joined);
        }
        let n_waves = self.walkers.iter().map(|it| it.waves.len()).max().unwrap_or(0);
        for wave in 0..n_waves {
            self.wave(wave)?;
        }
        Ok(())
    }

    /// Runs one wave of every memo.
    fn wave(&mut self, wave: usize) -> Result<(), Diagnostics> {
        let steps: Vec<Vec<Step<'a>>> = self.walkers.iter().map(|it| it.steps(wave)).collect();
        let is_new = |steps: &[Step<'_>]| steps.iter().any(|it| it.known.is_none());
        self.read(|place| is_new(&steps[place]))?;
        self.gather(&steps)?;
        let walkers = &self.walkers;
        let turns: Vec<(usize, &Step<'_>)> = steps
            .iter()
            .enumerate()
            .flat_map(|(place, steps)| steps.iter().map(move |it| (place, it)))
            .filter(|it| it.1.known.is_none())
            .collect();
        let found: Vec<Result<Findings, Diagnostics>> = turns
            .par_iter()
            .map(|(place, step)| step.task.run(&walkers[*place].run(step)))
            .collect();
        let mut found = found.into_iter();
        for (walker, steps) in self.walkers.iter_mut().zip(steps) {
            walker.enter(steps, &mut found);
        }
        Ok(())
    }

    /// Reads the rows for those memos that need them and have not read them.
    fn read(&mut self, needs: impl Fn(usize) -> bool) -> Result<(), Diagnostics> {
        let reads: Vec<usize> = (0..self.walkers.len())
            .filter(|&it| self.walkers[it].panel.is_none() && needs(it))
            .collect();
        let Some(first) = reads.first() else { return Ok(()) };
        let of = |it: &Walker<'a>| (&it.planned.plan, it.planned, it.asked.clone());
        let asked: Vec<(&Plan, &Planned, Vec<Request>)> = self.walkers.iter().map(of).collect();
        if self.tables.is_none() {
            let all: Vec<(&Plan, &[Request])> = asked.iter().map(|it| (it.0, it.2.as_slice())).collect();
            self.tables = Some(self.walkers[*first].planned.files.open(&all)?);
        }
        let tables = self.tables.as_ref().expect("it was opened");
        let asked: Vec<(&Plan, &[Request])> = reads.iter().map(|&it| (asked[it].0, asked[it].2.as_slice())).collect();
        let panels = gather::gather(tables, &asked)?;
        for (place, panel) in reads.into_iter().zip(panels) {
            let walker = &mut self.walkers[place];
            walker.slugs = text::slugs(&panel.categories);
            walker.panel = Some(panel);
        }
        Ok(())
    }

    /// Gathers what the analyses of a wave need beyond what was read at first.
    fn gather(&mut self, steps: &[Vec<Step<'a>>]) -> Result<(), Diagnostics> {
        let needs: Vec<Vec<Need>> = self
            .walkers
            .iter()
            .zip(steps)
            .map(|(it, steps)| it.needs(steps))
            .collect();
        let Some(tables) = &self.tables else { return Ok(()) };
        let mut asked: Vec<(&Plan, &mut Panel, Vec<Need>)> = self
            .walkers
            .iter_mut()
            .zip(needs)
            .filter(|it| !it.1.is_empty())
            .filter_map(|(walker, needs)| Some((&walker.planned.plan, walker.panel.as_mut()?, needs)))
            .collect();
        if asked.is_empty() {
            return Ok(());
        }
        gather::gather_rosters(tables, &mut asked)
    }

    /// Returns the customer record of a memo as the bytes of a Parquet file; `None` where it has no roster.
    ///
    /// # Errors
    /// As [`Walk::through`].
    pub(super) fn customers(&mut self, place: usize) -> Result<Option<Vec<u8>>, Diagnostics> {
        let walker = &self.walkers[place];
        let plan = &walker.planned.plan;
        let Some(roster) = &plan.roster else { return Ok(None) };
        let seen = walker.facts.of(&["clusters"]);
        if let Some(known) = walker.recall.record(roster, &seen) {
            return Ok(Some(known));
        }
        self.read(|it| it == place)?;
        let walker = &self.walkers[place];
        let panel = walker.panel.as_ref().expect("it was read");
        let record = analysis::record::record(plan, panel, &walker.facts);
        let made = record.map(|it| pack::customers::bytes(&it)).unwrap_or_default();
        walker.recall.keep_record(roster, &seen, &made);
        Ok(Some(made))
    }

    /// Returns the panel of a memo, which is read where it was not.
    ///
    /// # Errors
    /// As [`Walk::through`].
    pub(super) fn panel(&mut self, place: usize) -> Result<&mut Panel, Diagnostics> {
        self.read(|it| it == place)?;
        Ok(self.walkers[place].panel.as_mut().expect("it was read"))
    }
}

impl<'a> Walker<'a> {
    /// Lists the analyses of a wave, and what is known of each.
    fn steps(&self, wave: usize) -> Vec<Step<'a>> {
        let ready = self.waves.get(wave).filter(|_| self.refused.is_none());
        let step = |task: &&'a dyn Task| {
            let seen = self.facts.of(task.uses());
            let roster = self.planned.plan.roster.as_ref().filter(|_| task.sees_customers());
            let name = self
                .recall
                .findings_name(&task.options(), roster, &self.came_in.intake, &seen);
            Step {
                task: *task,
                seen,
                known: self.recall.findings(&name),
                name,
            }
        };
        ready.into_iter().flatten().map(step).collect()
    }

    /// Lists what the new steps of a wave need, each need once.
    fn needs(&self, steps: &[Step<'_>]) -> Vec<Need> {
        let mut needs = Vec::new();
        for step in steps.iter().filter(|it| it.known.is_none()) {
            let more = step.task.needs(&self.run(step));
            let new: Vec<Need> = more.into_iter().filter(|it| !needs.contains(it)).collect();
            needs.extend(new);
        }
        needs
    }

    fn run<'b>(&'b self, step: &'b Step<'_>) -> Run<'b> {
        Run {
            plan: &self.planned.plan,
            panel: self.panel.as_ref().expect("rows are read before an analysis runs"),
            facts: &step.seen,
            slugs: &self.slugs,
        }
    }

    /// Takes over what the steps of a wave found: what is new comes in their order.
    fn enter(&mut self, steps: Vec<Step<'_>>, new: &mut impl Iterator<Item = Result<Findings, Diagnostics>>) {
        let mut refused = Diagnostics::new();
        for step in steps {
            let findings = match step.known {
                Some(known) => known,
                None => match new.next().expect("one result a step") {
                    Ok(found) => {
                        self.recall.keep(&step.name, &found);
                        self.ran.push(step.task.name());
                        found
                    }
                    Err(wrong) => {
                        refused.extend(wrong);
                        continue;
                    }
                },
            };
            self.facts.extend(findings.0);
            for warning in findings.1 {
                // Two analyses may look at the same categories.
                if !self.warnings.contains(&warning) {
                    self.warnings.push(warning);
                }
            }
        }
        if refused.has_errors() {
            self.refused = Some(refused);
        }
    }
}
