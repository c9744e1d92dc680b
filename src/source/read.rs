//! Rows from files: found, opened, typed, checked, ruled.
//!
//! What cannot be used is counted and kept, never silently lost. It must not know what is computed
//! from the rows.

use super::Places;
use super::compile;
use super::compile::Columns;
use super::compile::Typed;
use super::computed::Computed;
use super::computed::Keeps;
use super::csv;
use super::csv::Block;
use super::csv::Blocks;
use super::frame::Frame;
use super::glance;
use super::glance::Format;
use super::glance::Glance;
use super::glance::brief;
use super::ipc::Ipc;
use super::lookup::Lookup;
use super::parquet::Parquet;
use super::typing;
use super::typing::Kept;
use super::typing::REJECTS_KEPT;
use super::zone::Zone;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Expr;
use crate::model::panel::Intake;
use crate::model::panel::Reject;
use crate::model::plan::Clock;
use crate::model::plan::Role;
use crate::model::plan::Source;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::IntoColumn;
use polars::prelude::IntoLazy;
use polars::prelude::NamedFrom;
use polars::prelude::lit;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;

/// Rows that are folded at once: few enough that their columns stay in a processor's cache.
const BATCH_ROWS: usize = 1 << 16;

/// The column of all that is unique together, as one text.
pub const UNIQUE: &str = "\u{1}unique";

/// The column of the hour of the week, beside a time that is a timestamp.
pub const CLOCK: &str = "\u{1}clock";

/// Rows of a file as they come in.
pub enum Batch {
    /// A row group that is still in the file.
    Group(Arc<Parquet>, usize),
    /// In columns.
    Typed(Frame),
    /// As text.
    Text(Block, Arc<Layout>),
}

/// The batches of a file, in its order.
pub type Batches = Box<dyn Iterator<Item = pl::PolarsResult<Batch>> + Send>;

/// Where the columns that are read stand in the records of a CSV file.
pub struct Layout {
    n_fields: usize,
    /// One a column that is read; none where the file lacks it.
    places: Vec<Option<usize>>,
}

/// Rows in memory: typed, checked and ruled.
pub struct Rows<Of> {
    /// The rows.
    pub frame: Of,
    /// What came in and what did not.
    pub intake: Intake,
}

impl Rows<pl::DataFrame> {
    /// Returns the rows for which a condition holds; all where there is none.
    ///
    /// # Errors
    /// What polars cannot compute.
    pub fn only(&self, condition: Option<&Expr>, columns: &Columns) -> pl::PolarsResult<Self> {
        let frame = self.frame.clone();
        let frame = match condition {
            Some(condition) => frame.lazy().filter(compile::row(condition, columns).expr).collect()?,
            None => frame,
        };
        let intake = Intake {
            rows_used: frame.height() as u64,
            ..self.intake.clone()
        };
        Ok(Self { frame, intake })
    }
}

/// The files of one source, opened: what their columns hold, and which of them are read.
pub struct Reader {
    pub(super) places: Places,
    pub(super) source: Source,
    /// Columns that are read.
    pub(super) kept: Vec<Kept>,
    /// Columns that the files have.
    pub(super) n_columns: usize,
    /// Where the clocks hang whose time is taken; none where it is taken as it stands.
    zone: Option<Zone>,
    /// Whether the hour of the week is read beside the time.
    clock: bool,
    /// Tables whose columns are needed, in order.
    pub(super) lookups: Vec<Lookup>,
    /// Computed columns that are needed, in order.
    computed: Vec<Computed>,
    /// What decides which rows stay, in order.
    rules: Vec<Keeps>,
    /// What the columns hold once they are read, computed ones included.
    pub columns: Columns,
}

