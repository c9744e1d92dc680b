//! Intervals of a share of customers, and of the difference of two such shares.
//!
//! Score intervals hold their level for small counts and for shares near none or all, where the usual
//! `p ± z·s` runs below zero. It must not know whose shares they are.

/// The number of standard deviations on either side of a normal mean that hold 95 % of it.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// Halvings after which no bit of a double is left to decide.
const HALVINGS: usize = 80;
/// No interval is asked for that reaches further than this: the chance beyond is below 1e-30.
const FURTHEST: f64 = 12.0;

/// Returns Wilson's score interval of the share `part / whole`, lower end first, in `[0, 1]`.
///
/// `z` is the number of standard deviations that the level asks for: [`Z_95`] for 95 %.
///
/// Returns `None` where there is nobody, or the part is larger than the whole.
///
/// Source: Wilson (1927), "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22: 209–212.
pub fn wilson(part: u64, whole: u64, z: f64) -> Option<[f64; 2]> {
    if whole == 0 || whole < part {
        return None;
    }
    // Counts of customers are far below 2^53.
    let (n, p) = (whole as f64, part as f64 / whole as f64);
    let squared = z * z;
    let middle = p + squared / (2.0 * n);
    let reach = z * (p * (1.0 - p) / n + squared / (4.0 * n * n)).sqrt();
    let end = |x: f64| (x / (1.0 + squared / n)).clamp(0.0, 1.0);
    // At none and at all the formula meets 0 and 1 exactly; rounding must not miss them.
    let low = if part == 0 { 0.0 } else { end(middle - reach) };
    let high = if part == whole { 1.0 } else { end(middle + reach) };
    Some([low, high])
}

/// Returns the interval of the difference `after − before` of two independent shares, lower end first.
///
/// Each side is `[part, whole]`; Newcombe's hybrid score interval joins the Wilson intervals of both.
///
/// Returns `None` where either side has nobody.
///
/// Source: Newcombe (1998), "Interval Estimation for the Difference Between Independent Proportions", Statistics in
/// Medicine 17: 873–890, method 10.
pub fn newcombe(before: [u64; 2], after: [u64; 2], z: f64) -> Option<[f64; 2]> {
    let [low_0, high_0] = wilson(before[0], before[1], z)?;
    let [low_1, high_1] = wilson(after[0], after[1], z)?;
    let share = |[part, whole]: [u64; 2]| part as f64 / whole as f64;
    let (p_0, p_1) = (share(before), share(after));
    let away = |a: f64, b: f64| (a * a + b * b).sqrt();
    Some([
        (p_1 - p_0 - away(p_1 - low_1, high_0 - p_0)).max(-1.0),
        (p_1 - p_0 + away(high_1 - p_1, p_0 - low_0)).min(1.0),
    ])
}

/// Returns the `z` at which each of `n` intervals must stand so that all of them hold at once with a chance of 95 %.
///
/// One interval gives [`Z_95`], none is taken as one.
///
/// Source: Dunn (1961), "Multiple Comparisons Among Means", JASA 56: 52–64 (Bonferroni's inequality).
pub fn z_of_all(n: usize) -> f64 {
    const MISSED: f64 = 0.05;
    let beyond = MISSED / n.max(1) as f64;
    let (mut low, mut high) = (0.0, FURTHEST);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        // Both tails of a normal distribution beyond z: erfc(z / √2).
        if libm::erfc(middle / std::f64::consts::SQRT_2) > beyond {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees(ours: Option<[f64; 2]>, published: [f64; 2]) -> bool {
        // The tables print four places.
        ours.is_some_and(|it| it.iter().zip(published).all(|(a, b)| (a - b).abs() < 0.000_05 + 1e-9))
    }

    /// Newcombe (1998), "Two-Sided Confidence Intervals for the Single Proportion", Table I, method 3.
    #[test]
    fn shares_have_the_published_intervals() {
        let published = [
            (81, 263, [0.2553, 0.3662]),
            (15, 148, [0.0624, 0.1605]),
            (0, 20, [0.0, 0.1611]),
            (1, 29, [0.0061, 0.1718]),
        ];
        for (part, whole, ends) in published {
            assert!(agrees(wilson(part, whole, Z_95), ends), "{part}/{whole}");
        }
    }

    /// Newcombe (1998), "Interval Estimation for the Difference …", Table II, method 10.
    #[test]
    fn differences_have_the_published_intervals() {
        let published = [
            ([56, 70], [48, 80], [0.0524, 0.3339]),
            ([9, 10], [3, 10], [0.1705, 0.8090]),
            ([6, 7], [2, 7], [0.0582, 0.8062]),
            ([5, 56], [0, 29], [-0.0381, 0.1926]),
            ([0, 10], [0, 20], [-0.1611, 0.2775]),
            ([0, 10], [0, 10], [-0.2775, 0.2775]),
            ([10, 10], [0, 20], [0.6791, 1.0]),
            ([10, 10], [0, 10], [0.6075, 1.0]),
        ];
        for (after, before, ends) in published {
            assert!(agrees(newcombe(before, after, Z_95), ends), "{after:?} − {before:?}");
        }
    }

    #[test]
    fn swapped_sides_change_the_sign_alone() {
        let (there, back) = (newcombe([48, 80], [56, 70], Z_95), newcombe([56, 70], [48, 80], Z_95));
        let (there, back) = (
            there.expect("both sides have people"),
            back.expect("both sides have people"),
        );
        assert!((there[0] + back[1]).abs() < 1e-15 && (there[1] + back[0]).abs() < 1e-15);
    }

    #[test]
    fn nobody_has_no_share() {
        assert_eq!(wilson(0, 0, Z_95), None);
        assert_eq!(wilson(3, 2, Z_95), None);
        assert_eq!(newcombe([0, 0], [1, 2], Z_95), None);
    }

    /// Dunn's table gives 1.96, 2.24, 2.39 and 2.58 for 1, 2, 3 and 5 intervals and unlimited degrees of freedom.
    #[test]
    fn more_intervals_must_reach_further() {
        assert!((z_of_all(1) - Z_95).abs() < 1e-12);
        for (n, z) in [(2, 2.24), (3, 2.39), (5, 2.58)] {
            assert!((z_of_all(n) - z).abs() < 0.005, "{n}");
        }
    }
}
