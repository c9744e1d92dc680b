//! Which features are related by definition: they are made of the same figures.
//!
//! Spend and spend a visit move together because one is made of the other; printed as a finding, that is noise. It must
//! not know how strongly they go together.

use crate::model::plan::Plan;
use crate::model::roster::Ingredient;
use crate::model::roster::Roster;

/// True where two features share a figure that they are made of, or one counts a part of what the other counts.
pub(super) fn share(roster: &Roster, a: usize, b: usize) -> bool {
    let of = |feature: usize| roster.features[feature].formula.leaves();
    let is_same = |a: &usize, b: &usize| overlap(&roster.ingredients[*a], &roster.ingredients[*b]);
    of(a).into_iter().any(|x| of(b).into_iter().any(|y| is_same(x, y)))
}

/// True where a feature reads the column that an attribute is made of.
pub(super) fn reads(roster: &Roster, plan: &Plan, feature: usize, attribute: usize) -> bool {
    let column = &plan.segments[attribute].column;
    let is_it = |leaf: &&usize| matches!(&roster.ingredients[**leaf], Ingredient::Column(name) if name == column);
    roster.features[feature].formula.leaves().iter().any(is_it)
}

/// True where two figures are one, or the rows of one are among those of the other.
fn overlap(a: &Ingredient, b: &Ingredient) -> bool {
    match (a, b) {
        (Ingredient::Aggregate { aggregate: a, .. }, Ingredient::Aggregate { aggregate: b, .. }) => {
            let is_whole = a.filter.is_none() || b.filter.is_none();
            a == b || (a.reduce == b.reduce && a.of == b.of && is_whole)
        }
        // Both stand on one last row or first row: the days since are the same figure, from one feature or two.
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::expr::Aggregate;
    use crate::model::expr::Expr;
    use crate::model::expr::Reduce;

    fn sum(of: &str, filter: Option<&str>) -> Ingredient {
        Ingredient::Aggregate {
            aggregate: Aggregate {
                reduce: Reduce::Sum,
                of: Some(Expr::Column(of.to_owned())),
                filter: filter.map(|it| Expr::Column(it.to_owned())),
            },
            missing_is_zero: true,
        }
    }

    #[test]
    fn a_part_overlaps_with_its_whole_and_not_with_another_part() {
        assert!(overlap(&sum("amount", None), &sum("amount", Some("is_bread"))));
        assert!(!overlap(
            &sum("amount", Some("is_milk")),
            &sum("amount", Some("is_bread"))
        ));
        assert!(!overlap(&sum("amount", None), &sum("quantity", None)));
        assert!(overlap(&Ingredient::SinceLast, &Ingredient::SinceLast));
        assert!(!overlap(&Ingredient::SinceLast, &Ingredient::SinceFirst));
    }
}
