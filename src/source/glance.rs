//! Files of a source at a glance: their columns, what these hold, and how files of several shapes are one table.
//!
//! Newer files may add columns and widen numbers; a column whose kind changed is told with both files. It must
//! not know which columns are read, nor what for.

use super::Places;
use super::csv;
use super::csv::Block;
use super::csv::Blocks;
use super::ipc::Ipc;
use super::parquet::Parquet;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::world::ColumnType;
use crate::model::world::FOREIGN_DATES;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::IntoColumn;
use std::collections::BTreeMap;
use std::path::Path;

/// Rows of a CSV file that are looked at to tell a column's type.
const ROWS_LOOKED_AT: usize = 2000;

/// How Hive writes a value that is missing in a path.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

/// What is said of a file of no known format.
pub const NO_FORMAT: &str = "is none of `.parquet`, `.arrow`, `.csv` and `.csv.gz`";

/// How a file keeps its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC, also called Feather 2.
    Ipc,
    /// Comma-separated values, also compressed by gzip.
    Csv,
}

/// Tells the format of a file by its name.
pub fn format(file: &str) -> Option<Format> {
    if csv::is_csv(file) {
        return Some(Format::Csv);
    }
    match Path::new(file).extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "parquet" => Some(Format::Parquet),
        "arrow" | "ipc" | "feather" => Some(Format::Ipc),
        _ => None,
    }
}

/// What a file shows without being read.
pub struct Glance {
    /// Its path, relative to the spec's folder.
    pub file: String,
    /// Its own columns, in order; all text in CSV.
    pub columns: Vec<(String, DataType)>,
    /// The columns that its path states (`month=2026-10/`), unless the file has them itself; missing where said so.
    pub stated: Vec<(String, Option<String>)>,
    /// Its first rows; CSV only.
    sample: Option<pl::DataFrame>,
}

/// A column of a source.
pub struct Column {
    /// Its name.
    pub name: String,
    /// The type in which all files can hand it over.
    pub raw: DataType,
    /// The type of its values.
    pub holds: DataType,
}

/// Looks at files.
///
/// # Errors
/// All files that cannot be read; no row in any of them.
pub fn glances(places: &Places, files: &[String]) -> Result<Vec<Glance>, Diagnostics> {
    let mut found = Diagnostics::new();
    let mut glances = Vec::new();
    for file in files {
        match glance(places, file) {
            Ok(it) => glances.push(it),
            Err(message) => found.push(unreadable(file, &message)),
        }
    }
    if found.has_errors() {
        return Err(found);
    }
    if glances
        .iter()
        .all(|it| it.sample.as_ref().is_some_and(|it| it.height() == 0))
    {
        let message = format!("`{}` has a header and no row", files.join("`, `"));
        let hint = "name files that have rows, or wait until this one has some";
        return Err(Diagnostic::data("no-rows", message).hint(hint).into());
    }
    Ok(glances)
}

/// Makes the diagnostic of a file that cannot be read.
pub fn unreadable(file: &str, why: &str) -> Diagnostic {
    Diagnostic::data("unreadable-file", format!("`{file}` {why}"))
        .hint("fetch or write the file again, or leave it out of `files:`")
}

fn glance(places: &Places, file: &str) -> Result<Glance, String> {
    let path = places.path(file);
    let metadata = std::fs::metadata(&path).map_err(|error| format!("cannot be read: {error}"))?;
    if metadata.len() == 0 {
        return Err("is empty".to_owned());
    }
    let (columns, sample) = match format(file) {
        None => return Err(NO_FORMAT.to_owned()),
        Some(Format::Csv) => {
            let sample = sample(&path)?;
            let columns = sample.columns().iter();
            let columns = columns.map(|it| (it.name().to_string(), DataType::String)).collect();
            (columns, Some(sample))
        }
        Some(Format::Parquet) => (parquet(&path)?.columns(), None),
        Some(Format::Ipc) => {
            let ipc = Ipc::open(&path).map_err(|error| brief(&error))?;
            (ipc.columns(), None)
        }
    };
    let stated = stated(file)
        .into_iter()
        .filter(|(name, _)| columns.iter().all(|(own, _)| own != name))
        .collect();
    Ok(Glance {
        file: file.to_owned(),
        columns,
        stated,
        sample,
    })
}

