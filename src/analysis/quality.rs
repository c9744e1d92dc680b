//! Quality: what was read, removed, missing and odd. It always prints.
//!
//! # Why a reader cares
//! Every figure of the memo stands on these rows. A panel that halved overnight looks like a market that did.
//!
//! # Method
//! Counts of rows at every rule, rejects with their reasons, duplicates, missing attributes, periods without rows,
//! attributes that are constant or tell the same as others (generalised variance inflation on one-hot codes), the
//! smallest category. Where the spec has a roster: customers whose features and attributes repeat another's, exactly and
//! to three digits, and what they give away to a random hold-out; features that are constant or tell each other; rare
//! levels of attributes; who did not state an attribute, by what they are worth; what becomes of rows without a
//! customer. `require:` turns a limit into a gate that stops the memo.
//!
//! # In a spec
//! ```yaml
//! - quality: { require: { rejects: 0.01, missing_attributes: 0.5, duplicates: 0.05, removed: 0.3 } }
//! ```

use super::Analysis;
use super::Recorder;
use super::Run;
use super::Scope;
use super::Task;
use super::Tell;
use crate::model::diagnostic::Diagnostic;
use crate::model::diagnostic::Diagnostics;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::field::Form;
use crate::model::memo::Memo;
use crate::model::node::Node;
use crate::model::panel::Intake;
use crate::model::unit::Unit;
use crate::stats::collinearity;
use crate::stats::disclosure;
use crate::words::text;
use gates::Gate;
use std::collections::BTreeMap;

mod customers;
mod gates;
mod telling;
mod telling_customers;

/// What `quality` may say.
const KEYS: &[Field] = &[Field::may(
    "require",
    Form::Map("require", gates::KEYS),
    "Limits; where one is broken, no memo is made.",
)];

/// The registered analysis.
pub struct Quality;

/// Above this a dimension is told almost wholly by the others.
const MOST_INFLATION: f64 = 10.0;

struct Told {
    gates: Vec<Gate>,
}

impl Analysis for Quality {
    fn name(&self) -> &'static str {
        "quality"
    }

    fn summary(&self) -> &'static str {
        "What was read, removed, missing and odd; with `require:` a gate that stops the memo."
    }

    fn form(&self) -> Form {
        Form::Map("quality", KEYS)
    }

    fn check(&self, options: &Node, scope: &Scope, found: &mut Diagnostics) -> Option<Box<dyn Task>> {
        let fields = options.fields("`quality`", KEYS, found)?;
        let gates = match fields.optional("require") {
            Some(node) => gates::read(node, scope, found),
            None => Vec::new(),
        };
        Some(Box::new(Told { gates }))
    }
}

impl Task for Told {
    fn name(&self) -> &'static str {
        Quality.name()
    }

    fn sees_customers(&self) -> bool {
        true
    }

    fn options(&self) -> serde_json::Value {
        let gates: BTreeMap<&str, f64> = self.gates.iter().map(|it| (it.name, it.limit)).collect();
        serde_json::json!({ "quality": { "require": gates } })
    }

    fn run(&self, run: &Run) -> Result<(Facts, Vec<Diagnostic>), Diagnostics> {
        let mut record = Recorder::new("quality");
        let mut warnings: Vec<Diagnostic> = Vec::new();
        for intake in &run.panel.intake {
            record_intake(&mut record, intake);
            for reject in &intake.rejects {
                let (rows, were) = if reject.rows == 1 {
                    ("row", "was")
                } else {
                    ("rows", "were")
                };
                let message = format!(
                    "{} {rows} of `{}` {were} rejected: {}",
                    reject.rows, intake.source, reject.reason
                );
                warnings.push(Diagnostic::warning("rejected-rows", message));
            }
            if intake.rounded > 0 {
                let message = format!(
                    "{} values of `{}` had more decimal places than declared, and were rounded",
                    intake.rounded, intake.source
                );
                warnings.push(Diagnostic::warning("rounded-values", message));
            }
        }
        record_attributes(run, &mut record, &mut warnings);
        record_periods(run, &mut record, &mut warnings);
        customers::record(run, &mut record);
        let found = gates::broken(&self.gates, &record.facts, run);
        if found.has_errors() {
            Err(found)
        } else {
            Ok((record.facts, warnings))
        }
    }

    fn tell(&self, tell: &Tell, memo: &mut Memo) {
        telling::tell(tell, memo);
    }
}

