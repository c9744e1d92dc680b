//! Metrics as formulas over measures: every aggregate once, every name found.

mod formulas;

use super::label_of;
use super::sources::Table;
use super::units;
use super::units::Carried;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::expr::Aggregate;
use crate::model::expr::Formula;
use crate::model::expr::Reduce;
use crate::model::expr::Term;
use crate::model::plan::Measure;
use crate::model::plan::Metric;
use crate::model::spec::MetricSpec;
use crate::model::spec::Spec;
use crate::model::unit::Unit;

/// Resolves all metrics; returns them in order of writing, with the measures that they are made of.
pub(super) fn metrics(spec: &Spec, tables: &[Option<Table>], found: &mut Diagnostics) -> (Vec<Metric>, Vec<Measure>) {
    let entries: Vec<Entry<'_>> = spec.metrics.iter().map(|(name, metric)| (name, metric)).collect();
    let n_metrics = entries.len();
    let mut all = Resolving::new(spec, tables, entries, n_metrics, found);
    for at in 0..n_metrics {
        all.resolve(at);
    }
    let Resolving { parts, states, .. } = all;
    let measures: Vec<Measure> = parts
        .into_iter()
        .map(|it| match it {
            Part::Measure(measure) => measure,
            Part::SinceLast | Part::SinceFirst | Part::Column(_) => {
                unreachable!("only features are made of what a customer has")
            }
        })
        .collect();
    let metrics = spec.metrics.iter().zip(states).filter_map(|((name, metric), state)| {
        let State::Done(Some(done)) = state else { return None };
        let across = done.formula.leaves().into_iter().all(|it| measures[*it].across);
        Some(Metric {
            name: name.value.clone(),
            label: labelled(name, metric),
            written: metric.written.clone(),
            unit: done.unit.unit(),
            good: metric.good.unwrap_or_default(),
            formula: done.formula,
            across,
        })
    });
    (metrics.collect(), measures)
}

/// Adds the rows of each source that a metric reads, where no metric counts them: an auditor asks what a figure is made of.
pub(super) fn with_rows(mut measures: Vec<Measure>) -> Vec<Measure> {
    let mut sources: Vec<usize> = measures.iter().map(|it| it.source).collect();
    sources.sort_unstable();
    sources.dedup();
    for source in sources {
        let rows = Measure {
            source,
            aggregate: Aggregate {
                reduce: Reduce::Count,
                of: None,
                filter: None,
            },
            // A source that no metric reads by category may have none.
            across: measures.iter().all(|it| it.source != source || it.across),
            missing_is_zero: true,
        };
        if !measures.contains(&rows) {
            measures.push(rows);
        }
    }
    measures
}

/// A feature with its names found.
pub(super) struct Figure {
    /// Over the parts.
    pub formula: Formula<usize>,
    /// Its unit.
    pub unit: Unit,
}

/// Resolves features of customers: expressions over the metrics, each other, and what a customer has. One entry a
/// feature, `None` where it is wrong, which is told; then the parts that they are made of.
///
/// `columns` are the numbers of the customers source.
pub(super) fn features(
    spec: &Spec,
    tables: &[Option<Table>],
    features: &[(Spanned<String>, MetricSpec)],
    columns: &[String],
    found: &mut Diagnostics,
) -> (Vec<Option<Figure>>, Vec<Part>) {
    let metrics = spec.metrics.iter().map(|(name, metric)| (name, metric));
    let n_metrics = spec.metrics.len();
    let entries = metrics
        .chain(features.iter().map(|(name, metric)| (name, metric)))
        .collect();
    let mut all = Resolving {
        columns,
        ..Resolving::new(spec, tables, entries, n_metrics, found)
    };
    let figures = (n_metrics..n_metrics + features.len()).map(|at| {
        let done = all.resolve(at)?;
        Some(Figure {
            formula: done.formula,
            unit: done.unit.unit(),
        })
    });
    (figures.collect(), all.parts)
}

/// Returns what a metric or a feature is called.
pub(super) fn labelled(name: &Spanned<String>, metric: &MetricSpec) -> String {
    let label = metric.label.as_ref();
    label.map_or_else(|| label_of(&name.value), |it| it.value.clone())
}

/// A metric or a feature as written.
type Entry<'a> = (&'a Spanned<String>, &'a MetricSpec);

/// What a formula is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// An aggregate.
    Measure(Measure),
    /// Days since a customer's last row.
    SinceLast,
    /// Days since a customer's first row.
    SinceFirst,
    /// A number of the customers source.
    Column(String),
}

/// What a customer has without being counted, by its name in a feature.
pub(super) const SINCE: [(&str, Part); 2] = [
    ("days_since_last", Part::SinceLast),
    ("days_since_first", Part::SinceFirst),
];

/// How far a metric has come.
#[derive(Debug, Clone)]
enum State {
    Unseen,
    /// It is being resolved: who asks for it now asks in a circle.
    Open,
    /// Resolved, or wrong and reported.
    Done(Option<Done>),
}

/// A formula and its unit.
#[derive(Debug, Clone)]
struct Done {
    formula: Formula<usize>,
    unit: Carried,
}

struct Resolving<'a> {
    spec: &'a Spec,
    tables: &'a [Option<Table>],
    /// Metrics, then features.
    entries: Vec<Entry<'a>>,
    n_metrics: usize,
    /// Numbers of the customers source, which features may name.
    columns: &'a [String],
    found: &'a mut Diagnostics,
    parts: Vec<Part>,
    states: Vec<State>,
    /// The entries that are open, from the first asked for.
    path: Vec<usize>,
}

/// What a metric says of the aggregates that stand in it.
struct Own<'a> {
    at: usize,
    name: &'a Spanned<String>,
    of: Span,
    /// `None` where it cannot be told, which is reported.
    source: Option<usize>,
    across: bool,
    /// What `missing:` says.
    missing_is_zero: Option<bool>,
}

