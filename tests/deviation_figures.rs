//! What the deviation kernels find where something was planted, and what they name where nothing was.
//!
//! The cells under `tests/cells` hold the monthly spend of 33 categories in cents, and the active customers, of
//! synthetic panels of 20,000 customers; `deviation_cells.py` beside them made them.

use crate::run::Workshop;
#[cfg(not(feature = "prophet"))]
use crate::run::failed;
use crate::run::run;
use bellwether::stats::forecast::Options;
use bellwether::stats::forecast::Projection;
use bellwether::stats::forecast::Verdict;
use bellwether::stats::forecast::benjamini_hochberg;
use bellwether::stats::forecast::judge;
use bellwether::stats::forecast::projections;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The false discovery rate at which a category is named.
const RATE: f64 = 0.05;

/// One category of a panel.
struct Category {
    /// What was planted in the last month; empty where nothing was.
    planted: String,
    /// How far that moves spend per active customer, in standard deviations of its noise.
    true_z: f64,
    /// Spend per active customer, one value a month.
    rates: Vec<f64>,
}

/// Reads panels by seed; `n_labels` columns stand before the months.
fn panels(name: &str, n_labels: usize) -> BTreeMap<String, Vec<Category>> {
    let path = format!("{}/tests/cells/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut panels: BTreeMap<String, Vec<Category>> = BTreeMap::new();
    let mut actives = Vec::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let cells: Vec<f64> = fields[n_labels..]
            .iter()
            .map(|cell| cell.parse().expect("cells are whole numbers"))
            .collect();
        if fields[1] == "(active customers)" {
            actives = cells;
            continue;
        }
        let labels = &fields[2..n_labels];
        panels.entry(fields[0].to_owned()).or_default().push(Category {
            planted: labels.first().copied().unwrap_or_default().to_owned(),
            true_z: labels.get(1).map_or(0.0, |z| z.parse().expect("z is a number")),
            rates: cells
                .iter()
                .zip(&actives)
                .map(|(cents, customers)| cents / customers)
                .collect(),
        });
    }
    panels
}

/// Unix seconds at which each of `n_months` months from January of `year` on starts, and the end of the last.
pub fn month_bounds(year: i64, n_months: usize) -> Vec<i64> {
    let leap = |year: i64| i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    let mut days: i64 = (1970..year).map(|year| 365 + leap(year)).sum();
    let mut bounds = vec![days * 86_400];
    for i in 0..n_months {
        let february = 28 + leap(year + (i / 12) as i64);
        days += [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][i % 12];
        bounds.push(days * 86_400);
    }
    bounds
}

/// Projects the month `target` of each series from those before it, and judges it.
pub fn judged(series: &[&[f64]], target: usize, bounds: &[i64]) -> Vec<(Projection, Verdict, f64)> {
    let histories: Vec<&[f64]> = series.iter().map(|values| &values[..target]).collect();
    let options = Options {
        season: Some(12),
        bounds: Some(&bounds[..target + 2]),
        ..Options::default()
    };
    let projected = projections(&histories, &options)
        .into_iter()
        .zip(series)
        .map(|(projection, values)| {
            let projection = projection.expect("every series has history enough");
            let verdict = judge(&projection, values[target]).expect("every month has a value");
            (projection, verdict)
        });
    let judged: Vec<(Projection, Verdict)> = projected.collect();
    let p: Vec<Option<f64>> = judged.iter().map(|(_, verdict)| Some(verdict.p)).collect();
    let q = benjamini_hochberg(&p);
    judged
        .into_iter()
        .zip(q)
        .map(|((projection, verdict), q)| (projection, verdict, q.expect("every series was tested")))
        .collect()
}

