//! Holidays: the public ones of some countries, by rule.
//!
//! What a country closes for moves sales between days, and Easter moves them between months. Rules are computed, so that every
//! year is there; a day that a parliament named once is listed with its year. It must not know what a holiday does to a series.

mod japan;

use super::calendar::Calendar;
use super::diagnostic::Spanned;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::civil::Weekday;
use serde::Serialize;

/// Holidays as written.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HolidaysSpec {
    /// Names of calendars: `us`, `uk`. Default: none.
    pub calendars: Vec<Spanned<String>>,
    /// Days of the spec's own. Default: none.
    pub own: Vec<OwnHolidaySpec>,
}

/// A holiday of the spec's own, as written.
#[derive(Debug, Clone, Serialize)]
pub struct OwnHolidaySpec {
    /// What it is called on a chart.
    pub name: Spanned<String>,
    /// Its days, ISO 8601.
    pub dates: Vec<Spanned<String>>,
}

/// A holiday with its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedDays {
    /// What it is called on a chart.
    pub name: String,
    /// Its days, ascending, each once.
    pub days: Vec<Date>,
    /// True where the spec lists them, false where a country's calendar does.
    pub is_own: bool,
}

impl HolidaysSpec {
    /// Lists the holidays with their days in `[from, until)`: the spec's own in order of writing, then the calendars'. What
    /// two calendars call alike is one holiday.
    ///
    /// What cannot be read is left out: it is told where holidays become notes.
    pub fn named_days(&self, from: Date, until: Date) -> Vec<NamedDays> {
        let mut named: Vec<NamedDays> = Vec::new();
        let mut add = |name: &str, day: Date, is_own: bool| {
            if day < from || until <= day {
                return;
            }
            match named.iter_mut().find(|it| it.name == name) {
                Some(it) => it.days.push(day),
                None => named.push(NamedDays {
                    name: name.to_owned(),
                    days: vec![day],
                    is_own,
                }),
            }
        };
        for own in &self.own {
            let days = own.dates.iter().filter_map(|it| Calendar::day(&it.value));
            days.for_each(|day| add(&own.name.value, day, true));
        }
        let is_named = |it: &HolidayCalendar| self.calendars.iter().any(|name| name.value == it.name());
        for calendar in HolidayCalendar::ALL.into_iter().filter(is_named) {
            let years = from.year()..=until.year();
            let days = years.flat_map(|year| calendar.of_year(year));
            days.for_each(|(day, name)| add(name, day, false));
        }
        for it in &mut named {
            it.days.sort();
            it.days.dedup();
        }
        named
    }
}

/// A calendar of holidays that a spec can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolidayCalendar {
    /// Federal holidays of the United States, with the weekdays on which they are observed.
    Us,
    /// Bank holidays of England and Wales, with substitute days.
    Uk,
    /// National holidays of Brazil, with Carnival (Monday and Tuesday) and Corpus Christi.
    Br,
    /// Holidays of all German states.
    De,
    /// National holidays of France.
    Fr,
    /// National holidays of Japan, with substitute days and days between two holidays.
    Jp,
}

/// A holiday: its day, and what it is called in English.
pub type Holiday = (Date, &'static str);

impl HolidayCalendar {
    /// All calendars.
    pub const ALL: [HolidayCalendar; 6] = [
        HolidayCalendar::Us,
        HolidayCalendar::Uk,
        HolidayCalendar::Br,
        HolidayCalendar::De,
        HolidayCalendar::Fr,
        HolidayCalendar::Jp,
    ];

    /// Returns the name that a spec uses: `us`.
    pub fn name(self) -> &'static str {
        match self {
            HolidayCalendar::Us => "us",
            HolidayCalendar::Uk => "uk",
            HolidayCalendar::Br => "br",
            HolidayCalendar::De => "de",
            HolidayCalendar::Fr => "fr",
            HolidayCalendar::Jp => "jp",
        }
    }

    /// Lists the holidays of a year, ascending; the rules are those since 2000, and hold for the years after.
    pub fn of_year(self, year: i16) -> Vec<Holiday> {
        let mut all = match self {
            HolidayCalendar::Us => united_states(year),
            HolidayCalendar::Uk => england_and_wales(year),
            HolidayCalendar::Br => brazil(year),
            HolidayCalendar::De => germany(year),
            HolidayCalendar::Fr => france(year),
            HolidayCalendar::Jp => japan::japan(year),
        };
        all.sort();
        all
    }
}

/// Returns Easter Sunday.
///
/// Source: Meeus (1991), "Astronomical Algorithms", chapter 8, after Butcher (1876): the Gregorian rule, for all years.
pub fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    day(year, (n / 31) as i8, (n % 31 + 1) as i8)
}

/// A day of the rules below: all of them are there in every year.
fn day(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).expect("a rule names a day of every year")
}

