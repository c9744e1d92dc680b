//! Holidays resolved: as notes on the charts of the periods that they fall in.
//!
//! What falls in the same period every year explains nothing: the season has it. So of a country's holidays those are marked
//! that moved between periods, as Easter between March and April; the spec's own days always are. It must not know how a note
//! is drawn.

use crate::model::calendar::Calendar;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::holidays::HolidayCalendar;
use crate::model::holidays::HolidaysSpec;
use crate::model::notes::Note;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::plan::Periods;
use crate::words::text;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The most periods that a chart shows: what is earlier is marked nowhere.
const SHOWN: usize = 37;

/// Returns the holidays that are marked, as notes; every mistake is told. `periods` are `None` in a draft.
pub(super) fn notes(spec: &HolidaysSpec, periods: Option<&Periods>, found: &mut Diagnostics) -> Vec<Note> {
    let calendars: Vec<HolidayCalendar> = spec.calendars.iter().filter_map(|it| named(it, found)).collect();
    let mut own: Vec<(Date, String)> = Vec::new();
    for holiday in &spec.own {
        let mut days: Vec<Date> = Vec::new();
        for written in &holiday.dates {
            let Some(day) = Calendar::day(&written.value) else {
                let message = format!("a holiday falls on dates, and `{}` is none", written.value);
                let hint = "a date is written `2026-11-27`";
                found.push(Diagnostic::spec("bad-date", message).at(written.span).hint(hint));
                continue;
            };
            if days.contains(&day) {
                let message = format!("the date {day} of `{}` stands twice", holiday.name.value);
                found.push(Diagnostic::spec("repeated-name", message).at(written.span));
                continue;
            }
            days.push(day);
        }
        own.extend(days.into_iter().map(|day| (day, holiday.name.value.clone())));
    }
    let Some(periods) = periods else {
        return Vec::new();
    };
    let shown = shown(periods);
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
        return Vec::new();
    };
    let is_shown = |day: &Date| first.from <= *day && *day < last.until;
    let mut days: Vec<(Date, String, &str)> = own.into_iter().map(|(day, name)| (day, name, "")).collect();
    for calendar in calendars {
        let all: Vec<(Date, &str)> = (first.from.year()..=last.until.year())
            .flat_map(|year| calendar.of_year(year))
            .filter(|it| is_shown(&it.0))
            .collect();
        let moving = moving(&all, periods);
        let marked = all.into_iter().filter(|(_, name)| moving.contains(name));
        days.extend(marked.map(|(day, name)| (day, name.to_owned(), calendar.name())));
    }
    days.retain(|it| is_shown(&it.0));
    days.into_iter().map(|(day, name, of)| note(day, name, of)).collect()
}

fn named(written: &crate::model::diagnostic::Spanned<String>, found: &mut Diagnostics) -> Option<HolidayCalendar> {
    let calendar = HolidayCalendar::ALL.into_iter().find(|it| it.name() == written.value);
    if calendar.is_none() {
        let message = format!("there is no calendar of holidays `{}`", written.value);
        let known = HolidayCalendar::ALL.map(HolidayCalendar::name);
        let diagnostic = Diagnostic::spec("unknown-value", message).at(written.span);
        found.push(diagnostic.nearest(&written.value, known));
    }
    calendar
}

fn shown(periods: &Periods) -> Vec<Period> {
    let all: Vec<Period> = periods.history.iter().chain([&periods.target]).copied().collect();
    all[all.len().saturating_sub(SHOWN)..].to_vec()
}

/// Returns the names of holidays that fall in periods of different places in their years. Within days and weeks all do:
/// no date keeps its weekday.
fn moving<'a>(days: &[(Date, &'a str)], periods: &Periods) -> BTreeSet<&'a str> {
    let mut places: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (day, name) in days {
        let of = periods.calendar.containing(*day, periods.grain);
        let place = match (periods.grain, of) {
            (Grain::Day | Grain::Week, _) => day.to_string(),
            (Grain::Month | Grain::Quarter, Some(period)) => place(&periods.calendar.name(&period)),
            (Grain::Year, _) | (_, None) => String::new(),
        };
        places.entry(name).or_default().insert(place);
    }
    let is_weekly = matches!(periods.grain, Grain::Day | Grain::Week);
    let moves = |it: &(&str, BTreeSet<String>)| is_weekly || 1 < it.1.len();
    places.into_iter().filter(moves).map(|it| it.0).collect()
}

/// Returns what a name says behind its year: `10` of `2026-10`, `M09` of `FY2026-M09`; all of a name without a dash.
fn place(name: &str) -> String {
    name.split_once('-').map_or(name, |it| it.1).to_owned()
}

fn note(day: Date, name: String, of: &str) -> Note {
    Note {
        id: format!("{}-{day}", text::slug(&name)),
        label: name,
        text: if of.is_empty() {
            String::new()
        } else {
            format!("holiday, {of}")
        },
        from: day,
        until: day.saturating_add(1.days()),
        categories: Vec::new(),
        metrics: Vec::new(),
    }
}
