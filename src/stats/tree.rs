//! A small deterministic decision tree over coded attributes, for numbers and for two classes.
//!
//! The forests of the driver analysis are made of it, because the importances that reach a memo must be
//! exact and repeatable: every sum inside a tree is a sum of integers, so that neither the order of the
//! rows nor the number of threads can move a split. It knows codes and levels, never what they stand for.

use crate::stats::sum::exact_sum;

pub mod masked;

/// Whether the levels of an attribute have an order that a split must respect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// No order: a split may part the levels in any way, found by ordering them by the target's mean.
    Nominal,
    /// Bands: a split parts the levels below a cut from those above it.
    Ordinal,
}

/// One attribute of every row, as codes.
#[derive(Debug, Clone, Copy)]
pub struct Attribute<'a> {
    /// One code a row, each below `n_levels`; a missing value is a level of its own.
    pub codes: &'a [u16],
    /// How many levels there are; some may have no row.
    pub n_levels: usize,
    /// Whether the order of the codes means something.
    pub scale: Scale,
}

/// What a split makes purer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// The weighted variance of the target.
    Variance,
    /// The Gini impurity of a share in `[0, 1]`, `2·p·(1 − p)`: twice the variance of two classes coded 0 and 1.
    Gini,
}

/// How far a tree grows.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    /// What a split makes purer.
    pub criterion: Criterion,
    /// The largest number of splits on a path; 0 gives the root alone.
    pub max_depth: usize,
    /// The smallest number of rows a side of a split may hold; at least 1.
    pub min_leaf: usize,
}

/// A weighted target in fixed point: the sums over a set of rows are the same in every order.
#[derive(Debug, Clone)]
pub struct Response {
    weights: Vec<i64>,
    moments: Vec<i64>,
    weight_exponent: i32,
    moment_exponent: i32,
    /// Differences of two means below this are rounding, in the target's unit.
    noise: f64,
}

/// Sums of whole numbers stay below 2⁶¹, one bit under what a difference of two of them may reach.
const HEADROOM_BITS: i32 = 61;

impl Response {
    /// Codes `target` (one a row, any unit) under `weights` (one a row, not negative) in fixed point.
    ///
    /// Both are rounded to `2⁻⁶¹·n` of the largest of them, far below what an `f64` sum would lose.
    ///
    /// Source: Demmel & Nguyen (2015), "Parallel Reproducible Summation", IEEE ToC 64(7), §3, with one bin.
    ///
    /// # Panics
    /// Where the slices differ in length, or hold a number that is not finite, or a negative weight.
    pub fn new(target: &[f64], weights: &[f64]) -> Self {
        assert_eq!(target.len(), weights.len(), "one weight a row");
        assert!(
            weights.iter().all(|w| w.is_finite() && *w >= 0.0),
            "weights are finite and not negative"
        );
        let moments: Vec<f64> = target.iter().zip(weights).map(|(y, w)| y * w).collect();
        assert!(moments.iter().all(|m| m.is_finite()), "targets are finite");
        let largest = target.iter().fold(0.0_f64, |a, y| a.max(y.abs()));
        let (weights, weight_exponent) = fixed_point(weights);
        let (moments, moment_exponent) = fixed_point(&moments);
        // 2⁻⁴⁰ of the largest target: above the rounding of a mean, below any difference worth a split.
        Self {
            weights,
            moments,
            weight_exponent,
            moment_exponent,
            noise: libm::ldexp(largest, -40),
        }
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.weights.len()
    }
}

/// Returns `parts` as multiples of a power of two, chosen so that all of them together cannot overflow, and its exponent.
fn fixed_point(parts: &[f64]) -> (Vec<i64>, i32) {
    let largest = parts.iter().fold(0.0_f64, |a, x| a.max(x.abs()));
    let exponent = HEADROOM_BITS - libm::frexp(largest * parts.len() as f64).1;
    (
        parts
            .iter()
            .map(|x| libm::rint(libm::ldexp(*x, exponent)) as i64)
            .collect(),
        exponent,
    )
}

/// A grown tree: its root stands first, every child after its parent.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    nodes: Vec<Node>,
    /// For each split in turn, one entry a level: whether it goes left.
    sides: Vec<bool>,
}

#[derive(Debug, Clone, PartialEq)]
struct Node {
    n_rows: usize,
    weight: f64,
    mean: f64,
    split: Option<Split>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Split {
    attribute_idx: usize,
    /// Where this split's levels begin in `Tree::sides`.
    sides_from: usize,
    left: usize,
    right: usize,
    /// Weighted impurity of the node minus that of its children.
    decrease: f64,
}

/// One leaf of a shallow tree, as a reader would say it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What a row must fulfil, one condition an attribute, by attribute.
    pub conditions: Vec<Condition>,
    /// How many rows of the sample fulfil it.
    pub n_rows: usize,
    /// Their weighted mean, in the target's unit.
    pub mean: f64,
}

