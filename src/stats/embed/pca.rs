//! Principal components: the two directions in which rows differ most.
//!
//! The one plane whose directions have a meaning: each is a weighted sum of features, and says how much of all variance
//! it holds. It must not know which features there are.

use rayon::prelude::*;

use crate::stats::sum::exact_sum;

/// The first two principal components.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// One a row in the order in which the rows came: its place along both components, in the features' unit.
    pub scores: Vec<[f64; 2]>,
    /// The share of all variance that each component holds, in `[0, 1]`, downwards.
    pub shares: [f64; 2],
    /// One a feature: its weight in both components; the squares of a component's weights add up to 1.
    pub loadings: Vec<[f64; 2]>,
}

/// Sweeps of rotations; six to ten are what matrices of any size here take.
const MOST_SWEEPS: usize = 60;
/// Weights that differ by less, relative to the largest, are equally large: their last digits must not choose a sign.
const EQUALLY_LARGE: f64 = 1e-9;

/// Returns the first two principal components of rows: eigenvectors of their covariance matrix.
///
/// `values` holds one row after the other, `n_features` numbers a row; features of different units want
/// [`crate::stats::cluster::standardised`] first. The largest weight of a component is positive (the first, of equal
/// ones). A second component that there is not has weights, scores and share of 0. All sums over rows are exact:
/// neither their order nor the number of threads matters.
///
/// Returns `None` where there are fewer than two rows, or all rows are equal.
///
/// Source: Pearson (1901), "On Lines and Planes of Closest Fit", Phil. Mag. 2: 559–572; eigenvectors by Golub & Van Loan
/// (2013), "Matrix Computations", §8.5.2 (cyclic Jacobi).
///
/// # Panics
/// Where there is no feature, a row is incomplete, or a number is not finite.
pub fn pca(values: &[f64], n_features: usize) -> Option<Components> {
    assert!(
        0 < n_features && values.len().is_multiple_of(n_features),
        "rows are of one length"
    );
    assert!(values.iter().all(|x| x.is_finite()), "features are finite");
    let n_rows = values.len() / n_features;
    if n_rows < 2 {
        return None;
    }
    let columns: Vec<Vec<f64>> = (0..n_features).map(|it| centred(values, n_features, it)).collect();
    let pairs: Vec<(usize, usize)> = (0..n_features).flat_map(|i| (0..=i).map(move |j| (i, j))).collect();
    let crossed: Vec<f64> = pairs
        .par_iter()
        .map(|(i, j)| {
            let products: Vec<f64> = columns[*i].iter().zip(&columns[*j]).map(|(x, y)| x * y).collect();
            exact_sum(&products) / n_rows as f64
        })
        .collect();
    let mut covariance = vec![vec![0.0; n_features]; n_features];
    for ((i, j), it) in pairs.iter().zip(crossed) {
        covariance[*i][*j] = it;
        covariance[*j][*i] = it;
    }
    let total = exact_sum(&(0..n_features).map(|it| covariance[it][it]).collect::<Vec<f64>>());
    if total <= 0.0 {
        return None;
    }
    let (variances, vectors) = eigen(covariance);
    let mut order: Vec<usize> = (0..n_features).collect();
    // A stable sort: of equal variances the earlier stays first.
    order.sort_by(|a, b| variances[*b].total_cmp(&variances[*a]));
    let mut loadings = vec![[0.0; 2]; n_features];
    let mut shares = [0.0; 2];
    for (component, idx) in order.iter().take(2).enumerate() {
        // Rounding leaves a variance of some 10⁻¹⁶ where there is none: its direction would be noise.
        let share = variances[*idx] / total;
        if share <= f64::EPSILON * n_features as f64 {
            continue;
        }
        shares[component] = share;
        let weights: Vec<f64> = vectors.iter().map(|row| row[*idx]).collect();
        let sign = sign(&weights);
        for (loading, weight) in loadings.iter_mut().zip(weights) {
            loading[component] = sign * weight;
        }
    }
    let scores = (0..n_rows).map(|row| {
        let along = |component: usize| {
            let parts = columns
                .iter()
                .zip(&loadings)
                .map(|(x, loading)| x[row] * loading[component]);
            parts.sum()
        };
        [along(0), along(1)]
    });
    Some(Components {
        scores: scores.collect(),
        shares,
        loadings,
    })
}

/// A feature less its mean; a constant one is exactly nothing.
fn centred(values: &[f64], n_features: usize, feature: usize) -> Vec<f64> {
    let column: Vec<f64> = values.iter().skip(feature).step_by(n_features).copied().collect();
    if column.iter().all(|x| *x == column[0]) {
        return vec![0.0; column.len()];
    }
    let mean = exact_sum(&column) / column.len() as f64;
    column.iter().map(|x| x - mean).collect()
}

/// One, or minus one where the largest weight is below zero.
fn sign(weights: &[f64]) -> f64 {
    let largest = weights.iter().fold(0.0_f64, |a, x| a.max(x.abs()));
    let first = weights.iter().find(|x| largest * (1.0 - EQUALLY_LARGE) <= x.abs());
    if first.is_some_and(|it| *it < 0.0) { -1.0 } else { 1.0 }
}

/// The eigenvalues of a symmetric matrix, and its eigenvectors as columns, in no order.
fn eigen(mut a: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = a.len();
    let mut vectors: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect())
        .collect();
    for _ in 0..MOST_SWEEPS {
        let mut is_done = true;
        for p in 0..n {
            for q in p + 1..n {
                // Below the last digit of both ends of its row a rotation would change nothing.
                if a[p][q].abs() <= f64::EPSILON * 0.01 * (a[p][p] * a[q][q]).abs().sqrt() {
                    continue;
                }
                is_done = false;
                let (cos, sin) = rotation(a[p][p], a[q][q], a[p][q]);
                for row in &mut a {
                    (row[p], row[q]) = (cos * row[p] - sin * row[q], sin * row[p] + cos * row[q]);
                }
                let (upper, lower) = a.split_at_mut(q);
                for (x, y) in upper[p].iter_mut().zip(&mut lower[0]) {
                    (*x, *y) = (cos * *x - sin * *y, sin * *x + cos * *y);
                }
                (a[p][q], a[q][p]) = (0.0, 0.0);
                for row in &mut vectors {
                    (row[p], row[q]) = (cos * row[p] - sin * row[q], sin * row[p] + cos * row[q]);
                }
            }
        }
        if is_done {
            break;
        }
    }
    ((0..n).map(|it| a[it][it]).collect(), vectors)
}

/// Cosine and sine of the smaller angle that makes the element between two diagonal ones vanish.
fn rotation(first: f64, second: f64, between: f64) -> (f64, f64) {
    let tau = (second - first) / (2.0 * between);
    let root = (1.0 + tau * tau).sqrt();
    let tangent = if 0.0 <= tau {
        1.0 / (tau + root)
    } else {
        1.0 / (tau - root)
    };
    let cos = 1.0 / (1.0 + tangent * tangent).sqrt();
    (cos, tangent * cos)
}
