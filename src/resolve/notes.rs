//! Notes and verdicts resolved: dates read, names found, repeats refused.
//!
//! A name that nobody knows would be silently on no chart, so that it is refused; a date beyond the data is told, since next
//! month's spec may say it rightly. It must not know how a note is drawn.

use crate::model::calendar::Calendar;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::notes::KnownCause;
use crate::model::notes::Note;
use crate::model::notes::NoteSpec;
use crate::model::notes::WhenSpec;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::period::day_label;
use crate::model::plan::Periods;
use crate::model::spec::Spec;
use crate::words::text;
use jiff::ToSpan;
use jiff::civil::Date;

/// Who vouches for a cause where the spec names nobody.
const SOMEBODY: &str = "the analyst";

/// Reads the notes: every mistake is told, and what touches the periods is returned, in order of time.
///
/// `labels` are the values of the tracked dimension, empty where they are not known; `periods` are `None` in a draft.
pub(super) fn notes(
    spec: &Spec,
    calendar: Option<&Calendar>,
    labels: &[String],
    periods: Option<&Periods>,
    found: &mut Diagnostics,
) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for written in &spec.notes {
        check_names(spec, labels, &written.categories, &written.metrics, found);
        let Some((from, until)) = dates(&written.when, calendar, found) else {
            continue;
        };
        let note = Note {
            id: format!("{}-{from}", text::slug(&written.label.value)),
            label: written.label.value.clone(),
            text: written.text.as_ref().map_or_else(String::new, |it| it.value.clone()),
            from,
            until,
            categories: values(&written.categories),
            metrics: values(&written.metrics),
        };
        if notes.iter().any(|it| it.id == note.id) {
            let message = format!("the note `{}` of {} stands twice", note.label, day_label(from));
            let hint = "one note may name several categories and metrics: `categories: [Electronics, Toys]`";
            found.push(Diagnostic::spec("repeated-note", message).at(written.span).hint(hint));
            continue;
        }
        if let Some(periods) = periods {
            warn_outside(written, &note, periods, found);
        }
        notes.push(note);
    }
    if let Some(periods) = periods {
        let first = periods.history.first().unwrap_or(&periods.target).from;
        notes.retain(|it| it.from < periods.target.until && first < it.until);
    }
    notes.sort_by(|a, b| (a.from, a.until, &a.id).cmp(&(b.from, b.until, &b.id)));
    notes
}

/// Reads the verdicts: every mistake is told.
pub(super) fn known_causes(
    spec: &Spec,
    calendar: Option<&Calendar>,
    labels: &[String],
    periods: Option<&Periods>,
    found: &mut Diagnostics,
) -> Vec<KnownCause> {
    let mut causes: Vec<KnownCause> = Vec::new();
    for written in &spec.verdicts {
        let names = |it: &Spanned<String>| std::slice::from_ref(it).to_vec();
        check_names(spec, labels, &names(&written.category), &names(&written.metric), found);
        let Some(period) = period(&written.period, spec, calendar, found) else {
            continue;
        };
        if let Some(periods) = periods {
            warn_beyond(&written.period, &period, periods, found);
        }
        let cause = KnownCause {
            category: written.category.value.clone(),
            metric: written.metric.value.clone(),
            period,
            cause: written.cause.value.trim().trim_end_matches('.').to_owned(),
            by: written.by.as_ref().map_or(SOMEBODY, |it| &it.value).to_owned(),
        };
        let same = |it: &KnownCause| (&it.category, &it.metric, it.period) == (&cause.category, &cause.metric, period);
        if causes.iter().any(same) {
            let message = format!(
                "there are two verdicts on {} of `{}` in {}",
                cause.metric, cause.category, written.period.value
            );
            let hint = "say both causes in one: `cause: Prime Day moved, and prices rose`";
            let diagnostic = Diagnostic::spec("repeated-verdict", message).at(written.category.span);
            found.push(diagnostic.hint(hint));
            continue;
        }
        causes.push(cause);
    }
    causes
}

fn values(names: &[Spanned<String>]) -> Vec<String> {
    names.iter().map(|it| it.value.clone()).collect()
}

