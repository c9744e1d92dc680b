//! Features as the few levels that a tree can part.
//!
//! Bins are told by ranks: neither the unit nor a long tail moves them. It must not know what becomes of the levels.

use crate::stats::column::Column;
use crate::stats::tree::Scale;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The most bins of a number, without the one of missing values.
pub const MOST_BINS: usize = 255;

/// A feature as levels.
pub(super) struct Coded {
    /// One code a row.
    pub(super) codes: Vec<u16>,
    pub(super) n_levels: usize,
    pub(super) scale: Scale,
}

/// Returns the levels of a feature at `rows`: its bins, or the levels that are met there.
pub(super) fn coded(feature: &Column, rows: &[u32]) -> Coded {
    match feature {
        Column::Number(numbers) => {
            let numbers: Vec<Option<f64>> = rows.iter().map(|row| numbers[*row as usize]).collect();
            let (codes, n_levels) = quantile_bins(&numbers);
            Coded {
                codes,
                n_levels,
                scale: Scale::Ordinal,
            }
        }
        Column::Category(levels) => {
            let levels: Vec<u16> = rows.iter().map(|row| levels[*row as usize]).collect();
            let met: BTreeSet<u16> = levels.iter().copied().collect();
            let codes: BTreeMap<u16, u16> = met.into_iter().zip(0..).collect();
            Coded {
                n_levels: codes.len(),
                codes: levels.iter().map(|level| codes[level]).collect(),
                scale: Scale::Nominal,
            }
        }
    }
}

/// Returns the bin of each number, upwards, and how many bins there are: a bin a value where the values are few, else
/// [`MOST_BINS`] of about as many rows; equal numbers are never parted. Missing numbers come first.
///
/// Source: definition; a value goes to the bin of the middle of its ranks.
fn quantile_bins(numbers: &[Option<f64>]) -> (Vec<u16>, usize) {
    let mut sorted: Vec<f64> = numbers.iter().flatten().map(|x| x + 0.0).collect();
    assert!(sorted.iter().all(|x| x.is_finite()), "features are finite");
    sorted.sort_by(f64::total_cmp);
    let n_distinct = sorted.chunk_by(|a, b| a == b).count();
    let n_missing_levels = u16::from(sorted.len() < numbers.len());
    // The largest number of each bin.
    let mut tops: Vec<f64> = Vec::new();
    let mut last_bin = None;
    let mut n_before = 0;
    for equal in sorted.chunk_by(|a, b| a == b) {
        // Twice the middle rank, so that all stays whole.
        let bin = if n_distinct <= MOST_BINS {
            n_before
        } else {
            (2 * n_before + equal.len()) * MOST_BINS / (2 * sorted.len())
        };
        if last_bin == Some(bin) {
            tops.pop();
        }
        last_bin = Some(bin);
        tops.push(equal[0]);
        n_before += equal.len();
    }
    let bin = |x: &f64| u16::try_from(tops.partition_point(|top| top < x)).expect("bins are few");
    let codes = numbers
        .iter()
        .map(|x| x.as_ref().map_or(0, |x| n_missing_levels + bin(x)))
        .collect();
    (codes, usize::from(n_missing_levels) + tops.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_bins_of_their_own_and_missing_ones_come_first() {
        let numbers = [Some(3.0), None, Some(-0.0), Some(0.0), Some(1e9)];
        assert_eq!(quantile_bins(&numbers), (vec![2, 0, 1, 1, 3], 4));
        assert_eq!(quantile_bins(&[Some(1.0), Some(1.0)]), (vec![0, 0], 1));
        assert_eq!(quantile_bins(&[None, None]), (vec![0, 0], 1));
    }

    #[test]
    fn many_values_are_bins_of_equal_size_that_part_no_ties() {
        // A tenth are zero, all others differ.
        let numbers: Vec<Option<f64>> = (0..10_000).map(|i| Some(f64::from((i - 1000_i32).max(0)))).collect();
        let (codes, n_levels) = quantile_bins(&numbers);
        assert!(codes.is_sorted() && codes[999] == codes[0] && n_levels <= MOST_BINS);
        let sizes: Vec<usize> = codes.chunk_by(|a, b| a == b).map(<[u16]>::len).collect();
        assert_eq!(sizes.len(), n_levels);
        // 10,000 ÷ 255 is 39.2; the bins next to the ties take up what their middle leaves over.
        assert!(sizes[2..].iter().all(|n| (38..=41).contains(n)), "{sizes:?}");
    }
}
