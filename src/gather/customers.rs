//! The customer table: one row a customer, its features, and the segment that the spec's rules give it.

use super::places;
use crate::model::diagnostic::Diagnostics;
use crate::model::evaluate;
use crate::model::evaluate::Scalar;
use crate::model::panel::Panel;
use crate::model::period::Period;
use crate::model::plan::Plan;
use crate::model::request::Answer;
use crate::model::roster::CustomerTable;
use crate::model::roster::Ingredient;
use crate::model::roster::Leaf;
use crate::model::roster::Population;
use crate::model::roster::REST;
use crate::model::roster::Roster;
use crate::model::roster::SegmentRule;
use crate::source::Tables;
use jiff::civil::date;
use rayon::prelude::*;

/// Makes the tables of all windows from what was asked: the target's first.
pub fn tables(plan: &Plan, tables: &Tables, panel: &Panel) -> Result<Vec<CustomerTable>, Diagnostics> {
    let Some(roster) = &plan.roster else {
        return Ok(Vec::new());
    };
    let columns = columns(plan, roster, tables, panel)?;
    let table = |window: Period| {
        let request = roster.request(plan, window);
        let answer = panel.answer(&request).expect("what a roster asks is answered");
        table(roster, plan, panel, window, answer, &columns)
    };
    Ok(roster.windows(plan).into_iter().map(table).collect())
}

/// Reads the columns of the customers source that the customer record holds.
pub fn record_columns(plan: &Plan, tables: &Tables, panel: &Panel) -> Result<Vec<Vec<Option<String>>>, Diagnostics> {
    let names: Vec<&str> = plan.roster.iter().flat_map(|it| it.record.names()).collect();
    texts(plan, tables, panel, &names)
}

/// Reads columns of the customers source as text: one list a column, one entry a customer.
fn texts(plan: &Plan, tables: &Tables, panel: &Panel, names: &[&str]) -> Result<Vec<Vec<Option<String>>>, Diagnostics> {
    let Some(source) = plan.customers_source().filter(|_| !names.is_empty()) else {
        return Ok(Vec::new());
    };
    let known = tables.customers(plan, source, names)?;
    let union = panel.attributes.customers.union(&known.ids);
    let column = |values: Vec<Option<String>>| -> Vec<Option<String>> {
        let mut of_all = vec![None; union.labels.len()];
        for (at, value) in union.right.iter().zip(values) {
            of_all[*at as usize] = value;
        }
        union.left.iter().map(|at| of_all[*at as usize].take()).collect()
    };
    Ok(known.values.into_iter().map(column).collect())
}

/// Reads the numbers of the customers source that features name: one list a column, one entry a customer.
fn columns(plan: &Plan, roster: &Roster, tables: &Tables, panel: &Panel) -> Result<Vec<Vec<Option<f64>>>, Diagnostics> {
    let number = |text: Option<String>| text.and_then(|it| it.parse::<f64>().ok()).filter(|it| it.is_finite());
    let columns = texts(plan, tables, panel, &roster.feature_columns())?;
    Ok(columns
        .into_iter()
        .map(|it| it.into_iter().map(number).collect())
        .collect())
}

fn table(
    roster: &Roster,
    plan: &Plan,
    panel: &Panel,
    window: Period,
    answer: &Answer,
    columns: &[Vec<Option<f64>>],
) -> CustomerTable {
    let n_customers = panel.attributes.customers.len();
    let mut row_of: Vec<Option<u32>> = vec![None; n_customers];
    let place = places(&panel.attributes, answer);
    for (row, customer) in (0..).zip(&answer.customer) {
        row_of[place[*customer as usize] as usize] = Some(row);
    }
    let customer: Vec<u32> = (0..)
        .zip(&row_of)
        .filter(|(_, row)| row.is_some() || roster.population == Population::Everyone)
        .map(|(customer, _)| customer)
        .collect();
    let end = (window.until - date(1970, 1, 1)).get_days();
    // First and last day, then the aggregates: see `Roster::request`.
    let mut next = 2;
    let mut next_column = 0;
    let figures: Vec<Vec<Option<f64>>> = roster
        .ingredients
        .iter()
        .map(|it| {
            let row = |customer: &u32| row_of[*customer as usize].map(|row| row as usize);
            let since = |column: usize| -> Vec<Option<f64>> {
                let day = |customer| answer.values[column].get(row(customer)?);
                // A count of days is far below 2^53: the cast is exact.
                let days = |customer| Some((i64::from(end) - day(customer)?) as f64);
                customer.iter().map(days).collect()
            };
            match it {
                Ingredient::SinceFirst => since(0),
                Ingredient::SinceLast => since(1),
                Ingredient::Aggregate { missing_is_zero, .. } => {
                    next += 1;
                    let missing = missing_is_zero.then_some(0.0);
                    let amount = |customer| answer.amount(next - 1, row(customer)?);
                    customer.iter().map(|it| amount(it).or(missing)).collect()
                }
                Ingredient::Column(_) => {
                    next_column += 1;
                    let column = &columns[next_column - 1];
                    customer.iter().map(|it| column[*it as usize]).collect()
                }
            }
        })
        .collect();
    let features: Vec<Vec<Option<f64>>> = roster
        .features
        .par_iter()
        .map(|feature| {
            let missing = feature.missing_is_zero.then_some(0.0);
            let value = |row: usize| feature.formula.value(&|at: &usize| figures[*at][row]).or(missing);
            (0..customer.len()).map(value).collect()
        })
        .collect();
    let mut table = CustomerTable {
        window: Some(window),
        customer,
        features,
        segment: Vec::new(),
    };
    table.segment = segments(roster, plan, panel, &table);
    table
}

/// Finds each customer's segment: the first rule of a level that holds, and what is left where none does.
fn segments(roster: &Roster, plan: &Plan, panel: &Panel, table: &CustomerTable) -> Vec<u16> {
    if roster.segments.is_empty() {
        return vec![0; table.n_rows()];
    }
    let leaves = roster.leaves();
    let segment = |row: usize| {
        let look = |name: &str| -> Scalar<'_> {
            if let Some(at) = roster.feature(name) {
                return Scalar::number(table.features[at][row]);
            }
            let dimension = plan.segments.iter().position(|it| it.name == name);
            dimension.map_or(Scalar::Null, |at| {
                let dimension = &panel.attributes.dimensions[at];
                let code = dimension.codes[table.customer[row] as usize];
                Scalar::Text(dimension.levels[usize::from(code)].as_str().into())
            })
        };
        place(&roster.segments, "", &leaves, &look)
    };
    (0..table.n_rows()).into_par_iter().map(segment).collect()
}

fn place<'a>(rules: &'a [SegmentRule], path: &str, leaves: &[Leaf], look: &impl Fn(&str) -> Scalar<'a>) -> u16 {
    let joined = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}/{name}")
        }
    };
    let hit = rules.iter().find(|it| evaluate::holds(&it.condition, look));
    match hit {
        Some(rule) if !rule.segments.is_empty() => place(&rule.segments, &joined(&rule.name), leaves, look),
        hit => {
            let id = joined(hit.map_or(REST, |it| it.name.as_str()));
            let at = leaves
                .iter()
                .position(|it| it.id == id)
                .expect("every rule has its leaf");
            u16::try_from(at).expect("rules are written by hand")
        }
    }
}
