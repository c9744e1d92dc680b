//! The claim that parts add up to their whole.
//!
//! A part that is kept back leaves its whole unasked: what is not stated cannot be added up. It must not know how a whole was
//! parted.

mod cells;
mod groups;
mod moves;
mod printed;
mod splits;

use super::Stated;
use super::families;
use super::of_program;
use crate::model::diagnostic::Diagnostic;
use crate::model::facts::Facts;

/// Finds parts that miss their whole.
pub(super) fn broken(stated: &Stated) -> Vec<Diagnostic> {
    let facts = stated.facts;
    let mut found = splits::broken(facts);
    found.extend(groups::broken(facts));
    found.extend(moves::broken(facts));
    found.extend(cells::broken(stated));
    found.extend(claims(facts));
    found.extend(printed::broken(stated));
    found
}

/// Parts by what they are called together, and what they should come to.
struct Parts<'a> {
    /// "`a` and `b`", "the 7 `a/*/b`".
    called: String,
    /// What they are; `None` where one is not stated.
    parts: Vec<Option<f64>>,
    /// The id of the whole.
    whole: &'a str,
    /// What it is; `None` where it is not stated.
    is: Option<f64>,
}

impl Parts<'_> {
    /// Says what is wrong where the parts miss the whole; `None` where they do not, or one of them is not stated.
    fn missed(&self) -> Option<Diagnostic> {
        let [sum, size] = families::sum(self.parts.iter().copied())?;
        let is = self.is?;
        (!families::agree(sum, is, size)).then(|| {
            let (sum, is) = (families::written(sum), families::written(is));
            let message = format!("{} add up to {sum}, and `{}` is {is}", self.called, self.whole);
            of_program(Diagnostic::check("parts-miss-whole", message))
        })
    }
}

/// Parts of one id each.
fn named<'a>(facts: &Facts, parts: &[String], whole: &'a str) -> Parts<'a> {
    let quoted: Vec<String> = parts.iter().map(|it| format!("`{it}`")).collect();
    Parts {
        called: quoted.join(" and "),
        parts: parts.iter().map(|it| facts.number(it)).collect(),
        whole,
        is: facts.number(whole),
    }
}

/// Parts of one pattern.
fn alike<'a>(pattern: &str, parts: Vec<Option<f64>>, whole: &'a str, is: Option<f64>) -> Parts<'a> {
    Parts {
        called: format!("the {} `{pattern}`", parts.len()),
        parts,
        whole,
        is,
    }
}

/// Every claim of hypotheses has one verdict.
fn claims(facts: &Facts) -> Option<Diagnostic> {
    let counts = families::of(facts, "hypotheses/n/+");
    let n = families::of(facts, "hypotheses/*/verdict").len();
    let counted: Vec<Option<f64>> = counts.iter().map(families::Found::number).collect();
    let is = (!counted.is_empty()).then_some(n as f64);
    alike("hypotheses/n/*", counted, "hypotheses/*/verdict", is).missed()
}

#[cfg(test)]
mod tests {
    use super::super::planted::facts;
    use super::*;

    #[test]
    fn a_claim_without_a_verdict_is_found() {
        let mut all = facts(&[("hypotheses/n/holds", 1.0), ("hypotheses/n/not_shown", 1.0)]);
        all.extend(super::super::planted::texts(&[("hypotheses/1/verdict", "holds")]));
        let found = claims(&all).map(|it| it.message);
        let said = "the 2 `hypotheses/n/*` add up to 2.0, and `hypotheses/*/verdict` is 1.0";
        assert_eq!(found.as_deref(), Some(said));
        all.extend(super::super::planted::texts(&[("hypotheses/2/verdict", "not shown")]));
        assert!(claims(&all).is_none());
    }
}
