//! The hours of the week as a heat map.
//!
//! It must not know what stands beside it.

use super::days::CLOCKS;
use super::days::HOURS;
use super::days::WEEKDAYS;
use super::telling::Voice;
use crate::analysis::disclosure;
use crate::analysis::reading;
use crate::model::memo::Block;
use crate::model::memo::Chart;
use crate::model::memo::Drawing;
use crate::model::memo::HeatCell;
use crate::model::memo::HeatRow;
use crate::model::unit::Unit;
use crate::say;
use crate::words::MISSING;
use crate::words::text;

/// Draws the index of every hour of the week; a ratio's own value.
pub(super) fn week(voice: &Voice) -> Option<Block> {
    let (label, what) = (&voice.metric.label, if voice.is_total() { "index" } else { "value" });
    let value = |weekday: usize, hour: usize| voice.number(&format!("cells/{}/{what}", weekday * HOURS + hour));
    let all: Vec<f64> = (0..CLOCKS).filter_map(|it| value(it / HOURS, it % HOURS)).collect();
    let highest = all.iter().copied().reduce(f64::max)?;
    let lowest = all.iter().copied().reduce(f64::min)?;
    let text = |x: f64| voice.shown(x);
    let id = |weekday: usize, hour: usize| voice.id(&format!("cells/{}/{what}", weekday * HOURS + hour));
    let kept = |weekday: usize, hour: usize| {
        let is_kept = disclosure::is_withheld(voice.tell.facts, &id(weekday, hour));
        is_kept.then(|| HeatCell {
            value: f64::NAN,
            text: MISSING.to_owned(),
        })
    };
    let ids: Vec<String> = (0..CLOCKS).map(|it| id(it / HOURS, it % HOURS)).collect();
    let rows = (0..WEEKDAYS).map(|weekday| HeatRow {
        label: voice.phase("weekdays", weekday),
        cells: (0..HOURS)
            .map(|hour| {
                let shown = value(weekday, hour).map(|x| HeatCell {
                    value: x,
                    text: text(x),
                });
                shown.or_else(|| kept(weekday, hour))
            })
            .collect(),
    });
    let rows: Vec<HeatRow> = rows.collect();
    let words = voice.tell.words;
    let what = if voice.is_total() {
        say!(words, "rhythm-week-index")
    } else {
        match voice.metric.unit.of {
            crate::model::unit::Quantity::One => format!("{label}, %"),
            _ => label.clone(),
        }
    };
    let lowered = text::lowered(label);
    let chart = Chart {
        id: format!("rhythm-week-{}", voice.slug),
        title: say!(words, "rhythm-week-title", metric = label),
        description: say!(
            words,
            "rhythm-week-alt",
            metric = label,
            lowest = text(lowest),
            highest = text(highest)
        ),
        width: 493.0,
        height: reading::heat_height(rows.len()),
        drawing: Drawing::HeatMap {
            head: say!(words, "rhythm-hour-of-day") + &voice.zone(),
            columns: (0..HOURS).map(|it| it.to_string()).collect(),
            rows,
            unit: if voice.is_total() {
                Unit::default()
            } else {
                voice.metric.unit.clone()
            },
            range: [lowest.min(0.0), highest],
            range_labels: [text(lowest.min(0.0)), text(highest)],
        },
    };
    Some(Block::Figure {
        title: say!(words, "rhythm-week-of", metric = lowered),
        subtitle: format!("{what}, {}.", voice.window()),
        chart,
        note: disclosure::below(voice.tell, &ids),
    })
}
