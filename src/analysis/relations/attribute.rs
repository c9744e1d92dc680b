//! An attribute over the rows of a customer table, and who did not state it.
//!
//! A missing value is a level to a tree and no level to a correlation: who reads this decides. It must not know what is
//! made of it.

use crate::analysis::Run;
use crate::model::roster::CustomerTable;

/// An attribute over the rows of a table.
pub struct Attribute {
    /// One code a row, an index into the dimension's levels.
    pub codes: Vec<u16>,
    /// The code of those who did not state it; none where all did.
    pub missing: Option<u16>,
}

impl Attribute {
    /// Takes a segment dimension of the plan over the rows of a table.
    pub fn new(run: &Run, table: &CustomerTable, dimension: usize) -> Self {
        let dimension = &run.panel.attributes.dimensions[dimension];
        let code = |customer: &u32| dimension.codes[*customer as usize];
        // A missing value is always the last level.
        let last = u16::try_from(dimension.levels.len().saturating_sub(1)).ok();
        Self {
            codes: table.customer.iter().map(code).collect(),
            missing: last.filter(|_| 0 < dimension.n_missing),
        }
    }

    /// True where a row's customer stated it.
    pub fn is_stated(&self, row: usize) -> bool {
        Some(self.codes[row]) != self.missing
    }
}
