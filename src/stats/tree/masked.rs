//! A tree as bit masks, for asking it thousands of times what a row would get with another level.
//!
//! Walking the nodes for every level of every attribute is what permutation importances would spend their time on.

use super::Tree;

impl Tree {
    /// Returns the tree as bit masks, for asking it what many changed rows would get.
    ///
    /// `n_levels` holds one count an attribute.
    ///
    /// # Panics
    /// Where the tree has more than 64 leaves.
    pub fn masked(&self, n_levels: &[usize]) -> MaskedTree {
        let mut means = Vec::new();
        let mut used: Vec<Option<Vec<u64>>> = vec![None; n_levels.len()];
        self.mask(0, n_levels, &mut means, &mut used);
        let used = used.into_iter().enumerate();
        let by_attribute = used
            .filter_map(|(idx, masks)| masks.map(|masks| (idx, masks)))
            .collect();
        MaskedTree { means, by_attribute }
    }

    /// Numbers the leaves below a node from the left and strikes, for every level, those that it rules out.
    fn mask(&self, node_idx: usize, n_levels: &[usize], means: &mut Vec<f64>, used: &mut [Option<Vec<u64>>]) {
        let node = &self.nodes[node_idx];
        let Some(split) = &node.split else {
            assert!(means.len() < 64, "a masked tree has at most 64 leaves");
            means.push(node.mean);
            return;
        };
        let from = means.len();
        self.mask(split.left, n_levels, means, used);
        let middle = means.len();
        self.mask(split.right, n_levels, means, used);
        let (left, right) = (leaves(from, middle), leaves(middle, means.len()));
        let n = n_levels[split.attribute_idx];
        let masks = used[split.attribute_idx].get_or_insert_with(|| vec![u64::MAX; n]);
        for (level, mask) in masks.iter_mut().enumerate() {
            *mask &= if self.sides[split.sides_from + level] {
                !right
            } else {
                !left
            };
        }
    }
}

/// A tree as bit masks over its leaves: a row's leaf is the one that none of its levels rules out.
///
/// Source: after Lucchese et al. (2015), "QuickScorer", SIGIR, with both sides of a split struck.
#[derive(Debug, Clone)]
pub struct MaskedTree {
    /// The leaves' means, from the left.
    means: Vec<f64>,
    /// The attributes that are split on, upwards, each with one mask a level.
    by_attribute: Vec<(usize, Vec<u64>)>,
}

impl MaskedTree {
    /// Returns the mean of the leaf that a row falls into; as [`Tree::predict`].
    pub fn predict(&self, level_of: impl Fn(usize) -> u16) -> f64 {
        let masks = self
            .by_attribute
            .iter()
            .map(|(idx, masks)| masks[usize::from(level_of(*idx))]);
        self.mean(masks.fold(u64::MAX, |left, mask| left & mask))
    }

    /// Adds, for every attribute that is split on and each of its levels, by how much the prediction would
    /// move from `own` if the row had that level instead; `moves` holds one slice of levels an attribute.
    pub fn add_moves(&self, level_of: impl Fn(usize) -> u16, own: f64, moves: &mut [Vec<f64>]) {
        for (idx, masks) in &self.by_attribute {
            let others = self.by_attribute.iter().filter(|(other, _)| other != idx);
            let kept = others.fold(u64::MAX, |left, (other, masks)| {
                left & masks[usize::from(level_of(*other))]
            });
            // One leaf left: the row's path does not meet the attribute.
            if kept.is_power_of_two() {
                continue;
            }
            for (moved, mask) in moves[*idx].iter_mut().zip(masks) {
                *moved += self.mean(kept & mask) - own;
            }
        }
    }

    fn mean(&self, leaf: u64) -> f64 {
        self.means[leaf.trailing_zeros() as usize]
    }
}

/// The bits of leaves `from..until`.
fn leaves(from: usize, until: usize) -> u64 {
    (from..until).fold(0, |bits, leaf| bits | 1 << leaf)
}
