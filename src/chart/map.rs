//! Customers as points of a plane: who is like whom, seen at once.
//!
//! No axes and no frame, because places mean nothing by themselves; one unit is as long across as upwards, because
//! distances do. Names stand beside the middle of their group, where they cover least. It must not know how
//! the plane was found.

use super::fonts::Fonts;
use super::glyph;
use super::glyph::Glyph;
use super::ink::Anchor;
use super::ink::Hue;
use super::ink::Sheet;
use super::ink::Type;
use super::scale::widened;
use crate::model::memo::Drawing;
use crate::model::memo::MapGroup;
use crate::model::memo::MapPoint;

/// Height at which a map is neither cramped nor loose.
pub(super) const HEIGHT: f64 = 250.0;
/// The same on a phone, where it is as high as wide.
pub(super) const NARROW_HEIGHT: f64 = 262.0;
/// Room at the sides, for half a glyph.
const PAD: f64 = 3.0;
/// Room above and below for a note.
const NOTE: f64 = 12.0;
/// Height of a name.
const TALL: f64 = 10.0;
/// Width of the glyph before a name.
const KEY: f64 = 8.0;
/// Width and height of the cells that tips are told by.
const CELL: f64 = 8.0;

/// Draws the points group by group, then the names over them, and says in the corners how much each direction tells.
pub(super) fn map(sheet: &mut Sheet, [width, height]: [f64; 2], drawing: &Drawing) {
    let fonts = &sheet.fonts();
    let Drawing::Map {
        groups,
        points,
        across_note,
        up_note,
    } = drawing
    else {
        unreachable!("the caller matched a map");
    };
    let quiet = Type::new(7.2, Hue::Sec);
    sheet.text([0.0, 7.0], &quiet.fitted(fonts, up_note, width), quiet);
    let at_end = quiet.anchored(Anchor::End);
    sheet.text([width, height - 2.5], &quiet.fitted(fonts, across_note, width), at_end);
    let top = if up_note.is_empty() { PAD } else { NOTE };
    let has_rest = groups.iter().any(|it| it.is_rest);
    let foot = height - if across_note.is_empty() && !has_rest { PAD } else { NOTE };
    let frame = [PAD, top, (width - PAD).max(PAD), foot.max(top)];
    let places = places(groups, points, frame);
    // Many points are small points: half a thousand are as many as stand apart at full size.
    let radius = (2.2 * (500.0 / points.len().max(1) as f64).sqrt()).clamp(1.0, 2.2);
    let mut order: Vec<usize> = (0..groups.len()).collect();
    // Few lie over many, and all lie over those of no group.
    order.sort_by_key(|idx| (!groups[*idx].is_rest, std::cmp::Reverse(places[*idx].len())));
    for idx in &order {
        glyph_of(groups, *idx).draw(sheet, places[*idx].iter().copied(), radius);
    }
    tips(sheet, groups, &places, frame);
    for (name, group) in names(groups, &places, frame, fonts).iter().zip(groups) {
        name.draw(sheet, group);
    }
    if let Some(rest) = groups.iter().find(|it| it.is_rest) {
        // Those of no group are everywhere and have no middle: they are explained at the foot.
        glyph::REST.draw(sheet, [[3.0, height - 5.3]], 2.6);
        let words = [rest.label.as_str(), " ", rest.count.as_str()].concat();
        sheet.text(
            [KEY, height - 2.5],
            &quiet.fitted(fonts, &words, width / 2.0 - KEY),
            quiet,
        );
    }
}

fn glyph_of(groups: &[MapGroup], idx: usize) -> Glyph {
    if groups[idx].is_rest {
        glyph::REST
    } else {
        glyph::of(idx)
    }
}

