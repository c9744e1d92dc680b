//! The hours of the week as a heat map.
//!
//! It must not know what stands beside it.

use super::days::HOURS;
use super::days::WEEKDAYS;
use super::telling::Voice;
use crate::analysis::reading;
use crate::model::memo::Block;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::HeatCell;
use crate::model::memo::HeatRow;
use crate::words::text;

/// Monday first.
pub(super) const WEEKDAY_NAMES: [&str; WEEKDAYS] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Draws the index of every hour of the week; a ratio's own value.
pub(super) fn week(voice: &Voice) -> Option<Block> {
    let (label, what) = (&voice.metric.label, if voice.is_total() { "index" } else { "value" });
    let value = |weekday: usize, hour: usize| voice.number(&format!("cells/{}/{what}", weekday * HOURS + hour));
    let all: Vec<f64> = (0..WEEKDAYS * HOURS)
        .filter_map(|it| value(it / HOURS, it % HOURS))
        .collect();
    let highest = all.iter().copied().reduce(f64::max)?;
    let lowest = all.iter().copied().reduce(f64::min)?;
    let text = |x: f64| voice.shown(x);
    let rows = WEEKDAY_NAMES.iter().enumerate().map(|(weekday, name)| HeatRow {
        label: (*name).to_owned(),
        cells: (0..HOURS)
            .map(|hour| {
                value(weekday, hour).map(|x| HeatCell {
                    value: x,
                    text: text(x),
                })
            })
            .collect(),
    });
    let rows: Vec<HeatRow> = rows.collect();
    let what = if voice.is_total() {
        "Index against an even spread over the hours of the week (100)".to_owned()
    } else {
        match voice.metric.unit.of {
            crate::model::unit::Quantity::One => format!("{label}, %"),
            _ => label.clone(),
        }
    };
    let lowered = text::lowered(label);
    let chart = Chart {
        id: format!("rhythm-week-{}", voice.slug),
        title: format!("{label} by hour and weekday"),
        description: format!(
            "{label} by hour and weekday: from {} to {}.",
            text(lowest),
            text(highest)
        ),
        width: 493.0,
        height: reading::heat_height(rows.len()),
        drawing: Drawing::HeatMap {
            head: format!("Hour of the day{}", voice.zone()),
            columns: (0..HOURS).map(|it| it.to_string()).collect(),
            rows,
            range: [lowest.min(0.0), highest],
            range_labels: [text(lowest.min(0.0)), text(highest)],
        },
    };
    Some(Block::Figure {
        title: format!("The week of {lowered}"),
        subtitle: format!("{what}, {}.", voice.window()),
        chart,
        note: None,
    })
}
