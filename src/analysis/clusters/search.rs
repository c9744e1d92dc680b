//! Every method for every number of clusters: the evidence, and the choice.

use super::fitting::Centres;
use super::fitting::means;
use super::method::Choice;
use super::method::Method;
use super::method::N_FEW_STARTS;
use super::method::N_STARTS;
use super::method::kmeans_search;
use super::method::labels;
use super::method::mixture_search;
use crate::stats::cluster::NOISE;
use crate::stats::cluster::Points;
use crate::stats::cluster::choice;
use crate::stats::cluster::choice::Candidate;
use crate::stats::cluster::kmeans::kmeans;
use crate::stats::cluster::linkage::joins;
use crate::stats::cluster::medoids::medoids;
use crate::stats::cluster::mixture::mixture;
use crate::stats::cluster::scores::calinski_harabasz;
use crate::stats::cluster::scores::davies_bouldin;
use crate::stats::cluster::silhouette::N_EXACT;
use crate::stats::cluster::silhouette::sampled_silhouette;
use crate::stats::cluster::stability::stability;
use crate::stats::rng::Seeded;
use rayon::prelude::*;

/// Customers that all methods but k-means see.
pub(super) const N_SEEN: usize = 5_000;

/// Bootstrap draws by which `choose: stability` compares numbers of clusters.
const N_DRAWS: usize = 20;

/// One method with one number of clusters.
pub(super) struct Trial {
    pub method: Method,
    /// The number of clusters found.
    pub k: usize,
    /// Mean silhouette, where it is defined.
    pub silhouette: Option<f64>,
    /// Smaller is better.
    pub davies_bouldin: Option<f64>,
    /// Larger is better.
    pub calinski_harabasz: Option<f64>,
    /// Of mixtures; smaller is better.
    pub bic: Option<f64>,
    /// Of k-means: squared distances in sum.
    pub inertia: Option<f64>,
    /// Customers of the smallest cluster.
    pub smallest: usize,
    /// Customers of no cluster.
    pub n_noise: usize,
    /// Customers that it saw.
    pub n_rows: usize,
    /// One a customer that it saw.
    pub labels: Vec<u32>,
    /// What a definition is made of; none for methods that have no centres.
    pub centres: Option<Centres>,
}

/// The customers that methods see.
pub(super) struct Rows {
    /// All of the crowd.
    pub all: Vec<f64>,
    /// As many as methods of quadratic time can see; the same as `all` where those are few.
    pub some: Vec<f64>,
    pub n_features: usize,
    points: Points,
    some_points: Points,
}

impl Rows {
    /// Takes all, and draws those that slow methods see.
    pub(super) fn new(all: Vec<f64>, n_features: usize, seed: u64) -> Self {
        let n = all.len() / n_features;
        let some = if n <= N_SEEN {
            all.clone()
        } else {
            let mut rows: Vec<usize> = (0..n).collect();
            Seeded::new(seed, 0).shuffle(&mut rows);
            rows.truncate(N_SEEN);
            rows.sort_unstable();
            rows.iter()
                .flat_map(|it| all[it * n_features..][..n_features].iter().copied())
                .collect()
        };
        Self {
            points: Points::new(&all, n_features),
            some_points: Points::new(&some, n_features),
            all,
            some,
            n_features,
        }
    }

    /// Returns what a method sees.
    pub(super) fn of(&self, method: Method) -> (&Points, &[f64]) {
        if method.sees_some() {
            (&self.some_points, &self.some)
        } else {
            (&self.points, &self.all)
        }
    }

    /// Returns the points of all customers.
    pub(super) fn points(&self) -> &Points {
        &self.points
    }
}

/// Tries every method for every `k`; what has no answer is left out.
pub(super) fn trials(rows: &Rows, methods: &[Method], ks: &[usize], seed: u64) -> Vec<Trial> {
    let wanted: Vec<(Method, Vec<usize>)> = methods
        .iter()
        .flat_map(|method| match (method.finds_k(), method.linkage()) {
            // What finds its own number is asked once; a tree is made once and cut many times.
            (true, _) => vec![(*method, vec![0])],
            (false, Some(_)) => vec![(*method, ks.to_vec())],
            (false, None) => ks.iter().map(|k| (*method, vec![*k])).collect(),
        })
        .collect();
    let found: Vec<Vec<Trial>> = wanted
        .par_iter()
        .map(|(method, ks)| tried(rows, *method, ks, seed))
        .collect();
    found.into_iter().flatten().collect()
}

