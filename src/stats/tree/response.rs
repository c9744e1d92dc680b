//! The target of a tree in fixed point, and sums of it over rows.
//!
//! Whole numbers add up to the same in every order: this is where rows and threads lose their say over a split. It must
//! not know how a cut is chosen.

use crate::stats::tree::Attribute;
use std::sync::Arc;

/// A weighted target in fixed point: the sums over a set of rows are the same in every order.
#[derive(Debug, Clone)]
pub struct Response {
    weighing: Arc<Weighing>,
    moments: Vec<i64>,
    moment_exponent: i32,
    /// Differences of two means below this are rounding, in the target's unit.
    pub(super) noise: f64,
}

/// What is the same whatever the target: the weights in fixed point.
#[derive(Debug)]
pub struct Weighing {
    /// Rows that each of these stands for.
    counts: Vec<usize>,
    weights: Vec<i64>,
    exponent: i32,
}

/// Sums of whole numbers stay below 2⁶¹, one bit under what a difference of two of them may reach.
const HEADROOM_BITS: i32 = 61;

impl Weighing {
    /// Codes weights, one a row.
    ///
    /// # Panics
    /// Where one is negative or not finite.
    pub fn new(weights: &[f64]) -> Self {
        assert!(
            weights.iter().all(|w| w.is_finite() && *w >= 0.0),
            "weights are finite and not negative"
        );
        let (weights, exponent) = fixed_point(weights);
        Self {
            counts: vec![1; weights.len()],
            weights,
            exponent,
        }
    }

    /// Returns `rows` summed by group, one entry a group.
    ///
    /// # Panics
    /// Where a row's group is not below `n_groups`.
    pub fn grouped(&self, rows: &[u32], group_of: &[u32], n_groups: usize) -> Self {
        let mut grouped = Self {
            counts: vec![0; n_groups],
            weights: vec![0; n_groups],
            exponent: self.exponent,
        };
        for &row in rows {
            let row = row as usize;
            let group = group_of[row] as usize;
            grouped.counts[group] += self.counts[row];
            grouped.weights[group] += self.weights[row];
        }
        grouped
    }
}

impl Response {
    /// Codes `target` (one a row, any unit) under `weights` (one a row, not negative) in fixed point.
    ///
    /// Both are rounded to `2⁻⁶¹·n` of the largest of them, far below what an `f64` sum would lose.
    ///
    /// Source: Demmel & Nguyen (2015), "Parallel Reproducible Summation", IEEE ToC 64(7), §3, with one bin.
    ///
    /// # Panics
    /// Where the slices differ in length, or hold a number that is not finite, or a negative weight.
    pub fn new(target: &[f64], weights: &[f64]) -> Self {
        Self::weighed(target, weights, Arc::new(Weighing::new(weights)))
    }

    /// As [`Response::new`], with weights that are coded already.
    ///
    /// # Panics
    /// As [`Response::new`].
    pub fn weighed(target: &[f64], weights: &[f64], weighing: Arc<Weighing>) -> Self {
        assert!(
            target.len() == weights.len() && weights.len() == weighing.weights.len(),
            "one weight a row"
        );
        let moments: Vec<f64> = target.iter().zip(weights).map(|(y, w)| y * w).collect();
        assert!(moments.iter().all(|m| m.is_finite()), "targets are finite");
        let largest = target.iter().fold(0.0_f64, |a, y| a.max(y.abs()));
        let (moments, moment_exponent) = fixed_point(&moments);
        // 2⁻⁴⁰ of the largest target: above the rounding of a mean, below any difference worth a split.
        Self {
            weighing,
            moments,
            moment_exponent,
            noise: libm::ldexp(largest, -40),
        }
    }

    /// Returns `rows` summed by group, one entry a group: a tree on the groups is the tree on the rows where those of
    /// a group share the levels of all attributes that it may split on. `weighing` are the weights of these groups.
    ///
    /// # Panics
    /// Where a row's group is none of `weighing`.
    pub fn grouped(&self, rows: &[u32], group_of: &[u32], weighing: &Arc<Weighing>) -> Self {
        let mut moments = vec![0; weighing.weights.len()];
        for &row in rows {
            let row = row as usize;
            moments[group_of[row] as usize] += self.moments[row];
        }
        Self {
            weighing: weighing.clone(),
            moments,
            ..*self
        }
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.moments.len()
    }
}

/// Returns `parts` as multiples of a power of two, chosen so that all of them together cannot overflow, and its exponent.
fn fixed_point(parts: &[f64]) -> (Vec<i64>, i32) {
    let largest = parts.iter().fold(0.0_f64, |a, x| a.max(x.abs()));
    let exponent = HEADROOM_BITS - libm::frexp(largest * parts.len() as f64).1;
    (
        parts
            .iter()
            .map(|x| libm::rint(libm::ldexp(*x, exponent)) as i64)
            .collect(),
        exponent,
    )
}

/// Rows counted and summed in fixed point.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) n_rows: usize,
    pub(super) weight: i64,
    moment: i64,
}

impl Sum {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            n_rows: self.n_rows + other.n_rows,
            weight: self.weight + other.weight,
            moment: self.moment + other.moment,
        }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self {
            n_rows: self.n_rows - other.n_rows,
            weight: self.weight - other.weight,
            moment: self.moment - other.moment,
        }
    }

    pub(super) fn weight(&self, response: &Response) -> f64 {
        libm::ldexp(self.weight as f64, -response.weighing.exponent)
    }

    /// The weighted mean in the target's unit; 0 where nothing weighs.
    pub(super) fn mean(&self, response: &Response) -> f64 {
        if self.weight == 0 {
            return 0.0;
        }
        let exponent = response.weighing.exponent - response.moment_exponent;
        libm::ldexp(self.moment as f64 / self.weight as f64, exponent)
    }
}

/// Sums rows by their numbers; one that stands twice counts twice.
pub(super) fn totals(response: &Response, rows: &[u32]) -> Sum {
    rows.iter().fold(Sum::default(), |sum, &row| {
        let row = row as usize;
        sum.plus(Sum {
            n_rows: response.weighing.counts[row],
            weight: response.weighing.weights[row],
            moment: response.moments[row],
        })
    })
}

/// Sums the rows at each level of each attribute.
pub(super) fn histogram(attributes: &[Attribute], considered: &[usize], response: &Response, rows: &[u32]) -> Vec<Sum> {
    let n_bins = considered.iter().map(|idx| attributes[*idx].n_levels).sum();
    let mut bins = vec![Sum::default(); n_bins];
    let mut from = 0;
    for attribute in considered.iter().map(|idx| &attributes[*idx]) {
        let own = &mut bins[from..from + attribute.n_levels];
        for &row in rows {
            let row = row as usize;
            let bin = &mut own[usize::from(attribute.codes[row])];
            bin.n_rows += response.weighing.counts[row];
            bin.weight += response.weighing.weights[row];
            bin.moment += response.moments[row];
        }
        from += attribute.n_levels;
    }
    bins
}
