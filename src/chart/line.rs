//! Lines over time: the projection chart and the word-sized spark.
//!
//! Both draw what happened over what was expected. Labels stand where lines end. It must not know
//! which periods or units they are.

use self::free::line_name;
use self::free::note_place;
use super::fonts::Weight;
use super::ink::Anchor;
use super::ink::Hue;
use super::ink::Sheet;
use super::ink::Type;
use super::scale::Scale;
use super::scale::Wish;
use super::scale::pushed_apart;
use super::scale::widened;
use crate::model::memo::Band;
use crate::model::memo::Drawing;
use crate::model::memo::Tick;

mod free;
mod marks;

/// Height at which 37 months on the full text width look right.
pub(super) const HEIGHT: f64 = 158.0;
/// Room for the labels of the periods' axis.
const FOOT: f64 = 16.0;
/// Room above the highest value.
const HEAD: f64 = 6.0;
/// From a dot to its label.
const GAP: f64 = 8.0;
/// Labels at the ends of lines never take more of the width than this share.
const END_LABELS_MAX: f64 = 0.36;
/// The note about the band is broken into lines of this width.
const NOTE_WIDTH: f64 = 96.0;
/// Leading of the note.
const NOTE_LEADING: f64 = 9.0;

const AXIS: Type = Type {
    size: 7.5,
    weight: Weight::Regular,
    hue: Hue::Sec,
    anchor: Anchor::Middle,
};
const END: Type = Type {
    size: 8.5,
    weight: Weight::Semibold,
    hue: Hue::Ink,
    anchor: Anchor::Start,
};

/// The series, and where each of its points is on the sheet.
struct Plot<'a> {
    actual: &'a [Option<f64>],
    projected: &'a [Option<Band>],
    xs: Vec<f64>,
    y: Scale,
    /// Where names of marks end and free sky begins.
    sky: f64,
    /// Where hairlines of marks stand.
    hairs: Vec<f64>,
    /// Right end, top and bottom of the area that lines are drawn in.
    right: f64,
    top: f64,
    bottom: f64,
}

/// Draws the line, its projection and band, axes, and the labels at the target.
pub(super) fn line_band(sheet: &mut Sheet, [width, height]: [f64; 2], drawing: &Drawing) {
    let fonts = &sheet.fonts();
    let Drawing::LineBand {
        actual,
        projected,
        tips,
        x_ticks,
        y_ticks,
        y_range,
        band_note,
        line_label,
        marks,
        ..
    } = drawing
    else {
        unreachable!("the caller matched a line with its band");
    };
    let n = actual.len().max(projected.len());
    let left = 8.0
        + y_ticks
            .iter()
            .map(|it| AXIS.width(fonts, &it.label))
            .fold(14.0, f64::max);
    let ends = end_labels(drawing);
    let wanted = ends.iter().map(|it| it.set.width(fonts, &it.text)).fold(0.0, f64::max) + GAP;
    // The last tick label is centred under the last point and needs half its width there.
    let right = width - wanted.max(20.0).min(END_LABELS_MAX * width);
    let note = fonts.wrapped(band_note, AXIS.size, AXIS.weight, NOTE_WIDTH);
    let note_height = NOTE_LEADING * note.len() as f64;
    let has_band = !band_note.is_empty() && projected.iter().any(Option::is_some);
    let range = widened(*y_range, values(actual, projected));
    let bottom = height - FOOT;
    let xs: Vec<f64> = {
        let x = Scale::new([0.0, n.saturating_sub(1) as f64], [left + 2.0, right]);
        (0..n).map(|idx| x.at(idx as f64)).collect()
    };
    let marks = marks::placed(marks, &xs, right, fonts);
    let sky = marks::height(&marks);
    let plotted = |top: f64| Plot {
        actual,
        projected,
        xs: xs.clone(),
        y: Scale::new(range, [bottom - 3.0, top]),
        sky,
        hairs: marks::hairs(&marks),
        right,
        top,
        bottom,
    };
    let mut plot = plotted(sky + HEAD);
    let mut place = has_band.then(|| note_place(&plot, &note, fonts)).flatten();
    if has_band && place.is_none() {
        // No free sky above the lines: make some.
        plot = plotted(sky + HEAD + note_height + 6.0);
        place = note_place(&plot, &note, fonts);
    }
    grid(sheet, &plot, left, y_ticks);
    marks::hairlines(sheet, &plot, &marks);
    lines(sheet, &plot, 1.5);
    periods_axis(sheet, &plot, [left, width], x_ticks);
    if let Some(place) = place {
        let set = AXIS.anchored(Anchor::Start);
        sheet.line(place.from, place.to, Hue::Mute, 0.5);
        for (idx, line) in note.iter().enumerate() {
            sheet.text_over([place.x, place.y + NOTE_LEADING * idx as f64], line, set);
        }
    }
    line_name(sheet, &plot, line_label, place.map(|it| [it.x, it.x + NOTE_WIDTH]));
    marks::names(sheet, &marks);
    target(sheet, &plot, &ends, width);
    tip_strips(sheet, &plot, tips);
}

