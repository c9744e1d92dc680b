//! Tests of the stage `parse` on whole specs. What mistakes are told is in `golden/messages/`.

use crate::model::diagnostic::Diagnostics;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Formula;
use crate::model::expr::Literal;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::expr::Term;
use crate::model::node::Kind;
use crate::model::spec::Spec;
use std::collections::BTreeMap;

const REGISTRY: [&str; 5] = ["headline", "deviation", "drivers", "contribution", "quality"];

/// Reads a spec that is good, or tells what is wrong with it.
fn parse(text: &str, registry: &[&str]) -> Result<Spec, Diagnostics> {
    let mut found = Diagnostics::new();
    match super::parse(text, registry, &BTreeMap::new(), &mut found) {
        Some(spec) if !found.has_errors() => Ok(spec),
        _ => Err(found),
    }
}

/// Puts a metric and a rule into the smallest spec.
fn spec(metric: &str, rule: &str) -> Spec {
    let text = format!(
        "bellwether: 1\ntitle: Shift\nsources:\n  buys:\n    files: buys.csv\n    time: date\n    rules:\n\
         \x20     - drop: >-\n          {rule}\nmetrics:\n  it: >-\n    {metric}\n\
         categories: {{ by: category }}\nperiods: {{ grain: month }}\nmemo: [headline, quality: {{}}]\n"
    );
    parse(&text, &REGISTRY).unwrap_or_else(|wrong| panic!("the spec is good: {wrong:?}"))
}

fn formula(text: &str) -> Formula<Term> {
    spec(text, "true").metrics.remove(0).1.of.value
}

fn condition(text: &str) -> Expr {
    spec("count(*)", text)
        .sources
        .remove(0)
        .1
        .rules
        .remove(0)
        .condition
        .value
}

fn leaf(reduce: Reduce, of: Option<&str>) -> Formula<Term> {
    let of = of.map(|it| Expr::Column(it.to_owned()));
    Formula::Leaf(Term::Aggregate(Aggregate {
        reduce,
        of,
        filter: None,
    }))
}

#[test]
fn both_example_specs_are_read() {
    for (text, metrics) in [
        (include_str!("../../specs/grocery.yaml"), 5),
        (include_str!("../../specs/consumption.yaml"), 4),
    ] {
        let spec = parse(text, &REGISTRY).unwrap_or_else(|wrong| panic!("the spec is good: {wrong:?}"));
        assert_eq!(spec.metrics.len(), metrics);
        assert_eq!(spec.memo.len(), 5);
    }
}

#[test]
fn every_aggregate_is_read() {
    assert_eq!(formula("sum(x)"), leaf(Reduce::Sum, Some("x")));
    assert_eq!(formula("COUNT(*)"), leaf(Reduce::Count, None));
    assert_eq!(formula("count(x)"), leaf(Reduce::Count, Some("x")));
    assert_eq!(formula("count(distinct x)"), leaf(Reduce::CountDistinct, Some("x")));
    assert_eq!(formula("min(x)"), leaf(Reduce::Min, Some("x")));
    assert_eq!(formula("max(date)"), leaf(Reduce::Max, Some("date")));
    assert_eq!(formula("median((x))"), leaf(Reduce::Median, Some("x")));
}

#[test]
fn a_mean_is_a_sum_over_a_count() {
    let (sum, count) = (leaf(Reduce::Sum, Some("x")), leaf(Reduce::Count, Some("x")));
    assert_eq!(
        formula("avg(x)"),
        Formula::Binary(Op::Div, Box::new(sum), Box::new(count))
    );
}

#[test]
fn products_bind_closer_than_sums_and_names_are_metrics() {
    let name = |it: &str| Box::new(Formula::Leaf(Term::Metric(it.to_owned())));
    let product = Formula::Binary(
        Op::Mul,
        name("b"),
        Box::new(Formula::Neg(Box::new(Formula::Number(2.0)))),
    );
    assert_eq!(
        formula("a + b * -2"),
        Formula::Binary(Op::Add, name("a"), Box::new(product))
    );
}

