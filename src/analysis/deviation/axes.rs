//! The axes of the projection chart: round values upwards, round periods along.
//!
//! A tick says exactly where its line is: its figure has the places that its step needs. It must not know what a
//! series is of, beyond its unit.

use crate::model::calendar::Calendar;
use crate::model::memo::Tick;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::unit::Unit;
use crate::words::Words;

/// Below this share of the top, starting at zero costs less than it shows.
const FAR_ABOVE_ZERO: f64 = 0.4;

/// Ticks of a value axis: about four round values; the range starts at zero unless the values stand far above it.
pub(super) fn value_axis(words: &Words, values: &[f64], unit: &Unit) -> ([f64; 2], Vec<Tick>) {
    let high = values.iter().copied().fold(f64::MIN, f64::max);
    let low = values.iter().copied().fold(f64::MAX, f64::min);
    let from = if low >= 0.0 && low < FAR_ABOVE_ZERO * high {
        0.0
    } else {
        low
    };
    let step = nice_step((high - from).max(high.abs() * 1e-6).max(1e-9) / 4.0);
    let first = libm::floor(from / step) * step;
    let last = libm::ceil(high / step) * step;
    let n = libm::round((last - first) / step) as usize;
    let at: Vec<f64> = (0..=n).map(|i| first + step * i as f64).collect();
    let labels = words.ticks(&at, step, unit);
    let ticks = at.into_iter().zip(labels).map(|(at, label)| Tick { at, label });
    ([first, last], ticks.collect())
}

/// Returns the round step nearest above `rough`: 1, 2, 2.5 or 5 times a power of ten.
fn nice_step(rough: f64) -> f64 {
    let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    steps
        .into_iter()
        .map(|step| step * power)
        .find(|step| *step >= rough * 0.999_999)
        .unwrap_or(10.0 * power)
}

/// Ticks of the time axis: the target, and back from it by a year (of months), a quarter (of weeks) or an even share.
pub(super) fn time_ticks(words: &Words, calendar: &Calendar, shown: &[Period]) -> Vec<Tick> {
    let n = shown.len();
    let every = match shown.last().map(|it| it.grain) {
        Some(Grain::Month) if n > 24 => calendar.season(Grain::Month).unwrap_or(12),
        Some(Grain::Week) if n > 26 => 13,
        Some(Grain::Quarter) if n > 12 => 4,
        Some(Grain::Day) if n > 21 => 7,
        _ => n.div_ceil(5).max(1),
    };
    let mut places: Vec<usize> = (0..n).rev().step_by(every).collect();
    places.reverse();
    places
        .into_iter()
        .map(|i| Tick {
            at: i as f64,
            label: words.short(&whole(calendar, &shown[i])),
        })
        .collect()
}

/// The whole of a period: where all are parts to the same day, the chart says so once.
fn whole(calendar: &Calendar, period: &Period) -> Period {
    let whole = calendar.containing(period.from, period.grain);
    whole.unwrap_or(*period)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::unit::Quantity;

    /// The axis of values between two ends, as it is printed.
    fn printed(low: f64, high: f64, unit: &Unit) -> Vec<String> {
        let words = Words::new("en-US").expect("CLDR knows English");
        let (_, ticks) = value_axis(&words, &[low, high], unit);
        ticks.into_iter().map(|it| it.label).collect()
    }

    #[test]
    fn a_tick_has_the_places_that_its_step_needs() {
        let usd = Unit::money("USD");
        assert_eq!(printed(20.4, 29.9, &usd), ["20.0", "22.5", "25.0", "27.5", "$30.0"]);
        assert_eq!(
            printed(2.04, 2.99, &Unit::default()),
            ["2.00", "2.25", "2.50", "2.75", "3.00"]
        );
        assert_eq!(printed(0.0, 99.0, &usd), ["0", "25", "50", "75", "$100"]);
    }

    #[test]
    fn millions_are_named_once_in_every_unit() {
        let labels = ["0", "1", "2", "3", "$4\u{202f}m"];
        assert_eq!(printed(0.0, 3.9e6, &Unit::money("USD")), labels);
        assert_eq!(
            printed(0.0, 9.9e6, &Unit::default()),
            ["0.0", "2.5", "5.0", "7.5", "10.0\u{202f}m"]
        );
        assert_eq!(
            printed(0.0, 3.9e9, &Unit::default()).last(),
            Some(&"4\u{202f}bn".to_owned())
        );
    }

    #[test]
    fn a_share_is_stepped_in_per_cent() {
        let share = Unit::total(Quantity::Share);
        assert_eq!(printed(0.0, 0.099, &share), ["0.0", "2.5", "5.0", "7.5", "10.0"]);
        assert_eq!(printed(0.0, 0.79, &share), ["0", "20", "40", "60", "80"]);
    }
}
