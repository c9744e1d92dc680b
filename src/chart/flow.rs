//! Who went where between two periods: groups before, groups now, ribbons between them.
//!
//! Ribbons are as thick as those who went are many, on one scale for both sides. Who stayed is grey, so that movement is
//! what is seen; moving is behaviour and coming or going is structure, and both have the hues that they have everywhere.
//! It must not know what a group is.

use super::ink::Anchor;
use super::ink::Hue;
use super::ink::Sheet;
use super::ink::Type;
use super::outline::Outline;
use super::scale::Wish;
use super::scale::pushed_apart;
use crate::model::memo::FlowLink;
use crate::model::memo::FlowNode;

/// Room above the columns, for their heads.
const HEAD: f64 = 14.0;
/// Room below them, for half a label.
const FOOT: f64 = 4.0;
/// Height of a group where there is room.
const PITCH: f64 = 30.0;
/// The same where names stand above their counts.
const NARROW_PITCH: f64 = 31.0;
/// Between two groups.
const GAP: f64 = 5.0;
/// Width of the bar that stands for a group.
const BAR: f64 = 4.0;
/// Labels of a side take at most this share of the width.
const LABEL_SHARE: f64 = 0.27;
/// Height of one line of a label.
const LINE: f64 = 10.0;
/// Between a count and its name.
const BESIDE: f64 = 5.0;
/// A renderer may hint a name wider than its measure: that must not cost it its last letter.
const SLACK: f64 = 1.0;
/// A ribbon thinner than this is drawn as thick as this: one customer is seen.
const HAIR: f64 = 0.4;

/// Height at which these columns are neither cramped nor loose.
pub(super) fn height(sides: [&[FlowNode]; 2]) -> f64 {
    HEAD + PITCH * most(sides) + FOOT
}

/// The same on a phone.
pub(super) fn narrow_height(sides: [&[FlowNode]; 2]) -> f64 {
    HEAD + NARROW_PITCH * most(sides) + FOOT
}

fn most(sides: [&[FlowNode]; 2]) -> f64 {
    sides[0].len().max(sides[1].len()).max(1) as f64
}

/// Draws ribbons, those who stayed below those who moved, the bars of both columns, and their labels.
pub(super) fn flow(
    sheet: &mut Sheet,
    [width, height]: [f64; 2],
    heads: &[String; 2],
    sides: [&[FlowNode]; 2],
    links: &[FlowLink],
) {
    let fonts = &sheet.fonts();
    let label = Type::new(8.0, Hue::Ink);
    let most = LABEL_SHARE * width;
    // Counts of a side are a column of their own, so that names begin at one place.
    let counts = sides.map(|it| it.iter().map(|it| COUNT.width(fonts, &it.text)).fold(0.0, f64::max));
    let beside = counts[0].max(counts[1]) + BESIDE;
    let in_one = |it: &FlowNode| label.width(fonts, &it.label) + beside;
    let in_two = |it: &FlowNode| label.width(fonts, &it.label).max(COUNT.width(fonts, &it.text));
    let widest = |room: &dyn Fn(&FlowNode) -> f64, side: &[FlowNode]| side.iter().map(room).fold(0.0, f64::max);
    let is_wide = sides.iter().all(|it| widest(&in_one, it) <= most);
    let rooms = sides.map(|it| widest(if is_wide { &in_one } else { &in_two }, it).min(most) + SLACK);
    let bars = [rooms[0] + GAP, (width - rooms[1] - GAP).max(rooms[0] + GAP) - BAR];
    let foot = (height - FOOT).max(HEAD + 1.0);
    let columns = columns(sides, links, [HEAD, foot]);
    let ribbons = ribbons(sides, links, &columns, [bars[0] + BAR, bars[1]]);
    for ribbon in &ribbons {
        ribbon.draw(sheet);
    }
    for (side, (nodes, column)) in sides.iter().zip(&columns.spans).enumerate() {
        for (node, [from, until]) in nodes.iter().zip(column) {
            let hue = if node.is_outside { Hue::Mix } else { Hue::Ink };
            sheet.rect([bars[side], *from, BAR, (until - from).max(HAIR)], hue);
        }
        let (anchor, at) = if side == 0 {
            (Anchor::End, bars[0] - GAP)
        } else {
            (Anchor::Start, bars[1] + BAR + GAP)
        };
        let head = Type::new(7.8, Hue::Ink).semibold().anchored(anchor);
        sheet.text(
            [at, HEAD - 6.5],
            &head.fitted(fonts, &heads[side], width / 2.0 - GAP),
            head,
        );
        let wishes = wishes(column, if is_wide { LINE } else { 2.0 * LINE });
        let middles = pushed_apart(&wishes, [HEAD - 2.0, height]);
        let labelled: Vec<(&FlowNode, f64)> = nodes.iter().zip(middles).collect();
        if is_wide {
            labels_in_one_line(sheet, &labelled, anchor, [at, rooms[side], beside]);
        } else {
            labels_in_two_lines(sheet, &labelled, anchor, [at, rooms[side]]);
        }
    }
    ribbon_labels(sheet, &ribbons);
    for ribbon in &ribbons {
        let link = ribbon.link;
        let [from, to] = [&sides[0][link.from].label, &sides[1][link.to].label];
        let tip = [from.as_str(), " → ", to.as_str(), ": ", link.text.as_str()].concat();
        sheet.tip_inside(&ribbon.outline, &tip);
    }
}

