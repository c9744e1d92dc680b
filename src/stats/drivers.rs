//! Which attribute tells whose behaviour changed, or who the buyers are: forests, and what they owe to chance.
//!
//! An impurity importance alone always crowns someone, most often the attribute with the most levels, even
//! where nothing explains anything. So each attribute is judged on customers that its trees have not seen,
//! and against the same forest on data from which only the question has been removed. Everything goes by
//! customer: a customer is never on both sides of a split of the sample. It must not know names or units.

use rayon::prelude::*;

use crate::stats::forest::Importances;
use crate::stats::forest::Levels;
use crate::stats::forest::Sample;
use crate::stats::forest::Shape;
use crate::stats::rng::Seeded;
use crate::stats::sum::exact_sum;
use crate::stats::sum::mean;
use crate::stats::sum::median;
use crate::stats::sum::quantile;
use crate::stats::tree::Attribute;
use crate::stats::tree::Criterion;
use crate::stats::tree::Growth;

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
    let shape = Shape {
        n_pairs: options.n_pairs,
        considered_share: options.considered_share,
        growth: Growth {
            criterion,
            max_depth: options.max_depth,
            min_leaf: options
                .min_leaf
                .max((options.min_leaf_share * n_customers as f64) as usize),
        },
        levels: Levels::Few,
        seed: options.seed,
    };
    let sample = Sample::new(attributes, weights, &shape);
    // Task 0 is what was seen; the others are what chance gives. One value a task, in order.
    let forests: Vec<Importances> = (0..=options.n_null)
        .into_par_iter()
        .map(|task| {
            if task == 0 {
                return sample.importances(target);
            }
            sample.importances(&null(&mut Seeded::new(options.seed, NULL_STREAM + task as u64)))
        })
        .collect();
    let (seen, chance) = forests.split_first().expect("task 0 always runs");
    Some(against_chance(seen, chance, n_customers, options.alpha))
}

/// Where the null's random streams begin: far above the number of pairs of trees, whose streams come first.
const NULL_STREAM: u64 = 1 << 32;

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
