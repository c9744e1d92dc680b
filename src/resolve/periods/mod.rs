//! Periods fixed: what is complete, what the memo is about, what it is held against.
//!
//! The only "today" is the day after the latest row, or what the author says. A period that the
//! data do not cover is refused with what they do cover.

mod guess;
mod target;
mod wanted;

use super::calendar;
use super::sources::Table;
use crate::model::calendar::Calendar;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::period::day_label;
use crate::model::plan::Comparison;
use crate::model::plan::Periods;
use crate::model::spec::PeriodsSpec;
use crate::model::world::Skim;
use jiff::ToSpan;
use jiff::civil::Date;
use target::target;
use wanted::Against;
use wanted::Placed;
pub use wanted::Wanted;
pub use wanted::wanted;

/// Longer histories are a wrong date in the data: ten thousand days are 27 years, ten thousand weeks two centuries.
const MOST_PERIODS: usize = 10_000;

/// Months, quarters and years may begin with days on which nobody bought: so many.
const LATE_DAYS: i64 = 2;

/// Fixes the periods by the days that the used sources have, each at least one. `grain` is the place of `grain:`.
pub(super) fn periods(
    wanted: &Wanted,
    grain: Span,
    used: &[(&Table, &Skim)],
    found: &mut Diagnostics,
) -> Option<Periods> {
    let covers: Vec<Cover> = used.iter().map(|(table, skim)| cover(wanted, table, skim)).collect();
    let calendar = &wanted.calendar;
    check_extent(wanted, &covers, grain, found)?;
    let covered = covered(wanted, &covers, found)?;
    let (target, to_date) = target(wanted, &covered, grain, found)?;
    let whole = to_date.as_ref().map_or(target, |it| it.whole);
    if covered.first.from.year() < 0 || calendar.through(&covered.first, &whole).len() > MOST_PERIODS {
        let message = format!(
            "the data run from {} to {}: that is more than {MOST_PERIODS} {}",
            day_label(covered.first.from),
            day_label(target.last_day()),
            wanted.grain.nouns()
        );
        let hint = "one of the two is a mistake in the data: drop it by a rule, as `keep: date between date '2000-01-01' and date '2099-12-31'`";
        found.push(Diagnostic::data("history-too-long", message).at(grain).hint(hint));
        return None;
    }
    let mut history: Vec<Period> = calendar.through(&covered.first, &whole);
    history.retain(|it| it.from < whole.from);
    if history.is_empty() {
        let message = format!(
            "no complete {} stands before {}",
            wanted.grain.noun(),
            calendar.label(&target)
        );
        let hint = format!(
            "the first complete {} is {}",
            wanted.grain.noun(),
            calendar.name(&covered.first)
        );
        found.push(Diagnostic::data("no-history", message).at(grain).hint(hint));
        return None;
    }
    let scene = Scene {
        calendar,
        target: whole,
        cut: to_date.as_ref().map(|_| target),
        history: &history,
        covered: &covered,
    };
    let comparisons: Vec<Option<Comparison>> = wanted.against.iter().map(|it| compared(it, &scene, found)).collect();
    let comparisons = comparisons.into_iter().collect::<Option<Vec<Comparison>>>()?;
    let incomplete = incomplete(&covered, wanted);
    warn_long_years(wanted, &history, &whole, grain, found);
    warn_uneven(wanted, &target, &comparisons, found);
    if to_date.is_some() {
        history = history.iter().map(|it| calendar.to_date(it, &whole, &target)).collect();
    }
    Some(Periods {
        grain: wanted.grain,
        calendar: calendar.clone(),
        to_date,
        as_of: covered.as_of,
        target,
        history,
        comparisons,
        incomplete,
    })
}

/// Periods as far as the spec alone tells them: names of comparisons, and days that mean nothing.
pub(super) fn draft(spec: &PeriodsSpec, calendar: Calendar) -> Periods {
    let grain = Grain::parse(&spec.grain.value).unwrap_or(Grain::Month);
    let day = Date::constant(2000, 1, 1);
    let target = calendar
        .containing(day, grain)
        .or_else(|| Calendar::Civil.containing(day, grain))
        .expect("everybody’s calendar has all days");
    let written = spec.compare.iter().map(|it| it.value.clone());
    let names: Vec<String> = if spec.compare.is_empty() {
        vec!["previous".to_owned()]
    } else {
        written.collect()
    };
    Periods {
        grain,
        calendar,
        to_date: None,
        as_of: target.until,
        target,
        history: Vec::new(),
        comparisons: names
            .into_iter()
            .map(|name| Comparison {
                label: name.clone(),
                name,
                periods: Vec::new(),
            })
            .collect(),
        incomplete: Vec::new(),
    }
}

