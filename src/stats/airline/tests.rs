//! What regression under airline noise must be, by an independent reference and by what was planted.

use super::*;
use crate::stats::rng::Seeded;
use serde_json::Value;

/// Regressions by statsmodels; `tests/calendar/make_reference.py` made them.
const REFERENCE: &str = include_str!("../../../tests/calendar/reference.json");
const SEASON: usize = 12;

fn numbers(value: &Value) -> Vec<f64> {
    let all = value.as_array().expect("a list").iter();
    all.map(|it| it.as_f64().unwrap_or(f64::NAN)).collect()
}

fn table(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().expect("a list").iter().map(numbers).collect()
}

/// Equal but for what inverting a covariance, as the reference does, costs in digits.
fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1e-3)
}

#[test]
fn effects_errors_and_probabilities_are_those_of_statsmodels() {
    let reference: Value = serde_json::from_str(REFERENCE).expect("JSON");
    let cases = reference["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 3);
    for case in cases {
        let of = |name: &str| case[name].as_f64().expect("a number");
        let (values, columns) = (numbers(&case["values"]), table(&case["columns"]));
        let noise = Noise {
            level: of("level"),
            season: of("season"),
        };
        let fit = fit_under(&values, &columns, SEASON, noise).expect("enough values");
        assert_eq!(fit.n, case["n"].as_u64().expect("a count") as usize);
        let effects = numbers(&case["effects"]);
        let all_near = fit.effects.iter().zip(&effects).all(|(a, b)| near(*a, *b));
        assert!(all_near && fit.effects.len() == effects.len(), "{:?}", fit.effects);
        for (row, expected) in fit.covariance.iter().zip(table(&case["covariance"])) {
            // A covariance is as small as a squared error.
            assert!(
                row.iter()
                    .zip(&expected)
                    .all(|(a, b)| (a - b).abs() < 1e-9 * fit.variance)
            );
        }
        assert!(near(fit.variance, of("variance")));
        let k = columns.len();
        let (weekdays, holidays) = (fit.p(0..k - 1), fit.p(k - 1..k));
        assert!(near(weekdays.expect("columns"), of("p_weekdays")), "{weekdays:?}");
        assert!(near(holidays.expect("columns"), of("p_holidays")), "{holidays:?}");
        assert_eq!(fit.p(k..k), None);
        let (effect, error) = fit.effect(&numbers(&case["row"]));
        assert!(near(effect, of("row_effect")) && near(error, of("row_error")));
        assert!((fit.reach95() - of("reach95")).abs() < 1e-6);
    }
}

#[test]
fn the_noise_is_as_likely_as_the_likeliest_of_an_optimiser() {
    let reference: Value = serde_json::from_str(REFERENCE).expect("JSON");
    for case in reference["cases"].as_array().expect("cases") {
        let of = |name: &str| case[name].as_f64().expect("a number");
        let (values, columns) = (numbers(&case["values"]), table(&case["columns"]));
        let changes = Changes::new(&values, &columns, SEASON).expect("enough values");
        let likelihood = |noise| changes.fitted(noise).expect("independent columns").log_likelihood;
        let given = Noise {
            level: of("level"),
            season: of("season"),
        };
        assert!(near(likelihood(given), of("restricted")));
        let found = fit(&values, &columns, SEASON).expect("enough values").noise;
        // The last step is a fortieth: what is lost by it is nothing that a test could feel.
        let lost = of("best_restricted") - likelihood(found);
        assert!((-1e-6..0.05).contains(&lost), "{found:?} {:?} {lost}", case["best"]);
    }
}

/// Days of each weekday of each month from 2016 on, above those of Sunday, then of the month: the reference's own counts.
fn weekdays(n: usize) -> Vec<Vec<f64>> {
    let reference: Value = serde_json::from_str(REFERENCE).expect("JSON");
    let days: Vec<Vec<f64>> = (0..n)
        .map(|i| numbers(&reference["days"][format!("{}-{:02}", 2016 + i / 12, i % 12 + 1)]))
        .collect();
    let contrast = |j: usize| days.iter().map(|it| it[j] - it[6]).collect();
    let lengths = days.iter().map(|it| it.iter().sum());
    (0..6).map(contrast).chain([lengths.collect()]).collect()
}

/// A year that repeats itself, a wandering level, noise; of the size of a month's sales in logarithms.
fn series(task: u64, n: usize, wander: f64) -> Vec<f64> {
    let mut rng = Seeded::new(11, task);
    let mut draw = move || (0..4).map(|_| rng.unit() - 0.5).sum::<f64>() * 1.732;
    let mut level = 7.0;
    let value = |i: usize| {
        level += wander * draw();
        level + 0.1 * ((i * 5) % 12) as f64 + 0.02 * draw()
    };
    (0..n).map(value).collect()
}

#[test]
fn what_was_planted_is_within_three_errors_and_found() {
    let planted = [-0.008, -0.006, -0.002, 0.001, 0.006, 0.014, 0.03];
    let n = 120;
    let columns = weekdays(n);
    let (mut n_beyond, mut n_inside, mut n_all) = (0_usize, 0_usize, 0_usize);
    for task in 0..40 {
        let mut values = series(task, n, 0.01 * (task % 3) as f64);
        for (column, effect) in columns.iter().zip(planted) {
            values.iter_mut().zip(column).for_each(|(v, x)| *v += effect * x);
        }
        let fit = fit(&values, &columns, SEASON).expect("ten years");
        for (idx, truth) in planted.iter().enumerate() {
            let error = fit.covariance[idx][idx].sqrt();
            let z = ((fit.effects[idx] - truth) / error).abs();
            n_beyond += usize::from(z > 3.0);
            n_inside += usize::from(z <= fit.reach95());
            n_all += 1;
        }
        let p = fit.p(0..7).expect("columns");
        assert!(p < 1e-3, "{task} {p}");
    }
    // Of 280 one is beyond three errors by chance, and 95 % of the intervals hold the truth.
    assert!(n_beyond <= 4, "{n_beyond}");
    assert!(
        (0.91..=0.985).contains(&(n_inside as f64 / n_all as f64)),
        "{n_inside} of {n_all}"
    );
}

#[test]
fn where_nothing_was_planted_one_in_twenty_is_named() {
    for (n, n_series, least, most) in [(60, 200, 4, 18), (120, 100, 1, 11)] {
        let columns = weekdays(n);
        let named = (0..n_series).filter(|task| {
            let wander = [0.0, 0.01, 0.03][(task % 3) as usize];
            let fit = fit(&series(1000 + task, n, wander), &columns, SEASON).expect("five years");
            fit.p(0..7).expect("columns") <= 0.05
        });
        // About two and a half standard deviations to either side of one in twenty.
        let n_named = named.count();
        assert!((least..=most).contains(&n_named), "{n}: {n_named}");
    }
}

#[test]
fn too_little_and_what_cannot_be_told_apart_have_no_fit() {
    let columns = weekdays(60);
    let values = series(1, 60, 0.01);
    assert!(fit(&values, &columns, SEASON).is_some());
    assert!(fit(&values[..47], &columns, SEASON).is_none());
    assert!(fit(&values, &[], SEASON).is_none());
    let twice = [columns[0].clone(), columns[0].clone()];
    assert!(fit(&values, &twice, SEASON).is_none());
    // What is the same every year is season, and a slope is trend.
    let yearly: Vec<f64> = (0..60).map(|i| f64::from(u8::from(i % 12 == 4))).collect();
    let slope: Vec<f64> = (0..60).map(f64::from).collect();
    let all = [
        columns[0].clone(),
        yearly,
        slope,
        columns[1].clone(),
        columns[0].clone(),
    ];
    assert_eq!(independent(&all, SEASON, 60), [0, 3]);
}

#[test]
fn a_longer_unit_is_a_larger_effect() {
    let columns = weekdays(84);
    let values = series(2, 84, 0.01);
    let larger: Vec<f64> = values.iter().map(|v| 1024.0 * v).collect();
    let (one, thousand) = (fit(&values, &columns, SEASON), fit(&larger, &columns, SEASON));
    let (one, thousand) = (one.expect("seven years"), thousand.expect("seven years"));
    assert_eq!(one.noise, thousand.noise);
    let scaled: Vec<f64> = one.effects.iter().map(|x| 1024.0 * x).collect();
    // A power of two scales without rounding.
    assert_eq!(scaled, thousand.effects);
}
