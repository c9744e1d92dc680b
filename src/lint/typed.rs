//! The claim that no figure in an author's own words contradicts a fact.
//!
//! A note outlives the data that it was typed beside: "spend rose 12 %" stays when the figure does not. Only what can be read in
//! one way is held against facts: a metric or a category by its name, that it moved or what it was, and a figure, with nothing
//! between or behind that could make it another one. What is said of other periods, of part of a crowd, or about, is left
//! alone: a false alarm costs more than a slip. It must not know where a text is printed.

mod claims;
mod vocabulary;

use super::Stated;
use super::families;
use super::reading::Kind;
use super::told::Cells;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Span;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Value;
use crate::model::period::Period;
use crate::model::plan::Comparison;
use crate::model::plan::Metric;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::words::Words;
use claims::Claim;
use claims::Said;
use std::borrow::Cow;

/// Facts that a message shows: the first answer, more are a list.
const SHOWN: usize = 2;

/// Finds figures that are typed, and that no fact has.
pub(super) fn broken(stated: &Stated) -> Vec<Diagnostic> {
    let names = claims::Names::new(stated);
    let cells = Cells::new(stated.plan, stated.facts);
    let mut found = Vec::new();
    for text in texts(stated) {
        for claim in names.claims(&text.text, text.category) {
            let wrong = ambiguous(stated, &text, &claim);
            found.extend(wrong.or_else(|| contradicted(stated, &cells, &text, &claim)));
        }
    }
    found
}

/// Words of an author, and where they stand.
struct Text<'a> {
    /// "the note", "the footer".
    called: Cow<'a, str>,
    text: Cow<'a, str>,
    /// The category that all of it is about; `None` where it names its own.
    category: Option<&'a str>,
    /// Where the spec has it.
    span: Option<Span>,
}

impl Text<'_> {
    /// Says what is wrong with it, and where it stands.
    fn wrong(&self, code: &'static str, message: String) -> Diagnostic {
        let wrong = Diagnostic::check(code, message);
        match self.span {
            Some(span) => wrong.at(span),
            None => wrong,
        }
    }
}

/// Lists all that an author typed and that is printed as it stands. The reason of a rule is about rows, and no figure's.
fn texts<'a>(stated: &Stated<'a>) -> Vec<Text<'a>> {
    let (plan, spec) = (stated.plan, stated.spec);
    let plain = |called: &'static str, text, span| Text {
        called: Cow::Borrowed(called),
        text: Cow::Borrowed(text),
        category: None,
        span,
    };
    let mut texts = vec![
        plain("the title", plan.title.as_str(), spec.map(|it| it.title.span)),
        plain(
            "the footer",
            plan.footer.as_str(),
            spec.and_then(|it| Some(it.footer.as_ref()?.span)),
        ),
        plain(
            "the note",
            plan.note.as_str(),
            spec.and_then(|it| Some(it.note.as_ref()?.span)),
        ),
    ];
    let notes = spec.map_or(&[][..], |it| it.notes.as_slice());
    let verdicts = spec.map_or(&[][..], |it| it.verdicts.as_slice());
    for note in plan.notes.iter().filter(|it| it.meets(&plan.periods.target)) {
        let category = match note.categories.as_slice() {
            [one] => Some(one.as_str()),
            _ => None,
        };
        texts.push(Text {
            called: Cow::Owned(format!("the note `{}`", note.label)),
            text: Cow::Owned(format!("{}. {}", note.label, note.text)),
            category,
            span: notes.iter().find(|it| it.label.value == note.label).map(|it| it.span),
        });
    }
    for cause in plan.known_causes.iter().filter(|it| it.period == plan.periods.target) {
        texts.push(Text {
            called: Cow::Owned(format!("the verdict on `{}`", cause.category)),
            text: Cow::Borrowed(&cause.cause),
            category: Some(&cause.category),
            span: verdicts
                .iter()
                .find(|it| it.cause.value == cause.cause)
                .map(|it| it.cause.span),
        });
    }
    let roster = plan.roster.iter();
    for leaf in roster.clone().flat_map(|it| it.leaves()) {
        texts.push(Text {
            called: Cow::Owned(format!("the label of the segment `{}`", leaf.id)),
            text: Cow::Owned(leaf.label),
            category: None,
            span: None,
        });
    }
    let features = roster.flat_map(|it| it.features.iter().map(|it| (&it.name, &it.label)));
    let metrics = plan.metrics.iter().map(|it| (&it.name, &it.label));
    let segments = plan.segments.iter().map(|it| (&it.name, &it.label));
    texts.extend(metrics.chain(segments).chain(features).map(|(name, label)| Text {
        called: Cow::Owned(format!("the label of `{name}`")),
        text: Cow::Borrowed(label),
        category: None,
        span: None,
    }));
    texts
}

