//! Shares and rates of levels, before and after, on the same rows.
//!
//! Hollow is before, filled is after. Colour and values stand only where something moved; the rest
//! is grey, and is there to be seen not moving. It must not know which attribute it is.

use super::fonts::Fonts;
use super::fonts::Weight;
use super::ink::Anchor;
use super::ink::Hue;
use super::ink::Sheet;
use super::ink::Type;
use super::scale::Scale;
use super::scale::widened;
use crate::model::memo::Drawing;
use crate::model::memo::DumbbellGroup;
use crate::model::memo::DumbbellRow;
use crate::model::memo::Tick;

/// Height of a row where there is room.
const PITCH: f64 = 12.0;
/// Height of an attribute's name, in rows.
const TITLE_ROWS: f64 = 1.25;
/// Heads and tick labels above the rows, where each head is one line.
const HEAD: f64 = 20.0;
/// What each further line of a head takes.
const HEAD_LEADING: f64 = 8.6;
/// The key to hollow and filled below them.
const FOOT: f64 = 15.0;
/// From a dot to its value.
const GAP: f64 = 5.0;
/// Between the two panels.
const GUTTER: f64 = 20.0;

const LABEL: Type = Type {
    size: 8.0,
    weight: Weight::Regular,
    hue: Hue::Ink,
    anchor: Anchor::End,
};
const VALUE: Type = Type {
    size: 7.6,
    weight: Weight::Regular,
    hue: Hue::Ink,
    anchor: Anchor::Start,
};
const PANEL_HEAD: Type = Type {
    size: 7.8,
    weight: Weight::Semibold,
    hue: Hue::Ink,
    anchor: Anchor::Start,
};
const TICK: Type = Type {
    size: 6.8,
    weight: Weight::Regular,
    hue: Hue::Sec,
    anchor: Anchor::Middle,
};

/// Height at which these groups are neither cramped nor loose under their heads.
pub(super) fn height(groups: &[DumbbellGroup], heads: [&str; 2], fonts: &Fonts) -> f64 {
    // What fits over one panel of a chart that is three fifths of the text block wide.
    const HEAD_ROOM: f64 = 96.0;
    let is_long = heads.iter().any(|it| HEAD_ROOM < PANEL_HEAD.width(fonts, it));
    HEAD + if is_long { HEAD_LEADING } else { 0.0 } + PITCH * n_rows(groups) + FOOT
}

fn n_rows(groups: &[DumbbellGroup]) -> f64 {
    groups.iter().map(|it| TITLE_ROWS + it.rows.len() as f64).sum()
}

/// One of the two panels: where it is, and what it shows of a row.
struct Panel<'a> {
    left: f64,
    right: f64,
    head: Vec<String>,
    ticks: &'a [Tick],
    mark: Hue,
    text: Hue,
    pair: fn(&DumbbellRow) -> Pair<'_>,
}

/// What a panel shows of a row.
struct Pair<'a> {
    before: Option<f64>,
    after: Option<f64>,
    labels: &'a [String; 2],
    moved: bool,
}

fn share(row: &DumbbellRow) -> Pair<'_> {
    Pair {
        before: finite(Some(row.share[0])),
        after: finite(Some(row.share[1])),
        labels: &row.share_labels,
        moved: row.share_moved,
    }
}

fn rate(row: &DumbbellRow) -> Pair<'_> {
    Pair {
        before: finite(row.rate[0]),
        after: finite(row.rate[1]),
        labels: &row.rate_labels,
        moved: row.rate_moved,
    }
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|it| it.is_finite())
}

