//! Calendars: where periods begin, what they are called, and which stand a year apart.
//!
//! A retailer's October is not everybody's. A calendar is data: a [`Period`] stays a stretch of days with a grain, and every
//! step from one to another, and every name, is asked here. It must not know which periods the data hold.

mod fiscal;
mod listed;
mod names;
mod retail;

use super::period::Grain;
use super::period::Period;
pub use fiscal::Fiscal;
use jiff::ToSpan;
use jiff::civil::Date;
pub use listed::Listed;
pub use listed::ListedGrain;
pub use retail::Retail;
pub use retail::YearEnd;
use serde::Serialize;

/// Where periods begin and what they are called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Calendar {
    /// Months and years of everybody's calendar, ISO weeks.
    #[default]
    Civil,
    /// Civil months; the year begins with another month than January. Weeks are ISO weeks.
    Fiscal(Fiscal),
    /// Years of 52 or 53 whole weeks; months of four and five.
    Retail(Retail),
    /// Whatever a file lists.
    Listed(Listed),
}

/// Which civil year a fiscal one is called by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NamedBy {
    /// The one that it begins in: the year from February 2023 to January 2024 is FY2023.
    Start,
    /// The one that it ends in: the year from April 2026 to March 2027 is FY2027.
    End,
}

/// What a fiscal year is called by is the civil year of a day well inside it: so many days after its first, or before its
/// last. A year that ends on 3 January 2026 is the one of 2025.
const INSIDE: i64 = 14;

/// A day is held against the same weekday a year before, as a week is: 52 whole weeks.
const DAYS_IN_52_WEEKS: i64 = 364;

impl NamedBy {
    /// Returns the number that names a year of these days; `until` is excluded.
    fn year(self, from: Date, until: Date) -> i16 {
        match self {
            NamedBy::Start => from.saturating_add(INSIDE.days()).year(),
            NamedBy::End => until.saturating_sub((INSIDE + 1).days()).year(),
        }
    }
}

impl Calendar {
    /// Returns the period of this grain that the day falls in; `None` where the calendar lists none.
    pub fn containing(&self, day: Date, grain: Grain) -> Option<Period> {
        match self {
            // A day is a day in every calendar.
            _ if grain == Grain::Day => Some(Period::containing(day, grain)),
            Calendar::Civil => Some(Period::containing(day, grain)),
            Calendar::Fiscal(it) => it.containing(day, grain),
            Calendar::Retail(it) => it.containing(day, grain),
            Calendar::Listed(it) => it.containing(day, grain),
        }
    }

    /// Returns the period after this one; `None` where the calendar ends.
    pub fn next(&self, period: &Period) -> Option<Period> {
        self.containing(period.until, period.grain)
            .filter(|it| period.from < it.from)
    }

    /// Returns the period before this one; `None` where the calendar begins.
    pub fn previous(&self, period: &Period) -> Option<Period> {
        let day = period.from.yesterday().ok()?;
        self.containing(day, period.grain)
    }

    /// Returns the period that stands `n` periods before this one; `None` where the calendar does not reach so far.
    pub fn back(&self, period: &Period, n: usize) -> Option<Period> {
        match self {
            Calendar::Civil => Some(period.back(i64::try_from(n).unwrap_or(i64::MAX))),
            _ => (0..n).try_fold(*period, |it, _| self.previous(&it)),
        }
    }

