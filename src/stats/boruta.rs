//! Which features tell a target, judged against shuffled copies of themselves.
//!
//! A ranking alone always has a first place, also where every feature is noise. Boruta gives each feature a shadow, the
//! same values dealt to other rows, and asks how often the feature beats the best of all shadows. It sees rows in the
//! order of their values, so that neither the order in which they came nor threads move a verdict. It must not know
//! what the features are called, or what the target is for.

mod bins;

use bins::Coded;
use bins::coded;
use rayon::prelude::*;

use crate::stats::column::Column;
use crate::stats::column::sorted_rows;
use crate::stats::forest::Importances;
use crate::stats::forest::Levels;
use crate::stats::forest::Sample;
use crate::stats::forest::Shape;
use crate::stats::holm::holm;
use crate::stats::rng::Seeded;
use crate::stats::sum::mean;
use crate::stats::sum::quantile;
use crate::stats::tails::fair_coin_two_sided;
use crate::stats::tree::Attribute;
use crate::stats::tree::Criterion;
use crate::stats::tree::Growth;

/// How many rounds there are, how the forests grow, and what a verdict takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Rounds, each with shadows and a forest of its own; default 50. Below 19 nothing is confirmed at 5 %.
    pub n_rounds: usize,
    /// Pairs of trees a round, each grown on one half of the rows and judged on the other; default 20.
    pub n_pairs: usize,
    /// The share of the features and shadows that a pair of trees may split on; default one third.
    pub considered_share: f64,
    /// The largest number of splits on a path, at most 3; default 3.
    pub max_depth: usize,
    /// The smallest number of rows in a leaf; default 20.
    pub min_leaf: usize,
    /// The smallest share of the rows in a leaf, where that is more; default 0.01.
    pub min_leaf_share: f64,
    /// The share of rows at either end whose number is pulled in to the quantile there; default 0.01.
    pub winsor_share: f64,
    /// The chance of a wrong verdict over all features; default 0.05.
    pub alpha: f64,
    /// The most rows that are looked at; of more, a seeded sample; default [`MOST_ROWS`].
    pub most_rows: usize,
    /// Where every random draw comes from.
    pub seed: u64,
}

/// Rows that are looked at: a feature that explains a thousandth of the variance is seen in as many, and a million take
/// no longer than these but for being sorted.
pub const MOST_ROWS: usize = 20_000;

impl Options {
    /// The defaults, under `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            n_rounds: 50,
            n_pairs: 20,
            considered_share: 1.0 / 3.0,
            max_depth: 3,
            min_leaf: 20,
            min_leaf_share: 0.01,
            winsor_share: 0.01,
            alpha: 0.05,
            most_rows: MOST_ROWS,
            seed,
        }
    }
}

/// What the features are to tell; rows without it are left out.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// A finite number in any unit.
    Number(&'a [Option<f64>]),
    /// Whether a row is of one of two classes.
    Class(&'a [Option<bool>]),
}

/// Whether a feature tells the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It beats the best shadow too often for chance, and its mean importance is above what the best shadow reaches.
    Confirmed,
    /// The rounds do not say.
    Tentative,
    /// It loses to the best shadow too often for chance.
    Rejected,
}

/// One feature's importance, and how it stands against the shadows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureScore {
    /// By how much the hold-out share of explained variance falls when the feature is permuted over the rows: the mean of the rounds.
    pub permutation: f64,
    /// The rounds in which it was above the best shadow.
    pub n_hits: usize,
    /// The chance of as many hits, or as few, where each round is a fair coin, over all features (Holm).
    pub p: f64,
    /// What the rounds say.
    pub verdict: Verdict,
}

/// What the features have to say about the target.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureRanking {
    /// One score a feature, in the order in which they were given.
    pub scores: Vec<FeatureScore>,
    /// The features' places by importance, the largest first, ties in the order in which they were given.
    pub ranking: Vec<usize>,
    /// The mean importance that a feature must exceed to be confirmed: the best shadow exceeds it in at most `alpha` of
    /// the rounds.
    pub shadow_bound: f64,
    /// The share of the target's variance that the forests explain on rows they have not seen, the mean of the rounds;
    /// less than a model of the same trees without shadows would.
    pub holdout_r2: f64,
    /// The rows that were looked at.
    pub n_rows: usize,
}

