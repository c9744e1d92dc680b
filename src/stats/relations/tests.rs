//! The figures of scipy, and what must not move ours.

use super::*;
use crate::stats::rng::Seeded;

const N_ROWS: usize = 200;

/// Two numbers with ties, and missing in some rows; the script below makes the same.
fn numbers() -> [Vec<Option<f64>>; 2] {
    let x = |i: usize| (37 * i % 101) as f64;
    let y = |i: usize| (37 * i % 101 / 10 + 53 * i % 29) as f64;
    [
        (0..N_ROWS).map(|i| (i % 17 != 3).then(|| x(i))).collect(),
        (0..N_ROWS).map(|i| (i % 23 != 5).then(|| y(i))).collect(),
    ]
}

/// Levels; the second goes with the first, the third hardly.
fn categories() -> [Vec<u16>; 3] {
    let a = |i: usize| 31 * i % 7 % 4;
    let code = |level: usize| u16::try_from(level).expect("few levels");
    [
        (0..N_ROWS).map(|i| code(a(i))).collect(),
        (0..N_ROWS)
            .map(|i| code((a(i) + usize::from(13 * i % 11 > 7)) % 3))
            .collect(),
        (0..N_ROWS).map(|i| code((a(i) + 13 * i % 11 / 4) % 3)).collect(),
    ]
}

fn near(ours: f64, theirs: f64) {
    // scipy adds in another order, and a p multiplies what that loses.
    assert!((ours - theirs).abs() <= 1e-10 * theirs.abs(), "{ours} {theirs}");
}

fn is_near(ours: Option<Correlation>, theirs: [f64; 4], n_rows: usize) {
    let ours = ours.expect("the columns vary");
    near(ours.coefficient, theirs[0]);
    near(ours.interval[0], theirs[1]);
    near(ours.interval[1], theirs[2]);
    near(ours.p, theirs[3]);
    assert_eq!(ours.n_rows, n_rows);
}

/// Figures of scipy 1.17.1:
///
/// ```python
/// import numpy as np
/// from scipy import stats
/// i = np.arange(200); x = (37 * i % 101).astype(float); y = np.floor(x / 10) + 53 * i % 29
/// k = ~((i % 17 == 3) | (i % 23 == 5))
/// r = stats.pearsonr(x[k], y[k]); print(r.statistic, r.confidence_interval(.95), r.pvalue, k.sum())
/// s = stats.spearmanr(x[k], y[k]); z = np.arctanh(s.statistic)
/// h = stats.norm.ppf(.975) * np.sqrt((1 + s.statistic ** 2 / 2) / (k.sum() - 3))
/// print(s.statistic, np.tanh(z - h), np.tanh(z + h), s.pvalue)
/// ```
#[test]
fn correlations_are_those_of_scipy() {
    let [x, y] = numbers();
    is_near(
        pearson(&x, &y),
        [
            0.3229324174678436,
            0.18502383382848941,
            0.4483676591368122,
            1.0385748044083117e-05,
        ],
        179,
    );
    is_near(
        spearman(&x, &y),
        [
            0.3033548771704859,
            0.1607065529743079,
            0.4335895383060464,
            3.661350744797719e-05,
        ],
        179,
    );
}

/// `c = scipy.stats.chi2_contingency(table, correction=False)` of the counts of `a = i * 31 % 7 % 4` and
/// `b = (a + (i * 13 % 11 > 7)) % 3` (and of `(a + i * 13 % 11 // 4) % 3`), then with `R, C = table.shape`
/// `p = max(0, c.statistic / n - (R - 1) * (C - 1) / (n - 1))` and
/// `sqrt(p / (min(R - (R - 1) ** 2 / (n - 1), C - (C - 1) ** 2 / (n - 1)) - 1))`.
#[test]
fn associations_are_those_of_scipy() {
    let [a, b, c] = categories();
    let strong = cramers_v(&a, &b).expect("both vary");
    near(strong.chi_squared, 161.16407729461355);
    near(strong.v, 0.6259171076549824);
    near(strong.p, 3.356523050065651e-32);
    let weak = cramers_v(&a, &c).expect("both vary");
    // Without the correction this one would be 0.0927.
    assert_eq!((weak.v, weak.n_freedom, weak.n_rows), (0.0, 6, N_ROWS));
    near(weak.chi_squared, 3.4401479890201707);
    near(weak.p, 0.7519149689222472);
    // Cells without rows.
    let a = [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 0, 1];
    let b = [0, 0, 1, 1, 1, 1, 0, 2, 2, 2, 0, 0];
    let few = cramers_v(&a, &b).expect("both vary");
    near(few.chi_squared, 11.1);
    near(few.v, 0.585709446360186);
    near(few.p, 0.025462844944768654);
}

