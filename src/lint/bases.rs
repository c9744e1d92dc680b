//! The claim that a value, what it is held against, and what lies between them are of one base.
//!
//! Three figures of which two give the third are printed in different places: whoever works one out must find the other. It
//! must not know what a figure measures.

use super::families;
use super::families::DIFFERENCES;
use super::families::Found;
use super::families::RELATIVE;
use super::families::agree;
use super::families::written;
use super::of_program;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;
use crate::model::facts::Value;
use crate::model::unit::Quantity;

/// Series whose last figure stands beside them on its own.
const LAST: [[&str; 2]; 3] = [
    ["deviation/*/*/series/actual", "../actual"],
    ["deviation/*/*/series/projected", "../projected"],
    ["headline/*/series", "value"],
];

/// Finds figures that do not give each other.
pub(super) fn broken(facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for [pattern, later, earlier] in DIFFERENCES {
        for it in families::of(facts, pattern) {
            let sides = [later, earlier].map(|name| format!("{}/{name}", it.base()));
            found.extend(difference(facts, it, &sides));
        }
    }
    for [pattern, part, base] in RELATIVE {
        for it in families::of(facts, pattern) {
            let ids = [part, base].map(|name| format!("{}/{name}", it.base()));
            found.extend(relative(facts, it, &ids));
        }
    }
    for it in families::of(facts, "headline/*/*/change") {
        found.extend(of_headline(facts, it));
    }
    for it in profiles(facts) {
        let sides = ["share", "elsewhere"].map(|name| format!("{}/{name}", it.base()));
        found.extend(difference(facts, it, &sides));
    }
    for [pattern, last] in LAST {
        found.extend(
            families::of(facts, pattern)
                .iter()
                .filter_map(|it| of_last(facts, it, last)),
        );
    }
    found.extend(
        families::of(facts, "deviation/*/*/projected95")
            .iter()
            .filter_map(|it| {
                let other = format!("{}/projected", it.base());
                same(&format!("`{}`", it.id), it.number()?, &other, facts.number(&other)?)
            }),
    );
    found
}

/// Differences of a group's share and that of all others; a cluster's id has two steps.
fn profiles(facts: &Facts) -> Vec<Found<'_>> {
    let mut all = families::of(facts, "profile/*/attribute/*/*/difference");
    all.extend(families::of(facts, "profile/*/*/attribute/*/*/difference"));
    all
}

fn difference(facts: &Facts, it: Found<'_>, [later, earlier]: &[String; 2]) -> Option<Diagnostic> {
    let (x, a, b) = (it.number()?, facts.number(later)?, facts.number(earlier)?);
    (!agree(a - b, x, a.abs() + b.abs())).then(|| {
        let (is, between) = (written(x), written(a - b));
        let sides = format!("`{later}` ({}) less `{earlier}` ({})", written(a), written(b));
        let message = format!("`{}` is {is}, and {sides} is {between}", it.id);
        of_program(Diagnostic::check("bases-disagree", message))
    })
}

fn relative(facts: &Facts, it: Found<'_>, [part, base]: &[String; 2]) -> Option<Diagnostic> {
    let (x, part_is, base_is) = (it.number()?, facts.number(part)?, facts.number(base)?);
    (!agree(x * base_is.abs(), part_is, part_is.abs())).then(|| {
        let sides = format!("`{part}` ({}) over `{base}` ({})", written(part_is), written(base_is));
        let message = format!(
            "`{}` is {}, and {sides} is {}",
            it.id,
            written(x),
            written(part_is / base_is.abs())
        );
        of_program(Diagnostic::check("bases-disagree", message))
    })
}

/// Value, comparison and change of a key figure; shares change by points.
fn of_headline(facts: &Facts, it: Found<'_>) -> Option<Diagnostic> {
    let metric = it.base().rsplit_once('/')?.0;
    let sides = [format!("{metric}/value"), format!("{}/before", it.base())];
    if it.fact.unit.of == Quantity::SharePoints {
        return difference(facts, it, &sides);
    }
    let (x, value, before) = (it.number()?, facts.number(&sides[0])?, facts.number(&sides[1])?);
    (!agree(x * before.abs(), value - before, value.abs() + before.abs())).then(|| {
        let [now, then] = sides;
        let (is, would) = (written(x), written((value - before) / before.abs()));
        let from = format!("from `{then}` ({}) to `{now}` ({})", written(before), written(value));
        let message = format!("`{}` is {is}, and {from} it is {would}", it.id);
        of_program(Diagnostic::check("bases-disagree", message))
    })
}

