//! Deviation kernels: what history led us to expect, and how far the target is from it.
//!
//! For each series of a metric a small pool of models is run over the past,
//! always from what was known at the time; their median projects the target, and
//! their errors, pooled over the metric's series, say how wide the bands are and
//! how rare a deviation is. Functions take plain slices, one value a period, and
//! must not know what the series measure or how they will be worded.
//!
//! Sums over what has no order of its own (errors, sizes, series) are exact ones.
//! Inside a fit and its search (`smoothing`, `simplex`, `student`, the equations of
//! `calendar`) a plain running sum stays: it is the innermost loop of thousands of
//! fits, and its order is that of time, of sorted sizes or of columns, the same on
//! every machine and for every number of threads.

mod backtest;
mod calendar;
mod fdr;
mod known;
mod pool;
mod prophet;
mod season;
mod series;
mod simplex;
mod smoothing;
mod spread;
mod student;
#[cfg(test)]
mod tests;

pub use fdr::benjamini_hochberg;
pub use known::Known;
pub use prophet::ProphetSeasonality;
pub use spread::BandSource;
pub use student::Tail;

use crate::stats::forecast::backtest::Frame;
use crate::stats::forecast::backtest::Rolled;
use crate::stats::forecast::spread::Pooled;
use crate::stats::forecast::spread::scale;
use crate::stats::forecast::spread::standardised;
use crate::stats::sum::exact_sum;
use crate::stats::sum::mean;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt;

/// A point model, or the combination of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Model {
    /// The value one cycle ago, or the last value where there is no cycle: the benchmark.
    SeasonalNaive,
    /// Exponential smoothing with a damped trend and an additive season.
    Ets,
    /// Decomposition by STL, then exponential smoothing without season, chosen by AICc.
    StlEts,
    /// Decomposition by STL, then the Theta method.
    Theta,
    /// The median of exponential smoothing, STL with smoothing, and Theta. The default: nothing is
    /// selected on the errors that later say how wide the bands are.
    #[default]
    Combination,
    /// Prophet with its default settings; needs the feature `prophet`.
    Prophet,
}

impl Model {
    /// Returns the models whose median this one is; itself where it is one.
    pub fn members(self) -> Vec<Self> {
        if self == Self::Combination {
            pool::COMBINED.to_vec()
        } else {
            vec![self]
        }
    }
}

/// The scale on which a series is modelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Natural logarithms: every known value is above zero.
    Log,
    /// The metric's own unit: some value is zero or negative.
    Level,
}

/// How series are projected.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Periods in a cycle: 12 for months, 52 for weeks, 7 for days, or none. It is used where a series
    /// holds two full cycles before the first of at least four backtest origins. Default: none.
    pub season: Option<usize>,
    /// The model that projects. Default: the combination.
    pub model: Model,
    /// Past periods that are projected again to learn the errors; at least four are. Default: 24.
    pub max_origins: usize,
    /// Unix seconds (UTC midnights) at which each period starts, oldest first, the projected ones
    /// included, then the end of the last: one more than periods. Months and longer get their
    /// calendar's effects estimated and taken out, and Prophet needs them. Histories shorter than the
    /// bounds end together. Default: none.
    pub bounds: Option<&'a [i64]>,
    /// Whether weekdays and lengths of periods are learned from what season and trend leave over, shrunk towards none, where
    /// there are bounds: not where they are known, or were shown to do nothing. Default: true.
    pub learns_weekdays: bool,
    /// How Prophet's season combines with its trend. Default: multiplicative.
    pub prophet_seasonality: ProphetSeasonality,
}

/// Two years of months: enough for a scale, short enough to forget how the panel used to be.
const MAX_ORIGINS: usize = 24;

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            season: None,
            model: Model::default(),
            max_origins: MAX_ORIGINS,
            bounds: None,
            learns_weekdays: true,
            prophet_seasonality: ProphetSeasonality::default(),
        }
    }
}

/// Why a series can't be projected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unprojectable {
    /// Too few values are known.
    TooShort {
        /// Values that are known where they are needed.
        n_known: usize,
        /// Values that are needed.
        needed: usize,
    },
    /// All known values are equal, or none is known.
    Constant,
    /// More than half of the known values are equal: a series of rare events, not a level.
    Sparse,
    /// A value, or what would be projected from them, is not a finite number.
    Infinite,
    /// Prophet was asked for without the dates of the periods.
    ProphetNeedsBounds,
    /// Prophet was asked for, and this program was built without it.
    ProphetNotBuilt,
    /// Prophet's optimiser failed, in its own words.
    ProphetFailed(String),
}