/// Draws a word-sized line with its band and one end dot.
pub(super) fn spark(sheet: &mut Sheet, [width, height]: [f64; 2], actual: &[Option<f64>], projected: &[Option<Band>]) {
    // Half of the end dot, so that it is never cut.
    let pad = 3.0;
    let x = Scale::new([0.0, actual.len().saturating_sub(1) as f64], [2.0, width - pad - 1.0]);
    let mut all = values(actual, projected);
    let Some(first) = all.next() else { return };
    let range = widened([first, first], all);
    let plot = Plot {
        actual,
        projected,
        // A lone point stands at the end, where the dot is expected.
        xs: (0..actual.len())
            .map(|idx| {
                if actual.len() == 1 {
                    width - pad - 1.0
                } else {
                    x.at(idx as f64)
                }
            })
            .collect(),
        y: Scale::new(range, [height - pad, pad]),
        sky: 0.0,
        hairs: Vec::new(),
        right: width - pad,
        top: 0.0,
        bottom: height,
    };
    if projected.iter().any(Option::is_some) {
        band(sheet, &plot);
        for run in runs(&plot.xs, projected.iter().map(|it| it.map(|it| plot.y.at(it.mid)))) {
            sheet.polyline(&run, Hue::Mute, 0.5);
        }
        actual_line(sheet, &plot, Hue::Ink, 0.95);
    } else {
        actual_line(sheet, &plot, Hue::Sec, 0.9);
    }
    if let (Some(Some(value)), Some(x)) = (actual.last(), plot.xs.last()) {
        sheet.dot([*x, plot.y.at(*value)], 2.1, Hue::Ink);
    }
}

/// All values that the ink must hold.
fn values<'a>(actual: &'a [Option<f64>], projected: &'a [Option<Band>]) -> impl Iterator<Item = f64> + 'a {
    let bands = projected.iter().flatten().flat_map(|it| [it.low, it.mid, it.high]);
    actual
        .iter()
        .flatten()
        .copied()
        .chain(bands)
        .filter(|it| it.is_finite())
}

