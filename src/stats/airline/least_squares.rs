//! Least squares by orthogonal columns.
//!
//! Columns of a calendar are alike in size and nearly alike in shape: their products lose half of the digits that they
//! themselves keep. It must not know that rows are periods.

/// Columns with less than this share of their sum of squares left are told by those before them.
const SINGULAR: f64 = 1e-12;

/// A fit by least squares to white noise.
pub(super) struct Fitted {
    /// One a column.
    pub effects: Vec<f64>,
    /// The inverse of the columns' products: covariance of effects for noise of variance one.
    pub inverse: Vec<Vec<f64>>,
    /// Sum of squares that is left over.
    pub rest: f64,
    /// Logarithm of the likelihood of what the columns cannot tell, of the normal distribution, at the most likely variance.
    pub log_likelihood: f64,
}

impl Fitted {
    /// Returns the fit of `columns` to `values`; `None` where columns depend on each other or nothing is left over.
    ///
    /// `log_determinant` is that of the noise before it was made white.
    ///
    /// Source: Golub & Van Loan (2013), "Matrix Computations", §5.2.8 (modified Gram–Schmidt); Patterson & Thompson (1971), "Recovery
    /// of Inter-block Information when Block Sizes are Unequal", Biometrika 58: 545–554 (restricted likelihood).
    pub(super) fn new(values: &[f64], columns: &[Vec<f64>], log_determinant: f64) -> Option<Self> {
        let n_columns = columns.len();
        let mut basis = columns.to_vec();
        let mut upper = vec![vec![0.0; n_columns]; n_columns];
        let mut rest = values.to_vec();
        let mut shares = vec![0.0; n_columns];
        for j in 0..n_columns {
            let length = product(&basis[j], &basis[j]).sqrt();
            let own = product(&columns[j], &columns[j]).sqrt();
            if length.is_nan() || length <= SINGULAR.sqrt() * own {
                return None;
            }
            upper[j][j] = length;
            let unit: Vec<f64> = basis[j].iter().map(|x| x / length).collect();
            for k in j + 1..n_columns {
                upper[j][k] = product(&unit, &basis[k]);
                let share = upper[j][k];
                basis[k].iter_mut().zip(&unit).for_each(|(x, u)| *x -= share * u);
            }
            shares[j] = product(&unit, &rest);
            rest.iter_mut().zip(&unit).for_each(|(x, u)| *x -= shares[j] * u);
        }
        let effects = back(&upper, &shares);
        let roots: Vec<Vec<f64>> = (0..n_columns)
            .map(|j| {
                let unit: Vec<f64> = (0..n_columns).map(|k| if j == k { 1.0 } else { 0.0 }).collect();
                back(&upper, &unit)
            })
            .collect();
        let cell = |i: usize, k: usize| roots.iter().map(|it| it[i] * it[k]).sum::<f64>();
        let inverse = (0..n_columns)
            .map(|i| (0..n_columns).map(|k| cell(i, k)).collect())
            .collect();
        let rest = product(&rest, &rest);
        // As many values as columns are spent on the effects: the full likelihood would take the noise for calmer than it is.
        let n = values.len().checked_sub(n_columns).filter(|n| 0 < *n)? as f64;
        let lengths: f64 = (0..n_columns).map(|j| libm::log(upper[j][j])).sum();
        let spread = n * (libm::log(2.0 * std::f64::consts::PI * rest / n) + 1.0);
        let log_likelihood = -0.5 * (spread + log_determinant) - lengths;
        (rest > 0.0).then_some(Self {
            effects,
            inverse,
            rest,
            log_likelihood,
        })
    }
}

/// Returns the sum of products; in the order of the slices.
pub(super) fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Solves an upper triangle.
fn back(upper: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let mut solved = right.to_vec();
    for i in (0..right.len()).rev() {
        let known: f64 = (i + 1..right.len()).map(|k| upper[i][k] * solved[k]).sum();
        solved[i] = (right[i] - known) / upper[i][i];
    }
    solved
}

/// Solves a symmetric positive system; `None` where it is not positive.
///
/// Source: Cholesky; Golub & Van Loan (2013), §4.2.
pub(super) fn solved(matrix: &[Vec<f64>], right: &[f64]) -> Option<Vec<f64>> {
    let n = right.len();
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let left = matrix[i][j] - product(&lower[i][..j], &lower[j][..j]);
            lower[i][j] = if i == j {
                (left > 0.0).then(|| left.sqrt())?
            } else {
                left / lower[j][j]
            };
        }
    }
    let mut half: Vec<f64> = Vec::with_capacity(n);
    for i in 0..n {
        half.push((right[i] - product(&lower[i][..i], &half)) / lower[i][i]);
    }
    let upper: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|k| lower[k][i]).collect()).collect();
    Some(back(&upper, &half))
}
