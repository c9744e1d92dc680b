//! What is odd about the table of customers: copies, features that say nothing new, attributes that some did not state.
//!
//! Without a roster it records nothing. It must not know which limits a spec sets.

use crate::analysis::Recorder;
use crate::analysis::Run;
use crate::analysis::relations::attribute::Attribute;
use crate::model::expr::Expr;
use crate::model::facts::Interval;
use crate::model::facts::Value;
use crate::model::plan::Role;
use crate::model::plan::Rule;
use crate::model::plan::Source;
use crate::model::roster::CustomerTable;
use crate::model::roster::Population;
use crate::model::roster::Roster;
use crate::model::unit::Quantity;
use crate::model::unit::Unit;
use crate::stats::column::Column;
use crate::stats::disclosure;
use crate::stats::duplicates;
use crate::stats::duplicates::Duplicates;
use crate::stats::imbalance::RARE_SHARE;
use crate::stats::imbalance::imbalance;
use crate::stats::inflation::inflation;
use crate::stats::order::median_interval;
use crate::stats::sum::exact_sum;
use crate::stats::sum::sorted_quantile;
use crate::words::text;

/// The share of customers that is held out.
pub(super) const HELD_OUT: f64 = 0.2;

/// Records everything.
pub(super) fn record(run: &Run, record: &mut Recorder) {
    let (Some(roster), Some(table)) = (&run.plan.roster, run.panel.customers.first()) else {
        return;
    };
    record_removed(run, record);
    record_nobody(run, record, &run.plan.sources[roster.source]);
    let n = table.n_rows() as f64;
    record.number(
        "quality/roster/all".into(),
        Some(n),
        Unit::default(),
        "customers of the roster",
    );
    let attributes: Vec<Attribute> = (0..run.panel.attributes.dimensions.len())
        .map(|it| Attribute::new(run, table, it))
        .collect();
    record_copies(record, table, &attributes, &with_rows(run, roster, table));
    record_features(record, roster, table, run.least());
    for (at, attribute) in attributes.iter().enumerate() {
        record_attribute(run, record, roster, table, at, attribute);
    }
}

/// Records the share of a source's rows that each rule removes.
fn record_removed(run: &Run, record: &mut Recorder) {
    for intake in &run.panel.intake {
        for (place, removed) in (1..).zip(&intake.removed) {
            let id = format!("quality/{}/rule/{place}/share", text::slug(&intake.source));
            // Counts of rows are far below 2^53: the casts are exact.
            let x = (0 < intake.rows_read).then(|| *removed as f64 / intake.rows_read as f64);
            let unit = Unit::total(Quantity::Share);
            record.number(id, x, unit, "rows removed by the rule over rows in the source’s files");
        }
    }
}

/// Records what becomes of rows without a customer.
fn record_nobody(run: &Run, record: &mut Recorder, source: &Source) {
    let Role::Events { customer, .. } = &source.role else {
        unreachable!("a roster adds up rows of events");
    };
    let Some(intake) = run.panel.intake.iter().find(|it| it.source == source.name) else {
        return;
    };
    let share = (0 < intake.rows_used).then(|| intake.rows_without_customer as f64 / intake.rows_used as f64);
    record.number(
        "quality/roster/nobody/share".into(),
        share,
        Unit::total(Quantity::Share),
        "rows left without a customer over rows left",
    );
    let dropping = source.rules.iter().position(|it| drops_nobody(it, customer));
    let computed = source.columns.iter().find(|it| it.0 == *customer);
    let are = match (intake.rows_without_customer, dropping, computed) {
        (1.., _, _) => "kept",
        (0, Some(rule), _) => {
            record.text(
                "quality/roster/nobody/rule".into(),
                (rule + 1).to_string(),
                "the rule that removes rows without a customer",
            );
            "dropped"
        }
        (0, None, Some((_, of))) if fills_in(of) => "named",
        (0, None, _) => "none",
    };
    let method = "kept: count in sums; dropped: by a rule; named: by a computed column; none: there are none";
    record.text("quality/roster/nobody".into(), are, method);
}

/// True where a rule takes away rows whose customer is null.
fn drops_nobody(rule: &Rule, customer: &str) -> bool {
    let is_kept_by = rule.written.starts_with("keep") && rule.keeps.columns().iter().any(|it| it == customer);
    is_kept_by || asks_whether_null(&rule.keeps, customer)
}

fn asks_whether_null(expr: &Expr, column: &str) -> bool {
    if let Expr::IsNull { of, .. } = expr {
        return matches!(&**of, Expr::Column(name) if name == column);
    }
    let mut asks = false;
    expr.with_parts(|part| {
        asks |= asks_whether_null(part, column);
        part.clone()
    });
    asks
}

