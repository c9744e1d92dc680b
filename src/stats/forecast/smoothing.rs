//! Exponential smoothing with additive errors: level, trend, season; and Theta.
//!
//! The models are fitted by least squares of their one-step errors, from
//! starting states that a decomposition gives. They see a plain series on
//! whatever scale it is modelled on, and must not know what it measures.

use crate::stats::forecast::simplex::Point;
use crate::stats::forecast::simplex::minimum;

/// How a model's level moves on from one period to the next, errors aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trend {
    /// It stays.
    None,
    /// It goes on by a slope.
    Linear,
    /// It goes on by a slope that fades, so that a long projection stays sober.
    Damped,
}

/// A fitted model at the end of its series.
#[derive(Debug, Clone)]
pub(super) struct Smoothed {
    level: f64,
    slope: f64,
    damping: f64,
    /// One effect a phase, the next period's first; empty without season.
    season: Vec<f64>,
    /// The weight of the newest error in the level.
    alpha: f64,
    /// Akaike's criterion, corrected for short series; smaller is better.
    criterion: f64,
}

// The places of the weights in the search, named as in the source.
const ALPHA: usize = 0;
const BETA: usize = 1;
const GAMMA: usize = 2;
const PHI: usize = 3;

/// Bounds of the weight of the newest error in the level, kept off its ends.
const ALPHA_BOUNDS: (f64, f64) = (1e-4, 0.9999);
/// Bounds of the damping: below 0.8 a trend is gone within a year, above 0.98 it is not damped.
/// Source: Hyndman & Athanasopoulos (2021), "Forecasting: Principles and Practice", §8.2.
const PHI_BOUNDS: (f64, f64) = (0.8, 0.98);
/// Where the search starts: a calm level, hardly any trend, a slow season.
const START: Point = [0.3, 0.05, 0.1, 0.95];
/// The first steps of the search, with the signs that keep them inside the bounds.
const STEPS: Point = [0.3, 0.15, 0.15, -0.08];
/// Evaluations a search may spend; the surface is flat near its minimum, and more buys no accuracy.
const MAX_EVALUATIONS: usize = 100;
/// Periods from whose line the starting level and slope are read where there is no season.
const N_START: usize = 10;

/// Returns the model fitted to `values`.
///
/// `values` holds one finite number a period, oldest first, at least two; `season` the additive
/// effects of the first cycle, in its order, or nothing for a model without season.
///
/// Source: Hyndman, Koehler, Ord & Snyder (2008), "Forecasting with Exponential Smoothing",
/// table 2.2: (A,N,N), (A,A,N), (A,Ad,N) and the same with an additive season.
pub(super) fn smoothed(values: &[f64], trend: Trend, season: &[f64]) -> Smoothed {
    let mut steps = STEPS;
    let mut start = START;
    if trend == Trend::None {
        (start[BETA], steps[BETA]) = (0.0, 0.0);
    }
    if trend != Trend::Damped {
        (start[PHI], steps[PHI]) = (1.0, 0.0);
    }
    if season.is_empty() {
        (start[GAMMA], steps[GAMMA]) = (0.0, 0.0);
    }
    let (level, slope) = starting_line(values, trend, season);
    let mut effects = season.to_vec();
    let mut pass = |point: &Point| {
        effects.copy_from_slice(season);
        // The first step damps the starting slope; undo that beforehand.
        passed(values, point, (level, slope / point[PHI]), &mut effects)
    };
    let inside = |p: &Point| {
        (ALPHA_BOUNDS.0..=ALPHA_BOUNDS.1).contains(&p[ALPHA])
            && (0.0..=ALPHA_BOUNDS.1).contains(&p[BETA])
            // The usual region: a season may not answer to more of an error than the level leaves.
            && (0.0..=1.0 - p[ALPHA]).contains(&p[GAMMA])
            && (trend != Trend::Damped || (PHI_BOUNDS.0..=PHI_BOUNDS.1).contains(&p[PHI]))
    };
    let best = minimum(
        |p| if inside(p) { pass(p).squares } else { f64::INFINITY },
        start,
        steps,
        MAX_EVALUATIONS,
    );
    let end = pass(&best);
    let n_parameters = steps.iter().filter(|step| **step != 0.0).count() + if trend == Trend::None { 1 } else { 2 };
    if !season.is_empty() {
        let phase = values.len() % season.len();
        effects.rotate_left(phase);
    }
    Smoothed {
        level: end.level,
        slope: end.slope,
        damping: best[PHI],
        season: effects,
        alpha: best[ALPHA],
        criterion: criterion(end.squares, values.len(), n_parameters),
    }
}

