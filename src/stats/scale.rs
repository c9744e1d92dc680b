//! Steps that bring features of different units and shapes to distances that mean something.
//!
//! Each is fitted once, to a crowd, and can be applied to another: a definition that was frozen last year measures this
//! year's customers with last year's scales. It must not know what a feature is.

use crate::stats::sum::exact_sum;
use crate::stats::sum::sorted_quantile;
use serde::Deserialize;
use serde::Serialize;

/// A step with its figures fitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// `sign(x)·ln(1 + |x|)`.
    Log,
    /// What lies outside is set to the end.
    Clip {
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
    },
    /// `(x − centre) / width`; a constant feature becomes 0.
    Scale {
        /// What becomes 0.
        centre: f64,
        /// What becomes 1.
        width: f64,
    },
    /// The share of the crowd below, read off between knots.
    Ranks {
        /// The values at equally spaced shares from 0 to 1.
        knots: Vec<f64>,
    },
}

/// Knots of [`Step::Ranks`]: one a per cent, and both ends.
const N_KNOTS: usize = 101;

impl Step {
    /// Fits ends that leave `share` of the values on either side outside. No values, no ends.
    pub fn clip(values: &[f64], share: f64) -> Self {
        let sorted = ascending(values);
        let at = |share| sorted_quantile(&sorted, share).unwrap_or(0.0);
        Self::Clip {
            low: at(share),
            high: at(1.0 - share),
        }
    }

    /// Fits the mean and the population standard deviation; the order of the values does not matter.
    pub fn standard(values: &[f64]) -> Self {
        let n = values.len().max(1) as f64;
        let centre = exact_sum(values) / n;
        let squares: Vec<f64> = values.iter().map(|x| (x - centre) * (x - centre)).collect();
        let width = libm::sqrt(exact_sum(&squares) / n);
        Self::Scale { centre, width }
    }

    /// Fits the median and the distance of the quartiles; where that is nothing, the standard deviation.
    pub fn robust(values: &[f64]) -> Self {
        let sorted = ascending(values);
        let at = |share| sorted_quantile(&sorted, share).unwrap_or(0.0);
        let quartiles = at(0.75) - at(0.25);
        let Self::Scale { width, .. } = Self::standard(values) else {
            unreachable!("a standard scale is a scale");
        };
        Self::Scale {
            centre: at(0.5),
            width: if 0.0 < quartiles { quartiles } else { width },
        }
    }

    /// Fits the values at each per cent of the crowd.
    pub fn ranks(values: &[f64]) -> Self {
        let sorted = ascending(values);
        let share = |knot: usize| knot as f64 / (N_KNOTS - 1) as f64;
        Self::Ranks {
            knots: (0..N_KNOTS)
                .filter_map(|it| sorted_quantile(&sorted, share(it)))
                .collect(),
        }
    }

    /// Returns the step with other figures: `figure` gives the one that takes a figure's place.
    pub fn with_figures(&self, figure: impl Fn(f64) -> f64) -> Self {
        match self {
            Self::Log => Self::Log,
            Self::Clip { low, high } => Self::Clip {
                low: figure(*low),
                high: figure(*high),
            },
            Self::Scale { centre, width } => Self::Scale {
                centre: figure(*centre),
                width: figure(*width),
            },
            Self::Ranks { knots } => Self::Ranks {
                knots: knots.iter().map(|it| figure(*it)).collect(),
            },
        }
    }

    /// Returns the value after the step; finite for a finite value.
    pub fn apply(&self, x: f64) -> f64 {
        match self {
            Self::Log => libm::log1p(x.abs()).copysign(x),
            Self::Clip { low, high } => x.max(*low).min(*high),
            Self::Scale { width, .. } if *width <= 0.0 => 0.0,
            Self::Scale { centre, width } => (x - centre) / width,
            Self::Ranks { knots } => rank(knots, x),
        }
    }
}

/// Returns where a value stands among knots, between 0 and 1; a value that several knots share stands at their middle.
fn rank(knots: &[f64], x: f64) -> f64 {
    let Some(last) = knots.len().checked_sub(1).filter(|it| 0 < *it) else {
        return 0.5;
    };
    let below = knots.partition_point(|knot| *knot < x);
    let until = knots.partition_point(|knot| *knot <= x);
    let place = if below < until {
        (below + until - 1) as f64 / 2.0
    } else if below == 0 {
        0.0
    } else if below > last {
        last as f64
    } else {
        let (low, high) = (knots[below - 1], knots[below]);
        (below - 1) as f64 + (x - low) / (high - low)
    };
    place / last as f64
}

fn ascending(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standard_scale_has_mean_0_and_deviation_1() {
        let step = Step::standard(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!(
            step,
            Step::Scale {
                centre: 5.0,
                width: 2.0
            }
        );
        assert_eq!(step.apply(9.0), 2.0);
        assert_eq!(Step::standard(&[3.0, 3.0]).apply(3.0), 0.0);
    }

    #[test]
    fn a_robust_scale_does_not_see_one_far_value() {
        let step = Step::robust(&[1.0, 2.0, 3.0, 4.0, 1000.0]);
        assert_eq!(
            step,
            Step::Scale {
                centre: 3.0,
                width: 2.0
            }
        );
    }

    #[test]
    fn logarithms_keep_the_sign() {
        assert_eq!(Step::Log.apply(0.0), 0.0);
        assert!((Step::Log.apply(-1.0) + std::f64::consts::LN_2).abs() < 1e-15);
    }

    #[test]
    fn clipping_leaves_a_share_outside_on_either_side() {
        let values: Vec<f64> = (0..=100).map(f64::from).collect();
        let step = Step::clip(&values, 0.05);
        assert_eq!(
            [step.apply(-7.0), step.apply(50.0), step.apply(99.0)],
            [5.0, 50.0, 95.0]
        );
    }

    #[test]
    fn ranks_grow_with_the_value_and_share_ties() {
        let values: Vec<f64> = (0..=200).map(f64::from).collect();
        let step = Step::ranks(&values);
        assert_eq!(
            [step.apply(-1.0), step.apply(50.0), step.apply(300.0)],
            [0.0, 0.25, 1.0]
        );
        assert!((step.apply(51.0) - 0.255).abs() < 1e-12);
        // Half of the crowd bought once: they stand at the middle of the lower half.
        let step = Step::ranks(&[1.0, 1.0, 2.0, 3.0]);
        assert!(step.apply(1.0) < 0.25 && step.apply(1.0) > 0.1);
        assert_eq!(Step::ranks(&[]).apply(4.0), 0.5);
    }
}
