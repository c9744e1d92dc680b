//! Requests as polars plans, and their results as plain columns.

use super::compile;
use super::days_of;
use super::read::Rows;
use crate::model::diagnostic::Diagnostic;
use crate::model::panel::Intake;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::plan::Source;
use crate::model::request::Answer;
use crate::model::request::Key;
use crate::model::request::Request;
use crate::model::world::Skim;
use jiff::civil::Date;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::IntoColumn;
use polars::prelude::IntoLazy;
use polars::prelude::NamedFrom;
use polars::prelude::lit;

const DAY: &str = "\u{1}day";
const PERIOD: &str = "\u{1}period";
const CATEGORY: &str = "\u{1}category";
const CUSTOMER: &str = "\u{1}customer";

/// Customers with the raw values of some columns.
pub struct Customers {
    /// Ids as text, numbers by size, else by bytes; each once (the first row of a repeated key counts).
    pub ids: Vec<String>,
    /// One list a column, one value a customer.
    pub values: Vec<Vec<Option<String>>>,
    /// Rows whose key is null, or repeats one before.
    pub n_unusable: u64,
}

/// Returns the date that is `days` after 1970-01-01.
pub fn date_of(days: i32) -> Date {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.saturating_add(jiff::Span::new().days(i64::from(days)))
}

/// Answers one request.
pub fn answer(rows: &Rows, plan: &Plan, request: &Request) -> Result<Answer, Diagnostic> {
    let source = &plan.sources[request.source];
    let Role::Events { time, customer } = &source.role else {
        unreachable!("only events are aggregated");
    };
    let (frame, decimals) = grouped(rows, plan, request, time, customer)
        .map_err(|error| Diagnostic::data("cannot-compute", format!("`{}`: {error}", source.name)))?;
    check_magnitudes(&frame, request, &source.name)?;
    answered(&frame, request, decimals)
        .map_err(|error| Diagnostic::data("cannot-compute", format!("`{}`: {error}", source.name)))
}

fn grouped(
    rows: &Rows,
    plan: &Plan,
    request: &Request,
    time: &str,
    customer: &str,
) -> pl::PolarsResult<(pl::DataFrame, Vec<u32>)> {
    // Days are joined to periods by a small calendar: relational, and the same in any engine.
    let mut lazy = rows
        .frame
        .clone()
        .lazy()
        .inner_join(calendar(request)?.lazy(), pl::col(time), pl::col(DAY));
    let mut keys = Vec::new();
    for key in &request.keys {
        let (name, column) = match key {
            Key::Period => (PERIOD, pl::col(PERIOD)),
            Key::Category => (
                CATEGORY,
                pl::col(plan.categories.column.as_str()).cast(DataType::String),
            ),
            Key::Customer => (CUSTOMER, pl::col(customer)),
        };
        keys.push(pl::col(name));
        lazy = lazy
            .filter(column.clone().is_not_null())
            .with_column(column.alias(name));
    }
    if !request.categories.is_empty() {
        let wanted = pl::Series::new("wanted".into(), request.categories.as_slice());
        let column = pl::col(plan.categories.column.as_str()).cast(DataType::String);
        lazy = lazy.filter(column.is_in(lit(wanted).implode(false), false));
    }
    let mut decimals = Vec::new();
    let mut values = Vec::new();
    for (idx, aggregate) in request.aggregates.iter().enumerate() {
        let (expr, places) = compile::aggregate(aggregate, &rows.columns);
        values.push(expr.alias(format!("v{idx}")));
        decimals.push(places);
        if let Some(magnitude) = compile::magnitude(aggregate, &rows.columns) {
            values.push(magnitude.alias(format!("m{idx}")));
        }
    }
    let lazy = if keys.is_empty() {
        lazy.select(values)
    } else {
        lazy.group_by(keys.clone()).agg(values)
    };
    let lazy = if keys.is_empty() {
        lazy
    } else {
        lazy.sort_by_exprs(keys, pl::SortMultipleOptions::default())
    };
    Ok((
        lazy.collect_with_engine(pl::Engine::Streaming)?.unwrap_single(),
        decimals,
    ))
}

