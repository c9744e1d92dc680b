//! How far the parts of a split could be off: the same split on customers drawn again and again.
//!
//! Customers are the units that were sampled, so whole customers are drawn, with both of their periods; what was
//! decided from the data beforehand (drivers, merging) is held fixed. It must not know what the segments are.

use rayon::prelude::*;

use crate::stats::rng::Seeded;
use crate::stats::split::Segment;
use crate::stats::split::Split;
use crate::stats::split::kitagawa;
use crate::stats::sum::sorted_quantile;

/// Lower and upper end of where a figure lies in most resamples; `None` where no resample could be split.
pub type Ends = Option<[f64; 2]>;

/// The intervals of the parts of one change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartIntervals {
    /// Of the whole; for a segment, of the sum of its two parts.
    pub change: Ends,
    /// Of the structural part.
    pub structural: Ends,
    /// Of the behavioural part.
    pub behavioural: Ends,
}

/// The intervals of a split.
#[derive(Debug, Clone, PartialEq)]
pub struct Intervals {
    /// Of the ratio's change and its parts.
    pub total: PartIntervals,
    /// Of the behavioural part as a share of the change; `None` where the change may as well be 0, a share of which means nothing.
    pub behavioural_share: Ends,
    /// Of each segment's parts, in the order of the segments.
    pub segments: Vec<PartIntervals>,
    /// How many resamples could be split; those that drew nobody for one of the periods could not.
    pub n_resamples: usize,
}

/// The share of resamples inside an interval.
const LEVEL: f64 = 0.95;

/// Returns percentile intervals of the centred midpoint split over resamples of the customers.
///
/// `segment_of` holds each customer's segment, `numerator` and `denominator` what he or she brings before and
/// after. Each resample draws as many customers as there are, with replacement, each with both periods. It has
/// its own random stream and adds up in the order of its draws (exactly, for whole numbers below 2⁵³ such as
/// cents and heads), and the resamples come back in their order: threads do not matter.
///
/// Source: Efron & Tibshirani (1993), "An Introduction to the Bootstrap", §13.3 (percentile); Davison & Hinkley (1997),
/// "Bootstrap Methods and their Application", §3.8 (whole clusters).
///
/// # Panics
/// Where the slices differ in length or a customer's segment is not below `n_segments`.
pub fn customer_intervals(
    segment_of: &[u32],
    numerator: &[[f64; 2]],
    denominator: &[[f64; 2]],
    n_segments: usize,
    n_resamples: usize,
    seed: u64,
) -> Intervals {
    let n_customers = segment_of.len();
    assert!(
        numerator.len() == n_customers && denominator.len() == n_customers,
        "one entry a customer"
    );
    let drawn: Vec<Option<Split>> = (0..n_resamples)
        .into_par_iter()
        .map(|task| {
            let mut rng = Seeded::new(seed, task as u64);
            let mut segments = vec![
                Segment {
                    numerator: [0.0; 2],
                    denominator: [0.0; 2]
                };
                n_segments
            ];
            for _ in 0..n_customers {
                let customer = rng.below(n_customers as u64) as usize;
                let segment = &mut segments[segment_of[customer] as usize];
                for period in 0..2 {
                    segment.numerator[period] += numerator[customer][period];
                    segment.denominator[period] += denominator[customer][period];
                }
            }
            kitagawa(&segments).ok()
        })
        .collect();
    let splits: Vec<Split> = drawn.into_iter().flatten().collect();
    let over = |figure: &dyn Fn(&Split) -> f64| ends(splits.iter().map(figure).collect());
    let change = over(&Split::change);
    let is_sure = change.is_some_and(|[low, high]| low > 0.0 || high < 0.0);
    let segments = (0..n_segments).map(|idx| PartIntervals {
        change: over(&|split| split.segments[idx].total()),
        structural: over(&|split| split.segments[idx].structural),
        behavioural: over(&|split| split.segments[idx].behavioural),
    });
    Intervals {
        total: PartIntervals {
            change,
            structural: over(&|split| split.structural),
            behavioural: over(&|split| split.behavioural),
        },
        behavioural_share: is_sure
            .then(|| over(&|split| split.behavioural / split.change()))
            .flatten(),
        segments: segments.collect(),
        n_resamples: splits.len(),
    }
}

