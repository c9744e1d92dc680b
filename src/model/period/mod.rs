//! Periods: half-open ranges of civil dates at one grain.
//!
//! What everybody's calendar says of them is here, for [`super::calendar`] alone: whoever else asks for a name or the next period
//! asks a calendar. It must not know which periods the data hold, nor what day it is today.

mod labels;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::civil::ISOWeekDate;
use jiff::civil::Weekday;
pub use labels::MONTH_NAMES;
pub use labels::day_label;
pub use labels::days_label;
use serde::Serialize;
use serde::Serializer;

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// A day.
    Day,
    /// An ISO week, Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
}

impl Grain {
    /// All grains, from the shortest.
    pub const ALL: [Grain; 5] = [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Year];

    /// Reads the grain as a spec writes it (`week`); `None` for anything else.
    pub fn parse(text: &str) -> Option<Grain> {
        Grain::ALL.into_iter().find(|grain| grain.noun() == text)
    }

    /// Returns the noun of one period: "week".
    pub fn noun(self) -> &'static str {
        match self {
            Grain::Day => "day",
            Grain::Week => "week",
            Grain::Month => "month",
            Grain::Quarter => "quarter",
            Grain::Year => "year",
        }
    }

    /// Returns the noun of several periods: "weeks".
    pub fn nouns(self) -> &'static str {
        match self {
            Grain::Day => "days",
            Grain::Week => "weeks",
            Grain::Month => "months",
            Grain::Quarter => "quarters",
            Grain::Year => "years",
        }
    }

    /// Returns the number of periods in a season: 7 days, 52 weeks, 12 months, 4 quarters.
    ///
    /// `None` for years, which have none.
    pub fn season(self) -> Option<usize> {
        match self {
            Grain::Day => Some(7),
            Grain::Week => Some(52),
            Grain::Month => Some(12),
            Grain::Quarter => Some(4),
            Grain::Year => None,
        }
    }
}

/// One period: `from` included, `until` excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// The day after the last.
    pub until: Date,
    /// Its length.
    pub grain: Grain,
}

impl Period {
    /// Returns the period of this grain that the day falls in.
    pub(in crate::model) fn containing(day: Date, grain: Grain) -> Period {
        let from = match grain {
            Grain::Day => day,
            Grain::Week => day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days()),
            Grain::Month => day.first_of_month(),
            Grain::Quarter => first_of_quarter(day),
            Grain::Year => day.first_of_year(),
        };
        Period::starting(from, grain)
    }

    /// Makes the period that starts on `from`, which is a first day of this grain.
    fn starting(from: Date, grain: Grain) -> Period {
        Period {
            from,
            until: moved(from, grain, 1),
            grain,
        }
    }

    /// Returns the period that stands `n` periods before this one; after it where `n` is negative.
    pub(in crate::model) fn back(self, n: i64) -> Period {
        Period::starting(moved(self.from, self.grain, n.saturating_neg()), self.grain)
    }

    /// Returns the month, quarter or year of the same name a year before.
    pub(in crate::model) fn year_ago(self) -> Period {
        Period::starting(self.from.saturating_sub(1.years()), self.grain)
    }

    /// True where the day falls in the period.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && day < self.until
    }

    /// Returns the last day.
    pub fn last_day(&self) -> Date {
        self.until.saturating_sub(1.days())
    }

    /// Returns the number of days.
    pub fn n_days(&self) -> i64 {
        self.until.duration_since(self.from).as_hours() / 24
    }

    /// Returns the quarter that its first day is in, 1 to 4.
    pub fn quarter(&self) -> i8 {
        quarter(self.from)
    }

    /// Returns the ISO 8601 name: `2026-10-03`, `2017-W51`, `2026-10`, `2026`; a quarter is `2026-Q3`.
    pub(in crate::model) fn iso(&self) -> String {
        let (year, month) = (self.from.year(), self.from.month());
        match self.grain {
            Grain::Day => self.from.to_string(),
            Grain::Week => {
                let week = self.from.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Grain::Month => format!("{year:04}-{month:02}"),
            Grain::Quarter => format!("{year:04}-Q{}", quarter(self.from)),
            Grain::Year => format!("{year:04}"),
        }
    }

    /// Reads an ISO name as [`Period::iso`] writes it; `None` for anything else.
    ///
    /// The name says the grain: `2026-10` is a month, `2017-W51` a week. Years have four digits, from 1000 to 9998:
    /// every period has a next one.
    pub(in crate::model) fn parse_iso(name: &str) -> Option<Period> {
        let (year, rest) = match name.split_once('-') {
            Some((year, rest)) => (year, Some(rest)),
            None => (name, None),
        };
        let year: i16 = digits(year, 4).filter(|year| (1000..=9998).contains(year))?;
        let Some(rest) = rest else {
            return Some(Period::starting(Date::new(year, 1, 1).ok()?, Grain::Year));
        };
        if let Some(week) = rest.strip_prefix('W') {
            let week = ISOWeekDate::new(year, digits(week, 2)?, Weekday::Monday).ok()?;
            return Some(Period::starting(week.date(), Grain::Week));
        }
        if let Some(quarter) = rest.strip_prefix('Q') {
            let quarter: i8 = digits(quarter, 1).filter(|it| (1..=4).contains(it))?;
            return Some(Period::starting(
                Date::new(year, 3 * quarter - 2, 1).ok()?,
                Grain::Quarter,
            ));
        }
        if let Some((month, day)) = rest.split_once('-') {
            let day = Date::new(year, digits(month, 2)?, digits(day, 2)?).ok()?;
            return Some(Period::starting(day, Grain::Day));
        }
        Some(Period::starting(
            Date::new(year, digits(rest, 2)?, 1).ok()?,
            Grain::Month,
        ))
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.iso())
    }
}