/// Ranks `features` by what they tell of `target`, and says which tell it beyond chance.
///
/// Numbers are put into at most 255 bins of equal size, ties never parted; a missing one is a bin of its own. A target
/// of numbers is winsorised. All rounds are played with all features, so that they can run at once; verdicts follow
/// from the hits of all rounds, by a two-sided binomial test with Holm's correction.
///
/// The rounds share one sample, in which a feature of noise may go with the target by chance in every round: by hits
/// alone a noise feature is confirmed in four of the ten tables of the tests (scikit-learn's forests). So a confirmed
/// feature's mean importance must exceed `shadow_bound` as well, which holds the chance of any wrong one near `alpha`.
///
/// `None` where there is no feature, or fewer than `4·min_leaf` rows have a target: halves of them could not be split.
///
/// Source: Kursa & Rudnicki (2010), "Feature Selection with the Boruta Package", Journal of Statistical Software 36(11),
/// §2, without removal between rounds; Holm (1979), "A Simple Sequentially Rejective Multiple Test Procedure",
/// Scandinavian Journal of Statistics 6: 65–70; the bound: Westfall & Young (1993), §2.3 (max T).
///
/// # Panics
/// Where the columns differ in length, or a number is not finite.
pub fn feature_ranking(features: &[Column], target: Target, options: &Options) -> Option<FeatureRanking> {
    let (numbers, criterion) = match target {
        Target::Number(numbers) => (numbers.to_vec(), Criterion::Variance),
        Target::Class(classes) => (
            classes.iter().map(|it| it.map(|it| f64::from(u8::from(it)))).collect(),
            Criterion::Gini,
        ),
    };
    let rows = sampled_rows(features, &numbers, options);
    if features.is_empty() || rows.len() < 4 * options.min_leaf.max(1) {
        return None;
    }
    let mut target: Vec<f64> = rows.iter().filter_map(|row| numbers[*row as usize]).collect();
    if criterion == Criterion::Variance {
        winsorise(&mut target, options.winsor_share)?;
    }
    let own: Vec<Coded> = features.par_iter().map(|feature| coded(feature, &rows)).collect();
    // One value a round, in order.
    let rounds: Vec<Importances> = (0..options.n_rounds)
        .into_par_iter()
        .map(|round| played(round, &own, &target, criterion, options))
        .collect();
    Some(judged(&rounds, features.len(), rows.len(), options.alpha))
}

/// Where the seeds of the rounds and the sample of rows are drawn from: streams of their own under the seed.
const ROUND_STREAM: u64 = 1 << 32;
const SAMPLE_STREAM: u64 = 1 << 33;
/// Where a round's shadows are drawn from: far above the number of pairs of trees, whose streams come first.
const SHADOW_STREAM: u64 = 1 << 34;

/// The rows that have a target, in the order of all values; a seeded sample where there are too many.
fn sampled_rows(features: &[Column], target: &[Option<f64>], options: &Options) -> Vec<u32> {
    let columns: Vec<Column> = features.iter().copied().chain([Column::Number(target)]).collect();
    let mut rows = sorted_rows(&columns);
    rows.retain(|row| target[*row as usize].is_some());
    if options.most_rows < rows.len() {
        // Places are drawn, not rows: rows of equal values are interchangeable.
        let mut places: Vec<usize> = (0..rows.len()).collect();
        Seeded::new(options.seed, SAMPLE_STREAM).shuffle(&mut places);
        places.truncate(options.most_rows);
        places.sort_unstable();
        rows = places.into_iter().map(|place| rows[place]).collect();
    }
    rows
}

