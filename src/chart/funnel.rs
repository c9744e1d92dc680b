//! Stages one below the other: how many came, and what share went on.
//!
//! Bars start at one zero and end at the count; the step between two stages stands between their bars.
//! Filled is now, hollow is before, as everywhere. It must not know what is counted.

use super::ink::Anchor;
use super::ink::Hue;
use super::ink::Sheet;
use super::ink::Type;
use super::scale::Scale;
use super::scale::widened;
use crate::model::memo::FunnelStage;

/// Height of a bar with its label.
const BAR: f64 = 12.0;
/// Height of the step between two bars.
const STEP: f64 = 13.0;
/// Room below the last bar, for the key.
const FOOT: f64 = 16.0;
/// Names of stages take at most this share of the width.
const LABEL_SHARE: f64 = 0.34;
/// From a bar's end to its value.
const GAP: f64 = 5.0;
/// Counts take at most this share of the width: bars are what is compared.
const VALUE_SHARE: f64 = 0.4;

const NOW: Type = Type {
    size: 8.0,
    weight: super::fonts::Weight::Semibold,
    hue: Hue::Ink,
    anchor: Anchor::Start,
};

/// Height at which stages are neither cramped nor loose.
pub(super) fn height(n_stages: usize) -> f64 {
    BAR * n_stages as f64 + STEP * n_stages.saturating_sub(1) as f64 + FOOT
}

/// Draws the bars, the hollow dots of before, counts and steps, and which is which.
pub(super) fn funnel(sheet: &mut Sheet, [width, height]: [f64; 2], stages: &[FunnelStage], [before, now]: [&str; 2]) {
    let fonts = &sheet.fonts();
    let quiet = Type::new(7.4, Hue::Sec);
    let label = Type::new(8.0, Hue::Ink).anchored(Anchor::End);
    let label_room = stages
        .iter()
        .map(|it| label.width(fonts, &it.label))
        .fold(0.0, f64::max)
        .min(LABEL_SHARE * width);
    let left = label_room + 6.0;
    let value_room = stages
        .iter()
        .map(|it| NOW.width(fonts, &it.count_labels[1]) + quiet.width(fonts, &it.count_labels[0]) + 2.0 * GAP)
        .fold(0.0, f64::max)
        .min(VALUE_SHARE * width);
    let domain = widened([0.0, 0.0], stages.iter().flat_map(|it| it.counts));
    // No stage has anyone: an axis is needed all the same.
    let top = if 0.0 < domain[1] { domain[1] } else { 1.0 };
    let x = Scale::new([0.0, top], [left, (width - value_room).max(left + 1.0)]);
    let natural = self::height(stages.len()) - FOOT;
    let squeeze = ((height - FOOT).max(1.0) / natural.max(1.0)).min(1.0);
    let (bar, step) = (BAR * squeeze, STEP * squeeze);
    for (idx, stage) in stages.iter().enumerate() {
        let y = (bar + step) * idx as f64;
        let middle = y + bar / 2.0;
        if 0 < idx {
            step_between(sheet, [left, y - step, step], stage);
        }
        sheet.text(
            [label_room, middle + 2.7],
            &label.fitted(fonts, &stage.label, label_room),
            label,
        );
        let [was, is] = stage.counts.map(|it| x.at(it.max(0.0)));
        // Half a point even for nobody, so that the stage is seen to have been counted.
        sheet.rect([left, y + 1.0, (is - left).max(0.5), bar - 2.0], Hue::Ink);
        if stage.counts[0].is_finite() {
            sheet.ring([was, middle], 2.4, Hue::Sec);
        }
        let ends = [was + 2.4, is].into_iter().filter(|it| it.is_finite());
        let at = ends.fold(left, f64::max) + GAP;
        let [before, now] = &stage.count_labels;
        sheet.text([at, middle + 2.7], now, NOW);
        sheet.text([at + NOW.width(fonts, now) + GAP, middle + 2.7], before, quiet);
        let tip = [stage.label.as_str(), ": ", before, " → ", now].concat();
        sheet.tip([0.0, y, width, bar], &tip);
    }
    let foot = (bar + step) * stages.len() as f64 - step + 12.0;
    key(sheet, [left, foot], [now, before], width - left);
}

/// What share went on: now in ink, before in grey, beside the line that joins the bars.
fn step_between(sheet: &mut Sheet, [left, y, tall]: [f64; 3], stage: &FunnelStage) {
    let fonts = &sheet.fonts();
    let set = Type::new(7.4, Hue::Sec);
    sheet.line([left + 0.4, y], [left + 0.4, y + tall], Hue::Mute, 0.8);
    let [before, now] = &stage.step_labels;
    let base = y + tall / 2.0 + 2.6;
    let ink = Type { hue: Hue::Ink, ..set }.semibold();
    sheet.text([left + 6.0, base], now, ink);
    sheet.text([left + 6.0 + ink.width(fonts, now) + 4.0, base], before, set);
}

/// Says at the foot which mark is which.
fn key(sheet: &mut Sheet, [left, y]: [f64; 2], [now, before]: [&str; 2], room: f64) {
    let fonts = &sheet.fonts();
    let set = Type::new(7.0, Hue::Sec);
    let room = (room / 2.0 - 20.0).max(20.0);
    let [now, before] = [set.fitted(fonts, now, room), set.fitted(fonts, before, room)];
    sheet.rect([left, y - 5.5, 8.0, 6.0], Hue::Ink);
    sheet.text([left + 11.0, y], &now, set);
    let at = left + 11.0 + set.width(fonts, &now) + 14.0;
    sheet.ring([at, y - 2.5], 2.2, Hue::Sec);
    sheet.text([at + 5.0, y], &before, set);
}
