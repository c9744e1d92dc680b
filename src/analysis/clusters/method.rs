//! Ways of clustering by their names in a spec, and ways to choose among them.

use crate::stats::cluster::Points;
use crate::stats::cluster::density;
use crate::stats::cluster::kmeans;
use crate::stats::cluster::linkage;
use crate::stats::cluster::linkage::Linkage;
use crate::stats::cluster::medoids;
use crate::stats::cluster::mixture;
use serde::Serialize;

/// A way of clustering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// k-means.
    Kmeans,
    /// A mixture of normal distributions with full covariances.
    Gmm,
    /// Agglomerative, by the rise of squared distances.
    Ward,
    /// Agglomerative, by mean distances.
    Average,
    /// Agglomerative, by largest distances.
    Complete,
    /// k-medoids.
    Kmedoids,
    /// Crowds of one density.
    Dbscan,
    /// Crowds of any density.
    Hdbscan,
}

impl Method {
    /// All of them, in the order of the table.
    pub const ALL: [Method; 8] = [
        Method::Kmeans,
        Method::Gmm,
        Method::Ward,
        Method::Average,
        Method::Complete,
        Method::Kmedoids,
        Method::Dbscan,
        Method::Hdbscan,
    ];

    /// Its name in a spec and in ids.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kmeans => "kmeans",
            Self::Gmm => "gmm",
            Self::Ward => "ward",
            Self::Average => "average",
            Self::Complete => "complete",
            Self::Kmedoids => "kmedoids",
            Self::Dbscan => "dbscan",
            Self::Hdbscan => "hdbscan",
        }
    }

    /// What it is called in the memo.
    pub fn label(self) -> &'static str {
        match self {
            Self::Kmeans => "k-means",
            Self::Gmm => "Gaussian mixture",
            Self::Ward => "Ward",
            Self::Average => "Average linkage",
            Self::Complete => "Complete linkage",
            Self::Kmedoids => "k-medoids",
            Self::Dbscan => "DBSCAN",
            Self::Hdbscan => "HDBSCAN",
        }
    }

    /// Finds a method by its name in a spec.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == text)
    }

    /// True where the number of clusters is found, not given.
    pub fn finds_k(self) -> bool {
        matches!(self, Self::Dbscan | Self::Hdbscan)
    }

    /// True where a search among all customers of a large crowd would take long: its time grows with the square of their
    /// number, or (of a mixture) with many rounds over all of them. Such a method sees some, drawn by seed.
    pub fn sees_some(self) -> bool {
        self != Self::Kmeans
    }

    /// Returns the linkage of an agglomerative method.
    pub fn linkage(self) -> Option<Linkage> {
        match self {
            Self::Ward => Some(Linkage::Ward),
            Self::Average => Some(Linkage::Average),
            Self::Complete => Some(Linkage::Complete),
            _ => None,
        }
    }
}

/// How `k` is chosen where there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The largest mean silhouette.
    Silhouette,
    /// The smallest Davies–Bouldin index.
    DaviesBouldin,
    /// The largest Calinski–Harabasz index.
    CalinskiHarabasz,
    /// The smallest BIC of the mixture.
    Bic,
    /// The elbow of the k-means inertia.
    Elbow,
    /// The largest agreement between the clusters and those of bootstrap draws.
    Stability,
}

impl Choice {
    /// Names in a spec and in sentences.
    pub const ALL: [(Choice, &'static str); 6] = [
        (Choice::Silhouette, "silhouette"),
        (Choice::DaviesBouldin, "davies_bouldin"),
        (Choice::CalinskiHarabasz, "calinski_harabasz"),
        (Choice::Bic, "bic"),
        (Choice::Elbow, "elbow"),
        (Choice::Stability, "stability"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|it| it.0 == self).map_or("", |it| it.1)
    }
}

/// Starts of a search; a start more changes little after these.
pub const N_STARTS: usize = 10;
/// Starts of k-medoids and of mixtures, whose starts are dear.
pub const N_FEW_STARTS: usize = 3;
/// Rounds of one start: far more than most need.
const MAX_ROUNDS: usize = 300;
/// A start of k-means has settled: see the kernel.
const TOLERANCE: f64 = 1e-4;
/// A start of a mixture has: scikit-learn’s default, so that figures can be held against its.
const MIXTURE_TOLERANCE: f64 = 1e-3;

/// How k-means is sought.
pub fn kmeans_search(k: usize, n_starts: usize, seed: u64) -> kmeans::Search {
    kmeans::Search {
        k,
        n_starts,
        max_rounds: MAX_ROUNDS,
        tolerance: TOLERANCE,
        seed,
    }
}

/// How a mixture is sought.
pub fn mixture_search(k: usize, seed: u64) -> mixture::Search {
    mixture::Search {
        k,
        n_starts: N_FEW_STARTS,
        max_rounds: MAX_ROUNDS,
        tolerance: MIXTURE_TOLERANCE,
        seed,
    }
}

/// Finds `k` clusters of some points (as many as there are, for methods that find them); `None` where there are not so many.
pub fn labels(points: &Points, method: Method, k: usize, seed: u64) -> Option<Vec<u32>> {
    let clusters = match method {
        Method::Kmeans => kmeans::kmeans(points, &kmeans_search(k, N_STARTS, seed))?.clusters,
        Method::Gmm => mixture::mixture(points, &mixture_search(k, seed))?.clusters,
        Method::Kmedoids => medoids::medoids(points, k, N_FEW_STARTS, seed)?.clusters,
        Method::Dbscan => density::dbscan(
            points,
            density::usual_reach(points, min_rows(points))?,
            min_rows(points),
        ),
        Method::Hdbscan => density::hdbscan(points, least_crowd(points), min_rows(points)),
        Method::Ward | Method::Average | Method::Complete => {
            let linkage = method.linkage().expect("agglomerative");
            linkage::joins(points, linkage).cut(points, k)?
        }
    };
    Some(clusters.labels)
}

/// Rows that make a place dense: twice the features (Sander, Ester, Kriegel & Xu 1998).
fn min_rows(points: &Points) -> usize {
    2 * points.n_features()
}

/// The smallest crowd of HDBSCAN: one in a hundred, and ten at least.
fn least_crowd(points: &Points) -> usize {
    (points.n_rows() / 100).max(10)
}
