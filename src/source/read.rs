//! Rows from files: found, opened, typed, checked, ruled.
//!
//! What cannot be used is counted and kept, never silently lost. It must not know what is computed
//! from the rows.

use super::compile;
use super::compile::Columns;
use super::compile::Typed;
use super::csv;
use super::csv::Block;
use super::csv::Blocks;
use super::glance;
use super::glance::brief;
use super::zone::Zone;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Expr;
use crate::model::panel::Intake;
use crate::model::panel::Reject;
use crate::model::plan::Clock;
use crate::model::plan::Role;
use crate::model::plan::Source;
use foldhash::fast::FixedState;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::IntoColumn;
use polars::prelude::IntoLazy;
use polars::prelude::NamedFrom;
use polars::prelude::lit;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;

/// Rejected rows kept for `tables/rejects.csv`, each reason apart.
const REJECTS_KEPT: u32 = 1000;

/// Rows in a batch: some tens of megabytes a thread, and few enough batches that each costs nothing by itself.
const BATCH_ROWS: usize = 1 << 18;

/// The column of all that is unique together, as one text.
pub const UNIQUE: &str = "\u{1}unique";

/// The column of the hour of the week, beside a time that is a timestamp.
pub const CLOCK: &str = "\u{1}clock";

/// Rows of a file as they come in.
pub enum Batch {
    /// In columns.
    Typed(pl::DataFrame),
    /// As text.
    Text(Block, Arc<Layout>),
}

/// Where the columns that are read stand in the records of a CSV file.
pub struct Layout {
    file: String,
    n_fields: usize,
    /// One a column that is read; none where the file lacks it.
    places: Vec<Option<usize>>,
}

/// Rows of a source in memory: typed, checked and ruled.
pub struct Rows {
    /// The rows.
    pub frame: pl::DataFrame,
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

fn unreadable(files: &[String], error: &pl::PolarsError) -> Diagnostic {
    Diagnostic::data("unreadable-file", format!("`{}` {}", files.join("`, `"), brief(error)))
}

/// The files of one source, opened: what their columns hold, and which of them are read.
pub struct Reader {
    root: PathBuf,
    source: Source,
    /// Columns that are read: name, type in the files, type of the values.
    kept: Vec<(String, DataType, DataType)>,
    /// Where the clocks hang whose time is taken; none where it is taken as it stands.
    zone: Option<Zone>,
    /// Whether the hour of the week is read beside the time.
    clock: bool,
    /// Computed columns that are needed, in order.
    computed: Vec<(String, Expr)>,
    /// What the columns hold once they are read, computed ones included.
    pub columns: Columns,
}

/// Opens a source to read some of its columns.
///
/// `needed` names columns, of the files or computed; those that are in neither are passed over.
pub fn reader(root: &Path, source: &Source, needed: &[String]) -> Result<Reader, Diagnostics> {
    let glances = glance::glances(root, &source.files)?;
    let columns = glance::columns(&glances)?;
    // Computed columns may stand on earlier ones: from the last to the first, what one needs is needed too.
    let mut needed = needed.to_vec();
    let mut computed = Vec::new();
    for (name, expr) in source
        .columns
        .iter()
        .rev()
        .filter(|it| needed.contains(&it.0))
        .cloned()
        .collect::<Vec<_>>()
    {
        needed.extend(expr.columns());
        computed.push((name, expr));
    }
    computed.reverse();
    let is_kept = |name: &String| needed.contains(name);
    let kept: Vec<(String, DataType, DataType)> = columns
        .into_iter()
        .filter(|it| is_kept(&it.name))
        .map(|it| (it.name, it.raw, it.holds))
        .collect();
    let mut reader = Reader {
        root: root.to_owned(),
        source: source.clone(),
        kept,
        zone: match &source.clock {
            Clock::In(name) => Zone::named(name),
            Clock::None | Clock::AsWritten => None,
        },
        clock: needed.iter().any(|it| it == CLOCK),
        computed,
        columns: Columns::new(),
    };
    for (name, raw, dtype) in &reader.kept {
        let typed = reader.typed(name, raw, dtype).1;
        reader.columns.insert(name.clone(), typed);
    }
    for (name, expr) in &reader.computed {
        let typed = compile::row(expr, &reader.columns).typed;
        reader.columns.insert(name.clone(), typed);
    }
    let unique = &source.unique;
    if !unique.is_empty() && unique.iter().all(|it| reader.columns.contains_key(it)) {
        reader.columns.insert(UNIQUE.to_owned(), Typed::Text);
    }
    Ok(reader)
}

impl Reader {
    /// Reads one file in batches of bounded size, in its order.
    pub fn batches(&self, file_idx: usize) -> Result<mpsc::IntoIter<pl::PolarsResult<Batch>>, Diagnostics> {
        let file = &self.source.files[file_idx];
        let failed =
            |message: String| Diagnostics::from(Diagnostic::data("unreadable-file", format!("`{file}` {message}")));
        let path = self.root.join(file);
        if csv::is_csv(file) {
            self.text_batches(file, &path)
                .map_err(|error| failed(format!("cannot be read: {error}")))
        } else {
            self.typed_batches(file, &path).map_err(failed)
        }
    }

