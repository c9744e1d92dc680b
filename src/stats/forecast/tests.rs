//! What a projection must be, whatever the series.

use super::*;
use crate::stats::rng::Seeded;

/// A positive monthly series: growth, a wave, and noise of about `noise`.
fn sales(task: u64, n: usize, noise: f64) -> Vec<f64> {
    let mut rng = Seeded::new(5, task);
    let value = |i: usize| {
        let wave = 0.2 * libm::cos(std::f64::consts::TAU * i as f64 / 12.0);
        // The sum of four even draws is close enough to a normal one.
        let draw = (0..4).map(|_| rng.unit() - 0.5).sum::<f64>();
        1000.0 * libm::exp(0.005 * i as f64 + wave + noise * 1.73 * draw)
    };
    (0..n).map(value).collect()
}

fn monthly() -> Options<'static> {
    Options {
        season: Some(12),
        ..Options::default()
    }
}

fn project(histories: &[Vec<f64>], options: &Options) -> Vec<Result<Projection, Unprojectable>> {
    projections(&histories.iter().map(Vec::as_slice).collect::<Vec<_>>(), options)
}

fn one(history: &[f64], options: &Options) -> Result<Projection, Unprojectable> {
    projections(&[history], options).remove(0)
}

#[test]
fn a_clean_series_goes_on() {
    let history = sales(1, 72, 0.01);
    let projection = one(&history, &monthly()).expect("six years are enough");
    let expected = 1000.0 * libm::exp(0.005 * 72.0 + 0.2);
    assert!(
        (projection.median / expected - 1.0).abs() < 0.02,
        "{} {expected}",
        projection.median
    );
    assert!(projection.low95 < projection.low80 && projection.high80 < projection.high95);
    assert_eq!(
        (projection.season, projection.scale, projection.past.len()),
        (Some(12), Scale::Log, 24)
    );
    assert_eq!(projection.past[23].index, 71);
    let models: Vec<Model> = projection.backtest.iter().map(|it| it.model).collect();
    assert_eq!(
        models,
        [
            Model::SeasonalNaive,
            Model::Ets,
            Model::StlEts,
            Model::Theta,
            Model::Combination
        ]
    );
    let masses: Vec<f64> = projection.backtest.iter().filter_map(|it| it.mase).collect();
    // Growth of 6 % a year is all that a naive season misses; noise is a fifth of it.
    assert!(masses[0] > 0.9 && masses[4] < 0.5, "{masses:?}");
}

#[test]
fn a_value_on_the_projection_is_no_news_and_one_far_out_is() {
    let histories: Vec<Vec<f64>> = (0..20).map(|task| sales(task, 72, 0.03)).collect();
    let projected = project(&histories, &monthly());
    let projection = projected[3].as_ref().expect("six years are enough");
    let same = judge(projection, projection.median).expect("finite");
    assert!(same.cii.abs() < 1e-9 && same.p > 0.999 && same.deviation.abs() < 1e-6);
    // The ends of the 80 % band are 1.28 standard deviations out by definition, and a fifth of values lies beyond.
    let edge = judge(projection, projection.high80).expect("finite");
    assert!(
        (edge.cii - 1.2816).abs() < 1e-4 && (0.15..0.25).contains(&edge.p),
        "{edge:?}"
    );
    let far = judge(projection, 1.3 * projection.median).expect("finite");
    assert!(far.cii > 5.0 && far.p < 1e-4, "{far:?}");
    assert!((far.deviation_pct.expect("the median is not zero") - 30.0).abs() < 1e-9);
    assert_eq!(judge(projection, f64::NAN), None);
}

#[test]
fn a_value_of_zero_is_judged_on_the_level() {
    let projection = one(&sales(2, 72, 0.03), &monthly()).expect("six years are enough");
    for actual in [0.0, -50.0] {
        let verdict = judge(&projection, actual).expect("finite");
        assert!(
            verdict.cii < -10.0 && verdict.cii.is_finite() && verdict.p > 0.0 && verdict.p < 1e-3,
            "{verdict:?}"
        );
    }
}

