//! Formulas of metrics: every name and aggregate in them, and the unit of what they give.
//!
//! It must not know in which order metrics are resolved.

use super::Done;
use super::Own;
use super::Part;
use super::Resolving;
use super::SINCE;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Span;
use crate::model::expr::Aggregate;
use crate::model::expr::Formula;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::expr::Term;
use crate::model::plan::Measure;
use crate::model::unit::Unit;
use crate::resolve::types::Checker;
use crate::resolve::units;
use crate::resolve::units::Carried;

impl Resolving<'_> {
    /// Resolves a formula, and the unit of what it gives.
    pub(super) fn formula(&mut self, formula: &Formula<Term>, own: &Own<'_>) -> Option<Done> {
        match formula {
            Formula::Number(x) => Some(Done {
                formula: Formula::Number(*x),
                unit: Carried::default(),
            }),
            Formula::Leaf(Term::Aggregate(aggregate)) => self.aggregate(aggregate, own),
            Formula::Leaf(Term::Metric(name)) => self.named(name, own),
            Formula::Neg(of) => {
                let of = self.formula(of, own)?;
                Some(Done {
                    formula: Formula::Neg(Box::new(of.formula)),
                    unit: of.unit,
                })
            }
            Formula::Binary(op, left, right) => {
                let (left, right) = (self.formula(left, own), self.formula(right, own));
                let (left, right) = (left?, right?);
                let unit = match op {
                    Op::Mul => left.unit.times(right.unit),
                    Op::Div => left.unit.over(right.unit),
                    _ => self.sum(*op, left.unit, right.unit, own.of),
                };
                Some(Done {
                    formula: Formula::Binary(*op, Box::new(left.formula), Box::new(right.formula)),
                    unit,
                })
            }
            Formula::Coalesce(parts) => {
                let parts: Vec<Option<Done>> = parts.iter().map(|it| self.formula(it, own)).collect();
                let mut formulas = Vec::new();
                let mut unit = Carried::default();
                for part in parts.into_iter().collect::<Option<Vec<Done>>>()? {
                    unit = self.sum(Op::Add, unit, part.unit, own.of);
                    formulas.push(part.formula);
                }
                Some(Done {
                    formula: Formula::Coalesce(formulas),
                    unit,
                })
            }
        }
    }

    /// Returns the unit of a sum; reports two that differ.
    fn sum(&mut self, op: Op, left: Carried, right: Carried, at: Span) -> Carried {
        match left.clone().plus(right.clone()) {
            Some(unit) => unit,
            None => {
                units::refuse_sum(op, &left, &right, at, self.found);
                Carried::default()
            }
        }
    }

    /// Checks an aggregate, and gives it its place among the measures.
    fn aggregate(&mut self, aggregate: &Aggregate, own: &Own<'_>) -> Option<Done> {
        let at = own.source?;
        let (name, source) = &self.spec.sources[at];
        if let Some(table) = &self.tables[at] {
            let mut checker = Checker {
                source: &name.value,
                columns: &table.columns,
                spec: self.spec,
                within: own.of,
                found: self.found,
            };
            checker.aggregate(aggregate);
        }
        let customer = source.customer.as_ref().map_or("", |it| it.value.as_str());
        let unit = units::of_aggregate(aggregate, &name.value, customer);
        let adds_up = matches!(aggregate.reduce, Reduce::Sum | Reduce::Count | Reduce::CountDistinct);
        let measure = Measure {
            source: at,
            aggregate: aggregate.clone(),
            across: own.across,
            missing_is_zero: own.missing_is_zero.unwrap_or(adds_up),
        };
        Some(self.part(Part::Measure(measure), unit))
    }

    /// Gives a part its place.
    fn part(&mut self, part: Part, unit: Carried) -> Done {
        let index = self.parts.iter().position(|it| *it == part).unwrap_or_else(|| {
            self.parts.push(part);
            self.parts.len() - 1
        });
        Done {
            formula: Formula::Leaf(index),
            unit,
        }
    }

    /// Returns what an entry is.
    pub(super) fn what(&self, at: usize) -> &'static str {
        if at < self.n_metrics { "metric" } else { "feature" }
    }

    /// Finds what a bare name means: for a metric another metric; for a feature another feature, a metric, or what a
    /// customer has.
    fn named(&mut self, written: &str, own: &Own<'_>) -> Option<Done> {
        let place = self.spec.place(written, own.of);
        let is_feature = self.n_metrics <= own.at;
        let is = |at: &usize| self.entries[*at].0.value == written;
        let metric = (0..self.n_metrics).find(is);
        // `spend: spend` is the metric of that name for each customer.
        let feature = (self.n_metrics..self.entries.len())
            .filter(|at| is_feature && *at != own.at)
            .find(is);
        let Some(at) = feature.or(metric) else {
            if is_feature && let Some(part) = self.had(written) {
                return Some(part);
            }
            self.refuse_name(written, place, own);
            return None;
        };
        if at < self.n_metrics && is_feature {
            // What is wrong with a metric has been told.
            let told = std::mem::take(self.found);
            let done = self.resolve(at);
            *self.found = told;
            return done;
        }
        if let Some(start) = self.path.iter().position(|it| *it == at) {
            let mut names: Vec<&str> = self.path[start..]
                .iter()
                .map(|it| self.entries[*it].0.value.as_str())
                .collect();
            names.push(written);
            let what = self.what(at);
            let message = format!("{what} `{written}` is made of itself: {}", names.join(" → "));
            let diagnostic = Diagnostic::spec("metric-cycle", message).at(place);
            let diagnostic = match self.owner(written, own) {
                Some(_) => diagnostic.hint(format!("a column stands inside an aggregate: `sum({written})`")),
                None => diagnostic.hint("make one of them of aggregates, as `sum(amount)`"),
            };
            self.found.push(diagnostic);
            return None;
        }
        self.resolve(at)
    }

    /// Finds what a customer has: days since rows, or a number of the customers source.
    fn had(&mut self, written: &str) -> Option<Done> {
        if let Some((_, part)) = SINCE.iter().find(|it| it.0 == written) {
            return Some(self.part(part.clone(), Carried::known(&Unit::count("day"))));
        }
        let is_column = self.columns.iter().any(|it| it == written);
        is_column.then(|| self.part(Part::Column(written.to_owned()), Carried::default()))
    }

    fn refuse_name(&mut self, written: &str, place: Span, own: &Own<'_>) {
        if self.spec.unread.iter().any(|it| it == written) {
            return;
        }
        if let Some(source) = self.owner(written, own) {
            let message = format!("`{written}` is a column of source `{source}`, and a metric adds rows up");
            let hint = format!("put it inside an aggregate: `sum({written})`");
            self.found.push(
                Diagnostic::spec("column-outside-an-aggregate", message)
                    .at(place)
                    .hint(hint),
            );
            return;
        }
        let is_feature = self.n_metrics <= own.at;
        let message = if is_feature {
            format!("`{written}` is no feature, no metric, and no number of the customers source")
        } else {
            format!("`{written}` is neither a metric nor a column")
        };
        let since = SINCE.iter().map(|it| it.0).filter(|_| is_feature);
        let n_named = if is_feature { self.entries.len() } else { self.n_metrics };
        let named = self.entries[..n_named].iter().map(|it| it.0.value.as_str());
        let mut known: Vec<&str> = Vec::new();
        for name in named.filter(|it| *it != own.name.value).chain(since) {
            // A feature may have the name of a metric.
            if !known.contains(&name) {
                known.push(name);
            }
        }
        self.found.push(
            Diagnostic::spec("unknown-metric", message)
                .at(place)
                .nearest(written, known),
        );
    }

    /// Returns the name of the source that has such a column, the metric's own first.
    fn owner(&self, column: &str, own: &Own<'_>) -> Option<String> {
        let first = own.source.and_then(|at| self.tables[at].as_ref());
        let all = first.into_iter().chain(self.tables.iter().flatten());
        let owner = all
            .into_iter()
            .find(|it| it.columns.iter().any(|it| it.name == column))?;
        Some(owner.source.name.clone())
    }
}