/// One row a day of the request's periods, with the index of its period.
fn calendar(request: &Request) -> pl::PolarsResult<pl::DataFrame> {
    let mut days = Vec::new();
    let mut indices = Vec::new();
    for (idx, period) in request.periods.iter().enumerate() {
        for day in days_of(period.from)..days_of(period.until) {
            days.push(day);
            indices.push(u32::try_from(idx).expect("fewer than four billion periods"));
        }
    }
    let n_days = days.len();
    let day = pl::Series::new(DAY.into(), days).cast(&DataType::Date)?;
    let period = pl::Series::new(PERIOD.into(), indices);
    pl::DataFrame::new(n_days, vec![day.into_column(), period.into_column()])
}

/// Refuses a sum that could have wrapped around 64 bits.
fn check_magnitudes(frame: &pl::DataFrame, request: &Request, source: &str) -> Result<(), Diagnostic> {
    // The float sum of magnitudes may be off in its last digits; stay a thousandth below the limit.
    const LIMIT: f64 = i64::MAX as f64 * 0.999;
    for idx in 0..request.aggregates.len() {
        let Ok(column) = frame.column(&format!("m{idx}")) else {
            continue;
        };
        let largest = column
            .as_materialized_series()
            .max::<f64>()
            .ok()
            .flatten()
            .unwrap_or(0.0);
        if largest > LIMIT {
            let message = format!("a sum over `{source}` does not fit into 64 bits: its parts add up to {largest:.1e}");
            return Err(
                Diagnostic::data("sum-overflow", message).hint("declare fewer `decimals`, or divide in the metric")
            );
        }
    }
    Ok(())
}

fn answered(frame: &pl::DataFrame, request: &Request, decimals: Vec<u32>) -> pl::PolarsResult<Answer> {
    let mut answer = Answer {
        decimals,
        ..Answer::default()
    };
    for key in &request.keys {
        match key {
            Key::Period => answer.period = frame.column(PERIOD)?.u32()?.iter().flatten().collect(),
            Key::Category => (answer.category, answer.categories) = coded(frame.column(CATEGORY)?, false)?,
            Key::Customer => (answer.customer, answer.customers) = coded(frame.column(CUSTOMER)?, true)?,
        }
    }
    for idx in 0..request.aggregates.len() {
        answer
            .values
            .push(frame.column(&format!("v{idx}"))?.i64()?.iter().collect());
    }
    Ok(answer)
}

/// Turns a column without nulls into indices and its distinct labels, sorted.
fn coded(column: &pl::Column, numbers_by_size: bool) -> pl::PolarsResult<(Vec<u32>, Vec<String>)> {
    let texts = column.cast(&DataType::String)?;
    let texts: Vec<&str> = texts.str()?.iter().flatten().collect();
    let mut labels: Vec<&str> = texts.clone();
    labels.sort_unstable();
    labels.dedup();
    if numbers_by_size {
        labels.sort_by(|a, b| by_size(a, b));
    }
    let place: std::collections::BTreeMap<&str, u32> =
        labels.iter().zip(0_u32..).map(|(label, idx)| (*label, idx)).collect();
    let codes = texts.iter().map(|text| place[text]).collect();
    Ok((codes, labels.into_iter().map(str::to_owned).collect()))
}

