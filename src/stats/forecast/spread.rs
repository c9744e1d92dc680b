//! How far past projections missed, and the bands that follow from it.
//!
//! A series has two dozen errors of its own: enough for its scale, too few for
//! its tails. So errors are divided by their series' scale and pooled; a band is
//! the pooled quantile times the scale. No error ever judges itself: each is
//! divided by the scale of the others.

use crate::stats::forecast::student::Tail;
use crate::stats::sum::mean;
use crate::stats::sum::median;

/// Where the width of a band comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BandSource {
    /// The series' own one-step errors.
    Own,
    /// The standardised one-step errors of all series of the metric.
    Pooled,
    /// A Student t fitted to the few standardised errors there are.
    Student,
}

/// Series below which most of them moving at once is not a market.
const MIN_MARKET: usize = 8;
/// Standard errors by which a period's typical size must exceed that of the typical period to be the market's:
/// far enough that chance leaves no period out.
const MARKET_ERRORS: f64 = 5.0;
/// The relative standard error of the median of one absolute normal variable: 1 / (2 · 2φ(0.6745) · 0.6745).
const RELATIVE_ERROR_OF_MEDIAN: f64 = 1.167;
/// Errors from which a finite-sample quantile of 95 % is taken as it is: with fewer, the largest decides alone.
const MIN_CONFORMAL: usize = 39;
/// The share of the largest errors that does not count towards a scale: a shock in the past must not hide the next.
const TRIMMED: f64 = 0.1;
/// The mean absolute value of a standard normal variable within its central 90 %: 2(φ(0) − φ(1.645)) / 0.9.
const TRIMMED_MEAN_OF_NORMAL: f64 = 0.657_3;
/// Standardised errors are about one by construction. Pooled ones far below it stand on the floor of their
/// scales; half of one keeps a band from closing altogether, and binds nowhere else.
const MIN_POOLED: f64 = 0.5;
/// No scale is below a hundredth of a percent of the series' size: what repeats exactly would make every cent news.
const MIN_SCALE: f64 = 1e-4;

