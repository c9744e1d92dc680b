//! A small deterministic decision tree over coded attributes, for numbers and for two classes.
//!
//! The forests of the driver analysis are made of it, because the importances that reach a memo must be
//! exact and repeatable: every sum inside a tree is a sum of integers, so that neither the order of the
//! rows nor the number of threads can move a split. It knows codes and levels, never what they stand for.

use crate::stats::sum::exact_sum;
use crate::stats::tree::cut::best_cut;
use crate::stats::tree::response::Sum;
use crate::stats::tree::response::histogram;
use crate::stats::tree::response::totals;

pub mod classes;
mod cut;
mod response;
pub mod table;

pub use response::Response;
pub use response::Weighing;

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
        self.nodes[self.leaf(level_of)].mean
    }

    /// Returns the leaf that a row falls into: a number that no other leaf of this tree has; else as [`Tree::predict`].
    pub fn leaf(&self, level_of: impl Fn(usize) -> u16) -> usize {
        let mut node_idx = 0;
        while let Some(split) = &self.nodes[node_idx].split {
            let goes_left = self.sides[split.sides_from + usize::from(level_of(split.attribute_idx))];
            node_idx = if goes_left { split.left } else { split.right };
        }
        node_idx
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

fn node(sum: &Sum, response: &Response) -> Node {
    Node {
        n_rows: sum.n_rows,
        weight: sum.weight(response),
        mean: sum.mean(response),
        split: None,
    }
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
