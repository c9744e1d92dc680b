//! Cycles: whether a figure depends on the hour, the weekday or the day of the month, with the day as the unit.
//!
//! A million rows of thirty days are thirty observations of a day, not a million. Every test here moves whole days,
//! or hours within whole days, and asks how often chance does as well. It must not know what the phases are called.

use crate::stats::rng::Seeded;
use crate::stats::sum::exact_sum;

/// A day by phase: the figure's upper part, and its lower (1 a phase that exists where the figure is a total).
pub type Day = Vec<[f64; 2]>;

/// Two parts of the same rate added up over days, by phase.
///
/// Source: definition.
pub fn pooled(days: &[&Day], n_phases: usize) -> Day {
    let part = |phase: usize, side: usize| {
        let parts: Vec<f64> = days.iter().map(|day| day[phase][side]).collect();
        exact_sum(&parts)
    };
    (0..n_phases).map(|it| [part(it, 0), part(it, 1)]).collect()
}

/// Returns the rate of each phase over the rate of all: 1 everywhere where the figure is spread evenly.
///
/// `None` for a phase without a lower part, and for all where there is nothing at all. Of two phases with 30 in 10
/// days and 10 in 10 days the indices are 1.5 and 0.5.
///
/// Source: definition.
pub fn indices(phases: &[[f64; 2]]) -> Vec<Option<f64>> {
    let all = rate(total(phases)).filter(|it| *it != 0.0);
    phases.iter().map(|it| Some(rate(*it)? / all?)).collect()
}

/// Returns both parts over all phases.
fn total(phases: &[[f64; 2]]) -> [f64; 2] {
    [0, 1].map(|side| exact_sum(&phases.iter().map(|it| it[side]).collect::<Vec<_>>()))
}

fn rate([above, below]: [f64; 2]) -> Option<f64> {
    (below != 0.0).then(|| above / below)
}

/// How far phases are apart: `Σ bᵢ (iᵢ − 1)²`, with indices `iᵢ` and lower parts `bᵢ`.
fn spread(phases: &[[f64; 2]]) -> f64 {
    let far = phases.iter().zip(indices(phases));
    exact_sum(
        &far.filter_map(|(it, index)| Some(it[1] * (index? - 1.0) * (index? - 1.0)))
            .collect::<Vec<_>>(),
    )
}

/// Returns the probability that hours without a pattern are as far apart as these: each day is turned by a random
/// number of hours, so that what is near in time stays near.
///
/// `days` one entry a day, all with the same number of phases; `None` for fewer than two days.
///
/// Source: Phipson & Smyth (2010), "Permutation P-values Should Never Be Zero", SAGMB 9(1): 39, eq. 2.
pub fn turned_p(days: &[Day], n_draws: usize, seed: u64) -> Option<f64> {
    let n_phases = days.first()?.len();
    let observed = spread(&pooled(&days.iter().collect::<Vec<_>>(), n_phases));
    let drawn = |task: u64| {
        let mut rng = Seeded::new(seed, task);
        let turned: Vec<Day> = days
            .iter()
            .map(|day| {
                // A number of phases is below 2^32: the casts are exact.
                let by = rng.below(n_phases as u64) as usize;
                (0..n_phases).map(|it| day[(it + by) % n_phases]).collect()
            })
            .collect();
        spread(&pooled(&turned.iter().collect::<Vec<_>>(), n_phases))
    };
    (days.len() > 1).then(|| share_as_far(observed, n_draws, drawn))
}

/// Returns the probability that days without a pattern are as far apart by phase as these: days are shuffled over
/// phases.
///
/// `days` holds both parts of each day, `phase` the phase of each; `None` where no phase has two days.
///
/// Source: as [`turned_p`].
pub fn shuffled_p(days: &[[f64; 2]], phase: &[usize], n_draws: usize, seed: u64) -> Option<f64> {
    let n_phases = phase.iter().max()? + 1;
    let by_phase = |order: &[usize]| {
        let mut phases = vec![(Vec::new(), Vec::new()); n_phases];
        for (&day, &phase) in order.iter().zip(phase) {
            phases[phase].0.push(days[day][0]);
            phases[phase].1.push(days[day][1]);
        }
        let sums: Day = phases.iter().map(|(a, b)| [exact_sum(a), exact_sum(b)]).collect();
        spread(&sums)
    };
    let order: Vec<usize> = (0..days.len()).collect();
    let observed = by_phase(&order);
    let drawn = |task: u64| {
        let mut order = order.clone();
        Seeded::new(seed, task).shuffle(&mut order);
        by_phase(&order)
    };
    let has_two = (0..n_phases).any(|it| phase.iter().filter(|at| **at == it).count() > 1);
    has_two.then(|| share_as_far(observed, n_draws, drawn))
}

