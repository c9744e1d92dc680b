//! One pass over the files of an events source feeds all requests of a wave.
//!
//! Files and batches are read side by side; each adds to tables that merge exactly, so that neither
//! threads nor the order of files can be seen in an answer. It must not know what a metric is.

use super::answer::date_of;
use super::cache;
use super::cache::Cache;
use super::cost::Cost;
use super::fold::Running;
use super::frame::Frame;
use super::glance;
use super::group::Group;
use super::read;
use super::read::Reader;
use super::shape::Shape;
use super::table;
use super::table::Overflow;
use super::table::Parts;
use super::table::Table;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Reduce;
use crate::model::panel::Intake;
use crate::model::plan::Source;
use crate::model::request::Key;
use crate::model::world::Skim;
use polars::prelude as pl;
use rayon::prelude::*;
use std::borrow::Cow;
use std::sync::Mutex;
use std::sync::OnceLock;

/// An events source: opened, and read once or a few times.
pub struct Events {
    source: Source,
    reader: Reader,
    /// Rows of the first pass by file and batch; none once they became too many.
    kept: Mutex<Option<Kept>>,
    /// What came in, known after the first pass.
    intake: OnceLock<Intake>,
    /// What files added to earlier answers.
    cache: Option<Cache>,
}

/// File, batch and piece of it: the order in which rows stand.
type Place = (usize, usize, usize);

#[derive(Default)]
struct Kept {
    batches: Vec<(Place, Frame)>,
    bytes: usize,
    is_whole: bool,
}

/// What a part of the rows gives.
#[derive(Default)]
struct Part {
    tables: Vec<Table>,
    /// What came in with each batch, by file and batch.
    intakes: Vec<(Place, Intake)>,
    /// The first and the last day of its rows.
    days: Option<(i32, i32)>,
}

/// What is known of a file whose rows were read before.
#[derive(serde::Serialize, serde::Deserialize)]
struct Known {
    days: Option<(i32, i32)>,
    intake: Intake,
}

/// Why a part gives nothing.
enum Failure {
    Unreadable(Diagnostics),
    /// Not told yet of which file.
    Polars(pl::PolarsError),
    Overflow,
}

impl From<pl::PolarsError> for Failure {
    fn from(error: pl::PolarsError) -> Self {
        Self::Polars(error)
    }
}

impl From<Overflow> for Failure {
    fn from(_: Overflow) -> Self {
        Self::Overflow
    }
}

impl Events {
    /// Makes a source ready to be read.
    pub fn new(source: Source, reader: Reader, cache: Option<Cache>) -> Self {
        let kept = reader.can_keep().then(Kept::default);
        Self {
            source,
            reader,
            kept: Mutex::new(kept),
            intake: OnceLock::new(),
            cache,
        }
    }

    /// Returns what the source's columns hold.
    pub fn columns(&self) -> &super::compile::Columns {
        &self.reader.columns
    }

    /// Returns what came in; nothing before the first pass.
    pub fn intake(&self) -> Intake {
        self.intake.get().cloned().unwrap_or_default()
    }

    /// Tells the days, and the values of some columns, in a pass of its own.
    ///
    /// # Errors
    /// As [`Events::tables`].
    pub fn skim(&self, columns: &[String], time: &str) -> Result<Skim, Diagnostics> {
        let days = Group {
            keys: vec![Key::Day],
            ..Group::default()
        };
        let values = |name: &String| {
            let of = Some(Expr::Column(name.clone()));
            Group {
                counted: Some(Aggregate {
                    reduce: Reduce::CountDistinct,
                    of,
                    filter: None,
                }),
                ..Group::default()
            }
        };
        let groups: Vec<Group> = std::iter::once(days).chain(columns.iter().map(values)).collect();
        let tables = self.tables(&groups, time)?;
        let labels = |table: &Table| {
            let mut labels: Vec<String> = table.counted.texts().map(Cow::into_owned).collect();
            labels.sort_unstable();
            labels
        };
        Ok(Skim {
            days: tables[0]
                .keys
                .iter()
                .map(|key| date_of(Parts::unpack(*key).day()))
                .collect(),
            labels: tables[1..].iter().map(labels).collect(),
            intake: self.intake(),
        })
    }

    /// Folds all groups in one pass.
    ///
    /// # Errors
    /// Files that cannot be read; sums that do not fit into 64 bits.
    pub fn tables(&self, groups: &[Group], time: &str) -> Result<Vec<Table>, Diagnostics> {
        let shape = &Shape::new(groups, time, self.columns());
        let kept = {
            let guard = self.kept.lock().expect("no thread panics with the lock");
            guard.as_ref().filter(|it| it.is_whole).map(|it| it.batches.clone())
        };
        let part = match kept {
            Some(batches) => self.again(shape, &batches),
            None => self.first(shape),
        };
        let mut part = part.map_err(|failure| match failure {
            Failure::Unreadable(found) => found,
            Failure::Polars(error) => {
                Diagnostic::data("cannot-compute", format!("`{}`: {error}", self.source.name)).into()
            }
            Failure::Overflow => {
                let message = format!("a sum over `{}` does not fit into 64 bits", self.source.name);
                let hint = "declare fewer `decimals`, or divide in the metric";
                Diagnostic::data("sum-overflow", message).hint(hint).into()
            }
        })?;
        if !part.intakes.is_empty() {
            let _ = self.intake.set(self.joined(std::mem::take(&mut part.intakes)));
        }
        if part.tables.is_empty() {
            part.tables = Running::start(shape).finish();
        }
        Ok(part.tables)
    }

