//! Rows of many features on a plane, so that a reader sees who is like whom.
//!
//! Three ways: [`pca`] keeps the two directions of most variance and says how much of it they hold; [`tsne`] keeps
//! neighbours together and gives up distances; [`forest`] calls those near who fall into the same leaves of trees that
//! were grown for a target. Rows are taken in the order of their values, so that neither their order nor the number of
//! threads can move a point. It must not know what a row or a feature is.

use crate::stats::cluster::Points;
use crate::stats::rng::Seeded;

pub mod forest;
pub mod pca;
pub mod tsne;

/// Rows that are placed at most: each is held against every other in every round.
///
/// More points than this are a blot on a page; above, as many rows are drawn by seed.
pub const MOST_ROWS: usize = 1500;

/// Rows on a plane.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding {
    /// One a row in the order in which the rows came, in a unit without meaning; `None` for a row that was not drawn.
    pub places: Vec<Option<[f64; 2]>>,
    /// How many rows were drawn.
    pub n_drawn: usize,
    /// How many neighbours each row was to keep, roughly; 0 where there are too few rows to choose.
    pub perplexity: f64,
    /// What the plane loses of the neighbourhoods, as Kullback–Leibler divergence in nats; 0 loses nothing.
    pub divergence: f64,
}

/// Returns the places (upwards) of at most [`MOST_ROWS`] rows, drawn without repeats.
fn drawn(n_rows: usize, seed: u64) -> Vec<u32> {
    let mut places: Vec<u32> = (0..).take(n_rows).collect();
    if MOST_ROWS < n_rows {
        Seeded::new(seed, 0).shuffle(&mut places);
        places.truncate(MOST_ROWS);
        places.sort_unstable();
    }
    places
}

/// Returns what was found for rows that were drawn, in the order in which all rows came.
fn as_came(points: &Points, drawn: &[u32], found: &[[f64; 2]]) -> Vec<Option<[f64; 2]>> {
    let mut by_place = vec![None; points.n_rows()];
    for (place, at) in drawn.iter().zip(found) {
        by_place[*place as usize] = Some(*at);
    }
    points.as_came(&by_place)
}

#[cfg(test)]
mod tests;