impl fmt::Display for Unprojectable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { n_known, needed } => write!(f, "{n_known} periods of history where {needed} are needed"),
            Self::Constant => f.write_str("no value of its history differs from the others"),
            Self::Sparse => f.write_str("more than half of its history is one and the same value"),
            Self::Infinite => f.write_str("its values are too large to be projected"),
            Self::ProphetNeedsBounds => f.write_str("prophet needs the dates of the periods"),
            Self::ProphetNotBuilt => {
                f.write_str("this program was built without prophet: build it with `--features prophet`")
            }
            Self::ProphetFailed(reason) => write!(f, "prophet failed: {reason}"),
        }
    }
}

impl std::error::Error for Unprojectable {}

/// What history led us to expect of one period, in the metric's unit unless said otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// The model that projects.
    pub model: Model,
    /// The scale on which it was modelled; bands are symmetric there.
    pub scale: Scale,
    /// The cycle that was modelled, in periods; none where history has too few of them.
    pub season: Option<usize>,
    /// Periods of history from the first known value on.
    pub n_history: usize,
    /// The point projection.
    pub median: f64,
    /// The lower end of the 80 % band: the 10 % quantile.
    pub low80: f64,
    /// The upper end of the 80 % band: the 90 % quantile.
    pub high80: f64,
    /// The lower end of the 95 % band.
    pub low95: f64,
    /// The upper end of the 95 % band.
    pub high95: f64,
    /// Where the width of the bands comes from.
    pub bands: BandSource,
    /// What would have been projected one step ahead at each origin, oldest first; for the chart.
    pub past: Vec<PastStep>,
    /// How well each model did over those origins: the seasonal naive first, the one that projects last.
    pub backtest: Vec<Backtest>,
    /// The Student t of the pooled standardised errors: what tail probabilities come from; a pure number.
    pub tail: Tail,
    /// The median on the modelled scale.
    centre: f64,
    /// Half the 80 % band on the modelled scale; never zero.
    half80: f64,
    /// Half the 80 % band in standardised errors.
    standardised80: f64,
}

/// One past one-step projection, in the metric's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PastStep {
    /// The place of the projected period in the history.
    pub index: usize,
    /// The point projection.
    pub median: f64,
    /// The lower end of the 80 % band.
    pub low80: f64,
    /// The upper end of the 80 % band.
    pub high80: f64,
}

/// One-step accuracy of one model over the rolling origins of one series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backtest {
    /// The model.
    pub model: Model,
    /// Origins at which it could be compared with a known value.
    pub n_origins: usize,
    /// Mean absolute error over the mean absolute change from cycle to cycle in the history; a pure
    /// number, below one where it beats repeating the last cycle. `None` where nothing changed.
    pub mase: Option<f64>,
    /// Symmetric mean absolute percentage error, in percent of the mean of value and projection.
    pub smape_pct: f64,
    /// Mean of projection minus value, in percent of the mean size of values. `None` where they are all zero.
    pub bias_pct: Option<f64>,
    /// Share of values inside the 80 % band, each judged by the scale of the other errors.
    pub coverage80: f64,
    /// Share of values inside the 95 % band, likewise.
    pub coverage95: f64,
}

/// How far a value is from its projection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Value minus median, in the metric's unit.
    pub deviation: f64,
    /// The same in percent of the median's size. `None` where the median is zero.
    pub deviation_pct: Option<f64>,
    /// The consumption impact index: the deviation over what the 80 % band says is one standard deviation; a robust z.
    pub cii: f64,
    /// Probability of a deviation at least this large on either side, if nothing has changed.
    pub p: f64,
}

const LEVEL80: f64 = 0.8;
const LEVEL95: f64 = 0.95;
/// Standard deviations from the median to the 90 % quantile of a normal distribution: half of 2.563.
const NORMAL_Q90: f64 = 1.281_551_565_544_600_4;