/// Opens a source to read some of its columns.
///
/// `needed` names columns, of the files or computed; those that are in neither are passed over.
pub fn reader(places: &Places, source: &Source, needed: &[String]) -> Result<Reader, Diagnostics> {
    let glances = glance::glances(places, &source.files)?;
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
    let mut lookups = Vec::new();
    for lookup in &source.lookups {
        if let Some(lookup) = Lookup::open(places, lookup, &needed)? {
            needed.push(lookup.column.clone());
            lookups.push(lookup);
        }
    }
    let time = match &source.role {
        Role::Events { time, .. } => time.as_str(),
        Role::Customers { .. } | Role::Things { .. } => "",
    };
    let decimals = |name: &str| source.decimals.iter().find(|it| it.0 == name).map(|it| it.1);
    let n_columns = columns.len();
    let kept: Vec<Kept> = columns
        .into_iter()
        .filter(|it| needed.contains(&it.name))
        .map(|it| Kept {
            decimals: decimals(&it.name),
            is_time: it.name == time,
            name: it.name,
            raw: it.raw,
            holds: it.holds,
        })
        .collect();
    check_lost(&glances, &kept)?;
    let mut columns: Columns = kept.iter().map(|it| (it.name.clone(), it.typed())).collect();
    for lookup in &lookups {
        columns.extend(lookup.brings.iter().map(|it| (it.0.clone(), *it.1)));
    }
    let compiled = computed.into_iter().map(|(name, written)| {
        let computed = Computed::new(name, written, &columns);
        columns.insert(computed.name.clone(), computed.typed);
        computed
    });
    let computed: Vec<Computed> = compiled.collect();
    let rules = source.rules.iter().map(|it| Keeps::new(&it.keeps, &columns)).collect();
    let unique = &source.unique;
    if !unique.is_empty() && unique.iter().all(|it| columns.contains_key(it)) {
        columns.insert(UNIQUE.to_owned(), Typed::Text);
    }
    Ok(Reader {
        places: places.clone(),
        source: source.clone(),
        kept,
        n_columns,
        zone: match &source.clock {
            Clock::In(name) => Zone::named(name),
            Clock::None | Clock::AsWritten => None,
        },
        clock: needed.iter().any(|it| it == CLOCK),
        lookups,
        computed,
        rules,
        columns,
    })
}

/// Newer files may add columns, and lose none that is read: its figures would stop without a word. Files stand in the
/// order of their names.
fn check_lost(glances: &[Glance], kept: &[Kept]) -> Result<(), Diagnostics> {
    let mut found = Diagnostics::new();
    for Kept { name, .. } in kept {
        let has_it =
            |it: &&Glance| it.columns.iter().any(|it| it.0 == *name) || it.stated.iter().any(|it| it.0 == *name);
        let mut later = glances.iter().skip_while(|it| !has_it(it));
        let first = later.next();
        if let (Some(first), Some(without)) = (first, later.find(|it| !has_it(it))) {
            let message = format!("`{name}` is in `{}`, and no longer in `{}`", first.file, without.file);
            let hint = "newer files may add columns, not lose them: write the file again, or make two sources of them";
            found.push(Diagnostic::data("lost-column", message).hint(hint));
        }
    }
    if found.has_errors() { Err(found) } else { Ok(()) }
}

impl Reader {
    /// Opens one file; its batches are read one by one, in its order.
    pub fn batches(&self, file_idx: usize) -> Result<Batches, Diagnostics> {
        let file = &self.source.files[file_idx];
        let failed = |message: String| Diagnostics::from(glance::unreadable(file, &message));
        let path = self.path(file_idx);
        let names: Vec<String> = self.kept.iter().map(|it| it.name.clone()).collect();
        match glance::format(file) {
            None => Err(failed(glance::NO_FORMAT.to_owned())),
            Some(Format::Csv) => self
                .text_batches(&path)
                .map_err(|error| failed(format!("cannot be read: {error}"))),
            Some(Format::Parquet) => {
                let parquet = Arc::new(glance::parquet(&path).map_err(failed)?);
                let n_groups = parquet.row_groups().len();
                let groups = (0..n_groups).map(move |it| Ok(Batch::Group(Arc::clone(&parquet), it)));
                Ok(Box::new(groups))
            }
            Some(Format::Ipc) => {
                let ipc = Ipc::open(&path).and_then(|it| it.batches(&names));
                let batches = ipc.map_err(|error| failed(brief(&error)))?;
                Ok(Box::new(batches.map(|it| it.map(Batch::Typed))))
            }
        }
    }

