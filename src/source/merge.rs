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
use std::sync::Mutex;
use std::sync::Weak;

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

/// Labels, wherever they are.
enum Place {
    Held(Arc<Labels>),
    Written(Arc<PathBuf>),
}

/// Tells labels apart without a look at them.
#[derive(Clone)]
enum Identity {
    Held(Weak<Labels>),
    Written(Weak<PathBuf>),
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

/// The new place of each old label.
type Map = Arc<Vec<u32>>;

/// Several lists of labels as one.
#[derive(Clone)]
struct Union {
    labels: Arc<Labels>,
    /// One a list; none where nothing moves.
    maps: Vec<Option<Map>>,
}

/// Unions already made: groups of one pass share their labels, and so do their unions.
#[derive(Default)]
pub struct Unions {
    made: Mutex<Vec<(Vec<Identity>, Union)>>,
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
        Ok(Self {
            periods,
            categories: unions.of(runs, 0)?,
            customers: unions.of(runs, 1)?,
            counted: unions.of(runs, 2)?,
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

impl Place {
    fn identity(&self) -> Identity {
        match self {
            Self::Held(labels) => Identity::Held(Arc::downgrade(labels)),
            Self::Written(path) => Identity::Written(Arc::downgrade(path)),
        }
    }

    fn load(&self) -> io::Result<Arc<Labels>> {
        match self {
            Self::Held(labels) => Ok(Arc::clone(labels)),
            Self::Written(path) => {
                let mut file = BufReader::new(File::open(path.as_path())?);
                Ok(Arc::new(codec::labels(&mut file)?))
            }
        }
    }
}

/// Weak, so that labels go with the last table that has them; nothing else takes the place of what went meanwhile.
impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Held(a), Self::Held(b)) => Weak::ptr_eq(a, b),
            (Self::Written(a), Self::Written(b)) => Weak::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Unions {
    /// Joins the labels of categories, customers or counted values.
    fn of(&self, runs: &[Run], which: usize) -> io::Result<Union> {
        let places: Vec<Place> = runs.iter().map(|it| it.labels(which)).collect();
        let identities: Vec<Identity> = places.iter().map(Place::identity).collect();
        let mut made = self.made.lock().expect("no thread panics with the lock");
        if let Some(same) = made.iter().find(|it| it.0 == identities) {
            return Ok(same.1.clone());
        }
        let mut union = union(&places)?;
        // Equal labels are held once.
        if let Some(equal) = made.iter().find(|it| it.1.labels == union.labels) {
            union.labels = equal.1.labels.clone();
        }
        made.push((identities, union.clone()));
        Ok(union)
    }
}

/// Joins labels by halves: no more than a few lists of those on disk are in memory at a time.
fn union(places: &[Place]) -> io::Result<Union> {
    if let [one] = places {
        return Ok(Union {
            labels: one.load()?,
            maps: vec![None],
        });
    }
    if places.is_empty() {
        return Ok(Union {
            labels: Arc::default(),
            maps: Vec::new(),
        });
    }
    let (left, right) = places.split_at(places.len() / 2);
    let (left, right) = (union(left)?, union(right)?);
    let (a, b) = (&left.labels, &right.labels);
    // No key points into labels that are not there.
    if b.is_empty() || Arc::ptr_eq(a, b) || a == b {
        let maps = left.maps.into_iter().chain(right.maps).collect();
        return Ok(Union {
            labels: left.labels,
            maps,
        });
    }
    if a.is_empty() {
        let maps = left.maps.into_iter().chain(right.maps).collect();
        return Ok(Union {
            labels: right.labels,
            maps,
        });
    }
    let joined = a.union(b);
    let moved = |maps: Vec<Option<Map>>, to: Map| {
        maps.into_iter().map(move |map| {
            let moved = |it: Map| Arc::new(it.iter().map(|place| to[*place as usize]).collect());
            Some(map.map_or_else(|| to.clone(), moved))
        })
    };
    let maps = moved(left.maps, Arc::new(joined.left)).chain(moved(right.maps, Arc::new(joined.right)));
    Ok(Union {
        maps: maps.collect(),
        labels: Arc::new(joined.labels),
    })
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
mod tests {
    use super::*;

    /// Rows of period, customer and value.
    fn table(customers: Vec<i64>, rows: &[(u32, u32, i64)]) -> Table {
        let key = |&(time, customer, _): &(u32, u32, i64)| {
            Parts {
                time,
                customer,
                ..Parts::default()
            }
            .pack()
        };
        Table {
            customers: Arc::new(Labels::Numbers(customers)),
            keys: rows.iter().map(key).collect(),
            columns: vec![rows.iter().map(|it| it.2).collect()],
            ..Table::default()
        }
    }

    fn held(tables: &[Table]) -> Vec<Run> {
        tables.iter().cloned().map(Run::Held).collect()
    }

    fn all(runs: Vec<Run>, folds: &[Fold]) -> Table {
        merged(runs, folds, Gives::All, &Unions::default()).expect("small sums")
    }

    #[test]
    fn merging_adds_what_is_in_several_and_keeps_the_rest() {
        let a = table(vec![10, 30], &[(0, 0, 1), (0, 1, 2)]);
        let b = table(vec![20, 30], &[(0, 0, 5), (0, 1, 7), (1, 0, 9)]);
        let c = table(vec![30], &[(0, 0, 100)]);
        let expected = table(vec![10, 20, 30], &[(0, 0, 1), (0, 1, 5), (0, 2, 109), (1, 1, 9)]);
        for runs in [[&a, &b, &c], [&c, &a, &b], [&b, &c, &a]] {
            let runs = held(&runs.map(Clone::clone));
            assert_eq!(all(runs, &[Fold::Sum]), expected, "the order of runs does not matter");
        }
    }

    #[test]
    fn a_run_on_disk_is_as_good_as_one_in_memory() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let a = table(vec![-4, 30], &[(0, 0, 1), (0, 1, i64::MAX - 10)]);
        let b = table(vec![20, 30], &[(0, 0, 5), (0, 1, 7), (1, 0, -9)]);
        let c = table(vec![7], &[(3, 0, 1)]);
        let unions = Unions::default();
        let to_disk = |name: &str, tables: &[Table]| {
            let mut shelf = Shelf::new(folder.path().join(name)).expect("room");
            Run::Written(written(held(tables), &[Fold::Sum], &unions, &mut shelf).expect("room"))
        };
        let expected = all(held(&[a.clone(), b.clone(), c.clone()]), &[Fold::Sum]);
        let ab = to_disk("ab", &[a.clone(), b.clone()]);
        assert_eq!(all(vec![ab, Run::Held(c.clone())], &[Fold::Sum]), expected);
        let runs = vec![to_disk("c", &[c]), to_disk("a", &[a]), to_disk("b", &[b])];
        assert_eq!(all(runs, &[Fold::Sum]), expected);
    }

    #[test]
    fn counted_values_are_counted_once_a_group() {
        // Two groups (the customers 1 and 2); the counted values are 5, 6 and 7.
        let table = |values: Vec<i64>, rows: &[(u32, u32, i64)]| Table {
            customers: Arc::new(Labels::Numbers(vec![1, 2])),
            counted: Arc::new(Labels::Numbers(values)),
            keys: rows
                .iter()
                .map(|&(customer, counted, _)| {
                    Parts {
                        customer,
                        counted,
                        ..Parts::default()
                    }
                    .pack()
                })
                .collect(),
            columns: vec![rows.iter().map(|it| it.2).collect()],
            ..Table::default()
        };
        let a = table(vec![5, 7], &[(0, 0, 1), (0, 1, 1), (1, 1, 3)]);
        let b = table(vec![5, 6], &[(0, 0, 2), (1, 1, 1)]);
        let gives = |gives| {
            let runs = held(&[a.clone(), b.clone()]);
            merged(runs, &[Fold::Sum], gives, &Unions::default()).expect("small sums")
        };
        assert_eq!(gives(Gives::Distinct).columns, [[2, 2]]);
        // 5, 5, 5, 7 and 6, 7, 7, 7, with one decimal place more.
        assert_eq!(gives(Gives::Median).columns, [[50, 70]]);
        assert_eq!(gives(Gives::Median).keys, [0, 1 << 32]);
    }

    #[test]
    fn a_sum_beyond_64_bits_is_refused() {
        let runs = held(&[table(vec![1], &[(0, 0, i64::MAX)]), table(vec![1], &[(0, 0, 1)])]);
        let refused = merged(runs, &[Fold::Sum], Gives::All, &Unions::default());
        assert!(matches!(refused, Err(Unmerged::Overflow)));
    }
}