/// Returns the probability that two sets of days with the same pattern differ as much by phase as these: days change
/// sides, each within its stratum (its weekday), after both sides were brought to one level.
///
/// `None` where a side has fewer than two days or no level.
///
/// Source: as [`turned_p`]; statistic: `Σ (iᵢ − jᵢ)²` of the indices of both sides.
pub fn changed_p(sides: [&[Day]; 2], strata: [&[usize]; 2], n_draws: usize, seed: u64) -> Option<f64> {
    let n_phases = sides[0].first()?.len();
    let level = |side: &[Day]| {
        let all = total(&pooled(&side.iter().collect::<Vec<_>>(), n_phases));
        rate(all).filter(|it| *it != 0.0 && side.len() > 1)
    };
    let levels = [level(sides[0])?, level(sides[1])?];
    let scaled = |side: usize| {
        sides[side]
            .iter()
            .map(move |day| day.iter().map(|it| [it[0] / levels[side], it[1]]).collect())
    };
    let days: Vec<Day> = scaled(0).chain(scaled(1)).collect();
    let stratum: Vec<usize> = strata.concat();
    let first: Vec<bool> = (0..days.len()).map(|it| it < sides[0].len()).collect();
    let apart = |first: &[bool]| {
        let side = |wanted: bool| {
            let days: Vec<&Day> = days
                .iter()
                .zip(first)
                .filter(|it| *it.1 == wanted)
                .map(|it| it.0)
                .collect();
            indices(&pooled(&days, n_phases))
        };
        let both = side(true).into_iter().zip(side(false));
        exact_sum(
            &both
                .filter_map(|(a, b)| Some((a? - b?) * (a? - b?)))
                .collect::<Vec<_>>(),
        )
    };
    let n_strata = stratum.iter().max()? + 1;
    let drawn = |task: u64| {
        let mut rng = Seeded::new(seed, task);
        let mut moved = first.clone();
        for it in 0..n_strata {
            let places: Vec<usize> = (0..days.len()).filter(|day| stratum[*day] == it).collect();
            let mut labels: Vec<bool> = places.iter().map(|day| first[*day]).collect();
            rng.shuffle(&mut labels);
            places.iter().zip(labels).for_each(|(day, label)| moved[*day] = label);
        }
        apart(&moved)
    };
    Some(share_as_far(apart(&first), n_draws, drawn))
}

/// The share of draws at least as far out, the observed counted as one of them.
fn share_as_far(observed: f64, n_draws: usize, drawn: impl Fn(u64) -> f64 + Sync) -> f64 {
    use rayon::prelude::*;
    // What differs in the last bits only is as far.
    const NEAR: f64 = 1e-12;
    let n_far = (0..n_draws as u64)
        .into_par_iter()
        .filter(|task| drawn(*task) >= observed * (1.0 - NEAR))
        .count();
    (n_far + 1) as f64 / (n_draws + 1) as f64
}

/// Returns the 95 % interval of a share of `hits` in `n`; `None` for no trials or more hits than trials.
///
/// Of 10 in 100 it is 0.0552 to 0.1744.
///
/// Source: Wilson (1927), "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22: 209–212.
pub fn wilson(hits: f64, n: f64) -> Option<[f64; 2]> {
    // The normal quantile of 97.5 %.
    const Z: f64 = 1.959_963_984_540_054;
    if !(0.0 < n && 0.0 <= hits && hits <= n) {
        return None;
    }
    let (share, z2) = (hits / n, Z * Z);
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    Some([(middle - half).max(0.0), (middle + half).min(1.0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days of four phases with noise; the second phase is larger by `peak`.
    fn days(n: usize, peak: f64, seed: u64) -> Vec<Day> {
        let mut rng = Seeded::new(seed, 0);
        let mut value = |phase| 10.0 + 4.0 * rng.unit() + if phase == 1 { peak } else { 0.0 };
        (0..n).map(|_| (0..4).map(|it| [value(it), 1.0]).collect()).collect()
    }

    #[test]
    fn an_index_is_a_rate_over_the_rate_of_all() {
        assert_eq!(indices(&[[30.0, 10.0], [10.0, 10.0]]), [Some(1.5), Some(0.5)]);
        assert_eq!(indices(&[[30.0, 10.0], [0.0, 0.0]]), [Some(1.0), None]);
    }

    #[test]
    fn a_peak_is_found_and_noise_is_not() {
        assert!(turned_p(&days(12, 6.0, 1), 199, 7).is_some_and(|p| p < 0.01));
        assert!(turned_p(&days(12, 0.0, 1), 199, 7).is_some_and(|p| p > 0.05));
        assert_eq!(turned_p(&days(1, 6.0, 1), 199, 7), None);
    }

    #[test]
    fn weekdays_are_told_apart_by_days() {
        let phase: Vec<usize> = (0..28).map(|it| it % 7).collect();
        let with = |extra: f64| -> Vec<[f64; 2]> {
            let mut rng = Seeded::new(3, 0);
            let day = |phase: &usize| [10.0 + rng.unit() + if *phase == 5 { extra } else { 0.0 }, 1.0];
            phase.iter().map(day).collect()
        };
        assert!(shuffled_p(&with(3.0), &phase, 199, 7).is_some_and(|p| p < 0.01));
        assert!(shuffled_p(&with(0.0), &phase, 199, 7).is_some_and(|p| p > 0.05));
        assert_eq!(shuffled_p(&with(3.0)[..7], &phase[..7], 199, 7), None);
    }

    #[test]
    fn a_level_is_no_pattern_and_a_moved_peak_is() {
        let strata: Vec<usize> = (0..14).map(|it| it % 7).collect();
        let (low, moved) = (days(14, 6.0, 1), days(14, 0.0, 3));
        let double: Vec<Day> = days(14, 6.0, 2)
            .iter()
            .map(|day| day.iter().map(|it| [2.0 * it[0], it[1]]).collect())
            .collect();
        let p = |other: &[Day]| changed_p([&low, other], [&strata, &strata], 199, 7);
        assert!(p(&double).is_some_and(|p| p > 0.05), "{:?}", p(&double));
        assert!(p(&moved).is_some_and(|p| p < 0.02), "{:?}", p(&moved));
    }

    #[test]
    fn wilson_of_ten_in_a_hundred() {
        let [low, high] = wilson(10.0, 100.0).expect("ten in a hundred is a share");
        // Four places of the published interval.
        assert!(
            (low - 0.0552).abs() < 5e-5 && (high - 0.1744).abs() < 5e-5,
            "{low} {high}"
        );
        assert_eq!(wilson(2.0, 1.0), None);
    }
}
