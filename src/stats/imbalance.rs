//! Levels of a category that are too rare to say anything of, and what is left when they are merged.
//!
//! A level of a few rows takes a line of every table and a split of every tree, and its figures are chance. It must not
//! know what the levels are called: their codes stand in the order of their labels.

use crate::stats::sum::exact_sum;

/// The share of the rows below which a level is rare.
pub const RARE_SHARE: f64 = 0.05;

/// How evenly rows are spread over the levels of a category.
#[derive(Debug, Clone, PartialEq)]
pub struct Imbalance {
    /// How many rows there are.
    pub n_rows: usize,
    /// The levels that have rows, the largest first, ties in the order of the codes, with their rows.
    pub levels: Vec<(u16, usize)>,
    /// The levels below the share, the smallest first.
    pub rare: Vec<u16>,
    /// The levels that make up one in place of many, the smallest first; empty where no level is rare. All others, and
    /// these together, have the share at least, unless these are all there are.
    pub merged: Vec<u16>,
    /// The rows of the merged levels.
    pub n_merged_rows: usize,
    /// How many levels of equal size would be as mixed: a number in `[1, levels]`.
    pub n_effective: f64,
}

/// Returns which levels of `codes` hold less than `share` of the rows, and which are merged so that none does.
///
/// `codes` holds one code a row; `share` is usually [`RARE_SHARE`]. The smallest levels are merged in the order of
/// their size, ties in the order of the codes, until the merged ones and each that is left have the share.
///
/// Levels of 60, 33, 4 and 3 rows at 5 %: 3 and 4 are merged, and have 7. Levels of 90, 7 and 3: the one of 3 alone is
/// rare, and takes the one of 7 with it.
///
/// `None` where there are no rows.
///
/// Source: Hill (1973), "Diversity and Evenness", Ecology 54: 427–432 (effective number: the exponential of Shannon's
/// entropy); the rest by definition.
pub fn imbalance(codes: &[u16], share: f64) -> Option<Imbalance> {
    if codes.is_empty() {
        return None;
    }
    let n_rows = codes.len();
    // By division, and not by a product with the share: a twentieth of the rows is then what 5 % is written as.
    let is_below = |n: usize| (n as f64 / n_rows as f64) < share;
    let mut levels = counts(codes);
    levels.sort_by_key(|(_, n)| *n);
    let rare: Vec<u16> = levels
        .iter()
        .filter(|(_, n)| is_below(*n))
        .map(|(code, _)| *code)
        .collect();
    let mut merged = Vec::new();
    let mut n_merged_rows = 0;
    for (code, n) in &levels {
        let pool_is_small = !merged.is_empty() && is_below(n_merged_rows);
        if !is_below(*n) && !pool_is_small {
            break;
        }
        merged.push(*code);
        n_merged_rows += n;
    }
    let entropy: Vec<f64> = levels
        .iter()
        .map(|(_, n)| {
            let share = *n as f64 / n_rows as f64;
            -share * libm::log(share)
        })
        .collect();
    levels.sort_by_key(|(code, n)| (std::cmp::Reverse(*n), *code));
    Some(Imbalance {
        n_rows,
        n_effective: libm::exp(exact_sum(&entropy)).clamp(1.0, levels.len() as f64),
        levels,
        rare,
        merged,
        n_merged_rows,
    })
}

/// The levels that have rows, in the order of their codes.
fn counts(codes: &[u16]) -> Vec<(u16, usize)> {
    let mut counts = vec![0; usize::from(u16::MAX) + 1];
    codes.iter().for_each(|code| counts[usize::from(*code)] += 1);
    (0..=u16::MAX).zip(counts).filter(|(_, n)| 0 < *n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(counts: &[usize]) -> Imbalance {
        let codes: Vec<u16> = (0..)
            .zip(counts)
            .flat_map(|(code, n)| std::iter::repeat_n(code, *n))
            .collect();
        imbalance(&codes, RARE_SHARE).expect("there are rows")
    }

    #[test]
    fn the_smallest_are_merged_until_all_have_the_share() {
        let found = of(&[60, 4, 33, 3]);
        assert_eq!(
            (found.rare, found.merged, found.n_merged_rows),
            (vec![3, 1], vec![3, 1], 7)
        );
        // One rare level takes the next with it.
        let found = of(&[90, 7, 3]);
        assert_eq!(
            (found.rare, found.merged, found.n_merged_rows),
            (vec![2], vec![2, 1], 10)
        );
        // All rare levels go together, also where some would do.
        let found = of(&[86, 3, 4, 4, 3]);
        assert_eq!(found.merged, [1, 4, 2, 3]);
        assert_eq!(found.levels, [(0, 86), (2, 4), (3, 4), (1, 3), (4, 3)]);
    }

    #[test]
    fn a_twentieth_is_not_below_five_percent() {
        // 0.05 × 140 is a little above 7 in binary.
        let found = of(&[133, 7]);
        assert_eq!((found.rare.len(), found.merged.len()), (0, 0));
        assert_eq!(of(&[134, 6]).rare, [1]);
        // Nothing is left to be told apart.
        assert_eq!(of(&[134, 6]).merged, [1, 0]);
    }

    /// `np.exp(scipy.stats.entropy([60, 4, 33, 3]))`, scipy 1.17.1.
    #[test]
    fn effective_levels_are_those_of_scipy() {
        assert!((of(&[60, 4, 33, 3]).n_effective - 2.475161905552772).abs() < 1e-12);
        assert!((of(&[5, 5, 0, 5, 5]).n_effective - 4.0).abs() < 1e-12);
        assert_eq!(of(&[9]).n_effective, 1.0);
        assert_eq!(imbalance(&[], RARE_SHARE), None);
    }
}
