//! The plan: names found, periods fixed, all defaults in.
//!
//! Nothing here is `Option` for want of a default.

use super::calendar::Calendar;
use super::expr::Aggregate;
use super::expr::Expr;
use super::expr::Formula;
use super::font::FontFile;
use super::joined::Joined;
use super::notes::KnownCause;
use super::notes::Note;
use super::period::Grain;
use super::period::Period;
use super::request::Request;
use super::roster::Roster;
use super::unit::Good;
use super::unit::Unit;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that the later stages need to know of a spec.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// The spec's file name without its extension; names the report's folder.
    pub slug: String,
    /// The title, with the target period filled in.
    pub title: String,
    /// BCP 47 tag of numbers, dates, currencies and, where its language has them, sentences.
    pub locale: String,
    /// The line at the foot of every page.
    pub footer: String,
    /// What the reader should know of the data; may be empty.
    pub note: String,
    /// Fonts for letters that the shipped ones lack, in the order in which they are asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fonts: Vec<FontFile>,
    /// Seed of every random draw.
    pub seed: u64,
    /// Fewest customers that a figure may be about; 1 where any number will do.
    pub min_cell: u64,
    /// Tables.
    pub sources: Vec<Source>,
    /// Aggregates that metrics are made of, each once.
    pub measures: Vec<Measure>,
    /// Metrics, in order of writing.
    pub metrics: Vec<Metric>,
    /// The tracked dimension.
    pub categories: Categories,
    /// Customer attributes; empty where there is no customers source.
    pub segments: Vec<Segment>,
    /// The customer table; `None` where the spec declares none.
    pub roster: Option<Roster>,
    /// Periods.
    pub periods: Periods,
    /// Dated events that touch the periods, in order of time.
    pub notes: Vec<Note>,
    /// Causes that an analyst vouches for, of any period.
    pub known_causes: Vec<KnownCause>,
    /// Which of several memos of the spec it is; `None` where the spec makes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<Each>,
}

/// One of several memos that a spec makes: of a value of a column, or of a set of parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Each {
    /// What readers call it ("North").
    pub label: String,
    /// Names its folder under the spec's.
    pub slug: String,
    /// What sets it apart, by name: a column with its value, or parameters with theirs.
    pub values: BTreeMap<String, String>,
}

impl Plan {
    /// Returns the plan with categories joined that have few customers.
    pub fn joining(&self, joined: &Joined) -> Plan {
        let categories = Categories {
            joined: joined.clone(),
            ..self.categories.clone()
        };
        Plan {
            categories,
            ..self.clone()
        }
    }

    /// Lists what the customer table asks of its source: one request a window.
    pub fn roster_requests(&self) -> Vec<Request> {
        let of = |it: &Roster| {
            it.windows(self)
                .into_iter()
                .map(|window| it.request(self, window))
                .collect()
        };
        self.roster.as_ref().map(of).unwrap_or_default()
    }

    /// Returns the index of the source that holds one row a customer; `None` where there is none.
    pub fn customers_source(&self) -> Option<usize> {
        self.sources
            .iter()
            .position(|it| matches!(it.role, Role::Customers { .. }))
    }

    /// Tells whether a memo of one value of a column is about that attribute: all of its customers have the same.
    pub fn is_of_one(&self, segment: &Segment) -> bool {
        let is_of_value = self.sources.iter().any(|it| it.only().is_some());
        is_of_value
            && self
                .each
                .as_ref()
                .is_some_and(|it| it.values.contains_key(&segment.column))
    }

    /// Returns the folder of the report, under that of all reports: `shift/2026-10`, `shift/north/2026-10`.
    pub fn folder(&self) -> String {
        let target = self.periods.target_name();
        match &self.each {
            Some(each) => format!("{}/{}/{target}", self.slug, each.slug),
            None => format!("{}/{target}", self.slug),
        }
    }

    /// Returns the plan without what only the wording of a memo needs, and without the customer table, which only some
    /// analyses see: what every figure can follow from.
    pub fn of_figures(&self) -> Plan {
        Plan {
            roster: None,
            slug: String::new(),
            title: String::new(),
            locale: String::new(),
            footer: String::new(),
            note: String::new(),
            fonts: Vec::new(),
            notes: Vec::new(),
            known_causes: Vec::new(),
            each: None,
            categories: Categories {
                noun: String::new(),
                nouns: String::new(),
                ..self.categories.clone()
            },
            ..self.clone()
        }
    }
}

/// A table with its columns known.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// Its name in the spec.
    pub name: String,
    /// Its files as found, sorted, relative to the spec's folder with `/`.
    pub files: Vec<String>,
    /// What kind of table it is.
    pub role: Role,
    /// Columns of decimal numbers and their decimal places.
    pub decimals: Vec<(String, u32)>,
    /// Tables whose columns become columns of this one, in order.
    pub lookups: Vec<Lookup>,
    /// Computed columns, in order.
    pub columns: Vec<(String, Expr)>,
    /// Rules, in order.
    pub rules: Vec<Rule>,
    /// Columns that together should be unique; may be empty.
    pub unique: Vec<String>,
    /// What its time says of the hour.
    pub clock: Clock,
}

/// A table whose columns are found by a key.
#[derive(Debug, Clone, Serialize)]
pub struct Lookup {
    /// The table; it has no lookups of its own.
    pub table: Source,
    /// The column of its key.
    pub key: String,
    /// The column of the source that holds the key.
    pub column: String,
    /// The columns that it brings.
    pub brings: Vec<String>,
}

