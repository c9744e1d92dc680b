//! The claim that shares of one whole are all of it.
//!
//! It must not know what a share is of.

use super::families;
use super::families::Found;
use super::of_program;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;

/// Shares that are one whole; `+` tells them apart.
const WHOLES: [&str; 12] = [
    "contribution/*/segment/+/share_before",
    "contribution/*/segment/+/share_after",
    "drivers/*/*/attributes/+/impurity",
    "rfm/+/share",
    "rfm/+/spend_share",
    "rfm/before/+/share",
    "rfm/before/+/spend_share",
    "rhythm/*/*/+/share",
    "profile/*/attribute/*/+/share",
    "profile/*/attribute/*/+/elsewhere",
    // A cluster's id has two steps: its crowd's and its own.
    "profile/*/*/attribute/*/+/share",
    "profile/*/*/attribute/*/+/elsewhere",
];

/// What stands beside the parts and is made of them.
const BESIDE: [&str; 2] = ["at_risk", "all-customers"];

/// Finds shares that do not add up to a whole.
pub(super) fn broken(facts: &Facts) -> Vec<Diagnostic> {
    let wholes = WHOLES.iter().flat_map(|it| families::wholes(facts, it));
    let mut found: Vec<Diagnostic> = wholes.filter_map(|(name, parts)| of_whole(&name, &parts)).collect();
    found.extend(complements(facts));
    found
}

fn of_whole(name: &str, parts: &[Found<'_>]) -> Option<Diagnostic> {
    let parts = parts
        .iter()
        .filter(|part| !part.id.split('/').any(|it| BESIDE.contains(&it)));
    let parts: Vec<&Found<'_>> = parts.collect();
    let [sum, size] = families::sum(parts.iter().map(|it| it.number()))?;
    // A tree that never split gives its impurity to nobody.
    let is_nothing = size == 0.0;
    (!is_nothing && !families::agree(sum, 1.0, size)).then(|| {
        let (n, sum) = (parts.len(), families::written(sum));
        let message = format!("the {n} shares `{name}` are all of one whole, and add up to {sum}, not to 1");
        of_program(Diagnostic::check("shares-not-whole", message))
    })
}

/// Who came back and who did not are everybody.
fn complements(facts: &Facts) -> Vec<Diagnostic> {
    let stayed = families::of(facts, "cohorts/*/returned_1");
    let both = stayed.iter().filter_map(|it| {
        let churn = format!("{}/churn_1", it.base());
        let (x, y) = (it.number()?, facts.number(&churn)?);
        (!families::agree(x + y, 1.0, 1.0)).then(|| {
            let (returned, sum) = (it.id, families::written(x + y));
            let message = format!("`{returned}` and `{churn}` are all customers, and add up to {sum}, not to 1");
            of_program(Diagnostic::check("shares-not-whole", message))
        })
    });
    both.collect()
}
