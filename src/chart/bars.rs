//! Bars from zero: one, two, a ranking, and one in parts.
//!
//! Length is the value, side is the sign, hue is structure or behaviour. Values stand at the bars'
//! ends, never in a legend. It must not know what is divided.

use super::fonts::Weight;
use super::ink::Anchor;
use super::ink::Hue;
use super::ink::Sheet;
use super::ink::Type;
use super::scale::Scale;
use super::scale::Wish;
use super::scale::pushed_apart;
use super::scale::widened;
use crate::model::memo::DriverRow;
use crate::model::memo::Part;
use crate::model::memo::Tone;

/// Height of one bar in parts with its labels.
pub(super) const PARTS_HEIGHT: f64 = 30.0;
/// Between two labels below a bar in parts.
const PARTS_GAP: f64 = 8.0;
/// From one label's line to the next.
const PARTS_LEADING: f64 = 11.0;
/// Height of a row of driver bars where there is room.
const DRIVER_PITCH: f64 = 14.0;
/// Room above the first driver row, for the words about the null.
const DRIVER_HEAD: f64 = 12.0;
/// Names of attributes take at most this share of the width: a bar needs no more than the rest.
const LABEL_SHARE: f64 = 0.48;
/// From the end of a bar to its value.
const GAP: f64 = 2.4;
/// Room beside the longest bar for a value like "−100.0" in 7.4 pt.
const VALUE_ROOM: f64 = 24.0;

const VALUE: Type = Type {
    size: 7.4,
    weight: Weight::Regular,
    hue: Hue::Ink,
    anchor: Anchor::Start,
};

/// Height at which a ranking of `n_rows` attributes is neither cramped nor loose.
pub(super) fn driver_height(n_rows: usize) -> f64 {
    DRIVER_HEAD + DRIVER_PITCH * n_rows as f64 + 4.0
}

/// Draws behavioural above structural, each from zero with its value at its end.
pub(super) fn split_bars(sheet: &mut Sheet, [width, height]: [f64; 2], values: [(f64, &str); 2], range: [f64; 2]) {
    let fonts = &sheet.fonts();
    let domain = widened([range[0].min(0.0), range[1].max(0.0)], values.map(|it| it.0));
    let room = |end: f64| if end == 0.0 { 2.0 } else { VALUE_ROOM };
    let x = Scale::new(domain, [room(domain[0]), width - room(domain[1])]);
    let zero = x.at(0.0);
    let thick = (height * 0.26).min(7.8);
    let middles = [height / 2.0 - thick / 2.0 - 1.1, height / 2.0 + thick / 2.0 + 1.1];
    let hues = [(Hue::Beh, Hue::Beh), (Hue::Mix, Hue::Mixt)];
    for (((value, label), middle), (mark, text)) in values.into_iter().zip(middles).zip(hues) {
        if !value.is_finite() {
            continue;
        }
        bar_from_zero(sheet, [zero, x.at(value)], [middle - thick / 2.0, thick], mark);
        let (at, anchor) = value_place([zero, x.at(value)], VALUE.width(fonts, label), width);
        sheet.text_over([at, middle + 2.6], label, Type { hue: text, ..VALUE }.anchored(anchor));
        sheet.tip([0.0, middle - thick / 2.0, width, thick], label);
    }
    sheet.line([zero, 0.0], [zero, height], Hue::Mute, 0.6);
}

/// Draws one bar from zero on a range that all its rows share.
pub(super) fn bar(sheet: &mut Sheet, [width, height]: [f64; 2], value: f64, range: [f64; 2], tone: Tone) {
    let domain = widened([range[0].min(0.0), range[1].max(0.0)], [value]);
    let x = Scale::new(domain, [0.6, width - 0.6]);
    let hue = match tone {
        Tone::Behavioural => Hue::Beh,
        Tone::Structural => Hue::Mix,
        Tone::Quiet => Hue::Mute,
        Tone::Plain | Tone::Strong | Tone::Emphasis | Tone::Code => Hue::Ink,
    };
    // A fifth of the height stays free on either side, so that bars of neighbouring rows do not touch.
    let thick = (height * 0.74).min(8.0);
    if value.is_finite() {
        bar_from_zero(sheet, [x.at(0.0), x.at(value)], [(height - thick) / 2.0, thick], hue);
    }
    sheet.line([x.at(0.0), 0.0], [x.at(0.0), height], Hue::Mute, 0.6);
}

