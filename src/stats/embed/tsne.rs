//! t-SNE: a plane on which neighbours stay neighbours.
//!
//! Groups that principal components lay over each other come apart here. What is near is alike; how far apart two groups
//! are, and how large they look, says nothing. Exact: every row is held against every other, in one order, so that
//! the same rows give the same plane; 1,500 rows take 2.5 seconds on two cores. It must not know what distances are of.

use rayon::prelude::*;

use crate::stats::cluster::Points;
use crate::stats::cluster::squared;
use crate::stats::embed::Embedding;
use crate::stats::embed::as_came;
use crate::stats::embed::drawn;
use crate::stats::embed::pca::pca;
use crate::stats::rng::Seeded;
use crate::stats::sum::exact_sum;

/// Neighbours that a row keeps, roughly: what the authors and most programs take.
const PERPLEXITY: f64 = 30.0;
/// Of few rows, a third are neighbours.
const NEIGHBOUR_SHARE: f64 = 1.0 / 3.0;
/// Fewer rows than this are placed by their start alone: one neighbour each is the least there can be.
const FEWEST_ROWS: usize = 4;
/// All rounds, and those at the beginning in which neighbours pull twelve times as hard. Source: Poličar, Stražar & Zupan
/// (2024), "openTSNE: A Modular Python Library", JSS 109(3), whose defaults they are.
const N_ROUNDS: usize = 750;
const N_EARLY: usize = 250;
const EXAGGERATION: f64 = 12.0;
/// The standard deviation of the start across: small beside the plane, so that the start gives the layout, not its size.
const START_SPREAD: f64 = 1e-4;
/// What chance adds to it, so that rows that differ in one direction alone can leave the line.
const JITTER: f64 = 1e-6;
/// Steps of the search for a row's reach; halving from then on is below what entropy can show.
const MOST_STEPS: usize = 60;
/// How exactly a row's entropy is met, in nats.
const TOLERANCE: f64 = 1e-6;
/// Rows whose forces are summed side by side, in sums of their own: the order is fixed, and the processor takes several.
const LANE: usize = 2;

/// Returns rows on a plane by t-SNE, started from their principal components.
///
/// At most [`MOST_ROWS`](crate::stats::embed::MOST_ROWS) rows are placed, drawn by `seed`. Distances are Euclidean, so
/// that features of different units want [`crate::stats::cluster::standardised`] first. Equal rows have one place. The
/// plane depends on neither the order of the rows nor the number of threads; which of equal rows is drawn does depend on
/// their order.
///
/// Source: van der Maaten & Hinton (2008), "Visualizing Data using t-SNE", JMLR 9: 2579–2605; the start by Kobak & Berens
/// (2019), Nature Communications 10: 5416; the learning rate by Belkina et al. (2019), Nature Communications 10: 5415.
pub fn tsne(points: &Points, seed: u64) -> Embedding {
    let drawn = drawn(points.n_rows(), seed);
    let rows: Vec<&[f64]> = drawn.iter().map(|it| points.at(*it as usize)).collect();
    let squares = pairwise(rows.len(), |i, j| squared(rows[i], rows[j]));
    let start = pca(&rows.concat(), points.n_features()).map_or_else(|| vec![[0.0; 2]; rows.len()], |it| it.scores);
    let is_new: Vec<bool> = (0..rows.len()).map(|it| it == 0 || rows[it - 1] != rows[it]).collect();
    let plane = placed(&squares, start, &is_new, seed);
    Embedding {
        places: as_came(points, &drawn, &plane.places),
        n_drawn: drawn.len(),
        perplexity: plane.perplexity,
        divergence: plane.divergence,
    }
}

/// Returns one number a pair, row after row; `of` is symmetric.
pub(super) fn pairwise(n: usize, of: impl Fn(usize, usize) -> f64 + Sync) -> Vec<f64> {
    let rows: Vec<Vec<f64>> = (0..n)
        .into_par_iter()
        .map(|i| (0..n).map(|j| of(i, j)).collect())
        .collect();
    rows.concat()
}

/// Rows on a plane, in the order of `start`.
pub(super) struct Plane {
    pub(super) places: Vec<[f64; 2]>,
    pub(super) perplexity: f64,
    pub(super) divergence: f64,
}

