//! What `periods:` and the flags say, before any data are seen.

use super::MOST_PERIODS;
use super::guess;
use super::placed;
use crate::model::calendar::Calendar;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Span;
use crate::model::diagnostic::Spanned;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::spec::PeriodsSpec;
use crate::resolve::Overrides;
use jiff::civil::Date;

/// Periods as far as they can be told without data.
pub struct Wanted {
    pub(super) grain: Grain,
    pub(super) calendar: Calendar,
    pub(super) target: Target,
    pub(super) against: Vec<Placed<Against>>,
    pub(super) as_of: Option<Placed<Date>>,
}

/// What a spec or a flag says; a flag has no place.
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) span: Option<Span>,
}

/// What the memo is about, as written.
pub(super) enum Target {
    LastComplete,
    /// The running period, as far as it goes.
    ToDate,
    Named(Placed<Period>),
}

/// What the target is held against, as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Against {
    Previous,
    YearAgo,
    MeanOfLast(usize),
    Named(Period),
}

/// Words that stand for a target.
const TARGETS: [&str; 2] = ["last_complete", "to_date"];

/// Reads `periods:` and the flags. `None` where the grain is unknown, or the calendar could not be read.
pub fn wanted(
    spec: &PeriodsSpec,
    calendar: Option<&Calendar>,
    overrides: &Overrides,
    found: &mut Diagnostics,
) -> Option<Wanted> {
    let as_of = match (&overrides.as_of, &spec.as_of) {
        (Some(flag), _) => date(flag, "`--as-of`", None, found),
        (None, Some(written)) => date(&written.value, "`as_of`", Some(written.span), found),
        (None, None) => None,
    };
    let Some(grain) = Grain::parse(&spec.grain.value) else {
        let diagnostic = Diagnostic::spec("unknown-value", format!("`grain` cannot be `{}`", spec.grain.value));
        found.push(
            diagnostic
                .at(spec.grain.span)
                .nearest(&spec.grain.value, Grain::ALL.map(Grain::noun)),
        );
        if let Some(calendar) = calendar {
            check_of_any_grain(spec, calendar, found);
        }
        return None;
    };
    // What a name means in a calendar that could not be read, which is told, nobody knows.
    let calendar = calendar?;
    let target = match (&overrides.period, &spec.target) {
        (Some(flag), _) => Some((flag.as_str(), None)),
        (None, Some(written)) => Some((written.value.as_str(), Some(written.span))),
        (None, None) => None,
    };
    let mut as_of = as_of;
    let target = target.map_or(Target::LastComplete, |(text, span)| match text {
        "last_complete" => Target::LastComplete,
        "to_date" => Target::ToDate,
        // What a memo of a running period was called names it again, with its day.
        _ if let Some(part) = part_to_date(text, calendar, grain) => {
            as_of = Some(Placed {
                value: part.until,
                span,
            });
            Target::ToDate
        }
        _ => {
            let named = named(text, calendar, grain, &TARGETS, span, found);
            named.map_or(Target::LastComplete, |value| Target::Named(Placed { value, span }))
        }
    });
    let mut against: Vec<Placed<Against>> = Vec::new();
    for written in &spec.compare {
        let Some(value) = comparison(written, calendar, grain, found) else {
            continue;
        };
        if against.iter().any(|it| it.value == value) {
            let message = format!("the comparison `{}` stands twice", written.value);
            found.push(Diagnostic::spec("repeated-name", message).at(written.span));
            continue;
        }
        against.push(Placed {
            value,
            span: Some(written.span),
        });
    }
    if spec.compare.is_empty() {
        against.push(Placed {
            value: Against::Previous,
            span: None,
        });
    }
    Some(Wanted {
        grain,
        calendar: calendar.clone(),
        target,
        against,
        as_of,
    })
}