#[test]
fn scale_passes_through() {
    let history = sales(3, 60, 0.05);
    // With a zero the series is on its level, where a power of two scales without rounding.
    for with_zero in [false, true] {
        let mut history = history.clone();
        if with_zero {
            history[20] = 0.0;
        }
        let larger: Vec<f64> = history.iter().map(|v| 1024.0 * v).collect();
        let (small, large) = (one(&history, &monthly()), one(&larger, &monthly()));
        let (small, large) = (
            small.expect("five years are enough"),
            large.expect("five years are enough"),
        );
        let (z, scaled_z) = (judge(&small, 2000.0), judge(&large, 2000.0 * 1024.0));
        let (z, scaled_z) = (z.expect("finite"), scaled_z.expect("finite"));
        // Logarithms of scaled values differ in their last bits, and a search may stop elsewhere.
        assert!((large.median / small.median / 1024.0 - 1.0).abs() < 1e-3, "{with_zero}");
        assert!(
            (scaled_z.cii / z.cii - 1.0).abs() < 0.02,
            "{with_zero} {z:?} {scaled_z:?}"
        );
    }
}

#[test]
fn the_order_of_series_does_not_matter() {
    let mut histories: Vec<Vec<f64>> = (0..9).map(|task| sales(task, 48, 0.05)).collect();
    let forwards = project(&histories, &monthly());
    histories.reverse();
    let mut backwards = project(&histories, &monthly());
    backwards.reverse();
    assert_eq!(forwards, backwards);
}

#[test]
fn short_series_have_no_season_and_shorter_ones_no_projection() {
    let history = sales(4, 80, 0.05);
    for n in 0..8 {
        let refused = one(&history[..n], &monthly());
        assert!(
            matches!(refused, Err(Unprojectable::TooShort { .. } | Unprojectable::Constant)),
            "{n} {refused:?}"
        );
    }
    for (n, season) in [(8, None), (27, None), (28, Some(12)), (80, Some(12))] {
        let projection = one(&history[..n], &monthly()).expect("eight values are enough");
        assert_eq!(projection.season, season, "{n}");
        assert_eq!(
            projection.bands,
            if n < 60 { BandSource::Student } else { projection.bands }
        );
    }
}

#[test]
fn what_does_not_move_is_not_projected() {
    for (history, reason) in [
        (vec![7.5; 60], Unprojectable::Constant),
        (vec![0.0; 60], Unprojectable::Constant),
        (vec![f64::NAN; 60], Unprojectable::Constant),
        ([vec![0.0; 50], vec![3.0, 4.0, 5.0]].concat(), Unprojectable::Sparse),
        ([vec![1.0; 20], vec![f64::INFINITY]].concat(), Unprojectable::Infinite),
    ] {
        assert_eq!(one(&history, &monthly()).map(|p| p.median), Err(reason));
    }
}

#[test]
fn a_series_that_repeats_exactly_has_a_narrow_band_and_no_miracle() {
    let history: Vec<f64> = (0..60).map(|i| [5.0, 7.0, 9.0, 4.0, 6.0, 8.0][i % 6]).collect();
    let projection = one(
        &history,
        &Options {
            season: Some(6),
            ..Options::default()
        },
    )
    .expect("ten cycles are enough");
    assert!((projection.median - 5.0).abs() < 0.01);
    let verdict = judge(&projection, 5.5).expect("finite");
    assert!(
        verdict.cii.is_finite() && verdict.p.is_finite() && projection.high95 > projection.low95,
        "{verdict:?}"
    );
}

#[test]
fn extreme_series_stay_finite() {
    let mut outlier = sales(5, 60, 0.05);
    outlier[40] *= 1e9;
    let mut last = sales(6, 60, 0.05);
    last[59] = 1e-9;
    let jump: Vec<f64> = (0..60).map(|i| if i < 59 { f64::from(i % 3) } else { 1e12 }).collect();
    let huge: Vec<f64> = (0..60).map(|i| 1e300 * (1.0 + f64::from(i % 7))).collect();
    let signed: Vec<f64> = (0..60)
        .map(|i| if i % 2 == 0 { 1e150 } else { -1e150 } * (1.0 + f64::from(i % 5)))
        .collect();
    let tiny: Vec<f64> = (0..60).map(|i| 1e-300 * (1.0 + f64::from(i % 7))).collect();
    for (name, history) in [
        ("outlier", outlier),
        ("last", last),
        ("jump", jump),
        ("huge", huge),
        ("signed", signed),
        ("tiny", tiny),
    ] {
        match one(&history, &monthly()) {
            Err(reason) => assert_eq!(reason, Unprojectable::Infinite, "{name}"),
            Ok(projection) => {
                for actual in [0.0, history[0], -1.0, 1e6] {
                    let verdict = judge(&projection, actual).expect("finite");
                    let figures = [
                        verdict.deviation,
                        verdict.cii,
                        verdict.p,
                        projection.low95,
                        projection.high95,
                    ];
                    assert!(figures.iter().all(|v| v.is_finite()), "{name} {verdict:?}");
                }
            }
        }
    }
}

