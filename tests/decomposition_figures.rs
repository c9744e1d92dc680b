//! The split of a change, against independent implementations and against what was planted.
//!
//! The cells under `tests/cells` were made by the scripts beside them.

use bellwether::stats::resample::customer_intervals;
use bellwether::stats::rng::Seeded;
use bellwether::stats::rounding::rounded_split;
use bellwether::stats::split::Segment;
use bellwether::stats::split::Split;
use bellwether::stats::split::kitagawa;
use bellwether::stats::split_other::ChainLink;
use bellwether::stats::split_other::chain;
use bellwether::stats::split_other::das_gupta;
use bellwether::stats::split_other::sensitivity;
use bellwether::stats::split_other::three_part;
use serde_json::Value;

fn cases(name: &str) -> Vec<Value> {
    let path = format!("{}/tests/cells/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap_or_else(|| panic!("{value} is not a list"))
        .iter()
        .map(number)
        .collect()
}

/// A list of pairs, before and after.
fn pairs(value: &Value) -> Vec<[f64; 2]> {
    let list = value.as_array().unwrap_or_else(|| panic!("{value} is not a list"));
    list.iter().map(|pair| [number(&pair[0]), number(&pair[1])]).collect()
}

/// Segments from heads and rates, as the references give them.
pub fn from_rates(heads: &[[f64; 2]], rates: &[[f64; 2]]) -> Vec<Segment> {
    let segment = |(heads, rates): (&[f64; 2], &[f64; 2])| Segment {
        numerator: [heads[0] * rates[0], heads[1] * rates[1]],
        denominator: *heads,
    };
    heads.iter().zip(rates).map(segment).collect()
}

/// Equal to a billionth of itself; or, for what is the small difference of large numbers, of `scale` to 13 digits.
pub fn agrees(ours: f64, theirs: f64, scale: f64) -> bool {
    (ours - theirs).abs() <= (1e-9 * theirs.abs()).max(1e-13 * scale.abs())
}

/// Rows and columns close at every number of decimals that a memo prints.
pub fn closes_to_the_last_digit(split: &Split) {
    let parts: Vec<[f64; 2]> = split.segments.iter().map(|s| [s.structural, s.behavioural]).collect();
    for decimals in 0..=4 {
        let table = rounded_split(&parts, decimals);
        for column in 0..3 {
            assert_eq!(
                table.rows.iter().map(|row| row[column]).sum::<i64>(),
                table.total[column]
            );
        }
        assert!(
            table
                .rows
                .iter()
                .chain([&table.total])
                .all(|row| row[0] + row[1] == row[2])
        );
        let unit = power_of_ten(decimals);
        // The rounding of a whole is off by half a unit; that of a part, which has to fit in, by one.
        assert!((table.total[2] as f64 / unit - split.change()).abs() <= 0.5001 / unit);
        assert!((table.total[0] as f64 / unit - split.structural).abs() <= 1.0001 / unit);
    }
}

fn power_of_ten(decimals: u32) -> f64 {
    (0..decimals).fold(1.0, |power, _| power * 10.0)
}

#[test]
fn real_ratios_split_as_numpy_and_dasguptr_split_them() {
    for case in cases("decomposition_grocery.json") {
        let segments = from_rates(&pairs(&case["heads"]), &pairs(&case["rates"]));
        let split = kitagawa(&segments).expect("the reference is sound");
        let scale = split.mean[0];
        for (segment, (structural, behavioural)) in split
            .segments
            .iter()
            .zip(numbers(&case["structural"]).iter().zip(numbers(&case["behavioural"])))
        {
            assert!(
                agrees(segment.structural, *structural, scale),
                "{} {structural}",
                segment.structural
            );
            assert!(
                agrees(segment.behavioural, behavioural, scale),
                "{} {behavioural}",
                segment.behavioural
            );
        }
        // DasGuptR prints thirteen digits of sums near the mean.
        let theirs = &case["dasguptr"];
        assert!(
            agrees(split.structural, number(&theirs["w"]), 10.0 * scale),
            "{}",
            split.structural
        );
        assert!(
            agrees(split.behavioural, number(&theirs["rate"]), 10.0 * scale),
            "{}",
            split.behavioural
        );
        assert!(
            agrees(split.change(), number(&theirs["crude"]), 10.0 * scale),
            "{}",
            split.change()
        );
        closes_to_the_last_digit(&split);
        let parts = three_part(&segments).expect("the reference is sound");
        for (name, sum) in [
            ("composition", parts.iter().map(|p| p.structural).sum::<f64>()),
            ("rate", parts.iter().map(|p| p.behavioural).sum()),
            ("interaction", parts.iter().map(|p| p.interaction).sum()),
        ] {
            assert!(
                agrees(sum, number(&case["threefold"][name]), 10.0 * scale),
                "{name} {sum}"
            );
        }
        assert_eq!(
            sensitivity(&segments).expect("the reference is sound").len(),
            segments.len()
        );
    }
}

#[test]
fn three_factors_split_as_shapley_splits_them() {
    let mut n_cases = 0;
    for case in cases("decomposition_grocery.json") {
        if case["shapley"].is_null() {
            continue;
        }
        n_cases += 1;
        let (heads, rates, orders) = (pairs(&case["heads"]), pairs(&case["rates"]), pairs(&case["orders"]));
        let all = [0, 1].map(|period: usize| heads.iter().map(|pair| pair[period]).sum::<f64>());
        let share = |pair: [f64; 2]| [pair[0] / all[0], pair[1] / all[1]];
        let links: Vec<ChainLink> = from_rates(&heads, &rates)
            .iter()
            .zip(orders)
            .map(|(s, orders)| ChainLink {
                customers: share(s.denominator),
                orders: share(orders),
                amount: share(s.numerator),
            })
            .collect();
        let effects = chain(&links);
        let sums = [
            effects.iter().map(|e| e.customers).sum::<f64>(),
            effects.iter().map(|e| e.frequency).sum(),
            effects.iter().map(|e| e.ticket).sum(),
        ];
        for (ours, theirs) in sums.iter().zip(numbers(&case["shapley"])) {
            assert!(agrees(*ours, theirs, 1000.0), "{sums:?}");
        }
    }
    assert_eq!(n_cases, 3);
}

/// Offenders and those convicted again, 2006 and 2016; women then men, each under 21, 21–25, 26–30, 31–40, over 40.
///
/// Scottish Government, reconviction rates in Scotland (Open Government Licence v3.0), as shipped with DasGuptR 2.1.0.
const OFFENDERS: [[f64; 2]; 10] = [
    [1696.0, 660.0],
    [1658.0, 1019.0],
    [1369.0, 1140.0],
    [2319.0, 2223.0],
    [1505.0, 2129.0],
    [10990.0, 3680.0],
    [9582.0, 5882.0],
    [6642.0, 5778.0],
    [10321.0, 8999.0],
    [7223.0, 9096.0],
];
const CONVICTED_AGAIN: [[f64; 2]; 10] = [
    [501.0, 160.0],
    [525.0, 224.0],
    [442.0, 287.0],
    [588.0, 611.0],
    [264.0, 386.0],
    [4654.0, 1238.0],
    [3436.0, 1820.0],
    [2339.0, 1737.0],
    [3081.0, 2721.0],
    [1442.0, 1851.0],
];

#[test]
fn reconviction_rates_split_as_dasguptr_splits_them() {
    let segments: Vec<Segment> = CONVICTED_AGAIN
        .iter()
        .zip(OFFENDERS)
        .map(|(numerator, denominator)| Segment {
            numerator: *numerator,
            denominator,
        })
        .collect();
    let split = kitagawa(&segments).expect("there are offenders in every segment");
    // DasGuptR prints thirteen digits.
    assert!(agrees(split.structural, -0.02135766928241, 1.0), "{}", split.structural);
    assert!(
        agrees(split.behavioural, -0.03090659918242, 1.0),
        "{}",
        split.behavioural
    );
    assert!(agrees(split.change(), -0.05226426846483, 1.0), "{}", split.change());
    closes_to_the_last_digit(&split);
}

/// The structure of two crossed variables is a product of one factor each, at mean rates: Das Gupta (1993), ch. 6.
#[test]
fn age_and_sex_split_as_dasguptr_splits_them() {
    let cells: Vec<(usize, usize)> = (0..2).flat_map(|sex| (0..5).map(move |age| (sex, age))).collect();
    let factors = |period: usize| {
        let n = |sex: usize, age: usize| OFFENDERS[5 * sex + age][period];
        let by_age = |age: usize| n(0, age) + n(1, age);
        let by_sex = |sex: usize| (0..5).map(|age| n(sex, age)).sum::<f64>();
        let all = by_sex(0) + by_sex(1);
        let age_factor = |(sex, age): &(usize, usize)| (n(*sex, *age) / by_sex(*sex) * by_age(*age) / all).sqrt();
        let sex_factor = |(sex, age): &(usize, usize)| (n(*sex, *age) / by_age(*age) * by_sex(*sex) / all).sqrt();
        vec![
            cells.iter().map(age_factor).collect::<Vec<f64>>(),
            cells.iter().map(sex_factor).collect(),
        ]
    };
    let mean_rate = |cell: usize| {
        let rate = |period: usize| CONVICTED_AGAIN[cell][period] / OFFENDERS[cell][period];
        (rate(0) + rate(1)) / 2.0
    };
    let effects = das_gupta(&factors(0), &factors(1));
    let sum = |effects: &[f64]| {
        effects
            .iter()
            .enumerate()
            .map(|(cell, x)| x * mean_rate(cell))
            .sum::<f64>()
    };
    for (ours, theirs) in effects.iter().zip([-0.02064002507558, -0.000717644206833]) {
        assert!(agrees(sum(ours), theirs, 1.0), "{} {theirs}", sum(ours));
    }
}

/// Fifty splits of ten thousand customers by one or two attributes, against what the generator expected.
#[test]
fn the_planted_structure_is_found() {
    let cases = cases("decomposition_planted.json");
    assert_eq!(cases.len(), 50);
    for case in cases {
        let cents = pairs(&case["cents"]);
        let segments: Vec<Segment> = cents
            .iter()
            .zip(pairs(&case["heads"]))
            .map(|(cents, heads)| Segment {
                numerator: cents.map(|x| x / 100.0),
                denominator: heads,
            })
            .collect();
        let split = kitagawa(&segments).expect("both months have customers");
        let mean = number(&case["truth"]["mean_before"]);
        let error = (split.structural - number(&case["truth"]["structural"])) / mean;
        assert!(
            error.abs() < 0.03,
            "{} by {}: {error:.4} of the mean",
            case["category"],
            case["segments_by"]
        );
        closes_to_the_last_digit(&split);
    }
}

/// Draws customers from a population whose split is known, and asks how often the interval holds it.
///
/// On the fifty planted cases 999 resamples hold the expected structural part in 49, the behavioural in 46 and the
/// change in 47: their truth is that of the panel's own customers, so that the structural interval is a little wide.
#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    const N_CUSTOMERS: usize = 600;
    const N_SAMPLES: u64 = 120;
    const N_RESAMPLES: usize = 299;
    // Two segments, half of the customers each: activity before and after, spend of the active before and after.
    let active = [[0.8, 0.5], [0.6, 0.7]];
    let spend = [[10.0, 12.0], [20.0, 19.0]];
    let population: Vec<Segment> = (0..2)
        .map(|s| Segment {
            numerator: [0, 1].map(|period: usize| active[s][period] * spend[s][period]),
            denominator: active[s],
        })
        .collect();
    let truth = kitagawa(&population).expect("both periods have customers");
    let mut n_held = [0_u64; 2];
    for sample in 0..N_SAMPLES {
        let mut rng = Seeded::new(77, sample);
        let (mut segment_of, mut amounts, mut heads) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..N_CUSTOMERS {
            let segment = usize::from(rng.coin());
            // What a customer spends in both periods has a part of its own in common, and a long tail.
            let own = -2.0 * (1.0 - rng.unit()).ln();
            let head = active[segment].map(|share| if rng.unit() < share { 1.0 } else { 0.0 });
            let amount = [0, 1].map(|period: usize| head[period] * spend[segment][period] * own * rng.unit());
            segment_of.push(u32::try_from(segment).expect("there are two"));
            amounts.push(amount);
            heads.push(head);
        }
        let found = customer_intervals(&segment_of, &amounts, &heads, 2, N_RESAMPLES, sample);
        let holds = |ends: Option<[f64; 2]>, truth: f64| ends.is_some_and(|[low, high]| low <= truth && truth <= high);
        n_held[0] += u64::from(holds(found.total.structural, truth.structural));
        n_held[1] += u64::from(holds(found.total.behavioural, truth.behavioural));
    }
    // Of 120 draws at 95 %, 114 are expected; below 108 (90 %) comes once in a hundred.
    assert!(n_held.iter().all(|n| *n >= 108), "{n_held:?} of {N_SAMPLES}");
}