    /// Hands on the blocks of a CSV file; they are read as rows where they are folded, side by side.
    fn text_batches(&self, file: &str, path: &Path) -> std::io::Result<mpsc::IntoIter<pl::PolarsResult<Batch>>> {
        let (names, blocks) = Blocks::new(csv::open(path)?, csv::BLOCK_BYTES)?;
        let place = |(name, ..): &(String, DataType, DataType)| names.iter().position(|own| own == name);
        let layout = Arc::new(Layout {
            file: file.to_owned(),
            n_fields: names.len(),
            places: self.kept.iter().map(place).collect(),
        });
        let (send, receive) = mpsc::sync_channel(1);
        std::thread::spawn(move || {
            for block in blocks {
                let batch = block
                    .map(|it| Batch::Text(it, Arc::clone(&layout)))
                    .map_err(pl::PolarsError::from);
                // Nobody listens any more where another batch failed first.
                if send.send(batch).is_err() {
                    break;
                }
            }
        });
        Ok(receive.into_iter())
    }

    fn typed_batches(&self, file: &str, path: &Path) -> Result<mpsc::IntoIter<pl::PolarsResult<Batch>>, String> {
        let failed = |error: pl::PolarsError| brief(&error);
        let mut frame = glance::parquet(path)?;
        let own = frame.collect_schema().map_err(failed)?;
        let stated = glance::stated(file);
        let column = |(name, raw, _): &(String, DataType, DataType)| {
            if own.contains(name) {
                return pl::col(name.as_str()).cast(raw.clone());
            }
            let value = stated.iter().find(|it| it.0 == *name).and_then(|it| it.1.as_deref());
            let value = value.map_or_else(|| lit(pl::NULL), lit);
            value.cast(raw.clone()).alias(name.as_str())
        };
        let selection: Vec<pl::Expr> = self.kept.iter().map(column).collect();
        // One batch waits while another is folded: decoding and folding go on side by side.
        let (send, receive) = mpsc::sync_channel(1);
        let (batch, end) = (send.clone(), send);
        let deliver = pl::PlanCallback::new(move |frame| Ok(batch.send(Ok(Batch::Typed(frame))).is_err()));
        let query = frame
            .select(selection)
            .sink_batches(deliver, true, NonZeroUsize::new(BATCH_ROWS))
            .map_err(failed)?;
        std::thread::spawn(move || {
            if let Err(error) = query.collect_with_engine(pl::Engine::Streaming) {
                // Nobody listens any more where another batch failed first.
                let _ = end.send(Err(error));
            }
        });
        Ok(receive.into_iter())
    }

