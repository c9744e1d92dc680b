//! The top of a tree of joins: which clusters there are, and how far they are from one another.
//!
//! Leaves stand on the right, one a row, as counts; joins lie further to the left the further apart their parts are.
//! Under the cut a branch has the shade of its cluster, which is named beside its rows. It must not know what
//! was joined.

use super::glyph;
use super::ink::Anchor;
use super::ink::Hue;
use super::ink::Sheet;
use super::ink::Type;
use super::scale::Scale;
use super::scale::Wish;
use super::scale::pushed_apart;
use super::scale::widened;
use crate::model::memo::DendrogramJoin;
use crate::model::memo::DendrogramLeaf;
use crate::model::memo::Drawing;

/// Height of a row where there is room.
const PITCH: f64 = 12.0;
/// Room above the rows, for the cut's label.
const HEAD: f64 = 13.0;
/// Room below them, for the ticks and what they count.
const FOOT: f64 = 24.0;
/// From the tree to the counts, and from these to the names.
const GAP: f64 = 5.0;
/// Width of the bracket and the glyph before a name.
const KEY: f64 = 15.0;
/// Names take at most this share of the width.
const NAME_SHARE: f64 = 0.4;
/// Height of a line of a name.
const LEADING: f64 = 9.6;

const COUNT: Type = Type {
    size: 7.6,
    weight: super::fonts::Weight::Regular,
    hue: Hue::Sec,
    anchor: Anchor::End,
};

/// Height at which this many leaves are neither cramped nor loose.
pub(super) fn height(n_leaves: usize) -> f64 {
    HEAD + PITCH * n_leaves as f64 + FOOT
}

/// Draws the axis, the tree, the counts of its leaves and the names of its clusters.
pub(super) fn dendrogram(sheet: &mut Sheet, [width, height]: [f64; 2], drawing: &Drawing) {
    let fonts = &sheet.fonts();
    let Drawing::Dendrogram {
        leaves,
        joins,
        clusters,
        cut,
        cut_label,
        head,
        ticks,
    } = drawing
    else {
        unreachable!("the caller matched a dendrogram");
    };
    let pitch = ((height - HEAD - FOOT).max(1.0) / leaves.len().max(1) as f64).min(PITCH);
    let foot = HEAD + pitch * leaves.len() as f64;
    let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
    let name_room =
        widest(&mut clusters.iter().map(|it| named(Hue::Ink).width(fonts, it) + 1.0)).min(NAME_SHARE * width);
    let count_room = widest(&mut leaves.iter().map(|it| COUNT.width(fonts, &it.label))).min(0.2 * width);
    let right = (width - name_room - KEY - count_room - 2.0 * GAP).max(1.0);
    let known = joins.iter().map(|it| it.height).chain(ticks.iter().map(|it| it.at));
    let domain = widened([0.0, 0.0], known.chain([*cut]));
    let far = if 0.0 < domain[1] { domain[1] } else { 1.0 };
    let scale = Scale::new([0.0, far], [right, PAD.min(right)]);
    let tree = Tree::new(leaves, joins, [HEAD, pitch]);
    axis(sheet, scale, [foot, width], head, ticks);
    let cut_x = scale.at(*cut);
    sheet.dashes(&[[cut_x, HEAD - 1.0], [cut_x, foot + 2.0]], Hue::Ink, 0.7);
    tree.draw(sheet, scale, *cut);
    cut_note(sheet, cut_x, cut_label, width);
    let counts_at = right + GAP + count_room;
    for (leaf, y) in leaves.iter().zip(&tree.leaf_ys) {
        let count = COUNT.fitted(fonts, &leaf.label, count_room);
        sheet.text([counts_at, y + 2.6], &count, COUNT);
        sheet.tip([0.0, y - pitch / 2.0, width, pitch], &leaf.tip);
    }
    let runs = runs(leaves, &tree.order);
    name_clusters(
        sheet,
        clusters,
        &runs,
        [counts_at + GAP, name_room],
        [HEAD, pitch, foot],
    );
}

/// Room on the left of the last join, for half a tick's label.
const PAD: f64 = 8.0;

fn named(hue: Hue) -> Type {
    Type::new(8.0, hue).semibold()
}

/// Where leaves and branches stand: leaves first, then one a join.
struct Tree<'a> {
    leaves: &'a [DendrogramLeaf],
    /// Only those whose parts exist and were not joined before, by the branch that they make.
    joins: Vec<(usize, &'a DendrogramJoin)>,
    /// The leaves from top to bottom.
    order: Vec<usize>,
    leaf_ys: Vec<f64>,
    /// The middle of each leaf and branch, and the leaf at its top.
    middles: Vec<Option<(f64, usize)>>,
}

