//! Categories that have too few customers to stand alone, and what became of them.
//!
//! Who reads rows gives such a category the label that all of them share, so that every figure is one of all of them from
//! the start, and no total loses anything. It must not know how they are chosen.

use serde::Deserialize;
use serde::Serialize;

/// What became of the categories with few customers; empty where there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// What those that stand together are called.
    pub label: String,
    /// Those that stand together, ascending.
    pub members: Vec<String>,
    /// Those of them that have few customers in some period, ascending; the others hide them.
    pub few: Vec<String>,
    /// Those that no table holds, ascending, because a total would give away what the spec skips.
    pub left_out: Vec<String>,
    /// Periods, as the calendar calls them, in which all categories together have few customers, ascending.
    pub thin: Vec<String>,
    /// How many categories the memo would have, were each shown alone.
    pub n_all: u64,
}

impl Joined {
    /// Tells whether every category stands as the data have it.
    pub fn is_none(&self) -> bool {
        self.members.is_empty() && self.left_out.is_empty()
    }

    /// Tells whether a category of the data is in no table under its own name.
    pub fn hides(&self, label: &str) -> bool {
        self.members.iter().chain(&self.left_out).any(|it| it == label)
    }
}
