//! Columns of another table, found by a key: what a product is, where a customer lives.
//!
//! The table is held in memory, and its keys are looked up once a text. It must not know what the columns are for.

use super::Places;
use super::cache;
use super::compile::Columns;
use super::frame::Frame;
use super::read;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::plan;
use foldhash::fast::FixedState;
use polars::prelude as pl;
use polars::prelude::ChunkFullNull;
use polars::prelude::DataType;
use std::collections::HashMap;

/// A table, opened.
pub(super) struct Lookup {
    /// Its name.
    pub table: String,
    /// The column that holds the key.
    pub column: String,
    /// The columns that it brings, of those that are needed, and what they hold.
    pub brings: Columns,
    /// The columns of it that are read.
    pub reads: Vec<String>,
    /// The hash of its files and how they are read.
    pub fingerprint: String,
    rows: Frame,
    keys: Keys,
}

/// The row of each key.
enum Keys {
    Numbers(HashMap<i64, u32, FixedState>),
    Texts(HashMap<String, u32, FixedState>),
}

impl Lookup {
    /// Reads a table; `None` where none of its columns is needed.
    ///
    /// # Errors
    /// Files that cannot be read; keys that stand twice.
    pub fn open(places: &Places, lookup: &plan::Lookup, needed: &[String]) -> Result<Option<Self>, Diagnostics> {
        let mut names: Vec<String> = lookup.brings.iter().filter(|it| needed.contains(it)).cloned().collect();
        if names.is_empty() {
            return Ok(None);
        }
        let brought = names.clone();
        names.push(lookup.key.clone());
        for rule in &lookup.table.rules {
            names.extend(rule.keeps.columns());
        }
        let reader = read::reader(places, &lookup.table, &names)?;
        // A file that cannot be hashed cannot be read either, and reading says why.
        let files = (0..lookup.table.files.len()).map(|it| cache::hashed(&reader.path(it)).unwrap_or_default());
        let files: Vec<String> = files.collect();
        let whole = reader.whole()?.frame;
        let failed = |error: pl::PolarsError| -> Diagnostics {
            Diagnostic::data("unreadable-file", format!("`{}`: {error}", lookup.table.name)).into()
        };
        let (keys, n_repeated) = keys(whole.column(&lookup.key).map_err(failed)?).map_err(failed)?;
        if n_repeated > 0 {
            let message = format!(
                "`{}` of `{}` stands more than once in {n_repeated} of {} rows: which of them is looked up?",
                lookup.key,
                lookup.table.name,
                whole.height()
            );
            let hint = "make its key unique, or drop the other rows by a rule of the source";
            return Err(Diagnostic::data("repeated-key", message).hint(hint).into());
        }
        let mut rows = Frame::of_height(whole.height());
        for name in &brought {
            rows.add(whole.column(name).map_err(failed)?.clone()).map_err(failed)?;
        }
        Ok(Some(Self {
            table: lookup.table.name.clone(),
            column: lookup.column.clone(),
            brings: brought.iter().map(|it| (it.clone(), reader.columns[it])).collect(),
            reads: reader.kept.iter().map(|it| it.name.clone()).collect(),
            fingerprint: format!("{} {}", files.join(" "), reader.fingerprint()),
            rows,
            keys,
        }))
    }

    /// Adds its columns to rows that hold its key; returns how many rows have a key that it does not.
    pub fn add_to(&self, frame: &mut Frame) -> pl::PolarsResult<u64> {
        let found: pl::UInt32Chunked = match (&self.keys, frame.texts(&self.column)) {
            (Keys::Texts(keys), Some(texts)) => {
                let of_text: Vec<Option<u32>> = texts.iter().map(|it| keys.get(it?).copied()).collect();
                let codes = frame.codes(&self.column)?.iter();
                codes.map(|code| of_text[code? as usize]).collect()
            }
            (Keys::Numbers(keys), None) => {
                let column = frame.columns().column(&self.column)?.cast(&DataType::Int64)?;
                column.i64()?.iter().map(|it| keys.get(&it?).copied()).collect()
            }
            // The plan has checked that both are numbers or both texts.
            _ => pl::UInt32Chunked::full_null("".into(), frame.height()),
        };
        let has_key = frame.height() - frame.columns().column(&self.column)?.null_count();
        let n_found = found.len() - found.null_count();
        for name in self.brings.keys() {
            match self.rows.texts(name) {
                Some(texts) => {
                    let codes = self.rows.columns().column(name)?.take(&found)?;
                    frame.add_coded(name, codes.u32()?.clone(), texts.clone())?;
                }
                None => frame.add(self.rows.columns().column(name)?.take(&found)?)?,
            }
        }
        Ok(has_key.saturating_sub(n_found) as u64)
    }
}

/// Returns the row of each key, and how many rows repeat a key.
fn keys(column: &pl::Column) -> pl::PolarsResult<(Keys, usize)> {
    let mut n_repeated = 0;
    let rows = 0_u32..;
    if column.dtype() == &DataType::String {
        let mut keys = HashMap::default();
        for (row, key) in rows.zip(column.str()?.iter()) {
            if let Some(key) = key {
                n_repeated += usize::from(keys.insert(key.to_owned(), row).is_some());
            }
        }
        return Ok((Keys::Texts(keys), n_repeated));
    }
    let mut keys = HashMap::default();
    for (row, key) in rows.zip(column.cast(&DataType::Int64)?.i64()?.iter()) {
        if let Some(key) = key {
            n_repeated += usize::from(keys.insert(key, row).is_some());
        }
    }
    Ok((Keys::Numbers(keys), n_repeated))
}