impl<'a> Tree<'a> {
    fn new(leaves: &'a [DendrogramLeaf], joins: &'a [DendrogramJoin], [head, pitch]: [f64; 2]) -> Self {
        let n = leaves.len();
        let mut is_joined = vec![false; n + joins.len()];
        // A branch that could not be made is never a part.
        let mut exists = vec![false; n + joins.len()];
        exists[..n].fill(true);
        let mut made = Vec::with_capacity(joins.len());
        for (idx, join) in joins.iter().enumerate() {
            let [a, b] = join.parts;
            let is_free = |it: usize| it < n + idx && exists[it] && !is_joined[it];
            if a != b && is_free(a) && is_free(b) && join.height.is_finite() {
                (is_joined[a], is_joined[b], exists[n + idx]) = (true, true, true);
                made.push((n + idx, join));
            }
        }
        // From the top down, what is left of a branch is its first part: no line crosses another.
        let mut order = Vec::with_capacity(n);
        let mut open: Vec<usize> = (0..n + joins.len())
            .filter(|it| exists[*it] && !is_joined[*it])
            .collect();
        while let Some(at) = open.pop() {
            if at < n {
                order.push(at);
            } else {
                open.extend(joins[at - n].parts.iter().rev());
            }
        }
        let mut leaf_ys = vec![0.0; n];
        for (row, leaf) in order.iter().enumerate() {
            leaf_ys[*leaf] = head + pitch * (row as f64 + 0.5);
        }
        let mut middles: Vec<Option<(f64, usize)>> = vec![None; n + joins.len()];
        for (leaf, y) in leaf_ys.iter().enumerate() {
            middles[leaf] = Some((*y, leaf));
        }
        for (branch, join) in &made {
            let [a, b] = join.parts.map(|it| middles[it]);
            middles[*branch] = a.zip(b).map(|((a, first), (b, _))| ((a + b) / 2.0, first));
        }
        Self {
            leaves,
            joins: made,
            order,
            leaf_ys,
            middles,
        }
    }

    /// Draws every join as an upright line and its two parts as lines to it.
    fn draw(&self, sheet: &mut Sheet, scale: Scale, cut: f64) {
        let height_of = |it: usize| {
            let made = self.joins.iter().find(|(branch, _)| *branch == it);
            made.map_or(0.0, |(_, join)| join.height)
        };
        // Above the cut first: the shaded ones end on the cut, and lie over the grey ones.
        let mut shaded: Vec<([f64; 2], [f64; 2], Hue)> = Vec::new();
        for (_, join) in &self.joins {
            let [Some((from, first)), Some((to, _))] = join.parts.map(|it| self.middles[it]) else {
                continue;
            };
            let x = scale.at(join.height);
            if join.height <= cut {
                shaded.push(([x, from], [x, to], self.hue(first)));
            } else {
                sheet.line([x, from], [x, to], Hue::Sec, 0.8);
            }
            for part in join.parts {
                let Some((y, first)) = self.middles[part] else {
                    continue;
                };
                let start = height_of(part);
                if cut < join.height {
                    sheet.line([scale.at(start.max(cut)), y], [x, y], Hue::Sec, 0.8);
                }
                if start < cut {
                    let until = scale.at(join.height.min(cut));
                    shaded.push(([scale.at(start), y], [until, y], self.hue(first)));
                }
            }
        }
        for (from, to, hue) in shaded {
            sheet.polyline(&[from, to], hue, 1.3);
        }
    }

    fn hue(&self, leaf: usize) -> Hue {
        glyph::of(self.leaves[leaf].cluster).mark
    }
}

/// The ticks, and what they count.
fn axis(sheet: &mut Sheet, scale: Scale, [foot, width]: [f64; 2], head: &str, ticks: &[crate::model::memo::Tick]) {
    let fonts = &sheet.fonts();
    let set = Type::new(6.8, Hue::Sec).anchored(Anchor::Middle);
    let mut taken: Vec<[f64; 2]> = Vec::new();
    for tick in ticks {
        let x = scale.at(tick.at);
        sheet.line([x, HEAD], [x, foot + 2.0], Hue::Grid, 0.6);
        let half = set.width(fonts, &tick.label) / 2.0;
        if taken.iter().all(|it| it[1] + 2.0 < x - half || x + half < it[0] - 2.0) {
            sheet.text([x, foot + 9.0], &tick.label, set);
            taken.push([x - half, x + half]);
        }
    }
    let quiet = Type::new(7.2, Hue::Sec);
    sheet.text([0.0, foot + 19.5], &quiet.fitted(fonts, head, width), quiet);
}

/// The cut's label, centred over its line where it can be.
fn cut_note(sheet: &mut Sheet, x: f64, label: &str, width: f64) {
    let fonts = &sheet.fonts();
    let set = Type::new(7.4, Hue::Ink);
    let label = set.fitted(fonts, label, width);
    let half = set.width(fonts, &label) / 2.0;
    let at = (x - half).min(width - 2.0 * half).max(0.0);
    sheet.text([at, HEAD - 5.5], &label, set);
}

