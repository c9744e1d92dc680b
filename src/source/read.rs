//! Rows from files: found, opened, typed, checked, ruled.
//!
//! What cannot be used is counted and kept, never silently lost. It must not know what is computed
//! from the rows.

use super::compile;
use super::compile::Columns;
use super::compile::Typed;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::panel::Intake;
use crate::model::panel::Reject;
use crate::model::plan::Role;
use crate::model::plan::Source;
use crate::model::world::ColumnType;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::IntoLazy;
use polars::prelude::LazyFileListReader;
use polars::prelude::lit;
use std::collections::BTreeMap;
use std::path::Path;

/// Rejected rows kept for `tables/rejects.csv`, each reason apart.
const REJECTS_KEPT: u32 = 1000;

/// Rows of a CSV file that are looked at to tell a column's type.
const ROWS_LOOKED_AT: u32 = 2000;

/// A source in memory: typed, checked and ruled.
pub struct Rows {
    /// The rows.
    pub frame: pl::DataFrame,
    /// What the columns hold.
    pub columns: Columns,
    /// What came in and what did not.
    pub intake: Intake,
}

/// How dates are read from text: ISO 8601, anything else is null and the row is rejected.
pub fn iso_date() -> pl::StrptimeOptions {
    pl::StrptimeOptions {
        format: Some("%Y-%m-%d".into()),
        strict: false,
        exact: true,
        cache: true,
    }
}

/// Opens files as one lazy table. CSV columns are all text here.
pub fn open(root: &Path, files: &[String]) -> Result<pl::LazyFrame, Diagnostics> {
    let mut found = Diagnostics::new();
    let mut frames = Vec::new();
    for file in files {
        match open_one(&root.join(file)) {
            Ok(frame) => frames.push(frame),
            Err(message) => found.push(Diagnostic::data("unreadable-file", format!("`{file}` {message}"))),
        }
    }
    if found.has_errors() {
        return Err(found);
    }
    widened(frames).map_err(|error| unreadable(files, &error).into())
}

/// Stacks tables that may differ by columns which only newer ones have: those are null in the older.
fn widened(mut frames: Vec<pl::LazyFrame>) -> pl::PolarsResult<pl::LazyFrame> {
    let mut names: Vec<pl::PlSmallStr> = Vec::new();
    let mut held = Vec::new();
    for frame in &mut frames {
        let own: Vec<pl::PlSmallStr> = frame.collect_schema()?.iter_names().cloned().collect();
        names.extend(
            own.iter()
                .filter(|name| !names.contains(name))
                .cloned()
                .collect::<Vec<_>>(),
        );
        held.push(own);
    }
    let aligned: Vec<pl::LazyFrame> = frames
        .into_iter()
        .zip(held)
        .map(|(frame, own)| {
            let column = |name: &pl::PlSmallStr| {
                if own.contains(name) {
                    pl::col(name.clone())
                } else {
                    lit(pl::NULL).alias(name.clone())
                }
            };
            frame.select(names.iter().map(column).collect::<Vec<_>>())
        })
        .collect();
    pl::concat(
        aligned,
        pl::UnionArgs {
            to_supertypes: true,
            ..Default::default()
        },
    )
}

fn open_one(path: &Path) -> Result<pl::LazyFrame, String> {
    let metadata = std::fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?;
    if metadata.len() == 0 {
        return Err("is empty".to_owned());
    }
    let path_ref = pl::PlRefPath::try_from_path(path).map_err(|_| "has a name that is not valid text".to_owned())?;
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    let scanned = match extension {
        "parquet" => {
            let args = pl::ScanArgsParquet {
                glob: false,
                ..Default::default()
            };
            pl::LazyFrame::scan_parquet(path_ref, args)
        }
        "csv" => pl::LazyCsvReader::new(path_ref)
            .with_infer_schema_length(Some(0))
            .with_glob(false)
            .finish(),
        _ => return Err("is neither `.parquet` nor `.csv`".to_owned()),
    };
    let told = |error: pl::PolarsError| match extension {
        "parquet" => not_parquet(path).unwrap_or_else(|| brief(&error)),
        _ => brief(&error),
    };
    let mut frame = scanned.map_err(told)?;
    frame.collect_schema().map_err(told)?;
    Ok(frame)
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
fn brief(error: &pl::PolarsError) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    if line.contains("out of specification") || line.contains("magic") || line.contains("footer") {
        return "is not a whole Parquet file: it may be cut off".to_owned();
    }
    if line.contains("empty CSV") {
        return "has no header".to_owned();
    }
    format!("cannot be read: {line}")
}

fn unreadable(files: &[String], error: &pl::PolarsError) -> Diagnostic {
    Diagnostic::data("unreadable-file", format!("`{}` {}", files.join("`, `"), brief(error)))
}

