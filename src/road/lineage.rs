//! Where figures come from: the definition of each metric, the cells that it is made of, rules, files and their hashes.
//!
//! It is what a plan knows, by the names that facts carry, so that a reader can walk from a printed figure to its rows:
//! in the HTML memo by a click, in a terminal by `bellwether why`. It must not know how a walk is shown.

use super::Computed;
use super::Planned;
use super::facts_json;
use crate::analysis::cells;
use crate::audit;
use crate::audit::Inputs;
use crate::model::plan::Metric;
use crate::model::plan::Plan;
use crate::model::plan::Source;
use serde::Serialize;
use std::collections::BTreeMap;

/// Files that a page lists; the manifest holds all.
const LISTED: usize = 12;

/// Where the figures of a memo come from.
#[derive(Debug, Clone, Serialize)]
pub struct Lineage {
    /// The spec's file and its hash.
    pub spec: [String; 2],
    /// The program.
    pub engine: String,
    /// Metrics, by name.
    pub metrics: BTreeMap<String, MetricLine>,
    /// Sources, by name.
    pub sources: BTreeMap<String, SourceLine>,
}

/// What a metric is.
#[derive(Debug, Clone, Serialize)]
pub struct MetricLine {
    /// What it is called in the memo.
    pub label: String,
    /// Its expression as written.
    pub written: String,
    /// The aggregates that it is made of, in the order of its expression.
    pub parts: Vec<PartLine>,
}

/// An aggregate of a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartLine {
    /// As an author writes it: `sum(amount)`.
    pub written: String,
    /// The source whose rows it reduces.
    pub source: String,
    /// Its facts stand under this name: `/` and the category's safe name follow, or `/_all`.
    pub cells: String,
    /// True where it is the same for all categories.
    pub across: bool,
}

/// What a source is.
#[derive(Debug, Clone, Serialize)]
pub struct SourceLine {
    /// Its rules as written, with their reasons.
    pub rules: Vec<String>,
    /// How its rows are counted: facts as those of a part; empty where no metric reads it.
    pub rows: String,
    /// How many files it has.
    pub n_files: usize,
    /// The first of its files with their hashes.
    pub files: Vec<[String; 2]>,
    /// One hash over those of all files.
    pub hash: String,
}

/// Says where the figures of a memo come from.
pub fn lineage(plan: &Plan, inputs: &Inputs) -> Lineage {
    let metric = |it: &Metric| (it.name.clone(), metric_line(plan, it));
    let source = |(idx, it): (usize, &Source)| (it.name.clone(), source_line(plan, idx, it, inputs));
    Lineage {
        spec: [inputs.spec_file.clone(), inputs.spec.clone()],
        engine: inputs.engine.clone(),
        metrics: plan.metrics.iter().map(metric).collect(),
        sources: plan.sources.iter().enumerate().map(source).collect(),
    }
}

/// Writes facts, and where they come from, as the HTML memo carries them.
pub fn figures_json(planned: &Planned, computed: &Computed) -> String {
    let lineage = lineage(&planned.plan, &computed.inputs);
    let lineage = serde_json::to_string(&lineage).expect("a lineage is text");
    format!(
        "{{\"facts\": {},\n\"lineage\": {lineage}}}",
        facts_json(&computed.facts).trim_end()
    )
}

fn metric_line(plan: &Plan, metric: &Metric) -> MetricLine {
    let mut parts: Vec<PartLine> = Vec::new();
    for &&measure_idx in &metric.formula.leaves() {
        let measure = &plan.measures[measure_idx];
        let part = PartLine {
            written: cells::written(measure),
            source: plan.sources[measure.source].name.clone(),
            cells: under(plan, measure_idx),
            across: measure.across,
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    MetricLine {
        label: metric.label.clone(),
        written: metric.written.clone(),
        parts,
    }
}

fn source_line(plan: &Plan, idx: usize, source: &Source, inputs: &Inputs) -> SourceLine {
    let is_rows = |it: usize| {
        let measure = &plan.measures[it];
        measure.source == idx && cells::written(measure) == "count(*)"
    };
    let rows = (0..plan.measures.len()).find(|it| is_rows(*it));
    let rules = source.rules.iter().map(|it| {
        if it.because.is_empty() {
            it.written.clone()
        } else {
            format!("{} ({})", it.written, it.because)
        }
    });
    let empty = BTreeMap::new();
    let files = inputs.sources.get(&source.name).unwrap_or(&empty);
    let listed = files
        .iter()
        .take(LISTED)
        .map(|(file, hash)| [file.clone(), hash.clone()]);
    SourceLine {
        rules: rules.collect(),
        rows: rows.map(|it| under(plan, it)).unwrap_or_default(),
        n_files: files.len(),
        files: listed.collect(),
        hash: audit::hash_of_hashes(files),
    }
}

/// The name that a measure's cells have in common.
fn under(plan: &Plan, measure_idx: usize) -> String {
    let all = cells::cell(plan, measure_idx, None);
    all.rsplit_once('/').map_or(all.clone(), |it| it.0.to_owned())
}
