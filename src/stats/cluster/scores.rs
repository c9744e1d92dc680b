//! How good clusters are, and how far two ways of clustering agree.
//!
//! It must not know how clusters were found. For silhouettes see its neighbour.

use crate::stats::cluster::NOISE;
use crate::stats::cluster::Points;
use crate::stats::cluster::squared;
use crate::stats::sum::RunningSum;
use crate::stats::sum::exact_sum;

/// The clusters' means and how far their rows spread around them.
struct Spread {
    /// Rows of each cluster that has any.
    counts: Vec<f64>,
    means: Vec<Vec<f64>>,
    /// The mean distance of a cluster's rows from its mean.
    distances: Vec<f64>,
    /// Squared distances of a cluster's rows from its mean, summed.
    squares: Vec<f64>,
}

/// Measures the clusters that have rows; rows of no cluster are left out.
fn spread(points: &Points, labels: &[u32]) -> Spread {
    let by_place = points.as_sorted(labels);
    let n_labels = labels
        .iter()
        .filter(|label| **label != NOISE)
        .max()
        .map_or(0, |label| *label as usize + 1);
    let clustered = || {
        let labelled = points.by_place().zip(&by_place);
        labelled
            .filter(|(_, label)| **label != NOISE)
            .map(|(row, label)| (row, *label as usize))
    };
    let mut counts = vec![0.0; n_labels];
    let mut sums = vec![vec![RunningSum::default(); points.n_features()]; n_labels];
    for (row, label) in clustered() {
        counts[label] += 1.0;
        sums[label].iter_mut().zip(row).for_each(|(sum, x)| sum.add(*x));
    }
    let mean_of = |(sums, n): (&Vec<RunningSum>, &f64)| sums.iter().map(|sum| sum.total() / n).collect();
    let means: Vec<Vec<f64>> = sums.iter().zip(&counts).map(mean_of).collect();
    let mut distances = vec![RunningSum::default(); n_labels];
    let mut squares = vec![RunningSum::default(); n_labels];
    for (row, label) in clustered() {
        let square = squared(row, &means[label]);
        distances[label].add(square.sqrt());
        squares[label].add(square);
    }
    let with_rows: Vec<usize> = (0..n_labels).filter(|label| 0.0 < counts[*label]).collect();
    Spread {
        distances: with_rows
            .iter()
            .map(|label| distances[*label].total() / counts[*label])
            .collect(),
        squares: with_rows.iter().map(|label| squares[*label].total()).collect(),
        means: with_rows.iter().map(|label| means[*label].clone()).collect(),
        counts: with_rows.iter().map(|label| counts[*label]).collect(),
    }
}

/// Returns the Davies–Bouldin index: for each cluster the largest `(sᵢ + sⱼ)/dᵢⱼ` over the others, averaged.
///
/// `sᵢ` is the mean distance of a cluster's rows from its mean, `dᵢⱼ` the distance of two means; a pure number, 0 or
/// more, smaller is better. `labels` holds one cluster a row; rows of [`NOISE`] are left out.
///
/// Returns `None` where fewer than two clusters have rows, or two of them share their mean.
///
/// Source: Davies & Bouldin (1979), "A Cluster Separation Measure", IEEE TPAMI 1: 224–227.
///
/// # Panics
/// Where there is not one label a row.
pub fn davies_bouldin(points: &Points, labels: &[u32]) -> Option<f64> {
    let spread = spread(points, labels);
    let n = spread.means.len();
    if n < 2 {
        return None;
    }
    let worst: Vec<f64> = (0..n)
        .map(|i| {
            let likeness = |j: usize| {
                let apart = squared(&spread.means[i], &spread.means[j]).sqrt();
                (spread.distances[i] + spread.distances[j]) / apart
            };
            // Two means in one place give infinity, or nothing over nothing, which `max` would pass over.
            let others = (0..n).filter(|j| *j != i).map(likeness);
            others.fold(0.0, |a: f64, b| if b.is_nan() { f64::INFINITY } else { a.max(b) })
        })
        .collect();
    let index = exact_sum(&worst) / n as f64;
    index.is_finite().then_some(index)
}

