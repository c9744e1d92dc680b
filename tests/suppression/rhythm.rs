//! Hours and weekdays of few customers: neither they nor what would give them away stand in the memo.

use super::MIN_CELL;
use super::algebra::Echelon;
use super::facts_by;
use super::shops::Draw;
use crate::run::Workshop;
use crate::run::run;
use bellwether::model::facts::Facts;
use std::collections::BTreeSet;
use std::fmt::Write;

const HOURS: usize = 24;
const CLOCKS: usize = 7 * HOURS;
/// Days of two months of four weeks: June and July 2026 from their first Monday on.
const DAYS: [(u8, u8); 2] = [(6, 1), (7, 6)];

/// The windows: the comparison's and the target's.
const BEFORE: usize = 0;
const NOW: usize = 1;

/// A purchase: which window, which hour of the week, who, and cents.
type Sale = (usize, usize, usize, u64);

/// Purchases in two windows of four weeks, rarer in the first hours of a day and on the last days of a week.
fn drawn(seed: u64) -> Vec<Sale> {
    let mut draw = Draw(seed);
    let mut sales = Vec::new();
    for window in 0..2 {
        for clock in 0..CLOCKS {
            let (weekday, hour) = (clock / HOURS, clock % HOURS);
            let most = if hour < 6 || weekday == 6 { 4 } else { 12 };
            for _ in 0..draw.upto(0, most) {
                sales.push((window, clock, draw.upto(0, 59), 100 + draw.below(9_000)));
            }
        }
    }
    sales
}

/// Writes purchases as a file, with the time or the day alone.
fn csv(sales: &[Sale], has_time: bool) -> String {
    let mut text = String::from("at,who,sector,cents\n");
    for (place, (window, clock, who, cents)) in sales.iter().enumerate() {
        let (month, monday) = DAYS[*window];
        let day = usize::from(monday) + 7 * (place % 3) + clock / HOURS;
        let time = if has_time {
            format!(" {:02}:{:02}:00", clock % HOURS, place % 60)
        } else {
            String::new()
        };
        let _ = writeln!(text, "2026-{month:02}-{day:02}{time},c{who},food,{cents}");
    }
    text
}

fn facts_of(workshop: &Workshop, sales: &[Sale], has_time: bool, min_cell: u64) -> Facts {
    let csv = workshop.write("sales.csv", csv(sales, has_time));
    let mut files = csv.clone();
    if has_time {
        files = workshop.path("packed").display().to_string();
        let packed = run(&["pack", &csv, &files, "--time", "at"]);
        assert!(packed.status.success(), "{}", String::from_utf8_lossy(&packed.stderr));
        files.push_str("/**/*.parquet");
    }
    let spec = format!(
        "bellwether: 1
title: Hours
min_cell: {min_cell}
sources:
  sales: {{ files: '{files}', time: at, customer: who }}
metrics:
  spend: {{ of: sum(cents), unit: cent }}
  orders: {{ of: count(*) }}
  ticket: {{ of: spend / orders }}
categories: {{ by: sector }}
periods: {{ grain: month, target: 2026-07, as_of: 2026-08-02, compare: [previous] }}
memo:
  - rhythm: {{ metrics: [spend, orders, ticket] }}
"
    );
    facts_by(workshop, &spec)
}

/// The hours of the week that a phase of a pattern holds.
fn clocks(pattern: &str, phase: usize) -> Vec<usize> {
    let is_in = |clock: &usize| match pattern {
        "hours" => clock % HOURS == phase,
        "weekdays" => clock / HOURS == phase,
        _ => *clock == phase,
    };
    (0..CLOCKS).filter(is_in).collect()
}

const PATTERNS: [(&str, usize); 3] = [("hours", HOURS), ("weekdays", 7), ("cells", CLOCKS)];