/// The levels of one attribute that a rule admits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The attribute's place in the slice the tree was grown on.
    pub attribute_idx: usize,
    /// The admitted levels, upwards; a level without a row in the sample may stand among them.
    pub levels: Vec<u16>,
}

/// Grows a tree on `rows` (row numbers; a number may repeat, as in a bootstrap sample), splitting on `considered` attributes.
///
/// `considered` holds places in `attributes`, upwards. At every node each of them offers its best cut: levels ordered by the target's mean (nominal) or by code
/// (ordinal), every cut between two of them. The largest decrease of weighted impurity wins; ties go to the
/// earlier attribute, then to the lower cut. The tree does not depend on the order of `rows`.
///
/// Source: Breiman, Friedman, Olshen & Stone (1984), "Classification and Regression Trees", ch. 8 and §4.2.2 (Fisher's ordering of categories).
///
/// # Panics
/// Where `rows` is empty or longer than the response, or an attribute's codes are too short or not below its `n_levels`.
pub fn grow(
    attributes: &[Attribute],
    considered: &[usize],
    response: &Response,
    rows: &[u32],
    growth: &Growth,
) -> Tree {
    assert!(!rows.is_empty(), "a tree needs a row");
    assert!(
        rows.len() <= response.n_rows(),
        "a sample is no larger than what it is drawn from, or sums could overflow"
    );
    let mut tree = Tree {
        nodes: Vec::new(),
        sides: Vec::new(),
    };
    let mut rows = rows.to_vec();
    let root = totals(response, &rows);
    let bins = histogram(attributes, considered, response, &rows);
    tree.nodes.push(node(&root, response));
    let mut open = vec![Open {
        node_idx: 0,
        from: 0,
        until: rows.len(),
        depth: 0,
        sum: root,
        bins,
    }];
    while let Some(at) = open.pop() {
        if at.depth >= growth.max_depth || at.sum.n_rows < 2 * growth.min_leaf.max(1) {
            continue;
        }
        let Some(cut) = best_cut(attributes, considered, &at, response, growth) else {
            continue;
        };
        let part = &mut rows[at.from..at.until];
        let n_left = partition(part, attributes[cut.attribute_idx].codes, &cut.goes_left);
        let (left, right) = (tree.nodes.len(), tree.nodes.len() + 1);
        tree.nodes.push(node(&cut.left, response));
        tree.nodes.push(node(&cut.right, response));
        let sides_from = tree.sides.len();
        tree.sides.extend(&cut.goes_left);
        tree.nodes[at.node_idx].split = Some(Split {
            attribute_idx: cut.attribute_idx,
            sides_from,
            left,
            right,
            decrease: cut.decrease,
        });
        let (middle, depth) = (at.from + n_left, at.depth + 1);
        if depth < growth.max_depth {
            let (left_bins, right_bins) = child_bins(attributes, considered, response, &rows, &at, middle);
            open.push(Open {
                node_idx: right,
                from: middle,
                until: at.until,
                depth,
                sum: cut.right,
                bins: right_bins,
            });
            open.push(Open {
                node_idx: left,
                from: at.from,
                until: middle,
                depth,
                sum: cut.left,
                bins: left_bins,
            });
        }
    }
    tree
}

impl Tree {
    /// Returns the mean of the leaf that a row falls into; `level_of` gives the row's code for an attribute.
    ///
    /// A level that a split has not seen goes to the side with more weight.
    pub fn predict(&self, level_of: impl Fn(usize) -> u16) -> f64 {
        let mut node = &self.nodes[0];
        while let Some(split) = &node.split {
            let goes_left = self.sides[split.sides_from + usize::from(level_of(split.attribute_idx))];
            node = &self.nodes[if goes_left { split.left } else { split.right }];
        }
        node.mean
    }

    /// Adds each split's decrease of weighted impurity to its attribute's entry of `decreases`.
    ///
    /// Source: Breiman et al. (1984), §5.3.4, without surrogates.
    pub fn add_decreases(&self, decreases: &mut [f64]) {
        for split in self.nodes.iter().filter_map(|node| node.split.as_ref()) {
            decreases[split.attribute_idx] += split.decrease;
        }
    }

