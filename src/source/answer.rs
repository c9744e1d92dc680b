//! Answers from tables: groups and running values as plain columns, in the order of the request.

use super::compile;
use super::compile::Columns;
use super::group;
use super::group::Asked;
use super::partial::used;
use super::read::Rows;
use super::table::NULL;
use super::table::Parts;
use super::table::Table;
use crate::model::expr::Reduce;
use crate::model::labels::Labels;
use crate::model::labels::by_size;
use crate::model::plan::Role;
use crate::model::plan::Source;
use crate::model::request::Answer;
use crate::model::request::Key;
use crate::model::request::Request;
use crate::model::request::Whole;
use crate::model::world::Skim;
use jiff::civil::Date;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::IntoLazy;
use std::sync::Arc;

/// Customers with the raw values of some columns.
pub struct Customers {
    /// Ids as text, numbers by size, else by bytes; each once (the first row of a repeated key counts).
    pub ids: Labels,
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

/// Lays out the tables of a request's groups.
pub fn answer(request: &Request, asked: &Asked, tables: &[Option<Table>], columns: &Columns) -> Answer {
    let of = |group: usize| tables[group].as_ref().expect("a table stays until its last request");
    let main = of(asked.groups[0]);
    let has = |key: Key| request.keys.contains(&key);
    let parts = || main.keys.iter().map(|key| Parts::unpack(*key));
    let period_of: Vec<u32> = main.periods.iter().map(|it| place(&request.periods, it)).collect();
    let mut answer = Answer::default();
    if has(Key::Period) {
        answer.period = parts().map(|it| period_of[it.time as usize]).collect();
    }
    if has(Key::Day) {
        answer.day = parts().map(|it| it.day()).collect();
    }
    if has(Key::Clock) {
        answer.clock = parts().map(|it| it.clock).collect();
    }
    if has(Key::Category) {
        (answer.categories, answer.category) = used(&main.categories, parts().map(|it| it.category));
    }
    if has(Key::Customer) {
        (answer.customers, answer.customer) = used(&main.customers, parts().map(|it| it.customer));
    }
    let mut plain = main.columns.iter();
    let mut counted = asked.groups[1..].iter();
    for aggregate in &request.aggregates {
        answer.decimals.push(compile::decimals(aggregate, columns));
        let values = if group::is_counted(aggregate.reduce) {
            let table = of(*counted.next().expect("one group a counted aggregate"));
            by_group(main, table, (aggregate.reduce == Reduce::CountDistinct).then_some(0))
        } else {
            let column = plain.next().expect("one column a plain aggregate");
            column.iter().map(|x| (*x != NULL).then_some(*x)).collect()
        };
        answer.values.push(values);
    }
    // SQL: without keys there is one group, also where there are no rows.
    if request.keys.is_empty() && main.keys.is_empty() {
        for (column, aggregate) in answer.values.iter_mut().zip(&request.aggregates) {
            column.push(matches!(aggregate.reduce, Reduce::Count | Reduce::CountDistinct).then_some(0));
        }
    }
    answer
}

fn place<T: Ord>(all: &[T], one: &T) -> u32 {
    let place = all.binary_search(one).ok().and_then(|it| u32::try_from(it).ok());
    place.expect("a table holds only periods that were asked for")
}

/// Returns what was counted for each group of the main table; both stand in the order of their keys.
fn by_group(main: &Table, counted: &Table, of_nothing: Option<i64>) -> Whole {
    // Labels of the two tables may differ where a filter left some out: groups are told by what they stand for.
    let sides = |labels: fn(&Table) -> &Arc<Labels>| {
        let (a, b) = (labels(main), labels(counted));
        (!Arc::ptr_eq(a, b)).then(|| a.union(b)).map(|it| (it.left, it.right))
    };
    let (categories, customers) = (sides(|it| &it.categories), sides(|it| &it.customers));
    let left = |sides: &Option<(Vec<u32>, Vec<u32>)>, place: u32| at(sides.as_ref().map(|it| &it.0), place);
    let right = |sides: &Option<(Vec<u32>, Vec<u32>)>, place: u32| at(sides.as_ref().map(|it| &it.1), place);
    let group = |table: &Table, key: u128| {
        let parts = Parts::unpack(key);
        let period = table.periods.get(parts.time as usize);
        let time = period.map_or(i64::from(parts.time), |it| i64::from(super::days_of(it.from)));
        (time, parts)
    };
    let mut values = Whole::default();
    let mut next = 0;
    for key in &main.keys {
        let (time, parts) = group(main, *key);
        let wanted = (
            time,
            parts.clock,
            left(&categories, parts.category),
            left(&customers, parts.customer),
        );
        let found = counted.keys.get(next).is_some_and(|key| {
            let (time, parts) = group(counted, *key);
            let (category, customer) = (right(&categories, parts.category), right(&customers, parts.customer));
            (time, parts.clock, category, customer) == wanted
        });
        let value = counted
            .columns
            .first()
            .and_then(|it| it.get(next))
            .copied()
            .filter(|_| found);
        values.push(value.or(of_nothing));
        next += usize::from(found);
    }
    values
}

fn at(map: Option<&Vec<u32>>, place: u32) -> u32 {
    map.and_then(|it| it.get(place as usize)).copied().unwrap_or(place)
}

/// Lays out customers with some of their columns as text.
pub fn customers(source: &Source, rows: &Rows<pl::DataFrame>, columns: &[&str]) -> pl::PolarsResult<Customers> {
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
        ids: Labels::Texts(order.iter().map(|&row_idx| id(row_idx).to_owned()).collect()),
        values: columns
            .iter()
            .map(|column| order.iter().map(|&row_idx| column[row_idx].clone()).collect())
            .collect(),
        n_unusable: (keys.len() - order.len()) as u64,
    })
}

/// Lists the labels of a customers source.
pub fn skim(rows: Rows<pl::DataFrame>, columns: &[String]) -> pl::PolarsResult<Skim> {
    let distinct = |name: &str| {
        let only = pl::col(name).drop_nulls().unique().sort(pl::SortOptions::default());
        rows.frame.clone().lazy().select([only]).collect()
    };
    let mut skim = Skim::default();
    for name in columns {
        let texts = distinct(name)?.column(name)?.cast(&DataType::String)?;
        let mut labels: Vec<String> = texts.str()?.iter().flatten().map(str::to_owned).collect();
        labels.sort_unstable();
        skim.labels.push(labels);
    }
    skim.intake = rows.intake;
    Ok(skim)
}