/// Tells what the columns of a source hold, in the files' order.
pub fn types(root: &Path, files: &[String]) -> Result<Vec<(String, DataType)>, Diagnostics> {
    let mut frame = open(root, files)?;
    let schema = frame.collect_schema().map_err(|error| unreadable(files, &error))?;
    let is_text = |file: &String| file.ends_with(".csv");
    let sample = files
        .iter()
        .any(is_text)
        .then(|| frame.clone().limit(ROWS_LOOKED_AT).collect());
    let sample = sample.transpose().map_err(|error| unreadable(files, &error))?;
    if sample.as_ref().is_some_and(|it| it.height() == 0) {
        let message = format!("`{}` has a header and no row", files.join("`, `"));
        return Err(Diagnostic::data("no-rows", message).into());
    }
    let typed = |name: &str, dtype: &DataType| match &sample {
        Some(sample) if *dtype == DataType::String => sample
            .column(name)
            .ok()
            .and_then(|column| looks_like(column.as_materialized_series()))
            .unwrap_or(DataType::String),
        _ => dtype.clone(),
    };
    Ok(schema
        .iter()
        .map(|(name, dtype)| (name.to_string(), typed(name, dtype)))
        .collect())
}

/// Tells what a column of texts holds, when nine in ten of its values agree; the others will be rejects.
fn looks_like(column: &pl::Series) -> Option<DataType> {
    let texts: Vec<&str> = column.str().ok()?.iter().flatten().collect();
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
pub fn odd_values(
    root: &Path,
    files: &[String],
    types: &[(String, DataType)],
) -> Result<BTreeMap<String, ColumnType>, Diagnostics> {
    let mut odd = BTreeMap::new();
    let texts: Vec<&String> = types
        .iter()
        .filter(|(_, dtype)| *dtype == DataType::String)
        .map(|(name, _)| name)
        .collect();
    let csv: Vec<String> = files.iter().filter(|it| it.ends_with(".csv")).cloned().collect();
    if texts.is_empty() || csv.is_empty() {
        return Ok(odd);
    }
    let mut samples = Vec::new();
    for file in csv {
        let sample = open(root, std::slice::from_ref(&file))?.limit(ROWS_LOOKED_AT).collect();
        samples.push((sample.map_err(|error| unreadable(files, &error))?, file));
    }
    for name in texts {
        let mut values: Vec<(&str, u64, &str)> = Vec::new();
        for (sample, file) in &samples {
            let Ok(column) = sample.column(name).and_then(|it| it.str()) else {
                continue;
            };
            let rows = (1..).zip(column.iter());
            values.extend(rows.filter_map(|(row, text)| Some((text?.trim(), row, file.as_str()))));
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
    }
    Ok(odd)
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

fn is_date(text: &str) -> bool {
    text.get(..10)
        .is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
}

/// Reads a source whole: the columns that the plan needs, typed, without rejects, after the rules.
pub fn rows(root: &Path, source: &Source, needed: &[String]) -> Result<Rows, Diagnostics> {
    let failed = |error: pl::PolarsError| Diagnostics::from(unreadable(&source.files, &error));
    let types = types(root, &source.files)?;
    let kept: Vec<&(String, DataType)> = types.iter().filter(|(name, _)| needed.contains(name)).collect();
    let selection: Vec<pl::Expr> = kept.iter().map(|(name, _)| pl::col(name.as_str())).collect();
    let raw = open(root, &source.files)?.select(selection).collect().map_err(failed)?;
    let mut intake = Intake {
        source: source.name.clone(),
        rows_read: raw.height() as u64,
        ..Intake::default()
    };

    let time = match &source.role {
        Role::Events { time, .. } => time.as_str(),
        Role::Customers { .. } => "",
    };
    let mut columns = Columns::new();
    let mut frame = raw;
    for (name, dtype) in kept {
        let decimals = source
            .decimals
            .iter()
            .find(|(column, _)| column == name)
            .map(|(_, places)| *places);
        let read = column(&frame, name, dtype, decimals, name == time, &mut intake).map_err(failed)?;
        frame = read.0;
        columns.insert(name.clone(), read.1);
    }
    for (name, expr) in &source.columns {
        let compiled = compile::row(expr, &columns);
        frame = frame
            .lazy()
            .with_column(compiled.expr.alias(name.as_str()))
            .collect()
            .map_err(failed)?;
        columns.insert(name.clone(), compiled.typed);
    }
    for rule in &source.rules {
        let before = frame.height();
        let keeps = compile::row(&rule.keeps, &columns).expr.fill_null(lit(false));
        frame = frame.lazy().filter(keeps).collect().map_err(failed)?;
        intake.removed.push((before - frame.height()) as u64);
    }
    intake.rows_used = frame.height() as u64;
    Ok(Rows { frame, columns, intake })
}

/// Types one column and takes out the rows where it cannot be read.
fn column(
    frame: &pl::DataFrame,
    name: &str,
    dtype: &DataType,
    decimals: Option<u32>,
    is_time: bool,
    intake: &mut Intake,
) -> pl::PolarsResult<(pl::DataFrame, Typed)> {
    let raw = pl::col(name);
    let is_text = frame.column(name)?.dtype() == &DataType::String;
    let (value, typed) = if is_time || matches!(dtype, DataType::Date | DataType::Datetime(_, _)) {
        let date = if is_text {
            raw.clone().str().head(lit(10)).str().to_date(iso_date())
        } else {
            raw.clone().cast(DataType::Date)
        };
        (date, Typed::Date)
    } else if let Some(places) = decimals {
        let scaled = raw.clone().cast(DataType::Float64) * lit(compile::power_of_ten(places) as f64);
        (
            scaled.round(0, pl::RoundMode::HalfAwayFromZero).cast(DataType::Int64),
            Typed::Decimal(places),
        )
    } else {
        match dtype {
            it if it.is_integer() => (raw.clone().cast(DataType::Int64), Typed::Decimal(0)),
            it if it.is_float() => (raw.clone().cast(DataType::Float64), Typed::Float),
            DataType::Boolean if is_text => (raw.clone().eq(lit("true")), Typed::Bool),
            DataType::Boolean => (raw.clone(), Typed::Bool),
            _ => (raw.clone().cast(DataType::String), Typed::Text),
        }
    };
    let typed_name = "\u{1}typed";
    let mut frame = frame
        .clone()
        .lazy()
        .with_column(value.clone().alias(typed_name))
        .collect()?;
    let what = match typed {
        Typed::Date => "a date",
        Typed::Decimal(_) | Typed::Float => "a finite number",
        _ => "readable",
    };
    // A time that is missing is as bad as one that cannot be read; any other missing value is SQL null.
    let mut bad = pl::col(typed_name).is_null();
    if !is_time {
        bad = bad.and(pl::col(name).is_not_null());
    }
    let float = pl::col(name).cast(DataType::Float64);
    if matches!(typed, Typed::Float) || decimals.is_some() {
        bad = bad.or(float.clone().is_finite().not().fill_null(lit(false)));
    }
    frame = reject(frame, bad, &format!("`{name}` is not {what}"), typed_name, intake)?;
    if let Some(places) = decimals {
        intake.rounded += rounded(&frame, name, typed_name, places)?;
    }
    let frame = frame
        .lazy()
        .with_column(pl::col(typed_name).alias(name))
        .select([pl::all().exclude_cols([typed_name]).as_expr()])
        .collect()?;
    Ok((frame, typed))
}

/// Takes out rows, counts them and keeps the first.
fn reject(
    frame: pl::DataFrame,
    bad: pl::Expr,
    reason: &str,
    helper: &str,
    intake: &mut Intake,
) -> pl::PolarsResult<pl::DataFrame> {
    let rejected = frame.clone().lazy().filter(bad.clone()).collect()?;
    if rejected.height() == 0 {
        return Ok(frame);
    }
    let kept = rejected.clone().lazy().limit(REJECTS_KEPT).collect()?;
    let mut lines = Vec::with_capacity(kept.height());
    for row_idx in 0..kept.height() {
        let cells: Vec<String> = kept
            .columns()
            .iter()
            .filter(|column| column.name().as_str() != helper)
            .map(|column| {
                column
                    .get(row_idx)
                    .map(|value| format!("{}={}", column.name(), value.str_value()))
                    .unwrap_or_default()
            })
            .collect();
        lines.push(cells.join(" "));
    }
    intake.rejects.push(Reject {
        reason: reason.to_owned(),
        rows: rejected.height() as u64,
        kept: lines,
    });
    frame.lazy().filter(bad.not()).collect()
}

/// Counts values that had more decimal places than declared.
fn rounded(frame: &pl::DataFrame, name: &str, typed_name: &str, places: u32) -> pl::PolarsResult<u64> {
    // A float of fifteen digits holds the declared places with an error below this share of one minor unit.
    const SLACK: f64 = 1e-4;
    let scaled = pl::col(name).cast(DataType::Float64) * lit(compile::power_of_ten(places) as f64);
    let off = (scaled - pl::col(typed_name).cast(DataType::Float64))
        .abs()
        .gt(lit(SLACK));
    let counted = frame
        .clone()
        .lazy()
        .select([off.cast(DataType::Int64).sum().alias("n")])
        .collect()?;
    Ok(counted.column("n")?.get(0)?.try_extract::<u64>().unwrap_or(0))
}