#[test]
fn planted_movers_lead_the_ranking_and_are_named() {
    let bounds = month_bounds(2019, 66);
    let (mut n_visible, mut n_ranked, mut n_strong, mut n_named, mut n_false) = (0, 0, 0, 0, 0);
    for categories in panels("deviation_planted.csv", 4).values() {
        let series: Vec<&[f64]> = categories.iter().map(|it| it.rates.as_slice()).collect();
        let found = judged(&series, 65, &bounds);
        for (category, (_, verdict, q)) in categories.iter().zip(&found) {
            let n_ahead = found
                .iter()
                .filter(|(_, other, _)| other.cii.abs() > verdict.cii.abs())
                .count();
            if category.planted.is_empty() {
                n_false += usize::from(*q <= RATE);
                continue;
            }
            if category.true_z.abs() >= 3.0 {
                n_visible += 1;
                n_ranked += usize::from(n_ahead < 8);
            }
            if category.true_z.abs() >= 5.0 {
                n_strong += 1;
                n_named += usize::from(*q <= RATE);
            }
        }
    }
    eprintln!(
        "planted: {n_ranked} of {n_visible} in the first eight, {n_named} of {n_strong} strong ones named, {n_false} false"
    );
    assert_eq!((n_visible, n_strong), (36, 27));
    assert!(
        10 * n_ranked >= 9 * n_visible,
        "{n_ranked} of {n_visible} in the first eight"
    );
    assert!(2 * n_named >= n_strong, "{n_named} of {n_strong} named");
    assert!(n_false <= 3, "{n_false} named where nothing was planted");
}

#[test]
fn where_nothing_was_planted_hardly_anything_is_named() {
    let bounds = month_bounds(2019, 66);
    let (mut n_memos, mut n_naming, mut n_tests, mut n_small) = (0, 0, 0, 0);
    for categories in panels("deviation_null.csv", 2).values() {
        let series: Vec<&[f64]> = categories.iter().map(|it| it.rates.as_slice()).collect();
        for target in 56..66 {
            let found = judged(&series, target, &bounds);
            n_memos += 1;
            n_naming += usize::from(found.iter().any(|(_, _, q)| *q <= RATE));
            n_tests += found.len();
            n_small += found.iter().filter(|(_, verdict, _)| verdict.p < 0.05).count();
        }
    }
    let share = n_small as f64 / n_tests as f64;
    eprintln!(
        "nothing planted: {n_naming} of {n_memos} memos name something, {:.2} % of p are below 0.05",
        100.0 * share
    );
    assert_eq!((n_memos, n_tests), (200, 6600));
    assert!(n_naming <= 20, "{n_naming} of {n_memos} memos name something");
    assert!((0.03..=0.07).contains(&share), "{share}");
}

#[test]
fn a_projection_does_not_depend_on_threads_or_on_the_order_of_series() {
    let bounds = month_bounds(2019, 66);
    let panels = panels("deviation_planted.csv", 4);
    let categories = panels.values().next().expect("there are five panels");
    let mut series: Vec<&[f64]> = categories.iter().map(|it| it.rates.as_slice()).collect();
    let found = judged(&series, 65, &bounds);
    let single = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("one thread can be had");
    assert_eq!(single.install(|| judged(&series, 65, &bounds)), found);
    series.reverse();
    let mut reversed = judged(&series, 65, &bounds);
    reversed.reverse();
    assert_eq!(reversed, found);
}

/// A spec and ten categories of sixty-one months, of which each is what `value` says of category and month.
fn workshop(model: &str, value: impl Fn(usize, usize) -> f64) -> (Workshop, String) {
    let mut csv = String::from("day,who,category,amount\n");
    for category in 0..10 {
        for month in 0..61 {
            let (year, number) = (2021 + month / 12, month % 12 + 1);
            // Day 28 is in every month; the first day of the next one completes the last.
            let cents = value(category, month).round();
            let _ = writeln!(csv, "{year}-{number:02}-28,1,c{category},{cents}");
        }
    }
    csv.push_str("2026-02-01,1,c0,1\n");
    let workshop = Workshop::new();
    workshop.write("buys.csv", csv);
    let spec = format!(
        "bellwether: 1\ntitle: Shift\nsources:\n  buys: {{ files: buys.csv, time: day, customer: who }}\n\
         metrics:\n  spend: {{ of: sum(amount) }}\ncategories: {{ by: category }}\n\
         periods: {{ grain: month, target: 2026-01, compare: [previous] }}\n\
         memo:\n  - deviation: {{ metrics: [spend]{model} }}\n  - quality\n"
    );
    let path = workshop.write("case.yaml", spec);
    (workshop, path)
}

