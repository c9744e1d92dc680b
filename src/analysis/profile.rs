//! Profile: what tells each cluster (or segment) apart, who is in it, and three customers who are typical of it.
//!
//! # Why a reader cares
//! A cluster is a number until somebody says what it does and who it is. A name made of medians, a list of what
//! differs beyond chance and three real customers say it, and show where a cluster is no kind at all.
//!
//! # Method
//! A feature tells a cluster apart by the cluster's mean less that of all customers, in standard deviations, after the
//! steps that the roster states (so that one rich customer moves little). An attribute tells it apart where the share
//! of a level among its customers differs from that among all others: Newcombe's interval, widened so that all printed
//! intervals hold together. Typical are the customers nearest to the cluster's centre; their ids are masked by a hash.
//!
//! # In a spec
//! ```yaml
//! - profile: { of: clusters, typical: 3 }
//! ```

use super::Analysis;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use super::definition::Crowd;
use super::definition::Definition;
use super::roster::declared;
use super::roster::segment_ids;
use super::roster::segment_labels;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Fields;
use crate::model::node::Node;
use crate::model::plan::Plan;
use crate::model::roster::CustomerTable;
use serde::Serialize;

mod recording;
mod telling;

/// The registered analysis.
pub struct Profile;

/// What `profile` may say.
const KEYS: &[Field] = &[
    Field::may("of", Of::FORM, Of::DOC),
    Field::may(
        "typical",
        Form::Count,
        "Typical customers of each group that are shown, at most ten.",
    )
    .or("3"),
];

/// Typical customers of each group, where the spec names no number.
const N_TYPICAL: u64 = 3;

/// Whose kinds are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// Clusters of `clusters`.
    Clusters,
    /// Segments of the roster's rules.
    Segments,
}

struct Told {
    of: Of,
    n_typical: usize,
}

impl Analysis for Profile {
    fn name(&self) -> &'static str {
        "profile"
    }

    fn summary(&self) -> &'static str {
        "What tells each cluster or segment apart, who is in it, and customers who are typical of it."
    }

    fn form(&self) -> Form {
        Form::Map("profile", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`profile`", KEYS, found)?;
        scope.roster("profile", fields.span(), found)?;
        let of = Of::read(&fields, "profile", scope, found)?;
        let typical = fields.optional("typical").map(|it| it.count("`typical`", found));
        let n_typical = typical.map_or(Some(N_TYPICAL), |it| it.map(|it| it.value))?;
        // A page has room for a few, and nobody reads more.
        let n_typical = usize::try_from(n_typical.min(10)).expect("ten at most");
        Some(Box::new(Told { of, n_typical }))
    }
}

impl Of {
    /// How a spec writes it.
    pub const FORM: Form = Form::OneOf(&["clusters", "segments"]);

    /// What `of:` means.
    pub const DOC: &str =
        "Which groups. Where it is left out: clusters where the memo has them, else the roster's segments.";

    /// Reads `of:`; clusters where the memo has them, else segments.
    pub fn read(fields: &Fields<'_>, analysis: &str, scope: &Scope, found: &mut Diagnostics) -> Option<Self> {
        let has_clusters = scope.spec.memo.iter().any(|it| it.name.value == "clusters");
        let Some(node) = fields.optional("of") else {
            return Some(if has_clusters { Of::Clusters } else { Of::Segments });
        };
        let name = node.text("`of`", found)?;
        match name.value.as_str() {
            "clusters" if has_clusters => Some(Of::Clusters),
            "clusters" => {
                let message = format!("`{analysis}` tells of clusters, and the memo has none");
                let hint = "add `- clusters: {}` to the memo, or write `of: segments`";
                found.push(Diagnostic::spec("no-clusters", message).at(name.span).hint(hint));
                None
            }
            "segments" => Some(Of::Segments),
            other => {
                let diagnostic = Diagnostic::spec("unknown-value", format!("`of` cannot be `{other}`"));
                found.push(diagnostic.at(name.span).nearest(other, ["clusters", "segments"]));
                None
            }
        }
    }

    /// The analyses whose facts tell of them.
    pub fn uses(self) -> &'static [&'static str] {
        match self {
            Of::Clusters => &["clusters"],
            Of::Segments => &[],
        }
    }

    /// What one is called.
    pub fn noun(self) -> &'static str {
        match self {
            Of::Clusters => "cluster",
            Of::Segments => "segment",
        }
    }
}

/// Groups of customers as they stand in a table: clusters by their definition, or segments by their rules.
pub struct Grouping {
    /// One id a group.
    pub ids: Vec<String>,
    /// What each is called.
    pub names: Vec<String>,
    /// The definition, where the groups are clusters.
    pub definition: Option<Definition>,
}

impl Grouping {
    /// Reads the groups of a plan; `None` where they are clusters, and there are none.
    pub fn new(of: Of, plan: &Plan, facts: &Facts) -> Option<Self> {
        let roster = declared(plan);
        match of {
            Of::Segments => Some(Self {
                ids: segment_ids(roster),
                names: segment_labels(roster),
                definition: None,
            }),
            Of::Clusters => {
                let definition = Definition::of(facts)?;
                Some(Self {
                    ids: definition.ids(),
                    names: definition.names(),
                    definition: Some(definition),
                })
            }
        }
    }

    /// Reads the groups as a memo tells them; `None` where they are clusters, and there are none.
    pub fn told(of: Of, tell: &Tell) -> Option<Self> {
        let mut grouping = Self::new(of, tell.plan, tell.facts)?;
        if let Some(definition) = Definition::told(tell).filter(|_| grouping.definition.is_some()) {
            grouping.names = definition.names();
            grouping.definition = Some(definition);
        }
        Some(grouping)
    }

    /// Returns the group of each row of a table; beyond all ids for a customer of none.
    pub fn of_rows(&self, plan: &Plan, table: &CustomerTable) -> Vec<u32> {
        match &self.definition {
            Some(definition) => definition.place(declared(plan), table).cluster,
            None => table.segment.iter().map(|it| u32::from(*it)).collect(),
        }
    }

    /// Returns the crowd of a cluster.
    pub fn crowd(&self, group: usize) -> Option<&Crowd> {
        Some(self.definition.as_ref()?.all()[group].0)
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Profile.name()
    }

    fn sees_customers(&self) -> bool {
        true
    }

    fn uses(&self) -> &'static [&'static str] {
        self.of.uses()
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "profile": { "of": self.of, "typical": self.n_typical } })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        Ok((recording::record(self, run), Vec::new()))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(self, tell, memo);
    }
}
