//! Which attribute tells whose behaviour changed, or who the buyers are: forests, and what they owe to chance.
//!
//! An impurity importance alone always crowns someone, most often the attribute with the most levels, even
//! where nothing explains anything. So each attribute is judged on customers that its trees have not seen,
//! and against the same forest on data from which only the question has been removed. Everything goes by
//! customer: a customer is never on both sides of a split of the sample. It must not know names or units.

mod draws;

use draws::Draw;
use draws::draws;
use rayon::prelude::*;
use std::sync::Arc;

use crate::stats::rng::Seeded;
use crate::stats::sum::RunningSum;
use crate::stats::sum::exact_sum;
use crate::stats::sum::mean;
use crate::stats::sum::median;
use crate::stats::sum::quantile;
use crate::stats::tree::Attribute;
use crate::stats::tree::Criterion;
use crate::stats::tree::Growth;
use crate::stats::tree::Response;
use crate::stats::tree::Tree;
use crate::stats::tree::Weighing;
use crate::stats::tree::impurity_importances;
use crate::stats::tree::table;
use crate::stats::tree::table::TreeTable;

/// How the forests grow and what they are compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Pairs of trees, each grown on one half of the customers and judged on the other; default 20.
    pub n_pairs: usize,
    /// The share of the attributes that a pair of trees may split on; default one third.
    pub considered_share: f64,
    /// The largest number of splits on a path; default 2.
    pub max_depth: usize,
    /// The smallest number of customers in a leaf; default 20.
    pub min_leaf: usize,
    /// The smallest share of the customers in a leaf, where that is more; default 0.01.
    pub min_leaf_share: f64,
    /// How many forests are grown on data without an answer; default 99.
    pub n_null: usize,
    /// The share of customers at either end whose change is pulled in to the quantile there; default 0.01.
    pub winsor_share: f64,
    /// The chance of naming any attribute where none explains anything; default 0.05.
    pub alpha: f64,
    /// Where every random draw comes from.
    pub seed: u64,
}

impl Options {
    /// The defaults, under `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            n_pairs: 20,
            considered_share: 1.0 / 3.0,
            max_depth: 2,
            min_leaf: 20,
            min_leaf_share: 0.01,
            n_null: 99,
            winsor_share: 0.01,
            alpha: 0.05,
            seed,
        }
    }
}

/// What the attributes have to say about a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Drivers {
    /// One score an attribute, in the order in which they were given.
    pub scores: Vec<DriverScore>,
    /// The attributes' places, the leading one first.
    pub ranking: Vec<usize>,
    /// The share of the target's variance that the forest explains on customers it has not seen; below 0 where it does harm.
    pub holdout_r2: f64,
    /// How many customers were asked.
    pub n_customers: usize,
}

/// One attribute's importances, and what chance alone would give it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DriverScore {
    /// Node-weighted impurity decrease; the attributes add up to 1, or are all 0 where no tree splits.
    pub impurity: f64,
    /// By how much the hold-out share of explained variance falls when the attribute is permuted over the customers.
    pub permutation: f64,
    /// What chance gives this attribute, set so that in at most `alpha` of meaningless cases any attribute exceeds its own.
    pub null_bound: f64,
    /// `permutation` minus the null's mean, in standard deviations of the null; 0 where the null does not vary. The ranking goes by it.
    pub z: f64,
    /// The chance that the best of all attributes reaches this `z` where nothing explains anything.
    pub p: f64,
    /// Whether `permutation` exceeds `null_bound`; an attribute at or below its null explains nothing.
    pub explains: bool,
}

