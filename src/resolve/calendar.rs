//! The calendar resolved: months and weekdays by name, and the rows of a calendar file.
//!
//! A calendar that is wrong by a day makes every figure wrong, so that a file is read with suspicion: each mistake is told with
//! its line. It must not know which days the data hold.

use crate::model::calendar::Calendar;
use crate::model::calendar::Fiscal;
use crate::model::calendar::Listed;
use crate::model::calendar::ListedGrain;
use crate::model::calendar::NamedBy;
use crate::model::calendar::Retail;
use crate::model::calendar::YearEnd;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::period::Grain;
use crate::model::period::MONTH_NAMES;
use crate::model::period::day_label;
use crate::model::spec::CalendarSpec;
use crate::model::spec::PeriodsSpec;
use crate::model::world::World;
use jiff::civil::Date;

/// Weekdays from Monday, as a spec writes them.
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// When a retail year ends where the spec does not say: the National Retail Federation's rule.
const NRF_END: (i8, YearEnd) = (6, YearEnd::Nearest { month: 1, day: 31 });

/// A listed period this many times as long as the middle one lacks a row after it.
const TOO_LONG: f64 = 1.6;

/// Returns the calendar of a spec; `None` where it is wrong.
pub(super) fn calendar(spec: &PeriodsSpec, world: &dyn World, found: &mut Diagnostics) -> Option<Calendar> {
    match &spec.calendar {
        CalendarSpec::Civil => Some(Calendar::Civil),
        CalendarSpec::Unread => None,
        CalendarSpec::Fiscal { month, named_by } => {
            let first_month = month_number(month, "`fiscal`", found);
            let named_by = named(named_by.as_ref(), NamedBy::End, found);
            Some(Calendar::Fiscal(Fiscal {
                first_month: first_month?,
                named_by: named_by?,
            }))
        }
        CalendarSpec::Retail { weeks, ends, named_by } => {
            let weeks = weeks_of(weeks, found);
            let end = match ends {
                None => Some(NRF_END),
                Some(written) => year_end(written, found),
            };
            let named_by = named(named_by.as_ref(), NamedBy::Start, found);
            let (weekday, end) = end?;
            Some(Calendar::Retail(Retail {
                weeks: weeks?,
                weekday,
                end,
                named_by: named_by?,
            }))
        }
        CalendarSpec::File { file, season } => {
            let text = match world.text(file) {
                Ok(text) => text,
                Err(wrong) => {
                    found.push(wrong);
                    return None;
                }
            };
            let default = Grain::parse(&spec.grain.value);
            let mut listed = listed(file, &text, default, found)?;
            set_seasons(&mut listed, default, season.as_ref(), file.span, found)?;
            Some(Calendar::Listed(listed))
        }
    }
}

fn unknown<'a>(what: &str, written: &str, span: Span, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    let diagnostic = Diagnostic::spec("unknown-value", format!("{what} cannot be `{written}`"));
    diagnostic.at(span).nearest(written, known)
}

fn month_number(written: &Spanned<String>, what: &str, found: &mut Diagnostics) -> Option<i8> {
    let lowered = MONTH_NAMES.map(str::to_lowercase);
    let place = lowered.iter().position(|it| *it == written.value.to_lowercase());
    if place.is_none() {
        let known = lowered.iter().map(String::as_str);
        found.push(unknown(what, &written.value, written.span, known));
    }
    i8::try_from(place? + 1).ok()
}

fn named(written: Option<&Spanned<String>>, default: NamedBy, found: &mut Diagnostics) -> Option<NamedBy> {
    let Some(written) = written else {
        return Some(default);
    };
    match written.value.as_str() {
        "start" => Some(NamedBy::Start),
        "end" => Some(NamedBy::End),
        other => {
            found.push(unknown("`named_by`", other, written.span, ["start", "end"]));
            None
        }
    }
}

fn weeks_of(written: &Spanned<String>, found: &mut Diagnostics) -> Option<[i8; 3]> {
    match written.value.as_str() {
        "4-5-4" => Some([4, 5, 4]),
        "4-4-5" => Some([4, 4, 5]),
        "5-4-4" => Some([5, 4, 4]),
        other => {
            found.push(unknown("`retail`", other, written.span, ["4-5-4", "4-4-5", "5-4-4"]));
            None
        }
    }
}

/// Reads `saturday nearest january 31` and `last saturday of january`.
fn year_end(written: &Spanned<String>, found: &mut Diagnostics) -> Option<(i8, YearEnd)> {
    let lowered = written.value.to_lowercase();
    let words: Vec<&str> = lowered.split_whitespace().collect();
    let weekday = |word: &str| {
        let place = WEEKDAYS.iter().position(|it| *it == word)?;
        i8::try_from(place + 1).ok()
    };
    let month = |word: &str| {
        let place = MONTH_NAMES.iter().position(|it| it.to_lowercase() == word)?;
        i8::try_from(place + 1).ok()
    };
    let end = match words.as_slice() {
        [day, "nearest", of, n] => weekday(day).zip(month(of)).and_then(|(weekday, month)| {
            // A day of every year: 29 February is none.
            let day = n.parse().ok().filter(|day| Date::new(2001, month, *day).is_ok())?;
            Some((weekday, YearEnd::Nearest { month, day }))
        }),
        ["last", day, "of", of] => weekday(day)
            .zip(month(of))
            .map(|(weekday, month)| (weekday, YearEnd::LastOf { month })),
        _ => None,
    };
    if end.is_none() {
        let message = format!("`ends` cannot be `{}`", written.value);
        let hint = "write `saturday nearest january 31` or `last saturday of january`";
        found.push(Diagnostic::spec("unknown-value", message).at(written.span).hint(hint));
    }
    end
}

