//! Dots on the axis of surprise: one mover, all that did not move, and the axis itself.
//!
//! The three share one map from σ to points, so that they stand under each other in a table. It
//! must not know how a deviation is measured.

use super::ink::Anchor;
use super::ink::Hue;
use super::ink::Sheet;
use super::ink::Type;
use super::scale::Scale;
use crate::model::memo::Tick;

/// Keeps a dot at the limit inside the sheet.
const PAD: f64 = 3.4;

fn axis(width: f64, limit: f64) -> Scale {
    Scale::new([-limit, limit], [PAD, width - PAD])
}

/// A limit that an axis can be made of.
fn usable(limit: f64) -> f64 {
    if limit.is_finite() && 0.0 < limit { limit } else { 1.0 }
}

/// The shaded zone of chance and the zero line, over the whole height.
fn ground(sheet: &mut Sheet, [width, height]: [f64; 2], chance: f64, limit: f64) {
    let x = axis(width, limit);
    let half = chance.max(0.0).min(limit);
    sheet.rect([x.at(-half), 0.0, x.at(half) - x.at(-half), height], Hue::Grid);
    sheet.line([x.at(0.0), 0.0], [x.at(0.0), height], Hue::Mute, 0.6);
}

/// Draws one dot on a stem from zero; beyond the limit it stands at the end and its stem is broken.
pub(super) fn ranked_dot(sheet: &mut Sheet, size: [f64; 2], at: f64, chance: f64, limit: f64) {
    let limit = usable(limit);
    ground(sheet, size, chance, limit);
    let [width, height] = size;
    let x = axis(width, limit);
    let y = height / 2.0;
    if !at.is_finite() {
        return;
    }
    let end = x.at(at.max(-limit).min(limit));
    sheet.line([x.at(0.0), y], [end, y], Hue::Ink, 1.3);
    if limit < at.abs() {
        // Two strokes across a gap: the axis goes on, the sheet does not.
        let middle = end - 7.0 * at.signum();
        sheet.line([middle - 1.2, y], [middle + 1.2, y], Hue::Bg, 2.6);
        for side in [-1.5, 1.5] {
            sheet.line(
                [middle + side - 1.0, y + 3.0],
                [middle + side + 1.0, y - 3.0],
                Hue::Ink,
                0.8,
            );
        }
    }
    sheet.dot([end, y], 2.7, Hue::Ink);
}

/// Draws the labels of the axis; those at its ends are kept inside the sheet.
pub(super) fn sigma_axis(sheet: &mut Sheet, [width, height]: [f64; 2], limit: f64, ticks: &[Tick]) {
    let fonts = &sheet.fonts();
    let x = axis(width, usable(limit));
    let set = Type::new(6.5, Hue::Sec).anchored(Anchor::Middle);
    let mut free_from = f64::MIN;
    for tick in ticks {
        let half = set.width(fonts, &tick.label) / 2.0;
        let middle = x.at(tick.at).min(width - half).max(half);
        if free_from <= middle - half {
            sheet.text([middle, height - 2.5], &tick.label, set);
            free_from = middle + half + 2.0;
        }
    }
}

/// Draws one small dot each, as near to the middle line as the others allow.
pub(super) fn swarm(sheet: &mut Sheet, size: [f64; 2], at: &[f64], names: &[String], [chance, limit]: [f64; 2]) {
    let limit = usable(limit);
    ground(sheet, size, chance, limit);
    let [width, height] = size;
    let x = axis(width, limit);
    let at: Vec<f64> = at.iter().map(|it| x.at(it.max(-limit).min(limit))).collect();
    // The largest dots that still fit; a hundred and more become finer.
    let radii = [1.45, 1.2, 1.0, 0.8, 0.6];
    let places = radii
        .iter()
        .map(|radius| (*radius, stacked(&at, height, *radius)))
        .find(|(radius, places)| {
            places
                .iter()
                .all(|it| radius + 0.2 <= it[1] && it[1] <= height - radius - 0.2)
        })
        .unwrap_or_else(|| {
            let smallest = radii[radii.len() - 1];
            (smallest, stacked(&at, height, smallest))
        });
    let (radius, dots) = places;
    for [dot_x, dot_y] in &dots {
        let y = dot_y.min(height - radius).max(radius);
        sheet.dot([*dot_x, y], radius + 0.35, Hue::Bg);
        sheet.dot([*dot_x, y], radius, Hue::Sec);
    }
    for ([dot_x, dot_y], name) in dots.iter().zip(names) {
        let side = 2.0 * radius;
        sheet.tip(
            [
                dot_x - radius,
                dot_y.min(height - radius).max(radius) - radius,
                side,
                side,
            ],
            name,
        );
    }
}

/// Places dots in the given order: each at the first height, going outwards from the middle, where it touches no other.
fn stacked(xs: &[f64], height: f64, radius: f64) -> Vec<[f64; 2]> {
    // A little more than the diameter, so that dots do not melt together in print.
    let apart = 2.0 * radius + 0.2;
    let mut placed: Vec<[f64; 2]> = Vec::with_capacity(xs.len());
    for &dot_x in xs {
        let is_free = |y: f64| {
            placed.iter().all(|it| {
                let (dx, dy) = (it[0] - dot_x, it[1] - y);
                apart * apart <= dx * dx + dy * dy
            })
        };
        let middle = height / 2.0;
        let steps = (0..=2 * xs.len()).map(|step| {
            let out = step.div_ceil(2) as f64 * apart / 2.0;
            if step % 2 == 0 { middle + out } else { middle - out }
        });
        let y = steps.into_iter().find(|y| is_free(*y)).unwrap_or(middle);
        placed.push([dot_x, y]);
    }
    placed
}
