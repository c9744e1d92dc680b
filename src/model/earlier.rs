//! Earlier memos of the same spec, as a memo is held against them.
//!
//! It must not know where they are kept.

use super::difference::Change;
use super::facts::Facts;

/// What an earlier memo said, and what has changed since.
#[derive(Debug, Clone)]
pub struct EarlierMemo {
    /// Its place under the folder of the spec's memos: `2026-09`.
    pub name: String,
    /// The period that it was about, as its calendar calls it.
    pub period: String,
    /// The day that its data were complete up to (ISO 8601).
    pub as_of: String,
    /// What it said.
    pub facts: Facts,
    /// What this memo follows from and it did not, or otherwise.
    pub changes: Vec<Change>,
}