/// Asks which attribute tells whose spending changed.
///
/// `change` holds each customer's change of the measure (after minus before), for customers active in both
/// periods, zeros included; the attributes one code a customer. Changes are winsorised; the null flips each
/// one about their median, which keeps its size and takes away what any attribute could know of its sign.
///
/// Returns `None` for fewer than `4·min_leaf` customers: halves of them could not be split.
///
/// Source: importances as [`crate::stats::tree::grow`] and Fisher, Rudin & Dominici (2019), "All Models are Wrong, but Many are Useful",
/// JMLR 20(177), eq. 3.3; sign flips: Fisher (1935), "The Design of Experiments", §21; the bound over all attributes:
/// Westfall & Young (1993), "Resampling-Based Multiple Testing", §2.3 (max T).
///
/// # Panics
/// Where an attribute has no code for some customer, or a change is not finite.
pub fn behaviour(change: &[f64], attributes: &[Attribute], options: &Options) -> Option<Drivers> {
    let low = quantile(change, options.winsor_share)?;
    let high = quantile(change, 1.0 - options.winsor_share)?;
    let clipped: Vec<f64> = change.iter().map(|x| x.clamp(low, high)).collect();
    let centre = median(&clipped)?;
    let flipped = |rng: &mut Seeded| {
        clipped
            .iter()
            .map(|x| if rng.coin() { 2.0 * centre - x } else { *x })
            .collect::<Vec<f64>>()
    };
    judged(
        &clipped,
        &vec![1.0; clipped.len()],
        flipped,
        attributes,
        Criterion::Variance,
        options,
    )
}

/// Asks which attribute tells the buyers of one period from the other's.
///
/// `before` and `after` hold each customer's measure in the two periods, 0 or less where the customer did not
/// buy; customers who bought in neither are left out. Each buyer stands in for the measure he or she brings,
/// winsorised at the upper end of the buyers of either period. A tree sees the period as target and the
/// measure as weight. A customer's two rows share all attributes, so that no split could part them: they enter
/// as one row with the share of the measure that is the later period's, which gives the same Gini decreases.
/// The null swaps a customer's two periods.
///
/// Returns `None` for fewer than `4·min_leaf` buyers.
///
/// Source: as [`behaviour`]; swapping within a pair: Fisher (1935), §21.
///
/// # Panics
/// Where the slices differ in length or a measure is not finite.
pub fn population(before: &[f64], after: &[f64], attributes: &[Attribute], options: &Options) -> Option<Drivers> {
    assert_eq!(before.len(), after.len(), "one measure a customer in each period");
    let buyers: Vec<usize> = (0..before.len())
        .filter(|i| before[*i] > 0.0 || after[*i] > 0.0)
        .collect();
    let (before, after) = (capped(before, &buyers, options), capped(after, &buyers, options));
    let weights: Vec<f64> = before.iter().zip(&after).map(|(b, a)| b + a).collect();
    let shares: Vec<f64> = after.iter().zip(&weights).map(|(a, w)| a / w).collect();
    let codes: Vec<Vec<u16>> = attributes
        .iter()
        .map(|attribute| buyers.iter().map(|i| attribute.codes[*i]).collect())
        .collect();
    let kept: Vec<Attribute> = attributes
        .iter()
        .zip(&codes)
        .map(|(attribute, codes)| Attribute { codes, ..*attribute })
        .collect();
    let swapped = |rng: &mut Seeded| {
        shares
            .iter()
            .map(|x| if rng.coin() { 1.0 - x } else { *x })
            .collect::<Vec<f64>>()
    };
    judged(&shares, &weights, swapped, &kept, Criterion::Gini, options)
}

/// Returns the measure of `buyers`, nothing below 0 and nothing above the quantile that leaves `winsor_share` of those who bought.
fn capped(measure: &[f64], buyers: &[usize], options: &Options) -> Vec<f64> {
    let bought: Vec<f64> = buyers.iter().map(|i| measure[*i]).filter(|x| *x > 0.0).collect();
    let cap = quantile(&bought, 1.0 - options.winsor_share).unwrap_or(0.0);
    buyers.iter().map(|i| measure[*i].clamp(0.0, cap)).collect()
}