/// Returns the `n`th such weekday of a month, from 1; the last one for −1.
fn nth(year: i16, month: i8, n: i8, weekday: Weekday) -> Date {
    let first = day(year, month, 1);
    first
        .nth_weekday_of_month(n, weekday)
        .expect("every month has four of each weekday")
}

/// Days after Easter Sunday; before it where negative.
fn after_easter(year: i16, days: i64) -> Date {
    easter(year).saturating_add(days.days())
}

/// Source: 5 U.S.C. § 6103; Executive Order 11582 for the days observed.
fn united_states(year: i16) -> Vec<Holiday> {
    use Weekday::Monday;
    let mut fixed = vec![
        (day(year, 1, 1), "New Year’s Day", "New Year’s Day, observed"),
        (day(year, 7, 4), "Independence Day", "Independence Day, observed"),
        (day(year, 11, 11), "Veterans Day", "Veterans Day, observed"),
        (day(year, 12, 25), "Christmas Day", "Christmas Day, observed"),
    ];
    if year >= 2021 {
        fixed.push((day(year, 6, 19), "Juneteenth", "Juneteenth, observed"));
    }
    // The New Year’s Day of the year after may be observed on the last day of this one.
    let next = (
        day(year, 12, 31).saturating_add(1.days()),
        "",
        "New Year’s Day, observed",
    );
    let weekday = |(date, _, observed): &(Date, &'static str, &'static str)| match date.weekday() {
        Weekday::Saturday => Some((date.saturating_sub(1.days()), *observed)),
        Weekday::Sunday => Some((date.saturating_add(1.days()), *observed)),
        _ => None,
    };
    let observed = fixed.iter().chain([&next]).filter_map(weekday);
    let mut all: Vec<Holiday> = observed.filter(|it| it.0.year() == year).collect();
    all.extend(fixed.iter().map(|(date, name, _)| (*date, *name)));
    all.extend([
        (nth(year, 1, 3, Monday), "Martin Luther King Day"),
        (nth(year, 2, 3, Monday), "Washington’s Birthday"),
        (nth(year, 5, -1, Monday), "Memorial Day"),
        (nth(year, 9, 1, Monday), "Labor Day"),
        (nth(year, 10, 2, Monday), "Columbus Day"),
        (nth(year, 11, 4, Weekday::Thursday), "Thanksgiving"),
    ]);
    all
}

/// Source: Banking and Financial Dealings Act 1971, and royal proclamations for single years.
fn england_and_wales(year: i16) -> Vec<Holiday> {
    use Weekday::Monday;
    let (spring, summer) = ("Spring bank holiday", "Summer bank holiday");
    let new_year = day(year, 1, 1);
    let christmas = day(year, 12, 25);
    let mut all = vec![
        (new_year, "New Year’s Day"),
        (after_easter(year, -2), "Good Friday"),
        (after_easter(year, 1), "Easter Monday"),
        (
            if year == 2020 {
                day(year, 5, 8)
            } else {
                nth(year, 5, 1, Monday)
            },
            "Early May bank holiday",
        ),
        (
            match year {
                2002 | 2012 => day(year, 6, 4),
                2022 => day(year, 6, 2),
                _ => nth(year, 5, -1, Monday),
            },
            spring,
        ),
        (nth(year, 8, -1, Monday), summer),
        (christmas, "Christmas Day"),
        (day(year, 12, 26), "Boxing Day"),
    ];
    match new_year.weekday() {
        Weekday::Saturday => all.push((day(year, 1, 3), "New Year’s Day")),
        Weekday::Sunday => all.push((day(year, 1, 2), "New Year’s Day")),
        _ => {}
    }
    match christmas.weekday() {
        Weekday::Friday => all.push((day(year, 12, 28), "Boxing Day")),
        Weekday::Saturday => all.extend([(day(year, 12, 27), "Christmas Day"), (day(year, 12, 28), "Boxing Day")]),
        Weekday::Sunday => all.push((day(year, 12, 27), "Christmas Day")),
        _ => {}
    }
    let once = [
        (Date::constant(2002, 6, 3), "Golden Jubilee"),
        (Date::constant(2011, 4, 29), "Royal wedding"),
        (Date::constant(2012, 6, 5), "Diamond Jubilee"),
        (Date::constant(2022, 6, 3), "Platinum Jubilee"),
        (Date::constant(2022, 9, 19), "State funeral"),
        (Date::constant(2023, 5, 8), "Coronation"),
    ];
    all.extend(once.into_iter().filter(|it| it.0.year() == year));
    all
}

