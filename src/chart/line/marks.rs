//! Dated notes on a line over time: a hairline at the period, and its name in a lane above the lines.
//!
//! A name stands where its hairline begins, in the first lane where it touches no other, so that names never lie over lines
//! or over one another. It must not know what happened.

use super::AXIS;
use super::Plot;
use crate::chart::fonts::Fonts;
use crate::chart::ink::Anchor;
use crate::chart::ink::Hue;
use crate::chart::ink::Sheet;
use crate::chart::ink::Type;
use crate::model::memo::Mark;

/// Height of a lane of names.
const LANE: f64 = 9.5;
/// More lanes would press the lines flat: whatever has no room in them is marked without its name, which stands below the
/// chart.
const LANES_MAX: usize = 4;
/// From a hairline to its name, and between two names.
const GAP: f64 = 3.0;

/// A mark with its place on the sheet.
pub(super) struct Placed<'a> {
    mark: &'a Mark,
    /// Its first and last period.
    ends: [f64; 2],
    /// Its lane from the top, and left end and width of its name; none where there is no room.
    name: Option<(usize, f64, f64)>,
}

fn set() -> Type {
    Type {
        hue: Hue::Ink,
        ..AXIS.anchored(Anchor::Start)
    }
}

/// Finds a lane for every mark, from the left; `xs` are the places of the periods.
pub(super) fn placed<'a>(marks: &'a [Mark], xs: &[f64], right: f64, fonts: &Fonts) -> Vec<Placed<'a>> {
    let left = xs.first().copied().unwrap_or_default();
    let at = |idx: f64| xs.get(idx as usize).copied().unwrap_or(right);
    let mut all: Vec<Placed<'_>> = Vec::new();
    for mark in marks {
        let ends = [at(mark.from), at(mark.until)];
        let wanted = set().width(fonts, &mark.label);
        // Right of its hairline, else left of it.
        let right_of = (wanted <= right - ends[0] - GAP).then_some(ends[0] + GAP);
        let left_of = (left <= ends[0] - GAP - wanted).then_some(ends[0] - GAP - wanted);
        let places = (0..LANES_MAX).flat_map(|lane| [(lane, right_of), (lane, left_of)]);
        let places: Vec<(usize, f64)> = places.filter_map(|(lane, x)| Some((lane, x?))).collect();
        let free = |is_free: fn(&[Placed<'_>], usize, [f64; 2], f64) -> bool| {
            let fits = |it: &&(usize, f64)| is_free(&all, it.0, [it.1, it.1 + wanted], ends[0]);
            places.iter().find(fits).copied()
        };
        // A hairline behind a name is better than no name.
        let name = free(is_clear).or_else(|| free(is_alone));
        all.push(Placed {
            mark,
            ends,
            name: name.map(|(lane, x)| (lane, x, wanted)),
        });
    }
    all
}

/// True where a name touches no other of its lane, no hairline passes through it, and its own hairline at `hair` passes
/// through none: a hairline begins in its lane and runs down through all below.
fn is_clear(all: &[Placed<'_>], lane: usize, [from, until]: [f64; 2], hair: f64) -> bool {
    let crosses = |it: &Placed<'_>| match it.name {
        Some((other, x, width)) if lane < other => x - 1.0 <= hair && hair <= x + width + 1.0,
        Some((other, ..)) if other < lane => from - 1.0 <= it.ends[0] && it.ends[0] <= until + 1.0,
        // Without a name its hairline begins below all lanes.
        _ => false,
    };
    is_alone(all, lane, [from, until], hair) && !all.iter().any(crosses)
}

/// True where a name touches no other of its lane.
fn is_alone(all: &[Placed<'_>], lane: usize, [from, until]: [f64; 2], _hair: f64) -> bool {
    let beside = |it: &Placed<'_>, x: f64, width: f64| {
        until + GAP < x.min(it.ends[0]) || (x + width).max(it.ends[0]) + GAP < from
    };
    all.iter().all(|it| match it.name {
        Some((other, x, width)) if other == lane => beside(it, x, width),
        _ => true,
    })
}

