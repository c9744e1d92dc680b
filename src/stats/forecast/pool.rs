//! The pool of point models, and the combination of them.
//!
//! Each model sees a filled series on its modelled scale with the calendar
//! already taken out, and returns what it expects next.

use crate::stats::forecast::Model;
use crate::stats::forecast::season::Evolution;
use crate::stats::forecast::season::decomposed;
use crate::stats::forecast::season::repeated;
use crate::stats::forecast::smoothing::Trend;
use crate::stats::forecast::smoothing::smoothed;
use crate::stats::forecast::smoothing::smoothed_by_criterion;
use crate::stats::forecast::smoothing::theta;

/// The models of which the combination takes the median.
pub(super) const COMBINED: [Model; 3] = [Model::Ets, Model::StlEts, Model::Theta];

/// Returns the projections of the next `horizon` periods by each of `models`, in their order.
///
/// `values` are finite, at least two, oldest first; `effects` what the calendar adds to each of them
/// and to each projected period; `first_cycle` the seasonal effects of their first cycle, or nothing
/// where there is no season; of the cycle `values` hold at least two.
/// [`Model::Combination`] is the median of [`COMBINED`] at each step. The naive model knows no
/// calendar. A model that fails to give finite numbers gives the naive ones instead.
///
/// # Panics
/// Where `models` holds [`Model::Prophet`], which has a season and a calendar of its own.
pub(super) fn projections(
    values: &[f64],
    effects: Option<&[f64]>,
    first_cycle: &[f64],
    models: &[Model],
    horizon: usize,
) -> Vec<Vec<f64>> {
    let naive = repeated(values, first_cycle.len().max(1), horizon);
    if models == [Model::SeasonalNaive] {
        return vec![naive];
    }
    let plain: Vec<f64> = match effects {
        Some(effects) => values.iter().zip(effects).map(|(v, e)| v - e).collect(),
        None => values.to_vec(),
    };
    let lifts = effects.map_or(vec![0.0; horizon], |effects| effects[values.len()..].to_vec());
    let smoothing = smoothed(&plain, Trend::Damped, first_cycle).projected(horizon);
    let (stl_ets, by_theta) = decomposed_first(&plain, first_cycle.len(), horizon);
    let with_calendar = |projected: Vec<f64>| -> Vec<f64> {
        let lifted: Vec<f64> = projected.iter().zip(&lifts).map(|(p, lift)| p + lift).collect();
        if lifted.iter().all(|v| v.is_finite()) {
            lifted
        } else {
            naive.clone()
        }
    };
    let [ets, stl_ets, by_theta] = [smoothing, stl_ets, by_theta].map(with_calendar);
    let of = |model: &Model| match model {
        Model::SeasonalNaive => naive.clone(),
        Model::Ets => ets.clone(),
        Model::StlEts => stl_ets.clone(),
        Model::Theta => by_theta.clone(),
        Model::Combination => (0..horizon)
            .map(|i| median_of_three(ets[i], stl_ets[i], by_theta[i]))
            .collect(),
        Model::Prophet => unreachable!("prophet is projected apart from the pool"),
    };
    models.iter().map(of).collect()
}

/// Returns the projections by smoothing and by Theta of the series without its season, with the season put back.
fn decomposed_first(values: &[f64], cycle: usize, horizon: usize) -> (Vec<f64>, Vec<f64>) {
    let split = if cycle == 0 {
        None
    } else {
        decomposed(values, cycle, Evolution::Slow)
    };
    let (adjusted, season) = match &split {
        Some(split) => (split.adjusted.as_slice(), repeated(&split.season, cycle, horizon)),
        None => (values, vec![0.0; horizon]),
    };
    let level_only = smoothed(adjusted, Trend::None, &[]);
    let with_season = |projected: Vec<f64>| projected.iter().zip(&season).map(|(p, s)| p + s).collect();
    let smoothing = smoothed_by_criterion(adjusted, &level_only).projected(horizon);
    (
        with_season(smoothing),
        with_season(theta(adjusted, &level_only, horizon)),
    )
}

/// Returns the middle one of three numbers.
fn median_of_three(a: f64, b: f64, c: f64) -> f64 {
    a.max(b).min(a.min(b).max(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_three_is_found_in_every_order() {
        for [a, b, c] in [
            [1.0, 2.0, 3.0],
            [1.0, 3.0, 2.0],
            [2.0, 1.0, 3.0],
            [2.0, 3.0, 1.0],
            [3.0, 1.0, 2.0],
            [3.0, 2.0, 1.0],
        ] {
            assert_eq!(median_of_three(a, b, c), 2.0);
        }
    }

    #[test]
    fn every_model_goes_on_with_a_clean_season() {
        let wave = |i: usize| [0.0, 2.0, 5.0, -1.0][i % 4] + 10.0;
        let values: Vec<f64> = (0..40).map(wave).collect();
        let models = [
            Model::SeasonalNaive,
            Model::Ets,
            Model::StlEts,
            Model::Theta,
            Model::Combination,
        ];
        for projected in projections(&values, None, &[0.0, 2.0, 5.0, -1.0], &models, 6) {
            // The library's smoother leaves rounding of about 1e-15 in the season.
            assert!(
                projected
                    .iter()
                    .enumerate()
                    .all(|(i, p)| (p - wave(40 + i)).abs() < 1e-6),
                "{projected:?}"
            );
        }
    }

    #[test]
    fn the_calendar_is_taken_out_and_put_back() {
        let effects: Vec<f64> = (0..22).map(|i| f64::from(i * 7 % 5)).collect();
        let values: Vec<f64> = effects[..20].iter().map(|e| 3.0 + e).collect();
        let projected = projections(
            &values,
            Some(&effects),
            &[],
            &[Model::Combination, Model::SeasonalNaive],
            2,
        );
        assert!(
            projected[0]
                .iter()
                .zip(&effects[20..])
                .all(|(p, e)| (p - 3.0 - e).abs() < 1e-9),
            "{projected:?}"
        );
        assert_eq!(projected[1], [values[19]; 2]);
    }

    #[test]
    fn without_a_season_the_naive_model_repeats_the_last_value() {
        let projected = projections(&[1.0, 4.0, 2.0, 3.0], None, &[], &[Model::SeasonalNaive], 2);
        assert_eq!(projected, [[3.0, 3.0]]);
    }
}