/// Places rows by their squared distances, one row after the other; `is_new` is false for a row that is equal to the one
/// before it, so that chance moves both alike.
pub(super) fn placed(squares: &[f64], start: Vec<[f64; 2]>, is_new: &[bool], seed: u64) -> Plane {
    let n = start.len();
    if n < FEWEST_ROWS {
        return Plane {
            places: start,
            perplexity: 0.0,
            divergence: 0.0,
        };
    }
    let perplexity = PERPLEXITY.min((n - 1) as f64 * NEIGHBOUR_SHARE);
    let joint = joint(squares, n, libm::log(perplexity));
    let places = descended(&joint, &spread_start(&start, is_new, seed));
    let divergence = divergence(&joint, &places);
    Plane {
        places,
        perplexity,
        divergence,
    }
}

/// The start at its size, moved a little by chance.
fn spread_start(start: &[[f64; 2]], is_new: &[bool], seed: u64) -> Vec<[f64; 2]> {
    let squares: Vec<f64> = start.iter().map(|it| it[0] * it[0]).collect();
    let spread = (exact_sum(&squares) / start.len() as f64).sqrt();
    let scale = if 0.0 < spread { START_SPREAD / spread } else { 0.0 };
    // The draw of rows was task 0 of this seed.
    let mut rng = Seeded::new(seed, 1);
    let mut moved = [0.0; 2];
    let rows = start.iter().zip(is_new).map(|(at, is_new)| {
        if *is_new {
            moved = [rng.unit() - 0.5, rng.unit() - 0.5];
        }
        [at[0] * scale + moved[0] * JITTER, at[1] * scale + moved[1] * JITTER]
    });
    rows.collect()
}

/// How likely each pair is to be neighbours; all pairs add up to 1.
fn joint(squares: &[f64], n: usize, entropy: f64) -> Vec<f64> {
    let rows: Vec<Vec<f64>> = (0..n)
        .into_par_iter()
        .map(|i| conditional(&squares[i * n..][..n], i, entropy))
        .collect();
    pairwise(n, |i, j| (rows[i][j] + rows[j][i]) / (2.0 * n as f64))
}

/// How likely a row is to choose each other as its neighbour, its reach such that the choice has this entropy.
fn conditional(squares: &[f64], own: usize, entropy: f64) -> Vec<f64> {
    let others = || {
        squares
            .iter()
            .enumerate()
            .filter(|(it, _)| *it != own)
            .map(|(_, it)| *it)
    };
    let nearest = others().fold(f64::INFINITY, f64::min);
    let mean = others().map(|it| it - nearest).sum::<f64>() / (squares.len() - 1) as f64;
    // Scale-free: the search begins where the mean distance is one.
    let mut beta = if 0.0 < mean { 1.0 / mean } else { 1.0 };
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut chosen = vec![0.0; squares.len()];
    for _ in 0..MOST_STEPS {
        let (mut total, mut moment) = (0.0, 0.0);
        for (it, (chosen, square)) in chosen.iter_mut().zip(squares).enumerate() {
            if it != own {
                let off = square - nearest;
                *chosen = libm::exp(-beta * off);
                total += *chosen;
                moment += *chosen * off;
            }
        }
        // Never nothing: the nearest has weight 1.
        chosen.iter_mut().for_each(|it| *it /= total);
        let over = libm::log(total) + beta * moment / total - entropy;
        if over.abs() <= TOLERANCE {
            break;
        }
        if 0.0 < over {
            low = beta;
            beta = if high.is_finite() {
                (low + high) / 2.0
            } else {
                beta * 2.0
            };
        } else {
            high = beta;
            beta = (low + high) / 2.0;
        }
    }
    chosen
}

/// What all others do to one row.
#[derive(Debug, Clone, Copy, Default)]
struct Force {
    attraction: [f64; 2],
    /// Still to be divided by the sum of all kernels.
    repulsion: [f64; 2],
    kernels: f64,
}