const COUNT: Type = Type {
    size: 7.4,
    weight: super::fonts::Weight::Regular,
    hue: Hue::Sec,
    anchor: Anchor::Start,
};

/// Where the groups of both sides stand, and how many points one customer takes.
struct Columns {
    /// Top and foot of each group.
    spans: [Vec<[f64; 2]>; 2],
    unit: f64,
}

/// A group is as high as its value, or as its ribbons where these are more; both sides share the unit.
fn columns(sides: [&[FlowNode]; 2], links: &[FlowLink], [top, foot]: [f64; 2]) -> Columns {
    let sizes = [0, 1].map(|side: usize| {
        let mut linked = vec![0.0; sides[side].len()];
        for link in known(sides, links) {
            linked[[link.from, link.to][side]] += amount(link.value);
        }
        let nodes = sides[side].iter().zip(linked);
        nodes
            .map(|(it, linked)| amount(it.value).max(linked))
            .collect::<Vec<f64>>()
    });
    let unit_of = |sizes: &Vec<f64>| {
        let gaps = GAP * sizes.len().saturating_sub(1) as f64;
        (foot - top - gaps).max(0.0) / sizes.iter().sum::<f64>()
    };
    let unit = sizes
        .iter()
        .map(unit_of)
        .filter(|it| it.is_finite())
        .reduce(f64::min)
        .unwrap_or(0.0);
    let spans = sizes.map(|sizes| {
        let mut from = top;
        let stacked = sizes.iter().map(|size| {
            let span = [from, from + size * unit];
            from = span[1] + GAP;
            span
        });
        stacked.collect()
    });
    Columns { spans, unit }
}

/// Ribbons between groups that exist.
fn known<'a>(sides: [&[FlowNode]; 2], links: &'a [FlowLink]) -> impl Iterator<Item = &'a FlowLink> {
    let ends = sides.map(<[FlowNode]>::len);
    links
        .iter()
        .filter(move |it| it.from < ends[0] && it.to < ends[1] && 0.0 < amount(it.value))
}

/// What is below zero or not finite takes no room.
fn amount(value: f64) -> f64 {
    if value.is_finite() { value.max(0.0) } else { 0.0 }
}

/// What became of those on a ribbon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Stayed,
    CameOrWent,
    Moved,
}

/// A ribbon on the sheet.
struct Ribbon<'a> {
    link: &'a FlowLink,
    fate: Fate,
    outline: Outline,
    xs: [f64; 2],
    /// Its middle at either end.
    ys: [f64; 2],
    thick: f64,
}

