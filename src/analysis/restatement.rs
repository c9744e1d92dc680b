//! Restatement: what earlier memos said of a figure, what the same figure reads now, and why.
//!
//! A late batch changes a month that was told. Who decided by it learns here that it reads otherwise, by how much, and what
//! was changed; where nothing reads otherwise nothing is said. It must not know where earlier memos are kept.

mod telling;

use super::cells;
use crate::model::difference::Cause;
use crate::model::difference::Change;
use crate::model::difference::is_observed;
use crate::model::difference::restated;
use crate::model::earlier::EarlierMemo;
use crate::model::facts::Fact;
use crate::model::facts::FactId;
use crate::model::facts::Facts;
use crate::model::facts::Provenance;
use crate::model::facts::Value;
use crate::model::facts::rounded;
use crate::model::plan::Plan;
use crate::model::unit::Unit;
use crate::words::text;
use std::collections::BTreeSet;
pub use telling::tell;

/// The name of its facts.
const NAME: &str = "restatement";
/// The bases of all restated figures, by how much they moved.
const RANKED: &str = "restatement/ranked";
/// More changed files than these are counted, not named.
const NAMED_FILES: usize = 4;

/// A figure of an earlier memo that reads otherwise now.
struct Point<'a> {
    metric: &'a str,
    /// Its label; empty for a figure over all categories.
    category: &'a str,
    unit: &'a Unit,
    period: String,
    was: Option<f64>,
    is: Option<f64>,
    /// The memo that told it last.
    memo: &'a EarlierMemo,
}

/// Holds facts against earlier memos, the oldest first, and returns what reads otherwise: `restatement/…`; nothing where
/// there is no earlier memo.
///
/// What counts is what was told last: a restatement that an earlier memo made is not made again.
pub fn facts(plan: &Plan, found: &Facts, earlier: &[EarlierMemo]) -> Facts {
    let mut facts = Facts::new();
    if earlier.is_empty() {
        return facts;
    }
    let (points, n_held) = points(plan, found, earlier);
    let mut put = |id: String, value: Value, unit: &Unit, from: Provenance| {
        let fact = Fact {
            value,
            unit: unit.clone(),
            interval: None,
            n: None,
            from,
        };
        facts.insert(id, fact);
    };
    let plain = |method: &str| Provenance {
        analysis: NAME.into(),
        method: method.into(),
        ..Provenance::default()
    };
    let number = |x: usize| Value::Number(Some(x as f64));
    let names = earlier.iter().map(|it| it.name.clone()).collect();
    let how = "earlier memos of the same spec that this one is held against";
    put(
        format!("{NAME}/memos"),
        Value::List(names),
        &Unit::default(),
        plain(how),
    );
    let how = "figures that an earlier memo told, and this one tells";
    put(format!("{NAME}/held"), number(n_held), &Unit::default(), plain(how));
    let how = "figures that read otherwise than an earlier memo told, the largest change first";
    let bases = points.iter().map(base).collect();
    put(RANKED.to_owned(), Value::List(bases), &Unit::default(), plain(how));
    for point in &points {
        let from = |method: String| Provenance {
            analysis: NAME.into(),
            periods: vec![point.period.clone()],
            method,
            metric: point.metric.to_owned(),
            category: point.category.to_owned(),
        };
        let unit = point.unit;
        let told = from(format!("as the memo `{}` told it", point.memo.name));
        put(format!("{}/was", base(point)), Value::Number(point.was), unit, told);
        let now = from("as it reads now".to_owned());
        put(format!("{}/is", base(point)), Value::Number(point.is), unit, now);
        let memo = Value::Text(point.memo.name.clone());
        let from = from("the memo that told it last".to_owned());
        put(format!("{}/memo", base(point)), memo, &Unit::default(), from);
    }
    let telling: BTreeSet<&str> = points.iter().map(|it| it.memo.name.as_str()).collect();
    for memo in earlier.iter().filter(|it| telling.contains(it.name.as_str())) {
        let id = |name: &str| format!("{NAME}/memo/{}/{name}", text::slug(&memo.name));
        let causes = causes(&memo.changes).into_iter().map(|it| it.word().to_owned());
        let how = "what this memo follows from and that one did not, or otherwise";
        put(
            id("causes"),
            Value::List(causes.collect()),
            &Unit::default(),
            plain(how),
        );
        put(
            id("files"),
            Value::List(files(&memo.changes)),
            &Unit::default(),
            plain(how),
        );
        let period = Value::Text(memo.period.clone());
        put(
            id("period"),
            period,
            &Unit::default(),
            plain("the period that it was about"),
        );
        for (source, period, was, is) in rows(found, memo, &points) {
            let from = |method: &str| Provenance {
                periods: vec![period.clone()],
                ..plain(method)
            };
            let id = |side: &str| format!("{}/{}/{period}/{side}", id("rows"), text::slug(&source));
            let unit = Unit::default();
            put(
                id("was"),
                Value::Number(was),
                &unit,
                from("rows after the rules, as that memo counted them"),
            );
            put(
                id("is"),
                Value::Number(is),
                &unit,
                from("rows after the rules, as they are counted now"),
            );
        }
    }
    facts
}

