//! Chances beyond a figure: the tails of the t, F, chi-squared and binomial distributions.
//!
//! They are written for tables of a million rows, where the usual difference of logarithms of gamma functions has
//! lost half of its digits. Only `libm` and plain arithmetic are used, so that a chance has the same bits everywhere.
//! It must not know what was tested.

/// Steps after which a continued fraction gives up; it takes some `√freedom` of them, and thousands are never met.
const MOST_STEPS: usize = 100_000;
/// A step that changes less than this is the last.
const SMALLEST_STEP: f64 = 1e-16;
/// Stands for zero in a denominator (Lentz).
const TINY: f64 = 1e-300;
/// From here on Stirling's series has all digits of a double with the terms that are taken.
const LARGE: f64 = 15.0;

/// Returns the chance of a t at least as far from zero as `t` with `freedom` degrees, on either side.
///
/// `t` may be infinite (0); `freedom` is positive.
///
/// Source: Abramowitz & Stegun (1964), "Handbook of Mathematical Functions", 26.7.1 and 26.5.27.
pub fn student_two_sided(t: f64, freedom: f64) -> f64 {
    if t.is_infinite() {
        return 0.0;
    }
    let square = t * t;
    beta_share(
        freedom / 2.0,
        0.5,
        freedom / (freedom + square),
        square / (freedom + square),
    )
}

/// Returns the chance of a correlation at least as far from zero as `r` among `n_rows` rows of two independent normal columns.
///
/// Source: Fisher (1915), "Frequency Distribution of the Values of the Correlation Coefficient", Biometrika 10: 507–521.
pub fn correlation_two_sided(r: f64, n_rows: usize) -> f64 {
    // t² = r²·freedom/(1 − r²), so that freedom/(freedom + t²) is 1 − r²: no division by nothing at r = 1.
    let freedom = n_rows.saturating_sub(2) as f64;
    beta_share(freedom / 2.0, 0.5, (1.0 - r) * (1.0 + r), r * r)
}

/// Returns the chance of an F of at least what explains `explained` of the variance, with `groups` and `errors` degrees of freedom.
///
/// `explained` is the share of the variance between the groups, in `[0, 1]`.
///
/// Source: Abramowitz & Stegun (1964), 26.6.2.
pub fn explained_above(explained: f64, groups: f64, errors: f64) -> f64 {
    // F = (explained/groups) / ((1 − explained)/errors), so that errors/(errors + groups·F) is 1 − explained.
    beta_share(errors / 2.0, groups / 2.0, 1.0 - explained, explained)
}

/// Returns the chance of a chi-squared of at least `x` with `freedom` degrees.
///
/// Source: Abramowitz & Stegun (1964), 26.4.19; series 6.5.29 and continued fraction 6.5.31.
pub fn chi_squared_above(x: f64, freedom: f64) -> f64 {
    let (a, x) = (freedom / 2.0, x / 2.0);
    if x <= 0.0 {
        return 1.0;
    }
    // The share below by its series, the share above by its fraction: each where it is the smaller one.
    let share = if x < a + 1.0 {
        1.0 - gamma_below(a, x)
    } else {
        gamma_above(a, x)
    };
    share.clamp(0.0, 1.0)
}

/// Returns the chance that `n_hits` of `n_tries` fair coins, or a number as far from half of them, come up heads.
///
/// Source: definition; both tails of a fair coin are equal.
pub fn fair_coin_two_sided(n_hits: usize, n_tries: usize) -> f64 {
    let n_fewer = n_hits.min(n_tries.saturating_sub(n_hits));
    // From the logarithm, as 2⁻ⁿ itself is no double for a thousand tries.
    let log_all = n_tries as f64 * std::f64::consts::LN_2;
    let mut log_ways = 0.0;
    let mut tail = 0.0;
    for k in 0..=n_fewer {
        tail += libm::exp(log_ways - log_all);
        log_ways += libm::log((n_tries - k) as f64 / (k + 1) as f64);
    }
    (2.0 * tail).min(1.0)
}