    /// Returns the days a year before those of a period.
    ///
    /// Days and weeks are held against those 364 days earlier, so that weekdays agree. Civil and fiscal months, quarters and
    /// years are held against those of the same name. Retail ones are held against the days 364 days earlier: after a year
    /// of 53 weeks these are no period of the year before but its restatement, a week later, as the National Retail
    /// Federation has it; a year of 53 weeks itself is held against the whole year before. A listed period is held against
    /// the one a season before. `None` where the calendar does not reach so far.
    pub fn year_ago(&self, period: &Period) -> Option<Period> {
        let weeks_ago = |it: &Period| Period {
            from: it.from.saturating_sub(DAYS_IN_52_WEEKS.days()),
            until: it.until.saturating_sub(DAYS_IN_52_WEEKS.days()),
            grain: it.grain,
        };
        match self {
            Calendar::Listed(it) if period.grain != Grain::Day => self.back(period, it.season(period.grain)?),
            _ if matches!(period.grain, Grain::Day | Grain::Week) => Some(weeks_ago(period)),
            Calendar::Retail(_) if period.from < weeks_ago(period).until => self.previous(period),
            Calendar::Retail(_) => Some(weeks_ago(period)),
            Calendar::Civil | Calendar::Fiscal(_) | Calendar::Listed(_) => Some(period.year_ago()),
        }
    }

    /// Lists the periods from one to another, both included, ascending; empty where the second stands before the first.
    pub fn through(&self, first: &Period, last: &Period) -> Vec<Period> {
        let mut all = Vec::new();
        let mut period = *first;
        while period.from <= last.from {
            all.push(period);
            match self.next(&period) {
                Some(next) => period = next,
                None => break,
            }
        }
        all
    }

    /// Returns the number of periods in a season: 7 days, 52 weeks, 12 months, 4 quarters; `None` for years, which have
    /// none, and where a file does not say.
    pub fn season(&self, grain: Grain) -> Option<usize> {
        match self {
            Calendar::Listed(it) if grain != Grain::Day => it.season(grain),
            _ => grain.season(),
        }
    }

    /// True where the calendar has periods of this grain.
    pub fn has(&self, grain: Grain) -> bool {
        match self {
            Calendar::Listed(it) => grain == Grain::Day || it.has(grain),
            Calendar::Civil | Calendar::Fiscal(_) | Calendar::Retail(_) => true,
        }
    }

    /// Returns the part of a period that is held against the part of another that there is: `cut` of `whole`.
    ///
    /// Of months, quarters and years of whole civil months: as many whole months, and the same day of the next; the last
    /// day of a month is held against the last of its own, and a day that a month lacks against its last. Of days, weeks, retail
    /// and listed periods: as many days, but never beyond the period's own end.
    pub fn to_date(&self, period: &Period, whole: &Period, cut: &Period) -> Period {
        let has_months = matches!(self, Calendar::Civil | Calendar::Fiscal(_))
            && matches!(period.grain, Grain::Month | Grain::Quarter | Grain::Year);
        let until = if has_months {
            let last = cut.last_day();
            let n_months =
                12 * i64::from(last.year() - whole.from.year()) + i64::from(last.month() - whole.from.month());
            let month = period.from.saturating_add(n_months.months()).last_of_month();
            let is_last = last.last_of_month() == last;
            let day = if is_last {
                month.day()
            } else {
                last.day().min(month.day())
            };
            Date::new(month.year(), month.month(), day)
                .unwrap_or(month)
                .saturating_add(1.days())
        } else {
            period.from.saturating_add(cut.n_days().days())
        };
        Period {
            until: until.min(period.until),
            ..*period
        }
    }

    /// True where a period is one of the calendar's own, not a part of one or a stretch of days across two.
    pub fn is_own(&self, period: &Period) -> bool {
        self.containing(period.from, period.grain).as_ref() == Some(period)
    }

    /// Returns the first day of the window of `n` periods that ends before the day `until`.
    ///
    /// Where the day ends a period of this grain, whole periods are counted; else by civil dates: twelve months back from
    /// 16 October is 16 October. `None` where the calendar does not reach so far.
    pub fn window_from(&self, until: Date, n: u16, grain: Grain) -> Option<Date> {
        let last = until
            .yesterday()
            .ok()
            .and_then(|day| self.containing(day, grain))
            .filter(|it| it.until == until);
        match (self, last) {
            (Calendar::Civil, _) | (_, None) => None,
            (_, Some(last)) => self.back(&last, usize::from(n).saturating_sub(1)).map(|it| it.from),
        }
    }
}

#[cfg(test)]
mod tests;