/// All ribbons in the order in which they lie over each other: who stayed below, few over many.
fn ribbons<'a>(sides: [&[FlowNode]; 2], links: &'a [FlowLink], columns: &Columns, xs: [f64; 2]) -> Vec<Ribbon<'a>> {
    let mut order: Vec<&FlowLink> = known(sides, links).collect();
    // At either side ribbons leave in the order in which they arrive at the other: neighbours do not cross.
    order.sort_by_key(|it| (it.from, it.to));
    let mut taken = columns
        .spans
        .each_ref()
        .map(|it| it.iter().map(|it| it[0]).collect::<Vec<f64>>());
    let mut ribbons = Vec::with_capacity(order.len());
    for link in order {
        let size = amount(link.value) * columns.unit;
        let ends = [link.from, link.to];
        let ys = [0, 1].map(|side: usize| {
            let from = &mut taken[side][ends[side]];
            *from += size;
            *from - size / 2.0
        });
        let nodes = [&sides[0][link.from], &sides[1][link.to]];
        let fate = if nodes.iter().any(|it| it.is_outside) {
            Fate::CameOrWent
        } else if nodes[0].label == nodes[1].label {
            Fate::Stayed
        } else {
            Fate::Moved
        };
        let thick = size.max(HAIR);
        ribbons.push(Ribbon {
            link,
            fate,
            outline: outline(xs, ys, thick),
            xs,
            ys,
            thick,
        });
    }
    ribbons.sort_by(|a, b| a.fate.cmp(&b.fate).then(b.thick.total_cmp(&a.thick)));
    ribbons
}

/// Level at both ends, so that a ribbon leaves a bar as broad as its share of it.
fn outline(xs: [f64; 2], ys: [f64; 2], thick: f64) -> Outline {
    let middle = (xs[0] + xs[1]) / 2.0;
    let half = thick / 2.0;
    let mut outline = Outline::default();
    outline.start_at([xs[0], ys[0] - half]);
    outline.curve_to([[middle, ys[0] - half], [middle, ys[1] - half], [xs[1], ys[1] - half]]);
    outline.line_to([xs[1], ys[1] + half]);
    outline.curve_to([[middle, ys[1] + half], [middle, ys[0] + half], [xs[0], ys[0] + half]]);
    outline.close();
    outline
}

impl Ribbon<'_> {
    fn draw(&self, sheet: &mut Sheet) {
        match self.fate {
            Fate::Stayed => sheet.fill(&self.outline, Hue::Grid),
            Fate::CameOrWent => sheet.veil(&self.outline, Hue::Mix),
            Fate::Moved => sheet.veil(&self.outline, Hue::Beh),
        }
    }

    /// Its middle at a share of the curve's own time.
    fn at(&self, time: f64) -> [f64; 2] {
        let rest = 1.0 - time;
        let (start, end) = (
            rest * rest * rest + 3.0 * rest * rest * time,
            time * time * time + 3.0 * time * time * rest,
        );
        // Both handles lie in the middle across, and level with their own end.
        let middle = (self.xs[0] + self.xs[1]) / 2.0;
        let bend = 3.0 * rest * time;
        let x = self.xs[0] * rest * rest * rest + middle * bend + self.xs[1] * time * time * time;
        [x, start * self.ys[0] + end * self.ys[1]]
    }
}

/// Prints what the thickest ribbons are labelled with, where there is room on them and beside other labels.
fn ribbon_labels(sheet: &mut Sheet, ribbons: &[Ribbon]) {
    let fonts = &sheet.fonts();
    // Letters may stand out of a ribbon by their halo.
    const THIN: f64 = 5.0;
    // Nearest to where it begins first: ribbons cross in the middle.
    const TIMES: [f64; 5] = [0.22, 0.78, 0.35, 0.65, 0.5];
    let set = Type::new(7.2, Hue::Ink).anchored(Anchor::Middle);
    let mut order: Vec<&Ribbon> = ribbons.iter().filter(|it| THIN < it.thick).collect();
    order.sort_by(|a, b| b.thick.total_cmp(&a.thick));
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for ribbon in order {
        let label = ribbon.link.label.as_str();
        let half = set.width(fonts, label) / 2.0;
        if label.is_empty() || (ribbon.xs[1] - ribbon.xs[0]) * 0.4 < 2.0 * half {
            continue;
        }
        let free = TIMES.into_iter().map(|it| ribbon.at(it)).find(|[x, y]| {
            let apart = |it: &[f64; 4]| it[2] < x - half || x + half < it[0] || it[3] < y - 4.0 || y + 4.0 < it[1];
            taken.iter().all(apart)
        });
        if let Some([x, y]) = free {
            sheet.text_over([x, y + 2.5], label, set);
            taken.push([x - half - 2.0, y - 4.5, x + half + 2.0, y + 4.5]);
        }
    }
}

