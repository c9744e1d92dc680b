//! Periods fixed: what is complete, what the memo is about, what it is held against.
//!
//! The only "today" is the day after the latest row, or what the author says. A period that the
//! data do not cover is refused with what they do cover.

mod guess;
mod wanted;

use super::sources::Table;
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
use wanted::Against;
use wanted::Placed;
use wanted::Wanted;
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
    let covers: Vec<Cover> = used
        .iter()
        .map(|(table, skim)| cover(wanted.grain, table, skim))
        .collect();
    let covered = covered(wanted, &covers, found);
    let target = target(wanted, &covered, grain, found)?;
    if covered.first.from.year() < 0 || covered.first.through(target).len() > MOST_PERIODS {
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
    let history: Vec<Period> = covered.first.through(target.previous());
    if history.is_empty() {
        let message = format!("no complete {} stands before {}", wanted.grain.noun(), target.label());
        let hint = format!("the first complete {} is {}", wanted.grain.noun(), covered.first.iso());
        found.push(Diagnostic::data("no-history", message).at(grain).hint(hint));
        return None;
    }
    let comparisons: Vec<Option<Comparison>> = wanted
        .against
        .iter()
        .map(|it| compared(it, &target, &history, &covered, found))
        .collect();
    let comparisons = comparisons.into_iter().collect::<Option<Vec<Comparison>>>()?;
    let incomplete = incomplete(&covered, wanted.grain);
    Some(Periods {
        grain: wanted.grain,
        as_of: covered.as_of,
        target,
        history,
        comparisons,
        incomplete,
    })
}

