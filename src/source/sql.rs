//! Requests as SQL: what another engine would be asked for the same figures.
//!
//! The dialect is DuckDB's, which reads the same files, so that an auditor can hold figures against an engine that is not
//! ours. Integers of decimal columns are summed exactly there too. It must not know what a figure is used for.

use crate::model::calendar::Calendar;
use crate::model::plan::Clock;
use crate::model::plan::Role;
use crate::model::plan::Source;
use crate::model::request::Key;
use crate::model::request::Request;
use crate::model::written::aggregate;
use crate::model::written::expr;
use crate::model::written::name;
use crate::model::written::text;

/// The column that holds a row's day, beside those of the source.
const DAY: &str = "bellwether_day";

/// Returns a request as one SQL statement, to be run in the spec's folder. `category` is the tracked column.
pub fn sql(source: &Source, request: &Request, category: &str) -> String {
    let mut keys: Vec<(String, &str)> = Vec::new();
    for key in &request.keys {
        keys.push(match key {
            Key::Period => ("periods.period".to_owned(), "period"),
            Key::Day => (DAY.to_owned(), "day"),
            Key::Clock => {
                let time = name(time(source));
                (format!("(isodow({time}) - 1) * 24 + hour({time})"), "hour_of_week")
            }
            Key::Category => (name(category), "category"),
            Key::Customer => (name(customer(source)), "customer"),
        });
    }
    let mut columns: Vec<String> = keys.iter().map(|(of, label)| format!("{of} as {label}")).collect();
    columns.extend(
        request
            .aggregates
            .iter()
            .zip(1..)
            .map(|(it, n)| format!("{} as value_{n}", aggregate(it))),
    );
    let mut conditions: Vec<String> = Vec::new();
    if request.keys.contains(&Key::Category) {
        conditions.push(format!("{} is not null", name(category)));
    }
    if request.keys.contains(&Key::Customer) {
        conditions.push(format!("{} is not null", name(customer(source))));
    }
    if !request.categories.is_empty() {
        let list: Vec<String> = request.categories.iter().map(|it| text(it)).collect();
        conditions.push(format!("{} in ({})", name(category), list.join(", ")));
    }
    let from = if request.periods.is_empty() {
        "from used".to_owned()
    } else {
        let rows: Vec<String> = request
            .periods
            .iter()
            .map(|it| {
                format!(
                    "    ({}, date '{}', date '{}')",
                    text(&Calendar::Civil.name(it)),
                    it.from,
                    it.until
                )
            })
            .collect();
        format!(
            "from used\njoin (values\n{}\n) as periods(period, first, after) on {DAY} >= first and {DAY} < after",
            rows.join(",\n")
        )
    };
    let mut statement = format!("{}\nselect\n    {}\n{from}", used(source), columns.join(",\n    "));
    if !conditions.is_empty() {
        statement.push_str(&format!("\nwhere {}", conditions.join(" and ")));
    }
    if !keys.is_empty() {
        let numbers: Vec<String> = (1..=keys.len()).map(|it| it.to_string()).collect();
        statement.push_str(&format!("\ngroup by {0}\norder by {0}", numbers.join(", ")));
    }
    statement + ";\n"
}

/// The rows of a source that its rules leave: files, tables that are looked up, computed columns, rules.
fn used(source: &Source) -> String {
    let mut steps = Steps::new(files(source));
    let typed = typed(source);
    if !typed.is_empty() {
        steps.add("typed", |last| {
            format!("select * replace ({}) from {last}", typed.join(", "))
        });
    }
    for lookup in &source.lookups {
        let brings: Vec<String> = lookup.brings.iter().map(|it| format!("its.{}", name(it))).collect();
        steps.add("found", |last| {
            format!(
                "select own.*, {} from {last} as own left join (select *{} from {}) as its on its.{} = own.{}",
                brings.join(", "),
                columns(&lookup.table),
                files(&lookup.table),
                name(&lookup.key),
                name(&lookup.column)
            )
        });
    }
    for (column, of) in &source.columns {
        steps.add("computed", |last| {
            format!("select *, {} as {} from {last}", expr(of), name(column))
        });
    }
    steps.add("dated", |last| {
        format!("select *, {} as {DAY} from {last}", day(source))
    });
    for rule in &source.rules {
        let written = on_one_line(&rule.written);
        steps.add("ruled", |last| {
            format!("select * from {last} where {} -- {written}", expr(&rule.keeps))
        });
    }
    let last = steps.last;
    format!("{}, used as (\n    select * from {last}\n)", steps.text)
}

/// A query in steps, each from the one before.
struct Steps {
    text: String,
    last: String,
    n: usize,
}

impl Steps {
    fn new(files: String) -> Self {
        Self {
            text: format!("with read as (\n    select * from {files}\n)"),
            last: "read".to_owned(),
            n: 0,
        }
    }

    fn add(&mut self, kind: &str, body: impl FnOnce(&str) -> String) {
        self.n += 1;
        let name = format!("{kind}_{}", self.n);
        self.text
            .push_str(&format!(", {name} as (\n    {}\n)", body(&self.last)));
        self.last = name;
    }
}

/// A comment ends with its line.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

fn columns(source: &Source) -> String {
    source
        .columns
        .iter()
        .map(|(column, of)| format!(", {} as {}", expr(of), name(column)))
        .collect()
}

fn files(source: &Source) -> String {
    let list: Vec<String> = source.files.iter().map(|it| text(it)).collect();
    let is_text = source
        .files
        .iter()
        .any(|it| it.ends_with(".csv") || it.ends_with(".csv.gz"));
    let reader = if is_text { "read_csv" } else { "read_parquet" };
    format!("{reader}([{}], union_by_name = true)", list.join(", "))
}

/// Columns that are summed exactly.
fn typed(source: &Source) -> Vec<String> {
    let decimals = source.decimals.iter();
    decimals
        .map(|(column, places)| format!("cast({0} as decimal(18, {places})) as {0}", name(column)))
        .collect()
}

fn time(source: &Source) -> &str {
    match &source.role {
        Role::Events { time, .. } => time,
        Role::Customers { key } | Role::Things { key } => key,
    }
}

fn customer(source: &Source) -> &str {
    match &source.role {
        Role::Events { customer, .. } => customer,
        Role::Customers { key } | Role::Things { key } => key,
    }
}

fn day(source: &Source) -> String {
    let time = name(time(source));
    match (&source.role, &source.clock) {
        (Role::Events { .. }, Clock::In(zone)) => {
            format!("cast(timezone({}, timezone('UTC', {time})) as date)", text(zone))
        }
        (Role::Events { .. }, _) => format!("cast({time} as date)"),
        _ => "cast(null as date)".to_owned(),
    }
}