/// The regularised incomplete beta function `I_x(a, b)`; `rest` is `1 − x` with all its digits.
///
/// Source: Abramowitz & Stegun (1964), 26.5.8, evaluated by Lentz (1976), Applied Optics 15: 668–671.
fn beta_share(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if rest <= 0.0 {
        return 1.0;
    }
    // Each half of the range by the fraction that converges there.
    if x < (a + 1.0) / (a + b + 2.0) {
        beta_fraction(a, b, x, rest).clamp(0.0, 1.0)
    } else {
        (1.0 - beta_fraction(b, a, rest, x)).clamp(0.0, 1.0)
    }
}

fn beta_fraction(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    let log_of = |part: f64, other: f64| {
        if part < 0.5 {
            libm::log(part)
        } else {
            libm::log1p(-other)
        }
    };
    let front = libm::exp(a * log_of(x, rest) + b * log_of(rest, x) - log_beta(a, b)) / a;
    let term = |step: usize| {
        let m = (step / 2) as f64;
        if step.is_multiple_of(2) {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        }
    };
    let (mut c, mut d) = (1.0, 0.0);
    let mut fraction = 1.0;
    for step in 1..MOST_STEPS {
        let part = term(step);
        d = 1.0 / away_from_zero(1.0 + part * d);
        c = away_from_zero(1.0 + part / c);
        fraction *= c * d;
        if (c * d - 1.0).abs() < SMALLEST_STEP {
            break;
        }
    }
    // The fraction of 26.5.8 is 1/(1 + d₁/(1 + d₂/…)).
    front / fraction
}

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

fn gamma_below(a: f64, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0 / a, 1.0 / a);
    for step in 1..MOST_STEPS {
        term *= x / (a + step as f64);
        sum += term;
        if term < sum * SMALLEST_STEP {
            break;
        }
    }
    sum * libm::exp(log_gamma_front(a, x))
}

fn gamma_above(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for step in 1..MOST_STEPS {
        let step = step as f64;
        let part = -step * (step - a);
        b += 2.0;
        d = 1.0 / away_from_zero(part * d + b);
        c = away_from_zero(b + part / c);
        fraction *= c * d;
        if (c * d - 1.0).abs() < SMALLEST_STEP {
            break;
        }
    }
    fraction * libm::exp(log_gamma_front(a, x))
}

/// The logarithm of `xᵃ·e⁻ˣ / Γ(a)`.
fn log_gamma_front(a: f64, x: f64) -> f64 {
    if a < LARGE {
        return a * libm::log(x) - x - libm::lgamma(a);
    }
    // Stirling's Γ taken apart, so that nothing large is subtracted where x is near a.
    let away = (x - a) / a;
    let log = if away.abs() < 0.5 {
        libm::log1p(away)
    } else {
        libm::log(x / a)
    };
    a * (log - away) + 0.5 * libm::log(a / std::f64::consts::TAU) - stirling(a)
}

/// The logarithm of the beta function.
///
/// Source: Didonato & Morris (1992), "Significant Digit Computation of the Incomplete Beta Function Ratios", ACM TOMS 18: 360–373, §5.
fn log_beta(a: f64, b: f64) -> f64 {
    let (small, large) = (a.min(b), a.max(b));
    if large < LARGE {
        return libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    }
    let sum = small + large;
    let ratio = libm::log1p(-small / sum);
    if small < LARGE {
        return libm::lgamma(small) + small - small * libm::log(sum) + (large - 0.5) * ratio + stirling(large)
            - stirling(sum);
    }
    let half_log_of_tau = 0.5 * libm::log(std::f64::consts::TAU);
    half_log_of_tau - 0.5 * libm::log(large)
        + (small - 0.5) * libm::log(small / sum)
        + large * ratio
        + stirling(small)
        + stirling(large)
        - stirling(sum)
}