/// Periods as far as the spec alone tells them: names of comparisons, and days that mean nothing.
pub(super) fn draft(spec: &PeriodsSpec) -> Periods {
    let grain = Grain::parse(&spec.grain.value).unwrap_or(Grain::Month);
    let target = Period::containing(Date::constant(2000, 1, 1), grain);
    let written = spec.compare.iter().map(|it| it.value.clone());
    let names: Vec<String> = if spec.compare.is_empty() {
        vec!["previous".to_owned()]
    } else {
        written.collect()
    };
    Periods {
        grain,
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

fn cover(grain: Grain, table: &Table, skim: &Skim) -> Cover {
    let (first, last) = (skim.days[0], skim.days[skim.days.len() - 1]);
    // Rows that all stand on first days are stamped with their period, not with their day: the last
    // stamp speaks for its whole period.
    let stamped = first < last && skim.days.iter().all(|day| Period::containing(*day, grain).from == *day);
    let last = if stamped {
        Period::containing(last, grain).last_day()
    } else {
        last
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
    /// The day that the data are complete up to (excluded).
    as_of: Date,
    /// Distinct days of all sources, ascending.
    days: Vec<Date>,
}

impl Covered {
    /// Returns the last complete period.
    fn last(&self) -> Period {
        let period = Period::containing(self.as_of, self.first.grain);
        // One that ends on the day itself has been left already: its end is excluded, as the day is.
        period.previous()
    }

    fn has_rows(&self, period: &Period) -> bool {
        let at = self.days.partition_point(|day| *day < period.from);
        self.days.get(at).is_some_and(|day| period.contains(*day))
    }
}

fn covered(wanted: &Wanted, covers: &[Cover], found: &mut Diagnostics) -> Covered {
    let grain = wanted.grain;
    let mut days: Vec<Date> = covers.iter().flat_map(|it| it.days.iter().copied()).collect();
    days.sort();
    days.dedup();
    // No source may be incomplete: the latest beginning and the earliest end count.
    let firsts: Vec<Period> = covers.iter().map(|it| first_complete(it.days[0], grain)).collect();
    let first = firsts
        .iter()
        .copied()
        .max()
        .expect("a plan without errors has a measure, and a measure a source");
    let ends: Vec<Date> = covers.iter().map(|it| it.last.saturating_add(1.days())).collect();
    let end = ends
        .iter()
        .copied()
        .min()
        .expect("a plan without errors has a measure, and a measure a source");
    let as_of = wanted.as_of.as_ref().map_or(end, |it| it.value);
    if wanted.as_of.is_none() {
        let last_complete = |end: Date| Period::containing(end, grain).previous();
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
            late.iso()
        );
        found.push(Diagnostic::warning("sources-begin-apart", message).at(source.span));
    }
    Covered { first, as_of, days }
}

/// Returns the first complete period of rows that begin on `day`: the one that begins on it, or, for months and longer
/// periods, at most two days before: a shop is closed on New Year's Day.
fn first_complete(day: Date, grain: Grain) -> Period {
    let period = Period::containing(day, grain);
    let late = match grain {
        Grain::Day | Grain::Week => 0,
        Grain::Month | Grain::Quarter | Grain::Year => LATE_DAYS,
    };
    if day <= period.from.saturating_add(late.days()) {
        period
    } else {
        period.next()
    }
}

fn target(wanted: &Wanted, covered: &Covered, grain: Span, found: &mut Diagnostics) -> Option<Period> {
    let last = covered.last();
    let noun = wanted.grain.noun();
    let Some(Placed { value: target, span }) = &wanted.target else {
        if last.from < covered.first.from {
            let message = format!("the data hold no complete {noun}");
            let hint = format!(
                "they begin with {} and are complete up to {}",
                first_day(covered),
                day_label(covered.as_of.saturating_sub(1.days()))
            );
            found.push(Diagnostic::data("no-history", message).at(grain).hint(hint));
            return None;
        }
        if !covered.has_rows(&last) {
            let end = covered.days.last().map_or_else(String::new, |it| day_label(*it));
            let message = format!(
                "{} is the last complete {noun} before {}, and the rows end on {end}",
                last.iso(),
                day_label(covered.as_of)
            );
            let hint = "leave `as_of` out, and the data are complete up to their last row";
            let place = wanted.as_of.as_ref().map_or(Some(grain), |it| it.span);
            found.push(placed(Diagnostic::data("no-rows", message), place).hint(hint));
            return None;
        }
        return Some(last);
    };
    if covered.as_of < target.until {
        let message = format!(
            "{} is not complete: it ends on {}",
            target.iso(),
            day_label(target.last_day())
        );
        let hint = format!(
            "the data are complete up to {}; the last complete {noun} is {}",
            day_label(covered.as_of.saturating_sub(1.days())),
            last.iso()
        );
        found.push(placed(Diagnostic::data("incomplete-period", message), *span).hint(hint));
        return None;
    }
    if !covered.has_rows(target) || target.from < covered.first.from {
        refuse_empty(target, covered, *span, found);
        return None;
    }
    Some(*target)
}

/// Reports a period that the data do not cover.
fn refuse_empty(period: &Period, covered: &Covered, span: Option<Span>, found: &mut Diagnostics) {
    let message = if covered.has_rows(period) {
        format!(
            "{} is not complete: the data begin with {}",
            period.iso(),
            first_day(covered)
        )
    } else {
        format!("{} has no rows", period.iso())
    };
    found.push(placed(Diagnostic::data("no-rows", message), span).hint(extent(covered)));
}

fn extent(covered: &Covered) -> String {
    let (first, last) = (covered.first, covered.last());
    format!(
        "the first complete {} is {}, the last {}",
        first.grain.noun(),
        first.iso(),
        last.iso()
    )
}

fn first_day(covered: &Covered) -> String {
    covered.days.first().map_or_else(String::new, |it| day_label(*it))
}

fn compared(
    against: &Placed<Against>,
    target: &Period,
    history: &[Period],
    covered: &Covered,
    found: &mut Diagnostics,
) -> Option<Comparison> {
    let (name, label, periods) = match against.value {
        Against::Previous => ("previous".to_owned(), None, vec![target.previous()]),
        Against::YearAgo => ("year_ago".to_owned(), None, vec![target.year_ago()]),
        Against::Named(period) => (period.iso(), None, vec![period]),
        Against::MeanOfLast(n) => {
            if history.len() < n {
                let message = format!(
                    "`mean of last {n}` takes {n} complete {} before {}, and there are {}",
                    target.grain.nouns(),
                    target.iso(),
                    history.len()
                );
                found.push(placed(Diagnostic::data("no-rows", message), against.span).hint(extent(covered)));
                return None;
            }
            let label = format!("the mean of the last {n} {}", target.grain.nouns());
            (
                format!("mean of last {n}"),
                Some(label),
                history[history.len() - n..].to_vec(),
            )
        }
    };
    if let Some(late) = periods.iter().find(|it| target.from <= it.from) {
        let message = format!("{} does not stand before {}, the target", late.iso(), target.iso());
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
        refuse_empty(period, covered, against.span, found);
        return None;
    }
    let label = label.unwrap_or_else(|| periods[0].label());
    Some(Comparison { name, label, periods })
}

/// Lists the periods that have rows but are not complete: at the beginning, and the one that is running.
fn incomplete(covered: &Covered, grain: Grain) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    for day in &covered.days {
        let period = Period::containing(*day, grain);
        let running = period.from < covered.as_of && covered.as_of < period.until;
        if (period.from < covered.first.from || running) && periods.last() != Some(&period) {
            periods.push(period);
        }
    }
    periods
}

fn placed(diagnostic: Diagnostic, span: Option<Span>) -> Diagnostic {
    match span {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    }
}
