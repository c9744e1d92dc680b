//! Tests of the stage `resolve` on whole specs. What mistakes are told is in `golden/messages/`.

use super::Overrides;
use super::Resolved;
use super::resolve;
use crate::model::calendar::Calendar;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::diagnostic::Spanned;
use crate::model::expr::Expr;
use crate::model::expr::Reduce;
use crate::model::font::NamedBytes;
use crate::model::period::Grain;
use crate::model::plan::Measure;
use crate::model::plan::Plan;
use crate::model::plan::Source;
use crate::model::spec::Spec;
use crate::model::world::ColumnType;
use crate::model::world::Skim;
use crate::model::world::World;
use crate::parse::parse;
use jiff::civil::Date;
use jiff::civil::date;
use std::collections::BTreeMap;

const GROCERY: &str = include_str!("../../specs/grocery.yaml");
const CONSUMPTION: &str = include_str!("../../specs/consumption.yaml");

/// A world with the columns and days of both example specs, and no rows.
struct Examples;

impl World for Examples {
    fn text(&self, file: &Spanned<String>) -> Result<String, Diagnostic> {
        Err(Diagnostic::data(
            "unreadable-file",
            format!("`{}` is not there", file.value),
        ))
    }

    fn fonts(&self, _: &Spanned<String>) -> Result<Vec<NamedBytes>, Diagnostic> {
        Ok(Vec::new())
    }

    fn files(&self, patterns: &[Spanned<String>]) -> Result<Vec<String>, Diagnostics> {
        Ok(patterns.iter().map(|it| it.value.clone()).collect())
    }

    fn columns(&self, files: &[String]) -> Result<Vec<(String, ColumnType)>, Diagnostics> {
        let columns: &[(&str, ColumnType)] = match files.first().map_or("", String::as_str) {
            "data/grocery/transactions.parquet" => &[
                ("household_id", ColumnType::Int),
                ("date", ColumnType::Date),
                ("basket_id", ColumnType::Int),
                ("category", ColumnType::Text),
                ("quantity", ColumnType::Int),
                ("sales_value", ColumnType::Float),
            ],
            "data/grocery/households.parquet" => &[
                ("household_id", ColumnType::Int),
                ("age", ColumnType::Text),
                ("income", ColumnType::Text),
                ("home_ownership", ColumnType::Text),
                ("marital_status", ColumnType::Text),
                ("household_size", ColumnType::Text),
                ("household_comp", ColumnType::Text),
                ("kids_count", ColumnType::Text),
            ],
            "data/consumption/transactions.parquet" => &[
                ("consumer_id", ColumnType::Int),
                ("date", ColumnType::Date),
                ("category", ColumnType::Text),
                ("quantity", ColumnType::Int),
                ("amount_cents", ColumnType::Int),
            ],
            "data/consumption/activity.parquet" => &[("consumer_id", ColumnType::Int), ("month", ColumnType::Date)],
            _ => &[
                ("consumer_id", ColumnType::Int),
                ("age_band", ColumnType::Text),
                ("gender", ColumnType::Text),
                ("income_band", ColumnType::Text),
                ("region", ColumnType::Text),
                ("household_size", ColumnType::Text),
                ("education", ColumnType::Text),
                ("children", ColumnType::Text),
                ("home", ColumnType::Text),
                ("urbanicity", ColumnType::Text),
                ("prime", ColumnType::Text),
            ],
        };
        Ok(columns
            .iter()
            .map(|(name, holds)| ((*name).to_owned(), holds.clone()))
            .collect())
    }

    fn skim(&self, source: &Source, columns: &[String], _: Option<&str>) -> Result<Skim, Diagnostics> {
        let all = |from: Date, until: Date, grain: Grain| -> Vec<Date> {
            let ends = [from, until].map(|day| Calendar::Civil.containing(day, grain).expect("a day"));
            Calendar::Civil
                .through(&ends[0], &ends[1])
                .into_iter()
                .map(|it| it.from)
                .collect()
        };
        let days = match source.files.first().map_or("", String::as_str) {
            "data/grocery/transactions.parquet" => all(date(2017, 1, 1), date(2018, 1, 1), Grain::Day),
            "data/consumption/transactions.parquet" => all(date(2019, 1, 1), date(2026, 10, 31), Grain::Day),
            "data/consumption/activity.parquet" => all(date(2019, 1, 1), date(2026, 10, 1), Grain::Month),
            _ => Vec::new(),
        };
        // Every level that the example specs order.
        let levels = [GROCERY, CONSUMPTION]
            .into_iter()
            .flat_map(|it| it.split("order: [").skip(1))
            .flat_map(|it| it.split(']').next().unwrap_or("").split(", "));
        let labels: Vec<String> = levels.map(str::to_owned).collect();
        let mut skim = Skim {
            days,
            labels: vec![labels; columns.len()],
            ..Skim::default()
        };
        skim.intake.rows_used = 1;
        Ok(skim)
    }
}