fn tried(rows: &Rows, method: Method, ks: &[usize], seed: u64) -> Vec<Trial> {
    let (points, values) = rows.of(method);
    let n_features = rows.n_features;
    let of = |labels: Vec<u32>| trial(method, points, labels, seed);
    if let Some(linkage) = method.linkage() {
        let tree = joins(points, linkage);
        return ks
            .iter()
            .filter_map(|k| {
                let found = of(tree.cut(points, *k)?.labels);
                let centres = plain(means(values, n_features, &found.labels, found.k));
                Some(Trial {
                    centres: Some(centres),
                    ..found
                })
            })
            .collect();
    }
    let one = |k: &usize| match method {
        Method::Kmeans => {
            let found = kmeans(points, &kmeans_search(*k, N_STARTS, seed))?;
            Some(Trial {
                inertia: Some(found.inertia),
                centres: Some(plain(found.centres)),
                ..of(found.clusters.labels)
            })
        }
        Method::Gmm => {
            let found = mixture(points, &mixture_search(*k, seed))?;
            Some(Trial {
                bic: Some(found.bic),
                centres: Some(Centres {
                    centres: found.means,
                    weights: found.weights,
                    covariances: found.covariances,
                }),
                ..of(found.clusters.labels)
            })
        }
        Method::Kmedoids => {
            let found = medoids(points, *k, N_FEW_STARTS, seed)?;
            let row = |it: &u32| values[*it as usize * n_features..][..n_features].iter().copied();
            Some(Trial {
                centres: Some(plain(found.medoids.iter().flat_map(row).collect())),
                ..of(found.clusters.labels)
            })
        }
        _ => Some(of(labels(points, method, *k, seed)?)),
    };
    ks.iter().filter_map(one).collect()
}

fn plain(centres: Vec<f64>) -> Centres {
    Centres {
        centres,
        weights: Vec::new(),
        covariances: Vec::new(),
    }
}

/// Scores labels.
fn trial(method: Method, points: &Points, labels: Vec<u32>, seed: u64) -> Trial {
    let k = labels
        .iter()
        .filter(|it| **it != NOISE)
        .max()
        .map_or(0, |it| *it as usize + 1);
    let mut sizes = vec![0; k];
    for label in labels.iter().filter(|it| **it != NOISE) {
        sizes[*label as usize] += 1;
    }
    let n_noise = labels.iter().filter(|it| **it == NOISE).count();
    Trial {
        method,
        k,
        silhouette: sampled_silhouette(points, &labels, N_EXACT, seed).map(|it| it.mean),
        davies_bouldin: davies_bouldin(points, &labels),
        calinski_harabasz: calinski_harabasz(points, &labels),
        bic: None,
        inertia: None,
        smallest: sizes.iter().copied().min().unwrap_or(0),
        n_noise,
        n_rows: labels.len(),
        labels,
        centres: None,
    }
}

/// Chooses among the trials of `by`: the place of the winner; `None` where no division has large enough clusters.
///
/// `smallest` gives the fewest customers that a cluster may have, of so many; `fewest` those that a trial's have.
pub(super) fn chosen(
    rows: &Rows,
    trials: &[Trial],
    by: Method,
    choice: Choice,
    (smallest, fewest): (impl Fn(usize) -> usize, impl Fn(&Trial) -> usize),
    seed: u64,
) -> Option<usize> {
    let of = |method: Method| -> Vec<usize> { (0..trials.len()).filter(|it| trials[*it].method == method).collect() };
    let own = of(by);
    // The number of clusters is told by another method for two of the choices: where it is too many, the next best counts.
    let elbow = || {
        let means = of(Method::Kmeans);
        let ks: Vec<usize> = means.iter().map(|it| trials[*it].k).collect();
        let inertia: Vec<f64> = means.iter().filter_map(|it| trials[*it].inertia).collect();
        choice::elbow(&ks, &inertia).map(|it| ks[it])
    };
    let bic = |k: usize| {
        let mixtures = of(Method::Gmm);
        mixtures
            .iter()
            .find(|it| trials[**it].k == k)
            .and_then(|it| trials[*it].bic)
    };
    let score = |at: &usize| {
        let trial = &trials[*at];
        match choice {
            Choice::Silhouette => trial.silhouette,
            Choice::DaviesBouldin => trial.davies_bouldin.map(|it| -it),
            Choice::CalinskiHarabasz => trial.calinski_harabasz,
            Choice::Stability => {
                let (points, _) = rows.of(by);
                let again = |drawn: &Points, seed: u64| labels(drawn, by, trial.k, seed);
                stability(points, &trial.labels, N_DRAWS, seed, again).adjusted_rand
            }
            Choice::Bic => bic(trial.k).map(|it| -it),
            Choice::Elbow => elbow().map(|it| -(it.abs_diff(trial.k) as f64)),
        }
    };
    let least = own.first().map_or(0, |it| smallest(trials[*it].n_rows));
    let candidates: Vec<Candidate> = own
        .iter()
        .map(|at| Candidate {
            k: trials[*at].k,
            score: score(at),
            smallest: fewest(&trials[*at]),
        })
        .collect();
    choice::best(&candidates, least).map(|it| own[it])
}
