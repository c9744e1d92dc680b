//! Lint: a memo is held against itself before it is laid out.
//!
//! Every figure was computed with care, and yet a memo can contradict itself: parts that miss their whole, a share that one
//! analysis states and another one does too, differently, a note that an author typed last month. A reader who finds one such
//! place trusts no other. So claims that hold in every memo are asked of the facts and of what is printed, and a memo that
//! breaks one is not made; where only a footnote names no fact, it is made with a warning. Each claim finds what it can be sure
//! of; a figure that is kept back, or of which nobody says what it belongs to, breaks none. It must not know how a figure was
//! computed, nor how it will be laid out.

mod bases;
mod cited;
mod families;
mod parts;
#[cfg(test)]
mod planted;
mod points;
mod reading;
mod samples;
mod shares;
mod told;
mod typed;
mod walk;

use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Facts;
use crate::model::memo::Memo;
use crate::model::panel::Intake;
use crate::model::plan::Plan;
use crate::model::spec::Spec;
use crate::words::Words;

/// A memo, and all that it is made of.
#[derive(Clone, Copy)]
pub struct Stated<'a> {
    /// What was asked.
    pub plan: &'a Plan,
    /// What the author wrote, for the places of it; none where only figures are at hand.
    pub spec: Option<&'a Spec>,
    /// What came in from each source of the plan.
    pub intake: &'a [Intake],
    /// All figures.
    pub facts: &'a Facts,
    /// What is printed.
    pub memo: &'a Memo,
    /// How figures are printed.
    pub words: &'a Words,
}

/// Returns what contradicts itself; nothing where all claims hold.
pub fn lint(stated: &Stated) -> Diagnostics {
    let facts = stated.facts;
    let mut found = Vec::new();
    found.extend(shares::broken(facts));
    found.extend(parts::broken(stated));
    found.extend(bases::broken(facts));
    found.extend(told::broken(stated));
    found.extend(points::broken(stated));
    found.extend(samples::broken(stated));
    found.extend(cited::broken(stated));
    found.extend(typed::broken(stated));
    Diagnostics(found)
}

/// Says of a claim about figures that it does not hold: no author can have caused that.
fn of_program(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.hint(
        "no spec can cause this: it is a mistake of bellwether; please report it with what `bellwether explain SPEC --stage facts` \
         prints of these figures",
    )
}
