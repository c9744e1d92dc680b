//! Groups and their running values, sorted by key: what one file, or part of one, adds to an answer.
//!
//! A table is exact and merges with any other of the same shape, in any order. It must not know how
//! rows are read.

use crate::model::labels::Labels;
use crate::model::period::Period;
pub use crate::model::request::MISSING as NULL;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::sync::Arc;

/// How two running values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fold {
    /// They add up.
    Sum,
    /// The smaller stays.
    Min,
    /// The larger stays.
    Max,
}

/// A sum that left 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow;

/// Groups in ascending order of their keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// What the period part of a key points to, ascending; empty where keys hold days or no time.
    pub periods: Vec<Period>,
    /// What the category part points to.
    pub categories: Arc<Labels>,
    /// What the customer part points to.
    pub customers: Arc<Labels>,
    /// What the part of the counted value points to.
    pub counted: Arc<Labels>,
    /// See [`Parts`]; ascending, each once.
    pub keys: Vec<u128>,
    /// One column a running value.
    pub columns: Vec<Vec<i64>>,
}

/// A key taken apart. Packed in this order, so that packed keys sort as their parts do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// Place of the period, or the day (see [`DAY_ZERO`]); below 2²⁴.
    pub time: u32,
    /// Hour of the week.
    pub clock: u8,
    /// Place of the category.
    pub category: u32,
    /// Place of the customer.
    pub customer: u32,
    /// Place of the value that is counted once a group.
    pub counted: u32,
}

/// The time part of 1970-01-01: days before it are below.
pub const DAY_ZERO: i32 = 1 << 23;

impl Parts {
    /// Packs a key.
    pub fn pack(self) -> u128 {
        let time = (self.time << 8) | u32::from(self.clock);
        (u128::from(time) << 96)
            | (u128::from(self.category) << 64)
            | (u128::from(self.customer) << 32)
            | u128::from(self.counted)
    }

    /// Returns the day that the time part stands for, where it is one: days since 1970-01-01.
    pub fn day(self) -> i32 {
        i32::try_from(self.time).expect("24 bits were packed") - DAY_ZERO
    }

    /// Unpacks a key.
    pub fn unpack(key: u128) -> Self {
        let word = |shift: u32| u32::try_from((key >> shift) & u128::from(u32::MAX)).expect("32 bits were kept");
        let time = word(96);
        Self {
            time: time >> 8,
            clock: u8::try_from(time & 0xff).expect("eight bits were kept"),
            category: word(64),
            customer: word(32),
            counted: word(0),
        }
    }
}

impl Table {
    /// Lets the time part of every key point `n_periods` places earlier.
    pub fn earlier(mut self, periods: Vec<Period>, n_periods: usize) -> Self {
        let places = u32::try_from(n_periods).expect("few periods");
        for key in &mut self.keys {
            let parts = Parts::unpack(*key);
            *key = Parts {
                time: parts.time - places,
                ..parts
            }
            .pack();
        }
        self.periods = periods;
        self
    }
}

impl Fold {
    /// Joins two running values; null joins nothing.
    pub fn join(self, a: i64, b: i64) -> Result<i64, Overflow> {
        match (a, b) {
            (NULL, x) | (x, NULL) => Ok(x),
            (a, b) => match self {
                Self::Sum => a.checked_add(b).filter(|it| *it != NULL).ok_or(Overflow),
                Self::Min => Ok(a.min(b)),
                Self::Max => Ok(a.max(b)),
            },
        }
    }
}

/// Merges two lists of tables, each pair of one shape.
///
/// # Errors
/// Where a sum leaves 64 bits.
pub fn merge(a: Vec<Table>, b: Vec<Table>, folds: &[&[Fold]]) -> Result<Vec<Table>, Overflow> {
    let mut unions = Unions::default();
    let joined: Vec<[Joined; 3]> = a
        .iter()
        .zip(&b)
        .map(|(a, b)| {
            let mut of = |labels: fn(&Table) -> &Arc<Labels>| unions.of(labels(a), labels(b));
            [of(|it| &it.categories), of(|it| &it.customers), of(|it| &it.counted)]
        })
        .collect();
    let pairs: Vec<(Table, Table)> = a.into_iter().zip(b).collect();
    let merged = pairs
        .into_par_iter()
        .zip(joined)
        .zip(folds)
        .map(|(((a, b), joined), folds)| pair(a, b, joined, folds));
    merged.collect::<Vec<_>>().into_iter().collect()
}

/// The new place of each old one.
type Map = Arc<Vec<u32>>;