fn record_intake(record: &mut Recorder, intake: &Intake) {
    let id = format!("quality/{}", text::slug(&intake.source));
    let mut count = |name: &str, n: u64, method: &str| {
        // Row counts are far below 2^53: the cast is exact.
        record.number(format!("{id}/{name}"), Some(n as f64), Unit::default(), method);
    };
    count("rows_read", intake.rows_read, "rows in the source’s files");
    count(
        "rejected",
        intake.rejects.iter().map(|it| it.rows).sum(),
        "rows that could not be used",
    );
    for (idx, removed) in intake.removed.iter().enumerate() {
        count(&format!("rule/{}", idx + 1), *removed, "rows removed by the rule");
    }
    count("rows_used", intake.rows_used, "rows left after the rules");
    count(
        "rows_before",
        intake.rows_before,
        "rows left before the first period of history",
    );
    count("rows_target", intake.rows_target, "rows left in the target period");
    count("rows_after", intake.rows_after, "rows left after the target period");
    count("customers", intake.customers, "distinct customers in the rows left");
    count(
        "rows_without_customer",
        intake.rows_without_customer,
        "rows left without a customer",
    );
    count(
        "rows_without_category",
        intake.rows_without_category,
        "rows left without a category",
    );
    count(
        "rows_without_attributes",
        intake.rows_without_attributes,
        "rows left whose customer is not in the customers source",
    );
    count(
        "rounded",
        intake.rounded,
        "values with more decimal places than declared",
    );
    for (table, n) in &intake.unmatched {
        let name = format!("unmatched/{}", text::slug(table));
        count(&name, *n, "rows whose key is not in the table that is looked up");
    }
    if let Some(n) = intake.duplicates {
        count(
            "duplicates",
            n,
            "rows that repeat another in the columns said to be unique",
        );
    }
}

fn record_attributes(run: &Run, record: &mut Recorder, warnings: &mut Vec<Diagnostic>) {
    let dimensions = &run.panel.attributes.dimensions;
    let codes: Vec<&[u16]> = dimensions.iter().map(|it| it.codes.as_slice()).collect();
    let inflation = collinearity::variance_inflation(&codes);
    let mut collinear = Vec::new();
    for (dimension, inflation) in dimensions.iter().zip(inflation) {
        let id = format!("quality/attributes/{}", text::slug(&dimension.name));
        let is_kept = disclosure::is_few(&[dimension.n_missing], run.plan.min_cell);
        let missing = format!("{id}/missing");
        record.count_unless(is_kept, missing, dimension.n_missing, "customers without a value");
        record.number(
            format!("{id}/levels"),
            Some(dimension.levels.len() as f64),
            Unit::default(),
            "distinct levels",
        );
        record.number(
            format!("{id}/inflation"),
            inflation,
            Unit::default(),
            "generalised variance inflation, per degree of freedom",
        );
        let mut segments = run.plan.segments.iter();
        if segments.any(|it| it.name == dimension.name && run.plan.is_of_one(it)) {
            continue;
        }
        if dimension.levels.len() < 2 {
            let message = format!(
                "every customer has the same `{}`: it can explain nothing",
                dimension.name
            );
            warnings.push(Diagnostic::warning("constant-attribute", message));
        } else if inflation.is_none_or(|x| x * x > MOST_INFLATION) {
            collinear.push(format!("`{}`", dimension.name));
        }
    }
    if !collinear.is_empty() {
        let message = format!(
            "{}: the other attributes tell almost all of each, so their parts cannot be told apart",
            collinear.join(", ")
        );
        warnings.push(Diagnostic::warning("collinear-attribute", message));
    }
}

fn record_periods(run: &Run, record: &mut Recorder, warnings: &mut Vec<Diagnostic>) {
    let n = run.panel.periods.len();
    let is_empty = |period: usize| {
        run.panel
            .totals
            .iter()
            .all(|series| series[period].is_none_or(|x| x == 0.0))
    };
    let empty: Vec<String> = (0..n)
        .filter(|&it| is_empty(it))
        .map(|it| run.plan.periods.calendar.name(&run.panel.periods[it]))
        .collect();
    if !empty.is_empty() {
        let message = format!("{} of {n} periods have no rows: {}", empty.len(), empty.join(", "));
        warnings.push(Diagnostic::warning("empty-period", message));
    }
    record.number(
        "quality/periods/empty".into(),
        Some(empty.len() as f64),
        Unit::default(),
        "periods without rows",
    );
    record.number(
        "quality/periods/all".into(),
        Some(n as f64),
        Unit::default(),
        "periods of history and target",
    );
    let incomplete = run
        .plan
        .periods
        .incomplete
        .iter()
        .map(|it| run.plan.periods.calendar.name(it))
        .collect();
    record.list(
        "quality/periods/incomplete".into(),
        incomplete,
        "periods with rows that are not complete, and not used",
    );
    let count = (0..run.plan.measures.len()).find(|&it| {
        let measure = &run.plan.measures[it];
        !measure.across && measure.aggregate.reduce == crate::model::expr::Reduce::CountDistinct
    });
    let Some(measure) = count else { return };
    let smallest = (0..run.slugs.len())
        .filter_map(|category| Some((run.panel.cube[measure][category][n - 1]?, category)))
        .min_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((count, category)) = smallest {
        record.number(
            "quality/smallest/count".into(),
            Some(count),
            Unit::default(),
            "distinct count of the smallest category in the target period",
        );
        record.text(
            "quality/smallest/category".into(),
            &run.panel.categories[category],
            "the smallest category in the target period",
        );
    }
}