/// Returns the Calinski–Harabasz index: variance between clusters over variance within, each by its degrees of freedom.
///
/// A pure number, 0 or more, larger is better. `labels` holds one cluster a row; rows of [`NOISE`] are left out.
///
/// Returns `None` where fewer than two clusters have rows, no cluster has two, or all rows lie on the means.
///
/// Source: Caliński & Harabasz (1974), "A Dendrite Method for Cluster Analysis", Communications in Statistics 3: 1–27.
///
/// # Panics
/// Where there is not one label a row.
pub fn calinski_harabasz(points: &Points, labels: &[u32]) -> Option<f64> {
    let spread = spread(points, labels);
    let k = spread.means.len();
    let n = exact_sum(&spread.counts);
    let within = exact_sum(&spread.squares);
    let spare = n - k as f64;
    if k < 2 || spare <= 0.0 || within <= 0.0 {
        return None;
    }
    let middle: Vec<f64> = (0..points.n_features())
        .map(|feature| {
            let parts: Vec<f64> = spread
                .means
                .iter()
                .zip(&spread.counts)
                .map(|(mean, n)| mean[feature] * n)
                .collect();
            exact_sum(&parts) / n
        })
        .collect();
    let between: Vec<f64> = spread
        .means
        .iter()
        .zip(&spread.counts)
        .map(|(mean, n)| n * squared(mean, &middle))
        .collect();
    Some(exact_sum(&between) / (k - 1) as f64 / (within / spare))
}

/// How many rows share each pair of labels.
struct Crossing {
    /// One row of counts a cluster of the first labels.
    both: Vec<Vec<u64>>,
    first: Vec<u64>,
    second: Vec<u64>,
}

fn crossing(first: &[u32], second: &[u32]) -> Crossing {
    assert_eq!(first.len(), second.len(), "one label a row in both");
    let n_labels = |labels: &[u32]| {
        labels
            .iter()
            .filter(|it| **it != NOISE)
            .max()
            .map_or(0, |it| *it as usize + 1)
    };
    let mut found = Crossing {
        both: vec![vec![0; n_labels(second)]; n_labels(first)],
        first: vec![0; n_labels(first)],
        second: vec![0; n_labels(second)],
    };
    for (a, b) in first.iter().zip(second) {
        if *a != NOISE {
            found.first[*a as usize] += 1;
        }
        if *b != NOISE {
            found.second[*b as usize] += 1;
        }
        if *a != NOISE && *b != NOISE {
            found.both[*a as usize][*b as usize] += 1;
        }
    }
    found
}

/// Returns the adjusted Rand index of two ways of clustering the same rows: 1 where they agree, about 0 by chance.
///
/// Rows that either of them puts into no cluster are left out. Names of clusters do not matter.
///
/// Returns `None` where fewer than two rows are left.
///
/// Source: Hubert & Arabie (1985), "Comparing Partitions", Journal of Classification 2: 193–218, eq. 5.
///
/// # Panics
/// Where the slices differ in length.
pub fn adjusted_rand(first: &[u32], second: &[u32]) -> Option<f64> {
    let in_both = |(a, b): &(&u32, &u32)| **a != NOISE && **b != NOISE;
    let (a, b): (Vec<u32>, Vec<u32>) = first.iter().zip(second).filter(in_both).unzip();
    let crossing = crossing(&a, &b);
    let n = a.len() as u64;
    if n < 2 {
        return None;
    }
    // Pairs of fewer than 2³² rows are counted by 64 bits.
    let pairs = |counts: &[u64]| counts.iter().map(|n| n * n.saturating_sub(1) / 2).sum::<u64>();
    let together = crossing.both.iter().map(|row| pairs(row)).sum::<u64>() as f64;
    let (in_first, in_second) = (pairs(&crossing.first) as f64, pairs(&crossing.second) as f64);
    let expected = in_first * in_second / pairs(&[n]) as f64;
    let most = f64::midpoint(in_first, in_second);
    // Both are one cluster, or both are rows alone: they agree, and chance could not do otherwise.
    if most == expected {
        return Some(1.0);
    }
    Some((together - expected) / (most - expected))
}

/// Returns for each cluster of `first` how well the best of `second` matches it: rows in both over rows in either.
///
/// A pure number in `[0, 1]`. A row of [`NOISE`] is in no cluster. `None` for a cluster without rows.
///
/// Source: Jaccard (1901); Hennig (2007), "Cluster-wise Assessment of Cluster Stability", CSDA 52: 258–271, §2.
///
/// # Panics
/// Where the slices differ in length.
pub fn jaccard(first: &[u32], second: &[u32]) -> Vec<Option<f64>> {
    let crossing = crossing(first, second);
    let best = |(both, own): (&Vec<u64>, &u64)| {
        let shares = both.iter().zip(&crossing.second);
        let likeness = shares.map(|(both, other)| *both as f64 / (own + other - both) as f64);
        // A label that nobody has is not met by one that nobody has.
        (0 < *own).then(|| likeness.fold(0.0, f64::max))
    };
    crossing.both.iter().zip(&crossing.first).map(best).collect()
}
