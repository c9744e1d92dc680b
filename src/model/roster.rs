//! The roster: one row a customer, its features, and the rules that part customers into segments.
//!
//! As written ([`RosterSpec`]), as resolved ([`Roster`]) and as read ([`CustomerTable`]). It must not know how customers
//! are clustered, nor what is said of them.

use super::diagnostic::Spanned;
use super::expr::Aggregate;
use super::expr::Expr;
use super::expr::Formula;
use super::expr::Reduce;
use super::period::Period;
use super::plan::Comparison;
use super::plan::Plan;
use super::plan::Role;
use super::request::Key;
use super::request::Request;
use super::spec::MetricSpec;
use super::unit::Good;
use super::unit::Unit;
use super::window::Window;
use serde::Serialize;

/// The customer table as written.
#[derive(Debug, Clone, Serialize)]
pub struct RosterSpec {
    /// The events source whose rows are added up. Default: the only one that says who.
    pub source: Option<Spanned<String>>,
    /// How far features look back from a period's end. Default: all time.
    pub over: Option<Window>,
    /// What the target's customers are held against. Default: the first of `periods: compare:`.
    pub against: Option<Spanned<String>>,
    /// `active` (with rows in the window) or `everyone` (also those of the customers source, and of earlier periods).
    /// Default: `active`.
    pub customers: Option<Spanned<String>>,
    /// Features, in order of writing.
    pub features: Vec<FeatureSpec>,
    /// Shares of a feature by category, each a feature. Default: none.
    pub shares: Option<SharesSpec>,
    /// The feature that says what a customer is worth. Default: the first that is a sum of money.
    pub worth: Option<Spanned<String>>,
    /// Rules, in order: the first that holds names the customer's segment. Default: none.
    pub segments: Vec<SegmentRuleSpec>,
    /// What customers are called for whom no rule holds. Default: "Other customers".
    pub rest: Option<Spanned<String>>,
    /// What is written out. Default: all features, ids as they are.
    pub record: RecordSpec,
    /// A file with the clusters of an earlier report, which are applied instead of looked for. Default: none.
    pub frozen: Option<Spanned<String>>,
}

/// A feature as written.
#[derive(Debug, Clone, Serialize)]
pub struct FeatureSpec {
    /// Its name.
    pub name: Spanned<String>,
    /// Its expression, unit and label: those of a metric, over one customer's rows.
    pub metric: MetricSpec,
    /// Steps between the figure and the distance of two customers. Default: none but a common scale.
    pub transform: Vec<Spanned<String>>,
    /// Lower ends of bands. Default: none.
    pub bands: Vec<Spanned<f64>>,
}

/// Shares of a feature by category, as written.
#[derive(Debug, Clone, Serialize)]
pub struct SharesSpec {
    /// The feature.
    pub of: Spanned<String>,
    /// The categories.
    pub categories: Vec<Spanned<String>>,
}

/// A rule that makes a segment, as written.
#[derive(Debug, Clone, Serialize)]
pub struct SegmentRuleSpec {
    /// Its name in ids.
    pub name: Spanned<String>,
    /// What it is called in the memo. Default: the name with spaces.
    pub label: Option<Spanned<String>>,
    /// For whom it holds.
    pub condition: Spanned<Expr>,
    /// The condition as written.
    pub written: String,
    /// Rules that part the segment further.
    pub segments: Vec<SegmentRuleSpec>,
    /// What is left of it is called. Default: "Other" and its label.
    pub rest: Option<Spanned<String>>,
}

/// What the customer record holds, as written.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RecordSpec {
    /// Columns of the customers source that are written beside the features. Default: none.
    pub columns: Vec<Spanned<String>>,
    /// Columns that are hashed: the customers' id by its column, or one of `columns`. Default: none.
    pub hash: Vec<Spanned<String>>,
    /// What is mixed into hashes, so that trying all ids does not undo them. Default: nothing.
    pub salt: Option<Spanned<String>>,
}