/// The points of each group on the sheet; those that are nowhere, or of no group, are left out.
fn places(groups: &[MapGroup], points: &[MapPoint], [left, top, right, foot]: [f64; 4]) -> Vec<Vec<[f64; 2]>> {
    let known: Vec<&MapPoint> = points
        .iter()
        .filter(|it| it.group < groups.len() && it.at.iter().all(|it| it.is_finite()))
        .collect();
    let mut places = vec![Vec::new(); groups.len()];
    let Some(first) = known.first() else {
        return places;
    };
    let reach = |axis: usize| widened([first.at[axis]; 2], known.iter().map(|it| it.at[axis]));
    let (across, up) = (reach(0), reach(1));
    let shares = [(right - left) / (across[1] - across[0]), (foot - top) / (up[1] - up[0])];
    // All at one place: any unit will do.
    let unit = shares
        .into_iter()
        .filter(|it| it.is_finite())
        .reduce(f64::min)
        .unwrap_or(1.0);
    let middle = [(left + right) / 2.0, (top + foot) / 2.0];
    for point in known {
        let [x, y] = point.at;
        // Halves first: the sum of two huge ends would overflow.
        let x = middle[0] + unit * (x - (across[0] / 2.0 + across[1] / 2.0));
        let y = middle[1] - unit * (y - (up[0] / 2.0 + up[1] / 2.0));
        places[point.group].push([x, y]);
    }
    places
}

/// A name and where it stands.
struct Name {
    glyph: Glyph,
    label: String,
    /// Left, top, width, height; none for a group without points, and for those of no group.
    frame: Option<[f64; 4]>,
    /// The point of the group nearest to its middle.
    centre: [f64; 2],
}

impl Name {
    fn draw(&self, sheet: &mut Sheet, group: &MapGroup) {
        let fonts = &sheet.fonts();
        let Some([left, top, width, height]) = self.frame else {
            return;
        };
        let base = top + height - 2.6;
        let set = named(self.glyph);
        let counted = Type {
            hue: self.glyph.text,
            ..count_type()
        };
        let count_at = left + KEY + set.width(fonts, &self.label) + 3.0;
        // All haloes before all letters: the halo of a count would eat into its name.
        sheet.text_over([left + KEY, base], &self.label, set);
        sheet.text_over([count_at, base], &group.count, counted);
        sheet.text([left + KEY, base], &self.label, set);
        sheet.dot([left + 3.0, base - 2.8], 4.2, Hue::Bg);
        self.glyph.draw(sheet, [[left + 3.0, base - 2.8]], 2.6);
        let tip = [group.label.as_str(), ": ", group.count.as_str()].concat();
        sheet.tip([left, top, width, height], &tip);
    }
}

fn named(glyph: Glyph) -> Type {
    Type::new(8.0, glyph.text).semibold()
}

fn count_type() -> Type {
    Type::new(7.4, Hue::Sec)
}

/// Finds each name the place where it covers least and is nearest to the middle of its group, apart from other names.
fn names(groups: &[MapGroup], places: &[Vec<[f64; 2]>], frame: [f64; 4], fonts: &Fonts) -> Vec<Name> {
    let [left, _, right, _] = frame;
    let mut names: Vec<Name> = Vec::with_capacity(groups.len());
    let mut widths = Vec::with_capacity(groups.len());
    for (idx, group) in groups.iter().enumerate() {
        let glyph = glyph_of(groups, idx);
        let count = count_type().width(fonts, &group.count) + if group.count.is_empty() { 0.0 } else { 3.0 };
        let label = named(glyph).fitted(fonts, &group.label, right - left - KEY - count);
        widths.push(KEY + named(glyph).width(fonts, &label) + count);
        names.push(Name {
            glyph,
            label,
            frame: None,
            centre: centre(&places[idx]).unwrap_or_default(),
        });
    }
    // A name placed early does not know where later ones will stand: a second and a third look let it give way.
    for _ in 0..3 {
        for idx in (0..names.len()).filter(|it| !groups[*it].is_rest && !places[*it].is_empty()) {
            let others: Vec<[f64; 4]> = (0..names.len())
                .filter(|it| *it != idx)
                .filter_map(|it| names[it].frame)
                .collect();
            names[idx].frame = best_frame(names[idx].centre, widths[idx], idx, places, &others, frame);
        }
    }
    names
}