/// The middle of `figures`.
fn ends(mut figures: Vec<f64>) -> Ends {
    figures.sort_by(f64::total_cmp);
    let outside = (1.0 - LEVEL) / 2.0;
    Some([
        sorted_quantile(&figures, outside)?,
        sorted_quantile(&figures, 1.0 - outside)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    const N_CUSTOMERS: usize = 800;

    /// Two segments of 400 customers each, everybody in both periods; the second spends 20 more after.
    fn amounts() -> Vec<[f64; 2]> {
        let mut rng = Seeded::new(9, 0);
        let mut spent = || (100.0 * rng.unit()).round();
        (0..N_CUSTOMERS)
            .map(|idx| [spent(), spent() + if idx % 2 == 1 { 20.0 } else { 0.0 }])
            .collect()
    }

    fn intervals(amounts: &[[f64; 2]], heads: &[[f64; 2]]) -> Intervals {
        let segment_of: Vec<u32> = (0..N_CUSTOMERS as u32).map(|idx| idx % 2).collect();
        customer_intervals(&segment_of, amounts, heads, 2, 399, 1)
    }

    #[test]
    fn the_interval_is_as_wide_as_theory_says() {
        let [low, high] = intervals(&amounts(), &[[1.0; 2]; N_CUSTOMERS])
            .total
            .change
            .expect("nobody is absent");
        // The change of one customer has variance 2·100²/12 (+ 10² between the segments, resampled too).
        let standard_error = ((2.0 * 1e4 / 12.0 + 100.0) / N_CUSTOMERS as f64).sqrt();
        assert!(
            ((high - low) / (2.0 * 1.96 * standard_error) - 1.0).abs() < 0.15,
            "{low} {high}"
        );
        assert!(low < 10.0 && 10.0 < high, "{low} {high}");
    }

    #[test]
    fn one_thread_and_many_give_the_same_intervals() {
        let amounts = amounts();
        let on = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(n_threads)
                .build()
                .expect("threads can be had");
            pool.install(|| intervals(&amounts, &[[1.0; 2]; N_CUSTOMERS]))
        };
        assert_eq!(on(1), on(4));
    }

    #[test]
    fn shares_that_cannot_move_leave_no_structure() {
        let found = intervals(&amounts(), &[[1.0; 2]; N_CUSTOMERS]);
        // Everybody is active in both periods, so that the shares are the same in both in every resample.
        assert_eq!(found.total.structural, Some([0.0, 0.0]));
        assert!(found.segments[1].behavioural.is_some_and(|[low, _]| low > 0.0));
        // Both are sums of a few numbers below 100, off by their last bits.
        let is_all = |share: &f64| (share - 1.0).abs() < 1e-12;
        assert!(
            found.behavioural_share.is_some_and(|ends| ends.iter().all(is_all)),
            "{found:?}"
        );
    }

    #[test]
    fn a_change_that_may_be_nothing_has_no_shares() {
        let flat: Vec<[f64; 2]> = amounts()
            .iter()
            .enumerate()
            .map(|(idx, x)| [x[0], x[0] + 5.0 - (idx / 2 % 2) as f64 * 10.0])
            .collect();
        assert_eq!(intervals(&flat, &[[1.0; 2]; N_CUSTOMERS]).behavioural_share, None);
    }

    #[test]
    fn without_anybody_in_a_period_there_is_no_interval() {
        let found = intervals(&amounts(), &[[1.0, 0.0]; N_CUSTOMERS]);
        assert_eq!((found.total.change, found.n_resamples), (None, 0));
    }
}
