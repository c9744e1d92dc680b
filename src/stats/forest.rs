//! Forests judged on the rows that their trees have not seen: what each attribute is worth there.
//!
//! The drivers ask them whose spending changed, and a ranking of features what tells a target; both compare the
//! answer with what chance gives, each in its own way. It must not know what that way is, or what a row stands for.

mod draws;

use draws::Draw;
use draws::draws;
use std::sync::Arc;

use crate::stats::sum::RunningSum;
use crate::stats::tree::Attribute;
use crate::stats::tree::Growth;
use crate::stats::tree::Response;
use crate::stats::tree::Tree;
use crate::stats::tree::Weighing;
use crate::stats::tree::classes::classes;
use crate::stats::tree::impurity_importances;
use crate::stats::tree::table;
use crate::stats::tree::table::TreeTable;

/// How the trees of a forest are drawn and grown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Pairs of trees, each grown on one half of the rows and judged on the other.
    pub(super) n_pairs: usize,
    /// The share of the attributes that a pair of trees may split on.
    pub(super) considered_share: f64,
    /// How far each tree grows.
    pub(super) growth: Growth,
    /// How many levels the attributes have.
    pub(super) levels: Levels,
    /// Where the halves and the attributes are drawn from.
    pub(super) seed: u64,
}

/// How many levels the attributes have: the importances are the same for both but for their last bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Levels {
    /// A few: rows that share theirs are grown as one, and permuting an attribute goes through each level in turn.
    Few,
    /// Hundreds, which rows hardly share and of which a few cuts are made: rows are grown one by one, and permuting goes
    /// through classes of levels that no tree of the forest parts.
    Many,
}

/// What each attribute is worth to a forest.
pub(super) struct Importances {
    /// Node-weighted impurity decrease; the attributes add up to 1, or are all 0 where no tree splits.
    pub(super) impurity: Vec<f64>,
    /// By how much the hold-out share of explained variance falls when the attribute is permuted over the rows.
    pub(super) permutation: Vec<f64>,
    /// The share of the target's variance that the forest explains on rows it has not seen; below 0 where it does harm.
    pub(super) r2: f64,
}

/// All that the forests on the same rows and attributes have in common, whatever their target.
pub(super) struct Sample<'a> {
    weights: &'a [f64],
    weighing: Arc<Weighing>,
    attributes: &'a [Attribute<'a>],
    marginals: Vec<Vec<f64>>,
    draws: Vec<Draw>,
    judges: Vec<Vec<Judge>>,
    growth: Growth,
    levels: Levels,
}

impl<'a> Sample<'a> {
    /// Draws the halves and the attributes of each pair of trees; one weight a row.
    ///
    /// # Panics
    /// Where an attribute has no code for some row, or a weight is negative or not finite.
    pub(super) fn new(attributes: &'a [Attribute<'a>], weights: &'a [f64], shape: &Shape) -> Self {
        let weighing = Arc::new(Weighing::new(weights));
        let draws = draws(attributes, &weighing, weights.len(), shape);
        Self {
            weights,
            weighing,
            attributes,
            marginals: attributes.iter().map(marginal).collect(),
            judges: judges(&draws, weights.len()),
            draws,
            growth: shape.growth,
            levels: shape.levels,
        }
    }

    /// Grows one forest on `target` and measures each attribute on the halves that its trees have not seen.
    ///
    /// Source: as [`crate::stats::tree::grow`], and Fisher, Rudin & Dominici (2019), "All Models are Wrong, but Many are
    /// Useful", JMLR 20(177), eq. 3.3.
    ///
    /// # Panics
    /// Where there is not one finite target a row.
    pub(super) fn importances(&self, target: &[f64]) -> Importances {
        let attributes = self.attributes;
        let response = Response::weighed(target, self.weights, self.weighing.clone());
        let trees: Vec<Tree> = self
            .draws
            .iter()
            .flat_map(|draw| draw.grow(attributes, &response, &self.growth))
            .collect();
        let (permutation, r2) = held_out(self, target, &trees);
        Importances {
            impurity: impurity_importances(&trees, attributes.len()),
            permutation,
            r2,
        }
    }
}

