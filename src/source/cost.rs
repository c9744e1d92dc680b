//! What a run would read, told without reading a row.

use serde::Serialize;

/// What one source costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cost {
    /// The source's name.
    pub source: String,
    /// Its files.
    pub files: usize,
    /// Files of which a cache holds all that is asked for: they are not read.
    pub held: usize,
    /// Rows, where the files say so; those of text files are not known before they are read.
    pub rows: Option<u64>,
    /// Bytes of all its files.
    pub bytes: u64,
    /// Bytes of the columns that are read, of files that no cache holds; text files are read whole.
    pub read: u64,
    /// The columns that are read, in the order of the files.
    pub columns: Vec<String>,
    /// Columns that the files have.
    pub n_columns: usize,
    /// Bytes of memory that its rows take at most at a time: those that are decoded, and those kept for later waves.
    pub memory: u64,
}

/// Bytes of a value in memory, and of what is made of it on the way: as it was read, as it is folded, its code.
pub(super) const VALUE_BYTES: u64 = 24;
