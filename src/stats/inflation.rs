//! How far numeric features are told by the others, and which of them make a regression unsteady.
//!
//! A variance inflation factor says that a feature is told by the others, but not by which; the condition of the
//! scaled design says how unsteady the whole is, and the variance proportions say between whom. All sums are in fixed
//! point: the order of the rows moves nothing. It must not know what the features mean.

use crate::stats::collinearity::log_volume;
use crate::stats::relations::centre;
use crate::stats::sum::FixedSum;
use crate::stats::sum::exact_sum;
use crate::stats::sum::scale_to_one;
use rayon::prelude::*;

/// From here on a condition number is a sign of strong dependence.
///
/// Source: Belsley, Kuh & Welsch (1980), "Regression Diagnostics", §3.2.
pub const STRONG_CONDITION: f64 = 30.0;
/// The share of two coefficients' variance that one dependence must carry to be called theirs.
///
/// Source: Belsley, Kuh & Welsch (1980), §3.2.
pub const CARRYING_SHARE: f64 = 0.5;
/// Eigenvalues below this share of the largest are rounding: the columns depend on each other wholly.
const SINGULAR: f64 = 1e-13;
/// Coefficients whose parts in a dependence have a smaller cosine are in two dependences of equal strength.
const LINKED: f64 = 1e-6;
/// Rounds over all pairs of columns; five to ten are what it takes for a hundred columns.
const MOST_SWEEPS: usize = 60;

/// What the features of a table owe to each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Inflation {
    /// Each feature's variance inflation factor, 1 where the others tell nothing of it; `None` where they tell it
    /// wholly, or it is constant.
    pub factors: Vec<Option<f64>>,
    /// The condition of the design.
    pub condition: Condition,
    /// The rows that have all values.
    pub n_rows: usize,
}

/// The condition of a design with an intercept, each column scaled to unit length.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The largest singular value in the smallest; at least 1. `None` where columns depend on each other wholly.
    pub number: Option<f64>,
    /// The share of the variance of the intercept that belongs to the smallest singular value, in `[0, 1]`.
    pub intercept_share: f64,
    /// The share of the variance of each feature's coefficient that belongs to the smallest singular value; 0 for a
    /// constant, which is left out of the design.
    pub shares: Vec<f64>,
    /// Pairs of features that both have at least [`CARRYING_SHARE`] there, by their places; the pair whose lesser share
    /// is the largest first. Empty where a single feature runs along with the intercept.
    pub pairs: Vec<[usize; 2]>,
}

/// Returns the variance inflation factors of `features` and the condition of their design, over the rows that have all values.
///
/// `features` holds one slice a feature, one value a row. Features that the ones before them tell wholly are left out
/// of what tells a third one.
///
/// `None` where there is no feature, or no more rows with all values than columns with the intercept.
///
/// Source: Marquardt (1970), "Generalized Inverses, Ridge Regression, Biased Linear Estimation, and Nonlinear
/// Estimation", Technometrics 12: 591–612 (VIF); Belsley, Kuh & Welsch (1980), §3.2 (condition, proportions).
///
/// # Panics
/// Where the features differ in length, or a number is not finite.
pub fn inflation(features: &[&[Option<f64>]]) -> Option<Inflation> {
    let columns = complete(features)?;
    let n_rows = columns[0].len();
    if n_rows <= columns.len() + 1 {
        return None;
    }
    Some(Inflation {
        factors: factors(&columns),
        condition: condition(columns),
        n_rows,
    })
}

/// The rows that have all values, by feature.
fn complete(features: &[&[Option<f64>]]) -> Option<Vec<Vec<f64>>> {
    let n_rows = features.first()?.len();
    assert!(features.iter().all(|it| it.len() == n_rows), "one value a row");
    let kept: Vec<usize> = (0..n_rows)
        .filter(|row| features.iter().all(|it| it[*row].is_some()))
        .collect();
    let column = |feature: &&[Option<f64>]| kept.iter().filter_map(|row| feature[*row]).collect();
    Some(features.iter().map(column).collect())
}

