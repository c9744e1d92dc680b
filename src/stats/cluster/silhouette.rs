//! Silhouettes: whether rows are nearer to their own cluster than to the next one.
//!
//! The score that most readers know, and one that a tiny far-off cluster wins: look at the sizes beside it. It must
//! not know how clusters were found.

use rayon::prelude::*;

use crate::stats::cluster::NOISE;
use crate::stats::cluster::Points;
use crate::stats::cluster::squared;
use crate::stats::rng::Seeded;
use crate::stats::sum::RunningSum;
use crate::stats::sum::exact_sum;

/// Up to this many rows a silhouette is exact: four hundred million distances are a few seconds.
pub const N_EXACT: usize = 20_000;

/// How well rows lie in their clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct Silhouette {
    /// The mean over the rows, a pure number in `[-1, 1]`.
    pub mean: f64,
    /// The mean over the rows of each cluster; `None` for one without rows.
    pub by_cluster: Vec<Option<f64>>,
    /// One a row in the order in which the rows came; `None` for a row of no cluster and one that was not drawn.
    pub by_row: Vec<Option<f64>>,
    /// How many rows were compared.
    pub n_rows: usize,
}

/// Returns the silhouettes of all rows: `(b − a)/max(a, b)`, where `a` is a row's mean distance from the others of its
/// cluster and `b` the smallest of its mean distances from other clusters; 0 where the row is its cluster's only one.
///
/// `labels` holds one cluster a row, counted from 0; rows of [`NOISE`] are left out. The time grows with the square
/// of the number of rows.
///
/// Returns `None` where fewer than two clusters have rows.
///
/// Source: Rousseeuw (1987), "Silhouettes: A Graphical Aid", JCAM 20: 53–65.
///
/// # Panics
/// Where there is not one label a row.
pub fn silhouette(points: &Points, labels: &[u32]) -> Option<Silhouette> {
    let places: Vec<u32> = (0..).take(points.n_rows()).collect();
    over(points, labels, &places)
}

/// Returns the silhouettes of `n_drawn` rows that stand for all: each compared with the other rows drawn; else as [`silhouette`].
///
/// Rows are drawn without repeats. Where there are no more than `n_drawn` rows, the silhouettes are exact.
///
/// Source: Kaufman & Rousseeuw (1990), "Finding Groups in Data", ch. 3 (CLARA), for silhouettes on samples.
///
/// # Panics
/// Where there is not one label a row.
pub fn sampled_silhouette(points: &Points, labels: &[u32], n_drawn: usize, seed: u64) -> Option<Silhouette> {
    let mut places: Vec<u32> = (0..).take(points.n_rows()).collect();
    if n_drawn < places.len() {
        Seeded::new(seed, 0).shuffle(&mut places);
        places.truncate(n_drawn);
        places.sort_unstable();
    }
    over(points, labels, &places)
}

/// The silhouettes of the rows at `places` among one another.
fn over(points: &Points, labels: &[u32], places: &[u32]) -> Option<Silhouette> {
    let by_place = points.as_sorted(labels);
    let n_clusters = labels
        .iter()
        .filter(|label| **label != NOISE)
        .max()
        .map_or(0, |label| *label as usize + 1);
    // The rows of a cluster stand together, so that a sum over a cluster is one run over memory.
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); n_clusters];
    for &place in places {
        if let Some(cluster) = members.get_mut(by_place[place as usize] as usize) {
            cluster.push(place);
        }
    }
    if members.iter().filter(|cluster| !cluster.is_empty()).count() < 2 {
        return None;
    }
    let blocks: Vec<Vec<f64>> = members
        .iter()
        .map(|cluster| {
            cluster
                .iter()
                .flat_map(|place| points.at(*place as usize))
                .copied()
                .collect()
        })
        .collect();
    let compared: Vec<(usize, u32)> = members
        .iter()
        .enumerate()
        .flat_map(|(cluster, places)| places.iter().map(move |place| (cluster, *place)))
        .collect();
    let widths: Vec<f64> = compared
        .par_iter()
        .map(|(own, place)| width(points.at(*place as usize), *own, &blocks))
        .collect();
    let mut by_row = vec![None; points.n_rows()];
    let mut by_cluster: Vec<Vec<f64>> = vec![Vec::new(); n_clusters];
    for ((own, place), width) in compared.iter().zip(&widths) {
        by_row[*place as usize] = Some(*width);
        by_cluster[*own].push(*width);
    }
    let mean = |widths: &Vec<f64>| (!widths.is_empty()).then(|| exact_sum(widths) / widths.len() as f64);
    Some(Silhouette {
        mean: mean(&widths)?,
        by_cluster: by_cluster.iter().map(mean).collect(),
        by_row: points.as_came(&by_row),
        n_rows: compared.len(),
    })
}

/// The silhouette of one row, which stands in the block of cluster `own`.
fn width(row: &[f64], own: usize, blocks: &[Vec<f64>]) -> f64 {
    let (mut within, mut nearest) = (0.0, f64::INFINITY);
    for (cluster, block) in blocks.iter().enumerate().filter(|(_, block)| !block.is_empty()) {
        let others = block.chunks_exact(row.len());
        let n = others.len();
        let sum = others
            .map(|other| squared(row, other).sqrt())
            .collect::<RunningSum>()
            .total();
        if cluster != own {
            nearest = nearest.min(sum / n as f64);
        } else if n == 1 {
            return 0.0;
        } else {
            // The row's distance from itself is 0 and not counted.
            within = sum / (n - 1) as f64;
        }
    }
    let larger = within.max(nearest);
    if larger == 0.0 {
        0.0
    } else {
        (nearest - within) / larger
    }
}
