//! What is asked of a source, and what it answers: data, never a closure.
//!
//! A request names its grouping set explicitly. Today it compiles to a polars plan;
//! the same request can become SQL for another engine, and the answers must be equal.
//!
//! Merge rules: `sum`, `count`, `min`, `max` of partials merge; `count(distinct)` merges only
//! as sets of ids, `median` not at all. So every total is a grouping set of its own.

use super::expr::Aggregate;
use super::period::Period;
use serde::Serialize;

/// A column to group by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Key {
    /// The request's period that the row falls in (`-1` outside all: such rows are filtered away).
    Period,
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
    /// Periods of interest, ascending, without overlap; rows outside are filtered away.
    pub periods: Vec<Period>,
    /// Categories of interest; empty for all.
    pub categories: Vec<String>,
    /// What is computed, in order.
    pub aggregates: Vec<Aggregate>,
}

/// The answer to a [`Request`]: one row a group that has rows, sorted by the keys.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Answer {
    /// Index into the request's periods; empty where the key was not asked for.
    pub period: Vec<u32>,
    /// Index into [`Answer::categories`]; empty where the key was not asked for.
    pub category: Vec<u32>,
    /// The labels, in byte order.
    pub categories: Vec<String>,
    /// Index into [`Answer::customers`]; empty where the key was not asked for.
    pub customer: Vec<u32>,
    /// The customers' ids as text, in a stable order: numbers by size, else by bytes.
    pub customers: Vec<String>,
    /// One column an aggregate, one value a row.
    pub values: Vec<Vec<Option<i64>>>,
    /// Decimal places of each column: the value is `integer × 10^-decimals`.
    pub decimals: Vec<u32>,
}
