//! How likely so many of a crowd would be, were the share what someone says.
//!
//! It must not know who was counted.

/// Returns the chance of `part` or more of `whole`, where each is one with the chance `share`.
///
/// `share` in `[0, 1]`. All of a crowd of nobody are none: the chance is 1.
///
/// Source: definition; the terms of Clopper & Pearson (1934), "The Use of Confidence or Fiducial Limits Illustrated in the
/// Case of the Binomial", Biometrika 26: 404–413.
pub fn at_least(part: u64, whole: u64, share: f64) -> f64 {
    if part == 0 {
        return 1.0;
    }
    // So many or more are one kind where so few or fewer are the other.
    whole
        .checked_sub(part)
        .map_or(0.0, |others| at_most(others, whole, 1.0 - share))
}

/// Returns the chance of `part` or fewer of `whole`, where each is one with the chance `share`; else as [`at_least`].
///
/// Source: definition.
pub fn at_most(part: u64, whole: u64, share: f64) -> f64 {
    if whole <= part || share <= 0.0 {
        return 1.0;
    }
    if 1.0 <= share {
        return 0.0;
    }
    // Counts of customers are far below 2^53: the casts are exact.
    let mean = whole as f64 * share;
    if part as f64 <= mean {
        lower_terms(part, whole, share)
    } else {
        // The side with the mean is added up from the other, small one, which loses nothing.
        1.0 - lower_terms(whole - part - 1, whole, 1.0 - share)
    }
}

/// Adds up the terms from `part` down, each made of the one before; they fall where `part` is not above the mean.
fn lower_terms(part: u64, whole: u64, share: f64) -> f64 {
    let odds = (1.0 - share) / share;
    let (mut term, mut sum) = (1.0_f64, 1.0_f64);
    for k in (1..=part).rev() {
        term *= odds * k as f64 / (whole - k + 1) as f64;
        sum += term;
        if term < sum * f64::EPSILON {
            break;
        }
    }
    (sum * libm::exp(log_chance(part, whole, share))).min(1.0)
}

/// Returns the logarithm of the chance of exactly `part`.
fn log_chance(part: u64, whole: u64, share: f64) -> f64 {
    let (k, n) = (part as f64, whole as f64);
    let ways = libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
    ways + k * libm::log(share) + (n - k) * libm::log1p(-share)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of `scipy.stats.binomtest(k, n, p, alternative).pvalue`, scipy 1.17.1.
    #[test]
    fn chances_are_those_of_scipy() {
        let known = [
            (129, 800, 0.1, 5.233630034043192e-08, 0.9999999703278509),
            (30, 800, 0.05, 0.9605699866495432, 0.05705832620965086),
            (0, 50, 0.1, 1.0, 0.0051537752073201135),
            (50, 50, 0.9, 0.005153775207320118, 1.0),
            (7, 20, 0.5, 0.9423408508300781, 0.13158798217773438),
            (4312, 100000, 0.045, 0.9980895234824962, 0.002006646312123359),
            (500300, 1000000, 0.5, 0.2745864529565636, 0.7260799961953723),
            (12, 2469, 0.01, 0.9983699699352274, 0.0035977434721422607),
            (90, 100, 0.1, 6.11023682419113e-78, 1.0),
        ];
        for (part, whole, share, more, fewer) in known {
            let found = [at_least(part, whole, share), at_most(part, whole, share)];
            // The logarithm of a million's factorial is 1e7: of sixteen digits nine are left behind the point.
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-8 * b;
            assert!(
                near(found[0], more) && near(found[1], fewer),
                "{part}/{whole}: {found:?}"
            );
        }
    }

    #[test]
    fn certain_and_impossible_shares_have_their_chances() {
        assert_eq!([at_least(0, 5, 0.0), at_most(5, 5, 1.0)], [1.0, 1.0]);
        assert_eq!([at_least(1, 5, 0.0), at_most(4, 5, 1.0)], [0.0, 0.0]);
    }

    #[test]
    fn both_sides_share_one_term() {
        // Four of ten at one half: 210 of 1024 ways.
        let both = at_least(4, 10, 0.5) + at_most(4, 10, 0.5) - 1.0;
        assert!((both - 210.0 / 1024.0).abs() < 1e-14);
    }
}
