//! Runs of one group, in memory or on disk, merged into one table row by row.
//!
//! A run is a table that some of the rows gave. Merging is exact and knows no order of runs. It must not know how
//! rows are read.

use super::codec;
use super::codec::Rows;
use super::codec::Writer;
use super::table::Fold;
use super::table::Overflow;
use super::table::Parts;
use super::table::Table;
use super::union::Map;
use super::union::Place;
use super::union::Union;
use super::union::Unions;
use crate::model::labels::Labels;
use crate::model::period::Period;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// What some of the rows gave for a group.
pub enum Run {
    /// In memory.
    Held(Table),
    /// On disk.
    Written(Written),
}

/// A table on disk.
pub struct Written {
    path: PathBuf,
    periods: Vec<Period>,
    n_columns: usize,
    /// The files of its labels, which tables of one shelf share.
    labels: [Arc<PathBuf>; 3],
}

/// A folder for tables that are written together.
pub struct Shelf {
    folder: PathBuf,
    /// Labels that were written, and where.
    labels: Vec<(Arc<Labels>, Arc<PathBuf>)>,
    n_tables: usize,
}

/// What a merge gives of the values that are counted once a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// Each of them, or there are none.
    All,
    /// One column: how many there are.
    Distinct,
    /// One column: the median of whole numbers, with one more decimal place; runs have one column, how often each value came.
    Median,
}

/// Why runs give no table.
#[derive(Debug)]
pub enum Unmerged {
    /// A sum left 64 bits.
    Overflow,
    /// A run that waited on disk cannot be written or read.
    Disk(io::Error),
}

impl From<Overflow> for Unmerged {
    fn from(_: Overflow) -> Self {
        Self::Overflow
    }
}

impl From<io::Error> for Unmerged {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// Merges runs in memory.
///
/// # Errors
/// See [`Unmerged`].
pub fn merged(runs: Vec<Run>, folds: &[Fold], gives: Gives, unions: &Unions) -> Result<Table, Unmerged> {
    let mut runs = runs;
    if runs.len() == 1 && gives == Gives::All {
        match runs.remove(0) {
            Run::Held(table) => return Ok(table),
            written @ Run::Written(_) => runs.push(written),
        }
    }
    let head = Head::new(&runs, unions)?;
    let mut rows = Merging::new(runs, &head)?;
    let mut table = Table {
        periods: head.periods,
        categories: head.categories.labels,
        customers: head.customers.labels,
        ..Table::default()
    };
    let mut keys = Vec::new();
    match gives {
        Gives::All => {
            // What was counted already has a column and no fold: no two runs have a row of the same key.
            let mut columns: Vec<Vec<i64>> = vec![Vec::new(); folds.len().max(rows.values.len())];
            while let Some(key) = rows.next(folds)? {
                keys.push(key);
                columns
                    .iter_mut()
                    .zip(&rows.values)
                    .for_each(|(column, x)| column.push(*x));
            }
            columns.iter_mut().for_each(Vec::shrink_to_fit);
            table.counted = head.counted.labels;
            table.columns = columns;
        }
        Gives::Distinct => {
            let mut counts: Vec<i64> = Vec::new();
            while let Some(key) = rows.next(folds)? {
                let group = group_of(key);
                match counts.last_mut().filter(|_| keys.last() == Some(&group)) {
                    Some(n) => *n += 1,
                    None => {
                        keys.push(group);
                        counts.push(1);
                    }
                }
            }
            counts.shrink_to_fit();
            table.columns = vec![counts];
        }
        Gives::Median => {
            let Labels::Numbers(numbers) = head.counted.labels.as_ref() else {
                // Only a group without rows has no numbers.
                table.columns = vec![Vec::new()];
                return Ok(table);
            };
            let mut medians: Vec<i64> = Vec::new();
            let mut of_group: Vec<(i64, i64)> = Vec::new();
            while let Some(key) = rows.next(folds)? {
                let group = group_of(key);
                if keys.last() != Some(&group) {
                    medians.extend(median(&of_group));
                    of_group.clear();
                    keys.push(group);
                }
                of_group.push((numbers[Parts::unpack(key).counted as usize], rows.values[0]));
            }
            medians.extend(median(&of_group));
            table.columns = vec![medians];
        }
    }
    keys.shrink_to_fit();
    table.keys = keys;
    Ok(table)
}

/// Merges runs to a shelf; what is counted once a group stays apart.
///
/// # Errors
/// See [`Unmerged`].
pub fn written(runs: Vec<Run>, folds: &[Fold], unions: &Unions, shelf: &mut Shelf) -> Result<Written, Unmerged> {
    let head = Head::new(&runs, unions)?;
    // The lowest 32 bits of a key are the counted value.
    let shift = if head.counted.labels.is_empty() { 32 } else { 0 };
    let mut rows = Merging::new(runs, &head)?;
    let labels = [
        shelf.labels(&head.categories.labels)?,
        shelf.labels(&head.customers.labels)?,
        shelf.labels(&head.counted.labels)?,
    ];
    let path = shelf.folder.join(format!("rows-{}", shelf.n_tables));
    shelf.n_tables += 1;
    let n_columns = rows.values.len();
    let mut writer = Writer::start(BufWriter::new(File::create(&path)?), n_columns, shift)?;
    while let Some(key) = rows.next(folds)? {
        writer.row(key, rows.values.iter().copied())?;
    }
    writer.finish()?;
    Ok(Written {
        path,
        periods: head.periods,
        n_columns,
        labels,
    })
}

impl Shelf {
    /// Makes a folder for tables.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn new(folder: PathBuf) -> io::Result<Self> {
        std::fs::create_dir(&folder)?;
        Ok(Self {
            folder,
            labels: Vec::new(),
            n_tables: 0,
        })
    }