/// Stretches of neighbouring points; a gap in the series is a gap in the line.
fn runs(xs: &[f64], ys: impl Iterator<Item = Option<f64>>) -> Vec<Vec<[f64; 2]>> {
    let mut runs: Vec<Vec<[f64; 2]>> = vec![Vec::new()];
    for (x, y) in xs.iter().zip(ys) {
        match (y.filter(|it| it.is_finite()), runs.last_mut()) {
            (Some(y), Some(run)) => run.push([*x, y]),
            (None, Some(run)) if !run.is_empty() => runs.push(Vec::new()),
            _ => {}
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn band(sheet: &mut Sheet, plot: &Plot) {
    let highs = runs(
        &plot.xs,
        plot.projected.iter().map(|it| it.map(|it| plot.y.at(it.high))),
    );
    let lows = runs(&plot.xs, plot.projected.iter().map(|it| it.map(|it| plot.y.at(it.low))));
    for (high, low) in highs.into_iter().zip(lows) {
        if let ([from], [until]) = (high.as_slice(), low.as_slice()) {
            // One period has no area: give it the width of a stroke.
            sheet.line(*from, *until, Hue::Band, 3.0);
            continue;
        }
        let outline: Vec<[f64; 2]> = high.into_iter().chain(low.into_iter().rev()).collect();
        sheet.area(&outline, Hue::Band);
    }
}

fn actual_line(sheet: &mut Sheet, plot: &Plot, hue: Hue, thick: f64) {
    for run in runs(&plot.xs, plot.actual.iter().map(|it| it.map(|it| plot.y.at(it)))) {
        sheet.polyline(&run, hue, thick);
    }
}

fn lines(sheet: &mut Sheet, plot: &Plot, thick: f64) {
    band(sheet, plot);
    for run in runs(&plot.xs, plot.projected.iter().map(|it| it.map(|it| plot.y.at(it.mid)))) {
        sheet.dashes(&run, Hue::Sec, 0.9);
    }
    actual_line(sheet, plot, Hue::Ink, thick);
}

fn grid(sheet: &mut Sheet, plot: &Plot, left: f64, ticks: &[Tick]) {
    for tick in ticks {
        let y = plot.y.at(tick.at);
        if (plot.top - 1.0..plot.bottom).contains(&y) {
            sheet.line([left, y], [plot.right, y], Hue::Grid, 0.6);
            sheet.text([left - 6.0, y + 2.5], &tick.label, AXIS.anchored(Anchor::End));
        }
    }
}

fn periods_axis(sheet: &mut Sheet, plot: &Plot, [left, width]: [f64; 2], ticks: &[Tick]) {
    let fonts = &sheet.fonts();
    let y = plot.bottom;
    sheet.line([left, y], [plot.right, y], Hue::Mute, 0.6);
    // More ticks than these become a grey bar.
    const TICKS_MAX: usize = 90;
    let labelled = |idx: usize| ticks.iter().any(|it| it.at == idx as f64);
    for (idx, x) in plot.xs.iter().enumerate() {
        if labelled(idx) || plot.xs.len() <= TICKS_MAX {
            let long = if labelled(idx) { 3.0 } else { 1.6 };
            sheet.line([*x, y], [*x, y + long], Hue::Mute, 0.5);
        }
    }
    // From the target backwards: where two labels would touch, the later one stays.
    let mut free_until = width;
    for (idx, tick) in ticks.iter().enumerate().rev() {
        let is_target = idx + 1 == ticks.len();
        let set = if is_target { AXIS.semibold() } else { AXIS };
        let set = if is_target { Type { hue: Hue::Ink, ..set } } else { set };
        let Some(x) = plot.xs.get(tick.at as usize) else {
            continue;
        };
        let half = set.width(fonts, &tick.label) / 2.0;
        let middle = x.min(width - half).max(half);
        if middle + half <= free_until {
            sheet.text([middle, y + 11.0], &tick.label, set);
            free_until = middle - half - 6.0;
        }
    }
}

/// A label at the end of the lines.
struct EndLabel {
    text: String,
    set: Type,
    /// In the axis' unit; the difference stands between the dots.
    value: f64,
    /// Points below its value, for the second line of a pair.
    drop: f64,
    leading: f64,
}

/// Labels beside the target, from top to bottom.
fn end_labels(drawing: &Drawing) -> Vec<EndLabel> {
    let Drawing::LineBand {
        actual,
        projected,
        projected_label,
        band_label,
        difference_label,
        actual_label,
        ..
    } = drawing
    else {
        unreachable!("the caller matched a line with its band");
    };
    let label = |text: &str, set: Type, value: f64, drop: f64, leading: f64| EndLabel {
        text: text.to_owned(),
        set,
        value,
        drop,
        leading,
    };
    let last = actual.last().copied().flatten();
    let expected = projected.last().copied().flatten().map(|it| it.mid);
    let mut labels = Vec::new();
    if let Some(value) = expected {
        labels.push(label(
            projected_label,
            Type {
                weight: Weight::Regular,
                hue: Hue::Sec,
                ..END
            },
            value,
            0.0,
            9.6,
        ));
        let small = Type {
            size: 7.2,
            weight: Weight::Regular,
            hue: Hue::Sec,
            ..END
        };
        labels.push(label(band_label, small, value, 9.0, 8.8));
    }
    let difference = |between: f64| label(difference_label, END, between, 0.0, 11.4);
    match (last, expected) {
        (Some(value), Some(mid)) if mid < value => {
            labels.insert(0, difference((value + mid) / 2.0));
            labels.insert(0, label(actual_label, END, value, 0.0, 10.4));
        }
        (Some(value), Some(mid)) => {
            labels.push(difference((value + mid) / 2.0));
            labels.push(label(actual_label, END, value, 0.0, 10.4));
        }
        (Some(value), None) => labels.push(label(actual_label, END, value, 0.0, 10.4)),
        (None, _) => {}
    }
    labels.retain(|it| !it.text.is_empty());
    labels
}

/// Dots of actual and projection, the hairline between them, and the labels beside them.
fn target(sheet: &mut Sheet, plot: &Plot, labels: &[EndLabel], width: f64) {
    let fonts = &sheet.fonts();
    let Some(&x) = plot.xs.last() else { return };
    let actual = plot.actual.last().copied().flatten().map(|it| plot.y.at(it));
    let expected = plot.projected.last().copied().flatten().map(|it| plot.y.at(it.mid));
    if let (Some(actual), Some(expected)) = (actual, expected) {
        sheet.line([x, expected], [x, actual], Hue::Ink, 0.7);
    }
    if let Some(y) = expected {
        sheet.ring([x, y], 2.4, Hue::Sec);
    }
    if let Some(y) = actual {
        sheet.dot([x, y], 2.8, Hue::Ink);
    }
    let wishes: Vec<Wish> = labels
        .iter()
        // What happened is held nearest to its dot.
        .map(|it| Wish {
            at: plot.y.at(it.value) + it.drop,
            size: it.leading,
            weight: if it.drop == 0.0 { 2.0 } else { 1.0 },
        })
        .collect();
    for (label, middle) in labels.iter().zip(pushed_apart(&wishes, [0.0, plot.bottom])) {
        // The middle of figures lies about a third of the size above the base line.
        let y = middle + label.set.size / 3.0;
        // Half a point more than there is: the room was made for the widest label, to the last bit.
        let text = label.set.fitted(fonts, &label.text, width - x - GAP + 0.5);
        sheet.text([x + GAP, y], &text, label.set);
    }
}

/// One strip a period, from the top to the axis, so that a finger finds it.
fn tip_strips(sheet: &mut Sheet, plot: &Plot, tips: &[String]) {
    let step = (plot.right - plot.xs.first().copied().unwrap_or_default()) / (plot.xs.len().max(2) - 1) as f64;
    for (x, tip) in plot.xs.iter().zip(tips) {
        sheet.tip([x - step / 2.0, 0.0, step, plot.bottom], tip);
    }
}