/// Returns the projection of the period after each of `histories`, or why there is none, in their order.
///
/// `histories` are the series of one metric: in its unit, one value a period, oldest first, up to the
/// period before the target, all ending together; gaps are NaN, and count neither for nor against a
/// model. Errors of all series together decide how wide bands are and how heavy tails, so that one
/// series' projection depends on the others', but not on their order. Runs in parallel.
///
/// # Panics
/// Where the options' bounds cover fewer periods than the longest history and the target.
///
/// Source: Hyndman & Athanasopoulos (2021), "Forecasting: Principles and Practice", §5.10 (rolling
/// origins); Petropoulos & Svetunkov (2020), "A Simple Combination of Univariate Models", IJF 36:
/// 110–115 (median of models).
pub fn projections(histories: &[&[f64]], options: &Options) -> Vec<Result<Projection, Unprojectable>> {
    let models = Frame::models(options);
    let pasts: Vec<Result<Past, Unprojectable>> = histories
        .par_iter()
        .map(|history| Past::new(history, &models, options))
        .collect();
    let pools: Vec<Pooled> = (0..models.len()).map(|model_idx| pooled(&pasts, model_idx)).collect();
    pasts
        .into_iter()
        .map(|past| past?.projection(&models, &pools))
        .collect()
}

/// Returns what is expected of the `horizon` periods after `history`, in the metric's unit.
///
/// As [`projections`], for one series and without bands.
///
/// # Errors
/// Where the series can't be projected: see [`Unprojectable`].
///
/// # Panics
/// Where the options' bounds cover fewer periods than the history and the horizon.
///
/// Source: as [`projections`].
pub fn forecast(history: &[f64], horizon: usize, options: &Options) -> Result<Vec<f64>, Unprojectable> {
    let frame = Frame::new(history, horizon, options)?;
    let expected = frame.expected(frame.series.values.len(), &[options.model], horizon)?;
    let in_unit: Vec<f64> = expected[0].iter().map(|v| frame.series.in_unit(*v)).collect();
    if in_unit.iter().all(|v| v.is_finite()) {
        Ok(in_unit)
    } else {
        Err(Unprojectable::Infinite)
    }
}

/// Returns how far `actual` is from `projection`, or `None` where it is not a finite number.
///
/// `actual` is in the metric's unit. A value at or below zero has no logarithm: against a series
/// modelled in logarithms it is judged by the band in the metric's unit.
///
/// Source: definition.
pub fn judge(projection: &Projection, actual: f64) -> Option<Verdict> {
    if !actual.is_finite() {
        return None;
    }
    let deviation = actual - projection.median;
    // In halves of the 80 % band.
    let halves = match projection.scale {
        Scale::Log if actual > 0.0 => (libm::log(actual) - projection.centre) / projection.half80,
        Scale::Log => deviation / ((projection.high80 - projection.low80) / 2.0),
        // The centre's unit cancels: the band is symmetric in the metric's unit too.
        Scale::Level => deviation / ((projection.high80 - projection.low80) / 2.0),
    };
    Some(Verdict {
        deviation,
        deviation_pct: (projection.median != 0.0).then(|| 100.0 * deviation / projection.median.abs()),
        cii: halves * NORMAL_Q90,
        p: projection.tail.two_sided(halves * projection.standardised80),
    })
}

/// The errors of one model on one series, on the modelled scale.
struct Misses {
    errors: Vec<f64>,
    /// Each error over the scale of the others.
    standardised: Vec<f64>,
    scale: f64,
}

impl Misses {
    fn new(actual: &[f64], expected: &[f64], size: f64) -> Self {
        let errors: Vec<f64> = actual.iter().zip(expected).map(|(a, e)| a - e).collect();
        Self {
            standardised: standardised(&errors, size),
            scale: scale(&errors, size),
            errors,
        }
    }
}

/// One series, what was expected of its past, and how far that missed.
struct Past<'a> {
    frame: Frame<'a>,
    rolled: Rolled,
    /// One entry a model.
    misses: Vec<Misses>,
}

/// Returns the standardised errors of one model over all series that have a past.
fn pooled(pasts: &[Result<Past, Unprojectable>], model_idx: usize) -> Pooled {
    let mut by_period: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for past in pasts.iter().flatten() {
        let n_values = past.frame.series.values.len();
        for (target, error) in past.rolled.targets.iter().zip(&past.misses[model_idx].standardised) {
            // All series end together, so that a period is known by its distance from the end.
            by_period.entry(n_values - target).or_default().push(*error);
        }
    }
    Pooled::new(&by_period.into_values().collect::<Vec<_>>())
}

