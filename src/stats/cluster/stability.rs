//! Whether clusters come back when the rows are drawn anew.
//!
//! Every method finds clusters in everything; those that chance has made fall apart on another draw. It must not know
//! how clusters are found: the caller says.

use rayon::prelude::*;

use crate::stats::cluster::Points;
use crate::stats::cluster::scores::adjusted_rand;
use crate::stats::cluster::scores::jaccard;
use crate::stats::rng::Seeded;
use crate::stats::sum::mean;

/// How well one cluster comes back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recurrence {
    /// The mean over the draws of the likeness to the best match: rows in both over rows in either, in `[0, 1]`; `None` where no draw had a row of the cluster.
    pub jaccard: Option<f64>,
    /// Draws in which no more than half came back.
    pub n_dissolved: usize,
    /// Draws in which three quarters or more came back.
    pub n_recovered: usize,
}

/// How well all clusters come back.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    /// One entry a cluster.
    pub clusters: Vec<Recurrence>,
    /// The mean adjusted Rand index between the clusters and those of a draw, over the rows drawn; `None` where no draw could be clustered.
    pub adjusted_rand: Option<f64>,
    /// How many draws could be clustered.
    pub n_draws: usize,
}

/// At or below this likeness a cluster has dissolved; at or above the other it was recovered. Source: Hennig (2007), §3.
const DISSOLVED: f64 = 0.5;
const RECOVERED: f64 = 0.75;

/// The likeness of each cluster to its best match in one draw, and the agreement of all.
type Draw = (Vec<Option<f64>>, Option<f64>);

/// Clusters `n_draws` bootstrap draws of the rows as `method` does, and says how well each cluster of `labels` comes back.
///
/// `labels` holds one cluster a row. A draw takes as many rows as there are, with replacement; a row that is drawn
/// more than once counts once, so that no pile of copies becomes a cluster. `method` gets the rows of a draw and a
/// seed of its own, and gives one label a row in the order of these points, or `None` where it cannot. The result
/// does not depend on the order of the rows or the number of threads, if that of `method` does not.
///
/// Source: Hennig (2007), "Cluster-wise Assessment of Cluster Stability", CSDA 52: 258–271; the R package fpc's
/// `clusterboot` without multiple points.
///
/// # Panics
/// Where there is not one label a row.
pub fn stability(
    points: &Points,
    labels: &[u32],
    n_draws: usize,
    seed: u64,
    method: impl Fn(&Points, u64) -> Option<Vec<u32>> + Sync,
) -> Stability {
    let by_place = points.as_sorted(labels);
    let draws: Vec<Option<Draw>> = (0..n_draws as u64)
        .into_par_iter()
        .map(|draw| {
            let mut rng = Seeded::new(seed, draw);
            let mut is_drawn = vec![false; points.n_rows()];
            for _ in 0..points.n_rows() {
                is_drawn[rng.below(points.n_rows() as u64) as usize] = true;
            }
            let places: Vec<u32> = (0..)
                .zip(&is_drawn)
                .filter(|(_, it)| **it)
                .map(|(place, _)| place)
                .collect();
            let found = method(&points.part(&places), rng.below(u64::MAX))?;
            let known: Vec<u32> = places.iter().map(|place| by_place[*place as usize]).collect();
            Some((jaccard(&known, &found), adjusted_rand(&known, &found)))
        })
        .collect();
    let draws: Vec<Draw> = draws.into_iter().flatten().collect();
    let n_clusters = jaccard(labels, labels).len();
    let clusters = (0..n_clusters).map(|cluster| {
        let likeness: Vec<f64> = draws
            .iter()
            .filter_map(|(found, _)| found.get(cluster).copied().flatten())
            .collect();
        Recurrence {
            jaccard: mean(&likeness),
            n_dissolved: likeness.iter().filter(|it| **it <= DISSOLVED).count(),
            n_recovered: likeness.iter().filter(|it| RECOVERED <= **it).count(),
        }
    });
    let rand: Vec<f64> = draws.iter().filter_map(|(_, rand)| *rand).collect();
    Stability {
        clusters: clusters.collect(),
        adjusted_rand: mean(&rand),
        n_draws: draws.len(),
    }
}