    /// Hands on the blocks of a CSV file; they are read as rows where they are folded, side by side.
    fn text_batches(&self, path: &Path) -> std::io::Result<Batches> {
        let (names, blocks) = Blocks::new(csv::open(path)?, csv::BLOCK_BYTES)?;
        let layout = Arc::new(Layout {
            n_fields: names.len(),
            places: self
                .kept
                .iter()
                .map(|it| names.iter().position(|own| *own == it.name))
                .collect(),
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
        Ok(Box::new(receive.into_iter()))
    }

    /// Reads the rows of a batch, some at a time, in its order.
    pub fn each<E: From<pl::PolarsError>>(
        &self,
        file_idx: usize,
        batch: Batch,
        mut take: impl FnMut(Rows<Frame>) -> Result<(), E>,
    ) -> Result<(), E> {
        let faults = csv::Fault::ALL.iter().map(|it| Reject {
            reason: it.reason().to_owned(),
            ..Reject::default()
        });
        let mut rejects: Vec<Reject> = faults.collect();
        let no_rejects = rejects.clone();
        let raw = match batch {
            Batch::Group(parquet, group_idx) => {
                let names: Vec<String> = self.kept.iter().map(|it| it.name.clone()).collect();
                self.aligned(file_idx, parquet.read(group_idx, &names)?)?
            }
            Batch::Typed(frame) => self.aligned(file_idx, frame)?,
            Batch::Text(block, layout) => {
                let frame = self.records(file_idx, &block, &layout, &mut rejects)?;
                self.aligned(file_idx, Frame::new(frame, std::collections::BTreeMap::new()))?
            }
        };
        let mut from = 0;
        loop {
            let rows = raw.slice(from, BATCH_ROWS);
            let faults = std::mem::replace(&mut rejects, no_rejects.clone());
            take(self.rows(&self.source.files[file_idx], &rows, faults)?)?;
            from += BATCH_ROWS;
            if from >= raw.height() {
                return Ok(());
            }
        }
    }

    /// Reads the records of a block; lines that are none become rejects.
    fn records(
        &self,
        file_idx: usize,
        block: &Block,
        layout: &Layout,
        rejects: &mut [Reject],
    ) -> pl::PolarsResult<pl::DataFrame> {
        // As much of a line as helps to find it.
        const SHOWN: usize = 200;
        let own = self.kept.iter().zip(&layout.places).filter(|it| it.1.is_some());
        let (names, places): (Vec<String>, Vec<Option<usize>>) =
            own.map(|(it, place)| (it.name.clone(), *place)).unzip();
        let file = &self.source.files[file_idx];
        let frame = glance::texts(block, &names, layout.n_fields, &places, |line, fault, bytes| {
            let reject = &mut rejects[fault.place()];
            reject.rows += 1;
            if reject.kept.len() < REJECTS_KEPT as usize {
                let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]);
                reject.kept.push(format!("{file} line {line}: {}", shown.trim_end()));
            }
        });
        Ok(frame)
    }

    /// Brings the columns of a file to the type that all files share; those that it lacks are what its path states, or missing.
    fn aligned(&self, file_idx: usize, own: Frame) -> pl::PolarsResult<Frame> {
        let stated = glance::stated(&self.source.files[file_idx]);
        let mut frame = own;
        for Kept { name, raw, .. } in &self.kept {
            if frame.texts(name).is_some() {
                continue;
            }
            if let Ok(column) = frame.columns().column(name) {
                if column.dtype() != raw {
                    let cast = column.cast(raw)?;
                    frame.add(cast)?;
                }
                continue;
            }
            let value = stated.iter().find(|it| it.0 == *name).and_then(|it| it.1.as_deref());
            let one = pl::Series::new(name.as_str().into(), [value]).cast(raw)?;
            frame.add(one.new_from_index(0, frame.height()).into_column())?;
        }
        Ok(frame)
    }