/// Returns the best model without season by the corrected Akaike criterion: without trend, with a linear or a damped one.
///
/// `level_only` is the model of the same `values` with [`Trend::None`]; on a tie it wins.
///
/// Source: Hyndman et al. (2008), §7.2.
pub(super) fn smoothed_by_criterion(values: &[f64], level_only: &Smoothed) -> Smoothed {
    let mut best = level_only.clone();
    for trend in [Trend::Linear, Trend::Damped] {
        let model = smoothed(values, trend, &[]);
        if model.criterion < best.criterion {
            best = model;
        }
    }
    best
}

impl Smoothed {
    /// Returns the projections of the next `horizon` periods.
    pub(super) fn projected(&self, horizon: usize) -> Vec<f64> {
        let (mut level, mut slope) = (self.level, self.slope);
        let step = |i: usize| {
            slope *= self.damping;
            level += slope;
            level
                + if self.season.is_empty() {
                    0.0
                } else {
                    self.season[i % self.season.len()]
                }
        };
        (0..horizon).map(step).collect()
    }
}

/// Returns the projections of the next `horizon` periods by the Theta method.
///
/// `values` are without season; `level_only` is their model with [`Trend::None`]: Theta is its
/// level plus half the slope of the straight line through all values.
///
/// Source: Assimakopoulos & Nikolopoulos (2000), "The Theta Model", IJF 16: 521–530; in the form of
/// Hyndman & Billah (2003), "Unmasking the Theta Method", IJF 19: 287–290, equation 6.
pub(super) fn theta(values: &[f64], level_only: &Smoothed, horizon: usize) -> Vec<f64> {
    let slope = line(values).1 / 2.0;
    let (alpha, n) = (level_only.alpha, values.len() as f64);
    // What the level lags behind a steady slope; it settles at 1/α.
    let lag = (1.0 - libm::pow(1.0 - alpha, n)) / alpha;
    (0..horizon)
        .map(|i| level_only.level + slope * (i as f64 + lag))
        .collect()
}

/// The states after a pass through the series, and the sum of its squared errors.
struct Pass {
    squares: f64,
    level: f64,
    slope: f64,
}

/// Runs the recursions through `values` from the given level and slope; `season` holds one effect a phase, and moves on.
fn passed(values: &[f64], weights: &Point, (level, slope): (f64, f64), season: &mut [f64]) -> Pass {
    let [alpha, beta, gamma, phi] = *weights;
    let (mut level, mut slope, mut squares) = (level, slope, 0.0);
    let mut phase = 0;
    for value in values {
        let effect = season.get(phase).copied().unwrap_or(0.0);
        let expected = level + phi * slope;
        let error = value - expected - effect;
        squares += error * error;
        level = expected + alpha * error;
        slope = phi * slope + alpha * beta * error;
        if let Some(state) = season.get_mut(phase) {
            *state = effect + gamma * error;
            phase = if phase + 1 == season.len() { 0 } else { phase + 1 };
        }
    }
    Pass { squares, level, slope }
}

