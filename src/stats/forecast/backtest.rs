//! Rolling origins: what each model would have expected, period by period.
//!
//! Every past projection is made anew from what was known before its period:
//! gaps, calendar, season and weights alike.

use crate::stats::forecast::Model;
use crate::stats::forecast::Options;
use crate::stats::forecast::Unprojectable;
use crate::stats::forecast::calendar::Calendar;
use crate::stats::forecast::pool;
use crate::stats::forecast::prophet;
use crate::stats::forecast::season::Evolution;
use crate::stats::forecast::season::decomposed;
use crate::stats::forecast::series::Series;
use crate::stats::sum::mean;

/// Origins below which a backtest says nothing about a scale.
const MIN_ORIGINS: usize = 4;
/// Values from which a model without season may start.
const MIN_TRAINING: usize = 4;

/// A series with what is needed to project it from any of its periods.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) series: Series,
    /// The cycle that is modelled; none where there are too few of them.
    pub(super) season: Option<usize>,
    calendar: Option<Calendar>,
    /// The place of the series' first value in the calendar.
    offset: usize,
    options: &'a Options<'a>,
}

/// What the models expected of one series at each origin, on the modelled scale.
#[derive(Debug)]
pub(super) struct Rolled {
    /// The place in the series of each period that was projected, oldest first.
    pub(super) targets: Vec<usize>,
    /// What happened; never a gap.
    pub(super) actual: Vec<f64>,
    /// What each model expected: one list a model, one number an origin.
    pub(super) expected: Vec<Vec<f64>>,
    /// What each model expects of the period after the series.
    pub(super) next: Vec<f64>,
}

impl<'a> Frame<'a> {
    /// Returns the frame of `history`, of which `horizon` periods will be projected.
    ///
    /// # Errors
    /// Where the series can't be projected: see [`Unprojectable`].
    ///
    /// # Panics
    /// Where the options' bounds do not cover the history and the projected periods.
    pub(super) fn new(history: &[f64], horizon: usize, options: &'a Options<'a>) -> Result<Self, Unprojectable> {
        let series = Series::new(history)?;
        let n_values = series.values.len();
        let n_known = series.values.iter().filter(|v| !v.is_nan()).count();
        if n_known < MIN_TRAINING + MIN_ORIGINS {
            return Err(Unprojectable::TooShort {
                n_known,
                needed: MIN_TRAINING + MIN_ORIGINS,
            });
        }
        if let Some(bounds) = options.bounds {
            assert!(
                bounds.len() > history.len() + horizon,
                "bounds cover the history and every projected period"
            );
        }
        if options.model == Model::Prophet && options.bounds.is_none() {
            return Err(Unprojectable::ProphetNeedsBounds);
        }
        let season = options
            .season
            .filter(|cycle| *cycle > 1 && n_values >= 2 * cycle + MIN_ORIGINS);
        let calendar = options
            .bounds
            .filter(|_| options.learns_weekdays && options.model != Model::Prophet)
            .and_then(Calendar::new);
        // Shorter histories end where the longest does.
        let earlier = options
            .bounds
            .map_or(0, |bounds| bounds.len() - 1 - history.len() - horizon);
        Ok(Self {
            offset: earlier + series.from,
            series,
            season,
            calendar,
            options,
        })
    }

    /// Returns the models that are backtested: the benchmark first, the one that projects last.
    pub(super) fn models(options: &Options) -> Vec<Model> {
        match options.model {
            Model::Combination => [
                &[Model::SeasonalNaive],
                pool::COMBINED.as_slice(),
                &[Model::Combination],
            ]
            .concat(),
            Model::SeasonalNaive => vec![Model::SeasonalNaive],
            model => vec![Model::SeasonalNaive, model],
        }
    }

