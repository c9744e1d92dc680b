//! The claim that a difference of shares is called points, and never per cent.
//!
//! "Rose 2 %" and "rose 2 points" are two findings, and a share of 40 % can do either. It must not know what a share is of.

mod printed;

use super::Stated;
use super::families;
use super::families::DIFFERENCES;
use super::families::Found;
use super::families::RELATIVE;
use super::of_program;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;
use crate::model::unit::Quantity;

/// The change of a key figure lies between its comparison and a level that stands elsewhere, of the same unit.
const OF_HEADLINE: [&str; 3] = ["headline/*/*/change", "before", "before"];

/// Finds differences of shares that are not called points.
pub(super) fn broken(stated: &Stated) -> Vec<Diagnostic> {
    let mut found = of_facts(stated.facts);
    found.extend(printed::broken(stated));
    found
}

fn of_facts(facts: &Facts) -> Vec<Diagnostic> {
    let is_share = |it: &Found<'_>, name: &str| {
        let beside = facts.get(&format!("{}/{name}", it.base()));
        beside.is_some_and(|it| matches!(it.unit.of, Quantity::Share | Quantity::Change))
    };
    let mut found = Vec::new();
    for [pattern, later, earlier] in DIFFERENCES.into_iter().chain([OF_HEADLINE]) {
        let all = families::of(facts, pattern);
        let wrong = all.iter().filter(|it| is_share(it, later) && is_share(it, earlier));
        let wrong = wrong.filter(|it| it.number().is_some() && it.fact.unit.of != Quantity::SharePoints);
        found.extend(wrong.map(|it| {
            let (unit, sides) = (&it.fact.unit, format!("`{later}` and `{earlier}` beside it are shares"));
            let message = format!("`{}` is in {unit}, and {sides}: it is a difference in points", it.id);
            of_program(Diagnostic::check("points-as-percent", message))
        }));
    }
    for [pattern, _, base] in RELATIVE {
        let all = families::of(facts, pattern);
        let wrong = all.iter().filter(|it| it.number().is_some() && is_share(it, base));
        found.extend(wrong.map(|it| {
            let message = format!(
                "`{}` is a per cent of `{base}` beside it, which is a share itself",
                it.id
            );
            of_program(Diagnostic::check("points-as-percent", message))
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::codes;
    use crate::lint::planted::figure;

    fn plant(difference: Quantity, side: Quantity) -> Facts {
        let mut all = Facts::new();
        let of = |x, quantity| figure(x, quantity, None, None);
        all.insert("deviation/milk/rate/actual", of(0.5, side.clone()));
        all.insert("deviation/milk/rate/projected", of(0.4, side));
        all.insert("deviation/milk/rate/deviation", of(0.1, difference));
        all
    }

    #[test]
    fn a_difference_of_shares_is_in_points() {
        assert_eq!(of_facts(&plant(Quantity::SharePoints, Quantity::Share)), []);
        assert_eq!(of_facts(&plant(Quantity::One, Quantity::One)), []);
        let wrong = of_facts(&plant(Quantity::Share, Quantity::Share));
        assert_eq!(codes(&wrong), ["points-as-percent"]);
    }

    #[test]
    fn a_relative_change_of_a_share_is_found() {
        let mut all = plant(Quantity::SharePoints, Quantity::Share);
        all.insert(
            "deviation/milk/rate/deviation_pct",
            figure(0.25, Quantity::Change, None, None),
        );
        let said =
            "`deviation/milk/rate/deviation_pct` is a per cent of `projected` beside it, which is a share itself";
        assert_eq!(of_facts(&all)[0].message, said);
    }
}