impl<'a> Resolving<'a> {
    fn new(
        spec: &'a Spec,
        tables: &'a [Option<Table>],
        entries: Vec<Entry<'a>>,
        n_metrics: usize,
        found: &'a mut Diagnostics,
    ) -> Self {
        let states = entries.iter().map(|_| State::Unseen).collect();
        Self {
            spec,
            tables,
            entries,
            n_metrics,
            columns: &[],
            found,
            parts: Vec::new(),
            states,
            path: Vec::new(),
        }
    }

    fn resolve(&mut self, at: usize) -> Option<Done> {
        match &self.states[at] {
            State::Done(done) => return done.clone(),
            State::Open => unreachable!("a circle is found before it is entered"),
            State::Unseen => {}
        }
        self.states[at] = State::Open;
        self.path.push(at);
        let done = self.resolve_unseen(at);
        self.path.pop();
        self.states[at] = State::Done(done.clone());
        done
    }

    fn resolve_unseen(&mut self, at: usize) -> Option<Done> {
        let (name, metric) = self.entries[at];
        let has_aggregates = metric
            .of
            .value
            .leaves()
            .into_iter()
            .any(|it| matches!(it, Term::Aggregate(_)));
        let own = self.own(at, name, metric, has_aggregates);
        let done = self.formula(&metric.of.value, &own);
        // `unit:` is checked even where the rest is wrong.
        let carried = done.as_ref().map(|it| it.unit.clone()).unwrap_or_default();
        let unit = match &metric.unit {
            Some(written) => units::declared(written, carried, &name.value, self.found),
            None => carried,
        };
        let done = done?;
        if done.formula.leaves().is_empty() {
            let what = self.what(at);
            let message = format!("{what} `{}` reads no rows", name.value);
            let hint = "a metric is made of aggregates, as `sum(amount)`, or of other metrics";
            self.found.push(
                Diagnostic::spec("metric-without-rows", message)
                    .at(metric.of.span)
                    .hint(hint),
            );
            return None;
        }
        Some(Done { unit, ..done })
    }

    /// Reads what a metric says of its own aggregates.
    fn own<'s>(&mut self, at: usize, name: &'s Spanned<String>, metric: &MetricSpec, has_aggregates: bool) -> Own<'s> {
        let across = metric
            .across
            .as_ref()
            .is_some_and(|it| self.one_of("across", it, &["category"]).is_some());
        let missing = metric
            .missing
            .as_ref()
            .and_then(|it| self.one_of("missing", it, &["zero", "gap"]));
        let source = if has_aggregates || metric.source.is_some() {
            self.source(name, metric)
        } else {
            None
        };
        if !has_aggregates {
            let keys = [
                ("across", &metric.across),
                ("missing", &metric.missing),
                ("source", &metric.source),
            ];
            for (key, written) in keys {
                let Some(written) = written else { continue };
                let message = format!(
                    "`{key}` says how an aggregate is made, and metric `{}` has none of its own",
                    name.value
                );
                let hint = format!("put `{key}` on the metrics that it is made of");
                self.found.push(
                    Diagnostic::spec("no-aggregate-here", message)
                        .at(written.span)
                        .hint(hint),
                );
            }
        }
        Own {
            at,
            name,
            of: metric.of.span,
            source,
            across,
            missing_is_zero: missing.map(|it| it == "zero"),
        }
    }

    /// Reads one of few values.
    fn one_of(&mut self, key: &str, written: &Spanned<String>, known: &[&'static str]) -> Option<&'static str> {
        let value = known.iter().find(|it| **it == written.value).copied();
        if value.is_none() {
            let diagnostic = Diagnostic::spec("unknown-value", format!("`{key}` cannot be `{}`", written.value));
            self.found.push(
                diagnostic
                    .at(written.span)
                    .nearest(&written.value, known.iter().copied()),
            );
        }
        value
    }

    /// Finds the source of a metric's aggregates.
    fn source(&mut self, name: &Spanned<String>, metric: &MetricSpec) -> Option<usize> {
        let events: Vec<usize> = (0..self.spec.sources.len())
            .filter(|at| self.spec.sources[*at].1.time.is_some())
            .collect();
        let names = |events: &[usize]| {
            events
                .iter()
                .map(|at| self.spec.sources[*at].0.value.clone())
                .collect::<Vec<_>>()
        };
        if let Some(written) = &metric.source {
            let at = self.spec.sources.iter().position(|(it, _)| it.value == written.value);
            let wrong = match at {
                Some(at) if events.contains(&at) => return Some(at),
                Some(_) => format!(
                    "source `{}` is a table of customers, and a metric reads what happened",
                    written.value
                ),
                None => format!("there is no source `{}`", written.value),
            };
            let names = names(&events);
            let diagnostic = Diagnostic::spec("unknown-source", wrong).at(written.span);
            self.found
                .push(diagnostic.nearest(&written.value, names.iter().map(String::as_str)));
            return None;
        }
        match events.as_slice() {
            [only] => Some(*only),
            [] => {
                let message = "no source says what happened: a metric needs one with `time:`";
                // Once is enough, however many metrics ask.
                self.found.push(Diagnostic::spec("no-events-source", message));
                None
            }
            several => {
                let message = format!("metric `{}` does not say which source it reads", name.value);
                let hint = format!("add `source:` with one of {}", listed(&names(several)));
                self.found
                    .push(Diagnostic::spec("which-source", message).at(name.span).hint(hint));
                None
            }
        }
    }
}

fn listed(names: &[String]) -> String {
    names
        .iter()
        .map(|it| format!("`{it}`"))
        .collect::<Vec<String>>()
        .join(", ")
}
