//! Gaussian mixtures: overlapping clusters, each with a centre, a size and a shape of its own.
//!
//! A mixture has a likelihood, so that numbers of clusters can be compared by BIC; and a component that holds many
//! equal rows has one without bounds, which [`RIDGE`] bounds. It must not know how many components are wanted.

use rayon::prelude::*;

use crate::stats::cluster::Clusters;
use crate::stats::cluster::Points;
use crate::stats::cluster::ROWS_A_TASK;
use crate::stats::cluster::kmeans;
use crate::stats::cluster::kmeans::kmeans;
use crate::stats::sum::exact_sum;

/// How a mixture is sought.
#[derive(Debug, Clone, Copy)]
pub struct Search {
    /// The number of components.
    pub k: usize,
    /// How many starts are tried; the one with the largest likelihood wins. At least one is.
    pub n_starts: usize,
    /// The largest number of rounds of one start.
    pub max_rounds: usize,
    /// A start has settled when the log-likelihood of a row, on average, rises by less.
    pub tolerance: f64,
    /// The seed of all draws.
    pub seed: u64,
}

/// The best mixture found. Components stand in the order of the clusters; the last ones may have no row of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    /// Each row with the component that it most likely came from.
    pub clusters: Clusters,
    /// The share of each component in all rows, in sum 1.
    pub weights: Vec<f64>,
    /// The components' means, one after the other, in the features' units.
    pub means: Vec<f64>,
    /// The components' covariances, one after the other, each row by row.
    pub covariances: Vec<f64>,
    /// The natural logarithm of the likelihood of all rows.
    pub log_likelihood: f64,
    /// The Bayesian information criterion: smaller is better.
    pub bic: f64,
    /// Rounds that the winner took.
    pub n_rounds: usize,
}

/// What is added to each variance, in squared units of the features: they are meant to have a spread of about 1.
pub const RIDGE: f64 = 1e-6;

/// Rounds of k-means that a start is made from, and its tolerance.
const START_ROUNDS: usize = 300;
const START_TOLERANCE: f64 = 1e-4;

/// Fits `k` normal distributions with full covariances by expectation-maximisation, each start from its own k-means.
///
/// Sums over rows are taken a fixed number of rows at a time and added up in their order: with rows sorted by value,
/// neither their order nor the number of threads moves a digit.
///
/// Returns `None` where no component is asked for, more than there are distinct rows, or no start holds.
///
/// Source: Dempster, Laird & Rubin (1977), "Maximum Likelihood from Incomplete Data", JRSS B 39: 1–38; Schwarz (1978),
/// "Estimating the Dimension of a Model", Annals of Statistics 6: 461–464 (BIC).
pub fn mixture(points: &Points, search: &Search) -> Option<Mixture> {
    let starts: Vec<Option<Run>> = (0..search.n_starts.max(1) as u64)
        .into_par_iter()
        .map(|start| {
            let near = kmeans(
                points,
                &kmeans::Search {
                    k: search.k,
                    n_starts: 1,
                    max_rounds: START_ROUNDS,
                    tolerance: START_TOLERANCE,
                    seed: search.seed.wrapping_add(start),
                },
            )?;
            climb(points, &near, search)
        })
        .collect();
    let higher = |best: Run, run: Run| {
        if best.log_likelihood < run.log_likelihood {
            run
        } else {
            best
        }
    };
    let run = starts.into_iter().flatten().reduce(higher)?;
    let labels: Vec<u32> = labels(points, &run.components);
    let (clusters, old) = Clusters::new(points, &labels, search.k);
    let (k, d) = (search.k as f64, points.n_features() as f64);
    let n_parameters = k * d * (d + 1.0) / 2.0 + k * d + k - 1.0;
    let ordered = || old.iter().map(|old| &run.components[*old]);
    Some(Mixture {
        clusters,
        weights: ordered().map(|it| it.weight).collect(),
        means: ordered().flat_map(|it| &it.mean).copied().collect(),
        covariances: ordered().flat_map(|it| &it.covariance).copied().collect(),
        log_likelihood: run.log_likelihood,
        bic: n_parameters * libm::log(points.n_rows() as f64) - 2.0 * run.log_likelihood,
        n_rounds: run.n_rounds,
    })
}

/// Where one start has come to.
struct Run {
    components: Vec<Component>,
    log_likelihood: f64,
    n_rounds: usize,
}

