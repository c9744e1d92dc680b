//! Splits of a change: structure and behaviour, segments, other methods, the chain of factors.
//!
//! It must not know how a change was split.

use super::alike;
use super::named;
use crate::lint::families;
use crate::lint::of_program;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;

/// What each segment adds to each part of the change.
const COLUMNS: [(&str, &str); 3] = [
    ("structural", "structural"),
    ("behavioural", "behavioural"),
    ("total", "change"),
];

/// Finds splits that do not close.
pub(super) fn broken(facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for whole in families::of(facts, "contribution/*/change") {
        found.extend(of_change(facts, whole.base()));
    }
    for segment in families::of(facts, "contribution/*/segment/*/total") {
        let parts = of_each(segment.base(), &["structural", "behavioural"]);
        found.extend(named(facts, &parts, segment.id).missed());
    }
    for factor in families::of(facts, "contribution/*/chain/ticket") {
        found.extend(of_chain(facts, factor.base()));
    }
    found
}

fn of_each(base: &str, names: &[&str]) -> Vec<String> {
    names.iter().map(|it| format!("{base}/{it}")).collect()
}

fn of_change(facts: &Facts, base: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let change = format!("{base}/change");
    let ways: [&[&str]; 3] = [
        &["structural", "behavioural"],
        &["sensitivity/shapley_structural", "sensitivity/shapley_behavioural"],
        &[
            "sensitivity/three_part_structural",
            "sensitivity/three_part_behavioural",
            "sensitivity/three_part_joint",
        ],
    ];
    for names in ways {
        found.extend(named(facts, &of_each(base, names), &change).missed());
    }
    for (column, whole) in COLUMNS {
        let pattern = format!("{base}/segment/+/{column}");
        let parts: Vec<Option<f64>> = families::of(facts, &pattern).iter().map(|it| it.number()).collect();
        let whole = format!("{base}/{whole}");
        if !parts.is_empty() {
            let pattern = pattern.replace('+', "*");
            found.extend(alike(&pattern, parts, &whole, facts.number(&whole)).missed());
        }
    }
    for when in ["before", "after"] {
        found.extend(weighed(facts, base, when));
    }
    found
}

/// The level over all segments is that of each, weighed by its share.
fn weighed(facts: &Facts, base: &str, when: &str) -> Option<Diagnostic> {
    let shares = families::of(facts, &format!("{base}/segment/+/share_{when}"));
    let part = |it: &families::Found<'_>| {
        let share = it.number()?;
        // A segment with nobody on a side has no rate there, and no weight.
        if share == 0.0 {
            return Some(0.0);
        }
        Some(share * facts.number(&format!("{}/rate_{when}", it.base()))?)
    };
    let parts: Vec<Option<f64>> = shares.iter().map(part).collect();
    let whole = format!("{base}/{when}");
    let pattern = format!("{base}/segment/*/rate_{when} × share_{when}");
    let is = facts.number(&whole).filter(|_| !parts.is_empty());
    alike(&pattern, parts, &whole, is).missed()
}

/// What the factors add is the change of the total, and their levels multiply to it.
fn of_chain(facts: &Facts, base: &str) -> Vec<Diagnostic> {
    let factors = ["customers", "frequency", "ticket"];
    let ends = ["before", "after"].map(|it| facts.number(&format!("{base}/{it}")));
    let [Some(before), Some(after)] = ends else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let effects = of_each(base, &factors).iter().map(|it| facts.number(it)).collect();
    let whole = format!("{base}/after");
    let moved = [Some(before)].into_iter();
    let parts: Vec<Option<f64>> = moved.chain::<Vec<Option<f64>>>(effects).collect();
    let pattern = format!("{base}/before, customers, frequency, ticket");
    found.extend(alike(&pattern, parts, &whole, Some(after)).missed());
    for (when, total) in [("before", before), ("after", after)] {
        let levels = factors.map(|it| facts.number(&format!("{base}/{it}_{when}")));
        let [Some(customers), Some(frequency), Some(ticket)] = levels else {
            continue;
        };
        let product = customers * frequency * ticket;
        if !families::agree(product, total, 0.0) {
            let (product, total) = (families::written(product), families::written(total));
            let message =
                format!("the factors `{base}/*_{when}` multiply to {product}, and `{base}/{when}` is {total}");
            found.push(of_program(Diagnostic::check("parts-miss-whole", message)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::codes;
    use crate::lint::planted::facts;

    const CLEAN: [(&str, f64); 18] = [
        ("contribution/milk/before", 4.0),
        ("contribution/milk/after", 5.5),
        ("contribution/milk/change", 1.5),
        ("contribution/milk/structural", 0.4),
        ("contribution/milk/behavioural", 1.1),
        ("contribution/milk/segment/1/structural", 0.3),
        ("contribution/milk/segment/1/behavioural", 0.6),
        ("contribution/milk/segment/1/total", 0.9),
        ("contribution/milk/segment/1/share_before", 0.5),
        ("contribution/milk/segment/1/share_after", 0.25),
        ("contribution/milk/segment/1/rate_before", 3.0),
        ("contribution/milk/segment/1/rate_after", 4.0),
        ("contribution/milk/segment/2/structural", 0.1),
        ("contribution/milk/segment/2/behavioural", 0.5),
        ("contribution/milk/segment/2/total", 0.6),
        ("contribution/milk/segment/2/share_before", 0.5),
        ("contribution/milk/segment/2/share_after", 0.75),
        ("contribution/milk/segment/2/rate_before", 5.0),
    ];

    fn planted(id: &str, x: f64) -> Vec<Diagnostic> {
        let rate = ("contribution/milk/segment/2/rate_after", 6.0);
        let all = CLEAN.iter().copied().chain([rate]);
        let all: Vec<(&str, f64)> = all.map(|it| if it.0 == id { (id, x) } else { it }).collect();
        broken(&facts(&all))
    }

    #[test]
    fn a_split_that_closes_breaks_nothing() {
        assert_eq!(planted("", 0.0), []);
    }

    #[test]
    fn each_part_that_misses_its_whole_is_found() {
        let of = |id, x| codes(&planted(id, x));
        // The split, and the column of the segments.
        assert_eq!(of("contribution/milk/structural", 0.41), ["parts-miss-whole"; 2]);
        // The segment's own row, and its column.
        assert_eq!(of("contribution/milk/segment/2/total", 0.61), ["parts-miss-whole"; 2]);
        // The level that the rates should come to.
        assert_eq!(of("contribution/milk/segment/2/rate_after", 6.1), ["parts-miss-whole"]);
    }

    #[test]
    fn a_chain_adds_up_and_multiplies() {
        let clean = [
            ("contribution/milk/chain/before", 24.0),
            ("contribution/milk/chain/after", 30.0),
            ("contribution/milk/chain/customers", 1.0),
            ("contribution/milk/chain/frequency", 2.0),
            ("contribution/milk/chain/ticket", 3.0),
            ("contribution/milk/chain/customers_before", 2.0),
            ("contribution/milk/chain/frequency_before", 3.0),
            ("contribution/milk/chain/ticket_before", 4.0),
        ];
        assert_eq!(broken(&facts(&clean)), []);
        let wrong = clean.map(|it| if it.0.ends_with("/ticket") { (it.0, 3.5) } else { it });
        assert_eq!(codes(&broken(&facts(&wrong))), ["parts-miss-whole"]);
        let wrong = clean.map(|it| {
            if it.0.ends_with("ticket_before") {
                (it.0, 5.0)
            } else {
                it
            }
        });
        assert_eq!(codes(&broken(&facts(&wrong))), ["parts-miss-whole"]);
    }
}