fn factors(columns: &[Vec<f64>]) -> Vec<Option<f64>> {
    let mut centred = columns.to_vec();
    centred.iter_mut().for_each(|column| centre(column));
    let correlations = cosines(&centred);
    (0..columns.len())
        .map(|own| {
            let others: Vec<usize> = (0..columns.len()).filter(|idx| *idx != own).collect();
            // What is left of a column of length 1 is one over its factor.
            log_volume(&correlations, &others, &[own]).map(|left| libm::exp(-left).max(1.0))
        })
        .collect()
}

/// Cosines of the angles between columns; a column of zeros stands at none, not even to itself.
fn cosines(columns: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).collect::<FixedSum>().total();
    let lengths: Vec<f64> = columns.iter().map(|x| product(x, x).sqrt()).collect();
    let cosine = |a: usize, b: usize| {
        let both = lengths[a] * lengths[b];
        match (both > 0.0, a == b) {
            (false, _) => 0.0,
            (true, true) => 1.0,
            (true, false) => product(&columns[a], &columns[b]) / both,
        }
    };
    let n = columns.len();
    let lower: Vec<Vec<f64>> = (0..n)
        .into_par_iter()
        .map(|a| (0..=a).map(|b| cosine(a, b)).collect())
        .collect();
    let entry = |a: usize, b: usize| lower[a.max(b)][a.min(b)];
    (0..n).map(|a| (0..n).map(|b| entry(a, b)).collect()).collect()
}

fn condition(columns: Vec<Vec<f64>>) -> Condition {
    let n_features = columns.len();
    let is_constant = |column: &[f64]| column.iter().all(|x| *x == column[0]);
    let mut design = vec![vec![1.0; columns[0].len()]];
    // The place of each column of the design among the features, the intercept first.
    let mut places = vec![None];
    for (place, mut column) in columns.into_iter().enumerate() {
        if !is_constant(&column) {
            scale_to_one(&mut column);
            design.push(column);
            places.push(Some(place));
        }
    }
    let (values, vectors) = eigen(cosines(&design));
    let largest = values.iter().fold(0.0_f64, |largest, x| largest.max(*x));
    let smallest = values.iter().fold(f64::INFINITY, |smallest, x| smallest.min(*x));
    let floor = largest * SINGULAR;
    // All eigenvalues at the floor count as one: their vectors may be turned among themselves.
    let here: Vec<usize> = (0..values.len())
        .filter(|idx| values[*idx] <= smallest.max(floor))
        .collect();
    let mut intercept_share = 0.0;
    let mut shares = vec![0.0; n_features];
    let mut carriers: Vec<(usize, Vec<f64>)> = Vec::new();
    for (vector, place) in vectors.iter().zip(places) {
        let part = |idx: usize| vector[idx] * vector[idx] / values[idx].max(floor);
        let all: Vec<f64> = (0..values.len()).map(part).collect();
        let own: Vec<f64> = here.iter().map(|idx| part(*idx)).collect();
        let share = exact_sum(&own) / exact_sum(&all);
        let Some(place) = place else {
            intercept_share = share;
            continue;
        };
        shares[place] = share;
        if CARRYING_SHARE <= share {
            carriers.push((place, here.iter().map(|idx| vector[*idx]).collect()));
        }
    }
    Condition {
        number: (floor < smallest).then(|| (largest / smallest).sqrt().max(1.0)),
        intercept_share,
        pairs: pairs(&carriers, &shares),
        shares,
    }
}

/// Pairs of carriers that are in the same dependence; each carrier is a feature's place and its part in the vectors.
fn pairs(carriers: &[(usize, Vec<f64>)], shares: &[f64]) -> Vec<[usize; 2]> {
    let product = |x: &[f64], y: &[f64]| exact_sum(&x.iter().zip(y).map(|(x, y)| x * y).collect::<Vec<f64>>());
    let mut pairs = Vec::new();
    for (idx, (a, x)) in carriers.iter().enumerate() {
        for (b, y) in &carriers[idx + 1..] {
            if LINKED * (product(x, x) * product(y, y)).sqrt() < product(x, y).abs() {
                pairs.push([*a, *b]);
            }
        }
    }
    let lesser = |pair: &[usize; 2]| shares[pair[0]].min(shares[pair[1]]);
    // A stable sort: of equal pairs the earlier features come first.
    pairs.sort_by(|x, y| lesser(y).total_cmp(&lesser(x)));
    pairs
}