/// A stage of a spec as JSON.
fn explained(spec: &str, stage: &str) -> serde_json::Value {
    let output = run(&["explain", spec, "--stage", stage]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a stage is JSON")
}

/// What both panels share: a draw between −½ and ½ that differs from cell to cell.
fn noise(category: usize, month: usize) -> f64 {
    let mixed = (category * 7919 + month * 104_729 + 12_345) % 9973;
    (mixed * mixed % 9973) as f64 / 9973.0 - 0.5
}

/// Each month of the year wanders on its own: last year's value is the best there is to say.
fn wandering(category: usize, month: usize) -> f64 {
    let steps: f64 = (0..=month / 12)
        .map(|year| noise(category, year * 12 + month % 12))
        .sum();
    10_000.0 * (1.0 + 0.5 * steps)
}

/// The same season every year: an average over years is better than the last of them.
fn steady(category: usize, month: usize) -> f64 {
    10_000.0 * (1.0 + 0.05 * (month % 12) as f64 + 0.1 * noise(category, month))
}

#[test]
fn a_chosen_model_that_loses_to_the_naive_one_is_said_to() {
    const SAID: &str = "does worse than the seasonal naive in the backtest of spend";
    type Value = fn(usize, usize) -> f64;
    for (name, model, value, loses) in [
        ("chosen, and beaten", ", model: theta", wandering as Value, true),
        ("chosen, and better", ", model: theta", steady, false),
        ("nobody chose", "", wandering, false),
        ("the benchmark itself", ", model: seasonal_naive", wandering, false),
    ] {
        let (_kept, spec) = workshop(model, value);
        let facts = explained(&spec, "facts");
        let mase = |model: &str| facts[format!("deviation/metrics/spend/backtest/{model}/mase")]["value"].as_f64();
        let warnings = facts["quality/warnings"]["value"].to_string();
        assert_eq!(warnings.contains(SAID), loses, "{name}: {warnings}");
        let memo = explained(&spec, "memo");
        assert_eq!(
            memo["lead"].to_string().contains(SAID),
            loses,
            "{name}: {}",
            memo["lead"]
        );
        if name.starts_with("chosen") {
            let (own, naive) = (mase("stl--plus-theta"), mase("seasonal-naive"));
            eprintln!("{name}: {own:?} against {naive:?}");
            assert_eq!(own > naive, loses, "{name}");
        }
        if loses {
            let figures =
                [mase("stl--plus-theta"), mase("seasonal-naive")].map(|x| format!("{:.2}", x.expect("a MASE")));
            let shown = format!("(MASE {} against {})", figures[0], figures[1]);
            assert!(memo["lead"].to_string().contains(&shown), "{}", memo["lead"]);
        }
    }
}

#[cfg(not(feature = "prophet"))]
#[test]
fn without_prophet_a_spec_that_asks_for_it_is_told_how_to_get_it() {
    let (_kept, spec) = workshop(", model: prophet", steady);
    let (code, said) = failed(&["check", &spec]);
    assert_eq!(code, 2, "{said}");
    for part in [
        "error[prophet-not-built]: this program was built without Prophet",
        "model: prophet",
        "cargo run --release --features prophet",
        "model: auto",
    ] {
        assert!(said.contains(part), "`{part}` in {said}");
    }
}

#[cfg(feature = "prophet")]
#[test]
fn with_prophet_a_spec_that_asks_for_it_gets_its_projections() {
    let (_kept, spec) = workshop(", model: prophet", steady);
    let memo = explained(&spec, "memo").to_string();
    assert!(memo.contains("Prophet"), "{memo}");
    let facts = explained(&spec, "facts");
    let mase = &facts["deviation/metrics/spend/backtest/prophet/mase"]["value"];
    // About as good as the season of the year before, which is all that this series has; seen: 1.06.
    assert!(mase.as_f64().is_some_and(|it| 0.5 < it && it < 1.5), "{mase}");
}