/// `eta = sqrt(between / total)` in numpy, and `scipy.stats.f_oneway` of the second number by the first category, as it
/// is and with three times the level added.
#[test]
fn ratios_are_those_of_scipy() {
    let [_, y] = numbers();
    let [a, ..] = categories();
    let ratio = correlation_ratio(&a, &y).expect("it varies");
    near(ratio.eta, 0.02752062616849252);
    near(ratio.p, 0.9863508805687724);
    assert_eq!(ratio.n_rows, 191);
    let lifted: Vec<Option<f64>> = y
        .iter()
        .zip(&a)
        .map(|(y, level)| y.map(|y| y + 3.0 * f64::from(*level)))
        .collect();
    let ratio = correlation_ratio(&a, &lifted).expect("it varies");
    near(ratio.eta, 0.30814332665439836);
    near(ratio.p, 0.0003144728109329033);
}

#[test]
fn a_line_is_wholly_correlated_and_far_from_zero_as_well() {
    let x: Vec<Option<f64>> = (0..9).map(|i| Some(1e9 + f64::from(i) / 1024.0)).collect();
    let down: Vec<Option<f64>> = x.iter().map(|x| x.map(|x| -3.0 * (x - 1e9))).collect();
    for found in [pearson(&x, &down), spearman(&x, &down)] {
        let found = found.expect("both vary");
        assert!((found.coefficient + 1.0).abs() < 1e-15, "{found:?}");
        assert!(found.p < 1e-40 && found.interval[1] < -0.999, "{found:?}");
    }
}

#[test]
fn constants_and_few_rows_have_no_relation() {
    let x = [1.0, 2.0, 3.0, 4.0].map(Some);
    let constant = [0.1; 4].map(Some);
    let missing = [Some(1.0), Some(5.0), Some(2.0), None];
    for method in [pearson, spearman] {
        assert_eq!(method(&x, &constant), None);
        assert_eq!(method(&x, &missing), None);
        assert_eq!(method(&[], &[]), None);
    }
    assert_eq!(cramers_v(&[0, 0, 0], &[0, 1, 0]), None);
    assert_eq!(correlation_ratio(&[0, 1, 0, 1], &constant), None);
    assert_eq!(correlation_ratio(&[0, 0, 0, 1], &missing), None);
    assert_eq!(correlation_ratio(&[0, 1, 2, 3], &x), None);
}

#[test]
fn neither_rows_nor_threads_move_the_matrix() {
    let [x, y] = numbers();
    let [a, b, _] = categories();
    let z: Vec<Option<f64>> = (0..N_ROWS).map(|i| Some(1.0 / (i + 1) as f64)).collect();
    let mut rows: Vec<usize> = (0..N_ROWS).collect();
    let columns = |rows: &[usize], n_threads: usize, method: Method| {
        let number = |x: &[Option<f64>]| rows.iter().map(|row| x[*row]).collect::<Vec<_>>();
        let category = |x: &[u16]| rows.iter().map(|row| x[*row]).collect::<Vec<_>>();
        let (x, y, z, a, b) = (number(&x), number(&y), number(&z), category(&a), category(&b));
        let columns = [
            Column::Number(&x),
            Column::Category(&a),
            Column::Number(&y),
            Column::Category(&b),
            Column::Number(&z),
        ];
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(n_threads)
            .build()
            .expect("threads can be had");
        pool.install(|| relations(&columns, method))
    };
    let pairs = [columns(&rows, 1, Method::Pearson), columns(&rows, 1, Method::Spearman)];
    assert_eq!(pairs[0].len(), 10);
    assert_eq!(pairs[0][1].columns, [0, 2]);
    assert_eq!(pairs[0][1].relation, pearson(&x, &y).map(Relation::Correlation));
    assert_eq!(pairs[1][1].relation, spearman(&x, &y).map(Relation::Correlation));
    assert_eq!(pairs[0][5].relation, cramers_v(&a, &b).map(Relation::Association));
    assert_eq!(pairs[0][4].relation, correlation_ratio(&a, &y).map(Relation::Ratio));
    Seeded::new(1, 0).shuffle(&mut rows);
    let shuffled = [columns(&rows, 4, Method::Pearson), columns(&rows, 4, Method::Spearman)];
    assert_eq!(pairs, shuffled);
}