    /// Writes labels, each list once.
    fn labels(&mut self, labels: &Arc<Labels>) -> io::Result<Arc<PathBuf>> {
        if let Some(same) = self.labels.iter().find(|it| Arc::ptr_eq(&it.0, labels)) {
            return Ok(Arc::clone(&same.1));
        }
        let path = Arc::new(self.folder.join(format!("labels-{}", self.labels.len())));
        let mut file = BufWriter::new(File::create(path.as_path())?);
        codec::write_labels(&mut file, labels)?;
        file.flush()?;
        self.labels.push((Arc::clone(labels), Arc::clone(&path)));
        Ok(path)
    }
}

/// What the keys of a merged table point to.
struct Head {
    periods: Vec<Period>,
    categories: Union,
    customers: Union,
    counted: Union,
}

impl Head {
    fn new(runs: &[Run], unions: &Unions) -> io::Result<Self> {
        let mut periods: Vec<Period> = runs.iter().flat_map(Run::periods).copied().collect();
        periods.sort_unstable();
        periods.dedup();
        let labels = |which: usize| -> Vec<Place> { runs.iter().map(|it| it.labels(which)).collect() };
        Ok(Self {
            periods,
            categories: unions.of(&labels(0))?,
            customers: unions.of(&labels(1))?,
            counted: unions.of(&labels(2))?,
        })
    }
}

impl Run {
    fn periods(&self) -> &[Period] {
        match self {
            Self::Held(table) => &table.periods,
            Self::Written(written) => &written.periods,
        }
    }

    /// Returns where the labels of categories, customers or counted values are.
    fn labels(&self, which: usize) -> Place {
        match self {
            Self::Held(table) => Place::Held(Arc::clone(table.labels()[which])),
            Self::Written(written) => Place::Written(Arc::clone(&written.labels[which])),
        }
    }
}

/// Rows of several runs, in ascending order of keys, each key once.
struct Merging {
    cursors: Vec<Cursor>,
    /// The next key of each run that has one.
    heads: BinaryHeap<Reverse<(u128, usize)>>,
    /// The values of the row that was returned last.
    values: Vec<i64>,
}

/// The rows of one run, their keys moved to the places of the union.
struct Cursor {
    rows: OfRun,
    maps: [Option<Map>; 4],
    values: Vec<i64>,
}

enum OfRun {
    Held { table: Table, next: usize },
    Written(Rows<BufReader<File>>),
}

