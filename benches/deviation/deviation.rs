//! The Rust side of the deviation benchmark: see `README.md` beside this file.
//!
//! A plain program (`harness = false`): prints one JSON line with the best and the median of five runs.

use bellwether::stats::forecast::Options;
use bellwether::stats::forecast::projections;
use std::time::Instant;

const N_SERIES: u64 = 100;
const N_MONTHS: usize = 72;
const N_RUNS: usize = 5;

/// One monthly series: growth, a yearly wave, December, and repeatable noise; the same numbers as `series` in `peer_prophet.py`.
fn series(index: u64) -> Vec<f64> {
    let mut state = 12_345 + 7_919 * index;
    let value = |month: usize| {
        state = (1_103_515_245 * state + 12_345) % (1 << 31);
        let noise = state as f64 / (1_u64 << 31) as f64 - 0.5;
        let wave = 0.1 * libm::cos(std::f64::consts::TAU * (month as f64 + index as f64) / 12.0);
        let december = if month % 12 == 11 { 0.3 } else { 0.0 };
        1000.0 * (1.0 + index as f64) * libm::exp(0.004 * month as f64 + wave + december + 0.1 * noise)
    };
    (0..N_MONTHS).map(value).collect()
}

/// Unix seconds at which the months from January 2018 on start, the projected one's end included.
fn bounds() -> Vec<i64> {
    // 2018-01-01 is 17,532 days after 1970-01-01.
    let mut day = 17_532;
    let mut bounds = vec![day * 86_400];
    for i in 0..=N_MONTHS {
        let february = if (2018 + i / 12) % 4 == 0 { 29 } else { 28 };
        day += [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][i % 12];
        bounds.push(day * 86_400);
    }
    bounds
}

fn main() {
    let all: Vec<Vec<f64>> = (0..N_SERIES).map(series).collect();
    let histories: Vec<&[f64]> = all.iter().map(Vec::as_slice).collect();
    let bounds = bounds();
    let options = Options {
        season: Some(12),
        bounds: Some(&bounds),
        ..Options::default()
    };
    let mut seconds: Vec<f64> = (0..N_RUNS)
        .map(|_| {
            let started = Instant::now();
            let projected = projections(&histories, &options);
            assert!(projected.iter().all(Result::is_ok), "every series can be projected");
            started.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    println!(
        "{{\"series\": {N_SERIES}, \"months\": {N_MONTHS}, \"best_wall_s\": {:.3}, \"median_wall_s\": {:.3}}}",
        seconds[0],
        seconds[N_RUNS / 2]
    );
}