/// Returns the scale of `errors`: what the standard deviation would be if they were normal.
///
/// `errors` in any order, at least one; the result is in their unit and at least a ten-thousandth
/// of `size`, the size of the series they belong to.
///
/// Source: the trimmed mean of Tukey & McLaughlin (1963), Sankhyā A 25: 331–352, of absolute errors, made
/// consistent for the normal distribution.
pub(super) fn scale(errors: &[f64], size: f64) -> f64 {
    let mut sizes: Vec<f64> = errors.iter().map(|e| e.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    // Rounded up: of ten errors one is trimmed, of two dozen three.
    let n_trimmed = ((sizes.len() as f64 * TRIMMED).ceil() as usize).min(sizes.len() - 1);
    let kept = &sizes[..sizes.len() - n_trimmed];
    let mean = mean(kept).unwrap_or(0.0);
    (mean / TRIMMED_MEAN_OF_NORMAL).max(MIN_SCALE * size)
}

/// Returns each of `errors` over the scale of all others.
///
/// `errors` in any order, at least two; pure numbers in their order.
///
/// Source: definition (jackknife).
pub(super) fn standardised(errors: &[f64], size: f64) -> Vec<f64> {
    let without = |i: usize| -> Vec<f64> {
        errors
            .iter()
            .enumerate()
            .filter(|(j, _)| *j != i)
            .map(|(_, e)| *e)
            .collect()
    };
    errors
        .iter()
        .enumerate()
        .map(|(i, error)| error / scale(&without(i), size))
        .collect()
}

/// The pooled standardised errors of one model over all series of a metric.
#[derive(Debug, Clone)]
pub(super) struct Pooled {
    /// Absolute values, sorted upwards.
    sizes: Vec<f64>,
    pub(super) tail: Tail,
}

impl Pooled {
    /// Returns the pool of standardised errors; of none where no series could be projected.
    ///
    /// `periods` holds one list a past period with one error a series. A period in which most series
    /// missed at once is left out: it was the market's, and does not tell how far one series strays.
    pub(super) fn new(periods: &[Vec<f64>]) -> Self {
        let typical_sizes: Vec<f64> = periods.iter().filter_map(|errors| typical_size(errors)).collect();
        let typical = median(&typical_sizes).unwrap_or(0.0);
        let calm = |errors: &&Vec<f64>| {
            let far = MARKET_ERRORS * RELATIVE_ERROR_OF_MEDIAN / (errors.len() as f64).sqrt();
            errors.len() < MIN_MARKET || typical_size(errors).is_none_or(|size| size <= typical * (1.0 + far))
        };
        let mut sizes: Vec<f64> = periods.iter().filter(calm).flatten().map(|e| e.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        // Errors that are all zero say nothing about tails: the narrowest and lightest there are.
        let mut tail = Tail::fitted(&sizes).unwrap_or(Tail {
            scale: MIN_POOLED,
            freedom: Tail::MOST_FREEDOM,
        });
        tail.scale = tail.scale.max(MIN_POOLED);
        Self { tail, sizes }
    }

    /// Returns how far a band of share `level` reaches to either side, for a series with these `errors` and this `scale`.
    ///
    /// In the unit of `errors`.
    pub(super) fn half_width(&self, errors: &[f64], scale: f64, level: f64) -> (f64, BandSource) {
        if errors.len() >= MIN_CONFORMAL {
            let mut own: Vec<f64> = errors.iter().map(|e| e.abs()).collect();
            own.sort_by(f64::total_cmp);
            (conformal(&own, level).max(MIN_POOLED * scale), BandSource::Own)
        } else if self.sizes.len() >= MIN_CONFORMAL {
            (
                conformal(&self.sizes, level).max(MIN_POOLED) * scale,
                BandSource::Pooled,
            )
        } else {
            (self.tail.half_width(level) * scale, BandSource::Student)
        }
    }

    /// Returns the share of `standardised` errors that a band of share `level` would have covered.
    pub(super) fn coverage(&self, standardised: &[f64], level: f64) -> f64 {
        let (half_width, _) = self.half_width(&[], 1.0, level);
        let n_inside = standardised.iter().filter(|e| e.abs() <= half_width).count();
        n_inside as f64 / standardised.len() as f64
    }
}

/// Returns the median size of the errors of one period, or `None` where there are none.
fn typical_size(errors: &[f64]) -> Option<f64> {
    median(&errors.iter().map(|e| e.abs()).collect::<Vec<_>>())
}

/// Returns the size that a new error stays within with probability at least `level`, given past `sizes` sorted upwards.
///
/// Source: Vovk, Gammerman & Shafer (2005), "Algorithmic Learning in a Random World", §2.2: the ⌈(n + 1)·level⌉-th smallest.
fn conformal(sizes: &[f64], level: f64) -> f64 {
    let rank = ((sizes.len() + 1) as f64 * level).ceil() as usize;
    sizes[rank.clamp(1, sizes.len()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shock_in_the_past_hardly_moves_the_scale() {
        let calm: Vec<f64> = (0..24).map(|i| f64::from(i % 8) - 3.5).collect();
        let mut shaken = calm.clone();
        shaken[7] = 1000.0;
        let (before, after) = (scale(&calm, 1.0), scale(&shaken, 1.0));
        assert!((after / before - 1.0).abs() < 0.1, "{before} {after}");
    }

    #[test]
    fn scale_passes_through() {
        let errors = [1.0, -2.0, 0.5, 3.0];
        let doubled = errors.map(|e| 2.0 * e);
        assert_eq!(scale(&doubled, 2.0), 2.0 * scale(&errors, 1.0));
        assert_eq!(standardised(&doubled, 2.0), standardised(&errors, 1.0));
    }

    #[test]
    fn errors_of_zero_have_the_smallest_scale() {
        assert_eq!(scale(&[0.0; 24], 50.0), 50.0 * MIN_SCALE);
    }

    #[test]
    fn an_error_is_not_judged_by_itself() {
        // Without the 8 the others' scale is that of 1, 1: trimmed to one of them.
        let z = standardised(&[1.0, 1.0, 8.0], 1.0);
        assert!((z[2] - 8.0 * TRIMMED_MEAN_OF_NORMAL).abs() < 1e-12);
    }

    #[test]
    fn a_month_in_which_all_strayed_is_left_out() {
        let calm =
            |shift: usize| -> Vec<f64> { (0..20).map(|i| ((i * 7 + shift) % 20) as f64 / 10.0 - 0.95).collect() };
        let mut periods: Vec<Vec<f64>> = (0..12).map(calm).collect();
        let without = Pooled::new(&periods);
        periods.push(calm(0).iter().map(|e| 10.0 * e + 8.0).collect());
        let with = Pooled::new(&periods);
        assert_eq!(with.sizes, without.sizes);
        // One series that strays alone counts.
        periods[0][3] = 40.0;
        assert_eq!(Pooled::new(&periods).sizes.last(), Some(&40.0));
    }

    #[test]
    fn the_finite_sample_quantile_is_the_source_s_rank() {
        let sizes: Vec<f64> = (1..=39).map(f64::from).collect();
        // ⌈40 × 0.95⌉ = 38 and ⌈40 × 0.8⌉ = 32.
        assert_eq!((conformal(&sizes, 0.95), conformal(&sizes, 0.8)), (38.0, 32.0));
        assert_eq!(conformal(&sizes[..5], 0.95), 5.0);
    }
}