/// Lists the `key=value` parts of a file's path; of a key that stands twice, the last.
pub fn stated(file: &str) -> Vec<(String, Option<String>)> {
    let (folders, _) = file.rsplit_once('/').unwrap_or(("", file));
    let mut parts: Vec<(String, Option<String>)> = Vec::new();
    for (key, value) in folders.split('/').filter_map(|it| it.split_once('=')) {
        parts.retain(|it| it.0 != key);
        if !key.is_empty() {
            parts.push((key.to_owned(), (value != NO_VALUE).then(|| value.to_owned())));
        }
    }
    parts
}

/// Opens a Parquet file.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn parquet(path: &Path) -> Result<Parquet, String> {
    Parquet::open(path).map_err(|error| not_parquet(path).unwrap_or_else(|| brief(&error)))
}

/// Reads the first rows of a CSV file.
fn sample(path: &Path) -> Result<pl::DataFrame, String> {
    let failed = |error: std::io::Error| format!("cannot be read: {error}");
    let (names, blocks) = csv::open(path)
        .and_then(|it| Blocks::new(it, csv::GLANCE_BYTES))
        .map_err(failed)?;
    if names.is_empty() {
        return Err("has no header".to_owned());
    }
    let places: Vec<Option<usize>> = (0..names.len()).map(Some).collect();
    let mut all: Option<pl::DataFrame> = None;
    for block in blocks {
        let frame = texts(&block.map_err(failed)?, &names, names.len(), &places, |_, _, _| {});
        match &mut all {
            None => all = Some(frame),
            Some(all) => {
                all.vstack_mut(&frame).map_err(|error| brief(&error))?;
            }
        }
        if all.as_ref().is_some_and(|it| it.height() >= ROWS_LOOKED_AT) {
            break;
        }
    }
    Ok(all
        .unwrap_or_else(|| texts(&Block::default(), &names, names.len(), &places, |_, _, _| {}))
        .head(Some(ROWS_LOOKED_AT)))
}

/// Makes text columns of a block's records: each has a name, and a place among the fields; none is all missing.
pub fn texts(
    block: &Block,
    names: &[String],
    n_fields: usize,
    places: &[Option<usize>],
    fault: impl FnMut(u64, csv::Fault, &[u8]),
) -> pl::DataFrame {
    let started = |name: &String| pl::StringChunkedBuilder::new(name.as_str().into(), 0);
    let mut columns: Vec<pl::StringChunkedBuilder> = names.iter().map(started).collect();
    let mut n_rows = 0;
    block.records(
        n_fields,
        |_, fields| {
            n_rows += 1;
            for (column, place) in columns.iter_mut().zip(places) {
                match place.map(|it| fields[it]).filter(|it| !it.is_missing()) {
                    Some(field) => column.append_value(field.text()),
                    None => column.append_null(),
                }
            }
        },
        fault,
    );
    let columns = columns.into_iter().map(|it| it.finish().into_column()).collect();
    pl::DataFrame::new(n_rows, columns).expect("all columns have one value a record, and names of their own")
}