/// Returns the seed where none is written: the first day after the target, as a number (20180101).
pub(super) fn seed(target: &Period) -> u64 {
    let day = target.until;
    let number = i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day());
    number.unsigned_abs()
}

/// The days of one source.
struct Cover {
    name: String,
    span: Span,
    /// Ascending; at least one.
    days: Vec<Date>,
    /// The last day that the source says something about.
    last: Date,
}

fn cover(wanted: &Wanted, table: &Table, skim: &Skim) -> Cover {
    let containing = |day: Date| wanted.calendar.containing(day, wanted.grain);
    let (first, last) = (skim.days[0], skim.days[skim.days.len() - 1]);
    // Rows that all stand on first days are stamped with their period, not with their day: the last
    // stamp speaks for its whole period.
    let stamped = first < last
        && skim
            .days
            .iter()
            .all(|day| containing(*day).is_some_and(|it| it.from == *day));
    let last = match containing(last).filter(|_| stamped) {
        Some(period) => period.last_day(),
        None => last,
    };
    Cover {
        name: table.source.name.clone(),
        span: table.span,
        days: skim.days.clone(),
        last,
    }
}

/// What all used sources cover together.
struct Covered {
    /// The first complete period.
    first: Period,
    /// The last complete period.
    last: Period,
    /// The day that the data are complete up to (excluded).
    as_of: Date,
    /// Distinct days of all sources, ascending.
    days: Vec<Date>,
}

impl Covered {
    fn has_rows(&self, period: &Period) -> bool {
        let at = self.days.partition_point(|day| *day < period.from);
        self.days.get(at).is_some_and(|day| period.contains(*day))
    }
}

fn covered(wanted: &Wanted, covers: &[Cover], found: &mut Diagnostics) -> Option<Covered> {
    let grain = wanted.grain;
    let mut days: Vec<Date> = covers.iter().flat_map(|it| it.days.iter().copied()).collect();
    days.sort();
    days.dedup();
    // No source may be incomplete: the latest beginning and the earliest end count.
    let firsts: Vec<Period> = covers
        .iter()
        .filter_map(|it| first_complete(it.days[0], wanted))
        .collect();
    let first = firsts.iter().copied().max().filter(|_| firsts.len() == covers.len())?;
    let ends: Vec<Date> = covers.iter().map(|it| it.last.saturating_add(1.days())).collect();
    let end = ends
        .iter()
        .copied()
        .min()
        .expect("a plan without errors has a measure, and a measure a source");
    let as_of = wanted.as_of.as_ref().map_or(end, |it| it.value);
    if wanted.as_of.is_none() {
        let last_complete = |end: Date| last_complete(end, wanted);
        let early = covers.iter().zip(&ends).find(|(_, it)| **it == end);
        let late = covers
            .iter()
            .zip(&ends)
            .find(|(_, it)| last_complete(**it) != last_complete(end));
        if let (Some((early, _)), Some((late, _))) = (early, late) {
            let message = format!(
                "source `{}` ends on {}, and `{}` on {}: {} are complete up to the earlier day",
                early.name,
                day_label(early.last),
                late.name,
                day_label(late.last),
                grain.nouns()
            );
            let hint = "where the earlier source is complete nevertheless, say up to when: `as_of:`";
            found.push(
                Diagnostic::warning("sources-end-apart", message)
                    .at(early.span)
                    .hint(hint),
            );
        }
    }
    if let (Some(early), Some(late)) = (firsts.iter().min(), firsts.iter().max())
        && early != late
        && let Some((source, _)) = covers.iter().zip(&firsts).find(|(_, it)| *it == late)
    {
        let message = format!(
            "source `{}` begins with {}, later than others: history begins there",
            source.name,
            wanted.calendar.name(late)
        );
        found.push(Diagnostic::warning("sources-begin-apart", message).at(source.span));
    }
    let last = last_complete(as_of, wanted)?;
    Some(Covered {
        first,
        last,
        as_of,
        days,
    })
}

