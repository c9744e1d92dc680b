//! The claim that counts, intervals and probabilities are ones.
//!
//! It must not know what was counted.

use super::Stated;
use super::families;
use super::families::Found;
use super::families::agree;
use super::families::written;
use super::of_program;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;
use crate::model::unit::Quantity;

/// What begins the methods of intervals by drawing customers anew: they need not hold the figure itself.
const DRAWN: &str = "drawn anew";

/// Probabilities, and what they come to where many are asked at once: never less.
const CORRECTED: [[&str; 2]; 4] = [
    ["deviation/*/*/p", "q"],
    ["relations/*/*/*/p", "q"],
    ["hypotheses/*/p", "p_holm"],
    ["hypotheses/*/p_opposite", "p_opposite_holm"],
];

/// Finds counts, intervals and probabilities that cannot be.
pub(super) fn broken(stated: &Stated) -> Vec<Diagnostic> {
    let facts = stated.facts;
    let mut found: Vec<Diagnostic> = facts
        .iter()
        .map(|(id, fact)| Found { id, fact })
        .flat_map(|it| [interval(it), probability(it)])
        .flatten()
        .collect();
    found.extend(corrected(facts));
    found.extend(shares(facts));
    found.extend(crowds(facts));
    found.extend(periods(stated));
    found
}

/// The ends of an interval are in order, and hold the figure.
fn interval(it: Found<'_>) -> Option<Diagnostic> {
    let (ends, x) = (it.fact.interval?, it.number());
    // An interval without a figure is only one of ends in order.
    let x = x.filter(|_| !is_drawn(it)).unwrap_or(ends.low);
    let is_in_order = ends.low <= ends.high || agree(ends.low, ends.high, 0.0);
    let holds = (ends.low <= x || agree(ends.low, x, 0.0)) && (x <= ends.high || agree(x, ends.high, 0.0));
    (!is_in_order || !holds).then(|| {
        let (low, high) = (written(ends.low), written(ends.high));
        let message = format!(
            "`{}` is {}, outside its interval from {low} to {high}",
            it.id,
            written(x)
        );
        of_program(Diagnostic::check("outside-interval", message))
    })
}

/// Percentiles of what customers drawn anew give may lie to one side of what all of them give.
fn is_drawn(it: Found<'_>) -> bool {
    it.fact.from.analysis == "contribution" || it.fact.from.method.contains(DRAWN)
}

fn probability(it: Found<'_>) -> Option<Diagnostic> {
    let x = it.number().filter(|_| it.fact.unit.of == Quantity::Probability)?;
    (!(0.0..=1.0).contains(&x)).then(|| {
        let message = format!("`{}` is a probability, and is {}", it.id, written(x));
        of_program(Diagnostic::check("not-a-probability", message))
    })
}

fn corrected(facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for [pattern, name] in CORRECTED {
        for it in families::of(facts, pattern) {
            let other = format!("{}/{name}", it.base());
            let (Some(p), Some(q)) = (it.number(), facts.number(&other)) else {
                continue;
            };
            if q < p && !agree(p, q, 0.0) {
                let (p, q) = (written(p), written(q));
                let message = format!("`{other}` is {q}, and `{}`, which it corrects upwards, is {p}", it.id);
                found.push(of_program(Diagnostic::check("not-a-probability", message)));
            }
        }
    }
    found
}

/// A share with customers beside it, of as many as it says, is that part of them.
fn shares(facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for base in ["roster/", "clusters/", "profile/", "rfm/"] {
        for (id, fact) in facts.under(base) {
            let it = Found { id, fact };
            let Some(group) = id.strip_suffix("/share") else {
                continue;
            };
            let part = format!("{group}/customers");
            // RFM counts its customers beside its segments.
            let whole = fact
                .n
                .map(|n| n as f64)
                .or_else(|| facts.number(&format!("{}/customers", group.rsplit_once('/')?.0)));
            let (Some(share), Some(n), Some(whole)) = (it.number(), facts.number(&part), whole) else {
                continue;
            };
            if !agree(share * whole, n, 0.0) {
                let (n, whole) = (written(n), written(whole));
                let message = format!("`{id}` is {}, and `{part}` is {n} of {whole} customers", written(share));
                found.push(of_program(Diagnostic::check("sample-size", message)));
            }
        }
    }
    found
}

