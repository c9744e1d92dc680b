//! k-medoids: clusters around rows that exist, so that each can be shown by a customer.
//!
//! Distances are not squared, which is why a few far-off rows pull less than in k-means. It must not know how many
//! clusters are wanted.

use rayon::prelude::*;

use crate::stats::cluster::Clusters;
use crate::stats::cluster::Points;
use crate::stats::cluster::squared;
use crate::stats::rng::Seeded;
use crate::stats::sum::exact_sum;

/// The best medoids found.
#[derive(Debug, Clone, PartialEq)]
pub struct Medoids {
    /// Each row with its nearest medoid.
    pub clusters: Clusters,
    /// The row that stands for each cluster, as it came; of equal rows any.
    pub medoids: Vec<u32>,
    /// Distances of all rows from their medoids, summed.
    pub loss: f64,
}

/// A swap is made only where it lowers the loss by more than this share of it: less is rounding.
const LEAST_GAIN: f64 = 1e-12;

/// Finds `k` rows such that the distances of all rows from the nearest of them are small in sum.
///
/// Each of `n_starts` starts (at least one) draws rows with a chance that grows with their distance from those drawn
/// before, and swaps medoids for other rows as long as that helps. The time of a pass grows with the square of the
/// number of rows; nothing of that size is held.
///
/// Returns `None` where no cluster is asked for, or more than there are distinct rows.
///
/// Source: Schubert & Rousseeuw (2021), "Fast and Eager k-Medoids Clustering", Information Systems 101: 101804 (FasterPAM).
pub fn medoids<'a>(points: &'a Points, k: usize, n_starts: usize, seed: u64) -> Option<Medoids> {
    if k == 0 || points.n_distinct() < k {
        return None;
    }
    let runs: Vec<Swaps<'a>> = (0..n_starts.max(1) as u64)
        .into_par_iter()
        .map(|start| {
            let mut rng = Seeded::new(seed, start);
            let mut swaps = Swaps::new(points, drawn(points, k, &mut rng));
            swaps.settle(&mut rng);
            swaps
        })
        .collect();
    let lower = |best: Swaps<'a>, run: Swaps<'a>| if run.loss() < best.loss() { run } else { best };
    let best = runs.into_iter().reduce(lower).expect("there is a start");
    let labels: Vec<u32> = best.near.iter().map(|near| near.own).collect();
    let (clusters, old) = Clusters::new(points, &labels, k);
    Some(Medoids {
        clusters,
        medoids: old.iter().map(|old| points.rows[best.medoids[*old]]).collect(),
        loss: best.loss(),
    })
}

/// Draws `k` distinct places, each with a chance that grows with its distance from the nearest drawn before.
fn drawn(points: &Points, k: usize, rng: &mut Seeded) -> Vec<usize> {
    let mut places = vec![rng.below(points.n_rows() as u64) as usize];
    let mut nearest = vec![f64::INFINITY; points.n_rows()];
    while places.len() < k {
        let last = points.at(places[places.len() - 1]);
        for (nearest, row) in nearest.iter_mut().zip(points.by_place()) {
            *nearest = nearest.min(squared(last, row).sqrt());
        }
        let mark = rng.unit() * nearest.iter().sum::<f64>();
        let mut sum = 0.0;
        let passed = nearest.iter().position(|distance| {
            sum += distance;
            mark < sum
        });
        let last_apart = || nearest.iter().rposition(|distance| 0.0 < *distance);
        places.push(
            passed
                .or_else(last_apart)
                .expect("there are as many distinct rows as medoids"),
        );
    }
    places
}

/// The nearest and the second nearest medoid of a row.
#[derive(Debug, Clone, Copy)]
struct Near {
    own: u32,
    first: f64,
    second: f64,
}

/// Medoids that are being swapped.
struct Swaps<'a> {
    points: &'a Points,
    /// Places.
    medoids: Vec<usize>,
    near: Vec<Near>,
    /// What the loss would rise by without each medoid.
    removal: Vec<f64>,
}

impl<'a> Swaps<'a> {
    fn new(points: &'a Points, medoids: Vec<usize>) -> Self {
        let mut swaps = Self {
            points,
            medoids,
            near: Vec::new(),
            removal: Vec::new(),
        };
        swaps.look();
        swaps
    }

    /// Finds the medoids near each row anew.
    fn look(&mut self) {
        let rows: Vec<&[f64]> = self.medoids.iter().map(|place| self.points.at(*place)).collect();
        let near = |row: &[f64]| {
            let mut near = Near {
                own: 0,
                first: f64::INFINITY,
                second: f64::INFINITY,
            };
            for (label, medoid) in (0..).zip(&rows) {
                let distance = squared(row, medoid).sqrt();
                if distance < near.first {
                    near = Near {
                        own: label,
                        first: distance,
                        second: near.first,
                    };
                } else {
                    near.second = near.second.min(distance);
                }
            }
            near
        };
        self.near = self.points.by_place().map(near).collect();
        self.removal = vec![0.0; self.medoids.len()];
        for near in &self.near {
            self.removal[near.own as usize] += near.second - near.first;
        }
    }

    fn loss(&self) -> f64 {
        exact_sum(&self.near.iter().map(|near| near.first).collect::<Vec<_>>())
    }

    /// Swaps as soon as that helps, until no row would.
    fn settle(&mut self, rng: &mut Seeded) {
        // Rows stand by value: without a shuffle the first swaps would all come from one corner.
        let mut candidates: Vec<usize> = (0..self.points.n_rows()).collect();
        rng.shuffle(&mut candidates);
        let mut least = self.loss() * LEAST_GAIN;
        let mut n_idle = 0;
        for candidate in candidates.iter().cycle() {
            if n_idle == candidates.len() {
                break;
            }
            n_idle += 1;
            if self.medoids.contains(candidate) {
                continue;
            }
            let (medoid, change) = self.best_swap(*candidate);
            if change < -least {
                self.medoids[medoid] = *candidate;
                self.look();
                least = self.loss() * LEAST_GAIN;
                n_idle = 0;
            }
        }
    }

    /// Returns the medoid that is best given up for `candidate`, and what that changes in the loss.
    fn best_swap(&self, candidate: usize) -> (usize, f64) {
        let row = self.points.at(candidate);
        if self.medoids.len() == 1 {
            // There is no second medoid that rows could fall back on.
            let rows = self.near.iter().zip(self.points.by_place());
            return (
                0,
                rows.map(|(near, other)| squared(row, other).sqrt() - near.first).sum(),
            );
        }
        let mut changes = self.removal.clone();
        let mut shared = 0.0;
        for (near, other) in self.near.iter().zip(self.points.by_place()) {
            let square = squared(row, other);
            // Most rows are far from the candidate: no root is needed to know.
            if near.second * near.second <= square {
                continue;
            }
            let distance = square.sqrt();
            if distance < near.first {
                shared += distance - near.first;
                changes[near.own as usize] += near.first - near.second;
            } else {
                changes[near.own as usize] += distance - near.second;
            }
        }
        let lowest = changes
            .iter()
            .enumerate()
            .fold((0, f64::INFINITY), |best, (medoid, change)| {
                if *change < best.1 { (medoid, *change) } else { best }
            });
        (lowest.0, lowest.1 + shared)
    }
}
