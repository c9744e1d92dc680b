//! National holidays of Japan.
//!
//! The law makes a holiday of the day after one that falls on a Sunday, and of a day between two; the equinoxes are astronomy.

use super::Holiday;
use super::day;
use super::nth;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::civil::Weekday;

/// Source: Act on National Holidays (昭和23年法律第178号) with its amendments since 2000; the equinoxes by the formula of the
/// Japan Hydrographic Association, for 1980 to 2099.
pub(super) fn japan(year: i16) -> Vec<Holiday> {
    let mut all = named(year);
    all.sort();
    let mut more: Vec<Holiday> = Vec::new();
    for &(date, _) in &all {
        if date.weekday() == Weekday::Sunday {
            more.extend(substitute(year, date, &all));
        }
    }
    for &(date, _) in &all {
        // A day between two holidays is one, unless it is a Sunday, which needs none.
        let (between, next) = (date.saturating_add(1.days()), date.saturating_add(2.days()));
        let is_free = |it: &Date| all.iter().chain(&more).all(|(own, _)| own != it);
        if all.iter().any(|(it, _)| *it == next) && is_free(&between) && between.weekday() != Weekday::Sunday {
            more.push((between, "Citizens’ Holiday"));
        }
    }
    all.extend(more);
    all
}

/// Returns the working day that stands for a holiday on a Sunday.
fn substitute(year: i16, sunday: Date, all: &[Holiday]) -> Option<Holiday> {
    let is_holiday = |it: &Date| all.iter().any(|(own, _)| own == it);
    let mut day = sunday.saturating_add(1.days());
    if year < 2007 {
        // Until 2006 the Monday alone could stand for it.
        return (!is_holiday(&day)).then_some((day, "Substitute holiday"));
    }
    while is_holiday(&day) {
        day = day.saturating_add(1.days());
    }
    Some((day, "Substitute holiday"))
}

/// The holidays that the law names.
fn named(year: i16) -> Vec<Holiday> {
    use Weekday::Monday;
    let equinox = |at_1980: f64| {
        let since = f64::from(year - 1980);
        (at_1980 + 0.242_194 * since - libm::floor(since / 4.0)) as i8
    };
    let mut all = vec![
        (day(year, 1, 1), "New Year’s Day"),
        (nth(year, 1, 2, Monday), "Coming of Age Day"),
        (day(year, 2, 11), "Foundation Day"),
        (day(year, 3, equinox(20.8431)), "Vernal Equinox"),
        (day(year, 4, 29), if year < 2007 { "Greenery Day" } else { "Showa Day" }),
        (day(year, 5, 3), "Constitution Day"),
        (day(year, 5, 5), "Children’s Day"),
        (day(year, 9, equinox(23.2488)), "Autumnal Equinox"),
        (day(year, 11, 3), "Culture Day"),
        (day(year, 11, 23), "Labour Thanksgiving Day"),
    ];
    if year >= 2007 {
        all.push((day(year, 5, 4), "Greenery Day"));
    }
    match year {
        ..=2018 => all.push((day(year, 12, 23), "Emperor’s Birthday")),
        2019 => all.extend([
            (day(year, 5, 1), "Enthronement"),
            (day(year, 10, 22), "Enthronement Ceremony"),
        ]),
        _ => all.push((day(year, 2, 23), "Emperor’s Birthday")),
    }
    all.push((
        match year {
            ..=2002 => day(year, 7, 20),
            2020 => day(year, 7, 23),
            2021 => day(year, 7, 22),
            _ => nth(year, 7, 3, Monday),
        },
        "Marine Day",
    ));
    match year {
        ..=2015 => {}
        2020 => all.push((day(year, 8, 10), "Mountain Day")),
        2021 => all.push((day(year, 8, 8), "Mountain Day")),
        _ => all.push((day(year, 8, 11), "Mountain Day")),
    }
    let aged = if year < 2003 {
        day(year, 9, 15)
    } else {
        nth(year, 9, 3, Monday)
    };
    all.push((aged, "Respect for the Aged Day"));
    all.push((
        match year {
            2020 => day(year, 7, 24),
            2021 => day(year, 7, 23),
            _ => nth(year, 10, 2, Monday),
        },
        "Sports Day",
    ));
    all
}