/// What the time of an events source says beside its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Nothing: it is a date.
    None,
    /// The hour as it stands in the data.
    AsWritten,
    /// The hour of the clocks in this time zone (an IANA name); the data's is UTC. The day is taken there too.
    In(String),
}

/// What a row of a table stands for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Role {
    /// Something that happened.
    Events {
        /// The column that says when.
        time: String,
        /// The column that says who; empty where there is none.
        customer: String,
    },
    /// A customer.
    Customers {
        /// The column of its key.
        key: String,
    },
    /// Something else that is looked up, as a product.
    Things {
        /// The column of its key.
        key: String,
    },
}

/// A rule of a source.
#[derive(Debug, Clone, Serialize)]
pub struct Rule {
    /// Rows for which this holds stay. (`drop: c` is resolved to `not coalesce(c, false)`: a row that a
    /// condition cannot judge is not dropped; `keep: c` to `coalesce(c, false)`.)
    pub keeps: Expr,
    /// As written, with `drop` or `keep` before it.
    pub written: String,
    /// Why; may be empty.
    pub because: String,
    /// True where it is no rule of the spec, but keeps the rows that one of several memos is about.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_of_memo: bool,
}

impl Source {
    /// Returns the source as all memos of a spec share it: with the rules of the spec, and not those of one memo.
    pub fn shared(&self) -> Source {
        let mut shared = self.clone();
        shared.rules.retain(|it| !it.is_of_memo);
        shared
    }

    /// Returns what holds for the rows of the shared source that this memo is about; `None` where it is about all.
    pub fn only(&self) -> Option<&Expr> {
        self.rules.iter().find(|it| it.is_of_memo).map(|it| &it.keeps)
    }
}

/// An aggregate over a source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// Index of the source.
    pub source: usize,
    /// The aggregate.
    pub aggregate: Aggregate,
    /// True where the category key is dropped: the same for every category.
    pub across: bool,
    /// What a group without rows is: zero, or a gap.
    pub missing_is_zero: bool,
}

/// A metric with its measures found.
#[derive(Debug, Clone, Serialize)]
pub struct Metric {
    /// Its name in the spec.
    pub name: String,
    /// What it is called in the memo, sentence case ("Spend per active customer").
    pub label: String,
    /// Its expression as written.
    pub written: String,
    /// Its unit.
    pub unit: Unit,
    /// Which direction is good.
    pub good: Good,
    /// Its expression over [`Plan::measures`].
    pub formula: Formula<usize>,
    /// True where all its measures are `across`: it has no value a category.
    pub across: bool,
}

impl Metric {
    /// Splits a ratio into its two parts; `None` for a metric that is not a ratio at its top.
    ///
    /// A measure over a number (`sum(cents) / 100`) is a total in another unit, not a ratio.
    pub fn ratio(&self) -> Option<(&Formula<usize>, &Formula<usize>)> {
        match &self.formula {
            Formula::Binary(super::expr::Op::Div, above, below) => {
                (!above.leaves().is_empty() && !below.leaves().is_empty()).then_some((above, below))
            }
            _ => None,
        }
    }
}

/// The tracked dimension.
#[derive(Debug, Clone, Serialize)]
pub struct Categories {
    /// Its column.
    pub column: String,
    /// One value ("sector").
    pub noun: String,
    /// Several values ("sectors").
    pub nouns: String,
    /// Values left out.
    pub skip: Vec<String>,
    /// What those with too few customers are called together ("Other sectors").
    pub others: String,
    /// Those with too few customers, once they are known; a plan before any data has none.
    #[serde(skip_serializing_if = "Joined::is_none")]
    pub joined: Joined,
}

/// A customer attribute.
#[derive(Debug, Clone, Serialize)]
pub struct Segment {
    /// Its name in the spec.
    pub name: String,
    /// What it is called in the memo, sentence case.
    pub label: String,
    /// Index of the customers source.
    pub source: usize,
    /// Its column.
    pub column: String,
    /// Levels in the order to print; empty for natural order. Levels that the data add follow.
    pub order: Vec<String>,
    /// Lower ends of bands, ascending; empty where the column's values are the levels.
    pub bands: Vec<f64>,
}

/// Periods, fixed.
#[derive(Debug, Clone, Serialize)]
pub struct Periods {
    /// Their length.
    pub grain: Grain,
    /// Where they begin and what they are called.
    pub calendar: Calendar,
    /// The day that the data are complete up to (excluded).
    #[serde(serialize_with = "super::period::serialize_date")]
    pub as_of: Date,
    /// The period that the memo is about.
    pub target: Period,
    /// Where the target is only the beginning of a running period: then history and comparisons are the same parts of
    /// theirs. `None` where the target is complete.
    pub to_date: Option<ToDate>,
    /// Complete periods before the target, ascending, without gaps, from the first complete one that has rows.
    pub history: Vec<Period>,
    /// What the target is held against.
    pub comparisons: Vec<Comparison>,
    /// Periods that have rows but are not complete, first and last.
    pub incomplete: Vec<Period>,
}

/// A period that is still running.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToDate {
    /// All of it.
    pub whole: Period,
}

impl Periods {
    /// Returns what the calendar calls the target: it names the report's folder.
    pub fn target_name(&self) -> String {
        self.calendar.name(&self.target)
    }
}

/// What the target is held against.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// As written in the spec: `previous`, `year_ago`, `mean of last 4`, `2017-W40`.
    pub name: String,
    /// In English, as facts say it: "September 2026", "the mean of the last 4 weeks". Memos word the periods.
    pub label: String,
    /// Its period, or its periods, ascending; all complete.
    pub periods: Vec<Period>,
}