/// One normal distribution of a mixture.
#[derive(Debug, Clone)]
struct Component {
    weight: f64,
    mean: Vec<f64>,
    /// Row by row.
    covariance: Vec<f64>,
    /// The lower triangle `L` with `L·Lᵀ` = covariance, row by row.
    root: Vec<f64>,
    /// What does not depend on a row: weight, determinant and powers of 2π, as a logarithm.
    constant: f64,
}

impl Component {
    /// `None` where the covariance is not positive definite.
    fn new(weight: f64, mean: Vec<f64>, covariance: Vec<f64>) -> Option<Self> {
        let n = mean.len();
        let root = cholesky(&covariance, n)?;
        let logs: Vec<f64> = (0..n).map(|i| libm::log(root[i * n + i])).collect();
        let circle = libm::log(2.0 * std::f64::consts::PI) * n as f64 / 2.0;
        Some(Self {
            constant: libm::log(weight) - circle - exact_sum(&logs),
            weight,
            mean,
            covariance,
            root,
        })
    }

    /// Returns the logarithm of the component's density at `row`, times its weight; `scratch` is as long as a row.
    fn log_density(&self, row: &[f64], scratch: &mut [f64]) -> f64 {
        let n = row.len();
        let mut squares = 0.0;
        for i in 0..n {
            let root = &self.root[i * n..=i * n + i];
            let known: f64 = root.iter().zip(&*scratch).take(i).map(|(l, z)| l * z).sum();
            let z = (row[i] - self.mean[i] - known) / root[i];
            scratch[i] = z;
            squares += z * z;
        }
        self.constant - squares / 2.0
    }
}

/// Returns the lower triangle whose square is `matrix`, or `None` where it is not positive definite.
fn cholesky(matrix: &[f64], n: usize) -> Option<Vec<f64>> {
    let mut root = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| root[i * n + k] * root[j * n + k]).sum();
            let left = matrix[i * n + j] - known;
            if i != j {
                root[i * n + j] = left / root[j * n + j];
            } else if 0.0 < left && left.is_finite() {
                root[i * n + i] = left.sqrt();
            } else {
                return None;
            }
        }
    }
    Some(root)
}

/// Shares of rows in each component, and their first and second moments around the component's mean.
#[derive(Debug, Clone)]
struct Moments {
    /// One entry a component: the share, then as many first moments as features, then the lower triangle row by row.
    parts: Vec<Vec<f64>>,
    log_likelihood: f64,
}

impl Moments {
    fn new(k: usize, n_features: usize) -> Self {
        Self {
            parts: vec![vec![0.0; 1 + n_features + n_features * (n_features + 1) / 2]; k],
            log_likelihood: 0.0,
        }
    }

    /// Adds the part `share` of a row to a component; `apart` is the row less the component's mean.
    fn add(&mut self, component: usize, share: f64, apart: &[f64]) {
        let sums = &mut self.parts[component];
        sums[0] += share;
        let n = apart.len();
        let mut at = 1 + n;
        for i in 0..n {
            let first = share * apart[i];
            sums[1 + i] += first;
            for x in &apart[..=i] {
                sums[at] += first * x;
                at += 1;
            }
        }
    }

    fn plus(mut self, other: &Self) -> Self {
        for (own, other) in self.parts.iter_mut().flatten().zip(other.parts.iter().flatten()) {
            *own += other;
        }
        self.log_likelihood += other.log_likelihood;
        self
    }
}

/// Climbs from the clusters of k-means until the likelihood settles; `None` where a component collapses.
fn climb(points: &Points, near: &kmeans::KMeans, search: &Search) -> Option<Run> {
    let n = points.n_rows() as f64;
    let n_features = points.n_features();
    let labels = points.as_sorted(&near.clusters.labels);
    let centres: Vec<Vec<f64>> = near.centres.chunks_exact(n_features).map(<[f64]>::to_vec).collect();
    let first = gathered(points, search.k, |place, row, moments| {
        let own = labels[place] as usize;
        let apart: Vec<f64> = row.iter().zip(&centres[own]).map(|(x, centre)| x - centre).collect();
        moments.add(own, 1.0, &apart);
    });
    let mut components = maximised(&first, &centres, n)?;
    let mut last = f64::NEG_INFINITY;
    let mut n_rounds = 0;
    while n_rounds < search.max_rounds.max(1) {
        n_rounds += 1;
        let moments = expected(points, &components);
        let mean = moments.log_likelihood / n;
        if mean - last < search.tolerance {
            break;
        }
        last = mean;
        let means: Vec<Vec<f64>> = components.iter().map(|it| it.mean.clone()).collect();
        components = maximised(&moments, &means, n)?;
    }
    Some(Run {
        log_likelihood: expected(points, &components).log_likelihood,
        components,
        n_rounds,
    })
}