/// Joins the columns of all files: those that only newer files have are missing in the older, numbers widen.
///
/// # Errors
/// Columns whose kind changed, each with two files.
pub fn columns(glances: &[Glance]) -> Result<Vec<Column>, Diagnostics> {
    let mut found = Diagnostics::new();
    let mut columns: Vec<Column> = Vec::new();
    let own = glances.iter().flat_map(|it| it.columns.iter().map(|it| &it.0));
    let of_paths = glances.iter().flat_map(|it| it.stated.iter().map(|it| &it.0));
    for name in own.chain(of_paths) {
        if columns.iter().any(|it| it.name == *name) {
            continue;
        }
        let mut raw: Option<DataType> = None;
        let mut kinds: Vec<(DataType, &str)> = Vec::new();
        for glance in glances {
            let Some((_, dtype)) = glance.columns.iter().find(|it| it.0 == *name) else {
                continue;
            };
            raw = Some(raw.map_or_else(|| dtype.clone(), |it| widened(&it, dtype)));
            let holds = match &glance.sample {
                None => Some(dtype.clone()),
                Some(sample) => kind(&texts_of(&[sample], name)),
            };
            kinds.extend(
                holds
                    .filter(|it| *it != DataType::Null)
                    .map(|it| (it, glance.file.as_str())),
            );
        }
        let is_changed = |pair: &[(DataType, &str)]| family(&pair[0].0) != family(&pair[1].0);
        if let Some([a, b]) = kinds.windows(2).find(|it| is_changed(it)) {
            let (old, new) = (family(&a.0), family(&b.0));
            let message = format!("`{name}` holds {old} in `{}`, but {new} in `{}`", a.1, b.1);
            let hint = "make the files agree, or make two sources of them";
            found.push(Diagnostic::data("changed-type", message).hint(hint));
        }
        columns.push(Column {
            name: name.clone(),
            holds: holds(glances, name, raw.as_ref()),
            raw: raw.unwrap_or(DataType::String),
        });
    }
    if found.has_errors() { Err(found) } else { Ok(columns) }
}

/// Tells what the values of a column are, over all files.
fn holds(glances: &[Glance], name: &str, raw: Option<&DataType>) -> DataType {
    let samples: Vec<&pl::DataFrame> = glances.iter().filter_map(|it| it.sample.as_ref()).collect();
    let Some(raw) = raw else {
        // Only paths have it: all its values are known.
        let values = glances.iter().flat_map(|it| &it.stated);
        let values = values.filter(|it| it.0 == name).filter_map(|it| it.1.as_deref());
        return looks_like(&values.collect::<Vec<_>>()).unwrap_or(DataType::String);
    };
    let typed = glances.iter().filter(|it| it.sample.is_none());
    let typed = typed
        .flat_map(|it| &it.columns)
        .filter(|it| it.0 == name)
        .map(|it| &it.1);
    let of_texts = match raw {
        DataType::String => looks_like(&texts_of(&samples, name)),
        _ => None,
    };
    let all = typed.cloned().chain(of_texts);
    all.reduce(|a, b| widened(&a, &b)).unwrap_or(DataType::String)
}

fn texts_of<'a>(samples: &[&'a pl::DataFrame], name: &str) -> Vec<&'a str> {
    let columns = samples
        .iter()
        .filter_map(|it| it.column(name).and_then(|it| it.str()).ok());
    columns.flat_map(|it| it.iter().flatten()).collect()
}

/// Tells what texts of one file are: nothing where there are none, or where a slip may have made them text.
fn kind(texts: &[&str]) -> Option<DataType> {
    let n_fit = |fits: fn(&str) -> bool| texts.iter().filter(|it| fits(it.trim())).count() * 2;
    let is_unsure = [is_number as fn(&str) -> bool, is_date]
        .iter()
        .any(|it| n_fit(*it) > texts.len());
    match looks_like(texts) {
        None if texts.is_empty() || is_unsure => None,
        it => Some(it.unwrap_or(DataType::String)),
    }
}

/// Names what a column holds, so that files that agree have the same name for it.
fn family(dtype: &DataType) -> String {
    match dtype {
        DataType::Date | DataType::Datetime(_, _) => "dates".to_owned(),
        DataType::String | DataType::Categorical(_, _) | DataType::Enum(_, _) => "text".to_owned(),
        DataType::Boolean => "true and false".to_owned(),
        it if it.is_integer() || it.is_float() => "numbers".to_owned(),
        other => format!("values of the type `{other}`"),
    }
}

/// Returns the type that holds the values of both.
fn widened(a: &DataType, b: &DataType) -> DataType {
    match (a, b) {
        _ if a == b => a.clone(),
        (DataType::Null, it) | (it, DataType::Null) => it.clone(),
        (DataType::String, _) | (_, DataType::String) => DataType::String,
        (a, b) if a.is_integer() && b.is_integer() => DataType::Int64,
        (a, b) if (a.is_integer() || a.is_float()) && (b.is_integer() || b.is_float()) => DataType::Float64,
        (it @ DataType::Datetime(_, _), _) | (_, it @ DataType::Datetime(_, _)) => it.clone(),
        _ => DataType::String,
    }
}