/// Parses and resolves, or tells all mistakes.
fn check(text: &str, world: &dyn World, overrides: &Overrides) -> Result<(Spec, Resolved), Diagnostics> {
    const REGISTRY: [&str; 5] = ["headline", "deviation", "drivers", "contribution", "quality"];
    let mut found = Diagnostics::new();
    let Some(spec) = parse(text, &REGISTRY, &BTreeMap::new(), &mut found) else {
        return Err(found);
    };
    let resolved = resolve(&spec, "slug", world, overrides, found);
    if resolved.found.has_errors() {
        Err(resolved.found)
    } else {
        Ok((spec, resolved))
    }
}

fn plan(text: &str) -> Plan {
    let checked = check(text, &Examples, &Overrides::default());
    let (_, resolved) = checked.unwrap_or_else(|wrong| panic!("the spec is good: {wrong:?}"));
    assert_eq!(resolved.found, Diagnostics::new());
    resolved.plan
}

#[test]
fn the_grocery_year_has_51_weeks_before_its_last_complete_one() {
    let plan = plan(GROCERY);
    let periods = &plan.periods;
    assert_eq!(periods.target_name(), "2017-W52");
    assert_eq!(periods.as_of, date(2018, 1, 2));
    assert_eq!(
        (
            periods.history.len(),
            periods.calendar.name(&periods.history[0]).as_str()
        ),
        (51, "2017-W01")
    );
    // 1 January 2017 is a Sunday, and 1 January 2018 a Monday.
    assert_eq!(
        periods
            .incomplete
            .iter()
            .map(|it| periods.calendar.name(it))
            .collect::<Vec<_>>(),
        ["2016-W52", "2018-W01"]
    );
    assert_eq!(plan.title, "Grocery shift: week 52 of 2017");
    assert_eq!(plan.seed, 20_180_101);
    let labels: Vec<&str> = periods.comparisons.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["week 51 of 2017", "the mean of the last 4 weeks"]);
    assert_eq!(
        periods.comparisons[1]
            .periods
            .first()
            .map(|it| periods.calendar.name(it))
            .as_deref(),
        Some("2017-W48")
    );
}

#[test]
fn units_and_measures_of_the_grocery_spec() {
    let plan = plan(GROCERY);
    let units: Vec<String> = plan.metrics.iter().map(|it| it.unit.to_string()).collect();
    assert_eq!(units, ["USD", "household", "household", "visit", "USD/household"]);
    // Spend per active is made of two measures that are there already.
    // The last is what no metric counts: the rows, for an auditor.
    assert_eq!(plan.measures.len(), 5);
    let ratio = &plan.metrics[4];
    assert_eq!(ratio.formula.leaves(), [&0, &2]);
    assert!(ratio.ratio().is_some() && !ratio.across && plan.metrics[2].across);
    assert!(plan.measures.iter().all(|it| it.missing_is_zero));
}

#[test]
fn rows_of_a_source_without_categories_are_counted_across_them() {
    let plan = plan(CONSUMPTION);
    let rows = |it: &&Measure| it.aggregate.reduce == Reduce::Count && it.aggregate.of.is_none();
    let across: Vec<(usize, bool)> = plan
        .measures
        .iter()
        .filter(rows)
        .map(|it| (it.source, it.across))
        .collect();
    assert_eq!(across, [(0, false), (1, true)]);
}

#[test]
fn a_source_stamped_with_months_speaks_for_whole_months() {
    let plan = plan(CONSUMPTION);
    let periods = &plan.periods;
    assert_eq!(periods.target_name(), "2026-10");
    assert_eq!(
        (
            periods.history.len(),
            periods.calendar.name(&periods.history[0]).as_str()
        ),
        (93, "2019-01")
    );
    assert!(periods.incomplete.is_empty());
    assert_eq!(periods.comparisons[1].label, "October 2025");
    assert_eq!(plan.categories.nouns, "sectors");
    // Cents over a hundred are dollars, not a ratio.
    assert!(plan.metrics[0].ratio().is_none());
    assert_eq!(plan.metrics[3].unit.to_string(), "USD/customer");
}

