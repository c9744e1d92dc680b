//! Periods in words, as their calendar calls them: names, in a sentence, on an axis.
//!
//! A stretch of days that is no period of the calendar is called by its days: a part of a period to date, or a restated one.
//! No two periods of a grain have one name.

use super::Calendar;
use super::Fiscal;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::period::days_label;
use jiff::ToSpan;
use jiff::civil::Date;

/// Between the first and the last day in the name of a stretch that is no period of its own.
const TO: &str = "-to-";

impl Calendar {
    /// Returns the name: `2026-10-03`, `2017-W51`, `2026-10`, `2026-Q3`, `2026`; `FY2027-Q1`, `FY2027-M07`, `FY2026-W40` in
    /// a fiscal or retail calendar; whatever the file says in a listed one. A part of a period is `2026-10-to-2026-10-15`, any
    /// other stretch `2023-02-05-to-2023-03-04`.
    pub fn name(&self, period: &Period) -> String {
        let own = self.containing(period.from, period.grain);
        match own {
            Some(own) if own == *period => self.own_name(period),
            Some(own) if own.from == period.from && period.until < own.until => {
                format!("{}{TO}{}", self.own_name(&own), period.last_day())
            }
            _ => format!("{}{TO}{}", period.from, period.last_day()),
        }
    }

    fn own_name(&self, period: &Period) -> String {
        if period.grain == Grain::Day {
            return period.iso();
        }
        match self {
            Calendar::Civil => period.iso(),
            Calendar::Fiscal(it) => {
                let Some((year, month)) = it.place(period.from) else {
                    return period.iso();
                };
                match period.grain {
                    Grain::Day | Grain::Week => period.iso(),
                    Grain::Month => format!("FY{year:04}-M{:02}", month + 1),
                    Grain::Quarter => format!("FY{year:04}-Q{}", month / 3 + 1),
                    Grain::Year => format!("FY{year:04}"),
                }
            }
            Calendar::Retail(it) => {
                let Some((year, place)) = it.place(period.from, period.grain) else {
                    return period.iso();
                };
                let (year, n) = (it.name_of(&year), place + 1);
                match period.grain {
                    Grain::Day => period.iso(),
                    Grain::Week => format!("FY{year:04}-W{n:02}"),
                    Grain::Month => format!("FY{year:04}-M{n:02}"),
                    Grain::Quarter => format!("FY{year:04}-Q{n}"),
                    Grain::Year => format!("FY{year:04}"),
                }
            }
            Calendar::Listed(it) => it.name(period).map_or_else(|| period.iso(), str::to_owned),
        }
    }

    /// Reads a day as ISO 8601 writes it, `2026-10-31`, and nothing else that a lenient parser takes.
    pub fn day(text: &str) -> Option<Date> {
        let day = Period::parse_iso(text).filter(|it| it.grain == Grain::Day);
        day.map(|it| it.from)
    }

    /// Reads a name as [`Calendar::name`] writes it; `None` for anything else.
    ///
    /// Civil months and ISO weeks are read in a fiscal calendar too: it has the same.
    pub fn parse(&self, name: &str) -> Option<Period> {
        if let Some((first, last)) = name.split_once(TO) {
            return self.parse_stretch(first, last);
        }
        let civil = Period::parse_iso(name);
        if let Some(day) = civil.filter(|it| it.grain == Grain::Day) {
            return Some(day);
        }
        match self {
            Calendar::Civil => civil,
            Calendar::Fiscal(it) => {
                let same = civil.filter(|it| matches!(it.grain, Grain::Week | Grain::Month));
                same.or_else(|| parse_fiscal(it, name))
            }
            Calendar::Retail(it) => {
                let (year, part) = parts(name)?;
                let year = it.year(year)?;
                match part {
                    None => Some(year),
                    Some((grain, n)) => it.within(&year, i64::from(n) - 1, grain),
                }
            }
            Calendar::Listed(it) => it.named(name),
        }
    }

    /// Reads the name of a part of a period, or of two days.
    fn parse_stretch(&self, first: &str, last: &str) -> Option<Period> {
        let until = Period::parse_iso(last).filter(|it| it.grain == Grain::Day)?.until;
        let whole = self.parse(first)?;
        let within = (whole.from < until && until < whole.until) || whole.grain == Grain::Day;
        within.then_some(Period { until, ..whole })
    }

