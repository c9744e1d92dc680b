//! A plane on which those are near whom trees cannot tell apart when they predict a target.
//!
//! Plain distances let every feature speak, most of all those that say nothing of what is asked. Here features speak as
//! far as they tell the target: revenue, say. Two rows are alike by the share of trees in which they fall into the same
//! leaf. It must not know what the target is.

use rayon::prelude::*;

use crate::stats::cluster::Points;
use crate::stats::embed::Embedding;
use crate::stats::embed::as_came;
use crate::stats::embed::drawn;
use crate::stats::embed::tsne::pairwise;
use crate::stats::embed::tsne::placed;
use crate::stats::rng::Seeded;
use crate::stats::sum::exact_sum;
use crate::stats::sum::sorted_quantile;
use crate::stats::tree::Attribute;
use crate::stats::tree::Criterion;
use crate::stats::tree::Growth;
use crate::stats::tree::Response;
use crate::stats::tree::Tree;
use crate::stats::tree::grow;
use crate::stats::tree::impurity_importances;

/// How the trees grow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How many trees; default 200.
    pub n_trees: usize,
    /// The largest number of splits on a path; default 5.
    pub max_depth: usize,
    /// The smallest number of rows in a leaf; default 5.
    pub min_leaf: usize,
    /// The smallest share of a tree's rows in a leaf, where that is more; default 0.01.
    pub min_leaf_share: f64,
    /// Where every random draw comes from.
    pub seed: u64,
}

impl Options {
    /// The defaults, under `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            n_trees: 200,
            max_depth: 5,
            min_leaf: 5,
            min_leaf_share: 0.01,
            seed,
        }
    }
}

/// Rows on a plane, near where trees grown for a target put them into the same leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeEmbedding {
    /// Where the rows are.
    pub embedding: Embedding,
    /// One an attribute: what its splits took off the target's variance, as a share of what all did; zeros where no tree splits.
    pub importances: Vec<f64>,
}

/// Rows that one tree is grown on at most: half of the rows, and no more than make its upper splits certain.
const MOST_ROWS_A_TREE: usize = 10_000;
/// Rounds of the search for the start: it need not be exact, and the same rows give the same one.
const N_START_ROUNDS: usize = 60;
/// Draws of this analysis have tasks of their own: the plane has the first two of the seed.
const FIRST_TREE_TASK: u64 = 2;

/// Returns rows on a plane by the leaves that they share in trees grown for a target, made flat by t-SNE.
///
/// `attributes` hold one code a row (see [`banded`] for numbers), `target` one number a row in any unit. Each tree is
/// grown on half of the rows, drawn without repeats, and splits on any attribute; then every row falls into one of its
/// leaves. With the share `s` of trees in which two rows share a leaf, their squared distance is `1 − s`. At most
/// [`MOST_ROWS`](crate::stats::embed::MOST_ROWS) rows are placed; rows with the same codes have one place. The plane
/// depends on neither the order of the rows nor the number of threads.
///
/// Returns `None` where there are fewer than two rows, or no attribute.
///
/// Source: Breiman (2001), "Random Forests", Machine Learning 45: 5–32, and Breiman & Cutler's manual (2003),
/// "Proximities"; Shi & Horvath (2006), "Unsupervised Learning with Random Forest Predictors", JCGS 15: 118–138 (the
/// root of `1 − s` as a distance); the start by Torgerson (1952), "Multidimensional Scaling", Psychometrika 17: 401–419.
///
/// # Panics
/// Where there is not one code an attribute and row, or a target is not finite.
pub fn tree_embedding(attributes: &[Attribute], target: &[f64], options: &Options) -> Option<TreeEmbedding> {
    let n_rows = target.len();
    if n_rows < 2 || attributes.is_empty() {
        return None;
    }
    assert!(
        attributes.iter().all(|it| it.codes.len() == n_rows),
        "one code an attribute and row"
    );
    // Codes, then the target: which rows a tree draws depends on values alone.
    let values: Vec<f64> = (0..n_rows)
        .flat_map(|row| {
            let codes = attributes.iter().map(move |it| f64::from(it.codes[row]));
            codes.chain([target[row]])
        })
        .collect();
    let points = Points::new(&values, attributes.len() + 1);
    let codes: Vec<Vec<u16>> = attributes.iter().map(|it| points.as_sorted(it.codes)).collect();
    let sorted: Vec<Attribute> = attributes
        .iter()
        .zip(&codes)
        .map(|(it, codes)| Attribute { codes, ..*it })
        .collect();
    let trees = grown(&sorted, &points.as_sorted(target), options);
    let drawn = drawn(n_rows, options.seed);
    let leaves = leaves(&trees, &codes, &drawn);
    let n = drawn.len();
    let shared = pairwise(n, |i, j| share(&leaves[i], &leaves[j]));
    let squares: Vec<f64> = shared.iter().map(|it| 1.0 - it).collect();
    let is_new: Vec<bool> = (0..n).map(|it| it == 0 || leaves[it - 1] != leaves[it]).collect();
    let start = scaled(&shared, n, &is_new, options.seed);
    let plane = placed(&squares, start, &is_new, options.seed);
    Some(TreeEmbedding {
        embedding: Embedding {
            places: as_came(&points, &drawn, &plane.places),
            n_drawn: n,
            perplexity: plane.perplexity,
            divergence: plane.divergence,
        },
        importances: impurity_importances(&trees, attributes.len()),
    })
}

