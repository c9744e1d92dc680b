//! Two memos held against each other: what they follow from, fact by fact, and what made the difference.
//!
//! A fact is blamed on what can have moved it and did change. Where several things changed, all are named: which of them
//! it was takes another computation, and nothing here computes. It must not know where the memos stand.

use super::Inputs;
use super::Made;
use crate::model::difference::Cause;
use crate::model::difference::Change;
use crate::model::difference::Difference;
use crate::model::difference::Moved;
use crate::model::difference::is_observed;
use crate::model::difference::restated;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// One memo: what it follows from, and what it says.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What it follows from.
    pub inputs: &'a Inputs,
    /// Which build made it; `None` where that is not known.
    pub made: Option<&'a Made>,
    /// What it says.
    pub facts: &'a Facts,
}

/// Tells all that differs between two memos.
pub fn difference(was: Side<'_>, is: Side<'_>) -> Difference {
    let mut changes = changes(was.inputs, is.inputs);
    let moved = moved(was.facts, is.facts);
    let is_explained = changes.iter().any(|it| moves_figures(it.cause));
    // A version promises figures. That another build of it gave others is the last thing to think of.
    if let (Some(a), Some(b)) = (was.made, is.made)
        && a.build != b.build
        && !is_explained
        && !moved.is_empty()
    {
        changes.push(change(Cause::Engine, "build", Some(named(a)), Some(named(b))));
    }
    let causes: Vec<Cause> = figure_causes(&changes);
    let has_earlier = changes.iter().any(|it| it.cause == Cause::Earlier);
    let blamed = |(id, was, is): (String, Option<Fact>, Option<Fact>)| Moved {
        causes: if has_earlier && is_of_earlier(&was, &is) {
            vec![Cause::Earlier]
        } else {
            blame(&causes, &id, &was, &is)
        },
        id,
        was,
        is,
    };
    let n_was = was.facts.iter().filter(|it| !names_inputs(it.1)).count();
    let moved: Vec<Moved> = moved.into_iter().map(blamed).collect();
    let held = n_was - moved.iter().filter(|it| it.was.is_some()).count();
    Difference { changes, moved, held }
}

/// Lists what two memos follow from and is not the same, by cause and name.
pub fn changes(was: &Inputs, is: &Inputs) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut hold = |cause, name: &str, was: &str, is: &str| {
        if was != is {
            changes.push(change(cause, name, Some(was.to_owned()), Some(is.to_owned())));
        }
    };
    hold(Cause::Period, "period", &was.period, &is.period);
    hold(Cause::Period, "days", &was.days.join(" to "), &is.days.join(" to "));
    hold(Cause::Spec, &is.spec_file, &was.spec, &is.spec);
    hold(Cause::Engine, "bellwether", &was.engine, &is.engine);
    hold(Cause::Design, "typst", &was.typst, &is.typst);
    // A period has its own seed, unless the spec names one.
    if was.days == is.days && was.spec == is.spec {
        hold(Cause::Spec, "seed", &was.seed.to_string(), &is.seed.to_string());
    }
    // The last day follows from the data, unless a flag says it.
    if was.sources == is.sources && was.days == is.days {
        hold(Cause::Period, "as of", &was.as_of, &is.as_of);
    }
    for (cause, prefix, was, is) in [
        (Cause::Spec, "parameter ", &was.params, &is.params),
        (Cause::Spec, "memo of ", &was.each, &is.each),
        (Cause::Design, "", &was.templates, &is.templates),
        (Cause::Earlier, "", &was.earlier, &is.earlier),
    ] {
        changes.extend(of_maps(cause, prefix, was, is));
    }
    let empty = BTreeMap::new();
    let sources: BTreeSet<&String> = was.sources.keys().chain(is.sources.keys()).collect();
    for source in sources {
        let of = |inputs: &'_ Inputs| inputs.sources.get(source).unwrap_or(&empty).clone();
        changes.extend(of_maps(Cause::Data, &format!("{source}: "), &of(was), &of(is)));
    }
    changes.sort();
    changes
}

/// Lists the facts that are not the same, in the order of ids, without those that only name inputs.
fn moved(was: &Facts, is: &Facts) -> Vec<(String, Option<Fact>, Option<Fact>)> {
    let ids: BTreeSet<&String> = was.iter().chain(is.iter()).map(|it| it.0).collect();
    let pair = |id: &String| (id.clone(), was.get(id).cloned(), is.get(id).cloned());
    let pairs = ids.into_iter().map(pair);
    let counts = |it: &Option<Fact>| it.as_ref().is_some_and(|it| !names_inputs(it));
    pairs
        .filter(|it| it.1 != it.2 && (counts(&it.1) || counts(&it.2)))
        .collect()
}

/// Tells whether a fact only says what the memo follows from: that is told as a change, and moves with every other.
pub fn names_inputs(fact: &Fact) -> bool {
    fact.from.analysis == "audit"
}

/// Tells whether a fact says what earlier memos said: it is another where others were there.
fn is_of_earlier(was: &Option<Fact>, is: &Option<Fact>) -> bool {
    let fact = was.as_ref().or(is.as_ref());
    fact.is_some_and(|it| it.from.analysis == "restatement")
}

/// Tells whether figures can follow from it.
fn moves_figures(cause: Cause) -> bool {
    matches!(cause, Cause::Period | Cause::Spec | Cause::Data | Cause::Engine)
}

/// Lists the causes that can have moved a figure; what the report says is to blame where there is none.
fn figure_causes(changes: &[Change]) -> Vec<Cause> {
    let mut causes: Vec<Cause> = changes.iter().map(|it| it.cause).collect();
    causes.retain(|it| moves_figures(*it));
    causes.sort();
    causes.dedup();
    if causes.is_empty() { vec![Cause::Report] } else { causes }
}

/// Says which of the causes can have moved this fact.
///
/// The memo of another period is about other figures, and its data have grown by then: the period is enough to explain
/// them. What it says of a period that both tell is another matter: no period moved that.
fn blame(causes: &[Cause], id: &str, was: &Option<Fact>, is: &Option<Fact>) -> Vec<Cause> {
    if !causes.contains(&Cause::Period) {
        return causes.to_vec();
    }
    let others: Vec<Cause> = causes.iter().copied().filter(|it| *it != Cause::Period).collect();
    let is_restated = match (was, is) {
        (Some(was), Some(is)) => is_observed(id) && !restated(was, is).is_empty(),
        _ => false,
    };
    if is_restated {
        return if others.is_empty() { vec![Cause::Report] } else { others };
    }
    let kept = |it: &Cause| *it != Cause::Data;
    causes.iter().copied().filter(kept).collect()
}

fn of_maps(cause: Cause, prefix: &str, was: &BTreeMap<String, String>, is: &BTreeMap<String, String>) -> Vec<Change> {
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    names
        .into_iter()
        .filter(|it| was.get(*it) != is.get(*it))
        .map(|it| {
            change(
                cause,
                &format!("{prefix}{it}"),
                was.get(it).cloned(),
                is.get(it).cloned(),
            )
        })
        .collect()
}

fn change(cause: Cause, name: &str, was: Option<String>, is: Option<String>) -> Change {
    Change {
        cause,
        name: name.to_owned(),
        was,
        is,
    }
}

fn named(made: &Made) -> String {
    if made.commit.is_empty() {
        made.build.clone()
    } else {
        made.commit.clone()
    }
}
