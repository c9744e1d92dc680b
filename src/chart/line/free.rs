//! Free places among lines: for the note about the band, and for the name of the line.
//!
//! Words over lines can't be read, and words far from them name nothing. It must not know what the words say.

use super::AXIS;
use super::NOTE_LEADING;
use super::Plot;
use crate::chart::fonts::Fonts;
use crate::chart::ink::Anchor;
use crate::chart::ink::Hue;
use crate::chart::ink::Sheet;
use crate::chart::ink::Type;
use crate::model::memo::Band;

/// Where the note about the band stands, and its leader.
#[derive(Clone, Copy)]
pub(super) struct NotePlace {
    /// Left end of the note, and the base line of its first line.
    pub(super) x: f64,
    pub(super) y: f64,
    /// Ends of the leader, the note's first.
    pub(super) from: [f64; 2],
    pub(super) to: [f64; 2],
}

/// The free place in the sky over the stretch where the band is seen best; none where lines fill it.
pub(super) fn note_place(plot: &Plot, note: &[String], fonts: &Fonts) -> Option<NotePlace> {
    let width = note.iter().map(|it| AXIS.width(fonts, it)).fold(0.0, f64::max);
    let height = NOTE_LEADING * note.len() as f64;
    // The last stretch stays free: the labels of the target stand beside it.
    let last = plot.xs.len().checked_sub(2)?;
    let mut best: Option<(f64, NotePlace)> = None;
    for idx in (0..=last).rev() {
        let Some(band) = plot.projected.get(idx).copied().flatten() else {
            continue;
        };
        let target = plot.y.at(band.high);
        // A leader through the actual line would point at that.
        let shown = plot
            .actual
            .get(idx)
            .copied()
            .flatten()
            .map_or(0.0, |it| plot.y.at(it) - target);
        let x = (plot.xs[idx] - width / 2.0).min(plot.right - width).max(plot.xs[0]);
        let y = plot.sky + AXIS.size - 1.0;
        let sky = y + height + 3.0;
        let is_free = extent(plot, [x - 5.0, x + width + 5.0]).is_none_or(|it| sky < it[0]);
        let long = target - sky;
        if shown < 0.0 || !is_free || long < 4.0 {
            continue;
        }
        // Short leaders are good; a band that is seen above its line is better, up to the thickness of a finger.
        let cost = long * 0.3 - shown.min(12.0) * 3.0 + crossed(plot, [x - 2.0, x + width + 2.0]);
        if best.is_none_or(|(least, _)| cost < least) {
            let at = plot.xs[idx];
            let from = [at, y + height - NOTE_LEADING + 4.0];
            best = Some((
                cost,
                NotePlace {
                    x,
                    y,
                    from,
                    to: [at, target - 1.5],
                },
            ));
        }
    }
    best.map(|(_, place)| place)
}

/// Highest and lowest ink between two places, lines between periods included; none where nothing is drawn there.
fn extent(plot: &Plot, [from, until]: [f64; 2]) -> Option<[f64; 2]> {
    let n = plot.xs.len();
    let of = |idx: usize, pick: fn(&Band) -> f64| plot.projected.get(idx).copied().flatten().map(|it| pick(&it));
    let actual = |idx: usize| plot.actual.get(idx).copied().flatten();
    let series: [&dyn Fn(usize) -> Option<f64>; 3] =
        [&actual, &|idx| of(idx, |it| it.high), &|idx| of(idx, |it| it.low)];
    let mut found: Option<[f64; 2]> = None;
    for value in series {
        let place = |idx: usize| Some([plot.xs[idx], plot.y.at(value(idx).filter(|it| it.is_finite())?)]);
        for idx in 0..n {
            let Some(here) = place(idx) else { continue };
            let next = (idx + 1 < n).then(|| place(idx + 1)).flatten().unwrap_or(here);
            // The part of this stretch that lies between the two places.
            let [left, right] = [here[0].max(from), next[0].min(until)];
            if right < left {
                continue;
            }
            let run = next[0] - here[0];
            let at = |x: f64| {
                if run == 0.0 {
                    here[1]
                } else {
                    here[1] + (next[1] - here[1]) * (x - here[0]) / run
                }
            };
            for y in [at(left), at(right)] {
                let [high, low] = found.unwrap_or([y, y]);
                found = Some([high.min(y), low.max(y)]);
            }
        }
    }
    found
}

/// What it costs that hairlines of marks pass through words between two places: about as much as being far from the line.
fn crossed(plot: &Plot, [from, until]: [f64; 2]) -> f64 {
    const EACH: f64 = 25.0;
    EACH * plot.hairs.iter().filter(|it| from < **it && **it < until).count() as f64
}

/// Names the actual line where it is quietest: below it or above it, away from the note and the target.
pub(super) fn line_name(sheet: &mut Sheet, plot: &Plot, name: &str, note: Option<[f64; 2]>) {
    let fonts = &sheet.fonts();
    let set = Type::new(8.0, Hue::Ink).semibold().anchored(Anchor::Middle);
    let half = set.width(fonts, name) / 2.0 + 2.0;
    let mut best: Option<(f64, [f64; 2])> = None;
    for (idx, &x) in plot.xs.iter().enumerate() {
        let Some(value) = plot.actual[idx.min(plot.actual.len().saturating_sub(1))] else {
            continue;
        };
        // The target has labels of its own.
        if x - half < plot.xs[0] || plot.right - 24.0 < x + half {
            continue;
        }
        let here = plot.y.at(value);
        let Some([highest, lowest]) = extent(plot, [x - half - 1.0, x + half + 1.0]) else {
            continue;
        };
        let (below, above) = (lowest + 9.5, highest - 4.0);
        let crosses_note = note.is_some_and(|[from, until]| from < x + half && x - half < until);
        // Where the band runs along, the name could be taken for the band's.
        let is_banded = plot.projected.get(idx).copied().flatten().is_some();
        let penalty = if is_banded { 6.0 } else { 0.0 } + crossed(plot, [x - half, x + half]);
        if below < plot.bottom - 3.0 {
            // A name at a peak would name the peak: the flattest stretch is best.
            consider(&mut best, (below - here) + (lowest - highest) + penalty, [x, below]);
        }
        if plot.top + 8.0 < above && !crosses_note {
            // Two points worse than below: capitals above a line read as a heading of what follows.
            consider(
                &mut best,
                (here - above) + (lowest - highest) + 2.0 + penalty,
                [x, above],
            );
        }
    }
    if let Some((_, at)) = best {
        sheet.text_over(at, name, set);
    }
}

fn consider(best: &mut Option<(f64, [f64; 2])>, cost: f64, at: [f64; 2]) {
    if best.is_none_or(|(least, _)| cost < least) {
        *best = Some((cost, at));
    }
}
