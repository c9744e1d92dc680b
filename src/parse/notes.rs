//! Dated notes and analysts' verdicts of a spec.
//!
//! Both are what a person knows and the data do not say. It must not know which dates the data hold.

use super::decode::Reading;
use super::decode::optional_text;
use super::decode::required_text;
use super::decode::texts;
use crate::model::diagnostic::Diagnostic;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::node::Fields;
use crate::model::node::Node;
use crate::model::notes::NoteSpec;
use crate::model::notes::VerdictSpec;
use crate::model::notes::WhenSpec;

/// A note.
pub(super) const NOTE: Form = Form::Map("note", NOTE_KEYS);

/// What a note may say.
const NOTE_KEYS: &[Field] = &[
    Field::may(
        "on",
        Form::Text,
        "When it was: a day as `2026-07-14`, or a period as `2026-W29`. Or `from:` with `until:`.",
    ),
    Field::may("from", Form::Text, "Its first day."),
    Field::may("until", Form::Text, "The day after its last."),
    Field::must("label", Form::Text, "What it is called on a chart."),
    Field::may("text", Form::Text, "What a reader should know of it."),
    Field::may(
        "categories",
        Form::List(&Form::Text),
        "Categories that it concerns. Where it is left out: all.",
    ),
    Field::may(
        "metrics",
        Form::List(&Form::Text),
        "Metrics that it concerns. Where it is left out: all.",
    ),
];

/// A verdict.
pub(super) const VERDICT: Form = Form::Map("verdict", VERDICT_KEYS);

/// What a verdict may say.
const VERDICT_KEYS: &[Field] = &[
    Field::must("category", Form::Text, "The category whose figure it explains."),
    Field::must("metric", Form::Text, "The metric whose figure it explains."),
    Field::must("period", Form::Text, "The period whose figure it explains: `2026-10`."),
    Field::must("cause", Form::Text, "The known cause."),
    Field::may("by", Form::Text, "Who says so.").or("the analyst"),
];

/// Reads `notes:`; a note that cannot be read is left out.
pub(super) fn notes(node: &Node, reading: &mut Reading<'_>) -> Vec<NoteSpec> {
    node.items().into_iter().filter_map(|it| note(it, reading)).collect()
}

/// Reads `verdicts:`; a verdict that cannot be read is left out.
pub(super) fn verdicts(node: &Node, reading: &mut Reading<'_>) -> Vec<VerdictSpec> {
    node.items().into_iter().filter_map(|it| verdict(it, reading)).collect()
}

fn note(node: &Node, reading: &mut Reading<'_>) -> Option<NoteSpec> {
    let fields = node.fields("a note", NOTE_KEYS, reading.found)?;
    let when = when(&fields, reading);
    let label = required_text(&fields, "label", "`label` of a note", reading);
    let text = optional_text(&fields, "text", "`text` of a note", reading);
    let categories = texts(&fields, "categories", "a category of a note", reading);
    let metrics = texts(&fields, "metrics", "a metric of a note", reading);
    Some(NoteSpec {
        when: when?,
        label: label?,
        text,
        categories,
        metrics,
        span: node.span,
    })
}

/// Reads `on:`, or `from:` with `until:`.
fn when(fields: &Fields<'_>, reading: &mut Reading<'_>) -> Option<WhenSpec> {
    let on = optional_text(fields, "on", "`on` of a note", reading);
    let from = optional_text(fields, "from", "`from` of a note", reading);
    let until = optional_text(fields, "until", "`until` of a note", reading);
    match (on, from, until) {
        (Some(on), None, None) => Some(WhenSpec::On(on)),
        (None, Some(from), Some(until)) => Some(WhenSpec::Between(from, until)),
        _ => {
            let message = "a note says when it was: `on:` a day or a period, or `from:` a day `until:` another";
            let hint =
                "for example `on: 2026-07-14`, or `from: 2026-07-14` and `until: 2026-07-16`, the day after its last";
            reading.found.push(
                Diagnostic::spec("note-without-date", message)
                    .at(fields.span())
                    .hint(hint),
            );
            None
        }
    }
}

fn verdict(node: &Node, reading: &mut Reading<'_>) -> Option<VerdictSpec> {
    let fields = node.fields("a verdict", VERDICT_KEYS, reading.found)?;
    let category = required_text(&fields, "category", "`category` of a verdict", reading);
    let metric = required_text(&fields, "metric", "`metric` of a verdict", reading);
    let period = required_text(&fields, "period", "`period` of a verdict", reading);
    let cause = required_text(&fields, "cause", "`cause` of a verdict", reading);
    let by = optional_text(&fields, "by", "`by` of a verdict", reading);
    Some(VerdictSpec {
        category: category?,
        metric: metric?,
        period: period?,
        cause: cause?,
        by,
    })
}