/// Labels in the middle of their groups, pushed apart where groups are lower than they.
fn wishes(spans: &[[f64; 2]], size: f64) -> Vec<Wish> {
    let wish = |[from, until]: &[f64; 2]| Wish {
        at: (from + until) / 2.0,
        size,
        weight: 1.0,
    };
    spans.iter().map(wish).collect()
}

/// The count next to the bar, the name beyond it.
fn labels_in_one_line(sheet: &mut Sheet, nodes: &[(&FlowNode, f64)], anchor: Anchor, [at, room, beside]: [f64; 3]) {
    let fonts = &sheet.fonts();
    let name = Type::new(8.0, Hue::Ink).anchored(anchor);
    let count = COUNT.anchored(Anchor::End);
    // Figures are flush right on either side.
    let (count_at, name_at) = if anchor == Anchor::End {
        (at, at - beside)
    } else {
        (at + beside - BESIDE, at + beside)
    };
    for (node, middle) in nodes {
        sheet.text([count_at, middle + 2.7], &node.text, count);
        sheet.text(
            [name_at, middle + 2.7],
            &name.fitted(fonts, &node.label, room - beside),
            name,
        );
    }
}

/// The name above the count, where the chart is too narrow for both.
fn labels_in_two_lines(sheet: &mut Sheet, nodes: &[(&FlowNode, f64)], anchor: Anchor, [at, room]: [f64; 2]) {
    let fonts = &sheet.fonts();
    let name = Type::new(8.0, Hue::Ink).anchored(anchor);
    let count = COUNT.anchored(anchor);
    for (node, middle) in nodes {
        sheet.text([at, middle - 1.6], &name.fitted(fonts, &node.label, room), name);
        sheet.text([at, middle + 7.2], &count.fitted(fonts, &node.text, room), count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(label: &str, value: f64) -> FlowNode {
        FlowNode {
            label: label.into(),
            value,
            text: format!("{value}"),
            is_outside: label == "Joined" || label == "Left",
        }
    }

    fn link(from: usize, to: usize, value: f64) -> FlowLink {
        FlowLink {
            from,
            to,
            value,
            text: format!("{value}"),
            label: String::new(),
        }
    }

    #[test]
    fn both_sides_share_one_unit_and_ribbons_fill_their_groups() {
        let from = [node("A", 30.0), node("B", 10.0)];
        let to = [node("A", 25.0), node("B", 15.0)];
        let links = [link(1, 1, 10.0), link(0, 1, 5.0), link(0, 0, 25.0)];
        let sides = [from.as_slice(), to.as_slice()];
        let columns = columns(sides, &links, [0.0, 45.0]);
        assert_eq!(columns.unit, 1.0);
        assert_eq!(columns.spans[0], [[0.0, 30.0], [35.0, 45.0]]);
        assert_eq!(columns.spans[1], [[0.0, 25.0], [30.0, 45.0]]);
        let ribbons = ribbons(sides, &links, &columns, [0.0, 100.0]);
        let ends: Vec<_> = ribbons.iter().map(|it| (it.fate, it.ys)).collect();
        assert_eq!(
            ends,
            [
                (Fate::Stayed, [12.5, 12.5]),
                (Fate::Stayed, [40.0, 40.0]),
                (Fate::Moved, [27.5, 32.5])
            ]
        );
    }

    #[test]
    fn who_joined_is_told_from_who_moved() {
        let from = [node("A", 3.0), node("Joined", 2.0)];
        let to = [node("A", 2.0), node("Left", 3.0)];
        let links = [link(0, 1, 3.0), link(1, 0, 2.0)];
        let sides = [from.as_slice(), to.as_slice()];
        let columns = columns(sides, &links, [0.0, 100.0]);
        let ribbons = ribbons(sides, &links, &columns, [0.0, 100.0]);
        assert!(ribbons.iter().all(|it| it.fate == Fate::CameOrWent));
    }

    #[test]
    fn a_ribbon_between_groups_that_are_not_there_is_left_out() {
        let from = [node("A", 3.0)];
        let sides = [from.as_slice(), from.as_slice()];
        let links = [link(0, 4, 3.0), link(0, 0, f64::NAN), link(0, 0, -1.0)];
        let columns = columns(sides, &links, [0.0, 100.0]);
        assert!(ribbons(sides, &links, &columns, [0.0, 100.0]).is_empty());
    }
}
