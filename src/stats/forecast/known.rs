//! Projections of a series from which something known was taken out beforehand, put back.
//!
//! What a calendar does to a period is taken out of history before models see it, and belongs to what is expected of the target.
//! It must not know where the effects come from.

use crate::stats::forecast::NORMAL_Q90;
use crate::stats::forecast::PastStep;
use crate::stats::forecast::Projection;
use crate::stats::forecast::Scale;

/// What was taken out of a history, and what of it belongs to the target.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The scale on which effects add up.
    pub scale: Scale,
    /// One effect a period of the history: a logarithm, or in the metric's unit.
    pub past: Vec<f64>,
    /// The effect on the target, likewise.
    pub target: f64,
    /// The standard error of that.
    pub error: f64,
    /// Values that effects were learned from over those that were left once they were: how far the errors of a history that
    /// taught them fall short of those to come, squared.
    pub inflation: f64,
}

impl Known {
    /// Returns a history without the effects; `None` where that is another scale than the effects', so that they could not be
    /// put back.
    ///
    /// `history` is in the metric's unit, one value a period; gaps are NaN, and stay.
    ///
    /// Source: definition.
    pub fn taken_from(&self, history: &[f64]) -> Option<Vec<f64>> {
        let both = history.iter().zip(&self.past);
        let rest: Vec<f64> = match self.scale {
            Scale::Log => both.map(|(v, effect)| v * libm::exp(-effect)).collect(),
            Scale::Level => both.map(|(v, effect)| v - effect).collect(),
        };
        let is_above_zero = rest.iter().filter(|v| !v.is_nan()).all(|v| *v > 0.0);
        (is_above_zero == (self.scale == Scale::Log)).then_some(rest)
    }
}

impl Projection {
    /// Returns the projection with what was taken out of its history put back, and bands as much wider as that is uncertain.
    ///
    /// # Panics
    /// Where the projection is on another scale than the effects.
    ///
    /// Source: definition; the variance of a sum of independent errors.
    #[must_use]
    pub fn with_known(&self, known: &Known) -> Self {
        assert_eq!(
            self.scale, known.scale,
            "a history is projected on the scale of its effects"
        );
        let put = |value: f64, effect: f64| match known.scale {
            Scale::Log => value * libm::exp(effect),
            Scale::Level => value + effect,
        };
        // Half of the 80 % band in the unit of the effects: a level's centre has a unit of its own.
        let (half80, unit) = match known.scale {
            Scale::Log => (self.half80, 1.0),
            Scale::Level => {
                let half = (self.high80 - self.low80) / 2.0;
                (half, half / self.half80)
            }
        };
        let in_errors = known.error * NORMAL_Q90 / half80;
        let wider = (known.inflation + in_errors * in_errors).sqrt();
        // Ends stand as far from the median as before, times what the bands are wider.
        let end = |value: f64| match known.scale {
            Scale::Log => put(
                self.median * libm::exp(wider * libm::log(value / self.median)),
                known.target,
            ),
            Scale::Level => put(self.median + wider * (value - self.median), known.target),
        };
        let step = |it: &PastStep| {
            let effect = known.past[it.index];
            PastStep {
                index: it.index,
                median: put(it.median, effect),
                low80: put(it.low80, effect),
                high80: put(it.high80, effect),
            }
        };
        Self {
            median: put(self.median, known.target),
            low80: end(self.low80),
            high80: end(self.high80),
            low95: end(self.low95),
            high95: end(self.high95),
            past: self.past.iter().map(step).collect(),
            centre: self.centre + known.target / unit,
            half80: self.half80 * wider,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::forecast::Options;
    use crate::stats::forecast::judge;
    use crate::stats::forecast::projections;

    /// A year that repeats itself with a little noise, above zero or about it.
    fn history(shift: f64) -> Vec<f64> {
        let noise = |i: usize| ((i * 37 % 11) as f64 - 5.0) * 0.4;
        (0..72)
            .map(|i| shift + 10.0 * ((i * 5) % 12) as f64 + noise(i))
            .collect()
    }

    fn known(scale: Scale, error: f64) -> Known {
        let size = if scale == Scale::Log { 0.02 } else { 3.0 };
        Known {
            scale,
            past: (0..72).map(|i| size * ((i * 7 % 5) as f64 - 2.0)).collect(),
            target: 2.0 * size,
            error,
            inflation: 1.0,
        }
    }

    #[test]
    fn what_is_taken_out_and_put_back_leaves_the_verdict_as_it_was() {
        let options = Options {
            season: Some(12),
            ..Options::default()
        };
        for (scale, shift) in [(Scale::Log, 200.0), (Scale::Level, -60.0)] {
            let (clean, known) = (history(shift), known(scale, 0.0));
            let with = |v: f64, effect: f64| match scale {
                Scale::Log => v * libm::exp(effect),
                Scale::Level => v + effect,
            };
            let seen: Vec<f64> = clean.iter().zip(&known.past).map(|(v, e)| with(*v, *e)).collect();
            let rest = known.taken_from(&seen).expect("the scale stays");
            assert!(rest.iter().zip(&clean).all(|(a, b)| (a - b).abs() < 1e-9));
            let plain = projections(&[&rest], &options).remove(0).expect("six years");
            let put = plain.with_known(&known);
            let actual = shift + 25.0;
            let (a, b) = (judge(&plain, actual), judge(&put, with(actual, known.target)));
            let (a, b) = (a.expect("finite"), b.expect("finite"));
            assert!((a.cii - b.cii).abs() < 1e-9 && (a.p - b.p).abs() < 1e-12, "{a:?} {b:?}");
            assert!((put.median - with(plain.median, known.target)).abs() < 1e-9);
            let (step, before) = (put.past[3], plain.past[3]);
            assert!((step.high80 - with(before.high80, known.past[step.index])).abs() < 1e-9);
        }
    }

    #[test]
    fn an_uncertain_effect_makes_bands_wider_and_news_rarer() {
        let plain = projections(&[&history(200.0)], &Options::default()).remove(0);
        let plain = plain.expect("six years");
        let sd = plain.half80 / NORMAL_Q90;
        // An effect as uncertain as the projection makes the variance twofold.
        let put = plain.with_known(&known(Scale::Log, sd));
        let width = |it: &Projection| libm::log(it.high80 / it.low80);
        assert!((width(&put) / width(&plain) - 2.0_f64.sqrt()).abs() < 1e-9);
        let actual = 1.3 * plain.median;
        let (a, b) = (judge(&plain, actual), judge(&put, actual * libm::exp(0.04)));
        let (a, b) = (a.expect("finite"), b.expect("finite"));
        assert!((a.cii / b.cii - 2.0_f64.sqrt()).abs() < 1e-9 && a.p < b.p);
    }

    #[test]
    fn a_history_that_would_change_its_scale_is_left_alone() {
        let mut known = known(Scale::Level, 0.0);
        known.past = vec![-5.0; 3];
        assert_eq!(known.taken_from(&[0.0, 2.0, 3.0]), None);
        assert_eq!(known.taken_from(&[0.0, 2.0, -7.0]), Some(vec![5.0, 7.0, -2.0]));
    }
}