/// What is known of what a claim is about.
#[derive(Default)]
struct Known {
    /// What a message shows, and how well a reader knows it: the least first.
    shown: Vec<(Rank, String)>,
    /// All that it may be, as printed: facts, and what a reader works out from two levels.
    values: Vec<f64>,
}

/// How well a reader knows a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It stands on the first page.
    Headline,
    /// It stands elsewhere.
    Fact,
    /// It follows from cells.
    Cells,
}

/// A level of a metric, and the period that it is of.
type Level = (String, f64);

/// Holds a claim against all facts of what it names; `None` where one of them has the figure, or none could.
fn contradicted(stated: &Stated, cells: &Cells<'_>, text: &Text<'_>, claim: &Claim<'_>) -> Option<Diagnostic> {
    let mut known = known(stated, cells, claim);
    let agrees = |x: &f64| claim.figure.is(*x) && agrees_in_sign(claim, *x);
    if known.values.is_empty() || known.values.iter().any(agrees) {
        return None;
    }
    known.shown.sort_by_key(|it| it.0);
    // Who knows the figure of the first page needs no other.
    let is_headline = known.shown.first().is_some_and(|it| it.0 == Rank::Headline);
    let shown = known
        .shown
        .into_iter()
        .filter(|it| !is_headline || it.0 == Rank::Headline);
    let shown: Vec<String> = shown.take(SHOWN).map(|it| it.1).collect();
    let message = format!("{} says “{}”, and {}", text.called, claim.written, shown.join(", and "));
    let figure = &claim.figure.written;
    let hint = "mend the figure or leave it out; a `- text:` of the memo prints facts: `{{ fact('…') }}`";
    let other = format!("a figure that is not of these data stands in a `- text:` as `{{{{ said('{figure}') }}}}`");
    Some(text.wrong("contradicts-fact", message).hint(hint).hint(other))
}

/// Finds a share that is said to have moved by so many per cent: of itself, or points?
fn ambiguous(stated: &Stated, text: &Text<'_>, claim: &Claim<'_>) -> Option<Diagnostic> {
    let metric = claim.metric.filter(|it| it.unit.of == Quantity::Share)?;
    let moved = claim.said != Said::Was && claim.figure.kind == Kind::PerCent;
    moved.then(|| {
        let called = format!(
            "{} says “{}”, and {} is a share",
            text.called, claim.written, metric.label
        );
        let message = format!("{called}: how it moved is told in points");
        let places = usize::try_from(claim.figure.places).unwrap_or(0);
        let figure = stated.words.fixed(claim.figure.x, places);
        let hint = format!("write how many points it moved, as the memo does: `{figure} pp` if that is what was meant");
        text.wrong("points-as-percent", message).hint(hint)
    })
}

/// What rose did not fall.
fn agrees_in_sign(claim: &Claim<'_>, x: f64) -> bool {
    match claim.said {
        Said::Rose => x > 0.0,
        Said::Fell => x < 0.0,
        Said::Was => x == 0.0 || claim.figure.is_negative == (x < 0.0),
    }
}

/// Lists what is known of a claim's metrics: those it names, or all where it names a category alone.
fn known(stated: &Stated, cells: &Cells<'_>, claim: &Claim<'_>) -> Known {
    let mut known = Known::default();
    let named = |it: &&Metric| claim.metric.is_none_or(|metric| metric.name == it.name);
    for metric in stated.plan.metrics.iter().filter(named) {
        let is_asked = is_in_unit(metric, claim);
        for (id, fact) in stated.facts.iter().filter(|it| is_of(it.1, metric, claim)) {
            if states(id, fact, metric, claim) {
                add(&mut known, stated.words, id, fact);
            }
        }
        let levels = levels(stated, cells, metric, claim);
        if is_asked || (claim.figure.kind == Kind::PerCent && claim.said != Said::Was) {
            work_out(&mut known, stated, metric, claim, &levels);
        }
    }
    known
}

/// Tells whether a fact is of a metric, and of the category that a claim names, or of all where it names none.
fn is_of(fact: &Fact, metric: &Metric, claim: &Claim<'_>) -> bool {
    fact.from.metric == metric.name && fact.from.category == claim.category.unwrap_or("")
}