    /// Returns the leaves as rules, from left to right; meant for trees of depth three or less.
    ///
    /// `n_levels` holds one count an attribute.
    pub fn rules(&self, n_levels: &[usize]) -> Vec<Rule> {
        let mut rules = Vec::new();
        let mut open = vec![(0, n_levels.iter().map(|n| vec![true; *n]).collect::<Vec<_>>())];
        while let Some((node_idx, admitted)) = open.pop() {
            let node = &self.nodes[node_idx];
            let Some(split) = &node.split else {
                rules.push(Rule {
                    conditions: conditions(&admitted),
                    n_rows: node.n_rows,
                    mean: node.mean,
                });
                continue;
            };
            for (child, wanted) in [(split.right, false), (split.left, true)] {
                let mut narrowed = admitted.clone();
                for (level, kept) in narrowed[split.attribute_idx].iter_mut().enumerate() {
                    *kept &= self.sides[split.sides_from + level] == wanted;
                }
                open.push((child, narrowed));
            }
        }
        rules
    }
}

/// Returns the attributes whose levels are narrowed, with the levels that remain.
fn conditions(admitted: &[Vec<bool>]) -> Vec<Condition> {
    let narrowed = admitted
        .iter()
        .enumerate()
        .filter(|(_, levels)| levels.contains(&false));
    narrowed
        .map(|(attribute_idx, levels)| {
            let kept = levels.iter().enumerate().filter(|(_, kept)| **kept);
            Condition {
                attribute_idx,
                levels: kept.map(|(level, _)| code(level)).collect(),
            }
        })
        .collect()
}

fn code(level: usize) -> u16 {
    u16::try_from(level).expect("levels are counted by codes of sixteen bits")
}

/// Returns impurity importances normalised to 1 over the attributes, from `trees` of equal say; zeros where no tree splits.
///
/// Each tree's decreases are normalised before they are averaged, so that no single sample dominates.
///
/// Source: Breiman (2001), "Random Forests", §10; Louppe et al. (2013), "Understanding variable importances", NeurIPS, eq. 2.
pub fn impurity_importances(trees: &[Tree], n_attributes: usize) -> Vec<f64> {
    let mut total = vec![0.0; n_attributes];
    for tree in trees {
        let mut own = vec![0.0; n_attributes];
        tree.add_decreases(&mut own);
        let sum = exact_sum(&own);
        if sum > 0.0 {
            total.iter_mut().zip(&own).for_each(|(t, x)| *t += x / sum);
        }
    }
    let sum = exact_sum(&total);
    if sum > 0.0 {
        total.iter_mut().for_each(|t| *t /= sum);
    }
    total
}

/// A node whose split is still to be sought, and its rows' place.
struct Open {
    node_idx: usize,
    from: usize,
    until: usize,
    depth: usize,
    sum: Sum,
    /// One sum a level, the considered attributes' levels one after the other.
    bins: Vec<Sum>,
}

/// Rows counted and summed in fixed point.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    n_rows: usize,
    weight: i64,
    moment: i64,
}

impl Sum {
    fn plus(self, other: Self) -> Self {
        Self {
            n_rows: self.n_rows + other.n_rows,
            weight: self.weight + other.weight,
            moment: self.moment + other.moment,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            n_rows: self.n_rows - other.n_rows,
            weight: self.weight - other.weight,
            moment: self.moment - other.moment,
        }
    }

    fn weight(&self, response: &Response) -> f64 {
        libm::ldexp(self.weight as f64, -response.weight_exponent)
    }

    /// The weighted mean in the target's unit; 0 where nothing weighs.
    fn mean(&self, response: &Response) -> f64 {
        if self.weight == 0 {
            return 0.0;
        }
        let exponent = response.weight_exponent - response.moment_exponent;
        libm::ldexp(self.moment as f64 / self.weight as f64, exponent)
    }
}

fn totals(response: &Response, rows: &[u32]) -> Sum {
    rows.iter().fold(Sum::default(), |sum, &row| {
        let row = row as usize;
        sum.plus(Sum {
            n_rows: 1,
            weight: response.weights[row],
            moment: response.moments[row],
        })
    })
}

fn node(sum: &Sum, response: &Response) -> Node {
    Node {
        n_rows: sum.n_rows,
        weight: sum.weight(response),
        mean: sum.mean(response),
        split: None,
    }
}

/// Sums the rows at each level of each attribute.
fn histogram(attributes: &[Attribute], considered: &[usize], response: &Response, rows: &[u32]) -> Vec<Sum> {
    let n_bins = considered.iter().map(|idx| attributes[*idx].n_levels).sum();
    let mut bins = vec![Sum::default(); n_bins];
    let mut from = 0;
    for attribute in considered.iter().map(|idx| &attributes[*idx]) {
        let own = &mut bins[from..from + attribute.n_levels];
        for &row in rows {
            let row = row as usize;
            let bin = &mut own[usize::from(attribute.codes[row])];
            bin.n_rows += 1;
            bin.weight += response.weights[row];
            bin.moment += response.moments[row];
        }
        from += attribute.n_levels;
    }
    bins
}