/// The share of rows at each level.
fn marginal(attribute: &Attribute) -> Vec<f64> {
    let mut counts = vec![0.0; attribute.n_levels];
    for code in attribute.codes {
        counts[usize::from(*code)] += 1.0;
    }
    counts.iter().map(|n| n / attribute.codes.len() as f64).collect()
}

/// The group of a row in a pair of trees, times two, and which of the two has not seen the row.
type Judge = u32;

/// Returns the judges of all rows, one list a pair.
fn judges(draws: &[Draw], n_rows: usize) -> Vec<Vec<Judge>> {
    let of_pair = |draw: &Draw| {
        let mut judges = vec![0; n_rows];
        for (rows, unseen) in draw.halves.iter().zip([1, 0]) {
            for row in rows {
                let row = *row as usize;
                judges[row] = 2 * draw.group_of[row] + unseen;
            }
        }
        judges
    };
    draws.iter().map(of_pair).collect()
}

/// Rows whose moves are held at a time: few enough to stay near the processor.
const BLOCK: usize = 256;

/// Returns each attribute's permutation importance and the forest's hold-out share of explained variance.
///
/// The importance is the mean over *all* permutations of the rows, not over a few drawn ones: each
/// row is given every level in turn, weighted by the level's share.
fn held_out(sample: &Sample, target: &[f64], trees: &[Tree]) -> (Vec<f64>, f64) {
    let attributes = sample.attributes;
    let n_pairs = sample.draws.len();
    let n_levels: Vec<usize> = attributes.iter().map(|attribute| attribute.n_levels).collect();
    let classes = match sample.levels {
        Levels::Few => n_levels.iter().map(|n| (0..=u16::MAX).take(*n).collect()).collect(),
        Levels::Many => classes(trees, &n_levels),
    };
    let marginals: Vec<Vec<f64>> = sample.marginals.iter().zip(&classes).map(merged).collect();
    // From here on a level is a class of levels.
    let n_levels: Vec<usize> = marginals.iter().map(Vec::len).collect();
    // Where the levels of each attribute begin among those of all.
    let levels_from: Vec<usize> = (0..n_levels.len()).map(|idx| n_levels[..idx].iter().sum()).collect();
    let tables: Vec<TreeTable> = trees
        .iter()
        .map(|tree| tree.by_class(&classes).table(&n_levels))
        .collect();
    // By pair the cells of its groups: of a group those in either tree.
    let cells: Vec<Vec<u32>> = sample
        .draws
        .iter()
        .zip(tables.chunks(2))
        .map(|(draw, tables)| {
            let class = |idx: usize, group: usize| classes[idx][usize::from(draw.codes[idx][group])];
            let cell = |group: usize| tables.iter().map(move |it| it.cell(|idx| class(idx, group)));
            (0..draw.n_groups).flat_map(cell).collect()
        })
        .collect();
    let width = table::width(&n_levels).max(1);
    let mut moves = vec![0.0; width * BLOCK];
    let mut predictions = vec![0.0; BLOCK];
    let mut losses = RunningSum::default();
    let mut rises = vec![RunningSum::default(); attributes.len()];
    for (block_idx, target) in target.chunks(BLOCK).enumerate() {
        let rows = block_idx * BLOCK..block_idx * BLOCK + target.len();
        moves.fill(0.0);
        predictions.fill(0.0);
        for ((tables, cells), judges) in tables.chunks(2).zip(&cells).zip(&sample.judges) {
            let own = judges[rows.clone()].iter().zip(&mut predictions);
            for ((judge, prediction), moves) in own.zip(moves.chunks_exact_mut(width)) {
                let cell = cells[*judge as usize];
                let table = &tables[(judge & 1) as usize];
                *prediction += table.predict(cell);
                table.add_moves(cell, moves);
            }
        }
        let seen = target.iter().zip(&sample.weights[rows]);
        let foretold = predictions.iter().zip(moves.chunks_exact(width));
        for ((y, weight), (prediction, moves)) in seen.zip(foretold) {
            let error = y - prediction / n_pairs as f64;
            losses.add(weight * error * error);
            let whole_error = 2.0 * error * n_pairs as f64;
            for ((rises, from), marginal) in rises.iter_mut().zip(&levels_from).zip(&marginals) {
                let moves = &moves[*from..from + marginal.len()];
                // (error − moved ÷ pairs)² − error², times the pairs squared.
                let rise = moves.iter().zip(marginal).map(|(moved, share)| {
                    let moved = f64::from(*moved);
                    share * moved * (moved - whole_error)
                });
                // A plain sum: levels stand in one order, and this is the innermost loop of the analysis.
                rises.add(weight * rise.sum::<f64>());
            }
        }
    }
    let total = spread(target, sample.weights);
    let share = |sum: f64| if total > 0.0 { sum / total } else { 0.0 };
    let pairs = n_pairs as f64;
    let rises = rises.iter().map(|it| share(it.total() / (pairs * pairs)));
    (rises.collect(), 1.0 - share(losses.total()))
}