/// Returns the band of each number by quantiles, and how many bands there are: at most `n_bands`, of about equal size.
///
/// `values` in any unit; equal numbers share a band, so that there may be fewer. Bands follow the order of the numbers.
///
/// Source: definition; quantiles of Hyndman & Fan (1996), type 7.
///
/// # Panics
/// Where no band is asked for, or more than 65,535, or a number is not finite.
pub fn banded(values: &[f64], n_bands: u16) -> (Vec<u16>, usize) {
    assert!(0 < n_bands, "there is a band");
    assert!(values.iter().all(|x| x.is_finite()), "numbers are finite");
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quantile = |it: u16| sorted_quantile(&sorted, f64::from(it) / f64::from(n_bands));
    let mut bounds: Vec<f64> = (1..n_bands).filter_map(quantile).collect();
    // A bound at the smallest number would leave the band below it empty.
    bounds.retain(|it| sorted.first().is_some_and(|first| first < it));
    bounds.dedup();
    let band = |x: &f64| bounds.partition_point(|bound| bound <= x);
    let codes = values
        .iter()
        .map(|x| u16::try_from(band(x)).expect("bands are counted by 16 bits"));
    (codes.collect(), bounds.len() + 1)
}

/// The trees, in the order of their tasks.
fn grown(attributes: &[Attribute], target: &[f64], options: &Options) -> Vec<Tree> {
    let n_rows = target.len();
    let response = Response::new(target, &vec![1.0; n_rows]);
    let n_drawn = n_rows.div_ceil(2).min(MOST_ROWS_A_TREE);
    let growth = Growth {
        criterion: Criterion::Variance,
        max_depth: options.max_depth,
        // The cast takes the floor of what is not negative.
        min_leaf: options.min_leaf.max((options.min_leaf_share * n_drawn as f64) as usize),
    };
    let considered: Vec<usize> = (0..attributes.len()).collect();
    let tasks: Vec<u64> = (FIRST_TREE_TASK..).take(options.n_trees).collect();
    tasks
        .par_iter()
        .map(|task| {
            let rows = half(n_rows, n_drawn, &mut Seeded::new(options.seed, *task));
            grow(attributes, &considered, &response, &rows, &growth)
        })
        .collect()
}

/// Different rows, each as likely as any other: the first steps of a shuffle.
fn half(n_rows: usize, n_drawn: usize, rng: &mut Seeded) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..).take(n_rows).collect();
    for at in 0..n_drawn {
        // Below the number of rows: the cast is exact.
        rows.swap(at, at + rng.below((n_rows - at) as u64) as usize);
    }
    rows.truncate(n_drawn);
    rows
}

/// For each row drawn, its leaf in every tree.
fn leaves(trees: &[Tree], codes: &[Vec<u16>], drawn: &[u32]) -> Vec<Vec<u32>> {
    drawn
        .par_iter()
        .map(|place| {
            let leaf = |tree: &Tree| tree.leaf(|attribute| codes[attribute][*place as usize]);
            let leaves = trees
                .iter()
                .map(|it| u32::try_from(leaf(it)).expect("a tree has few leaves"));
            leaves.collect()
        })
        .collect()
}

/// The share of trees in which two rows share a leaf.
fn share(a: &[u32], b: &[u32]) -> f64 {
    let n_shared: u32 = a.iter().zip(b).map(|(a, b)| u32::from(a == b)).sum();
    f64::from(n_shared) / (a.len().max(1)) as f64
}

/// Classical scaling: the plane whose products come nearest to those that the shares are, the first direction first.
fn scaled(shared: &[f64], n: usize, is_new: &[bool], seed: u64) -> Vec<[f64; 2]> {
    let means: Vec<f64> = shared.chunks_exact(n).map(|row| exact_sum(row) / n as f64).collect();
    let mean = exact_sum(&means) / n as f64;
    let product = |i: usize, j: usize| shared[i * n + j] - means[i] - means[j] + mean;
    // Any start will do that is not at right angles to the answer; equal rows start and stay alike.
    let mut rng = Seeded::new(seed, 1);
    let mut moved = [0.0; 2];
    let mut axes = [vec![0.0; n], vec![0.0; n]];
    for (row, is_new) in is_new.iter().enumerate() {
        if *is_new {
            moved = [rng.unit() - 0.5, rng.unit() - 0.5];
        }
        (axes[0][row], axes[1][row]) = (moved[0], moved[1]);
    }
    let mut lengths = [0.0; 2];
    for _ in 0..N_START_ROUNDS {
        let next: Vec<[f64; 2]> = (0..n)
            .into_par_iter()
            .map(|i| {
                let along = |axis: &[f64]| (0..n).map(|j| product(i, j) * axis[j]).sum();
                [along(&axes[0]), along(&axes[1])]
            })
            .collect();
        axes = [0, 1].map(|axis: usize| next.iter().map(|it| it[axis]).collect());
        let [first, second] = &mut axes;
        lengths[0] = normalised(first);
        let overlap = dot(first, second);
        second.iter_mut().zip(first).for_each(|(x, y)| *x -= overlap * *y);
        lengths[1] = normalised(second);
    }
    let [first, second] = &axes;
    let at = |row: usize| [first[row] * lengths[0].sqrt(), second[row] * lengths[1].sqrt()];
    (0..n).map(at).collect()
}

/// Divides by the length, and returns it; where there is none, nothing is left.
fn normalised(axis: &mut [f64]) -> f64 {
    // A direction this short, of numbers below one, is rounding.
    const ROUNDING: f64 = 1e-12;
    let length = dot(axis, axis).sqrt();
    let factor = if ROUNDING < length { 1.0 / length } else { 0.0 };
    axis.iter_mut().for_each(|it| *it *= factor);
    if ROUNDING < length { length } else { 0.0 }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let products: Vec<f64> = a.iter().zip(b).map(|(x, y)| x * y).collect();
    exact_sum(&products)
}
