//! One pass over the files of an events source feeds all requests of a wave.
//!
//! Files and batches are read side by side; each adds to tables that merge exactly, so that neither
//! threads nor the order of files can be seen in an answer. It must not know what a metric is.

use super::answer::date_of;
use super::budget::Budget;
use super::cache::Cache;
use super::cost::Cost;
use super::fold::Running;
use super::frame::Frame;
use super::glance;
use super::group::Group;
use super::merge::Unmerged;
use super::partial::Found;
use super::partial::Known;
use super::partial::Named;
use super::partial::Piece;
use super::read;
use super::read::Reader;
use super::runs;
use super::runs::Runs;
use super::shape::Shape;
use super::table::Overflow;
use super::table::Parts;
use super::table::Table;
use super::threads::side_by_side;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Aggregate;
use crate::model::expr::Reduce;
use crate::model::labels::by_size;
use crate::model::panel::Intake;
use crate::model::period::Period;
use crate::model::plan::Role;
use crate::model::plan::Source;
use crate::model::request::Key;
use crate::model::world::OfValue;
use crate::model::world::Skim;
use polars::prelude as pl;
use rayon::prelude::*;
use std::borrow::Cow;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

/// An events source: opened, and read once or a few times.
pub struct Events {
    source: Source,
    pub(super) reader: Reader,
    /// Rows of the first pass by file and batch; none once they became too many.
    kept: Mutex<Option<Kept>>,
    /// What came in, known after the first pass.
    intake: OnceLock<Intake>,
    /// The first and the last day of each file's rows, known after a first pass that read them all.
    days: OnceLock<Vec<Option<(i32, i32)>>>,
    /// What files added to earlier answers.
    cache: Option<Cache>,
    budget: Budget,
}

/// File, batch and piece of it: the order in which rows stand.
type Place = (usize, usize, usize);

#[derive(Default)]
struct Kept {
    batches: Vec<(Place, Frame)>,
    bytes: usize,
    is_whole: bool,
}

/// What was seen of a part of the rows, beside what it gave.
#[derive(Default)]
struct Seen {
    /// What came in with each batch, by file and batch.
    intakes: Vec<(Place, Intake)>,
    /// The first and the last day of its rows.
    days: Option<(i32, i32)>,
}

/// Why a part gives nothing.
enum Failure {
    Unreadable(Diagnostics),
    /// Not told yet of which file.
    Polars(pl::PolarsError),
    Unmerged(Unmerged),
}

impl From<pl::PolarsError> for Failure {
    fn from(error: pl::PolarsError) -> Self {
        Self::Polars(error)
    }
}

impl From<Overflow> for Failure {
    fn from(_: Overflow) -> Self {
        Self::Unmerged(Unmerged::Overflow)
    }
}

impl From<Unmerged> for Failure {
    fn from(why: Unmerged) -> Self {
        Self::Unmerged(why)
    }
}

