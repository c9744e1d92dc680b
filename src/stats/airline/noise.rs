//! Airline noise: how what is left over hangs together over time.
//!
//! Changes of changes of a series with a slowly moving level and season are a moving average of one period and one cycle. It must
//! not know of regressors.

/// The two numbers of the airline model: `(1 − θB)(1 − ΘBˢ)aₜ`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    /// θ: near one where the level stays, near zero where it wanders; in `(−1, 1)`.
    pub level: f64,
    /// Θ: near one where the season stays the same from year to year; in `[0, 1)`.
    pub season: f64,
}

/// Where the search begins. A season whose changes repeat themselves (Θ below zero) is none.
const LEVELS: [f64; 5] = [-0.4, 0.0, 0.4, 0.7, 0.9];
const SEASONS: [f64; 4] = [0.0, 0.4, 0.7, 0.9];
/// Steps of the search, each half of the one before: effects do not feel a finer one.
const STEPS: [f64; 3] = [0.1, 0.05, 0.025];
/// The farthest from zero: at one the noise has no inverse, and a handful of cycles cannot tell the two apart.
const MOST: f64 = 0.95;

/// Returns the noise of the greatest `log_likelihood`: the best of a grid, then uphill in halving steps.
///
/// Deterministic: of equals the first is taken. `None` where it is defined nowhere.
pub(super) fn likeliest(log_likelihood: impl Fn(Noise) -> Option<f64>) -> Option<Noise> {
    let mut best: Option<(f64, Noise)> = None;
    let mut better = |noise: Noise| {
        let found = log_likelihood(noise).filter(|it| it.is_finite())?;
        if best.is_none_or(|(most, _)| found > most) {
            best = Some((found, noise));
        }
        best
    };
    let mut top = None;
    for level in LEVELS {
        for season in SEASONS {
            top = better(Noise { level, season }).or(top);
        }
    }
    let (_, mut at) = top?;
    for step in STEPS {
        loop {
            let from = at;
            for (by_level, by_season) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
                let noise = Noise {
                    level: (from.level + by_level).clamp(-MOST, MOST),
                    season: (from.season + by_season).clamp(0.0, MOST),
                };
                if noise != from {
                    at = better(noise).map_or(at, |it| it.1);
                }
            }
            if at == from {
                break;
            }
        }
    }
    Some(at)
}

impl Noise {
    /// Returns the covariance of two values `lag` periods apart, where innovations have variance one.
    ///
    /// Source: Box & Jenkins (1970), "Time Series Analysis", §9.2.
    pub(super) fn covariance(self, lag: usize, season: usize) -> f64 {
        let (a, b) = (self.level, self.season);
        let mut covariance = 0.0;
        // With a cycle of two periods lags coincide, and add up.
        for (at, value) in [
            (0, (1.0 + a * a) * (1.0 + b * b)),
            (1, -a * (1.0 + b * b)),
            (season - 1, a * b),
            (season, -b * (1.0 + a * a)),
            (season + 1, a * b),
        ] {
            if at == lag {
                covariance += value;
            }
        }
        covariance
    }

    /// Returns the root of the covariance of values at `times`, ascending; `None` where rounding leaves none.
    pub(super) fn factor(self, times: &[usize], season: usize) -> Option<Factor> {
        let reach = season + 1;
        let by_lag: Vec<f64> = (0..=reach).map(|lag| self.covariance(lag, season)).collect();
        let mut rows: Vec<Row> = Vec::with_capacity(times.len());
        let mut log_determinant = 0.0;
        for (i, time) in times.iter().enumerate() {
            // Whatever is further away than a cycle and a period is independent: the root is as narrow.
            let from = times[..i].partition_point(|it| it + reach < *time);
            let mut cells = Vec::with_capacity(i + 1 - from);
            for j in from..=i {
                let covariance = by_lag[time - times[j]];
                if j == i {
                    let left: f64 = covariance - cells.iter().map(|x: &f64| x * x).sum::<f64>();
                    if left.is_nan() || left <= 0.0 {
                        return None;
                    }
                    log_determinant += libm::log(left);
                    cells.push(left.sqrt());
                } else {
                    let other = &rows[j];
                    let start = from.max(other.from);
                    let shared = (start..j).map(|k| cells[k - from] * other.cells[k - other.from]);
                    let shared: f64 = shared.sum();
                    cells.push((covariance - shared) / other.cells[j - other.from]);
                }
            }
            rows.push(Row { from, cells });
        }
        Some(Factor { rows, log_determinant })
    }
}

/// A row of a narrow lower triangle.
struct Row {
    /// The column of its first cell; the last stands on the diagonal.
    from: usize,
    cells: Vec<f64>,
}

/// The Cholesky root of a covariance.
pub(super) struct Factor {
    rows: Vec<Row>,
    /// Logarithm of the determinant of the covariance.
    pub(super) log_determinant: f64,
}

impl Factor {
    /// Returns `values` as they were if the noise were independent, of variance one.
    pub(super) fn whitened(&self, values: &[f64]) -> Vec<f64> {
        let mut white: Vec<f64> = Vec::with_capacity(values.len());
        for (row, value) in self.rows.iter().zip(values) {
            let i = white.len();
            let known: f64 = row.cells[..i - row.from]
                .iter()
                .zip(&white[row.from..])
                .map(|(cell, x)| cell * x)
                .sum();
            white.push((value - known) / row.cells[i - row.from]);
        }
        white
    }
}