/// Reports categories that the data do not have, and metrics that the spec does not.
fn check_names(
    spec: &Spec,
    labels: &[String],
    categories: &[Spanned<String>],
    metrics: &[Spanned<String>],
    found: &mut Diagnostics,
) {
    // Where the labels are not known, something else is wrong, which is told.
    for name in categories
        .iter()
        .filter(|it| !labels.is_empty() && !labels.contains(&it.value))
    {
        let message = format!("the data have no {} `{}`", spec.noun(), name.value);
        let diagnostic = Diagnostic::spec("unknown-category", message).at(name.span);
        found.push(diagnostic.nearest(&name.value, labels.iter().map(String::as_str)));
    }
    metrics
        .iter()
        .filter_map(|it| spec.unknown_metric(it))
        .for_each(|it| found.push(it));
}

/// Returns the first day, and the day after the last.
fn dates(when: &WhenSpec, calendar: Option<&Calendar>, found: &mut Diagnostics) -> Option<(Date, Date)> {
    match when {
        WhenSpec::On(written) => {
            // ISO names mean the same to everybody; the calendar adds its own.
            let iso = Calendar::Civil.parse(&written.value);
            let period = calendar.and_then(|it| it.parse(&written.value)).or(iso);
            if period.is_none() {
                let message = format!("`on` is a day or a period, and `{}` is neither", written.value);
                let hint = "a day is written `2026-07-14`, a week `2026-W29`, a month `2026-07`";
                found.push(Diagnostic::spec("bad-date", message).at(written.span).hint(hint));
            }
            period.map(|it| (it.from, it.until))
        }
        WhenSpec::Between(from, until) => {
            let (first, end) = (day("from", from, found), day("until", until, found));
            let (first, end) = (first?, end?);
            if end <= first {
                let message = format!("a note from {} until {} has no day", day_label(first), day_label(end));
                let hint = "`until` is the day after the last: a note of one day is written `on: 2026-07-14`";
                found.push(Diagnostic::spec("bad-date", message).at(until.span).hint(hint));
                return None;
            }
            Some((first, end))
        }
    }
}

fn day(key: &str, written: &Spanned<String>, found: &mut Diagnostics) -> Option<Date> {
    let day = Calendar::day(&written.value);
    if day.is_none() {
        let message = format!("`{key}` of a note is a date, and `{}` is none", written.value);
        let hint = "a date is written `2026-07-14`";
        found.push(Diagnostic::spec("bad-date", message).at(written.span).hint(hint));
    }
    day
}

/// Warns of a note that no chart can show: it was before the history, or is after the data.
fn warn_outside(written: &NoteSpec, note: &Note, periods: &Periods, found: &mut Diagnostics) {
    let first = periods.history.first().unwrap_or(&periods.target).from;
    if first < note.until && note.from < periods.as_of {
        return;
    }
    let message = format!(
        "the note `{}` of {} lies outside the history, and stands on no chart",
        note.label,
        day_label(note.from)
    );
    let span = match &written.when {
        WhenSpec::On(it) | WhenSpec::Between(it, _) => it.span,
    };
    let diagnostic = Diagnostic::warning("note-outside-history", message).at(span);
    found.push(diagnostic.hint(covered(periods)));
}

/// Reads the period of a verdict; one that is none is told.
fn period(
    written: &Spanned<String>,
    spec: &Spec,
    calendar: Option<&Calendar>,
    found: &mut Diagnostics,
) -> Option<Period> {
    // Of a grain that there is not, which is told, nothing can be asked.
    let grain = Grain::parse(&spec.periods.grain.value)?;
    let calendar = calendar?;
    let period = calendar.parse(&written.value).filter(|it| it.grain == grain);
    let Some(period) = period else {
        let message = format!("a verdict is on one {}, and `{}` is none", grain.noun(), written.value);
        let diagnostic = Diagnostic::spec("unknown-period", message).at(written.span);
        let example = calendar.example(grain);
        found.push(diagnostic.hint(format!("a {} is written `{example}`", grain.noun())));
        return None;
    };
    Some(period)
}

/// Warns of a verdict on a period that no memo of these data is about.
fn warn_beyond(written: &Spanned<String>, period: &Period, periods: &Periods, found: &mut Diagnostics) {
    let first = periods.history.first().unwrap_or(&periods.target).from;
    if first <= period.from && period.from < periods.as_of {
        return;
    }
    let message = format!(
        "the verdict on {} lies outside the history, and is never told",
        written.value
    );
    let diagnostic = Diagnostic::warning("note-outside-history", message).at(written.span);
    found.push(diagnostic.hint(covered(periods)));
}

/// Says from when until when there are data.
fn covered(periods: &Periods) -> String {
    let first = periods.history.first().unwrap_or(&periods.target).from;
    format!(
        "the history runs from {} to {}",
        day_label(first),
        day_label(periods.as_of.saturating_sub(1.days()))
    )
}