#[test]
fn a_filter_belongs_to_its_aggregate() {
    let Formula::Leaf(Term::Aggregate(it)) = formula("count(*) filter (where channel = 'web')") else {
        panic!("it is one aggregate");
    };
    let channel = Box::new(Expr::Column("channel".to_owned()));
    let web = Box::new(Expr::Literal(Literal::Text("web".to_owned())));
    assert_eq!(it.filter, Some(Expr::Binary(Op::Eq, channel, web)));
}

#[test]
fn every_condition_of_the_language_is_read() {
    for text in [
        "quantity <= 0 or quantity is null",
        "date >= date '2026-01-01' and not (date > date '2026-12-31')",
        "amount between -1.50 and +2",
        "amount not between 1 and 2",
        "category in ('a', 'it''s', 'ü') and quantity not in (-1, 2.5)",
        "name like 'a%' or name not like '_b' or name ilike 'C%'",
        "case when a > 1 then b else null end is not null",
        "case kind when 'x' then true when 'y' then false end",
        "coalesce(a, b, 0) % 2 <> 1",
        "abs(a) + lower(b) = upper(trim(c)) and length(d) != 3",
        "year(date) = 2026 and month(date) in (1, 2) and weekday(date) < 6",
        "\"a column\" = 1 and `another` = 2",
        "(((a = 1)))",
    ] {
        condition(text);
    }
}

#[test]
fn numbers_are_exact() {
    let Expr::Binary(_, _, right) = condition("a = 0.10") else {
        panic!("it is a comparison")
    };
    assert_eq!(
        *right,
        Expr::Literal(Literal::Decimal {
            digits: 10,
            decimals: 2
        })
    );
    let Expr::Binary(_, _, right) = condition("a = -9223372036854775807") else {
        panic!("it is a comparison")
    };
    assert_eq!(*right, Expr::Literal(Literal::Int(-9_223_372_036_854_775_807)));
}

#[test]
fn a_metric_may_be_written_short_and_an_analysis_without_options() {
    let spec = spec("sum(x)", "true");
    assert_eq!(spec.metrics[0].1.written, "sum(x)");
    assert_eq!(spec.memo[0].options.kind, Kind::Map(Vec::new()));
    assert_eq!(spec.memo[1].name.value, "quality");
}

#[test]
fn names_in_expressions_know_their_places() {
    let text = include_str!("../../specs/grocery.yaml");
    let spec = parse(text, &REGISTRY).unwrap_or_else(|wrong| panic!("the spec is good: {wrong:?}"));
    let (_, metric) = &spec.metrics[4];
    let span = spec.place("actives", metric.of.span);
    assert_eq!(&text[span.from..span.until], "actives");
    assert_eq!(text[..span.from].chars().rev().take(8).collect::<String>(), " / dneps");
}

#[test]
fn a_spec_of_more_than_a_megabyte_is_refused() {
    let long = format!("bellwether: 1 #{}", " ".repeat(super::MOST_BYTES));
    let wrong = parse(&long, &REGISTRY).expect_err("it is too long");
    assert_eq!(wrong.0[0].code, "spec-too-large");
}

#[test]
fn aliases_that_multiply_are_refused_soon() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (before, name) in ('a'..='h').zip('b'..='i') {
        bomb.push_str(&format!(
            "{name}: &{name} [{}]\n",
            vec![format!("*{before}"); 9].join(", ")
        ));
    }
    let wrong = parse(&bomb, &REGISTRY).expect_err("it explodes");
    assert_eq!(wrong.0[0].code, "spec-too-large");
}

#[test]
fn an_anchor_may_share_what_is_said_twice() {
    let text = include_str!("../../specs/grocery.yaml").replace("order: [Under", "order: &levels [Under");
    assert!(parse(&text, &REGISTRY).is_ok());
}
