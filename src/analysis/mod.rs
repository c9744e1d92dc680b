//! The analyses: each one file, registered by one line below.
//!
//! An analysis decodes its own options, says what it needs, computes facts, and tells them. Facts are
//! all that its telling may use. It must not read data, and it must not know PDF from HTML.

pub mod cells;
pub mod clusters;
pub mod cohorts;
pub mod contribution;
pub mod definition;
pub mod deviation;
pub mod disclosure;
pub mod drivers;
pub mod early;
pub mod funnel;
mod groups;
pub mod headline;
pub mod hypotheses;
mod kept;
mod levels;
pub mod migration;
mod moves;
pub mod notes;
pub mod profile;
pub mod quality;
mod reading;
pub mod record;
pub mod relations;
pub mod restatement;
pub mod rfm;
pub mod rhythm;
pub mod roster;
mod shares;
pub mod stability;
mod subjects;
pub mod text;
mod verdict;

use crate::gather::Need;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::diagnostic::nearest;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Provenance;
use crate::model::facts::Value;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::panel::Panel;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::plan::Comparison;
use crate::model::plan::Plan;
use crate::model::request::Request;
use crate::model::roster::Roster;
use crate::model::spec::SegmentSpec;
use crate::model::spec::Spec;
use crate::model::unit::Unit;
use crate::say;
use crate::words::Words;
use crate::words::text::capitalised;

/// All analyses, in the order in which the README lists them.
pub static REGISTRY: [&dyn Analysis; 17] = [
    &headline::Headline,
    &deviation::Deviation,
    &drivers::Drivers,
    &contribution::Contribution,
    &rhythm::Rhythm,
    &rfm::Rfm,
    &funnel::Funnel,
    &cohorts::Cohorts,
    &roster::Roster,
    &clusters::Clusters,
    &profile::Profile,
    &relations::Relations,
    &stability::Stability,
    &migration::Migration,
    &hypotheses::Hypotheses,
    &text::Text,
    &quality::Quality,
];

/// What `against:` means wherever it stands.
const AGAINST: &str = "One of `periods: compare:`. Where it is left out: the first.";

/// What `min_cell:` means wherever it stands.
const MIN_CELL_DOC: &str = "Levels with fewer customers on either side are merged; never below the memo's own. Where it is left out: the memo's own.";

/// Below so many customers nothing is said of what is typical of them, whatever the data allow to be shown.
const A_HANDFUL: u64 = 10;

/// What can stand in a spec's `memo:`.
pub trait Analysis: Sync {
    /// Its name in a spec.
    fn name(&self) -> &'static str;

    /// What it answers, in one line, for the README.
    fn summary(&self) -> &'static str;

    /// What may stand under its name.
    fn form(&self) -> Form;

    /// Decodes its options against a plan, reporting every mistake; `None` where there is one.
    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>>;
}

/// An analysis with its options decoded.
pub trait Task: Send + Sync {
    /// Its analysis' name.
    fn name(&self) -> &'static str;

    /// The analyses whose facts it sees: it runs in a wave after theirs.
    fn uses(&self) -> &'static [&'static str] {
        &[]
    }

    /// True where it reads the customer table: then it follows from the spec's roster too.
    fn sees_customers(&self) -> bool {
        false
    }

    /// What it asks of the sources beyond the cube, known from the plan alone: answered in the first pass over the data,
    /// whatever its wave, and found again by [`Panel::answer`].
    fn asks(&self, _plan: &Plan) -> Vec<Request> {
        Vec::new()
    }

    /// What it needs beyond the cube, from the facts of the analyses that it uses.
    fn needs(&self, _run: &Run) -> Vec<Need> {
        Vec::new()
    }

    /// Computes its facts; warnings reach the quality appendix.
    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics>;

    /// Tells its facts: sentences, tables, charts, method.
    fn tell(&self, tell: &Tell, memo: &mut Memo);

    /// Its options with all defaults in, for `explain --stage plan`.
    fn options(&self) -> serde_json::Value;
}

/// What options are checked against.
#[derive(Debug)]
pub struct Scope<'a> {
    /// The spec: what is written in it and is wrong elsewhere is nobody's mistake here.
    pub spec: &'a Spec,
    /// The plan; a draft without figures where the spec is wrong elsewhere.
    pub plan: &'a Plan,
    /// The labels of the tracked dimension, ascending; empty where they are not known.
    pub categories: &'a [String],
}