    /// Reads all files.
    fn first(&self, shape: &Shape) -> Result<Part, Failure> {
        let part = (0..self.source.files.len())
            .into_par_iter()
            .map(|file_idx| self.file(shape, file_idx))
            .try_reduce(Part::default, |a, b| joined(shape, a, b))?;
        if let Some(cache) = &self.cache {
            cache.trim();
        }
        if let Some(kept) = self.kept.lock().expect("no thread panics with the lock").as_mut() {
            kept.batches.sort_by_key(|it| it.0);
            kept.is_whole = true;
        }
        Ok(part)
    }

    /// Takes from the cache what a file added before, and reads the file for the rest.
    fn file(&self, shape: &Shape, file_idx: usize) -> Result<Part, Failure> {
        let Some(cache) = &self.cache else {
            return self.read(shape, file_idx);
        };
        // A file that cannot be hashed cannot be read either, and reading says why.
        let Ok(content) = cache.content(&self.reader.path(file_idx)) else {
            return self.read(shape, file_idx);
        };
        let rows = self.rows_name(file_idx);
        let name = Cache::name(&["rows", &content, &rows]);
        let known: Option<Known> = cache.get(&name).and_then(|it| serde_json::from_slice(&it).ok());
        let Some(known) = known else {
            let part = self.read(shape, file_idx)?;
            let known = Known {
                days: part.days,
                intake: self.joined(part.intakes.clone()),
            };
            cache.put(&name, &serde_json::to_vec(&known).expect("counts are plain"));
            for (group, table) in shape.groups().zip(&part.tables) {
                store(cache, &content, &rows, group, known.days, table.clone());
            }
            return Ok(part);
        };
        let mut tables: Vec<Option<Table>> = shape
            .groups()
            .map(|it| stored(cache, &content, &rows, it, known.days))
            .collect();
        let missing: Vec<Group> = shape
            .groups()
            .zip(&tables)
            .filter(|it| it.1.is_none())
            .map(|it| it.0.clone())
            .collect();
        if !missing.is_empty() {
            let part = self.read(&Shape::new(&missing, self.reader.time(), self.columns()), file_idx)?;
            for (place, (group, table)) in tables
                .iter_mut()
                .filter(|it| it.is_none())
                .zip(missing.iter().zip(part.tables))
            {
                store(cache, &content, &rows, group, known.days, table.clone());
                *place = Some(table);
            }
        }
        // Rows that were not read cannot be kept for later waves.
        *self.kept.lock().expect("no thread panics with the lock") = None;
        Ok(Part {
            tables: tables.into_iter().flatten().collect(),
            intakes: vec![((file_idx, 0, 0), known.intake)],
            days: known.days,
        })
    }

    /// Tells what reading its files would cost, for some groups.
    ///
    /// # Errors
    /// Files that cannot be opened.
    pub fn cost(&self, groups: &[Group]) -> Result<Cost, Diagnostics> {
        let held = (0..self.source.files.len()).map(|it| self.holds(groups, it).unwrap_or(false));
        self.reader.cost(&held.collect::<Vec<bool>>())
    }

    /// Tells whether the cache holds all that a file adds to some groups; `None` where there is no cache.
    fn holds(&self, groups: &[Group], file_idx: usize) -> Option<bool> {
        let cache = self.cache.as_ref()?;
        let content = cache.known_content(&self.reader.path(file_idx))?;
        let rows = self.rows_name(file_idx);
        let known: Known = serde_json::from_slice(&cache.get(&Cache::name(&["rows", &content, &rows]))?).ok()?;
        let is_there = |it: &Group| stored(cache, &content, &rows, it, known.days).is_some();
        Some(groups.iter().all(is_there))
    }

    /// Names how a file's rows are read. Its name counts: its folders state columns, and rejects are told by it.
    fn rows_name(&self, file_idx: usize) -> String {
        format!("{} {}", self.source.files[file_idx], self.reader.fingerprint())
    }