/// Tells whether any figure of an earlier memo reads otherwise now.
pub fn is_any(plan: &Plan, found: &Facts, earlier: &EarlierMemo) -> bool {
    !points(plan, found, std::slice::from_ref(earlier)).0.is_empty()
}

/// Finds what reads otherwise, the largest change first, and how many figures were held against each other.
fn points<'a>(plan: &'a Plan, found: &'a Facts, earlier: &'a [EarlierMemo]) -> (Vec<Point<'a>>, usize) {
    let mut points: Vec<Point<'a>> = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut enter = |point: Point<'a>| {
        // A figure of a cell may be one of a series too: it is held once, against the memo that told it last.
        if seen.insert(base(&point)) && point.was != point.is {
            points.push(point);
        }
    };
    for memo in earlier.iter().rev() {
        of_series(found, memo, &mut enter);
        of_cells(plan, found, memo, &mut enter);
    }
    points.sort_by(|a, b| {
        let (a_by, b_by) = (by_share(a), by_share(b));
        b_by.total_cmp(&a_by).then_with(|| base(a).cmp(&base(b)))
    });
    (points, seen.len())
}

/// Holds the series that both memos print against each other.
fn of_series<'a>(found: &'a Facts, memo: &'a EarlierMemo, enter: &mut impl FnMut(Point<'a>)) {
    let told = found
        .iter()
        .filter(|it| is_observed(it.0) && it.1.from.analysis != cells::NAME);
    for (id, fact) in told {
        let Some(was) = memo.facts.get(id) else { continue };
        let (
            Value::Series { periods, values },
            Value::Series {
                periods: now,
                values: values_now,
            },
        ) = (&was.value, &fact.value)
        else {
            continue;
        };
        for (period, was) in periods.iter().zip(values) {
            let Some(at) = now.iter().position(|it| it == period) else {
                continue;
            };
            enter(Point {
                metric: &fact.from.metric,
                category: &fact.from.category,
                unit: &fact.unit,
                period: period.clone(),
                was: *was,
                is: values_now[at],
                memo,
            });
        }
    }
}

