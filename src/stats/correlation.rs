//! How closely two figures of the same customers go together on a line.
//!
//! It must not know what the figures are.

use crate::stats::sum::RunningSum;

/// Pairs fewer than these leave nothing to judge a correlation by: its error has `n − 3` below the root.
const LEAST: usize = 4;

/// A correlation of one is as far as a double tells from the next one below it.
const FURTHEST: f64 = 1.0 - 1e-15;

/// Returns Pearson's correlation of `x` and `y`, each pair counted as often as `times` says, in `[-1, 1]`.
///
/// Sums run in the order of the pairs. Returns `None` where fewer than two count, or one side does not vary.
///
/// Source: Pearson (1896), "Mathematical Contributions to the Theory of Evolution. III", Phil. Trans. A 187: 253–318.
///
/// # Panics
/// Where the slices differ in length.
pub fn pearson(x: &[f64], y: &[f64], times: impl Fn(usize) -> f64) -> Option<f64> {
    assert_eq!(x.len(), y.len(), "pairs have two sides");
    let sum = |of: &dyn Fn(usize) -> f64| {
        let parts: RunningSum = (0..x.len()).map(|at| times(at) * of(at)).collect();
        parts.total()
    };
    let n = sum(&|_| 1.0);
    if n < 2.0 {
        return None;
    }
    let (mean_x, mean_y) = (sum(&|at| x[at]) / n, sum(&|at| y[at]) / n);
    let together = sum(&|at| (x[at] - mean_x) * (y[at] - mean_y));
    let of_x = sum(&|at| (x[at] - mean_x) * (x[at] - mean_x));
    let of_y = sum(&|at| (y[at] - mean_y) * (y[at] - mean_y));
    let widths = libm::sqrt(of_x) * libm::sqrt(of_y);
    (widths > 0.0).then(|| (together / widths).clamp(-1.0, 1.0))
}

/// Returns the 95 % interval of a correlation `r` of `n` pairs, lower end first.
///
/// Both figures are taken as normal: heavy tails make it wider in truth. Returns `None` for fewer than four pairs.
///
/// Source: Fisher (1921), "On the 'Probable Error' of a Coefficient of Correlation Deduced from a Small Sample",
/// Metron 1: 3–32.
pub fn interval(r: f64, n: usize) -> Option<[f64; 2]> {
    let error = error(n)?;
    let z = libm::atanh(r.clamp(-FURTHEST, FURTHEST));
    Some([-1.0, 1.0].map(|side| libm::tanh(z + side * crate::stats::wilson::Z_95 * error)))
}

/// Returns the chance of a correlation as high as `r` or higher over `n` pairs, where in truth it is `stated`.
///
/// That of one as low or lower is the rest to 1. `stated` in `(-1, 1)`. Returns `None` for fewer than four pairs.
///
/// Source: Fisher (1921), as [`interval`].
pub fn chance_of_higher(r: f64, stated: f64, n: usize) -> Option<f64> {
    let error = error(n)?;
    let z = |r: f64| libm::atanh(r.clamp(-FURTHEST, FURTHEST));
    let away = (z(r) - z(stated)) / error;
    Some(0.5 * libm::erfc(away / std::f64::consts::SQRT_2))
}

/// The deviation of Fisher's z.
fn error(n: usize) -> Option<f64> {
    (LEAST <= n).then(|| 1.0 / libm::sqrt((n - LEAST + 1) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Anscombe's first quartet.
    const X: [f64; 11] = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
    const Y: [f64; 11] = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];

    /// Figures of `scipy.stats.pearsonr(x, y)` and of its interval, scipy 1.17.1.
    #[test]
    fn the_correlation_and_its_interval_are_those_of_scipy() {
        let r = pearson(&X, &Y, |_| 1.0).expect("both vary");
        assert!((r - 0.8164205163448395).abs() < 1e-13, "{r}");
        let ends = interval(r, X.len()).expect("eleven pairs");
        assert!(
            (ends[0] - 0.4243912133932152).abs() < 1e-12 && (ends[1] - 0.9506932537865604).abs() < 1e-12,
            "{ends:?}"
        );
    }

    /// Figures of `scipy.stats.norm.sf((arctanh(r) − arctanh(c))·√(n − 3))`.
    #[test]
    fn the_chance_of_a_higher_one_is_that_of_the_normal_tail() {
        for (r, stated, n, expected) in [
            (0.53, 0.5, 800, 0.12446874960159743),
            (0.2, 0.0, 30, 0.14607215170937493),
            (-0.4, -0.1, 100, 0.9992744008242321),
            (0.9, 0.5, 12, 0.002813675817373389),
        ] {
            let found = chance_of_higher(r, stated, n).expect("enough pairs");
            assert!((found / expected - 1.0).abs() < 1e-11, "{r} {stated} {n}: {found}");
        }
    }

    #[test]
    fn a_pair_that_counts_twice_is_two_pairs() {
        let times = |at: usize| if at == 3 { 2.0 } else { 1.0 };
        let (mut x, mut y) = (X.to_vec(), Y.to_vec());
        x.push(X[3]);
        y.push(Y[3]);
        let (once, twice) = (pearson(&x, &y, |_| 1.0), pearson(&X, &Y, times));
        assert!(once.zip(twice).is_some_and(|(a, b)| (a - b).abs() < 1e-14));
    }

    #[test]
    fn what_does_not_vary_goes_with_nothing() {
        assert_eq!(pearson(&[1.0, 2.0], &[3.0, 3.0], |_| 1.0), None);
        assert_eq!(interval(0.5, 3), None);
    }
}