/// Rows of one cluster that stand together.
struct Run {
    cluster: usize,
    from: usize,
    until: usize,
}

fn runs(leaves: &[DendrogramLeaf], order: &[usize]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (row, leaf) in order.iter().enumerate() {
        let cluster = leaves[*leaf].cluster;
        match runs.last_mut() {
            Some(run) if run.cluster == cluster => run.until = row + 1,
            _ => runs.push(Run {
                cluster,
                from: row,
                until: row + 1,
            }),
        }
    }
    runs
}

/// A bracket along the rows of each cluster, its glyph and its name; names are broken into lines and pushed apart.
fn name_clusters(
    sheet: &mut Sheet,
    clusters: &[String],
    runs: &[Run],
    [left, room]: [f64; 2],
    [head, pitch, foot]: [f64; 3],
) {
    let fonts = &sheet.fonts();
    let text_at = left + KEY;
    let lines_of = |run: &Run| {
        let name = clusters.get(run.cluster).map_or("", String::as_str);
        let set = named(Hue::Ink);
        let mut lines = fonts.wrapped(name, set.size, set.weight, room);
        // Two lines are as many as a name of two rows has room for; more would push its neighbours off their rows.
        let most = (run.until - run.from).max(2);
        if most < lines.len() {
            let rest = lines.split_off(most - 1).join(" ");
            lines.push(rest);
        }
        lines
    };
    let names: Vec<Vec<String>> = runs.iter().map(lines_of).collect();
    let wishes: Vec<Wish> = runs
        .iter()
        .zip(&names)
        .map(|(run, lines)| Wish {
            at: head + pitch * (run.from + run.until) as f64 / 2.0,
            size: LEADING * lines.len() as f64 + 1.0,
            weight: (run.until - run.from) as f64,
        })
        .collect();
    let middles = pushed_apart(&wishes, [head - 2.0, foot + 2.0]);
    for ((run, lines), middle) in runs.iter().zip(&names).zip(middles) {
        let glyph = glyph::of(run.cluster);
        let [from, until] = [run.from, run.until].map(|it| head + pitch * it as f64);
        sheet.line([left, from + 2.0], [left, until - 2.0], glyph.mark, 1.3);
        let own = (from + until) / 2.0;
        // A name that had to give way says where it belongs.
        if pitch / 2.0 < (own - middle).abs() {
            sheet.line([left + 1.0, own], [left + 4.5, middle], Hue::Mute, 0.6);
        }
        glyph.draw(sheet, [[left + KEY - 6.0, middle]], 2.6);
        let set = named(glyph.text);
        let first = middle - LEADING * (lines.len() as f64 - 1.0) / 2.0 + 2.8;
        for (idx, line) in lines.iter().enumerate() {
            let at = [text_at, first + LEADING * idx as f64];
            sheet.text(at, &set.fitted(fonts, line, room), set);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(label: &str, cluster: usize) -> DendrogramLeaf {
        DendrogramLeaf {
            tip: String::new(),
            label: label.into(),
            cluster,
        }
    }

    fn join(parts: [usize; 2], height: f64) -> DendrogramJoin {
        DendrogramJoin { parts, height }
    }

    #[test]
    fn parts_of_a_join_stand_beside_each_other_the_first_above() {
        let leaves = ["a", "b", "c", "d"].map(|it| leaf(it, 0));
        let joins = [join([0, 2], 1.0), join([3, 1], 2.0), join([5, 4], 3.0)];
        let tree = Tree::new(&leaves, &joins, [0.0, 10.0]);
        assert_eq!(tree.order, [3, 1, 0, 2]);
        assert_eq!(tree.leaf_ys, [25.0, 15.0, 35.0, 5.0]);
        assert_eq!(tree.middles[6], Some((20.0, 3)));
    }

    #[test]
    fn a_join_of_what_is_not_there_is_left_out_and_no_leaf_is_lost() {
        let leaves = ["a", "b", "c"].map(|it| leaf(it, 0));
        let joins = [
            join([0, 9], 1.0),
            join([0, 0], 1.0),
            join([1, 3], 1.0),
            join([0, 1], 2.0),
        ];
        let tree = Tree::new(&leaves, &joins, [0.0, 10.0]);
        assert_eq!(tree.joins.len(), 1);
        let mut order = tree.order.clone();
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2]);
    }

    #[test]
    fn a_cluster_whose_rows_stand_together_is_named_once() {
        let leaves = [leaf("a", 1), leaf("b", 0), leaf("c", 1)];
        let found: Vec<_> = runs(&leaves, &[0, 2, 1])
            .iter()
            .map(|it| (it.cluster, it.until))
            .collect();
        assert_eq!(found, [(1, 2), (0, 3)]);
    }
}
