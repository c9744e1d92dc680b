//! Calendar effects: some months have five weekends, and February a leap day.
//!
//! A month's sales differ by a percent or more only because of the weekdays it
//! happens to hold. That is known beforehand, so it must not look like news.
//! Effects are estimated on what season and trend leave over, shrunk towards
//! none; this file must not know what the series measures.

use crate::stats::sum::mean;
use crate::stats::sum::median;

/// Seconds of a day.
const DAY: i64 = 86_400;
const N_WEEKDAYS: usize = 7;
/// Seven weekdays, and the length of the period.
const N_EFFECTS: usize = N_WEEKDAYS + 1;
/// Shorter periods hold each weekday equally often, or are single days: the season's matter.
const MIN_DAYS: i64 = 21;
/// How far one weekday's share of a period is expected to be from the average day's, as a share of
/// the latter: a third. It is the prior's standard deviation; data move it, and noise does not.
const WEEKDAY_SPREAD: f64 = 1.0 / 3.0;
/// Remainders further out than this many standard deviations are pulled in before they teach an effect.
const WINSOR: f64 = 3.0;
/// The standard deviation of a normal distribution over its median absolute deviation.
const SD_PER_MAD: f64 = 1.4826;

/// What each period's calendar holds, past and projected periods alike.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    /// For each period: days of each weekday above a seventh of its length.
    weekdays: Vec<[f64; N_WEEKDAYS]>,
    /// For each period: its length in days.
    days: Vec<f64>,
}

impl Calendar {
    /// Returns the calendar of the periods between `bounds`, or `None` where it can't matter.
    ///
    /// `bounds` are Unix seconds, ascending: every period's start and the last one's end. Periods
    /// shorter than three weeks have no calendar of their own.
    pub(super) fn new(bounds: &[i64]) -> Option<Self> {
        let spans: Vec<(i64, i64)> = bounds
            .windows(2)
            .map(|b| (b[0].div_euclid(DAY), b[1].div_euclid(DAY)))
            .collect();
        if spans.is_empty() || spans.iter().any(|(from, until)| until - from < MIN_DAYS) {
            return None;
        }
        let weekdays = spans.iter().map(|&(from, until)| weekday_excess(from, until)).collect();
        let days = spans.iter().map(|(from, until)| (until - from) as f64).collect();
        Some(Self { weekdays, days })
    }

    /// Returns how much the calendar lifts each period, on the scale of `remainder`.
    ///
    /// `remainder` is what trend and a fixed season leave over of the periods from `from` on, finite;
    /// `season` is the cycle; `day` is what one average day is worth on that scale: with logs, one
    /// over the days of a period. The result has one effect a period for `remainder` and for `horizon`
    /// periods after it. `None` where there are fewer than three cycles to learn from, or nothing is left over.
    ///
    /// Source: the regressors of X-13ARIMA-SEATS (US Census Bureau, Reference Manual, table 4.1: trading day,
    /// length of month), estimated by ridge regression: Hoerl & Kennard (1970), Technometrics 12: 55–67.
    pub(super) fn effects(
        &self,
        remainder: &[f64],
        from: usize,
        season: usize,
        horizon: usize,
        day: f64,
    ) -> Option<Vec<f64>> {
        let n = remainder.len();
        if n < 3 * season {
            return None;
        }
        let sd = SD_PER_MAD * median(&remainder.iter().map(|r| r.abs()).collect::<Vec<_>>())?;
        if sd <= 0.0 {
            return None;
        }
        let rows: Vec<[f64; N_EFFECTS]> = (from..from + n + horizon)
            .map(|i| self.row(i, from, n, season))
            .collect();
        // A sum over days gains a whole day's worth by one more day, a mean nothing: the prior stands
        // between. Its width of a day lets data say either, or more.
        let expected_length = day / 2.0;
        let lengths = rows.iter().map(|row| row[N_WEEKDAYS] * expected_length);
        let clipped = remainder.iter().map(|r| r.clamp(-WINSOR * sd, WINSOR * sd));
        let targets: Vec<f64> = clipped.zip(lengths).map(|(r, length)| r - length).collect();
        let mut spreads = [day * WEEKDAY_SPREAD; N_EFFECTS];
        spreads[N_WEEKDAYS] = day;
        let penalties = spreads.map(|spread| (sd / spread) * (sd / spread));
        let mut effects = ridge(&rows[..n], &targets, penalties)?;
        effects[N_WEEKDAYS] += expected_length;
        Some(
            rows.iter()
                .map(|row| row.iter().zip(effects).map(|(x, effect)| x * effect).sum())
                .collect(),
        )
    }

    /// Returns the average length of a period in days.
    pub(super) fn mean_days(&self) -> f64 {
        mean(&self.days).unwrap_or(1.0)
    }