/// The point that is nearest to the medians of both places: inside the group even where that is bent.
fn centre(places: &[[f64; 2]]) -> Option<[f64; 2]> {
    let median = |axis: usize| {
        let mut sorted: Vec<f64> = places.iter().map(|it| it[axis]).collect();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    };
    let middle = [median(0)?, median(1)?];
    let off = |it: &[f64; 2]| libm::hypot(it[0] - middle[0], it[1] - middle[1]);
    places.iter().copied().min_by(|a, b| off(a).total_cmp(&off(b)))
}

/// The cheapest of the frames around a centre, in sixteen directions and at several distances.
fn best_frame(
    centre: [f64; 2],
    width: f64,
    own: usize,
    places: &[Vec<[f64; 2]>],
    others: &[[f64; 4]],
    [left, top, right, foot]: [f64; 4],
) -> Option<[f64; 4]> {
    const DISTANCES: [f64; 11] = [0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 38.0, 46.0, 56.0, 68.0, 80.0];
    const DIRECTIONS: usize = 16;
    // What a point under a name costs, in points of distance from the centre: over its own group it is no riddle.
    const OWN: f64 = 3.0;
    const FOREIGN: f64 = 5.0;
    // What an overlap with another name costs, by area: more than anything else could.
    const OVERLAP: f64 = 100.0;
    let n_points: usize = places.iter().map(Vec::len).sum();
    // Where there are many points each matters less.
    let each = (400.0 / n_points.max(1) as f64).min(1.0);
    let mut best: Option<(f64, [f64; 4])> = None;
    for distance in DISTANCES {
        for direction in 0..DIRECTIONS {
            let angle = std::f64::consts::TAU * direction as f64 / DIRECTIONS as f64;
            // A direction points at the frame's own edge, so that a wide name beside its centre is as near as one above it.
            let reach = |half: f64| if distance == 0.0 { 0.0 } else { half + distance };
            let middle = [
                centre[0] + reach(width / 2.0) * libm::cos(angle),
                centre[1] - reach(TALL / 2.0) * libm::sin(angle),
            ];
            let x = (middle[0] - width / 2.0).min(right - width).max(left);
            let y = (middle[1] - TALL / 2.0).min(foot - TALL).max(top);
            let at = [x, y, width, TALL];
            let away = off(at, centre);
            let covered = |group: &Vec<[f64; 2]>| group.iter().filter(|it| off(at, **it) < 1.5).count() as f64;
            let points: f64 = (places.iter().enumerate())
                .map(|(idx, it)| covered(it) * if idx == own { OWN } else { FOREIGN })
                .sum();
            let overlaps: f64 = others.iter().map(|it| overlap(at, *it)).sum();
            let cost = away + each * points + OVERLAP * overlaps;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, at));
            }
            if distance == 0.0 {
                break;
            }
        }
    }
    best.map(|(_, at)| at)
}

/// How far a point lies outside of a frame; nothing inside.
fn off([x, y, width, height]: [f64; 4], at: [f64; 2]) -> f64 {
    let outside = |from: f64, size: f64, at: f64| (from - at).max(at - from - size).max(0.0);
    libm::hypot(outside(x, width, at[0]), outside(y, height, at[1]))
}

/// The area that two frames share.
fn overlap(a: [f64; 4], b: [f64; 4]) -> f64 {
    let along = |axis: usize| {
        let from = a[axis].max(b[axis]);
        let until = (a[axis] + a[axis + 2]).min(b[axis] + b[axis + 2]);
        (until - from).max(0.0)
    };
    along(0) * along(1)
}