/// A table of customers, declared by the spec.
#[derive(Debug, Clone, Serialize)]
pub struct Roster {
    /// Index of the events source.
    pub source: usize,
    /// How far features look back from a period's end.
    pub over: Window,
    /// What the target's customers are held against; `None` where the spec compares against nothing.
    pub against: Option<Comparison>,
    /// Who has a row.
    pub population: Population,
    /// What features are made of, each once.
    pub ingredients: Vec<Ingredient>,
    /// Features, in order of writing; shares by category last.
    pub features: Vec<Feature>,
    /// Index of the feature that says what a customer is worth; `None` where no feature is a sum of money.
    pub worth: Option<usize>,
    /// Rules that make segments, in order; empty where all customers stand together.
    pub segments: Vec<SegmentRule>,
    /// What customers are called for whom no rule holds.
    pub rest: String,
    /// What is written out.
    pub record: Record,
    /// Clusters of an earlier report, which are applied instead of looked for.
    pub frozen: Option<Frozen>,
}

/// A file that a spec names, as it was read.
#[derive(Debug, Clone, Serialize)]
pub struct Frozen {
    /// Its path, relative to the spec's folder.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// Who has a row in the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Population {
    /// Whoever has rows in the window.
    Active,
    /// Also those without: everybody of the customers source, and of the periods that the memo looks at.
    Everyone,
}

/// One figure a customer that features are made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ingredient {
    /// Days from the customer's last row in the window to the window's end: on the last day 1.
    SinceLast,
    /// Days from the customer's first row in the window to the window's end.
    SinceFirst,
    /// An aggregate over the customer's rows in the window.
    Aggregate {
        /// The aggregate.
        aggregate: Aggregate,
        /// What a customer without rows has: zero, or nothing.
        missing_is_zero: bool,
    },
    /// A number that stands in the customers source.
    Column(String),
}

/// A feature: one number a customer.
#[derive(Debug, Clone, Serialize)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// What it is called in the memo, sentence case.
    pub label: String,
    /// Its expression as written.
    pub written: String,
    /// Its unit.
    pub unit: Unit,
    /// Which direction is good.
    pub good: Good,
    /// Its expression over [`Roster::ingredients`].
    pub formula: Formula<usize>,
    /// What a customer has for whom it is not defined: zero, or nothing.
    pub missing_is_zero: bool,
    /// True where it is a sum or a count, so that customers' figures add up.
    pub adds_up: bool,
    /// Steps between the figure and the distance of two customers, in order.
    pub transforms: Vec<Transform>,
    /// Lower ends of bands, ascending; empty where it has none.
    pub bands: Vec<f64>,
}

/// A step between a figure and the distance of two customers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// `sign(x)·ln(1 + |x|)`.
    Log,
    /// Values beyond this share of customers on either side are set to the value there.
    Winsorise(f64),
    /// Less the median, over the distance of the quartiles.
    Robust,
    /// The share of customers below, ties at their middle.
    Quantile,
}

/// A rule that makes a segment.
#[derive(Debug, Clone, Serialize)]
pub struct SegmentRule {
    /// Its name in ids.
    pub name: String,
    /// What it is called in the memo.
    pub label: String,
    /// For whom it holds; null does not.
    pub condition: Expr,
    /// The condition as written.
    pub written: String,
    /// Rules that part the segment further, in order.
    pub segments: Vec<SegmentRule>,
    /// What is left of it is called; empty where it is not parted.
    pub rest: String,
}

/// What the customer record holds beside features, segment, cluster and period.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    /// Columns of the customers source.
    pub columns: Vec<String>,
    /// True where the customers' id is hashed.
    pub hashes_customer: bool,
    /// Those of `columns` that are hashed.
    pub hashed: Vec<String>,
    /// What is mixed into hashes; may be empty.
    pub salt: String,
}

/// A segment that is not parted further.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leaf {
    /// Names of the rules that lead to it, joined by `/`; `rest` for what no rule of a level takes.
    pub id: String,
    /// What it is called in the memo.
    pub label: String,
    /// Conditions that lead to it, as written; empty for what is left.
    pub written: String,
}

/// The name of what no rule takes, in ids.
pub const REST: &str = "rest";

