//! Where a node of a tree is cut: every attribute's best cut, and the best of those.
//!
//! Ties go to the earlier attribute and the lower cut, so that a tree is the same everywhere. It must not know how rows
//! were drawn, or what becomes of the sides.

use crate::stats::tree::Attribute;
use crate::stats::tree::Criterion;
use crate::stats::tree::Growth;
use crate::stats::tree::Open;
use crate::stats::tree::Scale;
use crate::stats::tree::response::Response;
use crate::stats::tree::response::Sum;

/// The best way to part the rows of a node.
pub(super) struct Cut {
    pub(super) attribute_idx: usize,
    /// One entry a level.
    pub(super) goes_left: Vec<bool>,
    /// Weighted impurity of the node minus that of its sides.
    pub(super) decrease: f64,
    pub(super) left: Sum,
    pub(super) right: Sum,
}

/// Finds the cut with the largest decrease over the attributes, or `None` where none is allowed or worth it.
pub(super) fn best_cut(
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