/// Returns the first complete period of rows that begin on `day`: the one that begins on it, or, for months and longer
/// periods, at most two days before: a shop is closed on New Year's Day.
pub(super) fn first_complete(day: Date, wanted: &Wanted) -> Option<Period> {
    let period = wanted.calendar.containing(day, wanted.grain)?;
    let late = match wanted.grain {
        Grain::Day | Grain::Week => 0,
        Grain::Month | Grain::Quarter | Grain::Year => LATE_DAYS,
    };
    if day <= period.from.saturating_add(late.days()) {
        Some(period)
    } else {
        wanted.calendar.next(&period)
    }
}

/// Returns the last period that is complete where the data are up to the day `as_of`, excluded.
fn last_complete(as_of: Date, wanted: &Wanted) -> Option<Period> {
    let calendar = &wanted.calendar;
    let period = calendar.containing(as_of.yesterday().ok()?, wanted.grain)?;
    if period.until == as_of {
        Some(period)
    } else {
        // Where the calendar begins with the running period, the one before it is nobody's.
        calendar.previous(&period).or(Some(Period {
            from: period.from,
            until: period.from,
            ..period
        }))
    }
}

/// Refuses data that a listed calendar does not hold: what it does not list has no place.
fn check_extent(wanted: &Wanted, covers: &[Cover], grain: Span, found: &mut Diagnostics) -> Option<()> {
    let Calendar::Listed(listed) = &wanted.calendar else {
        return Some(());
    };
    let firsts = covers.iter().map(|it| it.days[0]);
    let lasts = covers.iter().map(|it| it.last);
    let as_of = wanted.as_of.iter().filter_map(|it| it.value.yesterday().ok());
    let outside = |day: &Date| wanted.calendar.containing(*day, wanted.grain).is_none();
    let Some(day) = firsts.chain(lasts).chain(as_of).find(outside) else {
        return Some(());
    };
    let message = format!(
        "`{}` lists no {} that holds {}",
        listed.file,
        wanted.grain.noun(),
        day_label(day)
    );
    let hint = format!(
        "{}; add the rows that are missing",
        calendar::extent(listed, wanted.grain)
    );
    found.push(Diagnostic::data("calendar-too-short", message).at(grain).hint(hint));
    None
}

/// Reports a period that the data do not cover.
fn refuse_empty(period: &Period, calendar: &Calendar, covered: &Covered, span: Option<Span>, found: &mut Diagnostics) {
    let message = if covered.has_rows(period) {
        format!(
            "{} is not complete: the data begin with {}",
            calendar.name(period),
            first_day(covered)
        )
    } else {
        format!("{} has no rows", calendar.name(period))
    };
    found.push(placed(Diagnostic::data("no-rows", message), span).hint(extent(calendar, covered)));
}

fn extent(calendar: &Calendar, covered: &Covered) -> String {
    let (first, last) = (covered.first, covered.last);
    format!(
        "the first complete {} is {}, the last {}",
        first.grain.noun(),
        calendar.name(&first),
        calendar.name(&last)
    )
}

fn first_day(covered: &Covered) -> String {
    covered.days.first().map_or_else(String::new, |it| day_label(*it))
}

/// What a comparison is made of.
struct Scene<'a> {
    calendar: &'a Calendar,
    /// The target, whole.
    target: Period,
    /// The part of it that is there; `None` where it is complete.
    cut: Option<Period>,
    /// Complete periods before the target, whole.
    history: &'a [Period],
    covered: &'a Covered,
}

impl Scene<'_> {
    /// Returns the part of a period that the target is held against: all of it, or as much as there is of the target.
    fn part(&self, period: Period) -> Period {
        self.cut
            .map_or(period, |cut| self.calendar.to_date(&period, &self.target, &cut))
    }
}