/// Draws both panels, the names of levels and attributes, and the key to the dots.
pub(super) fn dumbbell(sheet: &mut Sheet, [width, height]: [f64; 2], drawing: &Drawing) {
    let fonts = &sheet.fonts();
    let Drawing::Dumbbell {
        groups,
        share_head,
        rate_head,
        share_ticks,
        rate_ticks,
        before,
        after,
    } = drawing
    else {
        unreachable!("the caller matched a dumbbell");
    };
    let pitch_below = |head: f64| ((height - head - FOOT) / n_rows(groups).max(1.0)).min(PITCH);
    let label = Type {
        size: (pitch_below(HEAD) - 3.0).clamp(5.0, LABEL.size),
        ..LABEL
    };
    let names = groups
        .iter()
        .flat_map(|it| &it.rows)
        .map(|it| label.width(fonts, &it.label));
    let label_room = names.fold(24.0, f64::max).min(0.3 * width);
    let left = label_room + 6.0;
    let half = (width - left - GUTTER) / 2.0;
    let panel = |idx: usize, head: &str, ticks, [mark, text]: [Hue; 2], pair| {
        let left = left + (half + GUTTER) * idx as f64;
        Panel {
            left,
            right: left + half,
            // The first head may run over the gutter; nothing stands there.
            head: head_lines(head, if idx == 0 { half + GUTTER * 0.7 } else { half }, fonts),
            ticks,
            mark,
            text,
            pair,
        }
    };
    let panels = [
        panel(
            0,
            share_head.as_str(),
            share_ticks.as_slice(),
            [Hue::Mix, Hue::Mixt],
            share as fn(&_) -> Pair<'_>,
        ),
        panel(
            1,
            rate_head.as_str(),
            rate_ticks.as_slice(),
            [Hue::Beh, Hue::Beh],
            rate as fn(&_) -> Pair<'_>,
        ),
    ];
    let n_lines = panels.iter().map(|it| it.head.len()).max().unwrap_or(1);
    let head = HEAD + HEAD_LEADING * n_lines.saturating_sub(1) as f64;
    let pitch = pitch_below(head);
    let foot = head + pitch * n_rows(groups);
    let scales = panels.each_ref().map(|it| scale_of(it, groups, fonts));
    for (panel, scale) in panels.iter().zip(&scales) {
        panel_ground(sheet, panel, *scale, [head, foot]);
    }
    let mut y = head;
    for group in groups {
        let set = Type::new((pitch * 0.63).min(7.5), Hue::Sec);
        // No dots stand in this row: a long name may run over the share panel.
        sheet.text_over(
            [0.0, y + pitch * 0.85],
            &set.fitted(fonts, &group.title, left + half),
            set,
        );
        y += pitch * TITLE_ROWS;
        for row in &group.rows {
            let middle = y + pitch / 2.0;
            sheet.text(
                [label_room, middle + label.size / 3.0],
                &label.fitted(fonts, &row.label, label_room),
                label,
            );
            sheet.tip([0.0, y, left, pitch], &row.label);
            for (panel, scale) in panels.iter().zip(&scales) {
                pair_of_dots(sheet, panel, *scale, row, [middle, pitch]);
            }
            y += pitch;
        }
    }
    key(sheet, [width, foot + 9.0], before, after);
}

/// A scale that holds ticks and dots, with room at its ends for the values that are printed there.
fn scale_of(panel: &Panel, groups: &[DumbbellGroup], fonts: &Fonts) -> Scale {
    let rows: Vec<&DumbbellRow> = groups.iter().flat_map(|it| &it.rows).collect();
    let dots = rows.iter().flat_map(|it| {
        let pair = (panel.pair)(it);
        pair.before.into_iter().chain(pair.after)
    });
    let mut values = panel.ticks.iter().map(|it| it.at).chain(dots);
    let first = values.next().unwrap_or_default();
    let domain = widened([first, first], values);
    // Room for a dot at either end, then as much more as the widest overhanging value needs. A second pass suffices
    // nearly always: widening one end moves the other end's values inwards.
    let mut pads = [3.0, 3.0];
    for _ in 0..2 {
        let scale = Scale::new(domain, [panel.left + pads[0], panel.right - pads[1]]);
        let mut over = [0.0_f64; 2];
        for label in rows.iter().flat_map(|it| value_labels(panel, scale, it)) {
            let width = label.set.width(fonts, label.text);
            let start = if label.set.anchor == Anchor::End {
                label.x - width
            } else {
                label.x
            };
            over[0] = over[0].max(panel.left - start);
            over[1] = over[1].max(start + width - panel.right);
        }
        for tick in panel.ticks {
            let (x, half) = (scale.at(tick.at), TICK.width(fonts, &tick.label) / 2.0);
            over[0] = over[0].max(panel.left - (x - half));
            over[1] = over[1].max(x + half - panel.right);
        }
        // A panel of labels only would show nothing.
        let most = (panel.right - panel.left) * 0.4;
        pads = [(pads[0] + over[0]).min(most), (pads[1] + over[1]).min(most)];
    }
    Scale::new(domain, [panel.left + pads[0], panel.right - pads[1]])
}

/// A head in one line, or two: the second takes what is left.
fn head_lines(head: &str, room: f64, fonts: &Fonts) -> Vec<String> {
    let mut lines = fonts.wrapped(head, PANEL_HEAD.size, PANEL_HEAD.weight, room);
    if 2 < lines.len() {
        let rest = lines.split_off(1).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|it| PANEL_HEAD.fitted(fonts, it, room)).collect()
}

fn panel_ground(sheet: &mut Sheet, panel: &Panel, scale: Scale, [head, foot]: [f64; 2]) {
    let fonts = &sheet.fonts();
    for (idx, line) in panel.head.iter().enumerate() {
        // The last line stands right above the ticks.
        let up = HEAD_LEADING * (panel.head.len() - 1 - idx) as f64;
        sheet.text([panel.left, head - 12.5 - up], line, PANEL_HEAD);
    }
    let mut free_from = f64::MIN;
    for tick in panel.ticks {
        let x = scale.at(tick.at);
        sheet.line([x, head], [x, foot], Hue::Grid, 0.6);
        let half = TICK.width(fonts, &tick.label) / 2.0;
        if free_from <= x - half {
            sheet.text([x, head - 3.0], &tick.label, TICK);
            free_from = x + half + 2.0;
        }
    }
}