/// Returns the eigenvalues of a symmetric matrix, and by row what each column has in their vectors.
///
/// Rotations go through the pairs in one order, and stop where nothing is left off the diagonal.
///
/// Source: Golub & Van Loan (2013), "Matrix Computations", §8.5, cyclic Jacobi.
fn eigen(mut matrix: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = matrix.len();
    let mut vectors: Vec<Vec<f64>> = (0..n)
        .map(|a| (0..n).map(|b| f64::from(u8::from(a == b))).collect())
        .collect();
    for _ in 0..MOST_SWEEPS {
        let mut is_diagonal = true;
        for p in 0..n {
            for q in p + 1..n {
                let off = matrix[p][q];
                if off.abs() <= f64::EPSILON * f64::EPSILON {
                    continue;
                }
                is_diagonal = false;
                let tau = (matrix[q][q] - matrix[p][p]) / (2.0 * off);
                let tangent = libm::copysign(1.0, tau) / (tau.abs() + (1.0 + tau * tau).sqrt());
                let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
                let turn = [cosine, tangent * cosine];
                for row in &mut matrix {
                    rotate(row, p, q, turn);
                }
                let (above, below) = matrix.split_at_mut(q);
                for (x, y) in above[p].iter_mut().zip(&mut below[0]) {
                    (*x, *y) = (turn[0] * *x - turn[1] * *y, turn[1] * *x + turn[0] * *y);
                }
                // The rotation was chosen for this; rounding must not keep the sweeps going.
                matrix[p][q] = 0.0;
                matrix[q][p] = 0.0;
                for row in &mut vectors {
                    rotate(row, p, q, turn);
                }
            }
        }
        if is_diagonal {
            break;
        }
    }
    ((0..n).map(|idx| matrix[idx][idx]).collect(), vectors)
}

