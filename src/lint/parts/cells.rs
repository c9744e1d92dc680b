//! Cells of categories: what adds up over rows adds up over categories.
//!
//! Distinct counts, extremes and medians do not, and are not asked. It must not know which figures cells are for.

use super::Parts;
use super::alike;
use crate::lint::Stated;
use crate::lint::families;
use crate::lint::families::Found;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Value;

/// Names the cells over all categories.
const ALL: &str = "_all";

/// Finds sums and counts of rows whose categories miss the total.
pub(super) fn broken(stated: &Stated) -> Vec<Diagnostic> {
    // What is left out of categories, by the spec or so that nobody is given away, counts in totals alone; so do rows without one.
    let is_whole = stated.plan.categories.skip.is_empty() && stated.facts.list("disclosure/left_out").is_empty();
    if !is_whole || stated.intake.iter().any(|it| 0 < it.rows_without_category) {
        return Vec::new();
    }
    of_facts(stated.facts)
}

/// As [`broken`], where every row is in a category.
fn of_facts(facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, cells) in families::wholes(facts, "cells/*/+") {
        let (total, parts): (Vec<Found<'_>>, Vec<Found<'_>>) = cells.iter().partition(|it| it.step(2) == ALL);
        let Some(total) = total.first().filter(|it| is_added(it.fact) && !parts.is_empty()) else {
            continue;
        };
        for (place, period) in periods(total.fact).iter().enumerate() {
            let in_period = |it: &Found<'_>| value(it.fact, place);
            let parts: Vec<Option<f64>> = parts.iter().map(in_period).collect();
            let called = format!("the {} `{name}` of {period}, `{ALL}` set aside,", parts.len());
            let whole = alike(&name, parts, total.id, in_period(total));
            found.extend(Parts { called, ..whole }.missed());
        }
    }
    found
}

/// Tells whether a cell adds up over rows, by how it came about.
fn is_added(fact: &Fact) -> bool {
    let method = &fact.from.method;
    (method.starts_with("sum(") || method.starts_with("count(")) && !method.starts_with("count(distinct")
}

fn periods(fact: &Fact) -> &[String] {
    match &fact.value {
        Value::Series { periods, .. } => periods,
        _ => &[],
    }
}

fn value(fact: &Fact, place: usize) -> Option<f64> {
    match &fact.value {
        Value::Series { values, .. } => values.get(place).copied().flatten(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::codes;
    use crate::lint::planted::fact;

    fn cells(method: &str, all: &[(&str, [f64; 2])]) -> Facts {
        let mut facts = Facts::new();
        for (category, values) in all {
            let periods = ["2026-09", "2026-10"].map(str::to_owned).to_vec();
            let values = values.map(Some).to_vec();
            let mut cell = fact(Value::Series { periods, values });
            method.clone_into(&mut cell.from.method);
            facts.insert(format!("cells/buys-amount/{category}"), cell);
        }
        facts
    }

    #[test]
    fn categories_that_miss_the_total_of_a_period_are_found() {
        let clean = [("_all", [5.0, 7.0]), ("bread", [2.0, 3.0]), ("milk", [3.0, 4.0])];
        assert_eq!(of_facts(&cells("sum(amount) of `buys`", &clean)), []);
        let wrong = [clean[0], clean[1], ("milk", [3.0, 4.5])];
        let found = of_facts(&cells("sum(amount) of `buys`", &wrong));
        assert_eq!(codes(&found), ["parts-miss-whole"]);
        let said = "the 2 `cells/buys-amount/*` of 2026-10, `_all` set aside, add up to 7.5, and `cells/buys-amount/_all` is 7.0";
        assert_eq!(found[0].message, said);
    }

    #[test]
    fn distinct_counts_need_not_add_up() {
        let all = [("_all", [5.0, 7.0]), ("bread", [4.0, 6.0]), ("milk", [3.0, 4.0])];
        assert_eq!(of_facts(&cells("count(distinct customer) of `buys`", &all)), []);
        assert_eq!(codes(&of_facts(&cells("count(*) of `buys`", &all))).len(), 2);
    }
}
