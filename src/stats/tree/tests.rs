//! The tree against scikit-learn, and what must not move it.

use super::*;
use crate::stats::rng::Seeded;
use std::sync::Arc;

const N_ROWS: usize = 600;
/// All attributes are considered.
const ALL: [usize; 4] = [0, 1, 2, 3];
const LEVELS: [usize; 4] = [6, 4, 2, 9];

/// Splitmix64 of a row and a column, as in the script below.
fn mixed(row: usize, column: usize) -> u64 {
    let x = ((row * 16 + column) as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn codes() -> Vec<Vec<u16>> {
    let column = |(idx, n): (usize, &usize)| (0..N_ROWS).map(|row| (mixed(row, idx) % *n as u64) as u16).collect();
    LEVELS.iter().enumerate().map(column).collect()
}

fn target(codes: &[Vec<u16>]) -> Vec<f64> {
    let value = |row: usize| {
        let step = if codes[0][row] >= 3 { 3.0 } else { 0.0 };
        let slope = if codes[2][row] == 1 {
            f64::from(codes[3][row]) / 2.0
        } else {
            0.0
        };
        step + slope + (mixed(row, 8) % 1000) as f64 / 100.0
    };
    (0..N_ROWS).map(value).collect()
}

fn weights() -> Vec<f64> {
    (0..N_ROWS).map(|row| (1 + mixed(row, 9) % 5) as f64).collect()
}

fn attributes(codes: &[Vec<u16>], scale: Scale) -> Vec<Attribute<'_>> {
    codes
        .iter()
        .zip(LEVELS)
        .map(|(codes, n_levels)| Attribute { codes, n_levels, scale })
        .collect()
}

fn rows() -> Vec<u32> {
    (0..N_ROWS as u32).collect()
}

/// Figures of scikit-learn 1.9.1:
///
/// ```python
/// import numpy as np
/// from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
/// n, levels = 600, [6, 4, 2, 9]
/// def mix(i, j):  # splitmix64
///     x = (i * 16 + j + 0x9e3779b97f4a7c15) % 2**64
///     x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9 % 2**64
///     x = (x ^ x >> 27) * 0x94d049bb133111eb % 2**64
///     return x ^ x >> 31
/// X = np.array([[mix(i, j) % k for j, k in enumerate(levels)] for i in range(n)])
/// y = 3.0 * (X[:, 0] >= 3) + X[:, 3] * (X[:, 2] == 1) / 2 + np.array([mix(i, 8) % 1000 / 100 for i in range(n)])
/// w = np.array([1 + mix(i, 9) % 5 for i in range(n)], float)
/// for tree, target in (DecisionTreeRegressor, y), (DecisionTreeClassifier, y > 8):
///     t = tree(max_depth=4, min_samples_leaf=15, random_state=0).fit(X, target, sample_weight=w)
///     print(t.feature_importances_, t.get_n_leaves())
/// ```
#[test]
fn importances_are_those_of_scikit_learn() {
    let codes = codes();
    let attributes = attributes(&codes, Scale::Ordinal);
    let numbers = target(&codes);
    let classes: Vec<f64> = numbers.iter().map(|y| f64::from(u8::from(*y > 8.0))).collect();
    let cases = [
        (
            Criterion::Variance,
            numbers,
            [
                0.595325319019876,
                0.00613224099487033,
                0.239910137124436,
                0.158632302860817,
            ],
        ),
        (
            Criterion::Gini,
            classes,
            [
                0.632817828506837,
                0.0406523691398193,
                0.173598883086462,
                0.152930919266881,
            ],
        ),
    ];
    for (criterion, target, expected) in cases {
        let growth = Growth {
            criterion,
            max_depth: 4,
            min_leaf: 15,
        };
        let tree = grow(&attributes, &ALL, &Response::new(&target, &weights()), &rows(), &growth);
        assert_eq!(tree.rules(&LEVELS).len(), 16);
        for (ours, theirs) in impurity_importances(&[tree], 4).iter().zip(expected) {
            // scikit-learn prints fifteen digits and sums in another order.
            assert!((ours - theirs).abs() < 1e-11, "{ours} {theirs}");
        }
    }
}

#[test]
fn a_gini_decrease_is_twice_that_of_the_variance() {
    let codes = codes();
    let classes: Vec<f64> = target(&codes).iter().map(|y| f64::from(u8::from(*y > 8.0))).collect();
    let response = Response::new(&classes, &weights());
    let decreases = |criterion| {
        let growth = Growth {
            criterion,
            max_depth: 3,
            min_leaf: 10,
        };
        let mut sums = vec![0.0; 4];
        grow(&attributes(&codes, Scale::Nominal), &ALL, &response, &rows(), &growth).add_decreases(&mut sums);
        sums
    };
    let doubled: Vec<f64> = decreases(Criterion::Variance).iter().map(|x| 2.0 * x).collect();
    assert_eq!(decreases(Criterion::Gini), doubled);
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let codes = codes();
    let (target, weights) = (target(&codes), weights());
    let mut order: Vec<usize> = (0..N_ROWS).collect();
    Seeded::new(1, 0).shuffle(&mut order);
    let pick = |x: &[f64]| order.iter().map(|i| x[*i]).collect::<Vec<f64>>();
    let shuffled: Vec<Vec<u16>> = codes
        .iter()
        .map(|codes| order.iter().map(|i| codes[*i]).collect())
        .collect();
    let growth = Growth {
        criterion: Criterion::Variance,
        max_depth: 4,
        min_leaf: 10,
    };
    let one = grow(
        &attributes(&codes, Scale::Nominal),
        &ALL,
        &Response::new(&target, &weights),
        &rows(),
        &growth,
    );
    let response = Response::new(&pick(&target), &pick(&weights));
    let other = grow(
        &attributes(&shuffled, Scale::Nominal),
        &ALL,
        &response,
        &rows(),
        &growth,
    );
    assert_eq!(one, other);
    let mut backwards = rows();
    backwards.reverse();
    assert_eq!(
        other,
        grow(
            &attributes(&shuffled, Scale::Nominal),
            &ALL,
            &response,
            &backwards,
            &growth
        )
    );
}

#[test]
fn equal_attributes_leave_the_split_to_the_first() {
    let codes = codes();
    let twice = [codes[0].clone(), codes[0].clone()];
    let attributes: Vec<Attribute> = twice
        .iter()
        .map(|codes| Attribute {
            codes,
            n_levels: 6,
            scale: Scale::Nominal,
        })
        .collect();
    let growth = Growth {
        criterion: Criterion::Variance,
        max_depth: 3,
        min_leaf: 10,
    };
    let tree = grow(
        &attributes,
        &[0, 1],
        &Response::new(&target(&codes), &weights()),
        &rows(),
        &growth,
    );
    assert_eq!(impurity_importances(&[tree], 2), [1.0, 0.0]);
}

#[test]
fn levels_in_the_middle_are_one_split_apart_when_nominal() {
    let codes: Vec<u16> = (0..100).map(|row| row % 5).collect();
    let target: Vec<f64> = codes
        .iter()
        .map(|code| f64::from(u8::from(*code == 1 || *code == 3)))
        .collect();
    let attribute = Attribute {
        codes: &codes,
        n_levels: 6,
        scale: Scale::Nominal,
    };
    let growth = Growth {
        criterion: Criterion::Gini,
        max_depth: 1,
        min_leaf: 1,
    };
    let rows: Vec<u32> = (0..100).collect();
    let tree = grow(&[attribute], &[0], &Response::new(&target, &[1.0; 100]), &rows, &growth);
    // Level 5 has no row and goes with the heavier side.
    let condition = |levels: &[u16]| {
        vec![Condition {
            attribute_idx: 0,
            levels: levels.to_vec(),
        }]
    };
    let expected = [
        Rule {
            conditions: condition(&[0, 2, 4, 5]),
            n_rows: 60,
            mean: 0.0,
        },
        Rule {
            conditions: condition(&[1, 3]),
            n_rows: 40,
            mean: 1.0,
        },
    ];
    assert_eq!(tree.rules(&[6]), expected);
    assert_eq!(tree.predict(|_| 5), 0.0);
}

#[test]
fn a_constant_has_no_split() {
    let codes = codes();
    // Weights that are no whole numbers, so that the fixed point has something to round.
    let weights: Vec<f64> = weights().iter().map(|w| w / 3.0).collect();
    let growth = Growth {
        criterion: Criterion::Variance,
        max_depth: 4,
        min_leaf: 1,
    };
    let tree = grow(
        &attributes(&codes, Scale::Nominal),
        &ALL,
        &Response::new(&[0.1; N_ROWS], &weights),
        &rows(),
        &growth,
    );
    assert_eq!(tree.rules(&LEVELS).len(), 1);
    assert_eq!(impurity_importances(&[tree], 4), [0.0; 4]);
}

#[test]
fn a_table_finds_the_same_leaves() {
    let codes = codes();
    let attributes = attributes(&codes, Scale::Nominal);
    let growth = Growth {
        criterion: Criterion::Variance,
        max_depth: 3,
        min_leaf: 5,
    };
    let tree = grow(
        &attributes,
        &ALL,
        &Response::new(&target(&codes), &weights()),
        &rows(),
        &growth,
    );
    let table = tree.table(&LEVELS);
    let levels_from: Vec<usize> = LEVELS
        .iter()
        .scan(0, |from, n| {
            let own = *from;
            *from += n;
            Some(own)
        })
        .collect();
    (0..N_ROWS).for_each(|row| {
        let own = tree.predict(|idx| codes[idx][row]);
        let cell = table.cell(|idx| codes[idx][row]);
        assert_eq!(table.predict(cell), own);
        let mut moves = vec![0.0; table::width(&LEVELS)];
        table.add_moves(cell, &mut moves);
        for (idx, level) in [(0, 4), (1, 2), (2, 0), (3, 7)] {
            let changed = tree.predict(|at| if at == idx { level } else { codes[at][row] });
            assert_eq!(moves[levels_from[idx] + usize::from(level)], (changed - own) as f32);
        }
    });
}

#[test]
fn rows_of_equal_levels_grow_as_one() {
    let codes = codes();
    let attributes = attributes(&codes, Scale::Nominal);
    let response = Response::new(&target(&codes), &weights());
    let growth = Growth {
        criterion: Criterion::Variance,
        max_depth: 3,
        min_leaf: 5,
    };
    // Only the second and the third attribute may be split on; the groups stand in the order of their levels.
    let considered = [1, 2];
    let group = |row: usize| usize::from(codes[1][row]) * LEVELS[2] + usize::from(codes[2][row]);
    let group_of: Vec<u32> = (0..N_ROWS).map(|row| u32::try_from(group(row)).expect("few")).collect();
    let n_groups = LEVELS[1] * LEVELS[2];
    let of_group = |place: usize| -> Vec<u16> {
        let level = |group: usize| {
            if place == 1 {
                group / LEVELS[2]
            } else {
                group % LEVELS[2]
            }
        };
        (0..n_groups)
            .map(|group| u16::try_from(level(group)).expect("few"))
            .collect()
    };
    let grouped = [Vec::new(), of_group(1), of_group(2), Vec::new()];
    let own: Vec<Attribute> = attributes
        .iter()
        .zip(&grouped)
        .map(|(attribute, codes)| Attribute { codes, ..*attribute })
        .collect();
    let sample: Vec<u32> = rows().into_iter().filter(|row| row % 3 != 0).collect();
    let groups: Vec<u32> = (0_u32..).take(n_groups).collect();
    let weighing = Arc::new(Weighing::new(&weights()).grouped(&sample, &group_of, n_groups));
    let sums = response.grouped(&sample, &group_of, &weighing);
    let tree = grow(&own, &considered, &sums, &groups, &growth);
    assert!(tree.rules(&LEVELS).len() > 2, "it splits");
    assert_eq!(tree, grow(&attributes, &considered, &response, &sample, &growth));
}
