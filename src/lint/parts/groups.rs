//! Groups of customers and rows: each belongs to one, and all of them are everybody.
//!
//! It must not know how a group was made.

use super::alike;
use super::named;
use crate::lint::families;
use crate::lint::families::Found;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;

/// What groups are told under; before the longer name the shorter one would take it.
const BASES: [&str; 3] = ["roster/before", "roster", "clusters"];

/// What stands under a base and is no group of it.
const NO_GROUPS: [&str; 4] = ["all-customers", "before/", "features/", "crowd/"];

/// Finds groups that are not everybody.
pub(super) fn broken(facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for base in BASES {
        found.extend(of_base(facts, base));
    }
    for base in ["rfm", "rfm/before"] {
        for (part, whole) in [("customers", "customers"), ("spend", "spend")] {
            found.extend(of_segments(facts, base, part, whole));
        }
    }
    for score in ["recency", "frequency", "monetary"] {
        let pattern = format!("rfm/scores/{score}/+/customers");
        let parts: Vec<Option<f64>> = numbers(&families::of(facts, &pattern));
        let is = facts.number("rfm/customers").filter(|_| !parts.is_empty());
        found.extend(alike(&pattern.replace('+', "*"), parts, "rfm/customers", is).missed());
    }
    for read in families::of(facts, "quality/*/rows_read") {
        found.extend(of_rows(facts, read));
    }
    found
}

fn numbers(found: &[Found<'_>]) -> Vec<Option<f64>> {
    found.iter().map(Found::number).collect()
}

/// Customers and worth of groups under a base.
fn of_base(facts: &Facts, base: &str) -> Vec<Diagnostic> {
    let under = format!("{base}/");
    let is_group = |id: &&str| {
        let own = id.strip_prefix(under.as_str()).unwrap_or("");
        !NO_GROUPS.iter().any(|it| own.starts_with(it)) && facts.get(&format!("{id}/share")).is_some()
    };
    let sizes = facts.under(&under).filter_map(|it| it.0.strip_suffix("/customers"));
    let groups: Vec<&str> = sizes.filter(is_group).collect();
    if groups.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let of = |id: &str, name: &str| facts.number(&format!("{id}/{name}"));
    // Who is in no cluster is counted beside them, and what they are worth is not told.
    let others = (base == "clusters").then(|| facts.number("clusters/not_clustered"));
    let is_everybody = others.is_none_or(|it| it == Some(0.0));
    for name in ["customers", "worth", "worth_share"] {
        let is_counted = name == "customers";
        let mut parts: Vec<Option<f64>> = groups.iter().map(|it| of(it, name)).collect();
        parts.extend(others.filter(|_| is_counted));
        let whole = format!("{base}/all-customers/{name}");
        let is = facts.number(&whole).filter(|_| is_counted || is_everybody);
        found.extend(alike(&format!("{base}/…/{name}"), parts, &whole, is).missed());
    }
    found
}

/// RFM's segments are all of its customers.
fn of_segments(facts: &Facts, base: &str, part: &str, whole: &str) -> Option<Diagnostic> {
    let pattern = format!("{base}/+/{part}");
    let segments = families::of(facts, &pattern);
    // Those at risk are a sum of segments, and what was before is a crowd of its own.
    let own = segments.iter().filter(|it| {
        ["at_risk", "before"]
            .iter()
            .all(|other| it.base() != format!("{base}/{other}"))
    });
    let parts: Vec<Option<f64>> = own.map(Found::number).collect();
    let whole = format!("{base}/{whole}");
    let is = facts.number(&whole).filter(|_| !parts.is_empty());
    alike(&pattern.replace('+', "*"), parts, &whole, is).missed()
}

/// Rows that were read were used, rejected, or removed by a rule.
fn of_rows(facts: &Facts, read: Found<'_>) -> Option<Diagnostic> {
    let base = read.base();
    let rules = families::of(facts, &format!("{base}/rule/+"));
    let removed = rules.iter().map(|it| it.id.to_owned());
    let parts: Vec<String> = ["rows_used", "rejected"]
        .iter()
        .map(|it| format!("{base}/{it}"))
        .chain(removed)
        .collect();
    named(facts, &parts, read.id).missed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::codes;
    use crate::lint::planted::facts;

    const CLEAN: [(&str, f64); 20] = [
        ("clusters/all-customers/customers", 10.0),
        ("clusters/all-customers/share", 1.0),
        ("clusters/crowd/light/customers", 7.0),
        ("clusters/light/1/customers", 4.0),
        ("clusters/light/1/share", 0.4),
        ("clusters/light/2/customers", 3.0),
        ("clusters/light/2/share", 0.3),
        ("clusters/not_clustered", 3.0),
        ("roster/all-customers/worth", 9.0),
        ("roster/light/customers", 3.0),
        ("roster/light/share", 0.3),
        ("roster/light/worth", 9.0),
        ("rfm/customers", 5.0),
        ("rfm/at_risk/customers", 2.0),
        ("rfm/lost/customers", 2.0),
        ("rfm/loyal/customers", 3.0),
        ("quality/buys/rows_read", 9.0),
        ("quality/buys/rows_used", 6.0),
        ("quality/buys/rejected", 1.0),
        ("quality/buys/rule/1", 2.0),
    ];

    #[test]
    fn groups_that_are_everybody_break_nothing() {
        assert_eq!(broken(&facts(&CLEAN)), []);
    }

    #[test]
    fn a_group_of_one_too_many_is_found() {
        for id in [
            "clusters/light/2/customers",
            "roster/light/worth",
            "rfm/lost/customers",
            "quality/buys/rule/1",
        ] {
            let wrong = CLEAN.map(|it| if it.0 == id { (id, it.1 + 1.0) } else { it });
            assert_eq!(codes(&broken(&facts(&wrong))), ["parts-miss-whole"], "{id}");
        }
    }
}
