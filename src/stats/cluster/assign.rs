//! The nearest of a few centres, for many rows at a time.
//!
//! Four centres are held side by side, so that one pass over a row's features serves all four: the inner loop has no
//! sum across lanes and compiles to vector instructions of any width, with the same bits on each. It must not know
//! where centres come from.

use crate::stats::cluster::squared;

/// Centres held side by side.
const LANES: usize = 4;

/// A few centres, laid out for comparing rows with all of them.
#[derive(Debug, Clone)]
pub(super) struct Centres {
    /// One centre after the other.
    pub(super) values: Vec<f64>,
    pub(super) n_features: usize,
    /// Four centres at a time, feature by feature; what fills up the last four is infinitely far.
    lanes: Vec<[f64; LANES]>,
}

/// The nearest of the centres and its squared distance, and that of the next one (infinite where there is one centre).
#[derive(Debug, Clone, Copy)]
pub(super) struct Nearest {
    pub(super) label: u32,
    pub(super) first: f64,
    pub(super) second: f64,
}

impl Centres {
    pub(super) fn new(values: Vec<f64>, n_features: usize) -> Self {
        let n_centres = values.len() / n_features;
        let mut lanes = vec![[f64::INFINITY; LANES]; n_centres.div_ceil(LANES) * n_features];
        for (centre, row) in values.chunks_exact(n_features).enumerate() {
            for (feature, x) in row.iter().enumerate() {
                lanes[centre / LANES * n_features + feature][centre % LANES] = *x;
            }
        }
        Self {
            values,
            n_features,
            lanes,
        }
    }

    pub(super) fn n_centres(&self) -> usize {
        self.values.len() / self.n_features
    }

    pub(super) fn at(&self, centre: usize) -> &[f64] {
        &self.values[centre * self.n_features..][..self.n_features]
    }

    /// Compares a row with all centres; of equally near ones the first is the nearest.
    pub(super) fn nearest(&self, row: &[f64]) -> Nearest {
        let mut found = Nearest {
            label: 0,
            first: f64::INFINITY,
            second: f64::INFINITY,
        };
        let mut label = 0;
        for block in self.lanes.chunks_exact(self.n_features) {
            let mut distances = [0.0; LANES];
            for (x, centres) in row.iter().zip(block) {
                for lane in 0..LANES {
                    let apart = x - centres[lane];
                    distances[lane] += apart * apart;
                }
            }
            for distance in distances {
                if distance < found.first {
                    found.second = found.first;
                    found.first = distance;
                    found.label = label;
                } else if distance < found.second {
                    found.second = distance;
                }
                label += 1;
            }
        }
        found
    }

    /// Returns half the distance from each centre to its nearest neighbour; infinite where there is one centre.
    pub(super) fn half_gaps(&self) -> Vec<f64> {
        let apart = |a: usize, b: usize| squared(self.at(a), self.at(b));
        (0..self.n_centres())
            .map(|a| {
                let others = (0..self.n_centres()).filter(|b| *b != a);
                others.map(|b| apart(a, b)).fold(f64::INFINITY, f64::min).sqrt() / 2.0
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_two_of_five_centres_are_found() {
        let centres = Centres::new(vec![0.0, 0.0, 9.0, 9.0, 1.0, 0.0, 5.0, 5.0, 1.0, 1.0], 2);
        let found = centres.nearest(&[1.0, 0.9]);
        assert_eq!(found.label, 4);
        assert!((found.first - 0.01).abs() < 1e-12 && (found.second - 0.81).abs() < 1e-12);
        assert_eq!(centres.half_gaps()[0], 0.5);
    }

    #[test]
    fn of_two_that_are_equally_near_the_first_is_taken() {
        let centres = Centres::new(vec![2.0, 0.0], 1);
        let found = centres.nearest(&[1.0]);
        assert_eq!((found.label, found.first, found.second), (0, 1.0, 1.0));
        assert_eq!(Centres::new(vec![3.0], 1).nearest(&[1.0]).second, f64::INFINITY);
    }
}
