//! The calendar of a spec: everybody's, a fiscal one, a retail one, or a file.
//!
//! It must not know which periods the data hold.

use super::decode::Reading;
use super::decode::optional_text;
use crate::model::diagnostic::Diagnostic;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::node::Kind;
use crate::model::node::Node;
use crate::model::spec::CalendarSpec;

/// A calendar.
pub(super) const CALENDAR: Form = Form::Either(&[Form::OneOf(&["civil"]), Form::Map("calendar", KEYS)]);

/// What a calendar may say.
const KEYS: &[Field] = &[
    Field::may(
        "fiscal",
        Form::OneOf(&[
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ]),
        "The month that a fiscal year begins with.",
    ),
    Field::may(
        "retail",
        Form::OneOf(&["4-5-4", "4-4-5", "5-4-4"]),
        "Weeks of the three months of a quarter, in years of 52 or 53 weeks.",
    ),
    Field::may(
        "ends",
        Form::Text,
        "When a retail year ends: `saturday nearest january 31`, `last saturday of january`.",
    )
    .or("saturday nearest january 31"),
    Field::may(
        "named_by",
        Form::OneOf(&["start", "end"]),
        "The civil year that a year is called by. Where it is left out: `end` for fiscal years, `start` for retail ones.",
    ),
    Field::may(
        "file",
        Form::Text,
        "A CSV file of periods, with the columns `name` and `from`, and `grain` and `until` where wanted.",
    ),
    Field::may(
        "season",
        Form::Count,
        "Periods in a season, for a file. Where it is left out: as many as its years hold.",
    ),
];

/// Reads `calendar:`; `None` where it says nothing that there is.
pub(super) fn calendar(node: &Node, reading: &mut Reading<'_>) -> Option<CalendarSpec> {
    if !matches!(node.kind, Kind::Map(_)) {
        let written = node.text("`calendar`", reading.found)?;
        if written.value == "civil" {
            return Some(CalendarSpec::Civil);
        }
        let message = format!("there is no calendar `{}`", written.value);
        let diagnostic = Diagnostic::spec("unknown-calendar", message).at(written.span);
        reading.found.push(diagnostic.hint(FORMS));
        return None;
    }
    let fields = node.fields("`calendar`", KEYS, reading.found)?;
    let mut text = |key: &str| optional_text(&fields, key, &format!("`{key}` of `calendar`"), reading);
    let (fiscal, retail, file) = (text("fiscal"), text("retail"), text("file"));
    let (ends, named_by) = (text("ends"), text("named_by"));
    let season = fields.optional("season");
    let season = season.and_then(|node| node.count("`season` of `calendar`", reading.found));
    match (fiscal, retail, file) {
        (Some(month), None, None) if ends.is_none() && season.is_none() => {
            Some(CalendarSpec::Fiscal { month, named_by })
        }
        (None, Some(weeks), None) if season.is_none() => Some(CalendarSpec::Retail { weeks, ends, named_by }),
        (None, None, Some(file)) if ends.is_none() && named_by.is_none() => Some(CalendarSpec::File { file, season }),
        _ => {
            let message = "a calendar is one of `fiscal`, `retail` and `file`, with what belongs to it";
            let diagnostic = Diagnostic::spec("unknown-calendar", message).at(fields.span());
            reading.found.push(diagnostic.hint(FORMS));
            None
        }
    }
}

/// How calendars are written.
const FORMS: &str =
    "`civil`; `{ fiscal: april }`; `{ retail: 4-5-4, ends: saturday nearest january 31 }`; `{ file: calendar.csv }`";
