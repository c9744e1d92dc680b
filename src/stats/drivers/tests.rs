//! What the kernel must find, what it must not, and what must not move it.

use super::*;
use crate::stats::tree::Scale;

const LEVELS: [u64; 4] = [3, 12, 2, 1];

fn options() -> Options {
    Options {
        n_null: 39,
        ..Options::new(1)
    }
}

/// Levels of customers, and for each a few random numbers.
fn customers(n_customers: usize, seed: u64) -> (Vec<Vec<u16>>, Vec<[f64; 3]>) {
    let mut rng = Seeded::new(seed, 0);
    let codes = LEVELS.map(|n| (0..n_customers).map(|_| rng.below(n) as u16).collect());
    (
        codes.to_vec(),
        (0..n_customers).map(|_| [rng.unit(), rng.unit(), rng.unit()]).collect(),
    )
}

fn attributes(codes: &[Vec<u16>]) -> Vec<Attribute<'_>> {
    let levels = codes.iter().zip(LEVELS);
    levels
        .map(|(codes, n)| Attribute {
            codes,
            n_levels: n as usize,
            scale: Scale::Nominal,
        })
        .collect()
}

/// Two of five customers spend something in a period, with a long tail.
fn spend(draw: f64) -> f64 {
    if draw < 0.6 { 0.0 } else { 10.0 / (1.05 - draw) }
}

#[test]
fn a_planted_attribute_leads_and_explains() {
    let (codes, draws) = customers(3000, 1);
    let lift = |idx: usize| if codes[0][idx] == 1 { 2.0 } else { 1.0 };
    let before: Vec<f64> = draws.iter().map(|d| spend(d[0])).collect();
    let after: Vec<f64> = draws
        .iter()
        .enumerate()
        .map(|(idx, d)| lift(idx) * spend(d[1]))
        .collect();
    let change: Vec<f64> = after.iter().zip(&before).map(|(a, b)| a - b).collect();
    for drivers in [
        behaviour(&change, &attributes(&codes), &options()),
        population(&before, &after, &attributes(&codes), &options()),
    ] {
        let drivers = drivers.expect("there are enough customers");
        assert_eq!(drivers.ranking[0], 0, "{drivers:?}");
        assert!(drivers.scores[0].explains && drivers.scores[0].p <= 0.05, "{drivers:?}");
        assert!(drivers.scores[1..].iter().all(|score| !score.explains), "{drivers:?}");
        assert!((drivers.scores.iter().map(|score| score.impurity).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}

#[test]
fn noise_explains_nothing_however_many_levels() {
    let mut n_named = 0;
    for seed in 0..40 {
        let (codes, draws) = customers(400, 100 + seed);
        let change: Vec<f64> = draws.iter().map(|d| spend(d[1]) - spend(d[0])).collect();
        let drivers = behaviour(&change, &attributes(&codes), &options()).expect("there are enough customers");
        n_named += usize::from(drivers.scores.iter().any(|score| score.explains));
    }
    // Two are expected at 5 %; six or more come once in a hundred.
    assert!(n_named < 6, "{n_named} of 40");
}

#[test]
fn one_thread_and_many_agree() {
    let (codes, draws) = customers(500, 2);
    let change: Vec<f64> = draws.iter().map(|d| d[1] - d[0]).collect();
    let on = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(n_threads)
            .build()
            .expect("threads can be had");
        pool.install(|| behaviour(&change, &attributes(&codes), &options()))
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn the_unit_does_not_matter() {
    let (codes, draws) = customers(500, 3);
    let change: Vec<f64> = draws.iter().map(|d| d[1] - d[0]).collect();
    // A power of two, so that not even the last bit may move.
    let scaled: Vec<f64> = change.iter().map(|x| 128.0 * x).collect();
    let asked = |change: &[f64]| behaviour(change, &attributes(&codes), &options());
    assert_eq!(asked(&change), asked(&scaled));
}

#[test]
fn too_few_customers_are_not_asked() {
    let (codes, draws) = customers(79, 4);
    let change: Vec<f64> = draws.iter().map(|d| d[0]).collect();
    assert_eq!(behaviour(&change, &attributes(&codes), &options()), None);
    assert_eq!(behaviour(&[], &[], &options()), None);
    assert_eq!(
        population(&[0.0; 79], &[0.0; 79], &attributes(&codes), &options()),
        None
    );
}

#[test]
fn where_nobody_changed_nothing_explains() {
    let (codes, _) = customers(200, 5);
    let drivers = behaviour(&[0.0; 200], &attributes(&codes), &options()).expect("there are enough customers");
    assert!(
        drivers
            .scores
            .iter()
            .all(|s| !s.explains && s.permutation == 0.0 && s.impurity == 0.0 && s.z == 0.0)
    );
    assert_eq!(drivers.ranking, [0, 1, 2, 3]);
}
