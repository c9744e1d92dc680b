//! Customers with planted kinds, through the whole program: who is found, frozen, followed and written out.

use bellwether::source::parquet::Exact;
use bellwether::source::parquet::Parquet;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

use crate::run::Workshop;
use crate::run::bellwether;
use crate::run::files;
use crate::run::json;
use crate::run::references;
use crate::run::run;

const CUSTOMERS: u64 = 240;

/// What a customer of each kind does in a quarter: purchases, and cents of each.
const KINDS: [(u64, u64); 3] = [(40, 900), (12, 6000), (4, 1500)];

/// Makes numbers without a pattern.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// The kind of a customer: halves, thirds and sixths, so that clusters have sizes of their own.
fn kind(customer: u64) -> usize {
    match customer % 6 {
        0..=2 => 0,
        3 | 4 => 1,
        _ => 2,
    }
}

/// Rows of two quarters: every tenth customer was of the next kind in the first of them; `dearer` multiplies what is
/// spent in the second.
fn rows(dearer: u64) -> Vec<String> {
    let mut dice = Dice(7);
    let mut rows = Vec::new();
    for customer in 1..=CUSTOMERS {
        for quarter in 0..2 {
            let moved = quarter == 0 && customer % 10 == 0;
            let (n, cents) = KINDS[(kind(customer) + usize::from(moved)) % 3];
            let n = n + dice.below(n / 4 + 1);
            for _ in 0..n {
                let day = dice.below(28) + 1;
                let month = if quarter == 0 { 7 } else { 10 } + dice.below(3);
                let spent = (cents + dice.below(cents / 5)) * if quarter == 1 { dearer } else { 1 };
                let what = if dice.below(3) == 0 { "bread" } else { "milk" };
                rows.push(format!(
                    "2026-{month:02}-{day:02},{customer},{}.{:02},{what}",
                    spent / 100,
                    spent % 100
                ));
            }
        }
    }
    rows
}

fn csv(rows: &[String]) -> String {
    let mut text = "day,who,amount,what\n".to_owned();
    for row in rows {
        let _ = writeln!(text, "{row}");
    }
    text
}

const SPEC: &str = "
bellwether: 1
min_cell: 1
title: Customers
sources:
  buys: { files: buys.csv, time: day, customer: who, decimals: { amount: 2 } }
metrics:
  spend: { of: sum(amount), unit: USD }
  visits: { of: count(*), unit: visit }
categories: { by: what }
roster:
  over: 3 months
  features:
    visits: { of: visits, transform: log }
    basket: { of: spend / visits, transform: log }
    spend: spend
  shares: { of: spend, categories: [bread] }
  record: { hash: [who], salt: s }
periods: { grain: quarter, target: 2026-Q4, as_of: 2027-01-01, compare: [previous] }
memo:
  - roster: {}
  - clusters: { features: [visits, basket], k: 2-5, names: { Core: highest visits, Large: highest basket } }
  - profile: {}
  - stability: { draws: 20 }
  - migration: {}
";

fn facts_of(spec: &str, more: &[&str]) -> Value {
    let text = crate::run::facts(spec, more);
    serde_json::from_str(&text).expect("facts are JSON")
}

fn number(facts: &Value, id: &str) -> f64 {
    facts[id]["value"].as_f64().unwrap_or_else(|| panic!("no number {id}"))
}

fn names(facts: &Value) -> Vec<&str> {
    let list = facts["clusters/names"]["value"].as_array().expect("a list");
    list.iter().map(|it| it.as_str().expect("a name")).collect()
}