/// A row of a calendar file.
struct Row {
    line: usize,
    grain: Grain,
    name: String,
    from: Date,
    until: Option<Date>,
}

/// Reads a calendar file; every line that is wrong is told. `default` is the grain of rows that say none.
fn listed(file: &Spanned<String>, text: &str, default: Option<Grain>, found: &mut Diagnostics) -> Option<Listed> {
    let n_before = found.0.len();
    let mut wrong = |line: usize, message: String| {
        let message = format!("line {line} of `{}`: {message}", file.value);
        found.push(Diagnostic::data("calendar-file", message).at(file.span));
    };
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|it| !it.1.trim().is_empty());
    let cells = |line: &str| -> Vec<String> {
        let cell = |it: &str| it.trim().trim_matches('"').trim().to_owned();
        line.trim_start_matches('\u{feff}').split(',').map(cell).collect()
    };
    let head = lines.next().map(|it| cells(it.1)).unwrap_or_default();
    let place = |name: &str| head.iter().position(|it| it == name);
    let (Some(name_at), Some(from_at)) = (place("name"), place("from")) else {
        wrong(1, "a calendar has the columns `name` and `from`".to_owned());
        return None;
    };
    let mut rows: Vec<Row> = Vec::new();
    for (line, text) in lines {
        let cells = cells(text);
        if cells.len() != head.len() {
            wrong(
                line,
                format!("{} fields stand where {} are expected", cells.len(), head.len()),
            );
            continue;
        }
        let grain = match place("grain").map(|at| cells[at].as_str()) {
            None => default,
            Some(text) => Grain::parse(text).filter(|it| *it != Grain::Day),
        };
        let Some(grain) = grain else {
            wrong(line, "`grain` is `week`, `month`, `quarter` or `year`".to_owned());
            continue;
        };
        let Some(from) = Calendar::day(&cells[from_at]) else {
            wrong(
                line,
                format!("`from` is a date as `2026-02-01`, and `{}` is none", cells[from_at]),
            );
            continue;
        };
        let until = place("until").map(|at| (Calendar::day(&cells[at]), &cells[at]));
        if let Some((None, text)) = until {
            wrong(line, format!("`until` is a date as `2026-03-01`, and `{text}` is none"));
            continue;
        }
        rows.push(Row {
            line,
            grain,
            name: cells[name_at].clone(),
            from,
            until: until.and_then(|it| it.0),
        });
    }
    let mut grains = Vec::new();
    for grain in Grain::ALL {
        let own: Vec<&Row> = rows.iter().filter(|it| it.grain == grain).collect();
        if !own.is_empty() {
            grains.extend(listed_grain(grain, &own, &mut wrong));
        }
    }
    check_names(&rows, &mut wrong);
    if rows.is_empty() && found.0.len() == n_before {
        let message = format!("`{}` lists no period", file.value);
        found.push(Diagnostic::data("calendar-file", message).at(file.span));
    }
    (found.0.len() == n_before).then(|| Listed {
        file: file.value.clone(),
        text: text.to_owned(),
        grains,
    })
}

/// Puts the rows of one grain together: ascending, without gap or overlap, none without a name.
fn listed_grain(grain: Grain, rows: &[&Row], wrong: &mut dyn FnMut(usize, String)) -> Option<ListedGrain> {
    let mut is_right = true;
    let mut tell = |line: usize, message: String| {
        is_right = false;
        wrong(line, message);
    };
    for pair in rows.windows(2) {
        let (row, next) = (pair[0], pair[1]);
        if next.from <= row.from {
            let message = format!(
                "`{}` begins on {}, not after `{}`: sort the rows",
                next.name, next.from, row.name
            );
            tell(next.line, message);
        } else if let Some(until) = row.until.filter(|it| *it != next.from) {
            let what = if until < next.from { "a gap" } else { "an overlap" };
            let message = format!(
                "`{}` ends before {until}, and `{}` begins on {}: {what}",
                row.name, next.name, next.from
            );
            tell(next.line, message);
        }
    }
    let last = rows.last()?;
    // Without `until` the last row only ends the one before it.
    let (until, n) = match last.until {
        Some(until) => (until, rows.len()),
        None => (last.from, rows.len() - 1),
    };
    if until <= last.from && last.until.is_some() {
        tell(last.line, format!("`{}` ends before it begins", last.name));
    }
    if n == 0 {
        let message = format!(
            "the last row of a grain ends the one before it, and no {} is left",
            grain.noun()
        );
        tell(last.line, message);
    }
    for row in rows.iter().take(n).filter(|it| it.name.is_empty()) {
        tell(row.line, format!("the {} of {} has no name", grain.noun(), row.from));
    }
    if !is_right {
        return None;
    }
    let listed = ListedGrain {
        grain,
        rows: rows.iter().take(n).map(|it| (it.name.clone(), it.from)).collect(),
        until,
        season: None,
    };
    check_lengths(&listed, rows, wrong).then_some(listed)
}