/// Returns level and slope one period before the first of `values`, read from a line through the first periods.
fn starting_line(values: &[f64], trend: Trend, season: &[f64]) -> (f64, f64) {
    let n = if season.is_empty() { N_START } else { 2 * season.len() }.min(values.len());
    let effect = |i: usize| {
        if season.is_empty() {
            0.0
        } else {
            season[i % season.len()]
        }
    };
    let first: Vec<f64> = (0..n).map(|i| values[i] - effect(i)).collect();
    match (trend, line(&first)) {
        (Trend::None, (centre, _)) => (centre, 0.0),
        (_, (centre, slope)) => (centre - slope * (n as f64 + 1.0) / 2.0, slope),
    }
}

/// Returns the value in the middle of the least-squares line through `values`, and its slope a period.
fn line(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let centre = values.iter().sum::<f64>() / n;
    let middle = (n - 1.0) / 2.0;
    let products: f64 = values
        .iter()
        .enumerate()
        .map(|(i, v)| (i as f64 - middle) * (v - centre))
        .sum();
    // Σ(i − middle)² in closed form; one value has no slope.
    let squares = n * (n * n - 1.0) / 12.0;
    (centre, if squares > 0.0 { products / squares } else { 0.0 })
}

/// Returns Akaike's criterion of a Gaussian model, corrected for short series.
///
/// Source: Hurvich & Tsai (1989), "Regression and Time Series Model Selection in Small Samples",
/// Biometrika 76: 297–307.
fn criterion(squares: f64, n_values: usize, n_weights: usize) -> f64 {
    // One more parameter for the variance.
    let (n, k) = (n_values as f64, n_weights as f64 + 1.0);
    let spare = (n - k - 1.0).max(1.0);
    // A perfect fit has no logarithm; the floor keeps perfect fits comparable by their parameters.
    n * libm::log((squares / n).max(f64::MIN_POSITIVE)) + 2.0 * k + 2.0 * k * (k + 1.0) / spare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_smoothing_follows_its_recursion() {
        // By hand, α = ½ from level 10: errors 2, 3, −3; levels 11, 12.5, 11.
        let pass = passed(&[12.0, 14.0, 9.5], &[0.5, 0.0, 0.0, 1.0], (10.0, 0.0), &mut []);
        assert_eq!((pass.level, pass.squares), (11.0, 22.0));
    }

    #[test]
    fn a_straight_line_goes_on() {
        let values: Vec<f64> = (0..30).map(|i| 5.0 + 2.0 * f64::from(i)).collect();
        let projected = smoothed(&values, Trend::Linear, &[]).projected(2);
        // The start is the line itself, so every error is rounding.
        assert!(
            (projected[0] - 65.0).abs() < 1e-9 && (projected[1] - 67.0).abs() < 1e-9,
            "{projected:?}"
        );
    }

    #[test]
    fn a_season_comes_back_in_its_phase() {
        let season = [3.0, -1.0, -2.0];
        let values: Vec<f64> = (0..14).map(|i| 10.0 + season[i % 3]).collect();
        let projected = smoothed(&values, Trend::Damped, &season).projected(3);
        let expected = [8.0, 13.0, 9.0];
        assert!(
            projected.iter().zip(expected).all(|(p, e)| (p - e).abs() < 1e-9),
            "{projected:?}"
        );
    }

    #[test]
    fn theta_adds_half_the_slope_of_the_line() {
        let values: Vec<f64> = (0..40).map(|i| f64::from(i % 2) + f64::from(i)).collect();
        let level_only = smoothed(&values, Trend::None, &[]);
        let projected = theta(&values, &level_only, 3);
        let half = line(&values).1 / 2.0;
        assert!((projected[2] - projected[1] - half).abs() < 1e-12);
    }

    #[test]
    fn the_criterion_prefers_no_trend_where_there_is_none() {
        let values: Vec<f64> = (0..48).map(|i| [1.0, -1.0, 0.5, -0.5, 0.2, -0.2][i % 6]).collect();
        let level_only = smoothed(&values, Trend::None, &[]);
        let chosen = smoothed_by_criterion(&values, &level_only);
        assert_eq!(chosen.slope, 0.0);
    }
}