/// True where an expression has something to say of a null.
fn fills_in(expr: &Expr) -> bool {
    if matches!(expr, Expr::Coalesce(_) | Expr::Case { .. }) {
        return true;
    }
    let mut fills = false;
    expr.with_parts(|part| {
        fills |= fills_in(part);
        part.clone()
    });
    fills
}

/// The rows of the table whose customers have events in its window.
///
/// Whoever has none has nothing by which to differ: thousands of them are no copies of each other.
fn with_rows(run: &Run, roster: &Roster, table: &CustomerTable) -> Vec<usize> {
    let all = 0..table.n_rows();
    let answer = table
        .window
        .and_then(|window| run.panel.answer(&roster.request(run.plan, window)));
    let Some(answer) = answer.filter(|_| roster.population == Population::Everyone) else {
        return all.collect();
    };
    let attributes = &run.panel.attributes;
    let mut is_met = vec![false; attributes.customers.len()];
    let place = attributes.customers.union(&answer.customers).right;
    for customer in &answer.customer {
        is_met[place[*customer as usize] as usize] = true;
    }
    all.filter(|row| is_met[table.customer[*row] as usize]).collect()
}

fn record_copies(record: &mut Recorder, table: &CustomerTable, attributes: &[Attribute], rows: &[usize]) {
    record.number(
        "quality/roster/with_rows".into(),
        Some(rows.len() as f64),
        Unit::default(),
        "customers with rows in the window: only they can be copies of each other",
    );
    let features: Vec<Vec<Option<f64>>> = table
        .features
        .iter()
        .map(|it| rows.iter().map(|row| it[*row]).collect())
        .collect();
    let codes: Vec<Vec<u16>> = attributes
        .iter()
        .map(|it| rows.iter().map(|row| it.codes[*row]).collect())
        .collect();
    let columns: Vec<Column> = features
        .iter()
        .map(|it| Column::Number(it))
        .chain(codes.iter().map(|it| Column::Category(it)))
        .collect();
    let kinds = [
        (
            "duplicates",
            duplicates::exact_duplicates(&columns),
            "all features and attributes equal, ids set aside",
        ),
        (
            "near_duplicates",
            duplicates::near_duplicates(&columns),
            "all attributes equal, and all features to three significant digits",
        ),
    ];
    for (name, found, method) in &kinds {
        let Some(found) = found else { continue };
        let mut count = |what: &str, n: usize| {
            let id = format!("quality/roster/{name}/{what}");
            record.number(id, Some(n as f64), Unit::default(), method);
        };
        count("distinct", found.n_distinct);
        count("repeating", found.n_repeating);
        count("with_twin", found.n_with_twin);
        let unit = Unit::total(Quantity::Share);
        record.number(
            format!("quality/roster/{name}/share"),
            Some(found.share),
            unit,
            "share of customers with rows that repeat another",
        );
    }
    let leakage = kinds[0].1.as_ref().map(|it: &Duplicates| it.leakage(HELD_OUT));
    record.number(
        "quality/roster/leakage".into(),
        leakage,
        Unit::total(Quantity::Share),
        "share of a random fifth held out that has an exact twin among the rest, expected",
    );
}

fn record_features(record: &mut Recorder, roster: &Roster, table: &CustomerTable, least: u64) {
    let is_constant = |values: &&Vec<Option<f64>>| {
        let mut known = values.iter().flatten();
        let first = known.next();
        known.all(|x| Some(x) == first)
    };
    let constant = roster
        .features
        .iter()
        .zip(&table.features)
        .filter(|(_, values)| is_constant(values))
        .map(|(feature, _)| feature.name.clone());
    record.list(
        "quality/roster/constant".into(),
        constant.collect(),
        "features that are one value for all who have one",
    );
    let columns: Vec<&[Option<f64>]> = table.features.iter().map(Vec::as_slice).collect();
    let Some(found) = inflation(&columns).filter(|it| least <= it.n_rows as u64) else {
        return;
    };
    let n = Some(found.n_rows as u64);
    let number = |record: &mut Recorder, id: String, x: Option<f64>, method: &str| {
        record.fact(id, Value::Number(x), Unit::default(), None, n, method);
    };
    for (feature, factor) in roster.features.iter().zip(&found.factors) {
        let id = format!("quality/roster/inflation/{}", feature.name);
        let method = "variance inflation; not defined where the others tell it wholly, or it is constant";
        number(record, id, *factor, method);
    }
    let method = "condition of the design with an intercept, columns scaled to length one (Belsley, Kuh & Welsch 1980)";
    number(
        record,
        "quality/roster/condition".into(),
        found.condition.number,
        method,
    );
    let label = |at: usize| text::lowered(&roster.features[at].label);
    let pairs = found
        .condition
        .pairs
        .iter()
        .map(|[a, b]| format!("{} and {}", label(*a), label(*b)));
    record.list(
        "quality/roster/condition/pairs".into(),
        pairs.collect(),
        "features that both have half of their coefficient’s variance in the smallest singular value",
    );
}