impl Events {
    /// Makes a source ready to be read.
    pub fn new(source: Source, reader: Reader, cache: Option<Cache>, budget: Budget) -> Self {
        let kept = reader.can_keep(budget).then(Kept::default);
        Self {
            source,
            reader,
            kept: Mutex::new(kept),
            intake: OnceLock::new(),
            days: OnceLock::new(),
            cache,
            budget,
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
    pub fn skim(&self, columns: &[String], each: Option<&str>) -> Result<Skim, Diagnostics> {
        let days = Group {
            keys: vec![Key::Day],
            ..Group::default()
        };
        let values = |name: &String| Group {
            keys: vec![Key::Category],
            category: name.clone(),
            ..Group::default()
        };
        let of_value = each.map(|name| Group {
            keys: vec![Key::Day, Key::Category],
            category: name.to_owned(),
            columns: vec![Aggregate {
                reduce: Reduce::Count,
                of: None,
                filter: None,
            }],
            ..Group::default()
        });
        let groups = std::iter::once(days).chain(columns.iter().map(values));
        let groups: Vec<Group> = groups.chain(of_value).collect();
        let mut tables = self.tables(&groups)?;
        let of_values = each.and_then(|_| tables.pop()).map(|it| of_values(&it));
        let labels = |table: &Table| {
            let mut labels: Vec<String> = table.categories.texts().map(Cow::into_owned).collect();
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
            each: of_values.unwrap_or_default(),
            intake: self.intake(),
        })
    }

    /// Folds all groups in one pass; what is counted once a group is counted.
    ///
    /// # Errors
    /// Files that cannot be read; sums that do not fit into 64 bits; a disk without room for what memory cannot hold.
    pub fn tables(&self, groups: &[Group]) -> Result<Vec<Table>, Diagnostics> {
        let Role::Events { time, .. } = &self.source.role else {
            unreachable!("only events are folded");
        };
        let shape = &Shape::new(groups, time, self.columns());
        let kept = {
            let guard = self.kept.lock().expect("no thread panics with the lock");
            guard.as_ref().filter(|it| it.is_whole).map(|it| it.batches.clone())
        };
        let tables = match (kept, &self.cache) {
            (Some(batches), _) => self.again(shape, &batches),
            (None, Some(cache)) => self.through(cache, shape),
            (None, None) => self.first(shape),
        };
        tables.map_err(|failure| match failure {
            Failure::Unreadable(found) => found,
            Failure::Polars(error) => {
                Diagnostic::data("cannot-compute", format!("`{}`: {error}", self.source.name)).into()
            }
            Failure::Unmerged(Unmerged::Overflow) => {
                let message = format!("a sum over `{}` does not fit into 64 bits", self.source.name);
                let hint = "declare fewer `decimals`, or divide in the metric";
                Diagnostic::data("sum-overflow", message).hint(hint).into()
            }
            Failure::Unmerged(Unmerged::Disk(error)) => {
                let message = format!("`{}`: {}", self.source.name, runs::no_room(&error));
                let hint = "free some room, name another folder in TMPDIR, or allow more with `--memory`";
                Diagnostic::data("no-room", message).hint(hint).into()
            }
        })
    }

    /// Reads all files; a later pass those that can have rows in some group's time.
    fn first(&self, shape: &Shape) -> Result<Vec<Table>, Failure> {
        let runs = self.runs(shape);
        let meets = |(first, last): (i32, i32)| shape.groups().any(|it| it.within(first, last).is_some());
        let can_add = |file_idx: &usize| self.days.get().is_none_or(|it| it[*file_idx].is_some_and(meets));
        let files: Vec<usize> = (0..self.source.files.len()).filter(can_add).collect();
        let seen = self.each_file(&files, |file_idx, n_threads| {
            self.read(shape, file_idx, &runs, n_threads)
        })?;
        if self.days.set(seen.iter().map(|it| it.days).collect()).is_ok() {
            self.is_whole();
            let intakes = seen.into_iter().flat_map(|it| it.intakes).collect();
            let _ = self.intake.set(self.intake_of(intakes));
        }
        Ok(runs.counted()?)
    }

    /// Reads the files that the cache does not know, and takes from it what the others gave, together or one by one.
    fn through(&self, cache: &Cache, shape: &Shape) -> Result<Vec<Table>, Failure> {
        let n_files = self.source.files.len();
        let named: Option<Vec<Named>> = (0..n_files).into_par_iter().map(|it| self.named(cache, it)).collect();
        // A file that cannot be hashed cannot be read either, and reading says why.
        let Some(named) = named else {
            return self.first(shape);
        };
        let runs = self.runs(shape);
        let all: Vec<usize> = (0..n_files).collect();
        let known = self.each_file(&all, |file_idx, n_threads| {
            let named = &named[file_idx];
            if let Some(known) = named.known(cache) {
                return Ok((known, false));
            }
            let (tables, seen) = self.apart(shape, file_idx, n_threads)?;
            let known = Known {
                days: seen.days,
                intake: self.intake_of(seen.intakes),
            };
            named.keep(cache, &known, shape.groups().zip(&tables));
            runs.add(tables)?;
            Ok((known, true))
        })?;
        let (known, is_new): (Vec<Known>, Vec<bool>) = known.into_iter().unzip();
        let files: Vec<(Named, Known)> = named.into_iter().zip(known).collect();
        if is_new.iter().all(|it| *it) {
            self.is_whole();
        } else {
            // Rows that were not read cannot be kept for later waves.
            *self.kept.lock().expect("no thread panics with the lock") = None;
        }
        let intakes = files
            .iter()
            .enumerate()
            .map(|(idx, it)| ((idx, 0, 0), it.1.intake.clone()));
        let _ = self.intake.set(self.intake_of(intakes.collect()));

        let pieces: Vec<Vec<Piece>> = shape.groups().map(|it| Piece::of(it, &files)).collect();
        let found = Found::of(cache, &pieces, &is_new, &runs)?;
        let old: Vec<usize> = all.into_iter().filter(|it| !is_new[*it]).collect();
        self.each_file(&old, |file_idx, n_threads| {
            let wanted = found.wanted(&pieces, file_idx);
            self.add_known(cache, shape, (file_idx, &files[file_idx]), &wanted, &runs, n_threads)
        })?;
        let missing = runs.counted()?;
        for (table, (pieces, found)) in missing.iter().zip(pieces.iter().zip(&found.pieces)) {
            let missing = pieces
                .iter()
                .zip(found)
                .filter(|it| it.1.is_none() && !it.0.files.is_empty());
            missing.for_each(|(piece, _)| piece.keep(cache, &piece.part(table)));
        }
        cache.trim();
        let whole = self.runs(shape);
        let of_group =
            |(table, found): (Table, Vec<Option<Table>>)| found.into_iter().flatten().chain([table]).collect();
        whole.add_all(missing.into_iter().zip(found.pieces).map(of_group).collect())?;
        Ok(whole.apart()?)
    }

    /// Adds what a known file gave for some groups, each for the periods that are missing.
    fn add_known(
        &self,
        cache: &Cache,
        shape: &Shape,
        (file_idx, (named, known)): (usize, &(Named, Known)),
        wanted: &[Option<Vec<Period>>],
        runs: &Runs<'_>,
        n_threads: usize,
    ) -> Result<(), Failure> {
        let stored = shape.groups().zip(wanted);
        let mut tables: Vec<Option<Option<Table>>> = stored
            .map(|(group, wanted)| wanted.as_ref().map(|_| named.stored(cache, group, known.days)))
            .collect();
        // The cache keeps all of a group or nothing: what it let go is read again.
        let is_gone = |it: &Option<Option<Table>>| matches!(it, Some(None));
        let gone: Vec<Group> = shape
            .groups()
            .zip(&tables)
            .filter(|it| is_gone(it.1))
            .map(|it| it.0.clone())
            .collect();
        if !gone.is_empty() {
            let again = &Shape::new(&gone, self.reader.time(), self.columns());
            let (read, _) = self.apart(again, file_idx, n_threads)?;
            named.keep(cache, known, gone.iter().zip(&read));
            tables
                .iter_mut()
                .filter(|it| is_gone(it))
                .zip(read)
                .for_each(|(place, table)| *place = Some(Some(table)));
        }
        let clipped = tables.into_iter().zip(wanted).map(|(table, wanted)| {
            let table = table.flatten().unwrap_or_default();
            table.within(wanted.as_deref().unwrap_or_default())
        });
        Ok(runs.add(clipped.collect())?)
    }

    fn named(&self, cache: &Cache, file_idx: usize) -> Option<Named> {
        let content = cache.content(&self.reader.path(file_idx)).ok()?;
        Some(Named {
            content,
            rows: self.rows_name(file_idx),
        })
    }

    fn runs<'a>(&self, shape: &'a Shape) -> Runs<'a> {
        Runs::new(shape.groups(), self.budget.tables())
    }

    /// All rows were read.
    fn is_whole(&self) {
        if let Some(kept) = self.kept.lock().expect("no thread panics with the lock").as_mut() {
            kept.batches.sort_by_key(|it| it.0);
            kept.is_whole = true;
        }
    }

    /// Tells what reading its files would cost, for some groups.
    ///
    /// # Errors
    /// Files that cannot be opened.
    pub fn cost(&self, groups: &[Group]) -> Result<Cost, Diagnostics> {
        let held = (0..self.source.files.len()).map(|it| self.holds(groups, it).unwrap_or(false));
        self.reader.cost(&held.collect::<Vec<bool>>(), self.budget)
    }

    /// Tells whether the cache holds all that a file adds to some groups; `None` where there is no cache.
    fn holds(&self, groups: &[Group], file_idx: usize) -> Option<bool> {
        let cache = self.cache.as_ref()?;
        let named = Named {
            content: cache.known_content(&self.reader.path(file_idx))?,
            rows: self.rows_name(file_idx),
        };
        let known = named.known(cache)?;
        Some(groups.iter().all(|it| named.stored(cache, it, known.days).is_some()))
    }

    /// Names how a file's rows are read. Its name counts: its folders state columns, and rejects are told by it.
    fn rows_name(&self, file_idx: usize) -> String {
        format!("{} {}", self.source.files[file_idx], self.reader.fingerprint())
    }

    /// Reads one file; what it gave is one table a group, which merges with others.
    fn apart(&self, shape: &Shape, file_idx: usize, n_threads: usize) -> Result<(Vec<Table>, Seen), Failure> {
        let runs = self.runs(shape);
        let seen = self.read(shape, file_idx, &runs, n_threads)?;
        Ok((runs.apart()?, seen))
    }

    /// Reads one file; its batches are read side by side where `n_threads` says so.
    fn read(&self, shape: &Shape, file_idx: usize, runs: &Runs<'_>, n_threads: usize) -> Result<Seen, Failure> {
        let batches = self.reader.batches(file_idx).map_err(Failure::Unreadable)?.enumerate();
        let parts = side_by_side(n_threads, batches, |next| {
            let mut running = Running::start(shape);
            let mut seen = Seen::default();
            while let Some((batch_idx, batch)) = next() {
                let mut piece_idx = 0;
                self.reader.each(file_idx, batch?, |rows| -> Result<(), Failure> {
                    let place = (file_idx, batch_idx, piece_idx);
                    piece_idx += 1;
                    running.add(&rows.frame)??;
                    self.reader
                        .places
                        .rows
                        .fetch_add(rows.frame.height() as u64, Ordering::Relaxed);
                    self.keep(place, rows.frame);
                    seen.intakes.push((place, rows.intake));
                    Ok(())
                })?;
                if running.bytes() > self.budget.running() {
                    let full = std::mem::replace(&mut running, Running::start(shape));
                    seen.days = days(seen.days, full.days);
                    runs.add(full.finish())?;
                }
            }
            seen.days = days(seen.days, running.days);
            runs.add(running.finish())?;
            Ok(seen)
        });
        let seen: Result<Vec<Seen>, Failure> = parts.into_iter().collect();
        let seen = seen.map_err(|failure| match failure {
            Failure::Polars(error) => {
                Failure::Unreadable(glance::unreadable(&self.source.files[file_idx], &glance::brief(&error)).into())
            }
            other => other,
        })?;
        Ok(seen.into_iter().fold(Seen::default(), joined))
    }

    /// Goes through files, side by side where there are enough of them, else one by one and the batches of each side by
    /// side: no thread begins a file before it is done with another. The results stand in the order of the files.
    ///
    /// # Errors
    /// All files that cannot be read, or the first other failure.
    fn each_file<T: Send>(
        &self,
        files: &[usize],
        work: impl Fn(usize, usize) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let n_threads = rayon::current_num_threads();
        let is_many = files.len() >= 2 * n_threads;
        let (outer, inner) = if is_many { (n_threads, 1) } else { (1, n_threads) };
        let done = side_by_side(outer, files.iter().copied(), |next| {
            let mut done = Vec::new();
            while let Some(file_idx) = next() {
                done.push((file_idx, work(file_idx, inner)));
            }
            done
        });
        let mut done: Vec<(usize, Result<T, Failure>)> = done.into_iter().flatten().collect();
        done.sort_by_key(|it| it.0);
        let mut unreadable = Diagnostics::new();
        let mut whole = Vec::with_capacity(done.len());
        for (_, it) in done {
            match it {
                Ok(it) => whole.push(it),
                Err(Failure::Unreadable(found)) => unreadable.extend(found),
                Err(other) => return Err(other),
            }
        }
        if unreadable.has_errors() {
            return Err(Failure::Unreadable(unreadable));
        }
        Ok(whole)
    }

    /// Folds rows that were kept.
    fn again(&self, shape: &Shape, batches: &[(Place, Frame)]) -> Result<Vec<Table>, Failure> {
        let runs = self.runs(shape);
        let done = side_by_side(rayon::current_num_threads(), batches.iter(), |next| {
            let mut running = Running::start(shape);
            while let Some((_, frame)) = next() {
                running.add(frame)??;
            }
            Ok(runs.add(running.finish())?)
        });
        done.into_iter().collect::<Result<(), Failure>>()?;
        Ok(runs.counted()?)
    }

    fn keep(&self, place: Place, frame: Frame) {
        let mut guard = self.kept.lock().expect("no thread panics with the lock");
        let Some(kept) = guard.as_mut().filter(|it| !it.is_whole) else {
            return;
        };
        kept.bytes += frame.bytes();
        kept.batches.push((place, frame));
        if kept.bytes as u64 > self.budget.rows() {
            *guard = None;
        }
    }

    fn intake_of(&self, mut intakes: Vec<(Place, Intake)>) -> Intake {
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

fn joined(a: Seen, b: Seen) -> Seen {
    let mut intakes = a.intakes;
    intakes.extend(b.intakes);
    Seen {
        intakes,
        days: days(a.days, b.days),
    }
}

/// Joins first and last days.
fn days(a: Option<(i32, i32)>, b: Option<(i32, i32)>) -> Option<(i32, i32)> {
    match (a, b) {
        (Some(x), Some(y)) => Some((x.0.min(y.0), x.1.max(y.1))),
        (one, other) => one.or(other),
    }
}

/// Lays out what the rows of each value hold, of a table by day and value.
fn of_values(table: &Table) -> Vec<OfValue> {
    let mut values: Vec<OfValue> = table
        .categories
        .texts()
        .map(|it| OfValue {
            value: it.into_owned(),
            ..OfValue::default()
        })
        .collect();
    for (row_idx, key) in table.keys.iter().enumerate() {
        let parts = Parts::unpack(*key);
        let it = &mut values[parts.category as usize];
        it.days.push(date_of(parts.day()));
        it.rows += u64::try_from(table.columns[0][row_idx]).expect("a count is not negative");
    }
    values.sort_by(|a, b| by_size(&a.value, &b.value));
    values
}
