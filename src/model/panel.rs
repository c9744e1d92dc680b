//! The panel: exact figures by cell and by customer, in plain slices.
//!
//! No analysis sees a data frame. A cube holds one cell a period × category; a roster one row a
//! customer for the two sides of a comparison. Nothing after the panel knows where numbers came from.

use super::joined::Joined;
use super::labels::Labels;
use super::period::Period;
use super::plan::Comparison;
use super::request::Answer;
use super::request::Request;
use super::roster::CustomerTable;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// All that analyses may read.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Panel {
    /// Category labels, in byte order; every index called `category` points here.
    pub categories: Vec<String>,
    /// History and target, ascending; the target is the last.
    pub periods: Vec<Period>,
    /// `cube[measure][category][period]`; null as SQL says.
    pub cube: Vec<Vec<Vec<Option<f64>>>>,
    /// `totals[measure][period]`: over all categories, its own grouping set.
    pub totals: Vec<Vec<Option<f64>>>,
    /// Cells of comparisons that are no period of history, as a restated month of a retail year: one a period, with the
    /// same categories, and with nothing else than cells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<Panel>,
    /// Customers and their attributes.
    pub attributes: Attributes,
    /// The spec's customer table: over the target's window, then over the comparison's where there is one.
    pub customers: Vec<CustomerTable>,
    /// Columns of the customers source that the customer record holds: one list a column, one entry a customer.
    #[serde(skip)]
    pub record_columns: Vec<Vec<Option<String>>>,
    /// What analyses asked of the sources in the first pass, each with its answer; see [`Panel::answer`].
    #[serde(skip)]
    pub answers: Vec<(Request, Answer)>,
    /// What was asked for by waves after the first.
    pub rosters: Vec<Roster>,
    /// What was read, removed and found odd.
    pub intake: Vec<Intake>,
    /// Categories that have too few customers to stand alone.
    #[serde(skip_serializing_if = "Joined::is_none")]
    pub joined: Joined,
}

/// What came in, and what became of categories with few customers: known of a memo whose rows are not read again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CameIn {
    /// One entry a source.
    pub intake: Vec<Intake>,
    /// Categories that have too few customers to stand alone.
    pub joined: Joined,
}

impl Panel {
    /// Returns the answer to a request that an analysis asked; `None` where none asked it.
    pub fn answer(&self, request: &Request) -> Option<&Answer> {
        self.answers.iter().find(|it| it.0 == *request).map(|it| &it.1)
    }
}

/// Customers with the level that each has in every segment dimension.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Attributes {
    /// Their ids.
    pub customers: Labels,
    /// One a segment dimension of the plan, in its order.
    pub dimensions: Vec<Dimension>,
}

/// A segment dimension with its levels.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Dimension {
    /// Its name in the spec.
    pub name: String,
    /// What it is called in the memo.
    pub label: String,
    /// Levels in the order to print; a missing value is the level "not stated", always the last.
    pub levels: Vec<String>,
    /// Index into the levels, one a customer.
    pub codes: Vec<u16>,
    /// Number of customers whose value is missing.
    pub n_missing: u64,
}

/// One row a customer that has rows on either side of a comparison, for one ratio or total of one category.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Roster {
    /// Index of the metric.
    pub metric: usize,
    /// Index of the category.
    pub category: usize,
    /// What the target is held against.
    pub comparison: Comparison,
    /// Index into [`Attributes::customers`], ascending.
    pub customer: Vec<u32>,
    /// What the customer adds to the ratio's upper part (or to the total), before and after, in the metric's unit.
    /// Where the comparison has several periods, their mean.
    pub numerator: Vec<[f64; 2]>,
    /// What the customer adds to the ratio's lower part, before and after; for a total 1 where the customer is active.
    pub denominator: Vec<[f64; 2]>,
}

/// What came in from a source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Intake {
    /// The source's name.
    pub source: String,
    /// Rows in its files.
    pub rows_read: u64,
    /// Rows that could not be used, with the reason, in the order of checking.
    pub rejects: Vec<Reject>,
    /// Rows removed by each rule, in order.
    pub removed: Vec<u64>,
    /// Rows left after the rules.
    pub rows_used: u64,
    /// Rows left that fall into the target period.
    pub rows_target: u64,
    /// Rows left before the first period of history.
    pub rows_before: u64,
    /// Rows left after the target period.
    pub rows_after: u64,
    /// Rows that repeat another in the columns said to be unique; none where none are named.
    pub duplicates: Option<u64>,
    /// Distinct customers in the rows left.
    pub customers: u64,
    /// Rows left whose customer is null: they count in sums, and no customer's figures hold them.
    pub rows_without_customer: u64,
    /// Rows left whose category is null: they count across categories, and in no category.
    pub rows_without_category: u64,
    /// Rows left whose customer is not in the customers source.
    pub rows_without_attributes: u64,
    /// Rows whose key is not in a table that is looked up, by table; only of tables whose columns are read.
    pub unmatched: BTreeMap<String, u64>,
    /// Values of decimal columns that had more places than declared, and were rounded.
    pub rounded: u64,
}

/// Rows that could not be used.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reject {
    /// Why, as a phrase ("`date` is not a date").
    pub reason: String,
    /// How many.
    pub rows: u64,
    /// The first of them as text, at most a thousand, for `tables/rejects.csv`.
    pub kept: Vec<String>,
}
