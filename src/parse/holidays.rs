//! The holidays of a spec: calendars by name, days of its own.
//!
//! It must not know on which days a named calendar has holidays.

use super::decode::Reading;
use super::decode::refuse_repeats;
use super::decode::required_text;
use super::decode::texts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::holidays::HolidaysSpec;
use crate::model::holidays::OwnHolidaySpec;
use crate::model::node::Node;

/// What `holidays:` may say.
pub(super) const KEYS: &[Field] = &[
    Field::may(
        "calendars",
        Form::List(&Form::OneOf(&["us", "uk", "br", "de", "fr", "jp"])),
        "Public holidays of countries: marked where they fall in another period than the year before.",
    ),
    Field::may(
        "own",
        Form::List(&Form::Map("holiday", OWN_KEYS)),
        "Days of your own, as Black Friday: always marked.",
    ),
];

/// What a holiday of the spec's own may say.
const OWN_KEYS: &[Field] = &[
    Field::must("name", Form::Text, "What it is called on a chart."),
    Field::must(
        "dates",
        Form::List(&Form::Text),
        "Its days, one a year: `[2025-11-28, 2026-11-27]`.",
    ),
];

/// Reads `holidays:`; `None` where it is no map.
pub(super) fn holidays(node: &Node, reading: &mut Reading<'_>) -> Option<HolidaysSpec> {
    let fields = node.fields("`holidays`", KEYS, reading.found)?;
    let calendars = texts(&fields, "calendars", "a calendar of `holidays`", reading);
    refuse_repeats(calendars.iter(), "calendar", reading.found);
    let own = fields.optional("own").map(Node::items).unwrap_or_default();
    let own: Vec<OwnHolidaySpec> = own.into_iter().filter_map(|it| own_holiday(it, reading)).collect();
    refuse_repeats(own.iter().map(|it| &it.name), "holiday", reading.found);
    Some(HolidaysSpec { calendars, own })
}

fn own_holiday(node: &Node, reading: &mut Reading<'_>) -> Option<OwnHolidaySpec> {
    let fields = node.fields("a holiday", OWN_KEYS, reading.found)?;
    let name = required_text(&fields, "name", "`name` of a holiday", reading);
    let dates = fields.required("dates", reading.found);
    let dates = dates.map(|node| node.texts("a date of a holiday", reading.found));
    Some(OwnHolidaySpec {
        name: name?,
        dates: dates?,
    })
}
