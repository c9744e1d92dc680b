//! The cells that figures are made of: exact sums, counts and rows of the periods that a memo holds against each other.
//!
//! It stands in every memo and tells nothing of itself. What a printed figure goes back to is looked up here: by a reader
//! who asks for its origin, by an auditor who asks why, and by a later memo that says what became of an earlier figure.
//! It must not know which figures are printed.

use super::Recorder;
use super::Run;
use super::Task;
use super::Tell;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Formula;
use crate::model::facts::Facts;
use crate::model::facts::Value;
use crate::model::memo::Memo;
use crate::model::panel::Panel;
use crate::model::period::Period;
use crate::model::plan::Measure;
use crate::model::plan::Plan;
use crate::model::unit::Unit;
use crate::model::written;
use crate::words::text;

/// Its name in facts.
pub const NAME: &str = "cells";
/// Names the cells over all categories; no safe name of a category has an underscore.
const ALL: &str = "_all";

/// The task that every memo has.
pub(super) struct Cells;

impl Task for Cells {
    fn name(&self) -> &'static str {
        NAME
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ NAME: {} })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        let mut record = Recorder::new(NAME);
        let periods = told(run.plan);
        let names: Vec<String> = periods.iter().map(|it| run.plan.periods.calendar.name(it)).collect();
        for (measure_idx, measure) in run.plan.measures.iter().enumerate() {
            let unit = unit(run.plan, measure_idx);
            let method = method(run.plan, measure);
            let mut cell = |category: Option<usize>| {
                let slug = category.map_or(ALL, |it| run.slugs[it].as_str());
                let label = category.map_or("", |it| run.panel.categories[it].as_str());
                let values = periods.iter().map(|it| value(run.panel, measure_idx, category, it));
                let value = Value::Series {
                    periods: names.clone(),
                    values: values.collect(),
                };
                record.about("", label, Vec::new());
                record.fact(
                    id(run.plan, measure_idx, slug),
                    value,
                    unit.clone(),
                    None,
                    None,
                    &method,
                );
            };
            cell(None);
            if !measure.across {
                (0..run.panel.categories.len()).for_each(|it| cell(Some(it)));
            }
        }
        Ok((record.facts, Vec::new()))
    }

    fn tell(&self, _tell: &Tell, _memo: &mut Memo) {}
}

/// Names the cells of a measure in a category, by the category's safe name, or over all of them with `None`.
pub fn cell(plan: &Plan, measure_idx: usize, slug: Option<&str>) -> String {
    let across = plan.measures[measure_idx].across;
    id(plan, measure_idx, slug.filter(|_| !across).unwrap_or(ALL))
}

/// Writes what a measure reduces, as an author writes it: `sum(amount)`.
pub fn written(measure: &Measure) -> String {
    written::aggregate(&measure.aggregate).replace('"', "")
}

/// A measure's facts stand under its source and its aggregate; one that drops the category is another one.
fn id(plan: &Plan, measure_idx: usize, slug: &str) -> String {
    let names: Vec<String> = plan
        .measures
        .iter()
        .map(|it| {
            let across = if it.across { " across" } else { "" };
            let reduced = written(it).replace("count(*)", "rows");
            format!("{} {reduced}{across}", plan.sources[it.source].name)
        })
        .collect();
    format!("{NAME}/{}/{slug}", text::slugs(&names)[measure_idx])
}

/// The periods that a memo holds against each other, ascending, each once.
fn told(plan: &Plan) -> Vec<Period> {
    let compared = plan.periods.comparisons.iter().flat_map(|it| it.periods.iter());
    let mut periods: Vec<Period> = compared.chain([&plan.periods.target]).copied().collect();
    periods.sort();
    periods.dedup();
    periods
}

fn value(panel: &Panel, measure_idx: usize, category: Option<usize>, period: &Period) -> Option<f64> {
    let mut panels = std::iter::once(panel).chain(&panel.windows);
    let at = |panel: &Panel| panel.periods.iter().position(|it| it == period);
    let (panel, at) = panels.find_map(|it| Some((it, at(it)?)))?;
    match category {
        Some(category) => panel.cube[measure_idx][category][at],
        None => panel.totals[measure_idx][at],
    }
}

/// The unit of a metric that is this measure and nothing else; a pure number where there is none.
fn unit(plan: &Plan, measure_idx: usize) -> Unit {
    let metric = plan.metrics.iter().find(|it| it.formula == Formula::Leaf(measure_idx));
    metric.map(|it| it.unit.clone()).unwrap_or_default()
}

fn method(plan: &Plan, measure: &Measure) -> String {
    let source = &plan.sources[measure.source].name;
    let across = if measure.across { ", over all categories" } else { "" };
    format!("{} of `{source}`{across}, after its rules", written(measure))
}
