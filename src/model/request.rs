//! What is asked of a source, and what it answers: data, never a closure.
//!
//! A request names its grouping set explicitly. A source folds it over rows file by file; the same
//! request can become SQL for another engine, and the answers must be equal.
//!
//! Merge rules: `sum`, `count`, `min`, `max` of partials merge; `count(distinct)` merges as sets of
//! values and `median` as values with their counts. So every total is a grouping set of its own.

use super::expr::Aggregate;
use super::labels::Labels;
use super::period::Period;
use serde::Serialize;
use std::sync::Arc;

/// What rows are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Key {
    /// The request's period that the row falls in; rows outside all are left out.
    Period,
    /// The civil day. Not beside [`Key::Period`].
    Day,
    /// The hour of the week: Monday 0:00 is 0, Sunday 23:00 is 167; of a day without a time of day its first hour.
    Clock,
    /// The category column's value; rows where it is null are left out.
    Category,
    /// The customer; rows where it is null are left out.
    Customer,
}

/// One aggregation: relation, filter, keys, aggregates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Request {
    /// Index of the source in the plan.
    pub source: usize,
    /// The grouping set, in the order of [`Key`]; may be empty.
    pub keys: Vec<Key>,
    /// Periods of interest, ascending, without overlap; rows outside are left out. Empty for all time.
    pub periods: Vec<Period>,
    /// Categories of interest; empty for all.
    pub categories: Vec<String>,
    /// What is computed, in order.
    pub aggregates: Vec<Aggregate>,
}

/// Whole numbers, some of which may be missing, in eight bytes each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whole(Vec<i64>);

/// Stands for a missing number; no sum reaches it, since sums that would are refused.
pub const MISSING: i64 = i64::MIN;

impl Whole {
    /// Returns one number; `None` is SQL null.
    pub fn get(&self, row_idx: usize) -> Option<i64> {
        Some(self.0[row_idx]).filter(|it| *it != MISSING)
    }

    /// Returns all numbers, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<i64>> + '_ {
        self.0.iter().map(|it| Some(*it).filter(|it| *it != MISSING))
    }

    /// Adds a number.
    pub fn push(&mut self, value: Option<i64>) {
        self.0.push(value.unwrap_or(MISSING));
    }
}

impl FromIterator<Option<i64>> for Whole {
    fn from_iter<I: IntoIterator<Item = Option<i64>>>(all: I) -> Self {
        Self(all.into_iter().map(|it| it.unwrap_or(MISSING)).collect())
    }
}

impl Serialize for Whole {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

/// The answer to a [`Request`]: one row a group that has rows, sorted by the keys.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Answer {
    /// Index into the request's periods; empty where the key was not asked for.
    pub period: Vec<u32>,
    /// Days since 1970-01-01; empty where the key was not asked for.
    pub day: Vec<i32>,
    /// Hour of the week; empty where the key was not asked for.
    pub clock: Vec<u8>,
    /// Index into [`Answer::categories`]; empty where the key was not asked for.
    pub category: Vec<u32>,
    /// The labels of all categories met.
    pub categories: Arc<Labels>,
    /// Index into [`Answer::customers`]; empty where the key was not asked for.
    pub customer: Vec<u32>,
    /// The ids of all customers met.
    pub customers: Arc<Labels>,
    /// One column an aggregate, one value a row.
    pub values: Vec<Whole>,
    /// Decimal places of each column: the value is `integer × 10^-decimals`.
    pub decimals: Vec<u32>,
}

impl Answer {
    /// Returns one value in the aggregate's own unit; `None` is SQL null.
    pub fn amount(&self, column: usize, row_idx: usize) -> Option<f64> {
        let whole = self.values[column].get(row_idx)?;
        // Integers of money stay below 2^53 minor units (90 trillion): the cast is exact, the division rounds once.
        Some(whole as f64 / 10_i64.pow(self.decimals[column]) as f64)
    }

    /// Returns the number of groups.
    pub fn n_rows(&self) -> usize {
        let keys = [
            self.period.len(),
            self.day.len(),
            self.clock.len(),
            self.category.len(),
            self.customer.len(),
        ];
        let longest = keys.into_iter().max().unwrap_or(0);
        self.values.first().map_or(longest, |it| it.iter().len()).max(longest)
    }
}