/// Goes down the gradient from a start, a fixed number of rounds; the middle of all rows is the origin.
fn descended(joint: &[f64], start: &[[f64; 2]]) -> Vec<[f64; 2]> {
    // The least step of Belkina et al., for few rows.
    const LEAST_RATE: f64 = 50.0;
    const GAIN_UP: f64 = 0.2;
    const GAIN_DOWN: f64 = 0.8;
    const LEAST_GAIN: f64 = 0.01;
    let n = start.len();
    let rate = (n as f64 / EXAGGERATION / 4.0).max(LEAST_RATE);
    let mut axes = [0, 1].map(|axis: usize| start.iter().map(|it| it[axis]).collect::<Vec<f64>>());
    let mut steps = vec![[0.0; 2]; n];
    let mut gains = vec![[1.0; 2]; n];
    for round in 0..N_ROUNDS {
        let (pull, momentum) = if round < N_EARLY {
            (EXAGGERATION, 0.5)
        } else {
            (1.0, 0.8)
        };
        let [xs, ys] = &axes;
        let forces: Vec<Force> = (0..n)
            .into_par_iter()
            .map(|row| force(&joint[row * n..][..n], row, xs, ys))
            .collect();
        let kernels: f64 = forces.iter().map(|it| it.kernels).sum();
        for (row, force) in forces.iter().enumerate() {
            for axis in 0..2 {
                let gradient = 4.0 * (pull * force.attraction[axis] - force.repulsion[axis] / kernels);
                let (step, gain) = (&mut steps[row][axis], &mut gains[row][axis]);
                // Where a step goes on downhill it may grow; where it overshot it shrinks.
                *gain = if *step * gradient < 0.0 {
                    *gain + GAIN_UP
                } else {
                    *gain * GAIN_DOWN
                };
                *gain = gain.max(LEAST_GAIN);
                *step = momentum * *step - rate * *gain * gradient;
                axes[axis][row] += *step;
            }
        }
    }
    let [xs, ys] = axes.map(|axis| {
        let mean = exact_sum(&axis) / n as f64;
        axis.iter().map(|it| it - mean).collect::<Vec<f64>>()
    });
    xs.into_iter().zip(ys).map(|(x, y)| [x, y]).collect()
}

/// Sums what all rows do to one; nothing is divided in parallel, and the order of the sums is fixed.
fn force(joint: &[f64], row: usize, xs: &[f64], ys: &[f64]) -> Force {
    let (x, y) = (xs[row], ys[row]);
    let mut sums = [[0.0; LANE]; 5];
    let (own_joint, rest_joint) = joint.as_chunks::<LANE>();
    let (own_xs, rest_xs) = xs.as_chunks::<LANE>();
    let (own_ys, rest_ys) = ys.as_chunks::<LANE>();
    for ((p, xs), ys) in own_joint.iter().zip(own_xs).zip(own_ys) {
        for lane in 0..LANE {
            add(&mut sums, lane, p[lane], [x - xs[lane], y - ys[lane]]);
        }
    }
    for (lane, ((p, other_x), other_y)) in rest_joint.iter().zip(rest_xs).zip(rest_ys).enumerate() {
        add(&mut sums, lane, *p, [x - other_x, y - other_y]);
    }
    let [a, b, c, d, e] = sums.map(|it| it.iter().sum::<f64>());
    Force {
        attraction: [a, b],
        repulsion: [c, d],
        // A row's kernel with itself is 1 and does not count.
        kernels: e - 1.0,
    }
}

#[inline]
fn add(sums: &mut [[f64; LANE]; 5], lane: usize, p: f64, [dx, dy]: [f64; 2]) {
    let kernel = 1.0 / (1.0 + dx * dx + dy * dy);
    let (pull, push) = (p * kernel, kernel * kernel);
    sums[0][lane] += pull * dx;
    sums[1][lane] += pull * dy;
    sums[2][lane] += push * dx;
    sums[3][lane] += push * dy;
    sums[4][lane] += kernel;
}

/// What the plane loses of the neighbourhoods: `Σ p·ln(p/q)` over all pairs.
fn divergence(joint: &[f64], places: &[[f64; 2]]) -> f64 {
    let n = places.len();
    let kernel = |i: usize, j: usize| 1.0 / (1.0 + squared(&places[i], &places[j]));
    let kernels: Vec<f64> = (0..n)
        .into_par_iter()
        .map(|i| (0..n).filter(|j| *j != i).map(|j| kernel(i, j)).sum::<f64>())
        .collect();
    let total = exact_sum(&kernels);
    let parts: Vec<f64> = (0..n)
        .into_par_iter()
        .map(|i| {
            let lost = |j: usize| {
                let p = joint[i * n + j];
                if 0.0 < p {
                    p * libm::log(p * total / kernel(i, j))
                } else {
                    0.0
                }
            };
            (0..n).filter(|j| *j != i).map(lost).sum::<f64>()
        })
        .collect();
    exact_sum(&parts)
}