/// Holds each metric of each category against each other in the periods that both memos compare, by the cells that it is
/// made of.
fn of_cells<'a>(plan: &'a Plan, found: &'a Facts, memo: &'a EarlierMemo, enter: &mut impl FnMut(Point<'a>)) {
    let (slugs, labels) = (found.list("categories/ids"), found.list("categories/labels"));
    let categories = slugs
        .iter()
        .zip(labels)
        .map(|(slug, label)| (Some(slug.as_str()), label.as_str()));
    for (slug, label) in std::iter::once((None, "")).chain(categories) {
        for metric in plan.metrics.iter().filter(|it| slug.is_none() || !it.across) {
            let leaves = metric.formula.leaves();
            let Some(Value::Series { periods, .. }) = leaves
                .first()
                .and_then(|it| found.get(&cells::cell(plan, **it, slug)))
                .map(|it| &it.value)
            else {
                continue;
            };
            for period in periods {
                let of = |facts: &Facts, measure: &usize| cell_of(facts, &cells::cell(plan, *measure, slug), period);
                // A memo that lacks one of the cells did not tell the figure.
                if leaves.iter().any(|it| of(&memo.facts, it).is_none()) {
                    continue;
                }
                let value = |facts: &Facts| metric.formula.value(&|it| of(facts, it).flatten()).and_then(rounded);
                enter(Point {
                    metric: &metric.name,
                    category: label,
                    unit: &metric.unit,
                    period: period.clone(),
                    was: value(&memo.facts),
                    is: value(found),
                    memo,
                });
            }
        }
    }
}

/// Returns a cell's value in a period; `None` where the memo has no such cell, `Some(None)` for a gap.
fn cell_of(facts: &Facts, id: &str, period: &str) -> Option<Option<f64>> {
    let Value::Series { periods, values } = &facts.get(id)?.value else {
        return None;
    };
    let at = periods.iter().position(|it| it == period)?;
    values.get(at).copied()
}

/// How much a figure moved against what it was; what had no value before, or has none now, moved most.
fn by_share(point: &Point<'_>) -> f64 {
    match (point.was, point.is) {
        (Some(was), Some(is)) if was != 0.0 => ((is - was) / was).abs(),
        _ => f64::INFINITY,
    }
}

/// Names the facts of a figure.
fn base(point: &Point<'_>) -> FactId {
    let category = if point.category.is_empty() {
        "_all".to_owned()
    } else {
        text::slug(point.category)
    };
    format!("{NAME}/{category}/{}/{}", text::slug(point.metric), point.period)
}

/// What can have changed a figure of the past: all but the period.
fn causes(changes: &[Change]) -> Vec<Cause> {
    let mut causes: Vec<Cause> = changes.iter().map(|it| it.cause).collect();
    causes.retain(|it| matches!(it, Cause::Spec | Cause::Data | Cause::Engine));
    causes.sort();
    causes.dedup();
    causes
}

/// Names the files of sources that are not the same: the changed first, since new ones come with every period.
fn files(changes: &[Change]) -> Vec<String> {
    let what = |it: &Change| match (&it.was, &it.is) {
        (Some(_), Some(_)) => "changed",
        (Some(_), None) => "gone",
        _ => "new",
    };
    let mut files: Vec<(&str, &str)> = changes
        .iter()
        .filter(|it| it.cause == Cause::Data)
        .map(|it| (what(it), it.name.as_str()))
        .collect();
    files.sort_by_key(|it| (it.0 == "new", it.1));
    let n_more = files.len().saturating_sub(NAMED_FILES);
    let mut named: Vec<String> = files
        .iter()
        .take(NAMED_FILES)
        .map(|(what, name)| format!("{name} ({what})"))
        .collect();
    if n_more > 0 {
        named.push(format!("{n_more} more"));
    }
    named
}

/// Rows of sources in the periods that read otherwise, by source: as a memo counted them, and as they are counted now.
fn rows(found: &Facts, memo: &EarlierMemo, points: &[Point<'_>]) -> Vec<(String, String, Option<f64>, Option<f64>)> {
    let periods: BTreeSet<&str> = points
        .iter()
        .filter(|it| it.memo.name == memo.name)
        .map(|it| it.period.as_str())
        .collect();
    let mut rows = Vec::new();
    for (id, fact) in found.iter().filter(|it| it.0.ends_with("-rows/_all")) {
        let Some(was) = memo.facts.get(id) else { continue };
        let source = id
            .split('/')
            .nth(1)
            .and_then(|it| it.strip_suffix("-rows"))
            .unwrap_or_default();
        for (period, was, is) in restated(was, fact) {
            if periods.contains(period.as_str()) {
                rows.push((source.to_owned(), period, was, is));
            }
        }
    }
    rows
}
