//! How strongly two columns go together: numbers, categories, and one of each.
//!
//! Every pair is judged on the rows that have both values, and the number of those rows is part of the answer. Sums are
//! of whole numbers or in fixed point, so that the order of the rows moves nothing. It must not know which column
//! causes which, or what either is called.

use crate::stats::column::Column;
use crate::stats::column::sorted_rows;
use crate::stats::sum::FixedSum;
use crate::stats::sum::scale_to_one;
use crate::stats::tails::correlation_two_sided;
use crate::stats::wilson::Z_95;
use rayon::prelude::*;

mod association;

pub use association::Association;
pub use association::Ratio;
pub use association::correlation_ratio;
pub use association::cramers_v;

/// The fewest rows that a correlation is taken from: Fisher's z has a variance of one over three fewer.
pub const FEWEST_ROWS: usize = 4;

/// How two numbers are correlated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By their values: how near the rows are to a straight line.
    Pearson,
    /// By their ranks, ties sharing the mean of theirs: how steadily one rises with the other.
    Spearman,
}

/// A correlation of two numbers, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// A pure number in `[-1, 1]`.
    pub coefficient: f64,
    /// The 95 % interval, lower end first.
    pub interval: [f64; 2],
    /// The chance of a coefficient at least as far from 0 where the columns have nothing to do with one another.
    pub p: f64,
    /// The rows that have both values.
    pub n_rows: usize,
}

/// What two columns have to do with one another: the figure goes by their kinds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Relation {
    /// Two numbers.
    Correlation(Correlation),
    /// Two categories.
    Association(Association),
    /// A category and a number.
    Ratio(Ratio),
}

/// Two columns and their relation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The places of the two columns, the earlier first.
    pub columns: [usize; 2],
    /// `None` where a column is constant over the rows that have both values, or they are too few.
    pub relation: Option<Relation>,
}

/// Returns the relation of every two of `columns`: the first with all others in turn, then the second with those after it.
///
/// `method` goes for pairs of numbers. The answer does not depend on the order of the rows or the number of threads.
///
/// Source: as [`pearson`], [`spearman`], [`cramers_v`] and [`correlation_ratio`].
///
/// # Panics
/// Where the columns differ in length, or a number is not finite.
pub fn relations(columns: &[Column], method: Method) -> Vec<Pair> {
    let orders: Vec<Vec<u32>> = columns
        .par_iter()
        .map(|column| match (column, method) {
            (Column::Number(_), Method::Spearman) => sorted_rows(&[*column]),
            _ => Vec::new(),
        })
        .collect();
    let places: Vec<[usize; 2]> = (0..columns.len())
        .flat_map(|a| (a + 1..columns.len()).map(move |b| [a, b]))
        .collect();
    let related = |[a, b]: [usize; 2]| match (columns[a], columns[b]) {
        (Column::Number(x), Column::Number(y)) => match method {
            Method::Pearson => pearson(x, y),
            Method::Spearman => ranked([x, y], [&orders[a], &orders[b]]),
        }
        .map(Relation::Correlation),
        (Column::Category(x), Column::Category(y)) => cramers_v(x, y).map(Relation::Association),
        (Column::Category(codes), Column::Number(numbers)) | (Column::Number(numbers), Column::Category(codes)) => {
            correlation_ratio(codes, numbers).map(Relation::Ratio)
        }
    };
    places
        .par_iter()
        .map(|columns| Pair {
            columns: *columns,
            relation: related(*columns),
        })
        .collect()
}

/// Returns Pearson's correlation of two columns over the rows that have both values, with Fisher's interval.
///
/// `None` for fewer than [`FEWEST_ROWS`] such rows, or where either column is constant over them.
///
/// Source: Fisher (1921), "On the 'Probable Error' of a Coefficient of Correlation", Metron 1: 3–32 (interval);
/// Fisher (1915), Biometrika 10: 507–521 (p).
///
/// # Panics
/// Where the columns differ in length, or a number is not finite.
pub fn pearson(a: &[Option<f64>], b: &[Option<f64>]) -> Option<Correlation> {
    assert_eq!(a.len(), b.len(), "one value a row");
    let (mut xs, mut ys): (Vec<f64>, Vec<f64>) = a.iter().zip(b).filter_map(|(x, y)| Some(((*x)?, (*y)?))).unzip();
    if xs.len() < FEWEST_ROWS {
        return None;
    }
    centre(&mut xs);
    centre(&mut ys);
    let sum = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).collect::<FixedSum>().total();
    let coefficient = coefficient(sum(&xs, &ys), sum(&xs, &xs), sum(&ys, &ys))?;
    Some(correlation(coefficient, 1.0, xs.len()))
}