/// What a running analysis sees.
#[derive(Debug)]
pub struct Run<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The panel.
    pub panel: &'a Panel,
    /// Facts of the analyses that it uses.
    pub facts: &'a Facts,
    /// One safe name a category of the panel.
    pub slugs: &'a [String],
}

/// How facts name those who did not state an attribute, and what small levels were merged into.
const NOT_STATED: &str = "not stated";
const MERGED: &str = "other";

/// What a telling analysis sees: no panel, only facts.
#[derive(Debug)]
pub struct Tell<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// All facts.
    pub facts: &'a Facts,
    /// Numbers, dates and sentences as text.
    pub words: &'a Words,
}

impl Tell<'_> {
    /// Words what a fact says that a change is held against: facts name periods in English, and a memo in its language.
    fn against(&self, fact: &str) -> String {
        let label = self.facts.text(fact).unwrap_or_default();
        let comparison = self.plan.periods.comparisons.iter().find(|it| it.label == label);
        comparison.map_or_else(|| label.to_owned(), |it| self.words.comparison(it))
    }

    /// Names a level of an attribute, or levels crossed: what the program put there itself, for those who did not state it
    /// and for small levels that were merged, is worded.
    fn level(&self, label: &str) -> String {
        let worded = |part: &str| match part.to_lowercase().as_str() {
            NOT_STATED => say!(self.words, "level-not-stated"),
            MERGED => say!(self.words, "level-merged"),
            _ => part.to_owned(),
        };
        let parts: Vec<String> = label.split(", ").map(worded).collect();
        let all = parts.join(", ");
        if label.starts_with(char::is_uppercase) {
            capitalised(&all)
        } else {
            all
        }
    }

    /// Returns the fewest customers of whom something typical is said.
    fn least(&self) -> u64 {
        least(self.plan)
    }

    /// Names the customers that a metric counts: "active customers", from the unit of its lower part.
    fn population(&self, metric: usize) -> String {
        let noun = self.plan.metrics[metric].unit.per.as_deref();
        noun.map_or_else(|| say!(self.words, "customers"), |it| self.words.plural(it))
    }
}

/// Returns the fewest customers of whom something typical is said.
fn least(plan: &Plan) -> u64 {
    plan.min_cell.max(A_HANDFUL)
}

/// Decodes the memo of a spec; every mistake of every analysis goes to `found`. `categories` are the labels in the
/// data, where they are known.
pub fn tasks(spec: &Spec, plan: &Plan, categories: &[String], found: &mut Diagnostics) -> Vec<Box<dyn Task>> {
    let mut tasks = Vec::new();
    let scope = Scope { spec, plan, categories };
    for (place, entry) in spec.memo.iter().enumerate() {
        let name = &entry.name;
        let is_repeated = spec.memo[..place].iter().any(|it| it.name.value == name.value);
        if is_repeated && name.value != text::NAME {
            let message = format!("`{}` stands in the memo twice", name.value);
            let hint = match REGISTRY.iter().find(|it| it.name() == name.value).map(|it| it.form()) {
                Some(Form::Map(_, keys)) if keys.iter().any(|it| it.name == "metrics") => {
                    "name all its metrics in one entry, or write a second spec"
                }
                _ => "a memo has one of each: what else it should tell stands in a second spec",
            };
            found.push(Diagnostic::spec("repeated-analysis", message).at(name.span).hint(hint));
            continue;
        }
        let analysis = REGISTRY.iter().find(|it| it.name() == name.value);
        let analysis = analysis.expect("a spec that was read names only registered analyses");
        tasks.extend(analysis.check(&entry.options, &scope, found));
    }
    // No author asks for what an auditor needs.
    tasks.push(Box::new(cells::Cells));
    tasks
}