    /// Reads the records of a block; lines that are none become rejects.
    fn records(&self, block: &Block, layout: &Layout, rejects: &mut [Reject]) -> pl::PolarsResult<pl::DataFrame> {
        // As much of a line as helps to find it.
        const SHOWN: usize = 200;
        let names: Vec<String> = self.kept.iter().map(|it| it.0.clone()).collect();
        let mut frame = glance::texts(block, &names, layout.n_fields, &layout.places, |line, fault, bytes| {
            let reject = &mut rejects[fault.place()];
            reject.rows += 1;
            if reject.kept.len() < REJECTS_KEPT as usize {
                let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]);
                reject
                    .kept
                    .push(format!("{} line {line}: {}", layout.file, shown.trim_end()));
            }
        });
        let stated = glance::stated(&layout.file);
        for ((name, ..), place) in self.kept.iter().zip(&layout.places) {
            if let (None, Some((_, Some(value)))) = (place, stated.iter().find(|it| it.0 == *name)) {
                let all = pl::Series::new(name.as_str().into(), [value.as_str()]).new_from_index(0, frame.height());
                frame.with_column(all.into_column())?;
            }
        }
        Ok(frame)
    }

    /// Makes typed rows of a batch: without rejects, with computed columns, after the rules.
    pub fn rows(&self, batch: &Batch) -> pl::PolarsResult<Rows> {
        let faults = csv::Fault::ALL.iter().map(|it| Reject {
            reason: it.reason().to_owned(),
            ..Reject::default()
        });
        let mut rejects: Vec<Reject> = faults.collect();
        let raw = match batch {
            Batch::Typed(frame) => frame.clone(),
            Batch::Text(block, layout) => self.records(block, layout, &mut rejects)?,
        };
        let mut intake = Intake {
            source: self.source.name.clone(),
            rows_read: raw.height() as u64 + rejects.iter().map(|it| it.rows).sum::<u64>(),
            rejects,
            ..Intake::default()
        };
        let mut frame = self.typed_rows(&raw, &mut intake)?;
        for (name, expr) in &self.computed {
            let compiled = compile::row(expr, &self.columns).expr.alias(name.as_str());
            let column = match expr.columns().as_slice() {
                [text] if self.columns.get(text) == Some(&Typed::Text) => by_value(&frame, text, compiled)?,
                _ => frame.clone().lazy().select([compiled]).collect()?.columns()[0].clone(),
            };
            frame.with_column(column)?;
        }
        if self.columns.contains_key(UNIQUE) {
            frame = frame.lazy().with_column(joined_text(&self.source.unique)).collect()?;
        }
        for rule in &self.source.rules {
            let before = frame.height();
            let keeps = compile::row(&rule.keeps, &self.columns).expr.fill_null(lit(false));
            frame = frame.lazy().filter(keeps).collect()?;
            intake.removed.push((before - frame.height()) as u64);
        }
        intake.rows_used = frame.height() as u64;
        Ok(Rows { frame, intake })
    }

    /// Returns the path of one of the source's files.
    pub fn path(&self, file_idx: usize) -> PathBuf {
        self.root.join(&self.source.files[file_idx])
    }

    /// Writes all that decides how a file's rows are read, but for the file itself.
    pub fn fingerprint(&self) -> String {
        let source = Source {
            files: Vec::new(),
            ..self.source.clone()
        };
        let source = serde_json::to_string(&source).expect("a source is plain");
        format!("{source} {:?} {} {:?}", self.kept, self.clock, self.computed)
    }

    /// Reads a source whole, for a table that is small.
    pub fn whole(&self) -> Result<Rows, Diagnostics> {
        let mut all: Option<Rows> = None;
        for file_idx in 0..self.source.files.len() {
            let failed = |error: pl::PolarsError| {
                Diagnostics::from(unreadable(std::slice::from_ref(&self.source.files[file_idx]), &error))
            };
            for batch in self.batches(file_idx)? {
                let rows = batch.and_then(|it| self.rows(&it)).map_err(failed)?;
                match &mut all {
                    None => all = Some(rows),
                    Some(all) => {
                        all.frame.vstack_mut(&rows.frame).map_err(failed)?;
                        join(&mut all.intake, rows.intake);
                    }
                }
            }
        }
        all.ok_or_else(|| {
            Diagnostics::from(Diagnostic::data(
                "no-rows",
                format!("`{}` has no rows", self.source.name),
            ))
        })
    }

    /// Returns the column that says when; empty for a table of customers.
    pub fn time(&self) -> &str {
        match &self.source.role {
            Role::Events { time, .. } => time,
            Role::Customers { .. } => "",
        }
    }

    fn decimals(&self, name: &str) -> Option<u32> {
        self.source
            .decimals
            .iter()
            .find(|(column, _)| column == name)
            .map(|(_, places)| *places)
    }

    /// Returns how a column is read, and what it holds then.
    fn typed(&self, name: &str, raw_dtype: &DataType, dtype: &DataType) -> (pl::Expr, Typed) {
        let raw = pl::col(name);
        let is_text = raw_dtype == &DataType::String;
        if self.time() == name || matches!(dtype, DataType::Date | DataType::Datetime(_, _)) {
            let date = if is_text {
                raw.str().head(lit(10)).str().to_date(iso_date())
            } else {
                raw.cast(DataType::Date)
            };
            return (date, Typed::Date);
        }
        if let Some(places) = self.decimals(name) {
            let scaled = raw.cast(DataType::Float64) * lit(compile::power_of_ten(places) as f64);
            let whole = scaled.round(0, pl::RoundMode::HalfAwayFromZero).cast(DataType::Int64);
            return (whole, Typed::Decimal(places));
        }
        match dtype {
            it if it.is_integer() => (raw.cast(DataType::Int64), Typed::Decimal(0)),
            it if it.is_float() => (raw.cast(DataType::Float64), Typed::Float),
            DataType::Boolean if is_text => (raw.eq(lit("true")), Typed::Bool),
            DataType::Boolean => (raw, Typed::Bool),
            _ => (raw.cast(DataType::String), Typed::Text),
        }
    }

    /// Types all columns, and takes out the rows where one cannot be read.
    fn typed_rows(&self, raw: &pl::DataFrame, intake: &mut Intake) -> pl::PolarsResult<pl::DataFrame> {
        let mut selection = Vec::new();
        for (column_idx, (name, raw_dtype, dtype)) in self.kept.iter().enumerate() {
            let (value, typed) = self.typed(name, raw_dtype, dtype);
            let (is_time, decimals) = (self.time() == name, self.decimals(name));
            // A time that is missing is as bad as one that cannot be read; any other missing value is SQL null.
            let mut bad = value.clone().is_null();
            if !is_time {
                bad = bad.and(pl::col(name.as_str()).is_not_null());
            }
            let float = pl::col(name.as_str()).cast(DataType::Float64);
            if matches!(typed, Typed::Float) || decimals.is_some() {
                bad = bad.or(float.clone().is_finite().not().fill_null(lit(false)));
            }
            if let Some(places) = decimals {
                // A float of fifteen digits holds the declared places with an error below this share of one minor unit.
                const SLACK: f64 = 1e-4;
                let scaled = float * lit(compile::power_of_ten(places) as f64);
                let off = (scaled - value.clone().cast(DataType::Float64)).abs().gt(lit(SLACK));
                selection.push(off.fill_null(lit(false)).alias(flag("rounded", column_idx)));
            }
            if is_time && self.clock {
                let hours = pl::col(name.as_str()).dt().hour().cast(DataType::UInt8);
                let days = (pl::col(name.as_str()).dt().weekday() - lit(1)).cast(DataType::UInt8);
                selection.push((days * lit(24_u8) + hours).alias(CLOCK));
            }
            selection.push(bad.alias(flag("bad", column_idx)));
            selection.push(value.alias(name.as_str()));
        }
        let mut local = raw.clone();
        if let Some(zone) = &self.zone
            && self.kept.iter().any(|it| it.0 == self.time())
        {
            local.with_column(zone.local(raw.column(self.time())?)?)?;
        }
        let mut typed = local.lazy().select(selection).collect()?;
        // Rejects are shown as they stand in the file.
        let mut raw = raw.clone();
        for (column_idx, (name, raw_dtype, dtype)) in self.kept.iter().enumerate() {
            let what = match self.typed(name, raw_dtype, dtype).1 {
                Typed::Date => "a date",
                Typed::Decimal(_) | Typed::Float => "a finite number",
                _ => "readable",
            };
            let bad = typed.column(&flag("bad", column_idx))?.bool()?.clone();
            let n_bad = bad.sum().unwrap_or(0);
            intake.rejects.push(Reject {
                reason: format!("`{name}` is not {what}"),
                rows: u64::from(n_bad),
                kept: Vec::new(),
            });
            if n_bad > 0 {
                let rejected = raw.filter(&bad)?;
                let entry = intake.rejects.last_mut().expect("one was pushed");
                entry.kept = lines(&rejected.head(Some(REJECTS_KEPT as usize)));
                (raw, typed) = (raw.filter(&!&bad)?, typed.filter(&!&bad)?);
            }
            if self.decimals(name).is_some() {
                let rounded = typed.column(&flag("rounded", column_idx))?.bool()?.sum().unwrap_or(0);
                intake.rounded += u64::from(rounded);
            }
        }
        let names = self
            .kept
            .iter()
            .map(|it| it.0.as_str())
            .chain(self.clock.then_some(CLOCK));
        typed.select(names)
    }
}

