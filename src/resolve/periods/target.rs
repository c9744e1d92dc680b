//! The period that a memo is about: named, the last complete one, or the running one as far as it goes.
//!
//! It must not know what the target is held against.

use super::Covered;
use super::first_day;
use super::placed;
use super::refuse_empty;
use super::wanted::Placed;
use super::wanted::Target;
use super::wanted::Wanted;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::period::Period;
use crate::model::period::day_label;
use crate::model::plan::ToDate;
use jiff::ToSpan;

/// Returns the target; beside it the whole period where the target is the beginning of one that is running. `grain` is
/// the place of `grain:`.
pub(super) fn target(
    wanted: &Wanted,
    covered: &Covered,
    grain: Span,
    found: &mut Diagnostics,
) -> Option<(Period, Option<ToDate>)> {
    let calendar = &wanted.calendar;
    let last = covered.last;
    let noun = wanted.grain.noun();
    let (target, span) = match &wanted.target {
        Target::Named(Placed { value, span }) => (value, span),
        Target::ToDate => return to_date(wanted, covered, grain, found),
        Target::LastComplete => return Some((last_complete_target(wanted, covered, grain, found)?, None)),
    };
    if covered.as_of < target.until {
        let message = format!(
            "{} is not complete: it ends on {}",
            calendar.name(target),
            day_label(target.last_day())
        );
        let hint = format!(
            "the data are complete up to {}; the last complete {noun} is {}",
            day_label(covered.as_of.saturating_sub(1.days())),
            calendar.name(&last)
        );
        found.push(placed(Diagnostic::data("incomplete-period", message), *span).hint(hint));
        return None;
    }
    if !covered.has_rows(target) || target.from < covered.first.from {
        refuse_empty(target, calendar, covered, *span, found);
        return None;
    }
    Some((*target, None))
}

/// Returns the last complete period, where it has rows.
fn last_complete_target(wanted: &Wanted, covered: &Covered, grain: Span, found: &mut Diagnostics) -> Option<Period> {
    let (last, noun) = (covered.last, wanted.grain.noun());
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
            wanted.calendar.name(&last),
            day_label(covered.as_of)
        );
        let hint = "leave `as_of` out, and the data are complete up to their last row";
        let place = wanted.as_of.as_ref().map_or(Some(grain), |it| it.span);
        found.push(placed(Diagnostic::data("no-rows", message), place).hint(hint));
        return None;
    }
    Some(last)
}

/// Returns the running period as far as it goes; the last complete one, as it is, where none is running.
fn to_date(
    wanted: &Wanted,
    covered: &Covered,
    grain: Span,
    found: &mut Diagnostics,
) -> Option<(Period, Option<ToDate>)> {
    let calendar = &wanted.calendar;
    let day = covered.as_of.yesterday().ok()?;
    let whole = calendar.containing(day, wanted.grain)?;
    if whole.until == covered.as_of {
        return Some((last_complete_target(wanted, covered, grain, found)?, None));
    }
    let target = Period {
        until: covered.as_of,
        ..whole
    };
    if !covered.has_rows(&target) || whole.from < covered.first.from {
        refuse_empty(&target, calendar, covered, Some(grain), found);
        return None;
    }
    Some((target, Some(ToDate { whole })))
}