impl Scope<'_> {
    /// Finds a metric by name. A metric that is written and wrong is not told again.
    fn metric(&self, name: &Spanned<String>, found: &mut Diagnostics) -> Option<usize> {
        let idx = self.plan.metrics.iter().position(|it| it.name == name.value);
        if idx.is_none() {
            self.spec.unknown_metric(name).into_iter().for_each(|it| found.push(it));
        }
        idx
    }

    /// Finds a comparison of `periods: compare:` by name.
    fn comparison(&self, name: &Spanned<String>, found: &mut Diagnostics) -> Option<Comparison> {
        let comparisons = &self.plan.periods.comparisons;
        let comparison = comparisons.iter().find(|it| it.name == name.value).cloned();
        // Where one of the list is no comparison at all, that is told, and which of the others it was meant to be is not known.
        let is_one = |text: &str| {
            matches!(text, "previous" | "year_ago")
                || text.starts_with("mean of last ")
                || self.plan.periods.calendar.parse(text).is_some()
        };
        let has_wrong = self.spec.periods.compare.iter().any(|it| !is_one(&it.value));
        if comparison.is_none() && !(has_wrong && is_one(&name.value)) {
            let message = format!("the spec does not compare against `{}`", name.value);
            let known = comparisons.iter().map(|it| it.name.as_str());
            let hint = "add it to `periods: compare:`";
            found.push(
                Diagnostic::spec("unknown-comparison", message)
                    .at(name.span)
                    .nearest(&name.value, known)
                    .hint(hint),
            );
        }
        comparison
    }

    /// Finds a segment dimension by name. One that is written and wrong is not told again.
    fn segment(&self, name: &Spanned<String>, found: &mut Diagnostics) -> Option<usize> {
        let idx = self.plan.segments.iter().position(|it| it.name == name.value);
        // One that is written is nobody's mistake here; one that is told to be wrong may be the one that is meant.
        let is_meant = |it: &SegmentSpec| {
            let places = [Some(it.name.span), it.of.as_ref().map(|it| it.span)];
            let mut told = found.0.iter().filter(|told| told.span.is_some());
            let (written, name) = (it.name.value.as_str(), name.value.as_str());
            let is_near = || written.contains(name) || nearest(name, &[written]).is_some();
            written == name || is_near() && told.any(|told| places.contains(&told.span))
        };
        if idx.is_none() && !self.spec.segments.iter().any(is_meant) {
            let message = format!("there is no segment dimension `{}`", name.value);
            let known = self.spec.segments.iter().map(|it| it.name.value.as_str());
            found.push(
                Diagnostic::spec("unknown-segment", message)
                    .at(name.span)
                    .nearest(&name.value, known),
            );
        }
        idx
    }

    /// Returns the roster; reports that there is none.
    fn roster(&self, analysis: &str, at: Span, found: &mut Diagnostics) -> Option<&Roster> {
        if self.spec.roster.is_none() {
            let message = format!("`{analysis}` tells of a table of customers, and the spec has none");
            let hint = "say what is known of each customer: `roster: { features: { visits: count(*) } }`";
            found.push(Diagnostic::spec("no-roster", message).at(at).hint(hint));
        }
        self.plan.roster.as_ref()
    }

    /// Finds a feature of the roster by name. One that is written and wrong is not told again.
    fn feature(&self, roster: &Roster, name: &Spanned<String>, found: &mut Diagnostics) -> Option<usize> {
        let at = roster.feature(&name.value);
        let is_empty = roster.features.is_empty();
        if at.is_none() && !is_empty && !self.spec.unread.contains(&name.value) {
            let message = format!("the roster has no feature `{}`", name.value);
            let known = roster.features.iter().map(|it| it.name.as_str());
            let diagnostic = Diagnostic::spec("unknown-feature", message).at(name.span);
            found.push(diagnostic.nearest(&name.value, known));
        }
        at
    }

    /// Tells whether a source could not be made out: what a metric counts is not known then, and is nobody's mistake.
    fn lacks_sources(&self) -> bool {
        self.plan.sources.len() < self.spec.sources.len()
    }

    /// Returns the grain, where the spec says one that there is.
    fn grain(&self) -> Option<Grain> {
        Grain::parse(&self.spec.periods.grain.value)
    }

    /// Reads an analysis' own `min_cell:`, which may be larger than the memo's; the memo's where it is left out.
    fn min_cell(&self, node: Option<&Node>, found: &mut Diagnostics) -> u64 {
        let of_memo = self.plan.min_cell;
        let Some(own) = node.and_then(|it| it.count("`min_cell`", found)) else {
            return of_memo;
        };
        if own.value < of_memo {
            let message = format!("`min_cell: {}` is below the memo's own, which is {of_memo}", own.value);
            let hint = format!(
                "one table that shows fewer gives away what the others hide: write {of_memo} or more, or `min_cell: {}` at the \
                 top of the spec",
                own.value
            );
            found.push(Diagnostic::spec("low-min-cell", message).at(own.span).hint(hint));
        }
        own.value.max(of_memo)
    }

    /// Reads `against:`; the first comparison of the spec where it is left out.
    fn against(&self, node: Option<&Node>, found: &mut Diagnostics) -> Option<Comparison> {
        match node {
            Some(node) => {
                let name = node.text("`against`", found)?;
                self.comparison(&name, found)
            }
            None => self.plan.periods.comparisons.first().cloned(),
        }
    }
}

