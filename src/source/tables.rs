//! The sources of plans, opened, and the requests of a wave answered from them.
//!
//! Plans that differ only in which rows of the same sources they are about are answered in one pass. It must not know
//! what a request is for.

use super::Customers;
use super::Places;
use super::answer;
use super::budget::Budget;
use super::cache::Cache;
use super::cost::Cost;
use super::group;
use super::intake;
use super::read;
use super::scan;
use super::table;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::labels::Labels;
use crate::model::panel::Intake;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::plan::Source;
use crate::model::request::Answer;
use crate::model::request::Key;
use crate::model::request::Request;
use polars::prelude as pl;

/// The sources that some plans share, opened.
pub struct Tables {
    opened: Vec<Opened>,
}

/// Answers to the requests of one plan, and what came in from each source.
pub type First = (Vec<Answer>, Vec<Intake>);

/// Requests of one plan.
pub type Asked<'a> = (&'a Plan, &'a [Request]);

enum Opened {
    /// Folded file by file.
    Events(Box<scan::Events>),
    /// Small enough to be held whole; and how it was read.
    Whole(Box<read::Rows<pl::DataFrame>>, Box<read::Reader>),
}

/// Returns all results, or all that went wrong.
fn all<T>(results: Vec<Result<T, Diagnostics>>) -> Result<Vec<T>, Diagnostics> {
    let mut found = Diagnostics::new();
    let mut whole = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(it) => whole.push(it),
            Err(diagnostics) => found.extend(diagnostics),
        }
    }
    if found.has_errors() { Err(found) } else { Ok(whole) }
}

/// Answers requests to one events source, each of a plan, in one pass.
fn events_answers(events: &scan::Events, requests: &[(&Plan, &Request)]) -> Result<Vec<Answer>, Diagnostics> {
    let mut groups = Vec::new();
    let asked: Vec<group::Asked> = requests
        .iter()
        .map(|(plan, request)| groups_of(plan, request, &mut groups))
        .collect();
    let mut tables: Vec<Option<table::Table>> = events.tables(&groups)?.into_iter().map(Some).collect();
    let mut answers = Vec::with_capacity(requests.len());
    for (idx, ((_, request), own)) in requests.iter().zip(&asked).enumerate() {
        answers.push(answer::answer(request, own, &tables, events.columns()));
        // A table goes with the last request that it answers: an answer takes as much room again.
        let is_over = |group: &&usize| !asked[idx + 1..].iter().any(|later| later.groups.contains(group));
        for group in own.groups.iter().filter(is_over) {
            tables[*group] = None;
        }
    }
    Ok(answers)
}

/// Adds the groups of a plan's request to those of a scan.
fn groups_of(plan: &Plan, request: &Request, groups: &mut Vec<group::Group>) -> group::Asked {
    let source = &plan.sources[request.source];
    let Role::Events { customer, .. } = &source.role else {
        unreachable!("only events are aggregated");
    };
    let columns = group::KeyColumns {
        category: &plan.categories.column,
        joined: &plan.categories.joined,
        customer,
    };
    group::groups_of(request, source.only(), columns, groups)
}