    /// Makes typed rows: without rejects, with computed columns, after the rules.
    fn rows(&self, file: &str, raw: &Frame, rejects: Vec<Reject>) -> pl::PolarsResult<Rows<Frame>> {
        let mut intake = Intake {
            source: self.source.name.clone(),
            rows_read: raw.height() as u64 + rejects.iter().map(|it| it.rows).sum::<u64>(),
            rejects,
            ..Intake::default()
        };
        let mut frame = typing::typed_rows(&self.kept, self.zone.as_ref(), self.clock, (file, raw), &mut intake)?;
        for lookup in &self.lookups {
            let n_unmatched = lookup.add_to(&mut frame)?;
            intake.unmatched.insert(lookup.table.clone(), n_unmatched);
        }
        for computed in &self.computed {
            computed.add_to(&mut frame)?;
        }
        if self.columns.contains_key(UNIQUE) {
            let parts = frame.select(&self.source.unique)?.plain()?;
            let joined = parts.lazy().select([joined_text(&self.source.unique)]).collect()?;
            frame.add(joined.columns()[0].clone())?;
        }
        for rule in &self.rules {
            let before = frame.height();
            frame = rule.kept(&frame)?;
            intake.removed.push((before - frame.height()) as u64);
        }
        intake.rows_used = frame.height() as u64;
        Ok(Rows { frame, intake })
    }

    /// Returns the path of one of the source's files.
    pub fn path(&self, file_idx: usize) -> PathBuf {
        self.places.path(&self.source.files[file_idx])
    }

    /// Writes all that decides how a file's rows are read, but for the file itself.
    pub fn fingerprint(&self) -> String {
        let source = Source {
            files: Vec::new(),
            ..self.source.clone()
        };
        let source = serde_json::to_string(&source).expect("a source is plain");
        let lookups: Vec<&str> = self.lookups.iter().map(|it| it.fingerprint.as_str()).collect();
        let computed: Vec<(&str, &Expr)> = self.computed.iter().map(|it| (it.name.as_str(), &it.written)).collect();
        format!("{source} {:?} {} {lookups:?} {computed:?}", self.kept, self.clock)
    }

    /// Reads a source whole, for a table that is small.
    pub fn whole(&self) -> Result<Rows<pl::DataFrame>, Diagnostics> {
        let mut all: Option<Rows<pl::DataFrame>> = None;
        for (file_idx, file) in self.source.files.iter().enumerate() {
            let failed = |error: pl::PolarsError| {
                Diagnostics::from(Diagnostic::data(
                    "unreadable-file",
                    format!("`{file}` {}", brief(&error)),
                ))
            };
            for batch in self.batches(file_idx)? {
                let read = self.each(file_idx, batch.map_err(failed)?, |rows| -> pl::PolarsResult<()> {
                    let frame = rows.frame.plain()?;
                    match &mut all {
                        None => {
                            all = Some(Rows {
                                frame,
                                intake: rows.intake,
                            });
                        }
                        Some(all) => {
                            all.frame.vstack_mut(&frame)?;
                            join(&mut all.intake, rows.intake);
                        }
                    }
                    Ok(())
                });
                read.map_err(failed)?;
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
            Role::Customers { .. } | Role::Things { .. } => "",
        }
    }
}

/// Joins the columns that are unique together into one text; a missing value is one of its own.
fn joined_text(names: &[String]) -> pl::Expr {
    let text = |name: &String| pl::col(name.as_str()).cast(DataType::String).fill_null(lit("\0"));
    let parts: Vec<pl::Expr> = names.iter().map(text).collect();
    pl::concat_str(parts, "\u{1f}", false).alias(UNIQUE)
}

/// Counts rows that repeat another in some columns.
pub fn repeated(rows: &Rows<pl::DataFrame>, names: &[String]) -> Result<u64, Diagnostics> {
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
    for (table, n) in more.unmatched {
        *all.unmatched.entry(table).or_default() += n;
    }
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
