//! Periods and days in words: in a sentence, on an axis, as a range of days.
//!
//! English memos print days as they always did, in the order that all readers of English understand: "31 December 2017".
//! Other locales print them as CLDR has them, by ICU4X; what CLDR has no pattern for here (weeks, quarters, the
//! preposition before a period) is a sentence of the language.

use super::Words;
use crate::model::calendar::Calendar;
use crate::model::period::Grain;
use crate::model::period::MONTH_NAMES;
use crate::model::period::Period;
use crate::model::period::day_label;
use crate::model::plan::Comparison;
use crate::model::window::Window;
use crate::say;
use icu_calendar::Gregorian;
use icu_calendar::types::Weekday;
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::E;
use icu_datetime::fieldsets::M;
use icu_datetime::fieldsets::MD;
use icu_datetime::fieldsets::YM;
use icu_datetime::fieldsets::YMD;
use jiff::civil::Date;

/// A field set of a day: how much of it is written, and how long.
macro_rules! written {
    ($words:expr, $fields:expr, $day:expr) => {{
        let formatter = FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new((&$words.locale).into(), $fields)
            .expect("CLDR has dates for every locale");
        formatter.format(&as_icu($day)).to_string()
    }};
}

impl Words {
    /// Writes a day as it stands in a sentence: "31 December 2017", "31 de dezembro de 2017".
    pub fn day(&self, day: Date) -> String {
        if self.is_english() {
            day_label(day)
        } else {
            written!(self, YMD::long(), day)
        }
    }

    /// Names a period as it stands in a sentence: "October 2026", "week 51 of 2017", "31 December 2017", "Q3 2026".
    pub fn period(&self, period: &Period) -> String {
        if self.is_english() {
            return self.calendar.label(period);
        }
        if let Some(said) = self.of_calendar(period) {
            return said;
        }
        match period.grain {
            Grain::Day => self.day(period.from),
            Grain::Week => {
                let week = period.from.iso_week_date();
                let year = week.year().to_string();
                say!(self, "period-week", week = week.week().to_string(), year = year)
            }
            Grain::Month => written!(self, YM::long(), period.from),
            Grain::Quarter => {
                let (quarter, year) = (period.quarter().to_string(), period.from.year().to_string());
                say!(self, "period-quarter", quarter = quarter, year = year)
            }
            Grain::Year => period.from.year().to_string(),
        }
    }

    /// Names a period that is none of everybody's: by its days where it is no period of the calendar, else as the calendar
    /// names it.
    fn of_calendar(&self, period: &Period) -> Option<String> {
        let is_civil = match (&self.calendar, period.grain) {
            (_, Grain::Day) | (Calendar::Civil, _) => true,
            (Calendar::Fiscal(_), grain) => matches!(grain, Grain::Week | Grain::Month),
            (Calendar::Retail(_) | Calendar::Listed(_), _) => false,
        };
        if !self.calendar.is_own(period) {
            return Some(self.dates(period));
        }
        (!is_civil).then(|| self.calendar.label(period))
    }

    /// Says when it was: "in October 2026", "in week 51 of 2017", "on 31 December 2017".
    pub fn when(&self, period: &Period) -> String {
        if !self.calendar.is_own(period) {
            return say!(self, "period-when-part", period = self.period(period));
        }
        say!(
            self,
            "period-when",
            grain = period.grain.noun(),
            period = self.period(period)
        )
    }

    /// Writes the days of a period from first to last: "18–24 December 2017", "27 November – 3 December 2017".
    pub fn dates(&self, period: &Period) -> String {
        let (first, last) = (period.from, period.last_day());
        if self.is_english() {
            return period.dates();
        }
        if first == last {
            return self.day(first);
        }
        let from = match (first.year() == last.year(), first.month() == last.month()) {
            // A language without sentences of its own may want more than the number here.
            (true, true) if self.has_sentences() => first.day().to_string(),
            (true, _) => written!(self, MD::long(), first),
            (false, _) => self.day(first),
        };
        say!(self, "period-dates", first = from, last = self.day(last))
    }

    /// Names a period on an axis that says its year elsewhere: "18 Dec", "Oct 2026", "Q3 2026".
    pub fn short(&self, period: &Period) -> String {
        if self.is_english() {
            return self.calendar.short(period);
        }
        if let Some(said) = self.of_calendar(period) {
            return said;
        }
        match period.grain {
            Grain::Day | Grain::Week => written!(self, MD::medium(), period.from),
            Grain::Month => written!(self, YM::medium(), period.from),
            Grain::Quarter => {
                let (quarter, year) = (period.quarter().to_string(), period.from.year().to_string());
                say!(self, "period-quarter-short", quarter = quarter, year = year)
            }
            Grain::Year => self.period(period),
        }
    }

    /// Names a period for an axis tick that stands alone: "18 Dec 2017", "Oct 2026".
    pub fn axis(&self, period: &Period) -> String {
        if self.is_english() {
            return self.calendar.axis_label(period);
        }
        if let Some(said) = self.of_calendar(period) {
            return said;
        }
        match period.grain {
            Grain::Day | Grain::Week => written!(self, YMD::medium(), period.from),
            Grain::Month | Grain::Quarter | Grain::Year => self.short(period),
        }
    }

    /// Names what a period is held against, as after "on" or "since": "September 2026", "the mean of the last 4 weeks".
    pub fn comparison(&self, comparison: &Comparison) -> String {
        match comparison.periods.as_slice() {
            [one] => self.period(one),
            all => {
                let grain = all.first().map_or("", |it| it.grain.noun());
                say!(self, "period-mean", n = all.len(), grain = grain)
            }
        }
    }

    /// Names a window that ends before the day `until`: "the 12 months to 31 October 2026".
    pub fn window(&self, window: Window, until: Date) -> String {
        let last = self.day(until.yesterday().unwrap_or(until));
        let (n, grain) = match window {
            Window::All => (0, Grain::Day),
            Window::Last(n, grain) => (n as usize, grain),
        };
        say!(self, "window", n = n, grain = grain.noun(), last = last)
    }

    /// Names a month of the year, from 1: "January".
    pub fn month_name(&self, month: i8) -> String {
        if self.is_english() {
            return MONTH_NAMES[usize::from(month.unsigned_abs()) - 1].to_owned();
        }
        // Any year has the month.
        written!(self, M::long(), Date::constant(2001, month, 1))
    }

    /// Names a day of the week, Monday being 0: "Monday".
    pub fn weekday_name(&self, weekday: usize) -> String {
        written!(self, E::long(), some_weekday(weekday))
    }

    /// Names a day of the week shortly, Monday being 0: "Mon".
    pub fn weekday_short(&self, weekday: usize) -> String {
        written!(self, E::short(), some_weekday(weekday))
    }
}

/// Returns a day of that weekday, Monday being 0: 1 January 2001 was a Monday.
fn some_weekday(weekday: usize) -> Date {
    let day = i8::try_from(weekday % 7).expect("a week has seven days");
    let found = Date::constant(2001, 1, 1 + day);
    debug_assert_eq!(Weekday::Monday as usize + weekday % 7, as_icu(found).weekday() as usize);
    found
}

fn as_icu(day: Date) -> icu_calendar::Date<Gregorian> {
    let (year, month, day) = (
        i32::from(day.year()),
        day.month().unsigned_abs(),
        day.day().unsigned_abs(),
    );
    icu_calendar::Date::try_new_gregorian(year, month, day).expect("a civil date is a Gregorian date")
}