/// Returns Spearman's correlation of two columns over the rows that have both values, ties at the mean of their ranks.
///
/// `None` as for [`pearson`].
///
/// Source: Spearman (1904), "The Proof and Measurement of Association between Two Things", AJP 15: 72–101; Bonett &
/// Wright (2000), "Sample Size Requirements for Estimating Pearson, Kendall and Spearman Correlations", Psychometrika
/// 65: 23–28 (interval); p by Student's t with n − 2 degrees: Kendall & Stuart (1973), §31.19.
///
/// # Panics
/// Where the columns differ in length.
pub fn spearman(a: &[Option<f64>], b: &[Option<f64>]) -> Option<Correlation> {
    let order = |column| sorted_rows(&[Column::Number(column)]);
    ranked([a, b], [&order(a), &order(b)])
}

/// As [`spearman`], with the rows of each column in the order of its values.
fn ranked(columns: [&[Option<f64>]; 2], orders: [&[u32]; 2]) -> Option<Correlation> {
    let [a, b] = columns;
    assert_eq!(a.len(), b.len(), "one value a row");
    let has_both = |row: usize| a[row].is_some() && b[row].is_some();
    let n_rows = (0..a.len()).filter(|row| has_both(*row)).count();
    if n_rows < FEWEST_ROWS {
        return None;
    }
    let [xs, ys] = [0, 1].map(|idx| {
        let kept: Vec<u32> = orders[idx]
            .iter()
            .copied()
            .filter(|row| has_both(*row as usize))
            .collect();
        centred_ranks(columns[idx], &kept)
    });
    // Whole numbers below n each: products of a billion rows fit into 128 bits many times.
    let sum = |x: &[i64], y: &[i64]| {
        let products = x.iter().zip(y).map(|(x, y)| i128::from(*x) * i128::from(*y));
        products.sum::<i128>() as f64
    };
    let coefficient = coefficient(sum(&xs, &ys), sum(&xs, &xs), sum(&ys, &ys))?;
    Some(correlation(coefficient, 1.0 + coefficient * coefficient / 2.0, n_rows))
}

/// Twice each row's rank, ties at the mean of theirs, less twice the mean rank; 0 for rows that are not in `order`.
fn centred_ranks(column: &[Option<f64>], order: &[u32]) -> Vec<i64> {
    let count = |n: usize| i64::try_from(n).expect("rows are counted by 32 bits");
    let mut ranks = vec![0; column.len()];
    let mut n_before = 0;
    for equal in order.chunk_by(|a, b| Column::Number(column).compare(*a, *b).is_eq()) {
        // Ranks from n_before + 1 up to n_until: twice their mean is the sum of the two, and twice that of all is n + 1.
        let n_until = n_before + equal.len();
        let rank = count(n_before + n_until) - count(order.len());
        equal.iter().for_each(|row| ranks[*row as usize] = rank);
        n_before = n_until;
    }
    ranks
}

/// Takes the mean from `parts` and brings what is left into `[-1, 1]`; a correlation does not depend on the unit.
pub(super) fn centre(parts: &mut [f64]) {
    assert!(parts.iter().all(|x| x.is_finite()), "numbers are finite");
    scale_to_one(parts);
    // Twice: a mean is rounded on the scale of the numbers, which may lie far from zero and near one another.
    for _ in 0..2 {
        let mean = parts.iter().copied().collect::<FixedSum>().mean().unwrap_or(0.0);
        parts.iter_mut().for_each(|x| *x -= mean);
        scale_to_one(parts);
    }
}

fn coefficient(both: f64, first: f64, second: f64) -> Option<f64> {
    let spread = first.sqrt() * second.sqrt();
    (0.0 < spread).then(|| (both / spread).clamp(-1.0, 1.0))
}

/// Sets a coefficient between its ends; `variance` is that of Fisher's z times three rows fewer than there are.
fn correlation(coefficient: f64, variance: f64, n_rows: usize) -> Correlation {
    // At ±1 z is infinite, and both ends are the coefficient.
    let z = libm::atanh(coefficient);
    let reach = Z_95 * (variance / (n_rows - (FEWEST_ROWS - 1)) as f64).sqrt();
    Correlation {
        coefficient,
        interval: [libm::tanh(z - reach), libm::tanh(z + reach)],
        p: correlation_two_sided(coefficient, n_rows),
        n_rows,
    }
}

#[cfg(test)]
mod tests;