/// What a memo says of one window: the hours of the week in each sum that it tells, after holding it against the data.
fn told(facts: &Facts, truth: &[f64], metric: &str, window: usize) -> Vec<Vec<usize>> {
    let total: f64 = truth.iter().sum();
    let mut rows = Vec::new();
    for (pattern, n) in PATTERNS {
        for phase in 0..n {
            let of = |metric: &str, name: &str| facts.number(&format!("rhythm/{metric}/{pattern}/{phase}/{name}"));
            let sum: f64 = clocks(pattern, phase).iter().map(|it| truth[*it]).sum();
            let own = of(metric, if window == NOW { "sum" } else { "before_index" });
            if window == NOW {
                let all = ["sum", "share", "value", "index"].map(|it| of(metric, it).is_some());
                assert!(
                    all.iter().all(|it| *it == all[0]),
                    "{metric} of {pattern} {phase}: {all:?}"
                );
                let is_off = own.is_some_and(|x| (x - sum).abs() > 1e-9 * total);
                assert!(!is_off, "{metric} of {pattern} {phase} is {own:?}, and {sum} is true");
            }
            // A ratio and its lower part are both of its parts.
            let of_ratio = of("ticket", "of").filter(|_| window == NOW);
            if own.or(of_ratio).is_some() {
                rows.push(clocks(pattern, phase));
            }
        }
    }
    rows
}

/// Lists the phases of few customers that a memo gives away, and counts those that there are.
fn given(sales: &[Sale], facts: &Facts, metric: &str, window: usize) -> (Vec<String>, usize, usize) {
    let own = || sales.iter().filter(|it| it.0 == window);
    let mut truth = vec![0.0; CLOCKS];
    for (_, clock, _, cents) in own() {
        truth[*clock] += if metric == "spend" { *cents as f64 } else { 1.0 };
    }
    let mut rows = told(facts, &truth, metric, window);
    let n_told = rows.len();
    // The whole stands on the first page.
    rows.push((0..CLOCKS).collect());
    let echelon = Echelon::of(CLOCKS, &rows);
    let (mut solved, mut n_few) = (Vec::new(), 0);
    for (pattern, n) in PATTERNS {
        for phase in 0..n {
            let of = clocks(pattern, phase);
            let who: BTreeSet<usize> = own().filter(|it| of.contains(&it.1)).map(|it| it.2).collect();
            if !(1..MIN_CELL as usize).contains(&who.len()) {
                continue;
            }
            n_few += 1;
            if echelon.solves(CLOCKS, &of) {
                let n = who.len();
                solved.push(format!("{metric} of {pattern} {phase}, window {window}: {n} customers"));
            }
        }
    }
    (solved, n_told, n_few)
}

#[test]
fn no_hour_of_few_customers_can_be_worked_out() {
    let workshop = Workshop::new();
    let (mut n_told, mut n_few, mut n_open) = (0, 0, 0);
    for seed in 0..6 {
        let sales = drawn(seed);
        for has_time in [true, false] {
            let facts = facts_of(&workshop, &sales, has_time, MIN_CELL);
            for metric in ["spend", "orders"] {
                for window in [BEFORE, NOW] {
                    let (solved, told, few) = given(&sales, &facts, metric, window);
                    // Without a time of day a day is all in its first hour.
                    if has_time {
                        assert!(solved.is_empty(), "panel {seed}: {solved:#?}");
                        (n_told, n_few) = (n_told + told, n_few + few);
                    } else {
                        assert!(
                            !solved.iter().any(|it| it.contains("weekdays")),
                            "panel {seed}: {solved:#?}"
                        );
                    }
                }
            }
        }
        n_open += given(&sales, &facts_of(&workshop, &sales, true, 1), "spend", NOW)
            .0
            .len();
    }
    assert!(
        n_told > 500 && n_few > 500,
        "{n_told} phases are told, {n_few} are of few"
    );
    assert!(
        n_open > 100,
        "{n_open} phases of few are given away where nothing is kept"
    );
}
