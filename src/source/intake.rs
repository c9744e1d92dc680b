//! What came in from an events source, counted against the plan's periods by requests like any other.

use super::days_of;
use super::read::UNIQUE;
use crate::model::expr::Aggregate;
use crate::model::expr::Expr;
use crate::model::expr::Literal;
use crate::model::expr::Reduce;
use crate::model::labels::Labels;
use crate::model::panel::Intake;
use crate::model::plan::Plan;
use crate::model::plan::Role;
use crate::model::request::Answer;
use crate::model::request::Key;
use crate::model::request::Request;

/// What a request counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Rows, and rows without category and customer, by day.
    Days,
    /// Rows by customer.
    Customers,
    /// Distinct values of what is unique together.
    Unique,
}

/// Asks for nothing of a source, over all time.
pub fn request(source: usize) -> Request {
    Request {
        source,
        keys: Vec::new(),
        periods: Vec::new(),
        categories: Vec::new(),
        aggregates: Vec::new(),
    }
}

/// Lists the requests that count what came in; `holds` says whether a source has a column.
pub fn requests(plan: &Plan, holds: impl Fn(usize, &str) -> bool) -> Vec<(Count, Request)> {
    let mut requests = Vec::new();
    for (source_idx, source) in plan.sources.iter().enumerate() {
        let Role::Events { customer, .. } = &source.role else {
            continue;
        };
        let missing = |name: &str| {
            let of = Box::new(Expr::Column(name.to_owned()));
            let never = Expr::Literal(Literal::Bool(false));
            let is_there = !name.is_empty() && holds(source_idx, name);
            count(Some(if is_there {
                Expr::IsNull { of, negated: false }
            } else {
                never
            }))
        };
        let aggregates = vec![count(None), missing(&plan.categories.column), missing(customer)];
        requests.push((
            Count::Days,
            Request {
                keys: vec![Key::Day],
                aggregates,
                ..request(source_idx)
            },
        ));
        if !customer.is_empty() {
            let aggregates = vec![count(None)];
            requests.push((
                Count::Customers,
                Request {
                    keys: vec![Key::Customer],
                    aggregates,
                    ..request(source_idx)
                },
            ));
        }
        if holds(source_idx, UNIQUE) {
            let of = Some(Expr::Column(UNIQUE.to_owned()));
            let aggregates = vec![Aggregate {
                reduce: Reduce::CountDistinct,
                of,
                filter: None,
            }];
            requests.push((
                Count::Unique,
                Request {
                    aggregates,
                    ..request(source_idx)
                },
            ));
        }
    }
    requests
}

/// Returns how many rows of a source were counted, day by day.
pub fn rows(counts: &[(Count, Request)], counted: &[Answer], source_idx: usize) -> u64 {
    let is_of_days =
        |((what, request), _): &(&(Count, Request), &Answer)| *what == Count::Days && request.source == source_idx;
    let answers = counts.iter().zip(counted).filter(is_of_days);
    let all = answers.flat_map(|(_, answer)| answer.values[0].iter().flatten());
    u64::try_from(all.sum::<i64>()).expect("a count is not negative")
}

fn count(filter: Option<Expr>) -> Aggregate {
    Aggregate {
        reduce: Reduce::Count,
        of: None,
        filter,
    }
}

/// Enters what a request counted.
pub fn enter(intake: &mut Intake, what: Count, answer: &Answer, plan: &Plan, known: Option<&Labels>) {
    let value = |column: usize, row_idx: usize| {
        let n = answer.values[column].get(row_idx).unwrap_or(0);
        u64::try_from(n).expect("a count is not negative")
    };
    match what {
        Count::Days => {
            let target = plan.periods.target;
            let first = plan.periods.history.first().map_or(target.from, |it| it.from);
            for (row_idx, &day) in answer.day.iter().enumerate() {
                let n = value(0, row_idx);
                if day < days_of(first) {
                    intake.rows_before += n;
                } else if days_of(target.until) <= day {
                    intake.rows_after += n;
                } else if days_of(target.from) <= day {
                    intake.rows_target += n;
                }
                intake.rows_without_category += value(1, row_idx);
                intake.rows_without_customer += value(2, row_idx);
            }
        }
        Count::Customers => {
            intake.customers = answer.customers.len() as u64;
            let is_unknown: Vec<bool> = match known {
                Some(known) => answer.customers.texts().map(|id| known.place(&id).is_none()).collect(),
                None => Vec::new(),
            };
            let unknown = |row_idx: &usize| {
                is_unknown
                    .get(answer.customer[*row_idx] as usize)
                    .copied()
                    .unwrap_or(false)
            };
            intake.rows_without_attributes = (0..answer.customer.len()).filter(unknown).map(|it| value(0, it)).sum();
        }
        Count::Unique => intake.duplicates = Some(intake.rows_used - value(0, 0)),
    }
}