/// Tells what a column of texts holds, when nine in ten of its values agree; the others will be rejects.
fn looks_like(texts: &[&str]) -> Option<DataType> {
    if texts.is_empty() {
        return None;
    }
    let most =
        |fits: &dyn Fn(&str) -> bool| texts.iter().filter(|text| fits(text.trim())).count() * 10 >= texts.len() * 9;
    if most(&|text| text.parse::<i64>().is_ok()) {
        Some(DataType::Int64)
    } else if most(&is_number) {
        Some(DataType::Float64)
    } else if most(&is_date) {
        Some(DataType::Date)
    } else if most(&|text| matches!(text, "true" | "false")) {
        Some(DataType::Boolean)
    } else {
        None
    }
}

/// Finds columns of CSV files that are text for a few values only, by name, with the first such value.
pub fn odd_values(glances: &[Glance], columns: &[Column]) -> BTreeMap<String, ColumnType> {
    let mut odd = BTreeMap::new();
    for Column { name, .. } in columns.iter().filter(|it| it.holds == DataType::String) {
        let mut values: Vec<(&str, u64, &str)> = Vec::new();
        for glance in glances {
            let Some(column) = glance.sample.as_ref().and_then(|it| it.column(name).ok()?.str().ok()) else {
                continue;
            };
            let rows = (1..).zip(column.iter());
            values.extend(rows.filter_map(|(row, text)| Some((text?.trim(), row, glance.file.as_str()))));
        }
        for (most, fits) in [("numbers", is_number as fn(&str) -> bool), ("dates", is_date)] {
            // More than half: a code of which some are digits is text all the same, and nobody computes with it.
            let n_fit = values.iter().filter(|(text, ..)| fits(text)).count();
            let first = values.iter().find(|(text, ..)| !fits(text));
            if let Some((text, row, file)) = first.filter(|_| n_fit * 2 > values.len()) {
                let odd_one = format!("row {row} of `{file}` has `{text}`");
                odd.insert(name.clone(), ColumnType::Mixed { most, odd: odd_one });
            }
        }
        let mut foreign = values.iter().filter(|(text, ..)| is_foreign_date(text));
        if let Some((text, row, file)) = foreign.next()
            && (1 + foreign.count()) * 2 > values.len()
        {
            let odd_one = format!("row {row} of `{file}` has `{text}`");
            let most = FOREIGN_DATES;
            odd.insert(name.clone(), ColumnType::Mixed { most, odd: odd_one });
        }
    }
    odd
}

/// Says what a file holds instead of Parquet; `None` where it begins as Parquet does.
fn not_parquet(path: &Path) -> Option<String> {
    use std::io::Read;
    const MAGIC: &[u8] = b"PAR1";
    // As much as a reader takes in at a glance.
    let mut start = [0; 24];
    let n = std::fs::File::open(path).and_then(|mut it| it.read(&mut start)).ok()?;
    let start = &start[..n];
    if start.starts_with(MAGIC) {
        return None;
    }
    let text = String::from_utf8_lossy(start);
    let shown = text.lines().next().unwrap_or_default().trim();
    Some(format!(
        "is no Parquet file: it begins with `{shown}`, and Parquet with `PAR1`"
    ))
}

/// Says in a few words what polars says in many.
pub fn brief(error: &pl::PolarsError) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    if line.contains("out of specification") || line.contains("magic") || line.contains("footer") {
        return "is not a whole Parquet file: it may be cut off".to_owned();
    }
    format!("cannot be read: {line}")
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

/// A date as it is written elsewhere: `31.01.2026`, `1/31/2026`, `2026/01/31`.
fn is_foreign_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['.', '/', '-']).collect();
    let is_number = |it: &&str| matches!(it.len(), 1 | 2 | 4) && it.bytes().all(|byte| byte.is_ascii_digit());
    let [first, middle, last] = parts.as_slice() else {
        return false;
    };
    let n_years = [first, middle, last].iter().filter(|it| it.len() == 4).count();
    parts.iter().all(is_number) && n_years == 1 && middle.len() != 4 && !is_date(text)
}

fn is_date(text: &str) -> bool {
    text.get(..10)
        .is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
}