/// Two lists of labels as one; no maps where nothing moves.
#[derive(Clone)]
struct Joined {
    labels: Arc<Labels>,
    maps: Option<(Map, Map)>,
}

/// Unions already made: tables of one pass share their labels, and so do their unions.
#[derive(Default)]
struct Unions {
    made: Vec<(Arc<Labels>, Arc<Labels>, Joined)>,
}

impl Unions {
    fn of(&mut self, a: &Arc<Labels>, b: &Arc<Labels>) -> Joined {
        if let Some(same) = self
            .made
            .iter()
            .find(|it| Arc::ptr_eq(&it.0, a) && Arc::ptr_eq(&it.1, b))
        {
            return same.2.clone();
        }
        // No key points into labels that are not there.
        let joined = if a.is_empty() || b.is_empty() {
            let labels = if a.is_empty() { b } else { a };
            Joined {
                labels: labels.clone(),
                maps: None,
            }
        } else if Arc::ptr_eq(a, b) || a == b {
            Joined {
                labels: a.clone(),
                maps: None,
            }
        } else {
            let union = a.union(b);
            let maps = Some((Arc::new(union.left), Arc::new(union.right)));
            Joined {
                labels: Arc::new(union.labels),
                maps,
            }
        };
        self.made.push((a.clone(), b.clone(), joined.clone()));
        joined
    }
}

fn pair(a: Table, b: Table, joined: [Joined; 3], folds: &[Fold]) -> Result<Table, Overflow> {
    let (periods, time_a, time_b) = periods(&a.periods, &b.periods);
    let sides = |it: &Joined| match &it.maps {
        Some((left, right)) => (Some(left.clone()), Some(right.clone())),
        None => (None, None),
    };
    let [
        (category_a, category_b),
        (customer_a, customer_b),
        (counted_a, counted_b),
    ] = joined.each_ref().map(sides);
    let left = Moved::new(&a.keys, [time_a.map(Arc::new), category_a, customer_a, counted_a]);
    let right = Moved::new(&b.keys, [time_b.map(Arc::new), category_b, customer_b, counted_b]);
    let [categories, customers, counted] = joined.map(|it| it.labels);
    let left = Side {
        keys: &left.keys,
        columns: a.columns.iter().map(Vec::as_slice).collect(),
    };
    let right = Side {
        keys: &right.keys,
        columns: b.columns.iter().map(Vec::as_slice).collect(),
    };
    let (keys, columns) = joined_sides(left, right, folds, rayon::current_num_threads())?;
    Ok(Table {
        periods,
        categories,
        customers,
        counted,
        keys,
        columns,
    })
}

/// Keys with their parts moved to the places of a union; the order stays, since every move keeps it.
struct Moved<'a> {
    keys: std::borrow::Cow<'a, [u128]>,
}

impl<'a> Moved<'a> {
    fn new(keys: &'a [u128], maps: [Option<Map>; 4]) -> Self {
        if maps.iter().all(Option::is_none) {
            return Self { keys: keys.into() };
        }
        let [time, category, customer, counted] = maps;
        let to = |map: &Option<Map>, place: u32| map.as_ref().map_or(place, |it| it[place as usize]);
        let moved = |key: &u128| {
            let parts = Parts::unpack(*key);
            let moved = Parts {
                time: to(&time, parts.time),
                clock: parts.clock,
                category: to(&category, parts.category),
                customer: to(&customer, parts.customer),
                counted: to(&counted, parts.counted),
            };
            moved.pack()
        };
        Self {
            keys: keys.par_iter().map(moved).collect(),
        }
    }
}

fn periods(a: &[Period], b: &[Period]) -> (Vec<Period>, Option<Vec<u32>>, Option<Vec<u32>>) {
    if a == b {
        return (a.to_vec(), None, None);
    }
    let mut all: Vec<Period> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    all.dedup();
    let map = |of: &[Period]| -> Vec<u32> {
        let place = |it: &Period| all.binary_search(it).expect("all periods are in the union");
        of.iter()
            .map(|it| u32::try_from(place(it)).expect("few periods"))
            .collect()
    };
    let (left, right) = (map(a), map(b));
    (all, Some(left), Some(right))
}

/// Ascending keys with their values.
struct Side<'a> {
    keys: &'a [u128],
    columns: Vec<&'a [i64]>,
}

impl<'a> Side<'a> {
    fn split_at(&self, at: usize) -> (Self, Self) {
        let (keys, more_keys) = self.keys.split_at(at);
        let (columns, more_columns) = self.columns.iter().map(|it| it.split_at(at)).unzip();
        let first = Side { keys, columns };
        let second = Side {
            keys: more_keys,
            columns: more_columns,
        };
        (first, second)
    }
}