/// Names a column that marks rows of another.
fn flag(what: &str, column_idx: usize) -> String {
    format!("\u{1}{what} {column_idx}")
}

/// Writes rows as text, for `tables/rejects.csv`.
fn lines(rows: &pl::DataFrame) -> Vec<String> {
    let cell = |column: &pl::Column, row_idx: usize| {
        let value = column
            .get(row_idx)
            .map(|it| it.str_value().into_owned())
            .unwrap_or_default();
        format!("{}={value}", column.name())
    };
    let line = |row_idx: usize| -> String {
        let cells: Vec<String> = rows.columns().iter().map(|it| cell(it, row_idx)).collect();
        cells.join(" ")
    };
    (0..rows.height()).map(line).collect()
}

/// Evaluates an expression of one text column once a distinct value: thousands of values stand for millions of rows.
fn by_value(frame: &pl::DataFrame, text: &str, expr: pl::Expr) -> pl::PolarsResult<pl::Column> {
    let column = frame.column(text)?;
    let mut code_of: HashMap<&str, pl::IdxSize, FixedState> = HashMap::default();
    // The last value is null.
    let mut values: Vec<&str> = Vec::new();
    let codes: Vec<Option<pl::IdxSize>> = column
        .str()?
        .iter()
        .map(|value| {
            value.map(|it| {
                *code_of.entry(it).or_insert_with(|| {
                    values.push(it);
                    pl::IdxSize::try_from(values.len() - 1).expect("no more values than rows")
                })
            })
        })
        .collect();
    let null = pl::IdxSize::try_from(values.len()).expect("no more values than rows");
    let mut column: Vec<Option<&str>> = values.into_iter().map(Some).collect();
    column.push(None);
    let distinct = pl::DataFrame::new(column.len(), vec![pl::Series::new(text.into(), column).into_column()])?;
    let evaluated = distinct.lazy().select([expr]).collect()?;
    let places: pl::IdxCa = codes.into_iter().map(|it| Some(it.unwrap_or(null))).collect();
    evaluated.columns()[0].take(&places)
}

