//! Retail years of 52 or 53 whole weeks, in months of four and five.
//!
//! Every month has whole weeks, so that it has as many Saturdays as the year before. The year ends on the same weekday, near
//! the same date; what seven weeks of drift add is a 53rd week every five or six years, in the last month.
//!
//! Source: National Retail Federation, "4-5-4 Calendar" (its years end on the Saturday nearest 31 January).

use super::NamedBy;
use crate::model::period::Grain;
use crate::model::period::Period;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::civil::Weekday;
use serde::Serialize;

/// A calendar of whole weeks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Retail {
    /// Weeks of the three months of a quarter; they add up to 13.
    pub weeks: [i8; 3],
    /// The weekday that years and weeks end on, 1 (Monday) to 7.
    pub weekday: i8,
    /// Which of these weekdays ends a year.
    pub end: YearEnd,
    /// Which civil year it is called by. Default: the one that it begins in, as the National Retail Federation has it.
    pub named_by: NamedBy,
}

/// Which weekday ends a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum YearEnd {
    /// The one nearest this day, at most three days before or after it.
    Nearest {
        /// The month, 1 to 12.
        month: i8,
        /// The day; not 29 February.
        day: i8,
    },
    /// The last one of this month.
    LastOf {
        /// The month, 1 to 12.
        month: i8,
    },
}

/// Weeks of a quarter, without the 53rd.
const QUARTER_WEEKS: i64 = 13;

impl Retail {
    /// Returns the last day of the retail year that ends in or about a civil year.
    fn last_day(&self, year: i16) -> Option<Date> {
        let weekday = Weekday::from_monday_one_offset(self.weekday).ok()?;
        // The latest day that the year may end on; the year ends on the last such weekday up to it.
        let latest = match self.end {
            YearEnd::Nearest { month, day } => Date::new(year, month, day).ok()?.checked_add(3.days()).ok()?,
            YearEnd::LastOf { month } => Date::new(year, month, 1).ok()?.last_of_month(),
        };
        let over = latest.weekday().since(weekday);
        latest.checked_sub(i64::from(over).days()).ok()
    }

    /// Returns the year that ends in or about a civil year.
    fn ending(&self, year: i16) -> Option<Period> {
        Some(Period {
            from: self.last_day(year.checked_sub(1)?)?.tomorrow().ok()?,
            until: self.last_day(year)?.tomorrow().ok()?,
            grain: Grain::Year,
        })
    }

    pub(super) fn year_of(&self, day: Date) -> Option<Period> {
        (0..=1).find_map(|by| self.ending(day.year().checked_add(by)?).filter(|it| it.contains(day)))
    }

    /// Finds the year of a name.
    pub(super) fn year(&self, name: i16) -> Option<Period> {
        let is_called = |it: &Period| self.named_by.year(it.from, it.until) == name;
        (-1..=2).find_map(|by| self.ending(name.checked_add(by)?).filter(is_called))
    }

    /// Returns the period of this place in a year, from 0; `None` where the year has no such.
    pub(super) fn within(&self, year: &Period, place: i64, grain: Grain) -> Option<Period> {
        let n_weeks = year.n_days() / 7;
        let month_start = |month: i64| {
            let before = self.weeks.iter().take(usize::try_from(month % 3).unwrap_or(0));
            QUARTER_WEEKS * (month / 3) + before.map(|it| i64::from(*it)).sum::<i64>()
        };
        // Where the last of a year ends, the 53rd week belongs to it.
        let [n, from, until] = match grain {
            Grain::Day => return None,
            Grain::Week => [n_weeks, place, place + 1],
            Grain::Month => [12, month_start(place), month_start(place + 1)],
            Grain::Quarter => [4, QUARTER_WEEKS * place, QUARTER_WEEKS * (place + 1)],
            Grain::Year => [1, 0, n_weeks],
        };
        let until = if place == n - 1 { n_weeks } else { until };
        (0..n).contains(&place).then(|| Period {
            from: year.from.saturating_add((7 * from).days()),
            until: year.from.saturating_add((7 * until).days()),
            grain,
        })
    }

    /// Returns the year of a day, and the place in it of the period of this grain that the day falls in, from 0.
    pub(super) fn place(&self, day: Date, grain: Grain) -> Option<(Period, i64)> {
        let year = self.year_of(day)?;
        let week = (day - year.from).get_days() / 7;
        let place = match grain {
            Grain::Day => return None,
            Grain::Week => i64::from(week),
            Grain::Month | Grain::Quarter | Grain::Year => {
                (0..12).find(|place| self.within(&year, *place, grain).is_some_and(|it| it.contains(day)))?
            }
        };
        Some((year, place))
    }

    pub(super) fn containing(&self, day: Date, grain: Grain) -> Option<Period> {
        if grain == Grain::Year {
            return self.year_of(day);
        }
        let (year, place) = self.place(day, grain)?;
        self.within(&year, place, grain)
    }

    /// True where a period longer than a week holds the 53rd week of its year.
    pub fn holds_53rd_week(&self, period: &Period) -> bool {
        let last_day = period.last_day();
        let year = self.year_of(last_day);
        year.is_some_and(|it| it.until == period.until && it.n_days() > 7 * 4 * QUARTER_WEEKS)
    }

    /// Returns the year's name.
    pub(super) fn name_of(&self, year: &Period) -> i16 {
        self.named_by.year(year.from, year.until)
    }
}