impl Run<'_> {
    /// Returns the fewest customers of whom anything is said beyond that they are there.
    fn least(&self) -> u64 {
        least(self.plan)
    }

    /// Returns a metric of a category over the panel's periods; null as SQL says.
    fn series(&self, metric: usize, category: usize) -> Vec<Option<f64>> {
        let value = |period: usize| {
            self.plan.metrics[metric]
                .formula
                .value(&|&measure| self.panel.cube[measure][category][period])
        };
        (0..self.panel.periods.len()).map(value).collect()
    }

    /// Returns what the calendar calls the panel's periods, from one on.
    fn names(&self, from: usize) -> Vec<String> {
        let periods = &self.panel.periods[from..];
        periods.iter().map(|it| self.plan.periods.calendar.name(it)).collect()
    }

    /// Returns a metric over all categories, recomputed from its parts.
    fn totals(&self, metric: usize) -> Vec<Option<f64>> {
        let value = |period: usize| {
            self.plan.metrics[metric]
                .formula
                .value(&|&measure| self.panel.totals[measure][period])
        };
        (0..self.panel.periods.len()).map(value).collect()
    }

    /// Returns the mean of a metric over a comparison's periods, of a category or, with `None`, of all; `None` where one of
    /// them has no value.
    fn before(&self, metric: usize, category: Option<usize>, comparison: &Comparison) -> Option<f64> {
        let value = |period: &Period| {
            let mut panels = std::iter::once(self.panel).chain(&self.panel.windows);
            let at = |panel: &Panel| panel.periods.iter().position(|it| it == period);
            let (panel, at) = panels.find_map(|it| Some((it, at(it)?)))?;
            self.plan.metrics[metric].formula.value(&|&measure| match category {
                Some(category) => panel.cube[measure][category][at],
                None => panel.totals[measure][at],
            })
        };
        let values: Option<Vec<f64>> = comparison.periods.iter().map(value).collect();
        crate::stats::sum::mean(&values?)
    }

    /// Finds a category by its safe name.
    fn category(&self, slug: &str) -> Option<usize> {
        self.slugs.iter().position(|it| it == slug)
    }
}

/// Starts facts of one analysis that share their provenance.
#[derive(Debug, Clone)]
struct Recorder {
    facts: Facts,
    from: Provenance,
}

impl Recorder {
    fn new(analysis: &str) -> Self {
        Self {
            facts: Facts::new(),
            from: Provenance {
                analysis: analysis.to_owned(),
                ..Provenance::default()
            },
        }
    }

    /// Says what the next facts are about.
    fn about(&mut self, metric: &str, category: &str, periods: Vec<String>) -> &mut Self {
        metric.clone_into(&mut self.from.metric);
        category.clone_into(&mut self.from.category);
        self.from.periods = periods;
        self
    }

    fn number(&mut self, id: String, value: Option<f64>, unit: Unit, method: &str) -> &mut Self {
        self.fact(id, Value::Number(value), unit, None, None, method)
    }

    /// Records that there is a figure, and that the memo keeps it to itself.
    fn withheld(&mut self, id: String, unit: Unit) -> &mut Self {
        self.number(id, None, unit, disclosure::WITHHELD)
    }

    /// Records a count of customers, or that it is kept.
    fn count_unless(&mut self, is_kept: bool, id: String, n: u64, method: &str) -> &mut Self {
        // Counts are far below 2^53: the cast is exact.
        if is_kept {
            self.withheld(id, Unit::default())
        } else {
            self.number(id, Some(n as f64), Unit::default(), method)
        }
    }

    fn text(&mut self, id: String, text: impl Into<String>, method: &str) -> &mut Self {
        self.fact(id, Value::Text(text.into()), Unit::default(), None, None, method)
    }

    fn list(&mut self, id: String, labels: Vec<String>, method: &str) -> &mut Self {
        self.fact(id, Value::List(labels), Unit::default(), None, None, method)
    }

    fn fact(
        &mut self,
        id: String,
        value: Value,
        unit: Unit,
        interval: Option<crate::model::facts::Interval>,
        n: Option<u64>,
        method: &str,
    ) -> &mut Self {
        let from = Provenance {
            method: method.to_owned(),
            ..self.from.clone()
        };
        self.facts.insert(
            id,
            Fact {
                value,
                unit,
                interval,
                n,
                from,
            },
        );
        self
    }
}