/// Pulls the numbers at either end in to the quantile there.
fn winsorise(numbers: &mut [f64], share: f64) -> Option<()> {
    let low = quantile(numbers, share)?;
    let high = quantile(numbers, 1.0 - share)?;
    numbers.iter_mut().for_each(|x| *x = x.clamp(low, high));
    Some(())
}

/// Deals the shadows of a round and measures them with the features: importances of the features, then of the shadows.
fn played(round: usize, own: &[Coded], target: &[f64], criterion: Criterion, options: &Options) -> Importances {
    let seed = Seeded::new(options.seed, ROUND_STREAM + round as u64).below(u64::MAX);
    let shadows: Vec<Vec<u16>> = (SHADOW_STREAM..)
        .zip(own)
        .map(|(stream, feature)| {
            let mut codes = feature.codes.clone();
            Seeded::new(seed, stream).shuffle(&mut codes);
            codes
        })
        .collect();
    let codes = own.iter().map(|it| &it.codes).chain(&shadows);
    let attributes: Vec<Attribute> = codes
        .zip(own.iter().chain(own))
        .map(|(codes, feature)| Attribute {
            codes,
            n_levels: feature.n_levels,
            scale: feature.scale,
        })
        .collect();
    let shape = Shape {
        n_pairs: options.n_pairs,
        considered_share: options.considered_share,
        growth: Growth {
            criterion,
            max_depth: options.max_depth,
            min_leaf: options
                .min_leaf
                .max((options.min_leaf_share * target.len() as f64) as usize),
        },
        levels: Levels::Many,
        seed,
    };
    Sample::new(&attributes, &vec![1.0; target.len()], &shape).importances(target)
}

/// Counts the hits of all rounds, and what follows from them.
fn judged(rounds: &[Importances], n_features: usize, n_rows: usize, alpha: f64) -> FeatureRanking {
    let best_shadows: Vec<f64> = rounds
        .iter()
        .map(|round| {
            round.permutation[n_features..]
                .iter()
                .fold(0.0_f64, |best, x| best.max(*x))
        })
        .collect();
    let shadow_bound = bound(&best_shadows, alpha);
    let n_hits: Vec<usize> = (0..n_features)
        .map(|idx| {
            let pairs = rounds.iter().zip(&best_shadows);
            pairs.filter(|(round, best)| **best < round.permutation[idx]).count()
        })
        .collect();
    let p: Vec<f64> = n_hits.iter().map(|n| fair_coin_two_sided(*n, rounds.len())).collect();
    let scores: Vec<FeatureScore> = holm(&p)
        .into_iter()
        .zip(n_hits)
        .enumerate()
        .map(|(idx, (p, n_hits))| {
            let of_rounds: Vec<f64> = rounds.iter().map(|round| round.permutation[idx]).collect();
            let permutation = mean(&of_rounds).unwrap_or(0.0);
            FeatureScore {
                permutation,
                n_hits,
                p,
                verdict: match (p <= alpha, 2 * n_hits > rounds.len()) {
                    (true, true) if permutation > shadow_bound => Verdict::Confirmed,
                    (true, false) => Verdict::Rejected,
                    _ => Verdict::Tentative,
                },
            }
        })
        .collect();
    let mut ranking: Vec<usize> = (0..n_features).collect();
    ranking.sort_by(|a, b| scores[*b].permutation.total_cmp(&scores[*a].permutation));
    let r2: Vec<f64> = rounds.iter().map(|round| round.r2).collect();
    FeatureRanking {
        scores,
        ranking,
        shadow_bound,
        holdout_r2: mean(&r2).unwrap_or(0.0),
        n_rows,
    }
}

/// The figure that the best shadow exceeds in at most `alpha` of the rounds, one more counted for the features' own.
fn bound(best_shadows: &[f64], alpha: f64) -> f64 {
    let mut largest = best_shadows.to_vec();
    largest.sort_by(|a, b| b.total_cmp(a));
    let n_above = (alpha * (largest.len() + 1) as f64) as usize;
    let place = n_above.checked_sub(1);
    place.and_then(|idx| largest.get(idx)).copied().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests;