/// A printed value.
struct ValueLabel<'a> {
    x: f64,
    text: &'a str,
    set: Type,
}

/// Values of a row that moved, each outside of its dot; none for a row that held.
fn value_labels<'a>(panel: &Panel, scale: Scale, row: &'a DumbbellRow) -> Vec<ValueLabel<'a>> {
    let pair = (panel.pair)(row);
    if !pair.moved {
        return Vec::new();
    }
    let regular = Type {
        hue: panel.text,
        ..VALUE
    };
    let label = |value: f64, other: f64, text: &'a str, set: Type| {
        let is_left = value < other;
        let anchor = if is_left { Anchor::End } else { Anchor::Start };
        let x = scale.at(value) + if is_left { -GAP } else { GAP };
        ValueLabel {
            x,
            text,
            set: set.anchored(anchor),
        }
    };
    let mut labels = Vec::new();
    if let Some(after) = pair.after {
        // Alone or equal: on the right of the dot.
        labels.push(label(
            after,
            pair.before.unwrap_or(after),
            pair.labels[1].as_str(),
            regular.semibold(),
        ));
    }
    match (pair.before, pair.after) {
        (Some(before), Some(after)) if before == after => {}
        (Some(before), after) => {
            labels.push(label(before, after.unwrap_or(before), pair.labels[0].as_str(), regular));
        }
        (None, _) => {}
    }
    labels
}

fn pair_of_dots(sheet: &mut Sheet, panel: &Panel, scale: Scale, row: &DumbbellRow, [y, pitch]: [f64; 2]) {
    let fonts = &sheet.fonts();
    let pair = (panel.pair)(row);
    let [line, mark] = if pair.moved {
        [panel.mark, panel.mark]
    } else {
        [Hue::Mute, Hue::Sec]
    };
    let ends = [pair.before, pair.after].map(|it| it.map(|it| scale.at(it)));
    if let [Some(before), Some(after)] = ends {
        sheet.line([before, y], [after, y], line, if pair.moved { 2.0 } else { 1.2 });
    }
    if let Some(x) = ends[0] {
        sheet.ring([x, y], 2.2, mark);
    }
    if let Some(x) = ends[1] {
        sheet.dot([x, y], 2.5, mark);
    }
    for label in value_labels(panel, scale, row) {
        // Where even the widened margins are too narrow, a value moves over its line rather than off the panel.
        let width = label.set.width(fonts, label.text);
        let x = if label.set.anchor == Anchor::End {
            label.x.max(panel.left + width)
        } else {
            label.x.min(panel.right - width)
        };
        sheet.text_over([x, y + VALUE.size / 3.0], label.text, label.set);
    }
    let [before, after] = pair.labels;
    let tip = [row.label.as_str(), ": ", before, " → ", after].concat();
    sheet.tip([panel.left, y - pitch / 2.0, panel.right - panel.left, pitch], &tip);
}

/// Says at the foot which dot is which.
fn key(sheet: &mut Sheet, [width, y]: [f64; 2], before: &str, after: &str) {
    let fonts = &sheet.fonts();
    let set = Type::new(7.0, Hue::Sec);
    let room = (width / 2.0 - 20.0).max(20.0);
    let [before, after] = [set.fitted(fonts, before, room), set.fitted(fonts, after, room)];
    let after_at = width - set.width(fonts, &after);
    let before_at = after_at - 16.0 - set.width(fonts, &before);
    sheet.ring([before_at - 5.0, y - 2.5], 2.2, Hue::Sec);
    sheet.text([before_at, y], &before, set);
    sheet.dot([after_at - 5.0, y - 2.5], 2.5, Hue::Sec);
    sheet.text([after_at, y], &after, set);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_of_the_last_tick_stays_in_its_panel() {
        let tick = |at: f64, label: &str| Tick {
            at,
            label: label.into(),
        };
        let ticks = [tick(0.0, "0"), tick(150.0, "$150,000")];
        let panel = Panel {
            left: 100.0,
            right: 200.0,
            head: Vec::new(),
            ticks: &ticks,
            mark: Hue::Ink,
            text: Hue::Ink,
            pair: rate,
        };
        let fonts = &Fonts::default();
        let scale = scale_of(&panel, &[], fonts);
        for tick in &ticks {
            let (x, half) = (scale.at(tick.at), TICK.width(fonts, &tick.label) / 2.0);
            // A sum of three lengths may stray by the last digit.
            assert!(
                panel.left - 1e-9 <= x - half && x + half <= panel.right + 1e-9,
                "{}",
                tick.label
            );
        }
    }
}