/// Reads the name of a period's beginning: `2026-10-to-2026-10-17`.
fn part_to_date(text: &str, calendar: &Calendar, grain: Grain) -> Option<Period> {
    let part = calendar.parse(text).filter(|it| it.grain == grain)?;
    (!calendar.is_own(&part)).then_some(part)
}

/// Tells periods and comparisons that are wrong whatever the grain is.
fn check_of_any_grain(spec: &PeriodsSpec, calendar: &Calendar, found: &mut Diagnostics) {
    let target = spec.target.iter().filter(|it| !TARGETS.contains(&it.value.as_str()));
    let check = |read: &dyn Fn(Grain, &mut Diagnostics) -> bool, found: &mut Diagnostics| {
        let is_right = |grain: &Grain| read(*grain, &mut Diagnostics::new());
        if !Grain::ALL.iter().any(is_right) {
            read(Grain::Month, found);
        }
    };
    for written in target {
        let read = |grain, found: &mut Diagnostics| {
            named(&written.value, calendar, grain, &TARGETS, Some(written.span), found).is_some()
        };
        check(&read, found);
    }
    for written in &spec.compare {
        check(
            &|grain, found: &mut Diagnostics| comparison(written, calendar, grain, found).is_some(),
            found,
        );
    }
}

fn date(text: &str, what: &str, span: Option<Span>, found: &mut Diagnostics) -> Option<Placed<Date>> {
    let day = Calendar::day(text);
    if day.is_none() {
        let diagnostic = Diagnostic::spec("bad-date", format!("{what} is a date, and `{text}` is none"));
        let hint = match guess::day(text) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "a date is written `2026-10-31`".to_owned(),
        };
        found.push(placed(diagnostic, span).hint(hint));
    }
    day.map(|value| Placed { value, span })
}

fn named(
    text: &str,
    calendar: &Calendar,
    grain: Grain,
    known: &[&str],
    span: Option<Span>,
    found: &mut Diagnostics,
) -> Option<Period> {
    let example = calendar.example(grain);
    match calendar.parse(text).filter(|it| calendar.is_own(it)) {
        Some(period) if period.grain == grain => Some(period),
        Some(period) => {
            let message = format!(
                "`{text}` is a {}, and the grain is `{}`",
                period.grain.noun(),
                grain.noun()
            );
            let hint = format!("a {} is written `{example}`", grain.noun());
            found.push(placed(Diagnostic::spec("unknown-period", message), span).hint(hint));
            None
        }
        None => {
            let diagnostic = placed(
                Diagnostic::spec("unknown-period", format!("`{text}` is not a period")),
                span,
            );
            let form = format!("a {} is written `{example}`", grain.noun());
            found.push(match guess::period(text).or_else(|| guess::word(text, known)) {
                Some(meant) => diagnostic.hint(format!("did you mean `{meant}`?")),
                None => diagnostic.nearest(text, known.iter().copied()).hint(form),
            });
            None
        }
    }
}

fn comparison(
    written: &Spanned<String>,
    calendar: &Calendar,
    grain: Grain,
    found: &mut Diagnostics,
) -> Option<Against> {
    let text = written.value.as_str();
    match text {
        "previous" => return Some(Against::Previous),
        "year_ago" => return Some(Against::YearAgo),
        _ => {}
    }
    if let Some(n) = text.strip_prefix("mean of last ") {
        // "mean of last 4 weeks" says no more than "mean of last 4".
        let n = n.strip_suffix(grain.nouns()).unwrap_or(n).trim_end();
        let n = n.parse::<usize>().ok().filter(|it| (2..=MOST_PERIODS).contains(it));
        if n.is_none() {
            let message = format!("`{text}` does not say of how many {}", grain.nouns());
            let hint = "for example `mean of last 4`; the last one alone is `previous`";
            found.push(Diagnostic::spec("unknown-period", message).at(written.span).hint(hint));
        }
        return n.map(Against::MeanOfLast);
    }
    let known = ["previous", "year_ago", "mean of last 4"];
    named(text, calendar, grain, &known, Some(written.span), found).map(Against::Named)
}