    /// Returns the regressors of period `i`; a length counts against the mean of its phase in the `n` periods from `from` on.
    fn row(&self, i: usize, from: usize, n: usize, season: usize) -> [f64; N_EFFECTS] {
        let phase: Vec<f64> = (from..from + n)
            .filter(|j| j % season == i % season)
            .map(|j| self.days[j])
            .collect();
        let mut row = [0.0; N_EFFECTS];
        row[..N_WEEKDAYS].copy_from_slice(&self.weekdays[i]);
        row[N_WEEKDAYS] = self.days[i] - mean(&phase).unwrap_or(self.days[i]);
        row
    }
}

/// Returns how many days of each weekday lie in `[from, until)`, above a seventh of its length; days since 1970.
fn weekday_excess(from: i64, until: i64) -> [f64; N_WEEKDAYS] {
    let length = until - from;
    let whole = length / N_WEEKDAYS as i64;
    let mut counts = [whole as f64 - length as f64 / N_WEEKDAYS as f64; N_WEEKDAYS];
    for day in from + whole * N_WEEKDAYS as i64..until {
        counts[day.rem_euclid(N_WEEKDAYS as i64) as usize] += 1.0;
    }
    counts
}

/// Returns the ridge estimate of one effect a column of `rows`, or `None` where the system can't be solved.
fn ridge(rows: &[[f64; N_EFFECTS]], targets: &[f64], penalties: [f64; N_EFFECTS]) -> Option<[f64; N_EFFECTS]> {
    let mut system = [[0.0; N_EFFECTS + 1]; N_EFFECTS];
    for (row, target) in rows.iter().zip(targets) {
        for p in 0..N_EFFECTS {
            for q in 0..N_EFFECTS {
                system[p][q] += row[p] * row[q];
            }
            system[p][N_EFFECTS] += row[p] * target;
        }
    }
    for p in 0..N_EFFECTS {
        system[p][p] += penalties[p];
    }
    // The penalties make it positive definite: elimination needs no pivoting.
    for p in 0..N_EFFECTS {
        let pivot = system[p];
        for line in &mut system[p + 1..] {
            let factor = line[p] / pivot[p];
            for (x, y) in line.iter_mut().zip(pivot).skip(p) {
                *x -= factor * y;
            }
        }
    }
    let mut effects = [0.0; N_EFFECTS];
    for p in (0..N_EFFECTS).rev() {
        let known: f64 = (p + 1..N_EFFECTS).map(|q| system[p][q] * effects[q]).sum();
        effects[p] = (system[p][N_EFFECTS] - known) / system[p][p];
    }
    effects.iter().all(|e| e.is_finite()).then_some(effects)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Month bounds from 2019-01 on, by the proleptic Gregorian calendar; 17,897 days after 1970-01-01.
    fn months(n: usize) -> Vec<i64> {
        let mut day = 17_897;
        let mut bounds = vec![day * DAY];
        for i in 0..n {
            let february = if (2019 + i / 12) % 4 == 0 { 29 } else { 28 };
            day += [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][i % 12];
            bounds.push(day * DAY);
        }
        bounds
    }

    #[test]
    fn weekdays_of_a_month_are_counted() {
        // February 2019 holds four of each weekday; March 2019 five Fridays, Saturdays, Sundays. Day 0 was a Thursday.
        let bounds = months(3);
        let excess = |i: usize| weekday_excess(bounds[i] / DAY, bounds[i + 1] / DAY);
        assert_eq!(excess(1), [0.0; 7]);
        let march = excess(2).map(|x| x > 0.0);
        assert_eq!(march, [false, true, true, true, false, false, false]);
    }

    #[test]
    fn a_weekend_effect_is_learned_and_noise_is_not() {
        let calendar = Calendar::new(&months(84)).expect("months are long enough");
        let noise = |i: usize| 0.002 * ((i * 37 % 11) as f64 - 5.0);
        let lift = |i: usize| 0.02 * calendar.weekdays[i][2];
        let day = 1.0 / calendar.mean_days();
        let lifted: Vec<f64> = (0..72).map(|i| noise(i) + lift(i)).collect();
        let effects = calendar
            .effects(&lifted, 0, 12, 12, day)
            .expect("six cycles are enough");
        let missed: f64 = (72..84).map(|i| (effects[i] - lift(i)).abs()).sum::<f64>() / 12.0;
        let there: f64 = (72..84).map(|i| lift(i).abs()).sum::<f64>() / 12.0;
        assert!(missed < 0.5 * there, "{missed} of {there}");
        let plain: Vec<f64> = (0..72).map(noise).collect();
        let effects = calendar.effects(&plain, 0, 12, 12, day).expect("six cycles are enough");
        // A leap day is the exception: four Februaries can't talk its half day away.
        assert!(effects.iter().all(|e| e.abs() < 0.006), "{effects:?}");
    }

    #[test]
    fn weeks_have_no_calendar() {
        assert!(Calendar::new(&[0, 7 * DAY, 14 * DAY]).is_none());
    }
}