/// Grows the forest on `target` and on what `null` makes of it, and sets the one against the other.
fn judged(
    target: &[f64],
    weights: &[f64],
    null: impl Fn(&mut Seeded) -> Vec<f64> + Sync,
    attributes: &[Attribute],
    criterion: Criterion,
    options: &Options,
) -> Option<Drivers> {
    let n_customers = target.len();
    assert!(
        attributes.iter().all(|a| a.codes.len() == n_customers),
        "one code a customer"
    );
    if n_customers < 4 * options.min_leaf.max(1) {
        return None;
    }
    let weighing = Arc::new(Weighing::new(weights));
    let draws = draws(attributes, &weighing, n_customers, options);
    let min_leaf = options
        .min_leaf
        .max((options.min_leaf_share * n_customers as f64) as usize);
    let growth = Growth {
        criterion,
        max_depth: options.max_depth,
        min_leaf,
    };
    let marginals: Vec<Vec<f64>> = attributes.iter().map(marginal).collect();
    let sample = Sample {
        weights,
        weighing,
        attributes,
        marginals: &marginals,
        draws: &draws,
        judges: &judges(&draws, n_customers),
        growth,
    };
    // Task 0 is what was seen; the others are what chance gives. One value a task, in order.
    let forests: Vec<Importances> = (0..=options.n_null)
        .into_par_iter()
        .map(|task| {
            if task == 0 {
                return importances(&sample, target);
            }
            importances(
                &sample,
                &null(&mut Seeded::new(options.seed, NULL_STREAM + task as u64)),
            )
        })
        .collect();
    let (seen, chance) = forests.split_first().expect("task 0 always runs");
    Some(against_chance(seen, chance, n_customers, options.alpha))
}

/// Where the null's random streams begin: far above the number of pairs of trees, whose streams come first.
const NULL_STREAM: u64 = 1 << 32;

/// The share of customers at each level.
fn marginal(attribute: &Attribute) -> Vec<f64> {
    let mut counts = vec![0.0; attribute.n_levels];
    for code in attribute.codes {
        counts[usize::from(*code)] += 1.0;
    }
    counts.iter().map(|n| n / attribute.codes.len() as f64).collect()
}

/// All that the forests of one question have in common.
struct Sample<'a> {
    weights: &'a [f64],
    weighing: Arc<Weighing>,
    attributes: &'a [Attribute<'a>],
    marginals: &'a [Vec<f64>],
    draws: &'a [Draw],
    judges: &'a [Vec<Judge>],
    growth: Growth,
}

struct Importances {
    impurity: Vec<f64>,
    permutation: Vec<f64>,
    r2: f64,
}

/// Grows one forest on `target` and measures each attribute on the halves that its trees have not seen.
fn importances(sample: &Sample, target: &[f64]) -> Importances {
    let attributes = sample.attributes;
    let response = Response::weighed(target, sample.weights, sample.weighing.clone());
    let trees: Vec<Tree> = sample
        .draws
        .iter()
        .flat_map(|draw| draw.grow(attributes, &response, &sample.growth))
        .collect();
    let (permutation, r2) = held_out(sample, target, &trees);
    Importances {
        impurity: impurity_importances(&trees, attributes.len()),
        permutation,
        r2,
    }
}

/// The group of a customer in a pair of trees, times two, and which of the two has not seen the customer.
type Judge = u32;

/// Returns the judges of all customers, one list a pair.
fn judges(draws: &[Draw], n_customers: usize) -> Vec<Vec<Judge>> {
    let of_pair = |draw: &Draw| {
        let mut judges = vec![0; n_customers];
        for (customers, unseen) in draw.halves.iter().zip([1, 0]) {
            for customer in customers {
                let customer = *customer as usize;
                judges[customer] = 2 * draw.group_of[customer] + unseen;
            }
        }
        judges
    };
    draws.iter().map(of_pair).collect()
}

/// Customers whose moves are held at a time: few enough to stay near the processor.
const BLOCK: usize = 256;

