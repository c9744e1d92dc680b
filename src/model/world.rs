//! The one door to what lies outside: files, their columns, their days.
//!
//! `resolve` asks through this trait, so that a plan can be made, and its messages tested, without
//! a single file. It must not know which engine answers.

use super::diagnostic::Diagnostic;
use super::diagnostic::Diagnostics;
use super::diagnostic::Spanned;
use super::font::NamedBytes;
use super::panel::Intake;
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

    /// Reads a text file that the spec names.
    ///
    /// # Errors
    /// Where it is not there, lies outside the allowed folders, or is not UTF-8.
    fn text(&self, file: &Spanned<String>) -> Result<String, Diagnostic>;

    /// Reads all font files of a folder, in the order of their names.
    ///
    /// # Errors
    /// Where the folder is not there, has no font, lies outside the allowed ones, or holds more than is reasonable.
    fn fonts(&self, folder: &Spanned<String>) -> Result<Vec<NamedBytes>, Diagnostic>;

    /// Reads a source once, and tells what its rows hold in time, in these columns of it, and for each value of one.
    ///
    /// # Errors
    /// Where the data cannot be read. Diagnostics without a place get the source's.
    fn skim(&self, source: &Source, columns: &[String], each: Option<&str>) -> Result<Skim, Diagnostics>;
}

/// What a source holds: of the rows that can be read and that its rules leave.
#[derive(Debug, Clone, Default)]
pub struct Skim {
    /// Distinct civil dates, ascending. Empty for a customers source.
    pub days: Vec<Date>,
    /// Distinct values as text, ascending by bytes, without nulls; one list a column asked for.
    pub labels: Vec<Vec<String>>,
    /// What the rows of each value of the column hold by which there are several memos, in the order of labels.
    pub each: Vec<OfValue>,
    /// What was read, rejected, and removed by each rule; what is counted by periods is not known yet.
    pub intake: Intake,
}

/// What the rows of a source hold that have one value in a column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfValue {
    /// The value, as text.
    pub value: String,
    /// Distinct civil dates, ascending. Empty for a customers source.
    pub days: Vec<Date>,
    /// How many rows there are.
    pub rows: u64,
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
    /// Text, most of which would be something else: a column of dates or numbers with a slip in it.
    Mixed {
        /// What most values are ("dates").
        most: &'static str,
        /// The first that is none, as a phrase ("row 3 of `buys.csv` has `yesterday`").
        odd: String,
    },
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
            ColumnType::Text | ColumnType::Mixed { .. } => "text".to_owned(),
            ColumnType::Bool => "true or false".to_owned(),
            ColumnType::Date => "a date".to_owned(),
            ColumnType::Timestamp => "a timestamp".to_owned(),
            ColumnType::Other(name) => format!("of the type `{name}`"),
        }
    }
}

/// Makes the diagnostic of a column that would be right but for a value.
pub fn odd_value(column: &str, most: &str, odd: &str) -> Diagnostic {
    Diagnostic::data("unreadable-value", format!("`{column}` holds {most}, but {odd}"))
        .hint("mend the value in the file; one that is not known is left empty")
}

/// What a column holds whose dates are not written as ISO 8601 has them.
pub const FOREIGN_DATES: &str = "dates in another form";

/// Makes the diagnostic of a pattern that names no file.
pub fn no_match(pattern: &Spanned<String>) -> Diagnostic {
    let written = &pattern.value;
    let hint = if written.contains("://") {
        "files are read from disk, and from `s3://`, `gs://` and `az://`: fetch others first"
    } else if written.contains('\\') {
        "folders are parted by `/`, on every machine"
    } else if [".xlsx", ".xls", ".ods"].iter().any(|it| written.ends_with(it)) {
        "a spreadsheet is not read: save it as CSV"
    } else {
        "a path is relative to the spec's own folder; `*` stands for a part of a name, `**` for folders"
    };
    Diagnostic::data("no-files", format!("no file is named `{written}`"))
        .at(pattern.span)
        .hint(hint)
}