/// Interleaves two sides; large ones in halves, side by side.
fn joined_sides(
    a: Side<'_>,
    b: Side<'_>,
    folds: &[Fold],
    n_threads: usize,
) -> Result<(Vec<u128>, Vec<Vec<i64>>), Overflow> {
    // Fewer are interleaved sooner than handed to another thread.
    const FEW: usize = 1 << 18;
    if n_threads > 1 && a.keys.len() + b.keys.len() > FEW && !a.keys.is_empty() && !b.keys.is_empty() {
        let (longer, shorter) = if a.keys.len() >= b.keys.len() {
            (&a, &b)
        } else {
            (&b, &a)
        };
        let middle = longer.keys.len() / 2;
        let other = shorter.keys.partition_point(|it| *it < longer.keys[middle]);
        let ((longer_1, longer_2), (shorter_1, shorter_2)) = (longer.split_at(middle), shorter.split_at(other));
        // Folds do not ask which side is which.
        let (first, second) = rayon::join(
            || joined_sides(longer_1, shorter_1, folds, n_threads / 2),
            || joined_sides(longer_2, shorter_2, folds, n_threads.div_ceil(2)),
        );
        let ((mut keys, mut columns), (more_keys, more_columns)) = (first?, second?);
        // Not a key more than there are: these lists are what memory goes to.
        keys.reserve_exact(more_keys.len());
        keys.extend(more_keys);
        for (column, more) in columns.iter_mut().zip(more_columns) {
            column.reserve_exact(more.len());
            column.extend(more);
        }
        return Ok((keys, columns));
    }
    let (mut i, mut j) = (0, 0);
    let mut keys = Vec::with_capacity(a.keys.len() + b.keys.len());
    let mut columns: Vec<Vec<i64>> = folds.iter().map(|_| Vec::with_capacity(keys.capacity())).collect();
    while i < a.keys.len() || j < b.keys.len() {
        let order = match (a.keys.get(i), b.keys.get(j)) {
            (Some(x), Some(y)) => x.cmp(y),
            (Some(_), None) => Ordering::Less,
            _ => Ordering::Greater,
        };
        keys.push(if order == Ordering::Greater {
            b.keys[j]
        } else {
            a.keys[i]
        });
        for (column_idx, (column, fold)) in columns.iter_mut().zip(folds).enumerate() {
            let (of_a, of_b) = (a.columns[column_idx], b.columns[column_idx]);
            column.push(match order {
                Ordering::Less => of_a[i],
                Ordering::Greater => of_b[j],
                Ordering::Equal => fold.join(of_a[i], of_b[j])?,
            });
        }
        i += usize::from(order != Ordering::Greater);
        j += usize::from(order != Ordering::Less);
    }
    // Keys that are on both sides leave room that nothing will need.
    keys.shrink_to_fit();
    columns.iter_mut().for_each(Vec::shrink_to_fit);
    Ok((keys, columns))
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_key_survives_packing() {
        let parts = Parts {
            time: (1 << 24) - 1,
            clock: 167,
            category: 3,
            customer: u32::MAX,
            counted: 9,
        };
        assert_eq!(Parts::unpack(parts.pack()), parts);
    }

    #[test]
    fn merging_adds_what_is_in_both_and_keeps_the_rest() {
        let a = table(vec![10, 30], &[(0, 0, 1), (0, 1, 2)]);
        let b = table(vec![20, 30], &[(0, 0, 5), (0, 1, 7), (1, 0, 9)]);
        let sum: &[&[Fold]] = &[&[Fold::Sum]];
        let merged = merge(vec![a.clone()], vec![b.clone()], sum).expect("small sums");
        assert_eq!(
            merged,
            merge(vec![b], vec![a], sum).expect("small sums"),
            "the order of merging does not matter"
        );
        assert_eq!(*merged[0].customers, Labels::Numbers(vec![10, 20, 30]));
        assert_eq!(
            merged[0],
            table(vec![10, 20, 30], &[(0, 0, 1), (0, 1, 5), (0, 2, 9), (1, 1, 9)])
        );
    }

    #[test]
    fn null_joins_nothing_and_a_sum_beyond_64_bits_is_refused() {
        assert_eq!(Fold::Sum.join(NULL, 3), Ok(3));
        assert_eq!(Fold::Min.join(4, NULL), Ok(4));
        assert_eq!(Fold::Sum.join(i64::MAX, 1), Err(Overflow));
    }
}
