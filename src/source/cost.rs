//! What a run would read, told without reading a row.

use super::budget::Budget;
use super::csv;
use super::glance;
use super::glance::Format;
use super::glance::brief;
use super::ipc::Ipc;
use super::read::Reader;
use crate::model::diagnostic::Diagnostics;
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
    /// Bytes that what has been counted may take beside the rows before it waits on disk; none of a table that is held
    /// whole, to be looked up.
    pub counts: Option<u64>,
}

/// Bytes of a value in memory, and of what is made of it on the way: as it was read, as it is folded, its code.
const VALUE_BYTES: u64 = 24;

impl Reader {
    /// Tells whether all rows may be kept in memory, as far as the files say; those that do not say are tried.
    pub fn can_keep(&self, budget: Budget) -> bool {
        let rows = |file_idx: usize| match glance::format(&self.source.files[file_idx]) {
            Some(Format::Parquet) => glance::parquet(&self.path(file_idx)).map_or(0, |it| it.row_groups().sum()),
            _ => 0,
        };
        let n_rows: usize = (0..self.source.files.len()).map(rows).sum();
        // A number takes eight bytes, a code four.
        (n_rows * self.columns.len() * 4) as u64 <= budget.rows()
    }

    /// Tells what reading some of the files costs; `held` says which are not read.
    ///
    /// # Errors
    /// Files that cannot be opened.
    pub fn cost(&self, held: &[bool], budget: Budget) -> Result<Cost, Diagnostics> {
        const LINE_BYTES: u64 = 16;
        let mut cost = Cost {
            source: self.source.name.clone(),
            files: self.source.files.len(),
            held: held.iter().filter(|it| **it).count(),
            rows: Some(0),
            bytes: 0,
            read: 0,
            columns: self.kept.iter().map(|it| it.name.clone()).collect(),
            n_columns: self.n_columns,
            memory: 0,
            counts: Some(budget.counts(rayon::current_num_threads())),
        };
        // Rows that are decoded at a time: a row group, a record batch, a block of text.
        let mut most_rows = 0;
        for (file_idx, (file, is_held)) in self.source.files.iter().zip(held).enumerate() {
            let path = self.path(file_idx);
            let bytes = std::fs::metadata(&path).map_or(0, |it| it.len());
            cost.bytes += bytes;
            let failed = |message: String| Diagnostics::from(glance::unreadable(file, &message));
            let mut read = bytes;
            match glance::format(file) {
                Some(Format::Parquet) => {
                    let parquet = glance::parquet(&path).map_err(failed)?;
                    let rows = parquet.row_groups().sum::<usize>() as u64;
                    cost.rows = cost.rows.map(|it| it + rows);
                    most_rows = most_rows.max(parquet.row_groups().max().unwrap_or(0) as u64);
                    read = parquet.bytes(&cost.columns);
                }
                Some(Format::Ipc) => {
                    let rows = Ipc::open(&path)
                        .and_then(|it| it.rows())
                        .map_err(|error| failed(brief(&error)))?;
                    cost.rows = cost.rows.map(|it| it + rows);
                    most_rows = most_rows.max(rows);
                }
                Some(Format::Csv) | None => {
                    cost.rows = None;
                    // A line of text is rarely shorter than this.
                    most_rows = most_rows.max(bytes.min(csv::BLOCK_BYTES as u64) / LINE_BYTES);
                }
            }
            cost.read += if *is_held { 0 } else { read };
        }
        let row_bytes = self.kept.len() as u64 * VALUE_BYTES;
        let decoded = rayon::current_num_threads() as u64 * most_rows * row_bytes;
        let rows = cost.rows.unwrap_or(cost.bytes / LINE_BYTES);
        let kept = (rows * row_bytes / 3).min(budget.rows());
        cost.memory = decoded + kept;
        Ok(cost)
    }

    /// Tells what a table of so many rows costs that is held whole.
    ///
    /// # Errors
    /// Files that cannot be opened.
    pub fn cost_of_table(&self, n_rows: u64) -> Result<Cost, Diagnostics> {
        let cost = self.cost(&vec![false; self.source.files.len()], Budget::default())?;
        Ok(Cost {
            rows: Some(n_rows),
            memory: n_rows * self.kept.len() as u64 * VALUE_BYTES,
            counts: None,
            ..cost
        })
    }
}