fn compared(against: &Placed<Against>, scene: &Scene<'_>, found: &mut Diagnostics) -> Option<Comparison> {
    let (calendar, covered, target) = (scene.calendar, scene.covered, scene.target);
    let (name, label, periods) = match against.value {
        Against::Previous => (
            "previous".to_owned(),
            None,
            calendar.previous(&target).into_iter().collect(),
        ),
        Against::YearAgo => (
            "year_ago".to_owned(),
            None,
            calendar.year_ago(&target).into_iter().collect(),
        ),
        Against::Named(period) => (calendar.name(&period), None, vec![period]),
        Against::MeanOfLast(n) => {
            let history = scene.history;
            if history.len() < n {
                let message = format!(
                    "`mean of last {n}` takes {n} complete {} before {}, and there are {}",
                    target.grain.nouns(),
                    calendar.name(&target),
                    history.len()
                );
                found.push(placed(Diagnostic::data("no-rows", message), against.span).hint(extent(calendar, covered)));
                return None;
            }
            let label = format!("the mean of the last {n} {}", target.grain.nouns());
            let label = if scene.cut.is_some() {
                format!("{label} to the same day")
            } else {
                label
            };
            (
                format!("mean of last {n}"),
                Some(label),
                history[history.len() - n..].to_vec(),
            )
        }
    };
    let Some(first) = periods.first() else {
        let message = format!(
            "the calendar does not reach back to what `{name}` means for {}",
            calendar.name(&target)
        );
        let hint = extent(calendar, covered);
        found.push(placed(Diagnostic::data("calendar-too-short", message), against.span).hint(hint));
        return None;
    };
    if let Some(late) = periods.iter().find(|it| target.from <= it.from) {
        let (late, target_name) = (calendar.name(late), calendar.name(&target));
        let message = format!("{late} does not stand before {target_name}, the target");
        let diagnostic = placed(Diagnostic::spec("comparison-after-target", message), against.span);
        found.push(diagnostic.hint(format!("an earlier {} or `previous`", target.grain.noun())));
        return None;
    }
    // A mean may hold an empty period: its figures are zeros or gaps, as everywhere.
    let is_mean = matches!(against.value, Against::MeanOfLast(_));
    let lacking = periods
        .iter()
        .find(|it| it.from < covered.first.from || (!is_mean && !covered.has_rows(it)));
    if let Some(period) = lacking {
        refuse_empty(period, calendar, covered, against.span, found);
        return None;
    }
    let label = label.unwrap_or_else(|| calendar.label(&scene.part(*first)));
    let periods = periods.into_iter().map(|it| scene.part(it)).collect();
    Some(Comparison { name, label, periods })
}

/// Lists the periods that have rows but are not complete: at the beginning, and the one that is running.
fn incomplete(covered: &Covered, wanted: &Wanted) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    for day in &covered.days {
        let Some(period) = wanted.calendar.containing(*day, wanted.grain) else {
            continue;
        };
        let running = period.from < covered.as_of && covered.as_of < period.until;
        if (period.from < covered.first.from || running) && periods.last() != Some(&period) {
            periods.push(period);
        }
    }
    periods
}

/// Warns of years of 53 weeks: the last month, quarter or year of one is a week longer than those it is held against.
fn warn_long_years(wanted: &Wanted, history: &[Period], target: &Period, grain: Span, found: &mut Diagnostics) {
    let Calendar::Retail(retail) = &wanted.calendar else {
        return;
    };
    if matches!(wanted.grain, Grain::Day | Grain::Week) {
        return;
    }
    let is_long = |it: &&Period| retail.holds_53rd_week(it);
    let long: Vec<String> = history
        .iter()
        .chain([target])
        .filter(is_long)
        .map(|it| wanted.calendar.name(it))
        .collect();
    if long.is_empty() {
        return;
    }
    let message = format!(
        "{} {} a week more than others, the 53rd of its year: a projection counts it as if it had none",
        long.join(", "),
        if long.len() == 1 { "has" } else { "have, each," }
    );
    let hint = "weeks, and means by day or week, do not depend on it";
    found.push(Diagnostic::warning("long-year", message).at(grain).hint(hint));
}

/// Warns where a retail period is held against one of fewer or more weeks: a total differs by that alone.
fn warn_uneven(wanted: &Wanted, target: &Period, comparisons: &[Comparison], found: &mut Diagnostics) {
    if !matches!(wanted.calendar, Calendar::Retail(_)) {
        return;
    }
    for (it, written) in comparisons.iter().zip(&wanted.against) {
        let Some(other) = it.periods.iter().find(|it| it.n_days() != target.n_days()) else {
            continue;
        };
        let (calendar, weeks) = (&wanted.calendar, |it: &Period| it.n_days() / 7);
        let message = format!(
            "{} has {} weeks, and {} has {}: totals differ by that alone",
            calendar.name(target),
            weeks(target),
            calendar.name(other),
            weeks(other)
        );
        let hint = "`year_ago` holds as many weeks against one another";
        found.push(placed(Diagnostic::warning("uneven-periods", message), written.span).hint(hint));
    }
}

fn placed(diagnostic: Diagnostic, span: Option<Span>) -> Diagnostic {
    match span {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    }
}