#[test]
fn planted_kinds_are_found_named_and_come_back() {
    let workshop = Workshop::new();
    workshop.write("buys.csv", csv(&rows(1)));
    let facts = facts_of(&workshop.write("shop.yaml", SPEC), &[]);
    assert_eq!(names(&facts)[..2], ["Core", "Large"]);
    let sizes: Vec<f64> = (1..=3)
        .map(|it| number(&facts, &format!("clusters/all-customers/{it}/customers")))
        .collect();
    assert_eq!(sizes, [120.0, 80.0, 40.0]);
    assert!(number(&facts, "clusters/crowd/all-customers/silhouette") > 0.7);
    for cluster in 1..=3 {
        let likeness = number(&facts, &format!("stability/all-customers/{cluster}/jaccard"));
        assert!(likeness > 0.98, "{cluster}: {likeness}");
    }
    // Every tenth customer was of the next kind: of 10, 20 and 30 two are of the first kind now, and were of the second.
    assert_eq!(number(&facts, "migration/in_both"), 240.0);
    assert_eq!(number(&facts, "migration/stayed"), 216.0);
    assert_eq!(number(&facts, "migration/all-customers/2/to/all-customers/1"), 16.0);
}

#[test]
fn neither_the_order_of_rows_nor_threads_move_a_byte() {
    let workshop = Workshop::new();
    let spec = workshop.write("shop.yaml", SPEC);
    let mut all = rows(1);
    workshop.write("buys.csv", csv(&all));
    let report = |name: &str, threads: &str| {
        let out = workshop.path(name);
        let output = bellwether()
            .args(["run", &spec, "--format", "json", "--out", &out.to_string_lossy()])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        files(&out)
    };
    let first = report("one", "1");
    assert!(first.iter().any(|it| it.0.ends_with("tables/customers.parquet")));
    assert!(first.iter().any(|it| it.0.ends_with("definition.json")));
    assert!(first == report("four", "4"), "four threads give other bytes than one");
    let mut dice = Dice(11);
    for at in (1..all.len()).rev() {
        all.swap(at, dice.below(at as u64 + 1) as usize);
    }
    workshop.write("buys.csv", csv(&all));
    let shuffled = report("shuffled", "4");
    // The file is another, and is named by its hash; all else is the same.
    for (ours, theirs) in first.iter().zip(&shuffled) {
        let is_hash = |name: &str| name.ends_with("manifest.json") || name.ends_with("reproduce.csv");
        assert_eq!(ours.0, theirs.0);
        if ours.0.ends_with("facts.json") {
            let lines = |it: &[u8]| -> Vec<String> {
                let text = String::from_utf8_lossy(it);
                text.lines()
                    .filter(|it| !it.starts_with("\"audit/"))
                    .map(str::to_owned)
                    .collect()
            };
            assert!(lines(&ours.1) == lines(&theirs.1), "facts follow the order of rows");
        } else if !is_hash(&ours.0) {
            assert!(ours.1 == theirs.1, "{} follows the order of rows", ours.0);
        }
    }
}

