//! What the order of values tells of a crowd's median.

/// The largest number of values whose binomial is added up; above it the normal approximation is as good.
const MOST_EXACT: usize = 400;

/// The normal deviate that leaves 2.5 % above.
const Z: f64 = 1.959_963_984_540_054;

/// Returns a 95 % interval of the median of whatever `sorted` (upwards, any unit) was drawn from: two of its values.
///
/// The ends are the r-th smallest and the r-th largest value, with the largest r such that at most 2.5 % of draws have
/// fewer than r values below the median. Nothing is assumed of the shape; with ties it covers more.
///
/// Returns `None` for fewer than six values: even the smallest and the largest hold the median in less than 95 % of draws.
///
/// Source: Conover (1999), "Practical Nonparametric Statistics", 3rd ed., §3.2.
pub fn median_interval(sorted: &[f64]) -> Option<[f64; 2]> {
    let n = sorted.len();
    let r = if n <= MOST_EXACT {
        // P(fewer than r of n below) for r = 1, 2, …: each term from the one before.
        let mut term = 0.5_f64.powi(i32::try_from(n).expect("few values"));
        let mut below = 0.0;
        let mut r = 0;
        while below + term <= 0.025 {
            below += term;
            term *= (n - r) as f64 / (r + 1) as f64;
            r += 1;
        }
        r
    } else {
        // Far above two rows: the cast keeps every count.
        ((n as f64 - Z * (n as f64).sqrt()) / 2.0).floor() as usize
    };
    (0 < r).then(|| [sorted[r - 1], sorted[n - r]])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(n: usize) -> Option<[f64; 2]> {
        let sorted: Vec<f64> = (1..=n).map(|it| it as f64).collect();
        median_interval(&sorted)
    }

    #[test]
    fn ranks_are_those_of_the_binomial_table() {
        // Conover, table A3 with p = ½; also `qbinom(0.025, n, 0.5)` of R.
        assert_eq!(ranks(5), None);
        assert_eq!(ranks(6), Some([1.0, 6.0]));
        assert_eq!(ranks(10), Some([2.0, 9.0]));
        assert_eq!(ranks(20), Some([6.0, 15.0]));
        assert_eq!(ranks(100), Some([40.0, 61.0]));
    }

    #[test]
    fn many_values_take_the_normal_ranks() {
        // qbinom(.025, 10000, .5) = 4902.
        assert_eq!(ranks(10_000), Some([4902.0, 9999.0 - 4902.0 + 2.0]));
    }
}
