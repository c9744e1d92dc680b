//! Hypotheses: what the author claims of customers, and whether the data bear it out.
//!
//! # Why a reader cares
//! Everything can be explained once it is seen. A claim that was written down before says what somebody believes, and
//! the data answer: true or false, by how much, and whether chance could have done it.
//!
//! # Method
//! A claim compares a figure of customers with a number or with another figure. Shares and counts of customers are held
//! against a number by the exact binomial test, with Wilson's interval; a correlation by Fisher's z; all else by
//! drawing whole customers anew, 999 times, with the percentile interval of the figure (or of the difference) and the
//! share of draws for which the claim fails. All tests are one-sided. Holm's correction lets at most one section in
//! twenty call a claim true by chance that is not; it is applied to the claims, and apart from that to their opposites. A claim
//! *holds* where its corrected p-value is below 0.05, it *does not hold* where that of its opposite is, and else it is
//! *not shown*: the data cannot tell. Of fewer than ten customers nothing is told, nor by two claims whose crowds differ by
//! so few.
//!
//! # In a spec
//! ```yaml
//! - hypotheses:
//!     - claim: share(spend, where visits >= 4) > 50 %
//!       because: whoever comes every month carries the house
//!     - claim: median(spend, where visits >= 4) > median(spend, where visits < 4)
//!     - correlation(visits, spend) > 0.5
//! ```

use super::Analysis;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use crate::model::claim::Statistic;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Expr;
use crate::model::expr::Op;
use crate::model::facts::Facts;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::unit::Unit;
use serde::Serialize;

mod checking;
mod crowd;
mod kept;
mod recording;
mod telling;

/// The registered analysis.
pub struct Hypotheses;

/// Its name.
const NAME: &str = "hypotheses";

/// The p-value below which a claim is said to hold, after correction.
const LEVEL: f64 = 0.05;

/// Draws of customers. With them the smallest p-value is 0.001, and twenty claims that hold clearly all stand.
const N_DRAWS: usize = 999;

/// A claim with its names looked up.
#[derive(Debug, Clone, Serialize)]
struct Claim {
    /// Its text.
    written: String,
    /// Why it matters.
    because: Option<String>,
    left: Figure,
    op: Op,
    right: Against,
}

/// A figure of customers.
#[derive(Debug, Clone, Serialize)]
struct Figure {
    statistic: Statistic,
    /// Indices of features; empty for a share or a count of customers.
    features: Vec<usize>,
    /// Whose figures count; `None` for everybody's.
    condition: Option<Expr>,
    unit: Unit,
}

/// What a figure is held against.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
enum Against {
    /// A number in the figure's unit; a share as such.
    Number(f64),
    /// Another figure.
    Figure(Figure),
}

/// A `hypotheses` with its claims decoded.
struct Told {
    claims: Vec<Claim>,
}

/// What the data say of a claim beyond chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Holds,
    DoesNotHold,
    NotShown,
    NotTested,
}

impl Verdict {
    const ALL: [Verdict; 4] = [
        Verdict::Holds,
        Verdict::DoesNotHold,
        Verdict::NotShown,
        Verdict::NotTested,
    ];

    /// Its key in sentences.
    fn code(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::DoesNotHold => "does-not-hold",
            Verdict::NotShown => "not-shown",
            Verdict::NotTested => "not-tested",
        }
    }

    /// What facts call it.
    fn name(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::DoesNotHold => "does not hold",
            Verdict::NotShown => "not shown",
            Verdict::NotTested => "not tested",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Verdict::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl Figure {
    fn reads_clusters(&self) -> bool {
        let columns = self.condition.as_ref().map(Expr::columns).unwrap_or_default();
        columns.iter().any(|it| it == crowd::CLUSTER)
    }
}

impl Claim {
    fn figures(&self) -> impl Iterator<Item = &Figure> {
        let right = match &self.right {
            Against::Figure(figure) => Some(figure),
            Against::Number(_) => None,
        };
        std::iter::once(&self.left).chain(right)
    }

    /// True where the claim is that of a left side this far above its right one.
    fn holds_at(&self, difference: f64) -> bool {
        match self.op {
            Op::Gt => difference > 0.0,
            Op::Ge => difference >= 0.0,
            Op::Lt => difference < 0.0,
            Op::Le => difference <= 0.0,
            _ => unreachable!("a claim is read with four comparisons"),
        }
    }

    /// True where the left side is claimed to be the larger one.
    fn claims_more(&self) -> bool {
        matches!(self.op, Op::Gt | Op::Ge)
    }
}

impl Analysis for Hypotheses {
    fn name(&self) -> &'static str {
        NAME
    }

    fn summary(&self) -> &'static str {
        "Claims of the author about customers, answered true or false, with the figure and what chance allows."
    }

    fn form(&self) -> Form {
        crate::model::claim::FORM
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let claims = checking::claims(options, scope, found)?;
        Some(Box::new(Told { claims }))
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        NAME
    }

    fn sees_customers(&self) -> bool {
        true
    }

    fn uses(&self) -> &'static [&'static str] {
        if self.claims.iter().flat_map(Claim::figures).any(Figure::reads_clusters) {
            &["clusters"]
        } else {
            &[]
        }
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ NAME: self.claims })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        Ok(recording::record(&self.claims, run))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(&self.claims, tell, memo);
    }
}
