//! Facts by the form of their ids, and when two figures are one.
//!
//! Analyses name what belongs together alike, so that a pattern finds the parts of a whole. It must not know what a claim is.

use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Value;
use std::collections::BTreeMap;

/// Differences, and the two figures beside them: the later less the earlier.
pub(super) const DIFFERENCES: [[&str; 3]; 7] = [
    ["contribution/*/change", "after", "before"],
    ["deviation/*/*/deviation", "actual", "projected"],
    ["funnel/*/*/change", "now", "before"],
    ["funnel/*/change", "now", "before"],
    ["funnel/by/*/*/change", "now", "before"],
    ["hypotheses/*/difference", "figure", "other"],
    ["cohorts/latest/change", "returned_1", "before"],
];

/// Relative figures: the part beside them over the size of the base beside them.
pub(super) const RELATIVE: [[&str; 3]; 3] = [
    ["deviation/*/*/deviation_pct", "deviation", "projected"],
    ["contribution/*/structural_share", "structural", "before"],
    ["contribution/*/behavioural_share", "behavioural", "before"],
];

/// How far two figures of one size may lie apart. A fact keeps twelve significant digits: it is off by half of one in the
/// twelfth at most, and so is the other.
const KEPT: f64 = 1e-11;

/// Tells whether two figures are one, as far as facts can tell. `size` adds up the sizes of all figures that either is made of:
/// where large ones cancel, little of their digits is left.
pub(super) fn agree(a: f64, b: f64, size: f64) -> bool {
    (a - b).abs() <= KEPT * (a.abs() + b.abs() + size)
}

/// Writes a figure as `facts.json` has it.
pub(super) fn written(x: f64) -> String {
    serde_json::to_string(&x).unwrap_or_default()
}

/// A fact whose id has the form of a pattern.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// Its id.
    pub id: &'a str,
    /// The fact.
    pub fact: &'a Fact,
}

impl<'a> Found<'a> {
    /// Returns its number; `None` where it has none.
    pub fn number(&self) -> Option<f64> {
        match self.fact.value {
            Value::Number(x) => x,
            _ => None,
        }
    }

    /// Returns its id without the last step.
    pub fn base(&self) -> &'a str {
        self.id.rsplit_once('/').map_or("", |it| it.0)
    }

    /// Returns the step of its id at `place`.
    pub fn step(&self, place: usize) -> &'a str {
        self.id.split('/').nth(place).unwrap_or("")
    }
}

/// Lists the facts whose ids have the form of `pattern`: `*` stands for any one step, `+` for the step that tells the parts of a
/// whole apart.
pub(super) fn of<'a>(facts: &'a Facts, pattern: &str) -> Vec<Found<'a>> {
    let fixed = pattern.split(['*', '+']).next().unwrap_or("");
    let has_form = |id: &str| {
        let mut steps = id.split('/');
        let fits = |wanted: &str| {
            let step = steps.next();
            step.is_some_and(|it| matches!(wanted, "*" | "+") || it == wanted)
        };
        pattern.split('/').all(fits) && steps.next().is_none()
    };
    facts
        .under(fixed)
        .filter(|it| has_form(it.0))
        .map(|(id, fact)| Found { id, fact })
        .collect()
}

/// Lists the wholes of a pattern: the parts of each by the name of the whole, which is the pattern with all stars filled in.
pub(super) fn wholes<'a>(facts: &'a Facts, pattern: &str) -> BTreeMap<String, Vec<Found<'a>>> {
    let place = pattern.split('/').position(|it| it == "+").unwrap_or(usize::MAX);
    let mut wholes: BTreeMap<String, Vec<Found<'a>>> = BTreeMap::new();
    for found in of(facts, pattern) {
        let steps = found.id.split('/').enumerate();
        let name: Vec<&str> = steps.map(|(at, it)| if at == place { "*" } else { it }).collect();
        wholes.entry(name.join("/")).or_default().push(found);
    }
    wholes
}

/// Adds parts up: their sum, and the sum of their sizes. `None` where one of them is not stated: what is kept back cannot be
/// added up.
pub(super) fn sum(parts: impl IntoIterator<Item = Option<f64>>) -> Option<[f64; 2]> {
    let mut sums = [0.0, 0.0];
    for part in parts {
        let x = part?;
        sums = [sums[0] + x, sums[1] + x.abs()];
    }
    Some(sums)
}