/// The feature by which those without an attribute are held against the others.
pub(super) fn measure(roster: &Roster) -> Option<usize> {
    roster
        .worth
        .or_else(|| roster.features.iter().position(|it| it.adds_up))
}

fn record_attribute(
    run: &Run,
    record: &mut Recorder,
    roster: &Roster,
    table: &CustomerTable,
    at: usize,
    attribute: &Attribute,
) {
    let dimension = &run.panel.attributes.dimensions[at];
    let id = format!("quality/roster/attributes/{}", text::slug(&dimension.name));
    let (stated, silent): (Vec<usize>, Vec<usize>) = (0..table.n_rows()).partition(|row| attribute.is_stated(*row));
    let n = silent.len() as u64;
    let is_kept = disclosure::is_few(&[n, stated.len() as u64], run.plan.min_cell);
    let method = "customers of the roster who did not state it";
    record.count_unless(is_kept, format!("{id}/missing"), n, method);
    let share = (0 < table.n_rows()).then(|| silent.len() as f64 / table.n_rows() as f64);
    let unit = Unit::total(Quantity::Share);
    let share = share.filter(|_| !is_kept);
    record.number(
        format!("{id}/missing_share"),
        share,
        unit.clone(),
        "share of customers who did not state it",
    );
    let codes: Vec<u16> = stated.iter().map(|row| attribute.codes[*row]).collect();
    if let Some(found) = imbalance(&codes, RARE_SHARE) {
        let named = |codes: &[u16]| -> Vec<String> {
            codes
                .iter()
                .map(|it| dimension.levels[usize::from(*it)].clone())
                .collect()
        };
        record.list(
            format!("{id}/rare"),
            named(&found.rare),
            "levels below a twentieth of those who stated it, the smallest first",
        );
        record.list(
            format!("{id}/merged"),
            named(&found.merged),
            "levels to make one of, so that none is below a twentieth",
        );
        let x = found.n_merged_rows as f64 / found.n_rows as f64;
        record.number(
            format!("{id}/merged_share"),
            Some(x),
            unit,
            "share that the merged levels have together",
        );
    }
    let Some(measure) = measure(roster).filter(|_| !silent.is_empty()) else {
        return;
    };
    record_silent(record, roster, table, &id, [&stated, &silent], (measure, run.least()));
}

/// Records what those are worth who did not state an attribute, and those who did.
fn record_silent(
    record: &mut Recorder,
    roster: &Roster,
    table: &CustomerTable,
    id: &str,
    sides: [&Vec<usize>; 2],
    (measure, least): (usize, u64),
) {
    let feature = &roster.features[measure];
    let known = sides.map(|rows| {
        let mut values: Vec<f64> = rows.iter().filter_map(|row| table.features[measure][*row]).collect();
        values.sort_by(f64::total_cmp);
        values
    });
    // What a handful spends is theirs, and says nothing of who is silent.
    if known.iter().any(|it| (it.len() as u64) < least) {
        return;
    }
    for (name, values) in ["stated", "silent"].iter().zip(&known) {
        let ends = median_interval(values).map(|[low, high]| Interval {
            level_pct: 95,
            low,
            high,
        });
        record.fact(
            format!("{id}/{name}"),
            Value::Number(sorted_quantile(values, 0.5)),
            feature.unit.clone(),
            ends,
            Some(values.len() as u64),
            "median over customers; interval by order statistics",
        );
    }
    let medians = known.each_ref().map(|it| sorted_quantile(it, 0.5));
    let change = match medians {
        [Some(stated), Some(silent)] if 0.0 < stated => Some((silent - stated) / stated),
        _ => None,
    };
    record.number(
        format!("{id}/silent_change"),
        change,
        Unit::total(Quantity::Change),
        "median of those who did not state it over that of those who did, less one",
    );
    let [stated, silent] = known.each_ref().map(|it| exact_sum(it));
    let whole = stated + silent;
    let share = (feature.adds_up && 0.0 < whole).then(|| silent / whole);
    record.number(
        format!("{id}/silent_worth"),
        share,
        Unit::total(Quantity::Share),
        "share of all customers’ sum that those have who did not state it",
    );
}