/// Joins the columns that are unique together into one text; a missing value is one of its own.
fn joined_text(names: &[String]) -> pl::Expr {
    let text = |name: &String| pl::col(name.as_str()).cast(DataType::String).fill_null(lit("\0"));
    let parts: Vec<pl::Expr> = names.iter().map(text).collect();
    pl::concat_str(parts, "\u{1f}", false).alias(UNIQUE)
}

/// Counts rows that repeat another in some columns.
pub fn repeated(rows: &Rows, names: &[String]) -> Result<u64, Diagnostics> {
    let distinct = rows
        .frame
        .clone()
        .lazy()
        .select([joined_text(names).n_unique().cast(DataType::UInt64)])
        .collect();
    let counted = distinct.and_then(|frame| frame.column(UNIQUE)?.get(0)?.try_extract::<u64>());
    counted
        .map(|n| rows.intake.rows_used - n)
        .map_err(|error| Diagnostic::data("cannot-compute", error.to_string()).into())
}

/// Adds what came in with later rows to what came in before.
pub fn join(all: &mut Intake, more: Intake) {
    all.rows_read += more.rows_read;
    all.rows_used += more.rows_used;
    all.rounded += more.rounded;
    if all.removed.is_empty() {
        all.removed = more.removed;
    } else {
        all.removed.iter_mut().zip(&more.removed).for_each(|(a, b)| *a += b);
    }
    if all.rejects.is_empty() {
        all.rejects = more.rejects;
        return;
    }
    // One entry a column that is read, in the same order in every batch.
    for (same, reject) in all.rejects.iter_mut().zip(more.rejects) {
        same.rows += reject.rows;
        let room = (REJECTS_KEPT as usize).saturating_sub(same.kept.len());
        same.kept.extend(reject.kept.into_iter().take(room));
    }
}