/// Tells whether a claim's figure is in a metric's own unit; a share moves by points.
fn is_in_unit(metric: &Metric, claim: &Claim<'_>) -> bool {
    match (&metric.unit.of, &claim.figure.kind) {
        (Quantity::Money(_), Kind::Money(_)) | (Quantity::Count(_), Kind::Bare) => true,
        (Quantity::Share, Kind::PerCent) => claim.said == Said::Was,
        (Quantity::Share, Kind::Points) => claim.said != Said::Was,
        _ => false,
    }
}

/// Tells whether a fact states what a claim is about: a level for a level, a change for a move.
fn states(id: &str, fact: &Fact, metric: &Metric, claim: &Claim<'_>) -> bool {
    const LEVELS: [&str; 3] = ["value", "actual", "after"];
    const CHANGES: [&str; 3] = ["change", "deviation", "deviation_pct"];
    let is = |names: &[&str]| names.iter().any(|it| ends(id, it));
    let of = &fact.unit.of;
    match (claim.said, &claim.figure.kind) {
        (Said::Was, _) => is(&LEVELS) && fact.unit == metric.unit && is_in_unit(metric, claim),
        (_, Kind::PerCent) => is(&CHANGES) && *of == Quantity::Change,
        (_, Kind::Points) => is(&CHANGES) && *of == Quantity::SharePoints,
        _ => is(&CHANGES) && fact.unit == metric.unit && is_in_unit(metric, claim),
    }
}

fn add(known: &mut Known, words: &Words, id: &str, fact: &Fact) {
    let factor = fact.unit.printed_factor();
    if let Value::Number(Some(x)) = &fact.value {
        let is_first = fact.from.analysis == "headline" && !ends(id, "before");
        let rank = if is_first { Rank::Headline } else { Rank::Fact };
        let printed = words.fact(*x, &fact.unit);
        known.shown.push((rank, format!("`{id}` is {printed}")));
        known.values.push(x * factor);
    }
}

/// Adds what follows from the target's level, which is the first, and from those that it is held against.
fn work_out(known: &mut Known, stated: &Stated, metric: &Metric, claim: &Claim<'_>, levels: &[Level]) {
    let words = stated.words;
    let Some(((period, now), others)) = levels.split_first() else {
        return;
    };
    let factor = metric.unit.printed_factor();
    let of = claim
        .category
        .map_or_else(|| metric.label.clone(), |it| format!("{} of {it}", metric.label));
    let mut shown = |text: String| known.shown.push((Rank::Cells, text));
    if claim.said == Said::Was {
        let printed = words.fact(*now, &metric.unit);
        shown(format!("the data have {printed} ({of}, {period})"));
        known.values.push(now * factor);
        return;
    }
    for (before, x) in others.iter().filter(|it| it.1 != 0.0) {
        let from = format!("({of}, from {before} to {period})");
        if claim.figure.kind == Kind::PerCent {
            let change = (now - x) / x.abs();
            shown(format!("the data have {} {from}", words.change(change)));
            known.values.push(change * 100.0);
        } else {
            let unit = match metric.unit.of {
                Quantity::Share => Unit::total(Quantity::SharePoints),
                _ => metric.unit.clone(),
            };
            shown(format!("the data have {} {from}", words.difference(now - x, &unit)));
            known.values.push((now - x) * factor);
        }
    }
}

fn ends(id: &str, name: &str) -> bool {
    id.rsplit('/').next() == Some(name)
}

/// Returns the level of a metric in the target, and what it is held against; nothing where the target has none.
fn levels(stated: &Stated, cells: &Cells<'_>, metric: &Metric, claim: &Claim<'_>) -> Vec<Level> {
    let periods = &stated.plan.periods;
    let slug = match claim.category {
        Some(label) => match slug(stated.facts, label) {
            Some(slug) => Some(slug),
            None => return Vec::new(),
        },
        None => None,
    };
    let level = |it: &Period| cells.level(metric, slug, &periods.calendar.name(it));
    let mean = |it: &Comparison| {
        let all: Option<Vec<f64>> = it.periods.iter().map(level).collect();
        let all = all?;
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        Some((stated.words.comparison(it), mean))
    };
    let target = level(&periods.target).map(|it| (stated.words.period(&periods.target), it));
    let mut levels: Vec<Option<Level>> = std::iter::once(target)
        .chain(periods.comparisons.iter().map(mean))
        .collect();
    // The mean of several periods is one that the target is held against.
    let is_base =
        |it: &(&String, &Fact)| is_of(it.1, metric, claim) && (ends(it.0, "before") || ends(it.0, "projected"));
    for (id, _) in stated.facts.iter().filter(is_base) {
        let Some(x) = stated.facts.number(id) else { continue };
        // One that is a period's own level is there already.
        if !levels.iter().flatten().any(|it| it.1 == x) {
            levels.push(Some((format!("`{id}`"), x)));
        }
    }
    match levels.first() {
        Some(Some(_)) => levels.into_iter().flatten().collect(),
        _ => Vec::new(),
    }
}

