//! Civil time: timestamps in UTC as the clocks of a time zone showed them.
//!
//! A shop in Moscow has its evening when UTC has its afternoon, and its Mondays begin three hours early. Offsets
//! are looked up once a transition and batch, never once a row. It must not know what the time is used for.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::IntoColumn;
use polars::prelude::TimeUnit;

/// A time zone by its IANA name.
#[derive(Debug, Clone)]
pub(super) struct Zone(TimeZone);

/// From when on clocks are how far ahead of UTC; both in the column's unit, ascending.
struct Steps {
    from: Vec<i64>,
    ahead: Vec<i64>,
}

impl Zone {
    /// Opens a zone of the built-in database; `None` where there is none of that name.
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// Shifts a column of timestamps to civil time; a column of anything else stays.
    pub fn local(&self, column: &pl::Column) -> pl::PolarsResult<pl::Column> {
        let DataType::Datetime(unit, _) = column.dtype() else {
            return Ok(column.clone());
        };
        let unit = *unit;
        let instants = column.cast(&DataType::Int64)?;
        let instants = instants.i64()?;
        let bounds = instants.iter().flatten().fold(None, |ends: Option<(i64, i64)>, x| {
            Some(ends.map_or((x, x), |(low, high)| (low.min(x), high.max(x))))
        });
        let Some((first, last)) = bounds else {
            return Ok(column.clone());
        };
        let steps = self.steps(first, last, per_second(unit));
        let shifted: pl::Int64Chunked = instants.iter().map(|it| it.map(|x| steps.shifted(x))).collect();
        let named = shifted.with_name(column.name().clone()).into_column();
        named.cast(&DataType::Datetime(unit, None))
    }

    /// Lists the offsets between two instants.
    fn steps(&self, first: i64, last: i64, per_second: i64) -> Steps {
        let instant = |x: i64| Timestamp::from_second(x.div_euclid(per_second)).unwrap_or(Timestamp::MIN);
        let ahead = |it: Timestamp| i64::from(self.0.to_offset(it).seconds()) * per_second;
        let mut steps = Steps {
            from: vec![i64::MIN],
            ahead: vec![ahead(instant(first))],
        };
        for change in self.0.following(instant(first)) {
            let from = change.timestamp().as_second().saturating_mul(per_second);
            if last < from {
                break;
            }
            steps.from.push(from);
            steps.ahead.push(i64::from(change.offset().seconds()) * per_second);
        }
        steps
    }
}

impl Steps {
    fn shifted(&self, instant: i64) -> i64 {
        let step = self.from.partition_point(|from| *from <= instant) - 1;
        instant.saturating_add(self.ahead[step])
    }
}

/// Returns the ticks of a second.
fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use polars::prelude::NamedFrom;

    /// Civil times of instants written in UTC, as "day hour:minute".
    fn local(zone: &str, unit: TimeUnit, instants: &[&str]) -> Vec<String> {
        let zone = Zone::named(zone).expect("a built-in zone");
        let ticks: Vec<i64> = instants
            .iter()
            .map(|it| it.parse::<Timestamp>().expect("an instant").as_second() * per_second(unit))
            .collect();
        let column = pl::Series::new("at".into(), ticks).into_column();
        let column = column
            .cast(&DataType::Datetime(unit, None))
            .expect("numbers are instants");
        let shifted = zone.local(&column).expect("a column of instants");
        let shifted = shifted.cast(&DataType::Int64).expect("instants are numbers");
        let text = |x: i64| {
            let minutes = x.div_euclid(60 * per_second(unit));
            let day = date(1970, 1, 1).saturating_add(jiff::Span::new().days(minutes.div_euclid(24 * 60)));
            let minute = minutes.rem_euclid(24 * 60);
            format!("{day} {:02}:{:02}", minute / 60, minute % 60)
        };
        shifted.i64().expect("numbers").iter().flatten().map(text).collect()
    }

    #[test]
    fn clocks_go_forward_and_back_in_berlin() {
        // On 31 March 2024 two o’clock did not exist; on 27 October it came twice.
        let instants = [
            "2024-03-31T00:59:00Z",
            "2024-03-31T01:00:00Z",
            "2024-10-27T00:30:00Z",
            "2024-10-27T01:30:00Z",
        ];
        let expected = [
            "2024-03-31 01:59",
            "2024-03-31 03:00",
            "2024-10-27 02:30",
            "2024-10-27 02:30",
        ];
        for unit in [TimeUnit::Milliseconds, TimeUnit::Microseconds, TimeUnit::Nanoseconds] {
            assert_eq!(local("Europe/Berlin", unit, &instants), expected);
        }
    }

    #[test]
    fn an_evening_in_utc_is_tomorrow_in_moscow_and_today_in_new_york() {
        let evening = ["2019-10-31T21:30:00Z"];
        assert_eq!(
            local("Europe/Moscow", TimeUnit::Microseconds, &evening),
            ["2019-11-01 00:30"]
        );
        assert_eq!(
            local("America/New_York", TimeUnit::Microseconds, &evening),
            ["2019-10-31 17:30"]
        );
        // Before 2014 Moscow was four hours ahead.
        let then = ["2012-10-31T21:30:00Z"];
        assert_eq!(
            local("Europe/Moscow", TimeUnit::Microseconds, &then),
            ["2012-11-01 01:30"]
        );
    }

    #[test]
    fn a_zone_without_a_name_is_none() {
        assert!(Zone::named("Europe/Moskow").is_none());
    }
}