/// As its ISO 8601 name, or as its first day and the day after its last where it is a window of another length: no two
/// are written alike.
impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::containing(self.from, self.grain) {
            serializer.serialize_str(&self.iso())
        } else {
            serializer.collect_str(&format_args!("{}/{}", self.from, self.until))
        }
    }
}

/// Serialises a date as ISO 8601.
///
/// # Errors
/// Where the serialiser fails.
pub fn serialize_date<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

/// Moves a first day by `n` periods; stands still at the ends of the calendar (years −9999 and 9999).
fn moved(from: Date, grain: Grain, n: i64) -> Date {
    // jiff's spans have bounds; no step of more years than the calendar has stays inside it anyway.
    const YEARS: i64 = 19_998;
    let within = |most: i64| n.clamp(-most, most);
    from.saturating_add(match grain {
        Grain::Day => within(YEARS * 365).days(),
        Grain::Week => within(YEARS * 52).weeks(),
        Grain::Month => within(YEARS * 12).months(),
        Grain::Quarter => (3 * within(YEARS * 4)).months(),
        Grain::Year => within(YEARS).years(),
    })
}

fn first_of_quarter(day: Date) -> Date {
    Date::constant(day.year(), 3 * quarter(day) - 2, 1)
}

/// Returns the quarter of a day, 1 to 4.
fn quarter(day: Date) -> i8 {
    (day.month() + 2) / 3
}

/// Reads exactly `n` ASCII digits; `None` for anything else.
fn digits<T: std::str::FromStr>(text: &str, n: usize) -> Option<T> {
    let exact = text.len() == n && text.bytes().all(|it| it.is_ascii_digit());
    if exact { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn period(name: &str) -> Period {
        Period::parse_iso(name).expect("a test names real periods")
    }

    #[test]
    fn new_years_day_of_2017_stands_in_the_last_week_of_2016() {
        let week = Period::containing(date(2017, 1, 1), Grain::Week);
        assert_eq!(week.iso(), "2016-W52");
        assert_eq!(week.from, date(2016, 12, 26));
        assert_eq!(week.until, date(2017, 1, 2));
    }

    #[test]
    fn windows_of_one_start_are_written_apart() {
        let json = |it: Period| serde_json::to_string(&it).expect("a period is text");
        let month = period("2026-10");
        let until = |until| Period { until, ..month };
        assert_eq!(json(month), "\"2026-10\"");
        assert_eq!(json(until(date(2026, 12, 1))), "\"2026-10-01/2026-12-01\"");
        assert_eq!(json(until(date(2027, 1, 1))), "\"2026-10-01/2027-01-01\"");
    }

    #[test]
    fn iso_names_are_read_as_they_are_written() {
        for name in [
            "2026-10-03",
            "2017-W51",
            "2020-W53",
            "2026-10",
            "2026-Q3",
            "2026",
            "2016-02-29",
        ] {
            assert_eq!(period(name).iso(), name);
        }
    }

    #[test]
    fn what_is_no_period_is_not_read() {
        for name in [
            "",
            "2017-W54",
            "2017-W53",
            "2017-W00",
            "2017-13",
            "2017-00",
            "2017-Q5",
            "2017-Q0",
            "17",
            "2017-2-3",
            "2017-02-29",
            "9999",
            "2017-W1",
            "2017w51",
            "+017",
            "2017-",
            "2017-10-",
            "２０１７",
            "0000",
        ] {
            assert_eq!(Period::parse_iso(name), None, "{name}");
        }
    }

    #[test]
    fn going_back_and_coming_forward_meet() {
        for name in ["2026-10-03", "2017-W51", "2026-10", "2026-Q3", "2026"] {
            for n in [0, 1, 7, 60] {
                assert_eq!(period(name).back(n).back(-n), period(name));
            }
        }
    }

    #[test]
    fn lengths_are_those_of_the_calendar() {
        assert_eq!(period("2024-02").n_days(), 29);
        assert_eq!(period("2024").n_days(), 366);
        assert_eq!(period("2017-W51").n_days(), 7);
        assert_eq!(period("2026-Q3").n_days(), 92);
        assert_eq!(period("2026-10").last_day(), date(2026, 10, 31));
    }

    #[test]
    fn a_period_is_serialised_by_its_name() {
        assert_eq!(
            serde_json::to_string(&period("2017-W51")).ok().as_deref(),
            Some("\"2017-W51\"")
        );
    }
}
