//! `pack.json`: what was packed, what each part follows from, and what was proved of each column.
//!
//! No clock and no machine: the same inputs give the same bytes. It must not know how parts are written.

use super::Beside;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// The file's name.
pub const NAME: &str = "pack.json";

/// All of `pack.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The program's version.
    pub engine: String,
    /// What was read, by name.
    pub inputs: BTreeMap<String, Read>,
    /// Columns, in order.
    pub columns: Vec<ColumnRecord>,
    /// Columns by which each row group is sorted.
    pub sorted_by: Vec<String>,
    /// What was written, by name.
    pub parts: BTreeMap<String, Part>,
}

/// A file that was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// Hash of its bytes.
    pub hash: String,
    /// Its size.
    pub bytes: u64,
    /// Rows that are packed.
    pub rows: u64,
    /// Lines that are not, each with its reason in `rejects.csv`.
    pub rejects: u64,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnRecord {
    /// Its name.
    pub name: String,
    /// What it is stored as.
    pub stored_as: String,
    /// What was proved over all its values, as a phrase.
    pub proved: String,
    /// Values that are missing.
    pub missing: u64,
}

/// A file that was written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Hash of all that it follows from.
    pub follows_from: String,
    /// Hash of its bytes.
    pub hash: String,
    /// Its size.
    pub bytes: u64,
    /// Its rows.
    pub rows: u64,
}

impl Record {
    /// Reads what an earlier run left in a folder; empty where it left nothing that can be read.
    pub fn read(folder: &Path) -> Record {
        let bytes = std::fs::read(folder.join(NAME)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Writes it beside, and renames.
    pub fn write(&self, folder: &Path, create: super::Create<'_>) -> std::io::Result<()> {
        let beside = Beside(folder.join(format!("{NAME}.new")));
        let text = serde_json::to_string_pretty(self).expect("a record is text") + "\n";
        let mut file = create(&beside.0)?;
        file.write_all(text.as_bytes())?;
        file.flush()?;
        drop(file);
        std::fs::rename(&beside.0, folder.join(NAME))
    }
}