#[test]
fn a_rule_drops_only_rows_that_its_condition_can_judge() {
    let text = GROCERY.replace(
        "    customer: household_id\n",
        "    customer: household_id\n    rules: [{ drop: quantity <= 0, because: gifts }]\n",
    );
    let plan = plan(&text);
    let rule = &plan.sources[0].rules[0];
    assert_eq!(
        (rule.written.as_str(), rule.because.as_str()),
        ("drop quantity <= 0", "gifts")
    );
    assert!(matches!(&rule.keeps, Expr::Not(of) if matches!(of.as_ref(), Expr::Coalesce(_))));
}

#[test]
fn flags_beat_the_file() {
    let overrides = Overrides {
        period: Some("2017-W40".to_owned()),
        typst: Some("embedded".to_owned()),
        as_of: Some("2017-11-01".to_owned()),
        ..Overrides::default()
    };
    let checked = check(GROCERY, &Examples, &overrides);
    let (spec, resolved) = checked.unwrap_or_else(|wrong| panic!("the flags are good: {wrong:?}"));
    assert_eq!(resolved.plan.periods.target_name(), "2017-W40");
    assert_eq!(resolved.plan.periods.as_of, date(2017, 11, 1));
    assert_eq!(super::typst(&spec, &overrides), Ok(crate::model::spec::Typst::Embedded));
}

#[test]
fn a_source_without_a_readable_day_is_told() {
    struct Empty;
    impl World for Empty {
        fn text(&self, file: &Spanned<String>) -> Result<String, Diagnostic> {
            Err(Diagnostic::data(
                "unreadable-file",
                format!("`{}` is not there", file.value),
            ))
        }

        fn fonts(&self, folder: &Spanned<String>) -> Result<Vec<NamedBytes>, Diagnostic> {
            Examples.fonts(folder)
        }

        fn files(&self, patterns: &[Spanned<String>]) -> Result<Vec<String>, Diagnostics> {
            Examples.files(patterns)
        }
        fn columns(&self, files: &[String]) -> Result<Vec<(String, ColumnType)>, Diagnostics> {
            Examples.columns(files)
        }
        fn skim(&self, _: &Source, columns: &[String], _: Option<&str>) -> Result<Skim, Diagnostics> {
            Ok(Skim {
                labels: vec![Vec::new(); columns.len()],
                ..Skim::default()
            })
        }
    }
    let wrong = check(GROCERY, &Empty, &Overrides::default());
    let wrong = wrong.expect_err("there are no rows");
    assert_eq!(
        wrong.0[0].message,
        "none of the 0 rows of source `transactions` can be used"
    );
    assert_eq!(wrong.exit_code(), 3);
}

#[test]
fn a_plan_is_the_same_json_every_time() {
    let text = |it: &Plan| serde_json::to_string(it).unwrap_or_default();
    let json = text(&plan(GROCERY));
    assert_eq!(json, text(&plan(GROCERY)));
    assert!(json.contains("\"target\":\"2017-W52\"") && json.contains("\"as_of\":\"2018-01-02\""));
}

/// A small generator, so that the mutations are the same on every machine (Marsaglia 2003, "Xorshift RNGs").
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap_or(0)
    }
}

#[test]
fn no_mutation_of_a_spec_panics() {
    const PIECES: [&str; 28] = [
        "(", ")", "'", "\"", ":", ": ", "\n", "\n  ", "{", "}", "[", "]", ",", "*", "&a ", "/", "-", "- ", "é", "|\n",
        "0", "9999", "null", " and ", " sum(", "2017-W53", "{{", "\t",
    ];
    let mut random = Xorshift(20_171_231);
    let mut n_resolved = 0;
    for round in 0..3_000 {
        let mut text = if round % 2 == 0 {
            GROCERY.to_owned()
        } else {
            CONSUMPTION.to_owned()
        };
        for _ in 0..=random.below(4) {
            let boundary = |text: &str, at: usize| (0..=at).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0);
            let at = boundary(&text, random.below(text.len()));
            let end = boundary(&text, (at + random.below(6)).min(text.len())).max(at);
            match random.below(3) {
                0 => text.replace_range(at..end, ""),
                1 => text.insert_str(at, PIECES[random.below(PIECES.len())]),
                _ => text.replace_range(at..end, PIECES[random.below(PIECES.len())]),
            }
        }
        match check(&text, &Examples, &Overrides::default()) {
            Ok(_) => n_resolved += 1,
            Err(wrong) => check_told(&wrong, &text),
        }
    }
    assert!(
        n_resolved > 100,
        "most mutations hit comments and labels only in {n_resolved} rounds"
    );
}

/// Every refusal says something, and its places are slices of the text.
fn check_told(wrong: &Diagnostics, text: &str) {
    assert!(wrong.has_errors(), "{text}");
    for it in &wrong.0 {
        assert!(
            it.span.is_none_or(|span| text.get(span.from..span.until).is_some()),
            "{it:?}\n{text}"
        );
    }
}
