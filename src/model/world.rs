//! The one door to what lies outside: files, their columns, their days.
//!
//! `resolve` asks through this trait, so that a plan can be made, and its messages tested, without
//! a single file. It must not know which engine answers.

use super::diagnostic::Diagnostic;
use super::diagnostic::Diagnostics;
use super::diagnostic::Spanned;
use super::plan::Source;
use jiff::civil::Date;
use serde::Serialize;

/// What a plan can ask of the world.
pub trait World {
    /// Lists the files that the patterns name, sorted, each once, relative to the spec's folder with `/`.
    ///
    /// # Errors
    /// A diagnostic of [`no_match`] for each pattern without a file, or of the system for an unreadable folder.
    fn files(&self, patterns: &[Spanned<String>]) -> Result<Vec<String>, Diagnostics>;

    /// Lists the columns of these files with their types, in the order of the first file.
    ///
    /// # Errors
    /// Where a file is unreadable, or two files disagree. Diagnostics without a place get the source's.
    fn columns(&self, files: &[String]) -> Result<Vec<(String, ColumnType)>, Diagnostics>;

    /// Lists the distinct civil dates of an events source, ascending: of the rows that its rules leave and whose
    /// time can be read. Empty where there are none, and for a customers source.
    ///
    /// # Errors
    /// Where the data cannot be read. Diagnostics without a place get the source's.
    fn days(&self, source: &Source) -> Result<Vec<Date>, Diagnostics>;
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// Whole numbers.
    Int,
    /// Binary floating-point numbers or decimals.
    Float,
    /// Text; a dictionary of texts too.
    Text,
    /// True or false.
    Bool,
    /// A civil date.
    Date,
    /// A moment.
    Timestamp,
    /// Anything else, by the engine's own name.
    Other(String),
}

impl ColumnType {
    /// Names the type as an author would.
    pub fn name(&self) -> String {
        match self {
            ColumnType::Int => "a whole number".to_owned(),
            ColumnType::Float => "a number with decimals".to_owned(),
            ColumnType::Text => "text".to_owned(),
            ColumnType::Bool => "true or false".to_owned(),
            ColumnType::Date => "a date".to_owned(),
            ColumnType::Timestamp => "a timestamp".to_owned(),
            ColumnType::Other(name) => format!("of the type `{name}`"),
        }
    }
}

/// Makes the diagnostic of a pattern that names no file.
pub fn no_match(pattern: &Spanned<String>) -> Diagnostic {
    Diagnostic::data("no-files", format!("no file is named `{}`", pattern.value))
        .at(pattern.span)
        .hint("a path is relative to the spec's own folder; `*` stands for a part of a name, `**` for folders")
}