/// Sums the smaller child's rows and takes them from the parent's for the other: whole numbers, so nothing is lost.
fn child_bins(
    attributes: &[Attribute],
    considered: &[usize],
    response: &Response,
    rows: &[u32],
    parent: &Open,
    middle: usize,
) -> (Vec<Sum>, Vec<Sum>) {
    let (left, right) = (&rows[parent.from..middle], &rows[middle..parent.until]);
    let smaller = histogram(
        attributes,
        considered,
        response,
        if left.len() <= right.len() { left } else { right },
    );
    let larger = parent
        .bins
        .iter()
        .zip(&smaller)
        .map(|(whole, part)| whole.minus(*part))
        .collect();
    if left.len() <= right.len() {
        (smaller, larger)
    } else {
        (larger, smaller)
    }
}

struct Cut {
    attribute_idx: usize,
    goes_left: Vec<bool>,
    decrease: f64,
    left: Sum,
    right: Sum,
}

/// Finds the cut with the largest decrease over the attributes, or `None` where none is allowed or worth it.
fn best_cut(
    attributes: &[Attribute],
    considered: &[usize],
    at: &Open,
    response: &Response,
    growth: &Growth,
) -> Option<Cut> {
    let mut best: Option<Cut> = None;
    let mut from = 0;
    for &attribute_idx in considered {
        let attribute = &attributes[attribute_idx];
        let bins = &at.bins[from..from + attribute.n_levels];
        from += attribute.n_levels;
        let order = cut_order(bins, attribute.scale, response);
        let floor = best.as_ref().map_or(0.0, |cut| cut.decrease);
        if let Some((n_left, decrease, left)) = best_prefix(bins, &order, &at.sum, response, growth, floor) {
            let goes_left = sides(bins, &order[..n_left], left, &at.sum);
            best = Some(Cut {
                attribute_idx,
                goes_left,
                decrease,
                left,
                right: at.sum.minus(left),
            });
        }
    }
    best
}

/// Returns the levels that have rows, in the order in which cuts are tried.
fn cut_order(bins: &[Sum], scale: Scale, response: &Response) -> Vec<usize> {
    let mut order: Vec<usize> = (0..bins.len()).filter(|level| bins[*level].n_rows > 0).collect();
    if scale == Scale::Nominal {
        let means: Vec<f64> = bins.iter().map(|bin| bin.mean(response)).collect();
        // A stable sort: levels of equal mean keep the order of their codes.
        order.sort_by(|a, b| means[*a].total_cmp(&means[*b]));
    }
    order
}

/// Returns how many levels of `order` go left at the best cut, its decrease and the left side's sum; only above `floor`.
fn best_prefix(
    bins: &[Sum],
    order: &[usize],
    whole: &Sum,
    response: &Response,
    growth: &Growth,
    floor: f64,
) -> Option<(usize, f64, Sum)> {
    let mut best = None;
    let mut highest = floor;
    let mut left = Sum::default();
    for (before, level) in order.iter().enumerate().take(order.len().saturating_sub(1)) {
        left = left.plus(bins[*level]);
        let right = whole.minus(left);
        if left.n_rows < growth.min_leaf || right.n_rows < growth.min_leaf || left.weight == 0 || right.weight == 0 {
            continue;
        }
        let gap = left.mean(response) - right.mean(response);
        if gap.abs() <= response.noise {
            continue;
        }
        let (left_weight, right_weight) = (left.weight(response), right.weight(response));
        let factor = match growth.criterion {
            Criterion::Variance => 1.0,
            Criterion::Gini => 2.0,
        };
        // W·Var − W_L·Var_L − W_R·Var_R, in the form that does not cancel.
        let decrease = factor * left_weight * (right_weight / (left_weight + right_weight)) * gap * gap;
        if decrease > highest {
            highest = decrease;
            best = Some((before + 1, decrease, left));
        }
    }
    best
}

/// Returns one side a level; levels without rows go where more weight goes.
fn sides(bins: &[Sum], going_left: &[usize], left: Sum, whole: &Sum) -> Vec<bool> {
    let heavier_left = left.weight > whole.weight - left.weight;
    let mut goes_left: Vec<bool> = bins.iter().map(|bin| bin.n_rows == 0 && heavier_left).collect();
    for level in going_left {
        goes_left[*level] = true;
    }
    goes_left
}

/// Moves the rows that go left to the front, keeping the order within each side; returns how many they are.
fn partition(rows: &mut [u32], codes: &[u16], goes_left: &[bool]) -> usize {
    let mut kept = 0;
    let mut moved = Vec::with_capacity(rows.len());
    for idx in 0..rows.len() {
        let row = rows[idx];
        if goes_left[usize::from(codes[row as usize])] {
            rows[kept] = row;
            kept += 1;
        } else {
            moved.push(row);
        }
    }
    rows[kept..].copy_from_slice(&moved);
    kept
}

#[cfg(test)]
mod tests;
