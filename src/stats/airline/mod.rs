//! What known regressors do to a seasonal series: regression under airline noise.
//!
//! Weekdays and moving holidays are known years ahead. What they do to a month is learned from its history, on changes of changes
//! (from one period to the next, from one cycle to the next), so that neither level, trend nor season must be known. What is left
//! over is not independent: it follows the airline model, whose two numbers are found by restricted maximum likelihood. It must not know
//! what a regressor counts.
//!
//! Least squares with robust standard errors would be simpler. On sixty months without any effect their test names one in more
//! than half of all series (`tests/calendar/sizes.py`): differences of noise repeat themselves a year later, and no window that
//! fits sixty months sees that well enough.
//!
//! Sums run over time, in its order, the same on every machine and for every number of threads.

mod least_squares;
mod noise;
#[cfg(test)]
mod tests;

pub use noise::Noise;

use least_squares::Fitted;
use statrs::distribution::ContinuousCDF;
use statrs::distribution::FisherSnedecor;
use statrs::distribution::StudentsT;
use std::ops::Range;

/// Differenced values a regressor needs, and cycles of them and values in all: with fewer, the noise is guessed, and the test of no
/// effect names more than it may.
const VALUES_PER_COLUMN: usize = 5;
const CYCLES: usize = 2;
const LEAST_VALUES: usize = 24;
/// Numbers of the noise, which are estimated too.
const NOISE_NUMBERS: usize = 2;
/// Of a column that the ones before it tell, less than this share of its sum of squares is left.
const DEPENDENT: f64 = 1e-9;

/// What regressors do to a series, with how sure that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// One effect a column, in units of the series for one of the column.
    pub effects: Vec<f64>,
    /// Covariance of the effects.
    pub covariance: Vec<Vec<f64>>,
    /// The noise that fits best.
    pub noise: Noise,
    /// Variance of the noise's innovations.
    pub variance: f64,
    /// Differenced values that it was learned from.
    pub n: usize,
}

/// Returns what `columns` do to `values`, or `None` where there is too little to learn it from.
///
/// `values` holds one value a period, oldest first, on the scale where effects add up; gaps are NaN. `columns` hold one number a
/// period each, at least as many as `values`; `season` is the cycle, at least two periods.
///
/// `None` with fewer differenced values than [`values_needed`], without columns, and where columns depend on each other.
///
/// Source: Findley, Monsell, Bell, Otto & Chen (1998), "New Capabilities and Methods of the X-12-ARIMA Seasonal-Adjustment Program",
/// JBES 16: 127–152, §2 (regARIMA); Box & Jenkins (1970), "Time Series Analysis", §9.2 (the airline model).
pub fn fit(values: &[f64], columns: &[Vec<f64>], season: usize) -> Option<Fit> {
    let changes = Changes::new(values, columns, season)?;
    let noise = noise::likeliest(|noise| changes.fitted(noise).map(|it| it.log_likelihood))?;
    changes.fit(noise)
}

/// Returns the differenced values from which the effects of so many columns can be learned.
///
/// A series without gaps has as many as it has periods beyond the first cycle and one more.
///
/// Source: definition.
pub fn values_needed(n_columns: usize, season: usize) -> usize {
    (VALUES_PER_COLUMN * n_columns).max(CYCLES * season).max(LEAST_VALUES)
}

/// Returns the same under noise that is known.
///
/// Source: Aitken (1935), "On Least Squares and Linear Combinations of Observations", Proceedings of the Royal Society of
/// Edinburgh 55: 42–48.
pub fn fit_under(values: &[f64], columns: &[Vec<f64>], season: usize, noise: Noise) -> Option<Fit> {
    Changes::new(values, columns, season)?.fit(noise)
}

/// Returns which of `columns` can be told from season, trend and the columns before them, over the first `n` periods.
///
/// The result holds indices, ascending.
///
/// Source: definition (modified Gram–Schmidt on differences).
pub fn independent(columns: &[Vec<f64>], season: usize, n: usize) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for (idx, column) in columns.iter().enumerate() {
        let mut rest: Vec<f64> = (season + 1..n).map(|t| change(column, t, season)).collect();
        let all = least_squares::product(&rest, &rest);
        for other in &basis {
            let share = least_squares::product(&rest, other);
            rest.iter_mut().zip(other).for_each(|(x, o)| *x -= share * o);
        }
        let left = least_squares::product(&rest, &rest);
        if left > DEPENDENT * all && all > 0.0 {
            let length = left.sqrt();
            basis.push(rest.into_iter().map(|x| x / length).collect());
            kept.push(idx);
        }
    }
    kept
}

