//! Levels that no tree of a forest parts, as one.
//!
//! A number in hundreds of bins is cut at a few places only, and whatever asks what a row would get with another level
//! has the same answer for all bins between two cuts.

use super::Split;
use super::Tree;
use std::collections::BTreeMap;

/// Returns by attribute the class of each level: levels that go the same way at every split of all `trees` share one.
///
/// `n_levels` holds one count an attribute. Classes are counted from 0 in the order of their first levels.
///
/// Source: definition.
pub fn classes(trees: &[Tree], n_levels: &[usize]) -> Vec<Vec<u16>> {
    let of_attribute = |(attribute_idx, n_levels): (usize, &usize)| {
        let own: Vec<&[bool]> = trees
            .iter()
            .flat_map(|tree| {
                let own = tree.splits().filter(|it| it.attribute_idx == attribute_idx);
                own.map(|split| &tree.sides[split.sides_from..][..*n_levels])
            })
            .collect();
        let mut met: BTreeMap<Vec<bool>, u16> = BTreeMap::new();
        (0..*n_levels)
            .map(|level| {
                let next = super::code(met.len());
                *met.entry(own.iter().map(|sides| sides[level]).collect())
                    .or_insert(next)
            })
            .collect()
    };
    n_levels.iter().enumerate().map(of_attribute).collect()
}

impl Tree {
    /// Returns the tree that sees classes in place of levels; `classes` holds one list an attribute, one class a level.
    ///
    /// The levels of a class must go the same way at every split, as those of [`classes`] do.
    pub fn by_class(&self, classes: &[Vec<u16>]) -> Self {
        let mut tree = Self {
            nodes: self.nodes.clone(),
            sides: Vec::new(),
        };
        for split in tree.nodes.iter_mut().filter_map(|node| node.split.as_mut()) {
            let of_level = &classes[split.attribute_idx];
            let n_classes = of_level.iter().max().map_or(0, |it| usize::from(*it) + 1);
            let mut sides = vec![false; n_classes];
            for (class, side) in of_level.iter().zip(&self.sides[split.sides_from..]) {
                sides[usize::from(*class)] = *side;
            }
            split.sides_from = tree.sides.len();
            tree.sides.extend(sides);
        }
        tree
    }

    fn splits(&self) -> impl Iterator<Item = &Split> {
        self.nodes.iter().filter_map(|node| node.split.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::Seeded;
    use crate::stats::tree::Attribute;
    use crate::stats::tree::Criterion;
    use crate::stats::tree::Growth;
    use crate::stats::tree::Response;
    use crate::stats::tree::Scale;
    use crate::stats::tree::grow;

    #[test]
    fn a_tree_on_classes_says_what_it_said_on_levels() {
        let mut rng = Seeded::new(3, 0);
        let mut codes = |n: u64| (0..400).map(|_| rng.below(n) as u16).collect::<Vec<u16>>();
        let codes = [(0..400).map(|row| row % 50).collect(), codes(7), codes(3)];
        let n_levels = [50, 7, 3];
        let attributes: Vec<Attribute> = codes
            .iter()
            .zip(n_levels)
            .zip([Scale::Ordinal, Scale::Nominal, Scale::Nominal])
            .map(|((codes, n_levels), scale)| Attribute { codes, n_levels, scale })
            .collect();
        let target: Vec<f64> = (0..400)
            .map(|row| f64::from(codes[0][row] / 20) + f64::from(codes[1][row] % 2))
            .collect();
        let growth = Growth {
            criterion: Criterion::Variance,
            max_depth: 3,
            min_leaf: 5,
        };
        let response = Response::new(&target, &[1.0; 400]);
        let rows: Vec<u32> = (0..400).collect();
        let trees = [
            grow(&attributes, &[0, 1], &response, &rows, &growth),
            grow(&attributes, &[0, 1], &response, &rows[..200], &growth),
        ];
        let classes = classes(&trees, &n_levels);
        // Nobody splits on the last; of the first a few cuts are made.
        assert_eq!(classes[2], [0, 0, 0]);
        assert!(
            classes[0].iter().max().is_some_and(|it| (1..30).contains(it)),
            "{classes:?}"
        );
        for tree in &trees {
            let coarse = tree.by_class(&classes);
            for row in 0..400 {
                let level = |idx: usize| codes[idx][row];
                let class = |idx: usize| classes[idx][usize::from(codes[idx][row])];
                assert_eq!(coarse.predict(class), tree.predict(level));
            }
        }
    }
}