/// Returns the height that the lanes of names take at the top of the sheet.
pub(super) fn height(placed: &[Placed<'_>]) -> f64 {
    let lanes = placed.iter().filter_map(|it| it.name).map(|it| it.0 + 1).max();
    lanes.map_or(0.0, |n| LANE * n as f64 + 1.5)
}

/// Returns where the hairlines stand.
pub(super) fn hairs(placed: &[Placed<'_>]) -> Vec<f64> {
    placed.iter().map(|it| it.ends[0]).collect()
}

/// Draws the hairlines, from the lanes to the axis: before the lines, so that these stay whole.
pub(super) fn hairlines(sheet: &mut Sheet, plot: &Plot, placed: &[Placed<'_>]) {
    for it in placed {
        let top = it.name.map_or(plot.top, |(lane, _, _)| LANE * lane as f64 + 1.0);
        let [from, until] = it.ends;
        sheet.dashes(&[[from, top], [from, plot.bottom]], Hue::Sec, 0.6);
        if from < until {
            // What took several periods lies along the axis as a bar.
            sheet.line([from, plot.bottom], [until, plot.bottom], Hue::Sec, 2.2);
        }
    }
}

/// Writes the names over everything else.
pub(super) fn names(sheet: &mut Sheet, placed: &[Placed<'_>]) {
    for it in placed {
        let Some((lane, x, _)) = it.name else { continue };
        sheet.text_over([x, LANE * lane as f64 + AXIS.size], &it.mark.label, set());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(at: f64, label: &str) -> Mark {
        Mark {
            from: at,
            until: at,
            label: label.to_owned(),
        }
    }

    #[test]
    fn names_that_would_touch_stand_in_lanes() {
        let xs: Vec<f64> = (0..37).map(|it| 20.0 + 10.0 * f64::from(it)).collect();
        let marks = [
            mark(10.0, "Prime Day"),
            mark(11.0, "Strike at the port"),
            mark(30.0, "Outage"),
        ];
        let lanes: Vec<Option<usize>> = placed(&marks, &xs, 380.0, &Fonts::default())
            .iter()
            .map(|it| it.name.map(|it| it.0))
            .collect();
        assert_eq!(lanes, [Some(0), Some(1), Some(0)]);
        // The third has room in the first lane, but its line would pass through the second name.
        let marks = [
            mark(10.0, "Prime Day"),
            mark(13.0, "Autumn sale of everything"),
            mark(16.0, "Port strike"),
        ];
        let lanes: Vec<Option<usize>> = placed(&marks, &xs, 380.0, &Fonts::default())
            .iter()
            .map(|it| it.name.map(|it| it.0))
            .collect();
        assert_eq!(lanes, [Some(0), Some(1), Some(2)]);
    }

    #[test]
    fn a_name_at_the_right_end_stands_left_of_its_line() {
        let xs: Vec<f64> = (0..37).map(|it| 20.0 + 10.0 * f64::from(it)).collect();
        let marks = [mark(36.0, "Prime Day")];
        let (_, x, width) = placed(&marks, &xs, 380.0, &Fonts::default())[0]
            .name
            .expect("there is room");
        assert!(x + width < 380.0);
    }

    #[test]
    fn whatever_has_no_lane_keeps_its_line() {
        let xs: Vec<f64> = (0..12).map(|it| 20.0 + 10.0 * f64::from(it)).collect();
        let marks: Vec<Mark> = (0..8).map(|it| mark(f64::from(it), "As wide as most")).collect();
        let placed = placed(&marks, &xs, 130.0, &Fonts::default());
        assert_eq!(placed.iter().filter(|it| it.name.is_some()).count(), LANES_MAX);
        assert_eq!(placed.len(), 8);
    }
}
