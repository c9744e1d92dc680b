//! The gates of quality against tables with known faults, where they are at hand: see `references_shared`.
//!
//! What everybody's tests hold stands in `golden/figures/quality.md`.

use crate::run::Workshop;
use crate::run::failed;
use crate::run::json;
use crate::run::references;
use crate::run::run;
use serde_json::Value;
use std::path::Path;

/// The facts of a spec over the reference data.
fn facts(spec: &str, folder: &Path) -> Value {
    let workshop = Workshop::new();
    let path = workshop.write("case.yaml", spec);
    let root = folder.to_string_lossy();
    let output = run(&["explain", &path, "--stage", "facts", "--data-root", &root]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("facts are JSON")
}

fn number(facts: &Value, id: &str) -> f64 {
    facts[id]["value"].as_f64().unwrap_or_else(|| panic!("no number {id}"))
}

/// The gift wholesaler, cleaned; `columns` and `rule` say what becomes of lines without a customer, `who` is the customer.
fn wholesaler(folder: &Path, who: &str, columns: &str, rule: &str) -> String {
    format!(
        "bellwether: 1
title: Gifts
sources:
  lines:
    files: {}/data/online_retail_2009_2010.parquet
    time: invoice_date
    customer: {who}
    decimals: {{ price: 3 }}
{columns}    rules:
      - {{ drop: \"invoice like 'C%' or quantity <= 0\", because: returns }}
      - {{ drop: price < 0.04, because: given away }}
      - drop: stock_code in ('POST', 'D', 'DOT', 'M', 'S', 'AMAZONFEE', 'm', 'DCGSSBOY', 'DCGSSGIRL', 'PADS', 'B', 'CRUK')
        because: no goods
      - {{ drop: country = 'Unspecified', because: no country }}
{rule}metrics:
  spend: {{ of: sum(quantity * price), unit: GBP }}
categories: {{ by: country }}
roster:
  over: 12 months
  features: {{ spend: spend, lines: count(*) }}
periods: {{ grain: month, target: 2010-11, compare: [] }}
memo: [quality]
",
        folder.display()
    )
}

#[test]
fn rules_remove_what_pandas_removes() {
    let Some(folder) = references() else { return };
    // pandas 3 on the same file, each rule on what the ones before it left: `d.invoice.str.startswith("C") | (d.quantity <= 0)`,
    // `d.price < 0.04`, `d.stock_code.isin([…])`, `d.country == "Unspecified"`, `d.customer_id.isna()`.
    let removed = [12_327.0, 1_585.0, 2_076.0, 306.0, 102_964.0];
    let kept = facts(&wholesaler(&folder, "customer_id", "", ""), &folder);
    let dropped = "      - drop: customer_id is null\n";
    let dropped = facts(&wholesaler(&folder, "customer_id", "", dropped), &folder);
    let columns = "    columns: { who: \"coalesce(customer_id, 0)\" }\n";
    let named = facts(&wholesaler(&folder, "who", columns, ""), &folder);
    for (place, expected) in (1..).zip(removed) {
        let id = format!("quality/lines/rule/{place}");
        assert_eq!(number(&dropped, &id), expected, "rule {place}");
        let share = number(&dropped, &format!("{id}/share"));
        assert!((share - expected / 525_461.0).abs() < 1e-11, "rule {place}: {share}");
        if place < 5 {
            assert_eq!(number(&kept, &id), expected, "rule {place}");
            assert_eq!(number(&named, &id), expected, "rule {place}");
        }
    }
    let of = |facts: &Value| {
        let are = facts["quality/roster/nobody"]["value"].as_str().map(str::to_owned);
        let counts =
            ["rows_used", "rows_without_customer", "customers"].map(|it| number(facts, &format!("quality/lines/{it}")));
        (are.expect("it is said"), counts)
    };
    assert_eq!(of(&kept), ("kept".to_owned(), [509_167.0, 102_964.0, 4_292.0]));
    assert_eq!(of(&dropped), ("dropped".to_owned(), [406_203.0, 0.0, 4_292.0]));
    // All of them together are one customer more.
    assert_eq!(of(&named), ("named".to_owned(), [509_167.0, 0.0, 4_293.0]));
}

/// 238 customers of five numbers and a region, without a date: a computed column gives them one, and one of them a month before
/// the others', for no month is the first. `options` are those of quality.
fn purchases(folder: &Path, options: &str) -> String {
    let file = folder.join("data/customer_purchasing_behaviors.csv");
    format!(
        "bellwether: 1
title: Purchases
sources:
  purchases:
    files: {file}
    time: day
    customer: user_id
    columns: {{ day: \"case when user_id = 1 then date '2025-12-01' else date '2026-01-31' end\" }}
  people: {{ files: {file}, key: user_id }}
metrics: {{ purchases: count(*) }}
categories: {{ by: region }}
segments: [region]
roster:
  features:
    age: age
    income: annual_income
    purchase: purchase_amount
    loyalty: loyalty_score
    frequency: purchase_frequency
periods: {{ grain: month, target: 2026-01, as_of: 2026-02-01, compare: [] }}
memo:
  - clusters: {{ k: 6, features: [age, income, purchase, loyalty, frequency] }}
  - relations: {{ target: purchase }}
  - quality: {options}
",
        file = file.display()
    )
}

#[test]
fn a_table_of_copies_does_not_pass() {
    let Some(folder) = references() else { return };
    let workshop = Workshop::new();
    let options = "{ require: { duplicates: 0.05, leakage: 0.5, condition: 30, vif: 10 } }";
    let path = workshop.write("case.yaml", purchases(&folder, options));
    let out = workshop.path("out");
    let root = folder.to_string_lossy();
    let arguments = ["run", &path, "--data-root", &root, "--out", &out.to_string_lossy()];
    let (code, said) = failed(&arguments);
    assert_eq!(code, 1, "{said}");
    let expected = "178 of 238 customers repeat another’s features, more than the share of 0.05 that `require:` allows";
    assert!(said.contains(expected), "{said}");
    assert!(said.contains("have an exact twin among the rest"), "{said}");
    assert!(said.contains("the features’ condition number is"), "{said}");
    assert!(said.contains("has a variance inflation of"), "{said}");
    assert!(!out.exists(), "a memo was written");
}

#[test]
fn a_table_of_copies_looks_clustered() {
    let Some(folder) = references() else { return };
    let expected = json(&folder.join("expected/power_clv_basket_shared.json"));
    let expected = &expected["seed4_238_rows"];
    let facts = facts(&purchases(&folder, "{}"), &folder);
    let theirs = expected["silhouette"]["6"].as_f64().expect("a silhouette");
    let ours = number(&facts, "clusters/crowd/all-customers/trial/kmeans/6/silhouette");
    // Starts are drawn differently; both find the best of them.
    assert!((ours - theirs).abs() < 0.01, "{ours} {theirs}");
    let repeating = number(&facts, "quality/roster/duplicates/repeating");
    assert_eq!(Some(repeating), expected["duplicated_feature_rows"].as_f64());
    // Every two of its five columns are correlated by this or more.
    let least = expected["corr_min"].as_f64().expect("a correlation");
    let features = ["age", "income", "purchase", "loyalty", "frequency"];
    for (place, a) in features.iter().enumerate() {
        for b in &features[place + 1..] {
            let x = number(&facts, &format!("relations/correlation/{a}/{b}"));
            assert!(least - 0.03 < x, "{a} {b}: {x}");
        }
    }
}