#[test]
fn gaps_are_neither_errors_nor_an_end() {
    let full = sales(7, 72, 0.02);
    let mut history = full.clone();
    history[..6].fill(f64::NAN);
    history[50] = f64::NAN;
    history[60] = f64::NAN;
    let projection = one(&history, &monthly()).expect("most months are known");
    assert_eq!((projection.n_history, projection.past.len()), (66, 22));
    assert!(projection.past.iter().all(|step| ![50, 60].contains(&step.index)));
    let whole = one(&full, &monthly()).expect("all months are known");
    assert!((projection.median / whole.median - 1.0).abs() < 0.05);
}

#[test]
fn one_wild_series_leaves_the_others_alone() {
    let mut histories: Vec<Vec<f64>> = (0..20).map(|task| sales(task, 72, 0.03)).collect();
    let before = project(&histories, &monthly());
    histories.push(
        (0..72)
            .map(|i| if i % 3 == 0 { 1.0 + f64::from(i) } else { 1e-3 })
            .collect(),
    );
    let after = project(&histories, &monthly());
    let p = |all: &[Result<Projection, Unprojectable>]| {
        let projection = all[0].as_ref().expect("six years are enough");
        judge(projection, 1.12 * projection.median).expect("finite").p
    };
    let (alone, beside) = (p(&before), p(&after));
    assert!(beside < 2.0 * alone && alone < 2.0 * beside, "{alone} {beside}");
}

#[test]
fn many_errors_of_its_own_give_a_series_bands_of_its_own() {
    let days: Vec<f64> = (0..200)
        .map(|i| sales(8, 200, 0.05)[i] * if i % 7 > 4 { 1.4 } else { 1.0 })
        .collect();
    let options = Options {
        season: Some(7),
        max_origins: 60,
        ..Options::default()
    };
    let projection = one(&days, &options).expect("many weeks are enough");
    assert_eq!(
        (projection.bands, projection.past.len(), projection.season),
        (BandSource::Own, 60, Some(7))
    );
    let inside = projection
        .past
        .iter()
        .filter(|step| (step.low80..=step.high80).contains(&days[step.index]))
        .count();
    assert!((40..=56).contains(&inside), "{inside} of 60");
}

#[test]
fn a_forecast_s_first_step_is_the_projection() {
    let history = sales(9, 72, 0.04);
    for model in [
        Model::SeasonalNaive,
        Model::Ets,
        Model::StlEts,
        Model::Theta,
        Model::Combination,
    ] {
        let options = Options { model, ..monthly() };
        let steps = forecast(&history, 12, &options).expect("six years are enough");
        let projection = one(&history, &options).expect("six years are enough");
        assert_eq!(
            (steps.len(), steps[0], projection.model),
            (12, projection.median, model)
        );
    }
    assert_eq!(
        forecast(
            &history,
            1,
            &Options {
                model: Model::SeasonalNaive,
                ..monthly()
            }
        ),
        Ok(vec![in_logs_and_back(history[60])])
    );
}

fn in_logs_and_back(value: f64) -> f64 {
    libm::exp(libm::log(value))
}

#[test]
fn prophet_says_what_it_needs() {
    let history = sales(10, 72, 0.04);
    let options = Options {
        model: Model::Prophet,
        ..monthly()
    };
    assert_eq!(
        one(&history, &options).map(|p| p.median),
        Err(Unprojectable::ProphetNeedsBounds)
    );
    let bounds: Vec<i64> = (0..74).map(|i| i * 30 * 86_400 + i / 12 * 5 * 86_400).collect();
    let projected = one(
        &history,
        &Options {
            bounds: Some(&bounds),
            ..options
        },
    );
    #[cfg(not(feature = "prophet"))]
    {
        let refused = projected.expect_err("it is not built in");
        assert!(refused.to_string().contains("--features prophet"), "{refused}");
    }
    #[cfg(feature = "prophet")]
    {
        let projection = projected.expect("the embedded optimiser works");
        let expected = 1000.0 * libm::exp(0.005 * 72.0 + 0.2);
        assert!(
            (projection.median / expected - 1.0).abs() < 0.08,
            "{}",
            projection.median
        );
        assert_eq!(
            projection.backtest.iter().map(|it| it.model).collect::<Vec<_>>(),
            [Model::SeasonalNaive, Model::Prophet]
        );
    }
}