/// Finds the safe name of a category among cells, which every memo has.
fn slug<'a>(facts: &'a Facts, label: &str) -> Option<&'a str> {
    let cells = families::of(facts, "cells/*/*");
    cells
        .iter()
        .find(|it| it.fact.from.category == label)
        .map(|it| it.step(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::fact;
    use crate::lint::planted::figure;
    use crate::lint::planted::plan;
    use crate::lint::planted::stated_as;
    use crate::model::memo::Memo;
    use crate::model::notes::KnownCause;

    /// Figures of spend, of its category milk, and the cells of both.
    fn facts() -> Facts {
        let mut facts = Facts::new();
        let mut put = |id: &str, category: &str, of: Quantity, x: f64| {
            let mut it = figure(x, of, None, None);
            it.from.metric = "spend".into();
            it.from.analysis = id.split('/').next().unwrap_or("").to_owned();
            category.clone_into(&mut it.from.category);
            facts.insert(id, it);
        };
        let money = || Unit::money("USD").of;
        put("headline/spend/value", "", money(), 1_047_000.0);
        put("headline/spend/previous/before", "", money(), 1_000_000.0);
        put("headline/spend/previous/change", "", Quantity::Change, 0.047);
        put("deviation/milk/spend/actual", "Milk", money(), 660.0);
        put("deviation/milk/spend/deviation_pct", "Milk", Quantity::Change, 0.08);
        for (category, values) in [("_all", [1_000_000.0, 1_047_000.0]), ("milk", [600.0, 660.0])] {
            let periods = ["2026-09", "2026-10"].map(str::to_owned).to_vec();
            let values = values.map(Some).to_vec();
            let mut cell = fact(Value::Series { periods, values });
            cell.from.method = "sum(amount) of `buys`, after its rules".into();
            cell.from.category = if category == "milk" {
                "Milk".into()
            } else {
                String::new()
            };
            facts.insert(format!("cells/buys-amount/{category}"), cell);
        }
        facts
    }

    fn found(note: &str) -> Vec<String> {
        let mut plan = plan();
        note.clone_into(&mut plan.note);
        let memo = Memo::default();
        stated_as(&plan, &facts(), &memo, &|it| {
            broken(it).into_iter().map(|it| it.message).collect()
        })
    }

    #[test]
    fn a_figure_that_no_fact_has_is_found() {
        let said = "the note says “spend rose 12 %”, and `headline/spend/previous/change` is +4.7\u{202f}%";
        assert_eq!(found("Spend rose 12 %."), [said]);
        for wrong in [
            "Spend fell 4.7 %.",
            "Spend was $1.1 m.",
            "Spend rose by $58,000.",
            "Milk rose 12 %.",
        ] {
            assert_eq!(found(wrong).len(), 1, "{wrong}");
        }
    }

    #[test]
    fn a_figure_that_a_fact_has_or_gives_is_none() {
        for right in [
            "Spend rose 4.7 %.",
            "Spend rose 5 %.",
            "Spend rose to $1.0 m.",
            "Spend was $1,047,000.",
            "Spend rose by $47,000.",
            // From cells, and from the projection.
            "Milk rose 10 %.",
            "Milk spend rose 8 %.",
            "Milk spend was $660.",
            // Visits are in no fact.
            "Visits rose 3 %.",
        ] {
            assert_eq!(found(right), Vec::<String>::new(), "{right}");
        }
    }

    #[test]
    fn verdicts_and_notes_of_the_target_are_read() {
        let mut plan = plan();
        plan.known_causes.push(KnownCause {
            category: "Milk".into(),
            metric: "spend".into(),
            period: plan.periods.target,
            cause: "A strike. Spend fell 12 %".into(),
            by: "the analyst".into(),
        });
        let memo = Memo::default();
        let found = stated_as(&plan, &facts(), &memo, &|it| broken(it));
        let said = "the verdict on `Milk` says “spend fell 12 %”, and `deviation/milk/spend/deviation_pct` is +8.0\u{202f}%, and the \
                    data have +10.0\u{202f}% (Spend of Milk, from September 2026 to October 2026)";
        assert_eq!(found[0].message, said);
        let mut earlier = plan;
        earlier.known_causes[0].period = earlier.periods.history[0];
        assert_eq!(stated_as(&earlier, &facts(), &memo, &|it| broken(it)), []);
    }
}