/// One row a customer, over one window.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CustomerTable {
    /// The window.
    pub window: Option<Period>,
    /// Index into [`super::panel::Attributes::customers`], ascending.
    pub customer: Vec<u32>,
    /// `features[feature][row]`, in the feature's unit; `None` where it is not defined.
    pub features: Vec<Vec<Option<f64>>>,
    /// Index into [`Roster::leaves`], one a row.
    pub segment: Vec<u16>,
}

/// What is written out of each customer: columns of one length.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerRecord {
    /// Names, each once, and values.
    pub columns: Vec<(String, RecordColumn)>,
}

/// A column of the customer record, one value a customer.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordColumn {
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Numbers, in the feature's unit.
    Number(Vec<Option<f64>>),
    /// Texts.
    Text(Vec<Option<String>>),
}

impl CustomerTable {
    /// Returns the number of customers.
    pub fn n_rows(&self) -> usize {
        self.customer.len()
    }
}

impl Roster {
    /// Lists the segments that are not parted further, in the order of their rules; what no rule takes stands last of
    /// its level. Without rules there is one: everybody.
    pub fn leaves(&self) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        if self.segments.is_empty() {
            leaves.push(Leaf {
                id: "all".into(),
                label: "All customers".into(),
                written: String::new(),
            });
            return leaves;
        }
        list_leaves(&self.segments, &self.rest, "", "", &mut leaves);
        leaves
    }

    /// Returns the windows that are looked at: the target's first, then the comparison's where there is one.
    pub fn windows(&self, plan: &Plan) -> Vec<Period> {
        let before = self.against.as_ref().and_then(|it| it.periods.last());
        let ends = std::iter::once(&plan.periods.target).chain(before);
        ends.map(|it| self.over.ending(&plan.periods.calendar, it.until))
            .collect()
    }

    /// Asks one row a customer of a window: first and last day, then the aggregates among the ingredients, in order.
    pub fn request(&self, plan: &Plan, window: Period) -> Request {
        let Role::Events { time, .. } = &plan.sources[self.source].role else {
            unreachable!("a roster adds up rows of events");
        };
        let day = |reduce| Aggregate {
            reduce,
            of: Some(Expr::Column(time.clone())),
            filter: None,
        };
        let of_features = self.ingredients.iter().filter_map(|it| match it {
            Ingredient::Aggregate { aggregate, .. } => Some(aggregate.clone()),
            _ => None,
        });
        Request {
            source: self.source,
            keys: vec![Key::Customer],
            periods: vec![window],
            categories: Vec::new(),
            aggregates: [day(Reduce::Min), day(Reduce::Max)]
                .into_iter()
                .chain(of_features)
                .collect(),
        }
    }

    /// Lists the columns of the customers source that features read.
    pub fn feature_columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = Vec::new();
        for ingredient in &self.ingredients {
            if let Ingredient::Column(name) = ingredient {
                columns.push(name);
            }
        }
        columns
    }

    /// Tells whether it needs the customers source: for who there is, for a feature, or for the record.
    pub fn reads_customers_source(&self) -> bool {
        let is_column = |it: &Ingredient| matches!(it, Ingredient::Column(_));
        self.population == Population::Everyone
            || self.ingredients.iter().any(is_column)
            || !self.record.columns.is_empty()
    }

    /// Finds a feature by name.
    pub fn feature(&self, name: &str) -> Option<usize> {
        self.features.iter().position(|it| it.name == name)
    }
}

impl Record {
    /// Lists the columns of the customers source that are written out.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str)
    }
}

fn list_leaves(rules: &[SegmentRule], rest: &str, path: &str, written: &str, leaves: &mut Vec<Leaf>) {
    let joined = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}/{name}")
        }
    };
    for rule in rules {
        let id = joined(&rule.name);
        let conditions = if written.is_empty() {
            rule.written.clone()
        } else {
            format!("{written} and {}", rule.written)
        };
        if rule.segments.is_empty() {
            leaves.push(Leaf {
                id,
                label: rule.label.clone(),
                written: conditions,
            });
        } else {
            list_leaves(&rule.segments, &rule.rest, &id, &conditions, leaves);
        }
    }
    leaves.push(Leaf {
        id: joined(REST),
        label: rest.to_owned(),
        written: String::new(),
    });
}