    /// Returns what each of `models` expects of the `horizon` periods after the first `n` values, on the modelled scale.
    ///
    /// # Errors
    /// Where Prophet is asked for and is not there or fails.
    pub(super) fn expected(&self, n: usize, models: &[Model], horizon: usize) -> Result<Vec<Vec<f64>>, Unprojectable> {
        let values = self.series.filled(n);
        let split = self
            .season
            .and_then(|cycle| Some((cycle, decomposed(&values, cycle, Evolution::Fixed)?)));
        let first_cycle = split.as_ref().map_or(&[][..], |(cycle, split)| &split.season[..*cycle]);
        if models.contains(&Model::Prophet) {
            let naive = pool::projections(&values, None, first_cycle, &[Model::SeasonalNaive], horizon);
            let by_prophet = self.expected_by_prophet(&values, horizon, &naive[0])?;
            let of = |model: &Model| {
                if *model == Model::Prophet {
                    by_prophet.clone()
                } else {
                    naive[0].clone()
                }
            };
            return Ok(models.iter().map(of).collect());
        }
        let effects = self
            .calendar
            .as_ref()
            .zip(split.as_ref())
            .and_then(|(calendar, (cycle, split))| {
                let day = self.series.size() / calendar.mean_days();
                calendar.effects(&split.remainder, self.offset, *cycle, horizon, day)
            });
        Ok(pool::projections(
            &values,
            effects.as_deref(),
            first_cycle,
            models,
            horizon,
        ))
    }

    /// Returns what Prophet expects; it sees the metric's own unit and dates. `naive` stands in where a
    /// logarithm has no answer.
    fn expected_by_prophet(&self, values: &[f64], horizon: usize, naive: &[f64]) -> Result<Vec<f64>, Unprojectable> {
        let bounds = self.options.bounds.ok_or(Unprojectable::ProphetNeedsBounds)?;
        let in_unit: Vec<f64> = values.iter().map(|v| self.series.in_unit(*v)).collect();
        let starts = &bounds[self.offset..self.offset + values.len() + horizon];
        let projected = prophet::projection(&in_unit, starts, self.options.prophet_seasonality)?;
        let modelled = projected.iter().map(|v| self.series.modelled(*v));
        Ok(modelled
            .zip(naive)
            .map(|(v, naive)| if v.is_finite() { v } else { *naive })
            .collect())
    }

    /// Returns the one-step projections of the last periods of the series, and of the one after it.
    ///
    /// # Errors
    /// Where too few of those periods are known, or Prophet fails.
    pub(super) fn rolled(&self, models: &[Model]) -> Result<Rolled, Unprojectable> {
        let values = &self.series.values;
        let n_training = self.season.map_or(MIN_TRAINING, |cycle| 2 * cycle);
        let n_origins = self.options.max_origins.max(MIN_ORIGINS).min(values.len() - n_training);
        let targets: Vec<usize> = (values.len() - n_origins..values.len())
            .filter(|&i| !values[i].is_nan())
            .collect();
        if targets.len() < MIN_ORIGINS {
            return Err(Unprojectable::TooShort {
                n_known: targets.len(),
                needed: MIN_ORIGINS,
            });
        }
        let mut expected = vec![Vec::with_capacity(targets.len()); models.len()];
        for &target in &targets {
            for (list, steps) in expected.iter_mut().zip(self.expected(target, models, 1)?) {
                list.push(steps[0]);
            }
        }
        let next = self
            .expected(values.len(), models, 1)?
            .into_iter()
            .map(|steps| steps[0])
            .collect();
        Ok(Rolled {
            actual: targets.iter().map(|&i| values[i]).collect(),
            targets,
            expected,
            next,
        })
    }

    /// Returns the mean absolute change from one cycle to the next over the known history, in the metric's unit.
    ///
    /// `None` where no change is known or none is there: an error can't be compared with it.
    ///
    /// Source: Hyndman & Koehler (2006), "Another Look at Measures of Forecast Accuracy", IJF 22: 679–688.
    pub(super) fn naive_change(&self) -> Option<f64> {
        let known: Vec<f64> = self.series.values.iter().map(|v| self.series.in_unit(*v)).collect();
        let changes: Vec<f64> = known
            .windows(self.season.unwrap_or(1) + 1)
            .map(|w| (w[w.len() - 1] - w[0]).abs())
            .filter(|c| !c.is_nan())
            .collect();
        mean(&changes).filter(|change| *change > 0.0)
    }
}