fn rotate(row: &mut [f64], p: usize, q: usize, turn: [f64; 2]) {
    let (x, y) = (row[p], row[q]);
    row[p] = turn[0] * x - turn[1] * y;
    row[q] = turn[1] * x + turn[0] * y;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::Seeded;

    const N_ROWS: usize = 60;

    /// Three features, the third nearly the sum of the other two, a missing value, and a fourth by itself.
    fn features() -> Vec<Vec<Option<f64>>> {
        let a = |i: usize| (37 * i % 101) as f64;
        let b = |i: usize| (53 * i % 29) as f64;
        let column = |value: &dyn Fn(usize) -> f64| (0..N_ROWS).map(|i| Some(value(i))).collect::<Vec<_>>();
        let mut columns = vec![
            column(&a),
            column(&b),
            column(&|i| a(i) + b(i) + (i % 4) as f64),
            column(&|i| 1000.0 + (71 * i % 17) as f64),
        ];
        columns[1][7] = None;
        columns
    }

    fn of(columns: &[Vec<Option<f64>>]) -> Option<Inflation> {
        let slices: Vec<&[Option<f64>]> = columns.iter().map(Vec::as_slice).collect();
        inflation(&slices)
    }

    fn near(ours: f64, theirs: f64, relative: f64) {
        assert!((ours - theirs).abs() <= relative * theirs.abs(), "{ours} {theirs}");
    }

    /// numpy 2.4.6:
    ///
    /// ```python
    /// import numpy as np
    /// i = np.delete(np.arange(60), 7); a = 37 * i % 101; b = 53 * i % 29
    /// X = np.column_stack([a, b, a + b + i % 4, 1000 + 71 * i % 17]).astype(float)
    /// def left(j):
    ///     A = np.column_stack([np.ones(59), np.delete(X, j, 1)])
    ///     e = X[:, j] - A @ np.linalg.lstsq(A, X[:, j])[0]
    ///     return (e @ e) / ((X[:, j] - X[:, j].mean()) ** 2).sum()
    /// print([1 / left(j) for j in range(4)])
    /// D = np.column_stack([np.ones(59), X]); D /= np.sqrt((D ** 2).sum(0))
    /// _, mu, vt = np.linalg.svd(D)
    /// phi = vt.T ** 2 / mu ** 2
    /// print(mu[0] / mu[-1], phi[:, -1] / phi.sum(1))
    /// ```
    #[test]
    fn figures_are_those_of_numpy() {
        let found = of(&features()).expect("there are enough rows");
        assert_eq!(found.n_rows, 59);
        let factors = [
            709.273636104472,
            61.54808517924834,
            816.3868398214825,
            1.0217372842148398,
        ];
        for (ours, theirs) in found.factors.iter().zip(factors) {
            near(ours.expect("not collinear"), theirs, 1e-10);
        }
        // Squares of singular values lose twice their digits.
        near(found.condition.number.expect("not singular"), 623.0722229487712, 1e-8);
        near(found.condition.intercept_share, 0.9999488987518801, 1e-6);
        let shares = [
            0.00027252614620107765,
            0.001134311599866941,
            0.00023665374541104119,
            0.9999633747871056,
        ];
        for (ours, theirs) in found.condition.shares.iter().zip(shares) {
            near(*ours, theirs, 1e-6);
        }
    }

    #[test]
    fn a_near_sum_is_carried_by_its_parts() {
        let mut columns = features();
        // Without the one that runs along with the intercept.
        columns.pop();
        let condition = of(&columns).expect("there are enough rows").condition;
        near(condition.number.expect("not singular"), 160.7858022816992, 1e-8);
        // Both parts with the sum, and with each other.
        assert_eq!(condition.pairs.len(), 3, "{condition:?}");
        assert!(condition.intercept_share < CARRYING_SHARE, "{condition:?}");
    }

    #[test]
    fn a_feature_far_from_zero_runs_along_with_the_intercept() {
        let columns = features();
        let condition = of(&[columns[0].clone(), columns[3].clone()])
            .expect("there are enough rows")
            .condition;
        assert!(
            condition.intercept_share > 0.99 && condition.shares[1] > 0.99,
            "{condition:?}"
        );
        assert_eq!(condition.pairs, Vec::<[usize; 2]>::new());
    }

    #[test]
    fn copies_have_no_factor_and_leave_others_alone() {
        let columns = features();
        let found = of(&[
            columns[0].clone(),
            columns[3].clone(),
            columns[0].clone(),
            vec![Some(4.0); N_ROWS],
        ])
        .expect("there are enough rows");
        let alone = of(&[columns[0].clone(), columns[3].clone()]).expect("there are enough rows");
        assert_eq!([found.factors[0], found.factors[2], found.factors[3]], [None; 3]);
        near(
            found.factors[1].expect("not collinear"),
            alone.factors[1].expect("not collinear"),
            1e-12,
        );
        assert_eq!(found.condition.number, None);
        assert_eq!(found.condition.pairs, [[0, 2]]);
    }

    #[test]
    fn two_pairs_of_copies_are_two_dependences() {
        let columns = features();
        let found =
            of(&[&columns[0], &columns[3], &columns[0], &columns[3]].map(Clone::clone)).expect("there are enough rows");
        assert_eq!(found.factors, [None; 4]);
        let mut pairs = found.condition.pairs;
        pairs.sort_unstable();
        assert_eq!(pairs, [[0, 2], [1, 3]]);
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter() {
        let columns = features();
        let mut rows: Vec<usize> = (0..N_ROWS).collect();
        Seeded::new(1, 0).shuffle(&mut rows);
        let shuffled: Vec<Vec<Option<f64>>> = columns
            .iter()
            .map(|column| rows.iter().map(|row| column[*row]).collect())
            .collect();
        assert_eq!(of(&columns), of(&shuffled));
    }

    #[test]
    fn too_few_rows_have_no_inflation() {
        assert_eq!(inflation(&[]), None);
        assert_eq!(of(&[vec![Some(1.0), Some(2.0)]]), None);
    }
}