impl Fit {
    /// Returns the degrees of freedom of its variance.
    pub fn freedom(&self) -> f64 {
        (self.n - self.effects.len() - NOISE_NUMBERS) as f64
    }

    /// Returns what `row` of regressors does, and the standard error of that; `row` holds one number a column.
    ///
    /// Source: definition.
    pub fn effect(&self, row: &[f64]) -> (f64, f64) {
        let effect = least_squares::product(row, &self.effects);
        let spread: Vec<f64> = self
            .covariance
            .iter()
            .map(|it| least_squares::product(it, row))
            .collect();
        (effect, least_squares::product(row, &spread).max(0.0).sqrt())
    }

    /// Returns how many standard errors a 95 % interval reaches to either side.
    ///
    /// Source: definition (Student's t).
    pub fn reach95(&self) -> f64 {
        let student = StudentsT::new(0.0, 1.0, self.freedom()).expect("more values than columns");
        student.inverse_cdf(0.975)
    }

    /// Returns the probability of effects at least this far from none in some of its columns, if they have none.
    ///
    /// `None` for no column.
    ///
    /// Source: definition (the F test of a linear hypothesis).
    pub fn p(&self, columns: Range<usize>) -> Option<f64> {
        let effects = self.effects.get(columns.clone()).filter(|it| !it.is_empty())?;
        let block: Vec<Vec<f64>> = self.covariance[columns.clone()]
            .iter()
            .map(|row| row[columns.clone()].to_vec())
            .collect();
        let solved = least_squares::solved(&block, effects)?;
        let f = least_squares::product(effects, &solved) / effects.len() as f64;
        let fisher = FisherSnedecor::new(effects.len() as f64, self.freedom()).ok()?;
        Some(fisher.sf(f.max(0.0)).clamp(0.0, 1.0))
    }
}

/// Changes from period to period of the changes from cycle to cycle, of a series and its regressors.
struct Changes {
    season: usize,
    /// The period of each; ascending, with holes where the series has gaps.
    times: Vec<usize>,
    values: Vec<f64>,
    columns: Vec<Vec<f64>>,
}

impl Changes {
    fn new(values: &[f64], columns: &[Vec<f64>], season: usize) -> Option<Self> {
        let times: Vec<usize> = (season + 1..values.len())
            .filter(|&t| change(values, t, season).is_finite())
            .collect();
        if season < 2 || columns.is_empty() || times.len() < values_needed(columns.len(), season) {
            return None;
        }
        let of = |all: &[f64]| times.iter().map(|&t| change(all, t, season)).collect::<Vec<f64>>();
        Some(Self {
            season,
            values: of(values),
            columns: columns.iter().map(|it| of(it)).collect(),
            times,
        })
    }

    fn fitted(&self, noise: Noise) -> Option<Fitted> {
        let factor = noise.factor(&self.times, self.season)?;
        let columns: Vec<Vec<f64>> = self.columns.iter().map(|it| factor.whitened(it)).collect();
        Fitted::new(&factor.whitened(&self.values), &columns, factor.log_determinant)
    }

    fn fit(&self, noise: Noise) -> Option<Fit> {
        let fitted = self.fitted(noise)?;
        let variance = fitted.rest / (self.times.len() - self.columns.len() - NOISE_NUMBERS) as f64;
        let scaled = |row: &Vec<f64>| row.iter().map(|x| x * variance).collect();
        Some(Fit {
            covariance: fitted.inverse.iter().map(scaled).collect(),
            effects: fitted.effects,
            noise,
            variance,
            n: self.times.len(),
        })
    }
}

/// The change since the period before of the change since the cycle before.
fn change(all: &[f64], t: usize, season: usize) -> f64 {
    (all[t] - all[t - season]) - (all[t - 1] - all[t - season - 1])
}
