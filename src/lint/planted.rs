//! Facts that tests plant: by id and number, with nothing said of where they came from.
//!
//! It must not know which claim is tested.

use super::Stated;
use crate::model::calendar::Calendar;
use crate::model::diagnostic::Diagnostic;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Formula;
use crate::model::expr::Op;
use crate::model::expr::Reduce;
use crate::model::facts::Fact;
use crate::model::facts::Facts;
use crate::model::facts::Interval;
use crate::model::facts::Provenance;
use crate::model::facts::Value;
use crate::model::joined::Joined;
use crate::model::memo::Memo;
use crate::model::panel::Intake;
use crate::model::period::Grain;
use crate::model::period::Period;
use crate::model::plan::Categories;
use crate::model::plan::Clock;
use crate::model::plan::Comparison;
use crate::model::plan::Measure;
use crate::model::plan::Metric;
use crate::model::plan::Periods;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::plan::Source;
use crate::model::unit::Good;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::words::Words;
use jiff::civil::date;

/// A fact of a value.
pub(super) fn fact(value: Value) -> Fact {
    Fact {
        value,
        unit: Unit::default(),
        interval: None,
        n: None,
        from: Provenance::default(),
    }
}

/// Numbers by id.
pub(super) fn facts(all: &[(&str, f64)]) -> Facts {
    let mut facts = Facts::new();
    for (id, x) in all {
        facts.insert(*id, fact(Value::Number(Some(*x))));
    }
    facts
}

/// Texts by id.
pub(super) fn texts(all: &[(&str, &str)]) -> Facts {
    let mut facts = Facts::new();
    for (id, text) in all {
        facts.insert(*id, fact(Value::Text((*text).to_owned())));
    }
    facts
}

/// A number in a unit, with the ends of its interval and how many stand behind it.
pub(super) fn figure(x: f64, of: Quantity, ends: Option<[f64; 2]>, n: Option<u64>) -> Fact {
    Fact {
        unit: Unit::total(of),
        interval: ends.map(|[low, high]| Interval {
            level_pct: 95,
            low,
            high,
        }),
        n,
        ..fact(Value::Number(Some(x)))
    }
}

/// The codes of what was found.
pub(super) fn codes(found: &[Diagnostic]) -> Vec<String> {
    found.iter().map(|it| it.code.clone().into_owned()).collect()
}

/// A memo of buys by month: `spend` in dollars, `visits`, and `rate`, a share of visits.
pub(super) fn plan() -> Plan {
    let metric = |name: &str, label: &str, unit: Unit, formula| Metric {
        name: name.to_owned(),
        label: label.to_owned(),
        written: name.to_owned(),
        unit,
        good: Good::default(),
        formula,
        across: false,
    };
    let measure = |reduce, of: Option<&str>| Measure {
        source: 0,
        aggregate: Aggregate {
            reduce,
            of: of.map(|it| Expr::Column(it.to_owned())),
            filter: None,
        },
        across: false,
        missing_is_zero: true,
    };
    let leaf = |it: usize| Box::new(Formula::Leaf(it));
    let ticket = Formula::Binary(Op::Div, leaf(0), leaf(1));
    let month = |of: i8| Period {
        from: date(2026, of, 1),
        until: date(2026, of + 1, 1),
        grain: Grain::Month,
    };
    let per_visit = Unit {
        of: Quantity::Money("USD".into()),
        per: Some("visit".into()),
    };
    Plan {
        slug: "shift".into(),
        title: "Shift".into(),
        locale: "en-US".into(),
        footer: String::new(),
        note: String::new(),
        fonts: Vec::new(),
        seed: 1,
        min_cell: 1,
        sources: vec![source()],
        measures: vec![measure(Reduce::Sum, Some("amount")), measure(Reduce::Count, None)],
        metrics: vec![
            metric("spend", "Spend", Unit::money("USD"), Formula::Leaf(0)),
            metric("visits", "Visits", Unit::count("visit"), Formula::Leaf(1)),
            metric("rate", "Conversion", Unit::total(Quantity::Share), Formula::Leaf(1)),
            metric("ticket", "Spend per visit", per_visit, ticket),
        ],
        categories: Categories {
            column: "what".into(),
            noun: "category".into(),
            nouns: "categories".into(),
            skip: Vec::new(),
            others: "Other categories".into(),
            joined: Joined::default(),
        },
        segments: Vec::new(),
        roster: None,
        periods: Periods {
            grain: Grain::Month,
            calendar: Calendar::Civil,
            as_of: date(2026, 11, 1),
            target: month(10),
            to_date: None,
            history: vec![month(8), month(9)],
            comparisons: vec![Comparison {
                name: "previous".into(),
                label: "September 2026".into(),
                periods: vec![month(9)],
            }],
            incomplete: Vec::new(),
        },
        notes: Vec::new(),
        known_causes: Vec::new(),
        each: None,
    }
}

fn source() -> Source {
    Source {
        name: "buys".into(),
        files: Vec::new(),
        role: Role::Events {
            time: "day".into(),
            customer: "customer".into(),
        },
        decimals: Vec::new(),
        lookups: Vec::new(),
        columns: Vec::new(),
        rules: Vec::new(),
        unique: Vec::new(),
        clock: Clock::None,
    }
}

/// Hands over a memo of [`plan`] and some facts, with four rows in its target.
pub(super) fn stated<T>(facts: &Facts, memo: &Memo, take: &dyn Fn(&Stated) -> T) -> T {
    stated_as(&plan(), facts, memo, take)
}

/// As [`stated`], of another plan.
pub(super) fn stated_as<T>(plan: &Plan, facts: &Facts, memo: &Memo, take: &dyn Fn(&Stated) -> T) -> T {
    let words = Words::new(&plan.locale).expect("CLDR knows the locale");
    let intake = [Intake {
        source: "buys".into(),
        rows_target: 4,
        ..Intake::default()
    }];
    take(&Stated {
        plan,
        spec: None,
        intake: &intake,
        facts,
        memo,
        words: &words,
    })
}