impl Tables {
    /// Opens every source that the plans share; tables of customers are read.
    pub(super) fn open(
        places: &Places,
        asked: &[Asked<'_>],
        cache: Option<&Cache>,
        budget: Budget,
    ) -> Result<Self, Diagnostics> {
        use rayon::prelude::*;
        let shared: Vec<Source> = asked
            .first()
            .map(|(plan, _)| plan.sources.iter().map(Source::shared).collect())
            .unwrap_or_default();
        let opened: Vec<Result<Opened, Diagnostics>> = shared
            .par_iter()
            .enumerate()
            .map(|(source_idx, source)| {
                let mut names: Vec<String> = asked
                    .iter()
                    .flat_map(|(plan, requests)| needed(plan, requests, source_idx))
                    .collect();
                names.sort();
                names.dedup();
                let reader = read::reader(places, source, &names)?;
                Ok(match &source.role {
                    Role::Events { .. } => Opened::Events(Box::new(scan::Events::new(
                        source.clone(),
                        reader,
                        cache.cloned(),
                        budget,
                    ))),
                    Role::Customers { .. } | Role::Things { .. } => {
                        Opened::Whole(Box::new(reader.whole()?), Box::new(reader))
                    }
                })
            })
            .collect();
        Ok(Self { opened: all(opened)? })
    }

    /// Tells what answering the requests of the first wave costs, one entry a source.
    ///
    /// # Errors
    /// Files that cannot be opened.
    pub fn costs(&self, asked: &[Asked<'_>]) -> Result<Vec<Cost>, Diagnostics> {
        let counts: Vec<Vec<(intake::Count, Request)>> = asked.iter().map(|it| self.counts(it.0)).collect();
        let mut costs = Vec::new();
        for (source_idx, opened) in self.opened.iter().enumerate() {
            let events = match opened {
                Opened::Events(events) => events,
                Opened::Whole(rows, reader) => {
                    costs.push(self.cost_of_table(reader, rows.intake.rows_read)?);
                    continue;
                }
            };
            let mut groups = Vec::new();
            for ((plan, requests), counts) in asked.iter().zip(&counts) {
                let of_plan = requests.iter().chain(counts.iter().map(|it| &it.1));
                for request in of_plan.filter(|it| it.source == source_idx) {
                    groups_of(plan, request, &mut groups);
                }
            }
            costs.push(events.cost(&groups)?);
        }
        Ok(costs)
    }

    /// Tells what a table costs: its own columns, and those that rows of other sources look up.
    fn cost_of_table(&self, reader: &read::Reader, n_rows: u64) -> Result<Cost, Diagnostics> {
        let lookups = self.opened.iter().flat_map(|it| match it {
            Opened::Events(events) => events.reader.lookups.as_slice(),
            Opened::Whole(..) => &[],
        });
        let looked_up = lookups
            .filter(|it| it.table == reader.source.name)
            .flat_map(|it| &it.reads);
        let own = reader.kept.iter().map(|it| &it.name);
        let names: Vec<String> = own.chain(looked_up).cloned().collect();
        read::reader(&reader.places, &reader.source, &names)?.cost_of_table(n_rows)
    }

    /// Lists the requests that count what came in.
    fn counts(&self, plan: &Plan) -> Vec<(intake::Count, Request)> {
        intake::requests(plan, |source_idx, column| match &self.opened[source_idx] {
            Opened::Events(events) => events.columns().contains_key(column),
            Opened::Whole(..) => false,
        })
    }

    /// Answers all requests of a wave, in order, plan by plan; each source is passed over once.
    ///
    /// # Errors
    /// A sum that does not fit into 64 bits; whatever cannot be read.
    pub fn answers(&self, asked: &[Asked<'_>]) -> Result<Vec<Vec<Answer>>, Diagnostics> {
        let all: Vec<(&Plan, &Request)> = asked
            .iter()
            .flat_map(|(plan, requests)| requests.iter().map(move |it| (*plan, it)))
            .collect();
        let mut answers = vec![Answer::default(); all.len()];
        for (source_idx, opened) in self.opened.iter().enumerate() {
            let places: Vec<usize> = (0..all.len()).filter(|&it| all[it].1.source == source_idx).collect();
            let Opened::Events(events) = opened else {
                continue;
            };
            if places.is_empty() {
                continue;
            }
            let of_source: Vec<(&Plan, &Request)> = places.iter().map(|&it| all[it]).collect();
            let found = events_answers(events, &of_source)?;
            places
                .into_iter()
                .zip(found)
                .for_each(|(place, answer)| answers[place] = answer);
        }
        let mut answers = answers.into_iter();
        let of_plan = |(_, requests): &Asked<'_>| answers.by_ref().take(requests.len()).collect();
        Ok(asked.iter().map(of_plan).collect())
    }

    /// Answers the requests of the first wave, and tells what came in for each plan, by source, in the same pass.
    ///
    /// # Errors
    /// As [`Tables::answers`].
    pub fn first_answers(&self, asked: &[Asked<'_>]) -> Result<Vec<First>, Diagnostics> {
        let counts: Vec<Vec<(intake::Count, Request)>> = asked.iter().map(|it| self.counts(it.0)).collect();
        let batches: Vec<Vec<Request>> = asked
            .iter()
            .zip(&counts)
            .map(|((_, requests), counts)| requests.iter().chain(counts.iter().map(|it| &it.1)).cloned().collect())
            .collect();
        let batch: Vec<Asked<'_>> = asked
            .iter()
            .zip(&batches)
            .map(|((plan, _), batch)| (*plan, batch.as_slice()))
            .collect();
        let answers = self.answers(&batch)?;
        let mut all = Vec::with_capacity(asked.len());
        for (((plan, requests), counts), mut answers) in asked.iter().zip(&counts).zip(answers) {
            let counted = answers.split_off(requests.len());
            let intakes = self.intakes(plan, counts, &counted)?;
            all.push((answers, intakes));
        }
        Ok(all)
    }

    /// Tells what came in for one plan, by source.
    fn intakes(
        &self,
        plan: &Plan,
        counts: &[(intake::Count, Request)],
        counted: &[Answer],
    ) -> Result<Vec<Intake>, Diagnostics> {
        let known = self.known(plan);
        let mut intakes = Vec::new();
        for (source_idx, opened) in self.opened.iter().enumerate() {
            let source = &plan.sources[source_idx];
            let mut intake = match opened {
                Opened::Events(events) => events.intake(),
                Opened::Whole(rows, _) => rows.intake.clone(),
            };
            intake.rejects.retain(|it| it.rows > 0);
            if source.only().is_some() {
                let n_rows = match opened {
                    Opened::Events(_) => intake::rows(counts, counted, source_idx),
                    Opened::Whole(rows, reader) => of_memo(source, rows, reader)?.frame.height() as u64,
                };
                intake.removed.push(intake.rows_used - n_rows);
                intake.rows_used = n_rows;
            }
            for ((what, request), answer) in counts.iter().zip(counted) {
                if request.source == source_idx {
                    intake::enter(&mut intake, *what, answer, plan, known.as_ref());
                }
            }
            if let Opened::Whole(rows, reader) = opened {
                let rows = of_memo(source, rows, reader)?;
                if !source.unique.is_empty() {
                    intake.duplicates = Some(read::repeated(&rows, &source.unique)?);
                } else if let Role::Customers { key } = &source.role {
                    // One row a customer is what such a table promises.
                    intake.duplicates = Some(read::repeated(&rows, std::slice::from_ref(key))?).filter(|it| *it > 0);
                }
            }
            intakes.push(intake);
        }
        Ok(intakes)
    }

    /// Returns the ids of the first customers source; none where there is none.
    fn known(&self, plan: &Plan) -> Option<Labels> {
        let is_customers = |source: &Source| matches!(source.role, Role::Customers { .. });
        let source_idx = plan.sources.iter().position(is_customers)?;
        self.customers(plan, source_idx, &[]).ok().map(|it| it.ids)
    }

    /// Returns customers, in a stable order, with the raw text of the named columns, each in one list; `None` is null.
    pub fn customers(&self, plan: &Plan, source_idx: usize, columns: &[&str]) -> Result<Customers, Diagnostics> {
        let source = &plan.sources[source_idx];
        let Opened::Whole(rows, reader) = &self.opened[source_idx] else {
            unreachable!("only a customers source has customers");
        };
        answer::customers(source, &of_memo(source, rows, reader)?, columns)
            .map_err(|error| Diagnostic::data("unreadable-file", format!("`{}`: {error}", source.name)).into())
    }
}

/// Returns the rows of a table that a memo is about.
fn of_memo(
    source: &Source,
    rows: &read::Rows<pl::DataFrame>,
    reader: &read::Reader,
) -> Result<read::Rows<pl::DataFrame>, Diagnostics> {
    rows.only(source.only(), &reader.columns).map_err(|error| {
        let message = format!("`{}`: {error}", source.name);
        Diagnostic::data("cannot-compute", message).into()
    })
}

/// Lists the columns of a source that a plan reads.
fn needed(plan: &Plan, asked: &[Request], source_idx: usize) -> Vec<String> {
    let source = &plan.sources[source_idx];
    let mut names: Vec<String> = match &source.role {
        Role::Events { time, customer } => vec![time.clone(), customer.clone(), plan.categories.column.clone()],
        Role::Things { key } => vec![key.clone()],
        Role::Customers { key } => {
            let of_source = plan.segments.iter().filter(|it| it.source == source_idx);
            let of_roster = plan
                .roster
                .iter()
                .filter(|_| plan.customers_source() == Some(source_idx));
            let of_roster = of_roster.flat_map(|it| it.feature_columns().into_iter().chain(it.record.names()));
            std::iter::once(key.clone())
                .chain(of_source.map(|it| it.column.clone()))
                .chain(of_roster.map(str::to_owned))
                .collect()
        }
    };
    names.extend(source.lookups.iter().map(|it| it.column.clone()));
    for (_, expr) in &source.columns {
        names.extend(expr.columns());
    }
    for rule in &source.rules {
        names.extend(rule.keeps.columns());
    }
    let of_plan = plan
        .measures
        .iter()
        .filter(|it| it.source == source_idx)
        .map(|it| &it.aggregate);
    let of_analyses = asked
        .iter()
        .filter(|it| it.source == source_idx)
        .flat_map(|it| &it.aggregates);
    for aggregate in of_plan.chain(of_analyses) {
        let of = aggregate.of.iter().chain(&aggregate.filter);
        names.extend(of.flat_map(|expr| expr.columns()));
    }
    if asked
        .iter()
        .any(|it| it.source == source_idx && it.keys.contains(&Key::Clock))
    {
        names.push(read::CLOCK.to_owned());
    }
    names.extend(source.unique.iter().cloned());
    names.sort();
    names.dedup();
    names
}
