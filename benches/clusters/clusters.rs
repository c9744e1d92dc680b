//! The Rust side of the clusters benchmark: see `README.md` beside this file.
//!
//! A plain program (`harness = false`): writes the table that both sides cluster, and prints one JSON line a number of clusters.

use bellwether::stats::cluster::Points;
use bellwether::stats::cluster::kmeans::Search;
use bellwether::stats::cluster::kmeans::kmeans;
use std::io::Write;
use std::time::Instant;

const N_ROWS: usize = 1_000_000;
const N_FEATURES: usize = 8;
const N_STARTS: usize = 10;

/// A million customers of six kinds that run into each other, standardised; the same bytes every time.
fn table() -> Vec<f64> {
    let mut state = 20_261_123_u64;
    let mut unit = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut values = Vec::with_capacity(N_ROWS * N_FEATURES);
    for _ in 0..N_ROWS {
        let kind = (unit() * 6.0) as u64;
        for feature in 0..N_FEATURES as u64 {
            let centre = ((kind * 7 + feature * 3) % 5) as f64;
            // The sum of four uniform numbers is near enough to a bell.
            let noise: f64 = (0..4).map(|_| unit() - 0.5).sum();
            values.push(centre + 1.5 * noise);
        }
    }
    bellwether::stats::cluster::standardised(&values, N_FEATURES)
}

fn main() {
    let path = std::env::args().nth(1).filter(|it| !it.starts_with('-'));
    let values = table();
    if let Some(path) = path {
        let mut file = std::io::BufWriter::new(std::fs::File::create(path).expect("a file for the table"));
        for x in &values {
            file.write_all(&x.to_le_bytes()).expect("the table is written");
        }
    }
    let mut total = 0.0;
    for k in 2..=12 {
        let started = Instant::now();
        let points = Points::new(&values, N_FEATURES);
        let search = Search {
            k,
            n_starts: N_STARTS,
            max_rounds: 300,
            tolerance: 1e-4,
            seed: 1,
        };
        let found = kmeans(&points, &search).expect("a million rows have twelve clusters");
        let seconds = started.elapsed().as_secs_f64();
        total += seconds;
        println!(
            "{{\"k\": {k}, \"wall_s\": {seconds:.3}, \"inertia\": {:.3}}}",
            found.inertia
        );
    }
    println!("{{\"k\": \"2-12\", \"wall_s\": {total:.3}}}");
}
