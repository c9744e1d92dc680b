//! Roster: who the customers are, parted by rules before anything is clustered.
//!
//! # Why a reader cares
//! Somebody who bought once, somebody who comes twice a year and somebody who comes every week are three businesses.
//! No clustering finds the line between them; a rule says where it is, and anybody can check it.
//!
//! # Method
//! The spec's `roster:` gives every customer one row of features over one window. Rules are tried in order, and the
//! first that holds names the segment; whom no rule takes is in the rest, which has a name too. So every customer is
//! in exactly one segment: sizes and worths add up to the whole, which is recorded. Medians come with an interval by
//! order statistics.
//!
//! # In a spec
//! ```yaml
//! - roster: {}
//! ```

use super::Analysis;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Facts;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::roster::Roster as Declared;

mod recording;
mod telling;

/// The registered analysis.
pub struct Roster;

/// A `roster` with its options decoded: it has none.
struct Told;

impl Analysis for Roster {
    fn name(&self) -> &'static str {
        "roster"
    }

    fn summary(&self) -> &'static str {
        "Customers parted by rules: how many, what they are worth, what is typical of them."
    }

    fn form(&self) -> Form {
        Form::Map("roster_memo", &[])
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`roster`", &[], found)?;
        scope.roster("roster", fields.span(), found)?;
        Some(Box::new(Told))
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Roster.name()
    }

    fn sees_customers(&self) -> bool {
        true
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "roster": {} })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        Ok(recording::record(run))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(tell, memo);
    }
}

/// Returns the roster of a plan whose analyses were checked.
pub fn declared(plan: &crate::model::plan::Plan) -> &Declared {
    plan.roster
        .as_ref()
        .expect("an analysis of customers was checked to have a roster")
}

/// Returns the ids of segments as facts have them: `regular/large`.
pub fn segment_ids(roster: &Declared) -> Vec<String> {
    roster.leaves().into_iter().map(|it| it.id).collect()
}

/// Returns what segments are called.
pub fn segment_labels(roster: &Declared) -> Vec<String> {
    roster.leaves().into_iter().map(|it| it.label).collect()
}
