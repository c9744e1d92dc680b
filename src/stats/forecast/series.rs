//! One series on the scale on which it is modelled.
//!
//! Sales grow and swing in proportion, so that positive series are modelled as
//! logarithms; a series that touches zero is modelled as it is. Gaps are filled
//! for fitting only, from what was known at the time.

use crate::stats::forecast::Scale;
use crate::stats::forecast::Unprojectable;
use crate::stats::sum::mean;

/// A series ready to be modelled.
#[derive(Debug, Clone)]
pub(super) struct Series {
    /// One value a period on the modelled scale, from the first that is known; gaps are NaN.
    pub(super) values: Vec<f64>,
    /// Periods before the first known value.
    pub(super) from: usize,
    pub(super) scale: Scale,
    /// What one on a level scale stands for, in the metric's unit; 1 with logarithms.
    unit: f64,
}

impl Series {
    /// Returns `history` from its first known value on, on its scale.
    ///
    /// `history` is in the metric's unit, oldest first; gaps are NaN.
    ///
    /// # Errors
    /// Where a value is infinite, none is known, or all known ones or most of them are equal.
    pub(super) fn new(history: &[f64]) -> Result<Self, Unprojectable> {
        if history.iter().any(|v| v.is_infinite()) {
            return Err(Unprojectable::Infinite);
        }
        let from = history
            .iter()
            .position(|v| !v.is_nan())
            .ok_or(Unprojectable::Constant)?;
        let history = &history[from..];
        let known = || history.iter().copied().filter(|v| !v.is_nan());
        let first = history[0];
        if known().all(|v| v == first) {
            return Err(Unprojectable::Constant);
        }
        if holds_mostly_one_value(known().collect()) {
            return Err(Unprojectable::Sparse);
        }
        let scale = if known().all(|v| v > 0.0) {
            Scale::Log
        } else {
            Scale::Level
        };
        let unit = match scale {
            Scale::Log => 1.0,
            // Squares of money must not overflow, and a search's first steps must fit: the largest value is one.
            Scale::Level => known().fold(0.0, |largest: f64, v| largest.max(v.abs())),
        };
        let mut series = Self {
            values: Vec::new(),
            from,
            scale,
            unit,
        };
        series.values = history.iter().map(|&v| series.modelled(v)).collect();
        Ok(series)
    }

    /// Returns a value in the metric's unit on the modelled scale; not finite where a logarithm has no answer.
    pub(super) fn modelled(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Log => libm::log(value),
            Scale::Level => value / self.unit,
        }
    }

    /// Returns a value on the modelled scale in the metric's unit.
    pub(super) fn in_unit(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Log => libm::exp(value),
            Scale::Level => value * self.unit,
        }
    }

    /// Returns the mean size of the known values: what an effect in proportion is a share of; 1 with logarithms.
    pub(super) fn size(&self) -> f64 {
        match self.scale {
            Scale::Log => 1.0,
            Scale::Level => {
                let known: Vec<f64> = self.values.iter().filter(|v| !v.is_nan()).map(|v| v.abs()).collect();
                mean(&known).unwrap_or(1.0)
            }
        }
    }

    /// Returns the first `n` values with gaps filled: on a line between their neighbours, at the end by the last known.
    ///
    /// Only the first `n` values are looked at, so that a past projection knows nothing of its future.
    pub(super) fn filled(&self, n: usize) -> Vec<f64> {
        let mut filled = self.values[..n].to_vec();
        let mut last_known = 0;
        for i in 0..n {
            if filled[i].is_nan() {
                // Held for now; a later known value turns it into a line.
                filled[i] = filled[last_known];
                continue;
            }
            let (from, until) = (last_known, i);
            for gap in from + 1..until {
                let share = (gap - from) as f64 / (until - from) as f64;
                filled[gap] = filled[from] + share * (filled[until] - filled[from]);
            }
            last_known = i;
        }
        filled
    }
}

/// Returns whether more than half of `values` are equal.
fn holds_mostly_one_value(mut values: Vec<f64>) -> bool {
    values.sort_by(f64::total_cmp);
    // A value on more than half of the places stands in the middle.
    let middle = values[values.len() / 2];
    2 * values.iter().filter(|v| **v == middle).count() > values.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_from_what_was_known() {
        let series = Series::new(&[f64::NAN, -2.0, f64::NAN, f64::NAN, 4.0, f64::NAN]).expect("two values differ");
        assert_eq!(series.from, 1);
        let unit = |values: Vec<f64>| values.into_iter().map(|v| v * 4.0).collect::<Vec<_>>();
        assert_eq!(unit(series.filled(5)), [-2.0, 0.0, 2.0, 4.0, 4.0]);
        assert_eq!(unit(series.filled(3)), [-2.0, -2.0, -2.0]);
    }

    #[test]
    fn a_zero_keeps_a_series_on_its_level() {
        assert_eq!(Series::new(&[1.0, 0.0, 2.0]).map(|s| s.scale), Ok(Scale::Level));
        assert_eq!(Series::new(&[1.0, 3.0, 2.0]).map(|s| s.scale), Ok(Scale::Log));
    }

    #[test]
    fn rare_events_are_not_a_level() {
        assert_eq!(
            Series::new(&[0.0, 0.0, 5.0, 0.0, 1.0]).map(|s| s.scale),
            Err(Unprojectable::Sparse)
        );
        assert_eq!(Series::new(&[0.0, 0.0, 5.0, 1.0]).map(|s| s.scale), Ok(Scale::Level));
    }

    #[test]
    fn a_constant_is_not_projected() {
        assert_eq!(Series::new(&[0.0; 40]).map(|s| s.scale), Err(Unprojectable::Constant));
        assert_eq!(
            Series::new(&[f64::NAN; 40]).map(|s| s.scale),
            Err(Unprojectable::Constant)
        );
        assert_eq!(
            Series::new(&[1.0, f64::INFINITY]).map(|s| s.scale),
            Err(Unprojectable::Infinite)
        );
    }
}