fn of_last(facts: &Facts, it: &Found<'_>, last: &str) -> Option<Diagnostic> {
    let Value::Series { values, .. } = &it.fact.value else {
        return None;
    };
    let other = match last.strip_prefix("../") {
        Some(name) => format!("{}/{name}", it.base().rsplit_once('/')?.0),
        None => format!("{}/{last}", it.base()),
    };
    let x = values.last().copied().flatten()?;
    same(&format!("the last of `{}`", it.id), x, &other, facts.number(&other)?)
}

/// Holds one figure under two ids against itself.
fn same(called: &str, x: f64, other: &str, y: f64) -> Option<Diagnostic> {
    (!agree(x, y, 0.0)).then(|| {
        let (x, y) = (written(x), written(y));
        let message = format!("{called} is {x}, and `{other}`, the same figure, is {y}");
        of_program(Diagnostic::check("bases-disagree", message))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::codes;
    use crate::lint::planted::fact;
    use crate::lint::planted::facts;
    use crate::lint::planted::figure;

    const CLEAN: [(&str, f64); 14] = [
        ("headline/spend/value", 110.0),
        ("headline/spend/previous/before", 100.0),
        ("headline/spend/previous/change", 0.1),
        ("deviation/milk/spend/actual", 9.0),
        ("deviation/milk/spend/projected", 12.0),
        ("deviation/milk/spend/projected95", 12.0),
        ("deviation/milk/spend/deviation", -3.0),
        ("deviation/milk/spend/deviation_pct", -0.25),
        ("contribution/milk/before", -4.0),
        ("contribution/milk/after", -3.0),
        ("contribution/milk/change", 1.0),
        ("contribution/milk/structural", 1.0),
        ("contribution/milk/structural_share", 0.25),
        ("hypotheses/1/difference", 7.0),
    ];

    #[test]
    fn figures_of_one_base_break_nothing() {
        assert_eq!(broken(&facts(&CLEAN)), []);
    }

    #[test]
    fn a_figure_of_another_base_is_found() {
        let of = |id: &str| {
            let wrong = CLEAN.map(|it| if it.0 == id { (it.0, it.1 + 0.001) } else { it });
            broken(&facts(&wrong))
        };
        for id in [
            "headline/spend/previous/change",
            "deviation/milk/spend/deviation_pct",
            "contribution/milk/change",
        ] {
            assert_eq!(codes(&of(id)), ["bases-disagree"], "{id}");
        }
        // Held against what was projected, and against its own other band.
        assert_eq!(codes(&of("deviation/milk/spend/projected")).len(), 3);
        let said = "`headline/spend/previous/change` is 0.101, and from `headline/spend/previous/before` (100.0) to \
                    `headline/spend/value` (110.0) it is 0.1";
        assert_eq!(of("headline/spend/previous/change")[0].message, said);
    }

    #[test]
    fn a_share_changes_by_points() {
        let plant = |change: f64| {
            let mut all = facts(&[("headline/rate/value", 0.5), ("headline/rate/previous/before", 0.4)]);
            let change = figure(change, Quantity::SharePoints, None, None);
            all.insert("headline/rate/previous/change", change);
            codes(&broken(&all)).len()
        };
        assert_eq!((plant(0.1), plant(0.25)), (0, 1));
    }

    #[test]
    fn a_series_ends_in_its_figure() {
        let plant = |last: f64| {
            let mut all = facts(&[("headline/spend/value", 3.0)]);
            let periods = vec!["2026-09".to_owned(), "2026-10".to_owned()];
            let values = vec![None, Some(last)];
            all.insert("headline/spend/series", fact(Value::Series { periods, values }));
            codes(&broken(&all)).len()
        };
        assert_eq!((plant(3.0), plant(3.1)), (0, 1));
    }
}
