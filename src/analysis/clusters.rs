//! Clusters: crowds of customers who are alike, found in several ways, and whether they are there at all.
//!
//! # Why a reader cares
//! A chain that treats all its customers alike treats most of them wrongly. Clusters say which kinds there are; the
//! evidence beside them says whether the kinds are found or made.
//!
//! # Method
//! Within one crowd (all customers, or each segment that a rule made) features are brought to one scale by the roster's
//! `transform:` and then to mean 0 and deviation 1 (after `robust` as they are). Every method is tried for
//! every `k`, and a table shows all of them. `k` is the author's, or that of the best score among divisions whose
//! smallest cluster is not smaller than `min_size`; where none is left, the crowd stays whole, and the memo says so.
//! The clusters that are printed are a definition: scales, and a centre a cluster (for a mixture its covariance too).
//! Each customer belongs to the nearest centre, so that the definition can be frozen and applied to the next period.
//!
//! # In a spec
//! ```yaml
//! - clusters:
//!     features: [recency, visits, spend]
//!     within: each
//!     methods: [kmeans, gmm, ward]
//!     k: 2-8
//!     by: kmeans
//!     choose: silhouette
//!     min_size: 5 %
//!     names: { insiders: highest spend }
//!     map: pca
//! ```

use super::Analysis;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use super::definition::Definition;
use super::groups::ALL;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Facts;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use serde::Serialize;

mod fitting;
mod map;
pub mod method;
pub(super) mod naming;
mod options;
mod recording;
mod search;
mod telling;

pub use fitting::scaled;
use method::Choice;
use method::Method;
use naming::NameRule;

/// The registered analysis.
pub struct Clusters;

/// Which two dimensions customers are shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Map {
    /// The first two principal components.
    Pca,
    /// Neighbours stay neighbours (t-SNE).
    Tsne,
    /// Customers who fall into the same leaves of a forest that predicts their worth are near.
    Tree,
    /// No map.
    None,
}

/// A `clusters` with its options decoded.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// Indices of features.
    features: Vec<usize>,
    /// Ids of crowds.
    within: Vec<String>,
    methods: Vec<Method>,
    ks: Vec<usize>,
    by: Method,
    choice: Choice,
    min_share: f64,
    names: Vec<NameRule>,
    map: Map,
    frozen: Option<Definition>,
}

impl Analysis for Clusters {
    fn name(&self) -> &'static str {
        "clusters"
    }

    fn summary(&self) -> &'static str {
        "Crowds of customers who are alike: found in eight ways, chosen by a stated score, frozen on request."
    }

    fn form(&self) -> Form {
        Form::Map("clusters", options::KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        options::told(options, scope, found).map(|it| Box::new(it) as Box<dyn Task>)
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Clusters.name()
    }

    fn sees_customers(&self) -> bool {
        true
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "clusters": self })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        Ok(recording::record(self, run))
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(self, tell, memo);
    }
}

/// Returns what a crowd is called: its segment's label.
fn crowd_label(roster: &crate::model::roster::Roster, id: &str) -> String {
    if id == ALL {
        return "All customers".into();
    }
    let leaves = roster.leaves();
    leaves
        .iter()
        .find(|it| it.id == id)
        .map_or_else(|| id.to_owned(), |it| it.label.clone())
}