    /// Returns the name as it stands in a sentence: "October 2026", "week 51 of 2017", "Q3 2026"; "Q3 FY2027", "month 9 of
    /// FY2026" in a fiscal or retail calendar. A stretch that is no period of its own is called by its days: "1–15 October
    /// 2026".
    pub fn label(&self, period: &Period) -> String {
        if !self.is_own(period) {
            return days_label(period.from, period.last_day());
        }
        match (self, period.grain) {
            (Calendar::Civil, _) | (_, Grain::Day) | (Calendar::Fiscal(_), Grain::Week | Grain::Month) => {
                period.label()
            }
            (Calendar::Listed(_), _) => self.own_name(period),
            (Calendar::Fiscal(_) | Calendar::Retail(_), _) => {
                let name = self.own_name(period);
                let (year, part) = name.split_once('-').unwrap_or((&name, ""));
                let n = part.get(1..).unwrap_or_default().trim_start_matches('0');
                match period.grain {
                    Grain::Week | Grain::Month => format!("{} {n} of {year}", period.grain.noun()),
                    Grain::Quarter => format!("Q{n} {year}"),
                    Grain::Day | Grain::Year => year.to_owned(),
                }
            }
        }
    }

    /// Returns the short name for an axis that says its year elsewhere: "18 Dec", "Oct 2026", "Q3 2026", "M9 FY2026"; a
    /// stretch that is no period of its own by its last day: "to 15 Oct 2026".
    pub fn short(&self, period: &Period) -> String {
        match (self, period.grain) {
            _ if !self.is_own(period) => {
                let last = Period::containing(period.last_day(), Grain::Day);
                format!("to {} {}", last.short(), last.from.year())
            }
            (Calendar::Civil, _)
            | (_, Grain::Day)
            | (Calendar::Fiscal(_), Grain::Week | Grain::Month)
            | (Calendar::Retail(_), Grain::Week) => period.short(),
            (Calendar::Retail(_), Grain::Month) => self.label(period).replacen("month ", "M", 1).replacen(" of", "", 1),
            _ => self.label(period),
        }
    }

    /// Returns the short name with its year, for an axis tick that stands alone: "18 Dec 2017", "Oct 2026".
    pub fn axis_label(&self, period: &Period) -> String {
        match (self, period.grain) {
            (Calendar::Listed(_), Grain::Week) => self.short(period),
            (_, Grain::Day | Grain::Week) => format!("{} {}", self.short(period), period.from.year()),
            _ => self.short(period),
        }
    }

    /// Returns a name as an example of the grain, for a hint.
    pub fn example(&self, grain: Grain) -> String {
        let day = Date::constant(2026, 10, 31);
        match self {
            Calendar::Listed(it) if grain != Grain::Day => it.names(grain).last().unwrap_or_default().to_owned(),
            // Everybody has seen this week.
            Calendar::Civil | Calendar::Fiscal(_) if grain == Grain::Week => "2017-W51".to_owned(),
            Calendar::Civil if grain == Grain::Quarter => "2026-Q3".to_owned(),
            _ => self
                .containing(day, grain)
                .map_or_else(String::new, |it| self.name(&it)),
        }
    }
}

/// Reads `FY2027`, `FY2027-Q1`, `FY2027-M07` and `FY2026-W40`: the year, and the part with its number from 1.
fn parts(name: &str) -> Option<(i16, Option<(Grain, i8)>)> {
    let name = name.strip_prefix("FY")?;
    let (year, part) = match name.split_once('-') {
        Some((year, part)) => (year, Some(part)),
        None => (name, None),
    };
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|it| it.is_ascii_digit());
    let year: i16 = Some(year).filter(|it| digits(it, 4))?.parse().ok()?;
    let Some(part) = part else {
        return Some((year, None));
    };
    let (grain, n_digits) = match part.bytes().next()? {
        b'Q' => (Grain::Quarter, 1),
        b'M' => (Grain::Month, 2),
        b'W' => (Grain::Week, 2),
        _ => return None,
    };
    let n = part.get(1..).filter(|it| digits(it, n_digits))?.parse().ok()?;
    Some((year, Some((grain, n))))
}

fn parse_fiscal(calendar: &Fiscal, name: &str) -> Option<Period> {
    let (year, part) = parts(name)?;
    let year = calendar.year(year)?;
    let Some((grain, n)) = part else {
        return Some(year);
    };
    let months_before = match grain {
        Grain::Quarter if (1..=4).contains(&n) => 3 * (n - 1),
        Grain::Month if (1..=12).contains(&n) => n - 1,
        _ => return None,
    };
    let from = year.from.checked_add(i64::from(months_before).months()).ok()?;
    calendar.containing(from, grain)
}