/// Draws attributes by importance; the null crosses every row.
pub(super) fn driver_bars(
    sheet: &mut Sheet,
    [width, height]: [f64; 2],
    rows: &[DriverRow],
    null_label: &str,
    limit: f64,
) {
    let fonts = &sheet.fonts();
    let pitch = ((height - DRIVER_HEAD - 4.0) / rows.len().max(1) as f64).min(DRIVER_PITCH);
    // Rows closer than this need smaller letters.
    let set = Type::new((pitch - 4.0).clamp(5.0, 8.0), Hue::Sec);
    let strong = Type {
        hue: Hue::Ink,
        ..set.semibold()
    };
    let kind = |row: &DriverRow| if row.explains { strong } else { set };
    let label_room = rows
        .iter()
        .map(|it| kind(it).width(fonts, &it.label))
        .fold(0.0, f64::max)
        .min(LABEL_SHARE * width);
    let value_room = rows
        .iter()
        .map(|it| kind(it).width(fonts, &it.text))
        .fold(0.0, f64::max)
        + 5.0;
    let left = label_room + 5.0;
    let top = widened([0.0, limit.max(0.0)], rows.iter().flat_map(|it| [it.value, it.null]))[1];
    let x = Scale::new([0.0, top], [left, (width - value_room).max(left + 1.0)]);
    for (idx, row) in rows.iter().enumerate() {
        let set = kind(row);
        let middle = DRIVER_HEAD + pitch * (idx as f64 + 0.5);
        let thick = (pitch * 0.57).min(8.0);
        sheet.text(
            [label_room, middle + set.size / 3.0],
            &set.fitted(fonts, &row.label, label_room),
            set.anchored(Anchor::End),
        );
        // Half a point even for nothing, so that the row is seen to have been measured.
        let end = x.at(row.value.max(0.0)).max(left + 0.7);
        let hue = if row.explains { Hue::Ink } else { Hue::Mute };
        bar_from_zero(sheet, [left, end], [middle - thick / 2.0, thick], hue);
        let null = x.at(row.null.max(0.0)).max(left);
        let half = pitch * 0.47;
        sheet.line([null, middle - half], [null, middle + half], Hue::Bg, 2.4);
        sheet.line([null, middle - half], [null, middle + half], Hue::Sec, 1.2);
        // In a column: beside the tick it would be taken for the tick's.
        sheet.text([width, middle + set.size / 3.0], &row.text, set.anchored(Anchor::End));
        sheet.tip(
            [0.0, middle - pitch / 2.0, width, pitch],
            &format!("{}: {}", row.label, row.text),
        );
    }
    if let Some(null) = rows
        .first()
        .map(|it| x.at(it.null.max(0.0)).max(left))
        .filter(|it| it.is_finite())
    {
        let set = Type::new(7.0, Hue::Sec);
        if set.width(fonts, null_label) <= width - null - 3.0 {
            sheet.line([null, 2.0], [null, DRIVER_HEAD - 0.6], Hue::Sec, 1.2);
            sheet.text([null + 3.0, 7.5], null_label, set);
        } else {
            // Too long for the right of the tick: over it, as far to the left as it needs.
            sheet.line([null, 8.6], [null, DRIVER_HEAD - 0.6], Hue::Sec, 1.2);
            let end = (null + set.width(fonts, null_label) / 2.0).min(width);
            sheet.text(
                [end, 6.5],
                &set.fitted(fonts, null_label, end),
                set.anchored(Anchor::End),
            );
        }
    }
}

/// Draws one horizontal bar in parts, their labels below: in one line, pushed apart, or else in a line each where the
/// height allows.
pub(super) fn parts(sheet: &mut Sheet, [width, height]: [f64; 2], parts: &[Part]) {
    let fonts = &sheet.fonts();
    let length = |part: &Part| {
        if part.value.is_finite() {
            part.value.max(0.0)
        } else {
            0.0
        }
    };
    let total: f64 = parts.iter().map(length).sum();
    let x = Scale::new([0.0, if 0.0 < total { total } else { 1.0 }], [0.0, width]);
    let thick = (height * 0.32).min(9.0);
    let is_one_line = parts
        .iter()
        .map(|it| kind_of_part(it).width(fonts, &it.label) + PARTS_GAP)
        .sum::<f64>()
        <= width + PARTS_GAP;
    let is_stacked = !is_one_line && stacked_parts_height(parts.len()) <= height + 0.5;
    let room = if is_stacked || is_one_line {
        width
    } else {
        width / parts.len().max(1) as f64 - PARTS_GAP
    };
    let mut from = 0.0;
    let mut wishes = Vec::new();
    let mut labels = Vec::new();
    for (idx, part) in parts.iter().enumerate() {
        let hue = match part.shade {
            0 => Hue::Band,
            1 => Hue::Mute,
            _ => Hue::Ink,
        };
        let until = from + length(part);
        // A part of nothing keeps a hairline: it is there.
        let ink = [x.at(from), 4.0, (x.at(until) - x.at(from)).max(0.5), thick];
        sheet.rect(ink, hue);
        sheet.tip(ink, &part.label);
        let set = kind_of_part(part);
        let label = set.fitted(fonts, &part.label, room);
        let size = set.width(fonts, &label) + if idx + 1 < parts.len() { PARTS_GAP } else { 0.0 };
        wishes.push(Wish {
            at: x.at(from) + size / 2.0,
            size,
            weight: 1.0,
        });
        labels.push((label, set));
        from = until;
    }
    let middles = pushed_apart(&wishes, [0.0, width]);
    for (idx, (((label, set), wish), middle)) in labels.iter().zip(&wishes).zip(middles).enumerate() {
        if is_stacked {
            let at = (wish.at - wish.size / 2.0).min(width - set.width(fonts, label));
            sheet.text([at, thick + 15.0 + PARTS_LEADING * idx as f64], label, *set);
        } else {
            sheet.text([middle - wish.size / 2.0, thick + 15.0], label, *set);
        }
    }
}

/// Height of one bar in parts whose labels have a line each.
pub(super) fn stacked_parts_height(n_parts: usize) -> f64 {
    PARTS_HEIGHT + PARTS_LEADING * n_parts.saturating_sub(1) as f64
}

fn kind_of_part(part: &Part) -> Type {
    if part.shade < 2 {
        Type::new(7.5, Hue::Sec)
    } else {
        Type::new(7.5, Hue::Ink).semibold()
    }
}

/// A bar between zero and its end, whichever side that is.
fn bar_from_zero(sheet: &mut Sheet, [zero, end]: [f64; 2], [top, thick]: [f64; 2], hue: Hue) {
    sheet.rect([zero.min(end), top, (end - zero).abs(), thick], hue);
}

/// Beside the end of its bar; a value too wide for that is moved back inside the sheet.
fn value_place([zero, end]: [f64; 2], text_width: f64, width: f64) -> (f64, Anchor) {
    if end < zero {
        ((end - GAP).max(text_width), Anchor::End)
    } else {
        ((end + GAP).min(width - text_width), Anchor::Start)
    }
}