/// The weighted sum of squares about the weighted mean.
fn spread(target: &[f64], weights: &[f64]) -> f64 {
    let rows = || target.iter().zip(weights);
    let moments: RunningSum = rows().map(|(y, w)| y * w).collect();
    let whole: RunningSum = weights.iter().copied().collect();
    let centre = moments.total() / whole.total();
    let squares: RunningSum = rows().map(|(y, w)| w * (y - centre) * (y - centre)).collect();
    squares.total()
}

/// The shares of classes of levels, from those of the levels and the class of each.
fn merged((shares, classes): (&Vec<f64>, &Vec<u16>)) -> Vec<f64> {
    let n_classes = classes.iter().max().map_or(0, |it| usize::from(*it) + 1);
    let mut merged = vec![0.0; n_classes];
    for (share, class) in shares.iter().zip(classes) {
        merged[usize::from(*class)] += share;
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::Seeded;
    use crate::stats::tree::Criterion;
    use crate::stats::tree::Scale;

    const N_ROWS: usize = 400;

    #[test]
    fn importances_do_not_depend_on_how_levels_are_gone_through() {
        let mut rng = Seeded::new(5, 0);
        let mut codes = |n: u64| (0..N_ROWS).map(|_| rng.below(n) as u16).collect::<Vec<u16>>();
        let codes = [codes(4), codes(9), codes(60), codes(2)];
        let attributes: Vec<Attribute> = codes
            .iter()
            .zip([4, 9, 60, 2])
            .zip([Scale::Nominal, Scale::Ordinal, Scale::Ordinal, Scale::Nominal])
            .map(|((codes, n_levels), scale)| Attribute { codes, n_levels, scale })
            .collect();
        let target: Vec<f64> = (0..N_ROWS)
            .map(|row| f64::from(codes[0][row] % 2) + f64::from(codes[2][row]) / 30.0 + rng.unit())
            .collect();
        let weights: Vec<f64> = (0..N_ROWS).map(|row| 1.0 + (row % 3) as f64).collect();
        let [few, many] = [Levels::Few, Levels::Many].map(|levels| {
            let shape = Shape {
                n_pairs: 10,
                considered_share: 0.5,
                growth: Growth {
                    criterion: Criterion::Variance,
                    max_depth: 3,
                    min_leaf: 10,
                },
                levels,
                seed: 1,
            };
            Sample::new(&attributes, &weights, &shape).importances(&target)
        });
        // The trees are the same, and so is what each row gets.
        assert_eq!(few.impurity, many.impurity);
        assert_eq!(few.r2, many.r2);
        assert!(
            few.permutation[0] > 0.05 && few.permutation[2] > 0.05,
            "{:?}",
            few.permutation
        );
        for (few, many) in few.permutation.iter().zip(&many.permutation) {
            // Shares of levels are added before they are multiplied, not after.
            assert!((few - many).abs() < 1e-12, "{few} {many}");
        }
    }
}
