//! Claims on planted customers: who spends what is known, and so is what each claim must be told.

use std::fmt::Write;

use crate::run::Workshop;
use crate::run::bellwether;

/// Customers: every second one is of the north.
const N_CUSTOMERS: u64 = 400;

/// Returns rows: north spends about 30 a visit and south about 10; both come as often, one to five times.
fn rows() -> Vec<String> {
    let mut rows = Vec::new();
    for who in 0..N_CUSTOMERS {
        // Neighbours are a pair: one of the north, one of the south, who come as often.
        let n_visits = 1 + (who / 2) * 7 % 5;
        let base = if who % 2 == 0 { 3000 } else { 1000 };
        for visit in 0..n_visits {
            // Noise without a pattern that the claims could meet: up to 5 either way.
            let noise = (who * 7919 + visit * 104_729) % 1009;
            rows.push(format!(
                "2026-11-{:02},{who},{},milk\n",
                1 + visit * 5,
                base + noise - 500
            ));
        }
    }
    rows
}

fn claimed(rows: &[String], threads: &str) -> serde_json::Value {
    let workshop = Workshop::new();
    let mut people = "who,region\n".to_owned();
    for who in 0..N_CUSTOMERS {
        let region = if who % 2 == 0 { "north" } else { "south" };
        let _ = writeln!(people, "{who},{region}");
    }
    workshop.write(
        "buys.csv",
        format!("day,who,cents,what\n2026-10-01,0,1,milk\n{}", rows.concat()),
    );
    workshop.write("people.csv", people);
    let spec = workshop.write("claims.yaml", SPEC);
    let output = bellwether()
        .args(["explain", &spec, "--stage", "facts"])
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("facts are JSON")
}

const SPEC: &str = "
bellwether: 1
title: Claims
sources:
  buys: { files: buys.csv, time: day, customer: who }
  people: { files: people.csv, key: who }
metrics:
  spend: { of: sum(cents) / 100, unit: USD }
  visits: { of: count(*), unit: visit }
categories: { by: what }
segments: [region]
roster:
  over: 1 month
  features: { spend: spend, visits: visits, basket: spend / visits }
  segments:
    - { name: once, where: visits = 1 }
    - name: more
      where: visits > 1
      segments: [{ name: often, label: Five times, where: visits = 5 }]
periods: { grain: month, target: 2026-11, as_of: 2026-12-01, compare: [previous] }
memo:
  - clusters: { features: [basket], k: 2, methods: [kmeans], names: { Rich: highest basket }, map: none }
  - hypotheses:
      - claim: share(spend, where region = 'north') > 50 %
        because: the north pays for the house
      - median(basket, where region = 'north') > median(basket, where region = 'south')
      - mean(visits, where region = 'north') > mean(visits, where region = 'south')
      - share(customers, where visits = 1) > 40 %
      - correlation(visits, spend) > 0
      - mean(visits, where segment = 'five TIMES') < 4.5
      - count(customers, where region in ('north')) >= 200
      - share(spend, where cluster = rich) > 50 %
      - mean(spend, where cluster = Coer) > 1
      - mean(spend, where region = 'nord') > 1
      - total(spend, where visits > 5) < 1
      - mean(visits, where segment = more) > mean(visits, where segment <> once)
";

#[test]
fn claims_get_the_answer_that_was_planted() {
    let facts = claimed(&rows(), "2");
    let of = |number: usize, name: &str| facts[format!("hypotheses/{number}/{name}")]["value"].clone();
    let verdicts: Vec<String> = (1..=12)
        .map(|number| {
            let answer = of(number, "answer");
            let verdict = of(number, "verdict");
            format!(
                "{} {}",
                answer.as_str().unwrap_or("-"),
                verdict.as_str().expect("a verdict")
            )
        })
        .collect();
    let planted = [
        "true holds",
        "true holds",
        // Both come as often: neither is shown to come more.
        "false not shown",
        // A fifth come once.
        "false does not hold",
        "true holds",
        "false does not hold",
        // Exactly half.
        "true not shown",
        "true holds",
        "- not tested",
        "- not tested",
        "- not tested",
        // The same customers on both sides: no draw tells them apart, and none is above the other.
        "false does not hold",
    ];
    assert_eq!(verdicts, planted);
    let number = |number: usize, name: &str| of(number, name).as_f64().expect("a number");
    // Three times the basket at as many visits.
    assert!((number(1, "figure") - 0.75).abs() < 0.01);
    assert!((number(2, "difference") - 20.0).abs() < 1.0);
    assert_eq!(number(4, "figure"), 0.2);
    assert_eq!([number(7, "figure"), number(7, "other")], [200.0, 200.0]);
    assert_eq!(number(12, "difference"), 0.0);
    // Nine tests: of the smallest p-value by draws, 0.001, nothing above 0.009 is left.
    assert!(number(1, "p") == 0.001 && number(1, "p_holm") <= 0.009);
    let why = of(9, "why");
    assert_eq!(why.as_str(), Some("there is no cluster `Coer`"));
    assert_eq!(of(10, "why").as_str(), Some("nobody’s `region` is `nord`"));
}

#[test]
fn claims_do_not_depend_on_threads_or_the_order_of_rows() {
    let mut turned = rows();
    turned.reverse();
    let (there, back) = (claimed(&rows(), "1"), claimed(&turned, "2"));
    let own = |facts: &serde_json::Value| -> Vec<(String, String)> {
        let all = facts.as_object().expect("facts by id").iter();
        let own = all.filter(|it| it.0.starts_with("hypotheses/"));
        own.map(|it| (it.0.clone(), it.1.to_string())).collect()
    };
    assert!(!own(&there).is_empty());
    assert_eq!(own(&there), own(&back));
}