/// Source: Lei 662/1949, 6.802/1980 and 14.759/2023; Carnival and Corpus Christi by yearly decree.
fn brazil(year: i16) -> Vec<Holiday> {
    let mut all = vec![
        (day(year, 1, 1), "New Year’s Day"),
        (after_easter(year, -48), "Carnival"),
        (after_easter(year, -47), "Carnival"),
        (after_easter(year, -2), "Good Friday"),
        (day(year, 4, 21), "Tiradentes"),
        (day(year, 5, 1), "Labour Day"),
        (after_easter(year, 60), "Corpus Christi"),
        (day(year, 9, 7), "Independence Day"),
        (day(year, 10, 12), "Our Lady of Aparecida"),
        (day(year, 11, 2), "All Souls’ Day"),
        (day(year, 11, 15), "Republic Day"),
        (day(year, 12, 25), "Christmas Day"),
    ];
    if year >= 2024 {
        all.push((day(year, 11, 20), "Black Awareness Day"));
    }
    all
}

/// Source: holiday laws of the states, and Einigungsvertrag art. 2; the days that all have.
fn germany(year: i16) -> Vec<Holiday> {
    let mut all = vec![
        (day(year, 1, 1), "New Year’s Day"),
        (after_easter(year, -2), "Good Friday"),
        (after_easter(year, 1), "Easter Monday"),
        (day(year, 5, 1), "Labour Day"),
        (after_easter(year, 39), "Ascension"),
        (after_easter(year, 50), "Whit Monday"),
        (day(year, 10, 3), "German Unity Day"),
        (day(year, 12, 25), "Christmas Day"),
        (day(year, 12, 26), "Second Christmas Day"),
    ];
    if year == 2017 {
        all.push((day(year, 10, 31), "Reformation Day"));
    }
    all
}

/// Source: Code du travail, art. L3133-1; Whit Monday was a working day from 2005 to 2007 (loi 2004-626).
fn france(year: i16) -> Vec<Holiday> {
    let mut all = vec![
        (day(year, 1, 1), "New Year’s Day"),
        (after_easter(year, 1), "Easter Monday"),
        (day(year, 5, 1), "Labour Day"),
        (day(year, 5, 8), "Victory Day"),
        (after_easter(year, 39), "Ascension"),
        (day(year, 7, 14), "Bastille Day"),
        (day(year, 8, 15), "Assumption"),
        (day(year, 11, 1), "All Saints’ Day"),
        (day(year, 11, 11), "Armistice Day"),
        (day(year, 12, 25), "Christmas Day"),
    ];
    if !(2005..=2007).contains(&year) {
        all.push((after_easter(year, 50), "Whit Monday"));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days by calendar and year; see tests/holidays/NOTICE.md.
    const REFERENCE: &str = include_str!("../../../tests/holidays/reference.csv");

    #[test]
    fn every_day_from_2000_to_2035_is_that_of_an_independent_list() {
        let mut n = 0;
        for line in REFERENCE.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let [name, year, days] = cells.as_slice() else {
                panic!("a line has three cells: {line}")
            };
            let calendar = HolidayCalendar::ALL
                .into_iter()
                .find(|it| it.name() == *name)
                .expect("a known calendar");
            let mut own: Vec<Date> = calendar
                .of_year(year.parse().expect("a year"))
                .into_iter()
                .map(|it| it.0)
                .collect();
            own.dedup();
            let own: Vec<String> = own.iter().map(|it| it.strftime("%m-%d").to_string()).collect();
            assert_eq!(own.join(" "), *days, "{name} {year}");
            n += 1;
        }
        assert_eq!(n, 6 * 36);
    }

    #[test]
    fn days_of_one_name_are_one_holiday() {
        let written = |text: &str| Spanned {
            value: text.to_owned(),
            span: Default::default(),
        };
        let spec = HolidaysSpec {
            calendars: vec![written("fr"), written("uk")],
            own: vec![OwnHolidaySpec {
                name: written("Sale"),
                dates: vec![written("2025-07-11"), written("2024-07-16"), written("soon")],
            }],
        };
        let named = spec.named_days(day(2024, 1, 1), day(2025, 5, 1));
        assert_eq!((&*named[0].name, named[0].is_own), ("Sale", true));
        assert_eq!(named[0].days, [day(2024, 7, 16)]);
        let easter = named.iter().filter(|it| it.name == "Easter Monday" && !it.is_own);
        let days: Vec<&Vec<Date>> = easter.map(|it| &it.days).collect();
        assert_eq!(days, [&vec![day(2024, 4, 1), day(2025, 4, 21)]]);
    }

    #[test]
    fn easter_falls_where_the_tables_say() {
        // Source: Astronomical Applications Department, US Naval Observatory, dates of Easter.
        for (year, month, of_month) in [
            (1818, 3, 22),
            (1943, 4, 25),
            (2000, 4, 23),
            (2008, 3, 23),
            (2024, 3, 31),
            (2038, 4, 25),
        ] {
            assert_eq!(easter(year), day(year, month, of_month));
        }
    }
}