/// Says of every cell with points which group has most of them there; neighbours of one group share a tip.
fn tips(sheet: &mut Sheet, groups: &[MapGroup], places: &[Vec<[f64; 2]>], [left, top, right, foot]: [f64; 4]) {
    let n_across = ((right - left) / CELL).ceil().max(1.0) as usize;
    let n_down = ((foot - top) / CELL).ceil().max(1.0) as usize;
    let mut counts = vec![vec![0_u32; groups.len()]; n_across * n_down];
    for (idx, group) in places.iter().enumerate() {
        for [x, y] in group {
            // Places lie inside the frame; the cast takes the floor of what is not negative.
            let across = (((x - left) / CELL).max(0.0) as usize).min(n_across - 1);
            let down = (((y - top) / CELL).max(0.0) as usize).min(n_down - 1);
            counts[down * n_across + across][idx] += 1;
        }
    }
    let most = |cell: &Vec<u32>| {
        let found = (0..cell.len()).filter(|it| 0 < cell[*it]);
        found.max_by_key(|it| (cell[*it], std::cmp::Reverse(*it)))
    };
    for (down, row) in counts.chunks(n_across).enumerate() {
        let leaders: Vec<Option<usize>> = row.iter().map(most).collect();
        let mut from = 0;
        for run in leaders.chunk_by(|a, b| a == b) {
            if let Some(group) = run[0].map(|it| &groups[it]) {
                let at = [left + CELL * from as f64, top + CELL * down as f64];
                let tip = [group.label.as_str(), ": ", group.count.as_str()].concat();
                sheet.tip([at[0], at[1], CELL * run.len() as f64, CELL], &tip);
            }
            from += run.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(label: &str) -> MapGroup {
        MapGroup {
            label: label.into(),
            count: "312".into(),
            is_rest: false,
        }
    }

    /// `n` points of a group on a small square around a place.
    fn blob(at: [f64; 2], group: usize, n: usize) -> Vec<MapPoint> {
        let step = |i: usize| i as f64 / 10.0;
        (0..n)
            .map(|i| MapPoint {
                at: [at[0] + step(i % 7), at[1] + step(i / 7)],
                group,
            })
            .collect()
    }

    #[test]
    fn one_unit_is_as_long_across_as_upwards() {
        let points = [[0.0, 0.0], [10.0, 0.0], [0.0, 2.0]].map(|at| MapPoint { at, group: 0 });
        let found = places(&[group("All")], &points, [0.0, 0.0, 100.0, 100.0]);
        assert_eq!(found[0], [[0.0, 60.0], [100.0, 60.0], [0.0, 40.0]]);
    }

    #[test]
    fn names_of_groups_at_one_place_are_pushed_apart() {
        let groups = ["Weekend buyers", "Bulk buyers", "Readers", "Those who left"].map(group);
        let points: Vec<MapPoint> = (0..4).flat_map(|idx| blob([0.0, 0.0], idx, 40)).collect();
        let frame = [0.0, 0.0, 240.0, 240.0];
        let names = names(&groups, &places(&groups, &points, frame), frame, &Fonts::default());
        let frames: Vec<[f64; 4]> = names.iter().filter_map(|it| it.frame).collect();
        assert_eq!(frames.len(), 4);
        for (idx, one) in frames.iter().enumerate() {
            assert!(frames[..idx].iter().all(|it| overlap(*it, *one) == 0.0), "{frames:?}");
        }
    }

    #[test]
    fn a_name_stands_beside_its_own_group() {
        let groups = ["Left", "Right"].map(group);
        let points = [blob([0.0, 0.0], 0, 49), blob([9.0, 0.0], 1, 49)].concat();
        let frame = [0.0, 0.0, 400.0, 200.0];
        let places = places(&groups, &points, frame);
        for name in names(&groups, &places, frame, &Fonts::default()) {
            let at = name.frame.expect("it has points");
            assert!(off(at, name.centre) < 30.0, "{at:?} {:?}", name.centre);
        }
    }
}
