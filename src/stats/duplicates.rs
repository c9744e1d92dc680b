//! Rows that say the same: exact copies, near copies, and what they give away to a random hold-out.
//!
//! A table of few distinct rows looks like many observations and is not, and a model judged on a random hold-out has
//! seen the answer where a held-out row has a twin in training. Columns that name a row are set aside by the caller.
//! It must not know what the features are.

use crate::stats::column::Column;
use crate::stats::column::compare_rows;
use crate::stats::column::sorted_rows;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Significant digits that near copies share.
pub const NEAR_DIGITS: usize = 3;

/// How many rows of a table are copies of each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicates {
    /// How many rows there are.
    pub n_rows: usize,
    /// How many different rows there are.
    pub n_distinct: usize,
    /// Rows that repeat another one: all but one of each group of equal rows; `n_rows − n_distinct`.
    pub n_repeating: usize,
    /// Rows that have a twin: all of each group of two or more.
    pub n_with_twin: usize,
    /// The share of rows that repeat another one, in `[0, 1)`.
    pub share: f64,
    /// How many groups there are of each size, single rows included.
    pub groups: BTreeMap<usize, usize>,
}

/// Returns how many rows are equal in all of `columns`, missing values being equal to each other.
///
/// `None` where there is no row or no column.
///
/// Source: definition.
///
/// # Panics
/// Where the columns differ in length.
pub fn exact_duplicates(columns: &[Column]) -> Option<Duplicates> {
    let rows = sorted_rows(columns);
    if rows.is_empty() {
        return None;
    }
    let mut groups = BTreeMap::new();
    for equal in rows.chunk_by(|a, b| compare_rows(columns, *a, *b).is_eq()) {
        *groups.entry(equal.len()).or_default() += 1;
    }
    let n_rows = rows.len();
    let n_distinct = groups.values().sum();
    let n_single = groups.get(&1).copied().unwrap_or(0);
    let n_repeating = n_rows - n_distinct;
    Some(Duplicates {
        n_rows,
        n_distinct,
        n_repeating,
        n_with_twin: n_rows - n_single,
        share: n_repeating as f64 / n_rows as f64,
        groups,
    })
}

/// Returns how many rows are equal in all of `columns` once each number is rounded to [`NEAR_DIGITS`] significant digits.
///
/// 1,234 and 1,229 are near, and so are 0.012341 and 0.012344; two numbers on either side of a rounding edge are
/// not, however near: the answer is the same for every order of rows, which a distance would not give.
///
/// `None` as for [`exact_duplicates`].
///
/// Source: definition.
///
/// # Panics
/// As [`exact_duplicates`].
pub fn near_duplicates(columns: &[Column]) -> Option<Duplicates> {
    let rounded: Vec<Option<Vec<Option<f64>>>> = columns
        .par_iter()
        .map(|column| match column {
            Column::Number(numbers) => Some(numbers.par_iter().map(|x| x.map(rounded)).collect()),
            Column::Category(_) => None,
        })
        .collect();
    let columns: Vec<Column> = columns
        .iter()
        .zip(&rounded)
        .map(|(column, rounded)| rounded.as_deref().map_or(*column, Column::Number))
        .collect();
    exact_duplicates(&columns)
}

/// Rounds to [`NEAR_DIGITS`] significant digits, by the decimal digits of the number: no logarithm that could miss a power of ten.
fn rounded(x: f64) -> f64 {
    let text = format!("{x:.*e}", NEAR_DIGITS - 1);
    text.parse().expect("a printed number is one")
}