#[test]
fn a_frozen_definition_is_applied_as_it_was_and_says_when_it_no_longer_fits() {
    let workshop = Workshop::new();
    workshop.write("buys.csv", csv(&rows(1)));
    let spec = workshop.write("shop.yaml", SPEC);
    let out = workshop.path("out");
    let output = run(&["run", &spec, "--format", "json", "--out", &out.to_string_lossy()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let definition = std::fs::read(out.join("shop/2026-Q4/definition.json")).expect("a definition");
    let found = json(&out.join("shop/2026-Q4/facts.json"));
    workshop.write("frozen.json", &definition);
    let frozen = workshop.write(
        "frozen.yaml",
        SPEC.replace("roster:\n", "roster:\n  frozen: frozen.json\n"),
    );
    let applied = facts_of(&frozen, &[]);
    for id in [
        "clusters/definition",
        "clusters/names",
        "clusters/all-customers/1/customers",
        "migration/stayed",
    ] {
        assert_eq!(found[id]["value"], applied[id]["value"], "{id}");
    }
    let warned = |facts: &Value| {
        facts["quality/warnings"]["value"]
            .to_string()
            .contains("no longer fits")
    };
    assert!(!warned(&applied), "it fits the customers that it was made on");
    // Everything three times as dear: nobody is where anybody was.
    workshop.write("buys.csv", csv(&rows(3)));
    assert!(warned(&facts_of(&frozen, &[])), "a broken definition is told");
    // What it was made of must be what it is applied to, and options that would look for others are told to be idle.
    let other = workshop.write(
        "other.yaml",
        SPEC.replace(
            "roster:\n  over: 3 months",
            "roster:\n  frozen: frozen.json\n  over: 6 months",
        ),
    );
    let said = String::from_utf8_lossy(&run(&["check", &other]).stderr).into_owned();
    assert!(
        said.contains("error[bad-definition]") && said.contains("6 months"),
        "{said}"
    );
    let said = String::from_utf8_lossy(&run(&["check", &frozen]).stderr).into_owned();
    assert!(said.contains("warning[frozen-clusters]"), "{said}");
    // A definition of another roster is refused with its place.
    let text = String::from_utf8(definition)
        .expect("text")
        .replace("\"basket\"", "\"baskit\"");
    workshop.write("frozen.json", text);
    let output = run(&["check", &frozen]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("error[bad-definition]") && said.contains("baskit"),
        "{said}"
    );
}

#[test]
fn the_record_holds_every_customer_once_with_hashed_ids() {
    let workshop = Workshop::new();
    workshop.write("buys.csv", csv(&rows(1)));
    let spec = workshop.write("shop.yaml", SPEC);
    let out = workshop.path("out");
    let output = run(&["run", &spec, "--format", "json", "--out", &out.to_string_lossy()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = Parquet::open(&out.join("shop/2026-Q4/tables/customers.parquet")).expect("Parquet");
    let column = |name: &str| match file.exact(0, name) {
        Ok(Exact::Column(column)) => column,
        _ => panic!("no column {name}"),
    };
    let ids = column("who");
    let ids: Vec<&str> = ids.str().expect("hashes are text").iter().flatten().collect();
    assert_eq!(ids.len(), 240);
    let mut distinct = ids.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 240);
    assert!(
        ids.iter()
            .all(|it| it.len() == 32 && it.bytes().all(|c| c.is_ascii_hexdigit()))
    );
    let clusters = column("cluster");
    let n_core = clusters
        .str()
        .expect("names")
        .iter()
        .flatten()
        .filter(|it| *it == "Core")
        .count();
    assert_eq!(n_core, 120);
    let spend = column("spend");
    let total: f64 = spend.f64().expect("numbers").iter().flatten().sum();
    let facts = json(&out.join("shop/2026-Q4/facts.json"));
    // A sum of a few hundred floats of cents: what rounding adds is far below a cent.
    assert!((total - number(&facts, "roster/all-customers/worth")).abs() < 1e-6);
}

#[test]
fn every_customer_of_the_shipped_specs_is_in_exactly_one_segment() {
    for spec in ["specs/customers.yaml", "specs/cdnow.yaml"] {
        let facts = facts_of(spec, &[]);
        let all = facts.as_object().expect("facts");
        for base in ["roster", "roster/before"] {
            assert_eq!(number(&facts, &format!("{base}/not_placed")), 0.0, "{spec}");
            let n = |id: &str| number(&facts, &format!("{base}/{id}/customers"));
            let of_segment = |id: &&String| {
                let inside = id
                    .strip_prefix(&format!("{base}/"))
                    .and_then(|it| it.strip_suffix("/customers"));
                inside.is_some_and(|it| !it.contains("before") && it != "all-customers")
            };
            let sizes: f64 = all.keys().filter(of_segment).map(|it| number(&facts, it)).sum();
            assert_eq!(sizes, n("all-customers"), "{spec} {base}");
        }
    }
}

/// The spec of an analysis of the gift wholesaler, as the reference cleans it.
pub fn wholesaler(data: &Path, memo: &str) -> String {
    format!(
        "bellwether: 1
title: Online retail
sources:
  lines:
    files: {}
    time: invoice_date
    customer: customer_id
    decimals: {{ price: 3 }}
    rules: [keep: quantity > 0, keep: price > 0, drop: \"invoice like 'C%'\"]
metrics:
  spend: {{ of: sum(quantity * price), unit: GBP }}
  orders: {{ of: count(distinct invoice) }}
categories: {{ by: country }}
roster:
  features:
    recency: {{ of: days_since_last, transform: log }}
    frequency: {{ of: orders, transform: log }}
    monetary: {{ of: spend, transform: log }}
periods: {{ grain: day, target: 2010-12-09, as_of: 2010-12-10, compare: [] }}
memo:
{memo}",
        data.display()
    )
}

#[test]
fn a_spec_finds_the_clusters_of_the_reference() {
    let Some(folder) = references() else { return };
    let expected = json(&folder.join("expected/customers_shared.json"));
    let workshop = Workshop::new();
    let memo = "  - clusters: { k: 4, methods: [kmeans, gmm, ward, average, kmedoids] }\n";
    let spec = wholesaler(&folder.join("data/online_retail_2009_2010.parquet"), memo);
    let root = folder.to_string_lossy().into_owned();
    let facts = facts_of(&workshop.write("case.yaml", spec), &["--data-root", &root]);
    assert_eq!(number(&facts, "clusters/all-customers/customers"), 4312.0);
    let spend = number(&facts, "clusters/all-customers/worth");
    assert!(
        (spend - expected["revenue"].as_f64().expect("money")).abs() < 1e-3,
        "{spend}"
    );
    let theirs = &expected["clustering"]["by_k"]["4"];
    for (ours, name) in [
        ("kmeans", "kmeans"),
        ("gmm", "gmm"),
        ("ward", "agglomerative_ward"),
        ("average", "agglomerative_average"),
        ("kmedoids", "kmedoids_fasterpam"),
    ] {
        let found = number(
            &facts,
            &format!("clusters/crowd/all-customers/trial/{ours}/4/silhouette"),
        );
        let known = theirs[name]["silhouette"].as_f64().expect("a score");
        eprintln!("{ours}: silhouette {found:.4}, reference {known:.4}");
        assert!((found - known).abs() < 0.01, "{ours}: {found} {known}");
    }
}

#[test]
fn cleaning_counts_and_recency_are_those_of_the_reference() {
    let Some(folder) = references() else { return };
    let expected = json(&folder.join("expected/customers_shared.json"));
    let workshop = Workshop::new();
    let spec = wholesaler(
        &folder.join("data/online_retail_2009_2010.parquet"),
        "  - roster: {}\n  - quality: {}\n",
    );
    let root = folder.to_string_lossy().into_owned();
    let facts = facts_of(&workshop.write("case.yaml", spec), &["--data-root", &root]);
    let quantiles = &expected["rfm"]["quantiles"]["recency"];
    // The reference states minimum, fifths, median and maximum; the median is the fourth.
    let median = number(&facts, "roster/all-customers/median/recency");
    assert_eq!(median, quantiles[3].as_f64().expect("days"));
    assert_eq!(
        number(&facts, "roster/all-customers/customers"),
        expected["customers"].as_f64().expect("a count")
    );
}

#[test]
fn every_method_choice_and_map_finds_the_planted_kinds() {
    let workshop = Workshop::new();
    workshop.write("buys.csv", csv(&rows(1)));
    let (head, _) = SPEC.split_once("memo:\n").expect("a memo");
    let of = |options: &str| {
        let memo = format!("memo:\n  - clusters: {{ features: [visits, basket], {options} }}\n");
        facts_of(&workshop.write("shop.yaml", format!("{head}{memo}")), &[])
    };
    let sizes = |facts: &Value| -> Vec<f64> {
        let n = names(facts).len();
        (1..=n)
            .map(|it| number(facts, &format!("clusters/all-customers/{it}/customers")))
            .collect()
    };
    for by in ["kmeans", "gmm", "ward", "average", "complete", "kmedoids"] {
        let facts = of(&format!("by: {by}, methods: [{by}], k: 2-5"));
        assert_eq!(sizes(&facts), [120.0, 80.0, 40.0], "{by}");
        let agreement = number(&facts, "clusters/crowd/all-customers/agreement");
        assert!((agreement - 1.0).abs() < 1e-9, "{by}: {agreement}");
    }
    // The mixture may see more than one bell in a kind that is none; and the elbow is between the ends.
    // Two clusters, one of them two kinds, come back as surely as three: there the author leaves two out.
    for (choose, ks) in [("davies_bouldin", "2-5"), ("elbow", "2-5"), ("stability", "[3, 5]")] {
        let facts = of(&format!("choose: {choose}, methods: [kmeans], k: {ks}"));
        assert_eq!(sizes(&facts), [120.0, 80.0, 40.0], "{choose}");
    }
    for map in ["tsne", "tree"] {
        let facts = of(&format!("map: {map}, methods: [kmeans, dbscan, hdbscan], k: 2-5"));
        let places: Value = serde_json::from_str(
            facts["clusters/crowd/all-customers/map/places"]["value"]
                .as_str()
                .expect("places"),
        )
        .expect("JSON");
        let points = places["points"].as_array().expect("points");
        assert_eq!(points.len(), 240, "{map}");
        // On a map that keeps neighbours, the nearest other customer is of the same kind.
        let at = |it: &Value| [0, 1].map(|axis| it[axis].as_f64().expect("a place"));
        let near = |own: usize| {
            let apart = |other: &Value| {
                let (a, b) = (at(&points[own]), at(other));
                (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
            };
            let others = (0..points.len()).filter(|it| *it != own);
            others
                .min_by(|a, b| apart(&points[*a]).total_cmp(&apart(&points[*b])))
                .expect("another")
        };
        let alike = (0..points.len())
            .filter(|it| points[*it][2] == points[near(*it)][2])
            .count();
        assert!(alike >= 228, "{map}: {alike} of 240");
        // Visits are whole numbers, and customers stand in stripes: what goes by density may find each, and joins no kinds.
        let listed = facts["clusters/crowd/all-customers/trials"]["value"]
            .as_array()
            .expect("trials");
        let found = |method: &str| {
            let trial = listed
                .iter()
                .filter_map(Value::as_str)
                .find(|it| it.starts_with(method));
            let k = trial.and_then(|it| it.split_once('/')).expect("a trial").1;
            let noise = number(
                &facts,
                &format!("clusters/crowd/all-customers/trial/{method}/{k}/noise"),
            );
            (k.parse::<u32>().expect("a count"), noise)
        };
        for method in ["dbscan", "hdbscan"] {
            let (k, noise) = found(method);
            assert!(k >= 3 && noise <= 120.0, "{map}, {method}: {k} crowds, {noise} in none");
        }
    }
}

#[test]
fn a_crowd_without_kinds_stays_whole_and_says_so() {
    let workshop = Workshop::new();
    // All buy alike: what divides them is chance, and a division that leaves nobody small is none.
    let mut dice = Dice(3);
    let mut text = "day,who,amount,what\n".to_owned();
    for customer in 1..=60 {
        for quarter in ["07", "09", "10"] {
            for day in 1..=5 {
                let _ = writeln!(
                    text,
                    "2026-{quarter}-{:02},{customer},{}.00,milk",
                    day * 5 - 4,
                    10 + dice.below(3)
                );
            }
        }
    }
    workshop.write("buys.csv", text);
    let spec = SPEC
        .replace("[visits, basket]", "[visits]")
        .replace("categories: [bread]", "categories: [milk]");
    let spec = spec.replace(
        "names: { Core: highest visits, Large: highest basket } }",
        "min_size: 2 % }",
    );
    let facts = facts_of(&workshop.write("shop.yaml", spec), &[]);
    assert_eq!(names(&facts), ["All customers"]);
    assert!(facts["quality/warnings"]["value"].to_string().contains("stays whole"));
}