impl<'a> Past<'a> {
    fn new(history: &[f64], models: &[Model], options: &'a Options<'a>) -> Result<Self, Unprojectable> {
        let frame = Frame::new(history, 1, options)?;
        let rolled = frame.rolled(models)?;
        let size = frame.series.size();
        let misses = rolled
            .expected
            .iter()
            .map(|expected| Misses::new(&rolled.actual, expected, size))
            .collect();
        Ok(Self { frame, rolled, misses })
    }

    /// Puts the projection together, by the last of `models`.
    fn projection(&self, models: &[Model], pools: &[Pooled]) -> Result<Projection, Unprojectable> {
        let used = models.len() - 1;
        let (pool, missed, centre) = (&pools[used], &self.misses[used], self.rolled.next[used]);
        let (half80, bands) = pool.half_width(&missed.errors, missed.scale, LEVEL80);
        let (half95, _) = pool.half_width(&missed.errors, missed.scale, LEVEL95);
        let in_unit = |value: f64| self.frame.series.in_unit(value);
        let standardised80 = half80 / missed.scale;
        let projection = Projection {
            model: models[used],
            scale: self.frame.series.scale,
            season: self.frame.season,
            n_history: self.frame.series.values.len(),
            median: in_unit(centre),
            low80: in_unit(centre - half80),
            high80: in_unit(centre + half80),
            low95: in_unit(centre - half95),
            high95: in_unit(centre + half95),
            bands,
            past: self.steps(used, standardised80),
            backtest: (0..models.len())
                .map(|i| self.accuracy(i, models[i], &pools[i]))
                .collect(),
            tail: pool.tail,
            centre,
            half80,
            standardised80,
        };
        let ends = [
            projection.low95,
            projection.high95,
            projection.low80,
            projection.high80,
            projection.median,
        ];
        if ends.iter().all(|v| v.is_finite()) {
            Ok(projection)
        } else {
            Err(Unprojectable::Infinite)
        }
    }

    /// Returns the past projections of one model, each with the band that the other errors would have given it.
    fn steps(&self, model_idx: usize, standardised80: f64) -> Vec<PastStep> {
        let missed = &self.misses[model_idx];
        let in_unit = |value: f64| self.frame.series.in_unit(value);
        let step = |i: usize| {
            let (error, z) = (missed.errors[i], missed.standardised[i]);
            // An error of zero does not show what it was divided by; the scale of all errors is as good.
            let half = standardised80 * if z == 0.0 { missed.scale } else { error / z };
            let expected = self.rolled.expected[model_idx][i];
            let (low80, high80) = (in_unit(expected - half), in_unit(expected + half));
            PastStep {
                index: self.frame.series.from + self.rolled.targets[i],
                median: in_unit(expected),
                low80,
                high80,
            }
        };
        (0..missed.errors.len()).map(step).collect()
    }

    /// Returns how well one model did.
    fn accuracy(&self, model_idx: usize, model: Model, pool: &Pooled) -> Backtest {
        let in_unit = |value: &f64| self.frame.series.in_unit(*value);
        let actual: Vec<f64> = self.rolled.actual.iter().map(in_unit).collect();
        let expected: Vec<f64> = self.rolled.expected[model_idx].iter().map(in_unit).collect();
        let signed: Vec<f64> = expected.iter().zip(&actual).map(|(e, a)| e - a).collect();
        let absolute: Vec<f64> = signed.iter().map(|error| error.abs()).collect();
        let sizes: Vec<f64> = actual.iter().map(|a| a.abs()).collect();
        let both: Vec<f64> = expected.iter().zip(&sizes).map(|(e, size)| e.abs() + size).collect();
        // Value and projection both zero: no error, not an undefined one.
        let symmetric = |(error, both): (&f64, &f64)| if *both == 0.0 { 0.0 } else { 200.0 * error / both };
        let size = exact_sum(&sizes);
        let standardised = &self.misses[model_idx].standardised;
        Backtest {
            model,
            n_origins: actual.len(),
            mase: mean(&absolute)
                .zip(self.frame.naive_change())
                .map(|(error, change)| error / change),
            smape_pct: mean(&absolute.iter().zip(&both).map(symmetric).collect::<Vec<_>>()).unwrap_or(0.0),
            bias_pct: (size > 0.0).then(|| 100.0 * exact_sum(&signed) / size),
            coverage80: pool.coverage(standardised, LEVEL80),
            coverage95: pool.coverage(standardised, LEVEL95),
        }
    }
}
