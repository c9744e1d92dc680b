//! How far a category tells another category, or a number.
//!
//! Tables of counts are whole numbers until the last division. It must not know whether a level is missing values.

use crate::stats::sum::FixedSum;
use crate::stats::sum::exact_sum;
use crate::stats::tails::chi_squared_above;
use crate::stats::tails::explained_above;
use std::collections::BTreeMap;

/// How far two categories go together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Association {
    /// Cramér's V without the bias that many levels and few rows give it: a pure number in `[0, 1]`.
    pub v: f64,
    /// Pearson's chi-squared, without a correction for continuity.
    pub chi_squared: f64,
    /// Its degrees of freedom, `(levels − 1)·(levels − 1)` of the levels that have rows.
    pub n_freedom: u64,
    /// The chance of a chi-squared at least as large where the columns have nothing to do with one another.
    pub p: f64,
    /// How many rows there are.
    pub n_rows: usize,
}

/// How far a category tells a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The correlation ratio, a pure number in `[0, 1]`: its square is the share of the variance that is between levels.
    pub eta: f64,
    /// The chance of a ratio at least as large where all levels have one normal distribution (the F test).
    pub p: f64,
    /// The rows that have a number.
    pub n_rows: usize,
}

/// Returns Cramér's V of two columns of codes, corrected for bias, with the chi-squared test.
///
/// Levels without rows do not count. `None` where either column has fewer than two levels.
///
/// Source: Bergsma (2013), "A Bias-Correction for Cramér's V and Tschuprow's T", JKSS 42: 323–328, eq. 6–8.
///
/// # Panics
/// Where the columns differ in length.
pub fn cramers_v(a: &[u16], b: &[u16]) -> Option<Association> {
    assert_eq!(a.len(), b.len(), "one code a row");
    let rows = counts(a.iter().copied());
    let columns = counts(b.iter().copied());
    let cells = counts(a.iter().copied().zip(b.iter().copied()));
    let (n_first, n_second) = (rows.len(), columns.len());
    if n_first < 2 || n_second < 2 {
        return None;
    }
    // Rows are far below 2^53: the casts are exact.
    let n = a.len() as f64;
    let mut parts = Vec::with_capacity(cells.len() + 1);
    let mut expected = Vec::with_capacity(cells.len() + 1);
    for ((row, column), count) in &cells {
        let alone = rows[row] as f64 * columns[column] as f64 / n;
        let away = *count as f64 - alone;
        parts.push(away * away / alone);
        expected.push(-alone);
    }
    // A cell without rows adds what is expected there; all of those together are what is left of the rows.
    if cells.len() < n_first * n_second {
        expected.push(n);
        parts.push(exact_sum(&expected).max(0.0));
    }
    let chi_squared = exact_sum(&parts);
    let (r, c) = ((n_first - 1) as f64, (n_second - 1) as f64);
    let by_chance = r * c / (n - 1.0);
    let square = (chi_squared / n - by_chance).max(0.0);
    let narrower = (r - r * r / (n - 1.0)).min(c - c * c / (n - 1.0));
    Some(Association {
        v: if narrower > 0.0 {
            (square / narrower).sqrt().min(1.0)
        } else {
            // As many levels as rows: any two such columns tell each other.
            0.0
        },
        chi_squared,
        n_freedom: (n_first - 1) as u64 * (n_second - 1) as u64,
        p: chi_squared_above(chi_squared, r * c),
        n_rows: a.len(),
    })
}

/// Returns the correlation ratio of a number by the levels of a category, over the rows that have a number.
///
/// `None` where fewer than two levels have one, each row has a level of its own, or all numbers are equal.
///
/// Source: Pearson (1905), "On the General Theory of Skew Correlation and Non-Linear Regression", Drapers' Company
/// Research Memoirs II; the test: Fisher (1925), "Statistical Methods for Research Workers", §45.
///
/// # Panics
/// Where the columns differ in length, or a number is not finite.
pub fn correlation_ratio(codes: &[u16], numbers: &[Option<f64>]) -> Option<Ratio> {
    assert_eq!(codes.len(), numbers.len(), "one value a row");
    let kept = codes.iter().zip(numbers).filter_map(|(code, x)| Some((*code, (*x)?)));
    let (codes, mut numbers): (Vec<u16>, Vec<f64>) = kept.unzip();
    super::centre(&mut numbers);
    let whole: FixedSum = numbers.iter().map(|x| x * x).collect();
    let mut levels: BTreeMap<u16, (FixedSum, u64)> = BTreeMap::new();
    for (code, x) in codes.iter().zip(&numbers) {
        let (sum, n_rows) = levels.entry(*code).or_default();
        sum.add(*x);
        *n_rows += 1;
    }
    if levels.len() < 2 || numbers.len() <= levels.len() || whole.total() <= 0.0 {
        return None;
    }
    let between: Vec<f64> = levels
        .values()
        .map(|(sum, n_rows)| sum.total() * sum.total() / *n_rows as f64)
        .collect();
    let explained = (exact_sum(&between) / whole.total()).clamp(0.0, 1.0);
    let (groups, errors) = (levels.len() - 1, numbers.len() - levels.len());
    Some(Ratio {
        eta: explained.sqrt(),
        p: explained_above(explained, groups as f64, errors as f64),
        n_rows: numbers.len(),
    })
}

fn counts<T: Ord>(values: impl Iterator<Item = T>) -> BTreeMap<T, u64> {
    let mut counts = BTreeMap::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    counts
}