impl Duplicates {
    /// Returns the share of held-out rows that are expected to have an exact twin in training, where each row is held
    /// out with the chance `holdout_share`, by itself.
    ///
    /// `holdout_share` in `[0, 1]`; the result is a pure number in `[0, 1]`. A row of a group of `m` has no twin in
    /// training only where the `m − 1` others are held out too: `Σ m·(1 − h^(m − 1)) / n` over the groups.
    ///
    /// Two equal rows at a hold-out of a quarter: each has its twin in training with a chance of three quarters.
    ///
    /// Source: definition.
    pub fn leakage(&self, holdout_share: f64) -> f64 {
        let h = holdout_share.clamp(0.0, 1.0);
        // By size upwards: one order, so that a plain sum is always the same.
        let with_twin: f64 = self
            .groups
            .iter()
            .map(|(size, n_groups)| (size * n_groups) as f64 * (1.0 - libm::pow(h, (size - 1) as f64)))
            .sum();
        with_twin / self.n_rows as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::Seeded;

    /// Sizes of groups of equal rows in a well-known table of 238 purchasing customers, without their numbers:
    /// `d.drop(columns="user_id").groupby(...).size().value_counts()` in pandas 3.1.1.
    const PURCHASES: [(usize, u16); 6] = [(1, 32), (6, 7), (7, 15), (8, 4), (13, 1), (14, 1)];

    /// A code for each row's group.
    fn purchases() -> Vec<u16> {
        let sizes = PURCHASES.iter().flat_map(|(size, n)| (0..*n).map(move |_| *size));
        let mut codes: Vec<u16> = (0..)
            .zip(sizes)
            .flat_map(|(group, size)| std::iter::repeat_n(group, size))
            .collect();
        Seeded::new(1, 0).shuffle(&mut codes);
        codes
    }

    #[test]
    fn of_238_customers_178_repeat_another() {
        let found = exact_duplicates(&[Column::Category(&purchases())]).expect("there are rows");
        // pandas: `d.duplicated().sum()` and `d.duplicated(keep=False).sum()` over all columns but the number.
        assert_eq!((found.n_rows, found.n_distinct), (238, 60));
        assert_eq!((found.n_repeating, found.n_with_twin), (178, 206));
        assert_eq!(found.share, 178.0 / 238.0);
        // Worked out by the formula in numpy.
        assert!((found.leakage(0.25) - 0.8652579642894889).abs() < 1e-12);
        assert_eq!(found.leakage(0.0), 206.0 / 238.0);
        assert_eq!(found.leakage(1.0), 0.0);
    }

    #[test]
    fn leakage_is_what_random_splits_show() {
        let codes = purchases();
        let found = exact_duplicates(&[Column::Category(&codes)]).expect("there are rows");
        let mut rng = Seeded::new(7, 0);
        let (mut n_out, mut n_told) = (0_u32, 0_u32);
        for _ in 0..4000 {
            let held_out: Vec<bool> = codes.iter().map(|_| rng.unit() < 0.6).collect();
            let mut in_training = [false; 60];
            let sides = || codes.iter().zip(&held_out);
            sides()
                .filter(|(_, out)| !**out)
                .for_each(|(code, _)| in_training[usize::from(*code)] = true);
            let out = sides().filter(|(_, out)| **out);
            for (code, _) in out {
                n_out += 1;
                n_told += u32::from(in_training[usize::from(*code)]);
            }
        }
        // 570,000 rows, those of a split not independent: its own spread is below a thousandth.
        assert!((f64::from(n_told) / f64::from(n_out) - found.leakage(0.6)).abs() < 0.003);
    }

    #[test]
    fn missing_values_are_equal_and_zeros_have_no_sign() {
        let numbers = [Some(0.0), None, Some(-0.0), None, Some(1.0)];
        let found = exact_duplicates(&[Column::Number(&numbers)]).expect("there are rows");
        assert_eq!((found.n_distinct, found.n_repeating), (3, 2));
        assert_eq!(exact_duplicates(&[]), None);
        assert_eq!(near_duplicates(&[Column::Number(&[])]), None);
    }

    #[test]
    fn three_digits_make_rows_near() {
        let numbers = [1234.0, 1229.0, 1226.0, 0.012341, 0.012344, -5.0, -5.004].map(Some);
        let columns = [Column::Number(&numbers)];
        assert_eq!(exact_duplicates(&columns).map(|it| it.n_distinct), Some(7));
        // 1230 thrice, 0.0123 twice, −5 twice.
        assert_eq!(near_duplicates(&columns).map(|it| it.n_distinct), Some(3));
        let codes = [0, 1, 0, 0, 0, 0, 0];
        let columns = [Column::Number(&numbers), Column::Category(&codes)];
        assert_eq!(near_duplicates(&columns).map(|it| it.n_distinct), Some(4));
    }
}