/// Finds a period far longer than others: a row was forgotten.
fn check_lengths(listed: &ListedGrain, rows: &[&Row], wrong: &mut dyn FnMut(usize, String)) -> bool {
    let lengths: Vec<i64> = (0..listed.rows.len())
        .filter_map(|it| Some(listed.period(it)?.n_days()))
        .collect();
    let mut sorted = lengths.clone();
    sorted.sort_unstable();
    let middle = sorted[sorted.len() / 2];
    let mut is_right = true;
    for (row, n) in rows.iter().zip(&lengths) {
        if *n as f64 > TOO_LONG * middle as f64 {
            is_right = false;
            let message = format!("`{}` has {n} days where others have {middle}: a gap after it", row.name);
            wrong(row.line, message);
        }
    }
    is_right
}

/// Refuses names that stand twice, and names that mean another thing to everybody.
fn check_names(rows: &[Row], wrong: &mut dyn FnMut(usize, String)) {
    for (at, row) in rows.iter().enumerate() {
        if !row.name.is_empty() && rows[..at].iter().any(|it| it.name == row.name) {
            wrong(row.line, format!("the name `{}` stands twice", row.name));
        }
        let is_safe = row
            .name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'));
        if !is_safe || row.name.starts_with('.') || row.name.contains("-to-") {
            let message = format!(
                "`{}` cannot name a period: letters a to z, digits, `-`, `_` and `.` can",
                row.name
            );
            wrong(row.line, message);
        } else if Calendar::day(&row.name).is_some() {
            wrong(row.line, format!("`{}` is a day’s name", row.name));
        }
    }
}

/// Finds how many periods make a season: what the spec says, else as many as every year of the file holds.
fn set_seasons(
    listed: &mut Listed,
    grain: Option<Grain>,
    written: Option<&Spanned<u64>>,
    span: Span,
    found: &mut Diagnostics,
) -> Option<()> {
    let years: Vec<_> = listed
        .grains
        .iter()
        .filter(|it| it.grain == Grain::Year)
        .cloned()
        .collect();
    for own in listed.grains.iter_mut().filter(|it| it.grain != Grain::Year) {
        let starts = |year: &ListedGrain, place: usize| {
            let year = year.period(place)?;
            Some(own.rows.iter().filter(|(_, from)| year.contains(*from)).count())
        };
        let mut counts: Vec<usize> = years
            .iter()
            .flat_map(|year| (0..year.rows.len()).filter_map(move |place| starts(year, place)))
            .filter(|n| 0 < *n)
            .collect();
        // The first and the last year may be listed in part.
        if counts.len() > 2 {
            counts = counts[1..counts.len() - 1].to_vec();
        }
        counts.dedup();
        own.season = match (counts.as_slice(), written) {
            (_, Some(n)) if Some(own.grain) == grain => usize::try_from(n.value).ok().filter(|it| 1 < *it),
            ([n], _) => Some(*n),
            _ => None,
        };
    }
    let own = listed.grains.iter().find(|it| Some(it.grain) == grain);
    if let Some(own) = own.filter(|it| it.grain != Grain::Year && it.season.is_none()) {
        let noun = own.grain.nouns();
        let message = format!("`{}` does not say how many {noun} make a year", listed.file);
        let hint = format!("list its years too (`grain` is `year`), or say how many {noun} a season has: `season: 13`");
        let place = written.map_or(span, |it| it.span);
        found.push(
            Diagnostic::spec("calendar-without-season", message)
                .at(place)
                .hint(hint),
        );
        return None;
    }
    if let Some(grain) = grain.filter(|it| *it != Grain::Day && own.is_none()) {
        let message = format!("`{}` lists no {}", listed.file, grain.nouns());
        let listed = listed.grains.iter().map(|it| it.grain.nouns());
        let hint = format!("it lists {}", listed.collect::<Vec<_>>().join(", "));
        found.push(Diagnostic::spec("unknown-grain", message).at(span).hint(hint));
        return None;
    }
    Some(())
}

/// Says which days a listed calendar holds, for a hint.
pub(super) fn extent(listed: &Listed, grain: Grain) -> String {
    let own = listed.grains.iter().find(|it| it.grain == grain);
    own.and_then(|it| Some((it.rows.first()?.1, it.until)))
        .map_or_else(String::new, |(from, until)| {
            format!(
                "`{}` holds the days from {} to {}",
                listed.file,
                day_label(from),
                day_label(until.yesterday().unwrap_or(until))
            )
        })
}
