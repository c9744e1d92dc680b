//! Student's t fitted to standardised errors: how far out is far out.
//!
//! Errors of projections have heavier tails than a normal distribution. The
//! number of degrees of freedom says how heavy; it must not know whose errors
//! they are.

use crate::stats::sum::exact_sum;
use statrs::distribution::ContinuousCDF;
use statrs::distribution::StudentsT;

/// Student's t about zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tail {
    /// The scale: the unit of the errors it was fitted to.
    pub scale: f64,
    /// Degrees of freedom; the fewer, the heavier the tails.
    pub freedom: f64,
}

/// The fewest degrees of freedom that are tried: a Cauchy distribution.
const LEAST_FREEDOM: f64 = 1.0;
/// Numbers of degrees that are tried, evenly in the logarithm.
const N_FREEDOM: usize = 40;
/// Steps of the scale's fixed point for one number of degrees; it gains about a digit in each two.
const N_SCALE_STEPS: usize = 25;

impl Tail {
    /// The most degrees of freedom that are tried: practically a normal distribution.
    pub(super) const MOST_FREEDOM: f64 = 200.0;

    /// Returns the distribution fitted to `errors`, or `None` where they are all zero or none.
    ///
    /// `errors` are pure numbers about zero, in any order, all finite. The scale is the maximum of
    /// the likelihood; the degrees of freedom that of the posterior under a Gamma(2, 0.1) prior,
    /// without which a handful of errors would be taken for a Cauchy or a normal distribution.
    ///
    /// Source: Lange, Little & Taylor (1989), "Robust Statistical Modeling Using the t Distribution",
    /// JASA 84: 881–896, §3 (scale); Juárez & Steel (2010), "Model-Based Clustering of Non-Gaussian
    /// Panel Data Based on Skew-t Distributions", JBES 28: 52–66 (prior).
    pub fn fitted(errors: &[f64]) -> Option<Self> {
        let mut squares: Vec<f64> = errors.iter().map(|e| e * e).collect();
        // In order of size, so that plain sums do not depend on the order of the errors.
        squares.sort_by(f64::total_cmp);
        let start = exact_sum(&squares) / squares.len() as f64;
        if start.is_nan() || start <= 0.0 {
            return None;
        }
        let step = libm::log(Self::MOST_FREEDOM / LEAST_FREEDOM) / (N_FREEDOM - 1) as f64;
        let mut best: Option<(f64, Self)> = None;
        let mut square_scale = start;
        for i in (0..N_FREEDOM).rev() {
            let freedom = LEAST_FREEDOM * libm::exp(step * i as f64);
            for _ in 0..N_SCALE_STEPS {
                let weighted: f64 = squares
                    .iter()
                    .map(|s| s * (freedom + 1.0) / (freedom + s / square_scale))
                    .sum();
                square_scale = (weighted / squares.len() as f64).max(f64::MIN_POSITIVE);
            }
            let posterior = log_likelihood(&squares, square_scale, freedom) + libm::log(freedom) - 0.1 * freedom;
            if best.is_none_or(|(highest, _)| posterior > highest) {
                best = Some((
                    posterior,
                    Self {
                        scale: square_scale.sqrt(),
                        freedom,
                    },
                ));
            }
        }
        best.map(|(_, tail)| tail)
    }

    /// Returns the probability of an error at least as far from zero as `error`, on either side.
    ///
    /// Source: definition.
    pub fn two_sided(self, error: f64) -> f64 {
        // The lower tail keeps its digits where one minus the upper would lose them.
        (2.0 * self.standard().cdf(-error.abs() / self.scale)).clamp(0.0, 1.0)
    }

    /// Returns the distance from zero within which a share `level` of errors falls.
    ///
    /// Source: definition.
    pub fn half_width(self, level: f64) -> f64 {
        self.scale * self.standard().inverse_cdf(0.5 + level / 2.0)
    }

    fn standard(self) -> StudentsT {
        StudentsT::new(0.0, 1.0, self.freedom).expect("degrees of freedom come from a grid of positive numbers")
    }
}

/// Returns the logarithm of the likelihood of errors with these squares.
fn log_likelihood(squares: &[f64], square_scale: f64, freedom: f64) -> f64 {
    let constant = libm::lgamma((freedom + 1.0) / 2.0)
        - libm::lgamma(freedom / 2.0)
        - 0.5 * libm::log(freedom * std::f64::consts::PI * square_scale);
    let tails: f64 = squares.iter().map(|s| libm::log1p(s / (square_scale * freedom))).sum();
    squares.len() as f64 * constant - 0.5 * (freedom + 1.0) * tails
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Errors at the quantiles of a t distribution: a sample without noise.
    fn quantiles(freedom: f64, n: usize) -> Vec<f64> {
        let exact = Tail { scale: 1.0, freedom };
        let quantile = |i: usize| exact.standard().inverse_cdf((i as f64 + 0.5) / n as f64);
        (0..n).map(quantile).collect()
    }

    #[test]
    fn the_fit_finds_the_tails_it_was_given() {
        let tail = Tail::fitted(&quantiles(5.0, 800)).expect("errors are not zero");
        assert!(
            (tail.scale - 1.0).abs() < 0.03 && (4.0..6.5).contains(&tail.freedom),
            "{tail:?}"
        );
    }

    #[test]
    fn scale_passes_through_and_order_does_not_matter() {
        let errors = quantiles(8.0, 60);
        let mut doubled: Vec<f64> = errors.iter().map(|e| 2.0 * e).collect();
        doubled.reverse();
        let (one, two) = (Tail::fitted(&errors), Tail::fitted(&doubled));
        let (one, two) = (one.expect("errors are not zero"), two.expect("errors are not zero"));
        // Powers of two scale without rounding; the fixed point starts and stays proportional.
        assert!((two.scale / one.scale - 2.0).abs() < 1e-9 && two.freedom == one.freedom);
    }

    #[test]
    fn five_percent_of_a_t_with_four_degrees_lie_beyond_2_776() {
        // The table of every textbook.
        let tail = Tail {
            scale: 1.0,
            freedom: 4.0,
        };
        assert!((tail.two_sided(2.776_445) - 0.05).abs() < 1e-6);
        assert!((tail.half_width(0.95) - 2.776_445).abs() < 1e-5);
        assert!(tail.two_sided(1e6) > 0.0);
    }

    #[test]
    fn errors_of_zero_have_no_tail() {
        assert_eq!(Tail::fitted(&[0.0; 9]), None);
        assert_eq!(Tail::fitted(&[]), None);
    }
}