/// Orders ids: whole numbers by size and before all others, the others by bytes.
pub fn by_size(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<i64>(), b.parse::<i64>()) {
        (Ok(x), Ok(y)) => x.cmp(&y).then_with(|| a.cmp(b)),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

/// Reads customers with some of their columns as text.
pub fn customers(source: &Source, rows: &Rows, columns: &[&str]) -> pl::PolarsResult<Customers> {
    let Role::Customers { key } = &source.role else {
        unreachable!("only a customers source has customers");
    };
    let text = |name: &str| -> pl::PolarsResult<Vec<Option<String>>> {
        let column = rows.frame.column(name)?.cast(&DataType::String)?;
        Ok(column.str()?.iter().map(|it| it.map(str::to_owned)).collect())
    };
    let keys = text(key)?;
    let columns = columns
        .iter()
        .map(|name| text(name))
        .collect::<pl::PolarsResult<Vec<_>>>()?;
    let mut order: Vec<usize> = (0..keys.len()).filter(|&row_idx| keys[row_idx].is_some()).collect();
    let id = |row_idx: usize| keys[row_idx].as_deref().expect("rows without a key were left out");
    order.sort_by(|&a, &b| by_size(id(a), id(b)).then(a.cmp(&b)));
    order.dedup_by(|b, a| id(*a) == id(*b));
    Ok(Customers {
        ids: order.iter().map(|&row_idx| id(row_idx).to_owned()).collect(),
        values: columns
            .iter()
            .map(|column| order.iter().map(|&row_idx| column[row_idx].clone()).collect())
            .collect(),
        n_unusable: (keys.len() - order.len()) as u64,
    })
}

/// Lists the days and the labels of a source's rows.
pub fn skim(source: &Source, rows: Rows, columns: &[String]) -> pl::PolarsResult<Skim> {
    let distinct = |name: &str| {
        let only = pl::col(name).drop_nulls().unique().sort(pl::SortOptions::default());
        rows.frame.clone().lazy().select([only]).collect()
    };
    let mut skim = Skim::default();
    if let Role::Events { time, .. } = &source.role {
        let days = distinct(time)?.column(time)?.cast(&DataType::Int32)?;
        skim.days = days.i32()?.iter().flatten().map(date_of).collect();
    }
    for name in columns {
        let texts = distinct(name)?.column(name)?.cast(&DataType::String)?;
        let mut labels: Vec<String> = texts.str()?.iter().flatten().map(str::to_owned).collect();
        labels.sort_unstable();
        skim.labels.push(labels);
    }
    skim.intake = rows.intake;
    Ok(skim)
}

/// Counts what came in against the plan's periods.
pub fn intake(source: &Source, rows: &Rows, plan: &Plan, tables: &[Rows]) -> pl::PolarsResult<Intake> {
    let mut intake = rows.intake.clone();
    let count = |filter: pl::Expr| -> pl::PolarsResult<u64> {
        let counted = rows.frame.clone().lazy().filter(filter).select([pl::len()]).collect()?;
        counted.column("len")?.get(0)?.try_extract()
    };
    if !source.unique.is_empty() {
        let names: Vec<pl::Expr> = source.unique.iter().map(|name| pl::col(name.as_str())).collect();
        let distinct = rows.frame.clone().lazy().group_by(names).agg([]).collect()?.height() as u64;
        intake.duplicates = Some(intake.rows_used - distinct);
    }
    let Role::Events { time, customer } = &source.role else {
        return Ok(intake);
    };
    let day = |date: Date| lit(days_of(date)).cast(DataType::Date);
    let target = plan.periods.target;
    let first = plan.periods.history.first().map_or(target.from, |it| it.from);
    let when = pl::col(time.as_str());
    intake.rows_before = count(when.clone().lt(day(first)))?;
    intake.rows_after = count(when.clone().gt_eq(day(target.until)))?;
    intake.rows_target = count(when.clone().gt_eq(day(target.from)).and(when.lt(day(target.until))))?;
    if rows.columns.contains_key(&plan.categories.column) {
        intake.rows_without_category = count(pl::col(plan.categories.column.as_str()).is_null())?;
    }
    if customer.is_empty() {
        return Ok(intake);
    }
    let who = pl::col(customer.as_str());
    intake.rows_without_customer = count(who.clone().is_null())?;
    let distinct = rows
        .frame
        .clone()
        .lazy()
        .select([who.clone().drop_nulls().n_unique().alias("n")])
        .collect()?;
    intake.customers = distinct.column("n")?.get(0)?.try_extract()?;
    let known = plan.sources.iter().zip(tables).find_map(|(it, table)| match &it.role {
        Role::Customers { key } => Some((key, table)),
        Role::Events { .. } => None,
    });
    if let Some((key, table)) = known {
        let keys = table
            .frame
            .clone()
            .lazy()
            .select([pl::col(key.as_str()).cast(DataType::String).alias(CUSTOMER)]);
        let strangers = rows.frame.clone().lazy().filter(who.clone().is_not_null()).join(
            keys,
            [who.cast(DataType::String)],
            [pl::col(CUSTOMER)],
            pl::JoinArgs::new(pl::JoinType::Anti),
        );
        intake.rows_without_attributes = strangers
            .select([pl::len()])
            .collect()?
            .column("len")?
            .get(0)?
            .try_extract()?;
    }
    Ok(intake)
}