impl Merging {
    fn new(runs: Vec<Run>, head: &Head) -> io::Result<Self> {
        let mut cursors = Vec::with_capacity(runs.len());
        let mut heads = BinaryHeap::with_capacity(runs.len());
        let mut n_columns = 0;
        for (run_idx, run) in runs.into_iter().enumerate() {
            let time = places(run.periods(), &head.periods);
            let of = |union: &Union| union.maps[run_idx].clone();
            let maps = [time, of(&head.categories), of(&head.customers), of(&head.counted)];
            let (rows, width) = match run {
                Run::Held(table) => {
                    let width = table.columns.len();
                    (OfRun::Held { table, next: 0 }, width)
                }
                Run::Written(written) => {
                    let file = BufReader::new(File::open(&written.path)?);
                    (OfRun::Written(Rows::open(file)?), written.n_columns)
                }
            };
            n_columns = n_columns.max(width);
            let mut cursor = Cursor {
                rows,
                maps,
                values: vec![0; width],
            };
            if let Some(key) = cursor.next()? {
                heads.push(Reverse((key, cursors.len())));
            }
            cursors.push(cursor);
        }
        Ok(Self {
            cursors,
            heads,
            values: vec![0; n_columns],
        })
    }

    /// Returns the next key; its values are in `values`.
    fn next(&mut self, folds: &[Fold]) -> Result<Option<u128>, Unmerged> {
        let Some(Reverse((key, first))) = self.heads.peek().copied() else {
            return Ok(None);
        };
        self.values.copy_from_slice(&self.cursors[first].values);
        self.advance()?;
        while let Some(Reverse((next, run_idx))) = self.heads.peek().copied() {
            if next != key {
                break;
            }
            let more = &self.cursors[run_idx].values;
            for ((x, more), fold) in self.values.iter_mut().zip(more).zip(folds) {
                *x = fold.join(*x, *more)?;
            }
            self.advance()?;
        }
        Ok(Some(key))
    }

    /// Moves on the run that is at the front.
    fn advance(&mut self) -> io::Result<()> {
        if let Some(mut front) = self.heads.peek_mut() {
            let run_idx = front.0.1;
            match self.cursors[run_idx].next()? {
                Some(key) => *front = Reverse((key, run_idx)),
                None => {
                    PeekMut::pop(front);
                    // What was merged makes room.
                    self.cursors[run_idx].rows = OfRun::Held {
                        table: Table::default(),
                        next: 0,
                    };
                }
            }
        }
        Ok(())
    }
}

impl Cursor {
    fn next(&mut self) -> io::Result<Option<u128>> {
        let key = match &mut self.rows {
            OfRun::Held { table, next } => {
                let Some(key) = table.keys.get(*next) else {
                    return Ok(None);
                };
                for (x, column) in self.values.iter_mut().zip(&table.columns) {
                    *x = column[*next];
                }
                *next += 1;
                *key
            }
            OfRun::Written(rows) => match rows.next(&mut self.values)? {
                Some(key) => key,
                None => return Ok(None),
            },
        };
        if self.maps.iter().all(Option::is_none) {
            return Ok(Some(key));
        }
        let [time, category, customer, counted] = &self.maps;
        let to = |map: &Option<Map>, place: u32| map.as_ref().map_or(place, |it| it[place as usize]);
        let parts = Parts::unpack(key);
        let moved = Parts {
            time: to(time, parts.time),
            clock: parts.clock,
            category: to(category, parts.category),
            customer: to(customer, parts.customer),
            counted: to(counted, parts.counted),
        };
        Ok(Some(moved.pack()))
    }
}

/// Returns the place of each period among all; none where nothing moves.
fn places(periods: &[Period], all: &[Period]) -> Option<Map> {
    if periods.is_empty() || periods == all {
        return None;
    }
    let place = |it: &Period| all.binary_search(it).expect("all periods are in the union");
    let places = periods.iter().map(|it| u32::try_from(place(it)).expect("few periods"));
    Some(Arc::new(places.collect()))
}

/// Leaves the counted value out of a key.
fn group_of(key: u128) -> u128 {
    key >> 32 << 32
}

/// The median of whole numbers with their counts, ascending, with one more decimal place; none of nothing.
fn median(all: &[(i64, i64)]) -> Option<i64> {
    let n: i64 = all.iter().map(|it| it.1).sum();
    let at = |place: i64| {
        let mut before = 0;
        all.iter().find_map(|(x, times)| {
            before += times;
            (place < before).then_some(*x)
        })
    };
    // (a + b) / 2, with one decimal place more: (a + b) × 5.
    Some((at((n - 1) / 2)? + at(n / 2)?) * 5)
}

#[cfg(test)]
mod tests;
