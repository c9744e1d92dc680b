//! One column of rows, as numbers or as codes: what kernels over tables of both kinds see.
//!
//! It orders rows by their values, so that neither the order in which they came nor threads have a say in what is
//! drawn from them. It must not know what a column is called, or what a row stands for.

use rayon::prelude::*;
use std::cmp::Ordering;

/// One value a row, of one kind.
#[derive(Debug, Clone, Copy)]
pub enum Column<'a> {
    /// Finite numbers in any unit; `None` where one is missing.
    Number(&'a [Option<f64>]),
    /// Codes of levels without an order; a missing value is a level of its own.
    Category(&'a [u16]),
}

impl Column<'_> {
    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        match self {
            Self::Number(numbers) => numbers.len(),
            Self::Category(codes) => codes.len(),
        }
    }

    /// Compares two rows by their values; a missing number comes before all others, and both zeros are equal.
    pub fn compare(&self, a: u32, b: u32) -> Ordering {
        match self {
            // Adding nothing makes a plain zero of a negative one.
            Self::Number(numbers) => match (numbers[a as usize], numbers[b as usize]) {
                (Some(a), Some(b)) => (a + 0.0).total_cmp(&(b + 0.0)),
                (a, b) => a.is_some().cmp(&b.is_some()),
            },
            Self::Category(codes) => codes[a as usize].cmp(&codes[b as usize]),
        }
    }
}

/// Returns the rows in the order of their values: by the first column, then by the second, and so on, rows that are
/// equal in all of them as they came.
///
/// # Panics
/// Where the columns differ in length, or there are 2³² rows or more.
pub fn sorted_rows(columns: &[Column]) -> Vec<u32> {
    let n_rows = columns.first().map_or(0, Column::n_rows);
    assert!(columns.iter().all(|it| it.n_rows() == n_rows), "one value a row");
    let n_rows = u32::try_from(n_rows).expect("rows are counted by 32 bits");
    let mut rows: Vec<u32> = (0..n_rows).collect();
    rows.par_sort_by(|a, b| compare_rows(columns, *a, *b));
    rows
}

/// Compares two rows by the first column, then by the second, and so on.
pub fn compare_rows(columns: &[Column], a: u32, b: u32) -> Ordering {
    let by_column = columns.iter().map(|column| column.compare(a, b));
    by_column
        .into_iter()
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_by_the_first_column_and_missing_numbers_come_first() {
        let numbers = [Some(2.0), None, Some(-0.0), Some(0.0), Some(2.0)];
        let codes = [1, 0, 1, 0, 0];
        let columns = [Column::Number(&numbers), Column::Category(&codes)];
        assert_eq!(sorted_rows(&columns), [1, 3, 2, 4, 0]);
        assert_eq!(sorted_rows(&[]), Vec::<u32>::new());
    }
}