    /// Reads one file.
    fn read(&self, shape: &Shape, file_idx: usize) -> Result<Part, Failure> {
        let batches = self.reader.batches(file_idx).map_err(Failure::Unreadable)?;
        let failed = |failure: Failure| match failure {
            Failure::Polars(error) => {
                let message = format!("`{}` {}", self.source.files[file_idx], glance::brief(&error));
                Failure::Unreadable(Diagnostic::data("unreadable-file", message).into())
            }
            other => other,
        };
        let part = batches
            .enumerate()
            .par_bridge()
            .try_fold(
                || (None::<Running<'_>>, Vec::new()),
                |(running, mut intakes), (batch_idx, batch)| {
                    let mut running = running.unwrap_or_else(|| Running::start(shape));
                    let mut piece_idx = 0;
                    let read = batch.map_err(Failure::from).and_then(|batch| {
                        self.reader.each(file_idx, batch, |rows| -> Result<(), Failure> {
                            let place = (file_idx, batch_idx, piece_idx);
                            piece_idx += 1;
                            running.add(&rows.frame)??;
                            self.keep(place, rows.frame);
                            intakes.push((place, rows.intake));
                            Ok(())
                        })
                    });
                    read.map_err(failed)?;
                    Ok((Some(running), intakes))
                },
            )
            .map(|it| {
                it.map(|(running, intakes)| Part {
                    days: running.as_ref().and_then(|it| it.days),
                    tables: running.map(Running::finish).unwrap_or_default(),
                    intakes,
                })
            })
            .try_reduce(Part::default, |a, b| joined(shape, a, b))?;
        // A file without rows has tables too, all of them empty.
        let tables = if part.tables.is_empty() {
            Running::start(shape).finish()
        } else {
            part.tables
        };
        Ok(Part { tables, ..part })
    }

    /// Folds rows that were kept.
    fn again(&self, shape: &Shape, batches: &[(Place, Frame)]) -> Result<Part, Failure> {
        batches
            .par_iter()
            .try_fold(
                || None::<Running<'_>>,
                |running, (_, frame)| {
                    let mut running = running.unwrap_or_else(|| Running::start(shape));
                    running.add(frame)??;
                    Ok(Some(running))
                },
            )
            .map(|it| {
                let tables = |running: Option<Running<'_>>| running.map(Running::finish).unwrap_or_default();
                it.map(|running| Part {
                    tables: tables(running),
                    ..Part::default()
                })
            })
            .try_reduce(Part::default, |a, b| joined(shape, a, b))
    }

    fn keep(&self, place: Place, frame: Frame) {
        let mut guard = self.kept.lock().expect("no thread panics with the lock");
        let Some(kept) = guard.as_mut().filter(|it| !it.is_whole) else {
            return;
        };
        kept.bytes += frame.bytes();
        kept.batches.push((place, frame));
        if kept.bytes as u64 > read::KEPT_BYTES {
            *guard = None;
        }
    }

    fn joined(&self, mut intakes: Vec<(Place, Intake)>) -> Intake {
        intakes.sort_by_key(|it| it.0);
        let mut all = Intake {
            source: self.source.name.clone(),
            ..Intake::default()
        };
        intakes.into_iter().for_each(|(_, more)| read::join(&mut all, more));
        all.rejects.retain(|it| it.rows > 0);
        all
    }
}

fn joined(shape: &Shape, a: Part, b: Part) -> Result<Part, Failure> {
    let mut intakes = a.intakes;
    intakes.extend(b.intakes);
    let tables = match (a.tables.is_empty(), b.tables.is_empty()) {
        (true, _) => b.tables,
        (_, true) => a.tables,
        _ => table::merge(a.tables, b.tables, &shape.folds())?,
    };
    let days = match (a.days, b.days) {
        (Some(x), Some(y)) => Some((x.0.min(y.0), x.1.max(y.1))),
        (one, other) => one.or(other),
    };
    Ok(Part { tables, intakes, days })
}

/// Keeps what a file added to a group.
fn store(cache: &Cache, content: &str, rows: &str, group: &Group, days: Option<(i32, i32)>, table: Table) {
    let Some((group, skipped)) = days.and_then(|(first, last)| group.within(first, last)) else {
        return;
    };
    let json = serde_json::to_string(&group).expect("a group is plain");
    let table = table.earlier(Vec::new(), skipped);
    cache.put(&Cache::name(&["cells", content, rows, &json]), &cache::encoded(&table));
}

/// Finds what a file added to a group before; `None` where it has to be read.
fn stored(cache: &Cache, content: &str, rows: &str, group: &Group, days: Option<(i32, i32)>) -> Option<Table> {
    let columns = vec![Vec::new(); group.columns.len()];
    // Nothing of the file is in the group's time.
    let Some((group, _)) = days.and_then(|(first, last)| group.within(first, last)) else {
        return Some(Table {
            columns,
            ..Table::default()
        });
    };
    let json = serde_json::to_string(&group).expect("a group is plain");
    let table = cache::decoded(&cache.get(&Cache::name(&["cells", content, rows, &json]))?)?;
    let by_period = group.keys.contains(&Key::Period);
    Some(Table {
        periods: if by_period { group.periods } else { Vec::new() },
        ..table
    })
}