/// What Stirling's formula lacks of the logarithm of `Γ(x)`, for large `x`.
///
/// Source: Abramowitz & Stegun (1964), 6.1.41.
fn stirling(x: f64) -> f64 {
    let square = 1.0 / (x * x);
    let tail = 1.0 / 1680.0 - square / 1188.0;
    (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * tail))) / x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(ours: f64, theirs: f64) {
        // Twelve digits are what a fact keeps.
        assert!((ours - theirs).abs() <= 1e-11 * theirs, "{ours} {theirs}");
    }

    /// `2 * scipy.stats.t.sf(t, freedom)`, scipy 1.17.1.
    #[test]
    fn tails_of_t_are_those_of_scipy() {
        let cases = [
            (2.0, 4.0, 0.11611652351681556),
            (0.3, 1.0, 0.8144528418445154),
            (12.5, 9.0, 5.434313181780654e-07),
            (2.2, 236.0, 0.028776822421749605),
            (1.96, 1000000.0, 0.04999606758526985),
            (8.0, 999998.0, 1.2455063459499838e-15),
            (0.001, 50.0, 0.9992060947755017),
        ];
        for (t, freedom, p) in cases {
            near(student_two_sided(t, freedom), p);
        }
    }

    /// `scipy.stats.chi2.sf(x, freedom)`.
    #[test]
    fn tails_of_chi_squared_are_those_of_scipy() {
        let cases = [
            (3.84, 1.0, 0.05004352124870519),
            (0.02, 1.0, 0.887537083981715),
            (25.0, 6.0, 0.00034145459689170836),
            (90.0, 100.0, 0.7531979655998298),
            (1100.0, 1000.0, 0.014614408126295192),
            (140.0, 20.0, 5.061297149038728e-20),
            (0.5, 12.0, 0.9999997261864366),
            (50000.0, 49000.0, 0.0007490962691950882),
        ];
        for (x, freedom, p) in cases {
            near(chi_squared_above(x, freedom), p);
        }
    }

    /// `scipy.stats.f.sf(x / groups / ((1 - x) / errors), groups, errors)` for a share `x`.
    #[test]
    fn tails_of_f_are_those_of_scipy() {
        let cases = [
            (0.1, 2.0, 47.0, 0.08408121365769552),
            (0.5, 3.0, 20.0, 0.002666848417085725),
            (2e-05, 4.0, 999995.0, 0.0004993719877510622),
            (0.02, 60.0, 1939.0, 0.979664840902542),
            (0.9, 1.0, 3.0, 0.013846832988859038),
        ];
        for (x, groups, errors, p) in cases {
            near(explained_above(x, groups, errors), p);
        }
    }

    /// `scipy.stats.binomtest(hits, tries).pvalue`.
    #[test]
    fn tails_of_coins_are_those_of_scipy() {
        let cases = [
            (36, 50, 0.0026021714567221466),
            (3, 50, 3.708322537931963e-11),
            (20, 50, 0.20263875106454066),
            (50, 50, 1.7763568394002505e-15),
            (900, 2000, 8.45708953550381e-06),
            (7, 9, 0.1796875),
        ];
        for (hits, tries, p) in cases {
            near(fair_coin_two_sided(hits, tries), p);
        }
    }

    #[test]
    fn at_the_ends_chances_are_none_or_all() {
        assert_eq!(student_two_sided(f64::INFINITY, 3.0), 0.0);
        assert_eq!(student_two_sided(0.0, 3.0), 1.0);
        assert_eq!(chi_squared_above(0.0, 3.0), 1.0);
        assert_eq!(explained_above(1.0, 2.0, 9.0), 0.0);
        assert_eq!(explained_above(0.0, 2.0, 9.0), 1.0);
        assert_eq!(fair_coin_two_sided(0, 0), 1.0);
        assert_eq!(fair_coin_two_sided(5, 10), 1.0);
    }
}