/// Sums over all rows: a fixed number of rows at a time, the parts in their order.
fn gathered(points: &Points, k: usize, add: impl Fn(usize, &[f64], &mut Moments) + Sync) -> Moments {
    let n_features = points.n_features();
    let parts: Vec<Moments> = points
        .values
        .par_chunks(ROWS_A_TASK * n_features)
        .enumerate()
        .map(|(task, rows)| {
            let mut moments = Moments::new(k, n_features);
            for (place, row) in (task * ROWS_A_TASK..).zip(rows.chunks_exact(n_features)) {
                add(place, row, &mut moments);
            }
            moments
        })
        .collect();
    parts.iter().fold(Moments::new(k, n_features), Moments::plus)
}

/// The step of expectation: parts every row among the components.
fn expected(points: &Points, components: &[Component]) -> Moments {
    gathered(points, components.len(), |_, row, moments| {
        let mut scratch = vec![0.0; row.len()];
        let logs: Vec<f64> = components.iter().map(|it| it.log_density(row, &mut scratch)).collect();
        let largest = logs.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
        let shares: Vec<f64> = logs.iter().map(|log| libm::exp(log - largest)).collect();
        let total: f64 = shares.iter().sum();
        moments.log_likelihood += largest + libm::log(total);
        for (c, (component, share)) in components.iter().zip(&shares).enumerate() {
            for ((apart, x), mean) in scratch.iter_mut().zip(row).zip(&component.mean) {
                *apart = x - mean;
            }
            moments.add(c, share / total, &scratch);
        }
    })
}

/// The step of maximisation: `means` are those that the moments were taken around.
fn maximised(moments: &Moments, means: &[Vec<f64>], n_rows: f64) -> Option<Vec<Component>> {
    let component = |(sums, mean): (&Vec<f64>, &Vec<f64>)| {
        let n = mean.len();
        let share = sums[0];
        if share <= 0.0 {
            return None;
        }
        let moved: Vec<f64> = sums[1..=n].iter().map(|sum| sum / share).collect();
        let mut covariance = vec![0.0; n * n];
        let mut at = 1 + n;
        for i in 0..n {
            for j in 0..=i {
                let x = sums[at] / share - moved[i] * moved[j];
                at += 1;
                covariance[i * n + j] = x;
                covariance[j * n + i] = x;
            }
            covariance[i * n + i] += RIDGE;
        }
        let mean = mean.iter().zip(&moved).map(|(mean, moved)| mean + moved).collect();
        Component::new(share / n_rows, mean, covariance)
    };
    moments.parts.iter().zip(means).map(component).collect()
}

/// Returns the likeliest component of each place; of equally likely ones the first.
fn labels(points: &Points, components: &[Component]) -> Vec<u32> {
    labels_of_rows(&points.values, points.n_features(), components)
}

fn labels_of_rows(values: &[f64], n_features: usize, components: &[Component]) -> Vec<u32> {
    values
        .par_chunks(n_features)
        .map(|row| {
            let mut scratch = vec![0.0; row.len()];
            let mut best = (0, f64::NEG_INFINITY);
            for (label, component) in (0..).zip(components) {
                let log = component.log_density(row, &mut scratch);
                if best.1 < log {
                    best = (label, log);
                }
            }
            best.0
        })
        .collect()
}

/// Returns the component of a mixture that each row most likely comes from; of equally likely ones the first.
///
/// `values` holds one row after the other; `weights`, `means` and `covariances` are those of a [`Mixture`].
///
/// Returns `None` where a covariance is not positive definite, or a weight is nothing: then it is no mixture.
///
/// Source: as [`mixture`].
///
/// # Panics
/// Where rows are incomplete, or the parts of the mixture do not fit each other.
pub fn likeliest(values: &[f64], weights: &[f64], means: &[f64], covariances: &[f64]) -> Option<Vec<u32>> {
    let n_features = means.len() / weights.len().max(1);
    assert!(
        0 < n_features && values.len().is_multiple_of(n_features) && covariances.len() == means.len() * n_features,
        "rows are of one length"
    );
    let parts = means
        .chunks_exact(n_features)
        .zip(covariances.chunks_exact(n_features * n_features));
    let components: Option<Vec<Component>> = weights
        .iter()
        .zip(parts)
        .map(|(weight, (mean, covariance))| {
            Some(*weight)
                .filter(|it| 0.0 < *it)
                .and_then(|it| Component::new(it, mean.to_vec(), covariance.to_vec()))
        })
        .collect();
    Some(labels_of_rows(values, n_features, &components?))
}
