//! Groups of rows that are near one another, found in several ways, and figures of how good they are.
//!
//! All methods and scores see [`Points`]: rows in the order of their values, whatever order they came in. So neither
//! the order of the rows nor the number of threads can move a label. It must not know what a row or a feature is.

use std::cmp::Ordering;

use rayon::prelude::*;

use crate::stats::sum::exact_sum;

mod assign;
pub mod choice;
pub mod density;
pub mod kmeans;
pub mod linkage;
pub mod medoids;
pub mod mixture;
pub mod nearest;
pub mod scores;
pub mod silhouette;
pub mod stability;

/// The label of a row that belongs to no cluster.
pub const NOISE: u32 = u32::MAX;

/// Rows that one task takes: a size of its own, so that sums over the rows of a task do not depend on the threads.
const ROWS_A_TASK: usize = 4096;

/// Rows in the order of their values, each value one feature; they remember the order in which they came.
///
/// A row's *place* is its position here; rows that are equal in all features are interchangeable.
#[derive(Debug, Clone)]
pub struct Points {
    /// One row after the other, sorted by the first feature, then by the second, and so on.
    values: Vec<f64>,
    n_features: usize,
    /// The row, as it came, of each place.
    rows: Vec<u32>,
    n_distinct: usize,
}

impl Points {
    /// Sorts `values`: one row after the other, `n_features` numbers a row, in any unit.
    ///
    /// Distances are Euclidean, so that features of different units want [`standardised`] first.
    ///
    /// # Panics
    /// Where there is no feature, a row is incomplete, a number is not finite, or there are 2³² rows or more.
    pub fn new(values: &[f64], n_features: usize) -> Self {
        assert!(
            0 < n_features && values.len().is_multiple_of(n_features),
            "rows are of one length"
        );
        assert!(values.iter().all(|x| x.is_finite()), "features are finite");
        let n_rows = u32::try_from(values.len() / n_features).expect("rows are counted by 32 bits");
        let row_of = |row: u32| &values[row as usize * n_features..][..n_features];
        let mut rows: Vec<u32> = (0..n_rows).collect();
        rows.par_sort_by(|a, b| compare(row_of(*a), row_of(*b)).then(a.cmp(b)));
        // Adding nothing makes a plain zero of a negative one: equal rows have equal bits.
        let sorted: Vec<f64> = rows
            .iter()
            .flat_map(|row| row_of(*row).iter().map(|x| x + 0.0))
            .collect();
        let mut points = Self {
            values: sorted,
            n_features,
            rows,
            n_distinct: 0,
        };
        points.n_distinct = points.count_distinct();
        points
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// How many numbers a row has.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// How many rows differ from all others: no method finds more clusters than this.
    pub fn n_distinct(&self) -> usize {
        self.n_distinct
    }

    /// Returns the features of the row at a place.
    pub(in crate::stats) fn at(&self, place: usize) -> &[f64] {
        &self.values[place * self.n_features..][..self.n_features]
    }

    /// Returns all rows by place.
    fn by_place(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.n_features)
    }

    /// Returns the rows at `places` (upwards, without repeats) as points of their own, numbered by their entry there.
    fn part(&self, places: &[u32]) -> Self {
        let mut part = Self {
            values: places
                .iter()
                .flat_map(|place| self.at(*place as usize))
                .copied()
                .collect(),
            n_features: self.n_features,
            rows: (0..).take(places.len()).collect(),
            n_distinct: 0,
        };
        part.n_distinct = part.count_distinct();
        part
    }

    /// Returns what stands by place in the order in which the rows came.
    pub(in crate::stats) fn as_came<T: Copy + Default>(&self, by_place: &[T]) -> Vec<T> {
        let mut by_row = vec![T::default(); by_place.len()];
        for (entry, row) in by_place.iter().zip(&self.rows) {
            by_row[*row as usize] = *entry;
        }
        by_row
    }

    /// Returns what stands in the order in which the rows came by place.
    pub(in crate::stats) fn as_sorted<T: Copy>(&self, by_row: &[T]) -> Vec<T> {
        assert_eq!(by_row.len(), self.n_rows(), "one entry a row");
        self.rows.iter().map(|row| by_row[*row as usize]).collect()
    }

    fn count_distinct(&self) -> usize {
        (0..self.n_rows())
            .filter(|place| *place == 0 || self.at(place - 1) != self.at(*place))
            .count()
    }
}

/// Which cluster each row belongs to: clusters are numbered by size, 0 for the largest.
///
/// Of clusters of one size, the one with the smallest row by value (first feature first) comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clusters {
    /// One a row in the order in which the rows came; [`NOISE`] for a row of none.
    pub labels: Vec<u32>,
    /// Rows of each cluster, downwards.
    pub sizes: Vec<usize>,
}

impl Clusters {
    /// Numbers labels below `n_labels`, one a place; also returns the old label of each cluster.
    fn new(points: &Points, by_place: &[u32], n_labels: usize) -> (Self, Vec<usize>) {
        let mut sizes = vec![0; n_labels];
        let mut first = vec![usize::MAX; n_labels];
        for (place, label) in by_place.iter().enumerate().filter(|(_, label)| **label != NOISE) {
            let label = *label as usize;
            sizes[label] += 1;
            first[label] = first[label].min(place);
        }
        let mut old: Vec<usize> = (0..n_labels).collect();
        old.sort_by(|&a, &b| sizes[b].cmp(&sizes[a]).then(first[a].cmp(&first[b])).then(a.cmp(&b)));
        let mut number = vec![NOISE; n_labels];
        for (new, old) in (0..).zip(&old) {
            number[*old] = new;
        }
        let renamed: Vec<u32> = by_place
            .iter()
            .map(|label| number.get(*label as usize).copied().unwrap_or(NOISE))
            .collect();
        let clusters = Self {
            labels: points.as_came(&renamed),
            sizes: old.iter().map(|old| sizes[*old]).collect(),
        };
        (clusters, old)
    }
}

/// Returns `values` with each feature at mean 0 and population standard deviation 1; a constant feature becomes 0.
///
/// One row after the other, `n_features` numbers a row; the sums are exact, so that the order of rows does not matter.
///
/// Source: definition.
///
/// # Panics
/// Where there is no feature, or a row is incomplete.
pub fn standardised(values: &[f64], n_features: usize) -> Vec<f64> {
    assert!(
        0 < n_features && values.len().is_multiple_of(n_features),
        "rows are of one length"
    );
    // Rows are counted by 32 bits: the cast is exact.
    let n_rows = (values.len() / n_features) as f64;
    let mut scaled = values.to_vec();
    for feature in 0..n_features {
        let column: Vec<f64> = values.iter().skip(feature).step_by(n_features).copied().collect();
        let mean = exact_sum(&column) / n_rows;
        let squares: Vec<f64> = column.iter().map(|x| (x - mean) * (x - mean)).collect();
        let deviation = (exact_sum(&squares) / n_rows).sqrt();
        // The mean of a constant may be off by its last bit: a spread of that size is none.
        let varies = f64::EPSILON * mean.abs() < deviation;
        for x in scaled.iter_mut().skip(feature).step_by(n_features) {
            *x = if varies { (*x - mean) / deviation } else { 0.0 };
        }
    }
    scaled
}

/// Returns the squared Euclidean distance of two rows.
pub(in crate::stats) fn squared(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
}

fn compare(a: &[f64], b: &[f64]) -> Ordering {
    a.partial_cmp(b).expect("features are finite")
}

#[cfg(test)]
mod tests;