/// A part of a crowd is no larger than the crowd.
fn crowds(facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for base in ["roster", "roster/before", "clusters", "profile"] {
        let whole = format!("{base}/all-customers/customers");
        let Some(all) = facts.number(&whole) else { continue };
        let under = format!("{base}/");
        let medians = facts.under(&under).filter(|it| it.0.contains("/median/"));
        let own = medians.filter(|it| base != "roster" || !it.0.starts_with("roster/before/"));
        found.extend(own.filter_map(|(id, fact)| {
            let group = id.split_once("/median/").map_or("", |it| it.0);
            let size = format!("{group}/customers");
            let most = facts
                .number(&size)
                .map_or((all, whole.as_str()), |n| (n, size.as_str()));
            too_many(id, fact.n?, most)
        }));
    }
    for whole in families::of(facts, "contribution/*/change") {
        let Some(all) = whole.fact.n else { continue };
        for name in ["share_before", "share_after"] {
            let pattern = format!("{}/segment/+/{name}", whole.base());
            let n: u64 = families::of(facts, &pattern).iter().filter_map(|it| it.fact.n).sum();
            found.extend(too_many(&pattern.replace('+', "*"), n, (all as f64, whole.id)));
        }
    }
    found
}

fn too_many(id: &str, n: u64, (most, whole): (f64, &str)) -> Option<Diagnostic> {
    // Fewer than 2⁵³: the cast is exact.
    (most < n as f64).then(|| {
        let message = format!("`{id}` counts {n}, more than the {} of `{whole}`", written(most));
        of_program(Diagnostic::check("sample-size", message))
    })
}

/// No projection knows more periods than there are.
fn periods(stated: &Stated) -> Vec<Diagnostic> {
    let n = stated.plan.periods.history.len() as f64;
    let projected = families::of(stated.facts, "deviation/*/*/projected");
    let most = (n, "history");
    projected
        .iter()
        .filter_map(|it| too_many(it.id, it.fact.n?, most))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::planted::codes;
    use crate::lint::planted::facts;
    use crate::lint::planted::figure;

    fn one(id: &str, fact: crate::model::facts::Fact) -> Facts {
        let mut all = Facts::new();
        all.insert(id, fact);
        all
    }

    fn first(facts: &Facts, of: fn(Found<'_>) -> Option<Diagnostic>) -> Option<String> {
        let (id, fact) = facts.iter().next()?;
        of(Found { id, fact }).map(|it| it.message)
    }

    #[test]
    fn a_figure_outside_its_interval_is_found() {
        let share = |ends| one("a/share", figure(0.5, Quantity::Share, Some(ends), None));
        assert_eq!(first(&share([0.4, 0.5]), interval), None);
        let said = "`a/share` is 0.5, outside its interval from 0.6 to 0.7";
        assert_eq!(first(&share([0.6, 0.7]), interval).as_deref(), Some(said));
        assert!(first(&share([0.7, 0.4]), interval).is_some());
    }

    #[test]
    fn an_interval_of_customers_drawn_anew_need_not_hold_the_figure() {
        let mut drawn = figure(0.5, Quantity::Share, Some([0.6, 0.7]), None);
        "left side; customers drawn anew, 999 times".clone_into(&mut drawn.from.method);
        assert_eq!(first(&one("hypotheses/1/figure", drawn), interval), None);
    }

    #[test]
    fn a_probability_above_one_and_a_correction_downwards_are_found() {
        let p = |x| one("a/p", figure(x, Quantity::Probability, None, None));
        assert_eq!(first(&p(1.0), probability), None);
        assert!(first(&p(1.01), probability).is_some());
        let pair = |q| facts(&[("deviation/milk/spend/p", 0.02), ("deviation/milk/spend/q", q)]);
        assert_eq!(corrected(&pair(0.02)), []);
        assert_eq!(codes(&corrected(&pair(0.01))), ["not-a-probability"]);
    }

    #[test]
    fn a_share_of_other_customers_is_found() {
        let plant = |n: f64| {
            let mut all = facts(&[("roster/light/customers", n)]);
            all.insert("roster/light/share", figure(0.25, Quantity::Share, None, Some(8)));
            codes(&shares(&all)).len()
        };
        assert_eq!((plant(2.0), plant(3.0)), (0, 1));
    }

    #[test]
    fn a_part_larger_than_its_crowd_is_found() {
        let plant = |n: u64| {
            let mut all = facts(&[("roster/all-customers/customers", 8.0), ("roster/light/customers", 4.0)]);
            all.insert("roster/light/median/spend", figure(1.0, Quantity::One, None, Some(n)));
            all.insert("contribution/milk/change", figure(1.0, Quantity::One, None, Some(8)));
            for segment in 1..=2 {
                let share = figure(0.5, Quantity::Share, None, Some(n));
                all.insert(format!("contribution/milk/segment/{segment}/share_after"), share);
            }
            codes(&crowds(&all)).len()
        };
        assert_eq!((plant(4), plant(5)), (0, 2));
    }
}
