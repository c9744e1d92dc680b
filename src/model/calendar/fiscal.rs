//! Fiscal years of civil months.
//!
//! Only where a year begins differs from everybody's calendar: months are civil months, weeks ISO weeks.

use super::NamedBy;
use crate::model::period::Grain;
use crate::model::period::Period;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

/// A year that begins with the first day of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fiscal {
    /// The month that a year begins with, 1 to 12.
    pub first_month: i8,
    /// Which civil year it is called by. Default: the one that it ends in.
    pub named_by: NamedBy,
}

impl Fiscal {
    pub(super) fn containing(&self, day: Date, grain: Grain) -> Option<Period> {
        let n_months = match grain {
            Grain::Day | Grain::Week | Grain::Month => return Some(Period::containing(day, grain)),
            Grain::Quarter => 3,
            Grain::Year => 12,
        };
        let into = self.month_idx(day) % n_months;
        let from = day.first_of_month().checked_sub(i64::from(into).months()).ok()?;
        let until = from.checked_add(i64::from(n_months).months()).ok()?;
        Some(Period { from, until, grain })
    }

    /// Returns the months of the fiscal year before that of a day: 0 to 11.
    fn month_idx(&self, day: Date) -> i8 {
        (day.month() - self.first_month).rem_euclid(12)
    }

    /// Returns the name of the fiscal year of a day, and the place of its month in it, from 0.
    pub(super) fn place(&self, day: Date) -> Option<(i16, i8)> {
        let year = self.containing(day, Grain::Year)?;
        Some((self.named_by.year(year.from, year.until), self.month_idx(day)))
    }

    /// Finds the fiscal year of a name.
    pub(super) fn year(&self, name: i16) -> Option<Period> {
        let begins = |year: i16| self.containing(Date::new(year, self.first_month, 1).ok()?, Grain::Year);
        let is_called = |it: &Period| self.named_by.year(it.from, it.until) == name;
        (-1..=1).find_map(|by| begins(name.checked_add(by)?).filter(is_called))
    }
}