/// Returns each attribute's permutation importance and the forest's hold-out share of explained variance.
///
/// The importance is the mean over *all* permutations of the customers, not over a few drawn ones: each
/// customer is given every level in turn, weighted by the level's share.
fn held_out(sample: &Sample, target: &[f64], trees: &[Tree]) -> (Vec<f64>, f64) {
    let attributes = sample.attributes;
    let n_pairs = sample.draws.len();
    let n_levels: Vec<usize> = attributes.iter().map(|attribute| attribute.n_levels).collect();
    // Where the levels of each attribute begin among those of all.
    let levels_from: Vec<usize> = (0..n_levels.len()).map(|idx| n_levels[..idx].iter().sum()).collect();
    let tables: Vec<TreeTable> = trees.iter().map(|tree| tree.table(&n_levels)).collect();
    // By pair the cells of its groups: of a group those in either tree.
    let cells: Vec<Vec<u32>> = sample
        .draws
        .iter()
        .zip(tables.chunks(2))
        .map(|(draw, tables)| {
            let cell = |group: usize| tables.iter().map(move |it| it.cell(|idx| draw.codes[idx][group]));
            (0..draw.n_groups).flat_map(cell).collect()
        })
        .collect();
    let width = table::width(&n_levels).max(1);
    let mut moves = vec![0.0; width * BLOCK];
    let mut predictions = vec![0.0; BLOCK];
    let mut losses = RunningSum::default();
    let mut rises = vec![RunningSum::default(); attributes.len()];
    for (block_idx, target) in target.chunks(BLOCK).enumerate() {
        let customers = block_idx * BLOCK..block_idx * BLOCK + target.len();
        moves.fill(0.0);
        predictions.fill(0.0);
        for ((tables, cells), judges) in tables.chunks(2).zip(&cells).zip(sample.judges) {
            let own = judges[customers.clone()].iter().zip(&mut predictions);
            for ((judge, prediction), moves) in own.zip(moves.chunks_exact_mut(width)) {
                let cell = cells[*judge as usize];
                let table = &tables[(judge & 1) as usize];
                *prediction += table.predict(cell);
                table.add_moves(cell, moves);
            }
        }
        let seen = target.iter().zip(&sample.weights[customers]);
        let foretold = predictions.iter().zip(moves.chunks_exact(width));
        for ((y, weight), (prediction, moves)) in seen.zip(foretold) {
            let error = y - prediction / n_pairs as f64;
            losses.add(weight * error * error);
            let whole_error = 2.0 * error * n_pairs as f64;
            for ((rises, from), marginal) in rises.iter_mut().zip(&levels_from).zip(sample.marginals) {
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

/// Standardises the importances by their null and corrects for there being several attributes.
fn against_chance(seen: &Importances, chance: &[Importances], n_customers: usize, alpha: f64) -> Drivers {
    let n_attributes = seen.permutation.len();
    let nulls: Vec<(f64, f64)> = (0..n_attributes)
        .map(|idx| {
            centre_and_spread(
                &chance
                    .iter()
                    .map(|forest| forest.permutation[idx])
                    .collect::<Vec<f64>>(),
            )
        })
        .collect();
    let z = |forest: &Importances, idx: usize| {
        let (centre, spread) = nulls[idx];
        if spread > 0.0 {
            (forest.permutation[idx] - centre) / spread
        } else {
            0.0
        }
    };
    let mut largest: Vec<f64> = chance
        .iter()
        .map(|forest| {
            (0..n_attributes)
                .map(|idx| z(forest, idx))
                .fold(f64::NEG_INFINITY, f64::max)
        })
        .collect();
    largest.sort_by(|a, b| b.total_cmp(a));
    // The test that counts the observed case among the null's: p ≤ α exactly where z is above this one.
    let n_above = (alpha * (chance.len() + 1) as f64) as usize;
    let bound = n_above
        .checked_sub(1)
        .and_then(|idx| largest.get(idx))
        .copied()
        .unwrap_or(f64::INFINITY);
    let scores: Vec<DriverScore> = (0..n_attributes)
        .map(|idx| {
            let z = z(seen, idx);
            let (centre, spread) = nulls[idx];
            let n_reached = largest.iter().filter(|x| **x >= z).count();
            DriverScore {
                impurity: seen.impurity[idx],
                permutation: seen.permutation[idx],
                null_bound: if spread > 0.0 { centre + bound * spread } else { centre },
                z,
                p: (n_reached + 1) as f64 / (chance.len() + 1) as f64,
                explains: z > bound && seen.permutation[idx] > 0.0,
            }
        })
        .collect();
    let mut ranking: Vec<usize> = (0..n_attributes).collect();
    ranking.sort_by(|a, b| scores[*b].z.total_cmp(&scores[*a].z));
    Drivers {
        scores,
        ranking,
        holdout_r2: seen.r2,
        n_customers,
    }
}

/// Mean and standard deviation; 0 and 0 where there is nothing.
fn centre_and_spread(parts: &[f64]) -> (f64, f64) {
    let Some(centre) = mean(parts) else { return (0.0, 0.0) };
    let squares: Vec<f64> = parts.iter().map(|x| (x - centre) * (x - centre)).collect();
    (centre, (exact_sum(&squares) / (parts.len().max(2) - 1) as f64).sqrt())
}

#[cfg(test)]
mod tests;
