//! The spec as written: names not yet looked up, defaults not yet filled in.
//!
//! Every value that another part of the spec, or the data, can contradict carries its place.

use super::claim::ClaimSpec;
use super::diagnostic::Diagnostic;
use super::diagnostic::Span;
use super::diagnostic::Spanned;
use super::expr::Expr;
use super::expr::Formula;
use super::expr::Term;
use super::holidays::HolidaysSpec;
use super::node::Node;
use super::notes::NoteSpec;
use super::notes::VerdictSpec;
use super::roster::RosterSpec;
use super::unit::Good;
use serde::Serialize;

/// A whole spec file.
#[derive(Debug, Clone, Serialize)]
pub struct Spec {
    /// The memo's title; `{{ period.label }}` stands for the target period.
    pub title: Spanned<String>,
    /// BCP 47 tag of the number format. Default: `en-US`.
    pub locale: Option<Spanned<String>>,
    /// `auto`, `cli` or `embedded`. Default: `auto`.
    pub typst: Option<Spanned<String>>,
    /// Seed of every random draw. Default: the first day after the target period, as a number (20180101).
    pub seed: Option<Spanned<u64>>,
    /// A line at the foot of every page ("Synthetic panel. Not investment advice."). Default: "Not investment advice."
    pub footer: Option<Spanned<String>>,
    /// A sentence on what the reader should know of the data; printed with the quality page. Default: none.
    pub note: Option<Spanned<String>>,
    /// A folder of fonts for letters that the shipped ones lack. Default: none.
    pub fonts: Option<Spanned<String>>,
    /// Fewest customers that a figure may be about. Default: 10.
    pub min_cell: Option<Spanned<u64>>,
    /// What makes several memos of the spec. Default: nothing, it makes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_each: Option<ForEachSpec>,
    /// Tables, in order of writing.
    pub sources: Vec<(Spanned<String>, SourceSpec)>,
    /// Metrics, in order of writing.
    pub metrics: Vec<(Spanned<String>, MetricSpec)>,
    /// The dimension whose values are tracked.
    pub categories: CategoriesSpec,
    /// Customer attributes.
    pub segments: Vec<SegmentSpec>,
    /// The customer table. Default: none.
    pub roster: Option<RosterSpec>,
    /// Grain, target and comparisons.
    pub periods: PeriodsSpec,
    /// Holidays that are marked. Default: none.
    pub holidays: HolidaysSpec,
    /// Dated events, in order of writing. Default: none.
    pub notes: Vec<NoteSpec>,
    /// Causes that an analyst vouches for, in order of writing. Default: none.
    pub verdicts: Vec<VerdictSpec>,
    /// Analyses with their options, in the order of the memo.
    pub memo: Vec<AnalysisSpec>,
    /// Every name that stands in an expression, with its place: an expression itself keeps none.
    #[serde(skip)]
    pub names: Vec<Spanned<String>>,
    /// Metrics that are written and could not be read, which has been told: who names them has made no mistake.
    #[serde(skip)]
    pub unread: Vec<String>,
}

impl Spec {
    /// Returns the place of a name inside an expression that stands at `within`; the expression's own place where the
    /// name is not in it.
    pub fn place(&self, name: &str, within: Span) -> Span {
        let inside = |span: Span| within.from <= span.from && span.until <= within.until;
        self.names
            .iter()
            .find(|it| it.value == name && inside(it.span))
            .map_or(within, |it| it.span)
    }

    /// Tells whether an expression that stands at `within` names what could not be read: nothing can be said of it then.
    pub fn is_in_doubt(&self, within: Span) -> bool {
        let inside = |span: Span| within.from <= span.from && span.until <= within.until;
        let mut names = self.names.iter().filter(|it| inside(it.span));
        names.any(|it| self.unread.contains(&it.value))
    }

    /// Returns what is told of a metric that is not there. `None` where it is, or is written and could not be read, which
    /// has been told.
    pub fn unknown_metric(&self, name: &Spanned<String>) -> Option<Diagnostic> {
        let known = || self.metrics.iter().map(|(it, _)| it.value.as_str());
        if known().any(|it| it == name.value) || self.unread.contains(&name.value) {
            return None;
        }
        let diagnostic = Diagnostic::spec("unknown-metric", format!("there is no metric `{}`", name.value));
        Some(diagnostic.at(name.span).nearest(&name.value, known()))
    }

    /// Returns what one value of the tracked dimension is called.
    pub fn noun(&self) -> &str {
        self.categories.noun.as_ref().map_or("category", |it| it.value.as_str())
    }
}

/// What makes several memos of one spec.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ForEachSpec {
    /// One memo a value of a column, of the rows that have it.
    Values {
        /// The column.
        by: Spanned<String>,
        /// The values that get a memo; empty for all.
        only: Vec<Spanned<String>>,
        /// Values that get none.
        skip: Vec<Spanned<String>>,
    },
    /// One memo a set of parameters, in order of writing.
    Sets {
        /// All sets.
        sets: Vec<SetSpec>,
        /// The set whose parameters were filled in; `None` where those of the spec were.
        chosen: Option<usize>,
    },
}

/// Parameters of one memo.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetSpec {
    /// What the memo is called: its `name`, or its values.
    pub label: Spanned<String>,
    /// Parameters and their values, as text.
    pub values: Vec<(Spanned<String>, String)>,
}

/// How the PDF is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Typst {
    /// The pinned `typst` program where it is found, else the library inside.
    #[default]
    Auto,
    /// The `typst` program.
    Cli,
    /// The library inside.
    Embedded,
}

impl Typst {
    /// Reads the name as a spec writes it; `None` for anything else.
    pub fn parse(text: &str) -> Option<Typst> {
        match text {
            "auto" => Some(Typst::Auto),
            "cli" => Some(Typst::Cli),
            "embedded" => Some(Typst::Embedded),
            _ => None,
        }
    }
}

/// A table of rows: `files:` with `time:` and `customer:` (events), or with `key:` (customers).
#[derive(Debug, Clone, Serialize)]
pub struct SourceSpec {
    /// Paths or patterns, relative to the spec.
    pub files: Vec<Spanned<String>>,
    /// The column that says when; a date or a timestamp. Only an events source has it.
    pub time: Option<Spanned<String>>,
    /// The column that says who. Only an events source has it; it may lack one (no drivers then).
    pub customer: Option<Spanned<String>>,
    /// The customers source's key. A source has either `time` or `key`.
    pub key: Option<Spanned<String>>,
    /// Columns whose numbers are decimals that are summed exactly, with their decimal places.
    pub decimals: Vec<(Spanned<String>, Spanned<u64>)>,
    /// Computed columns, in order; each may use those before it.
    pub columns: Vec<(Spanned<String>, Spanned<Expr>)>,
    /// Rules, applied in order.
    pub rules: Vec<RuleSpec>,
    /// Columns that together should be unique; repeated rows are counted by `quality`. Default: none.
    pub unique: Vec<Spanned<String>>,
    /// Tables of other sources whose columns become columns of this one: the source, and the own column that holds its
    /// key. Default: none.
    pub lookup: Vec<(Spanned<String>, Spanned<String>)>,
    /// IANA name of the time zone to whose civil time a timestamp in UTC is shifted before its day, period and hour
    /// are taken. Default: none; the time is taken as it stands.
    pub time_zone: Option<Spanned<String>>,
}

/// A rule: rows that it drops, or the only rows that it keeps.
#[derive(Debug, Clone, Serialize)]
pub struct RuleSpec {
    /// True for `drop:`, false for `keep:`.
    pub drops: bool,
    /// The condition, typed.
    pub condition: Spanned<Expr>,
    /// The condition as written, for the rules table.
    pub written: String,
    /// Why, for the rules table.
    pub because: Option<String>,
}

/// A metric.
#[derive(Debug, Clone, Serialize)]
pub struct MetricSpec {
    /// Its expression.
    pub of: Spanned<Formula<Term>>,
    /// Its expression as written, for the method page.
    pub written: String,
    /// The source its aggregates read. Default: the only events source; an error where there are several.
    pub source: Option<Spanned<String>>,
    /// Its unit: an ISO 4217 code or a singular noun. Default: carried over from its parts.
    pub unit: Option<Spanned<String>>,
    /// What it is called in the memo. Default: its name with spaces.
    pub label: Option<Spanned<String>>,
    /// Which direction is good. Default: neither.
    pub good: Option<Good>,
    /// `category` drops the category key: the figure is the panel's own, the same for every category.
    pub across: Option<Spanned<String>>,
    /// `zero` or `gap`: what a period without rows is. Default: zero for sums and counts, gap for the rest.
    pub missing: Option<Spanned<String>>,
}

/// The dimension whose values are tracked as series.
#[derive(Debug, Clone, Serialize)]
pub struct CategoriesSpec {
    /// Its column.
    pub by: Spanned<String>,
    /// What one value is called ("sector"). Default: `category`.
    pub noun: Option<Spanned<String>>,
    /// The plural. Default: by English rules (`category` → `categories`, else + s).
    pub nouns: Option<Spanned<String>>,
    /// Values that are left out of the memo, but stay in `across: category` totals.
    pub skip: Vec<Spanned<String>>,
}

/// A customer attribute.
#[derive(Debug, Clone, Serialize)]
pub struct SegmentSpec {
    /// Its name; the column's name too, unless `of` says otherwise.
    pub name: Spanned<String>,
    /// The column of the customers source. Default: the name.
    pub of: Option<Spanned<String>>,
    /// What it is called in the memo. Default: the name with spaces.
    pub label: Option<Spanned<String>>,
    /// Its levels in the order to print. Default: natural order (numbers by size, else by alphabet).
    pub order: Vec<Spanned<String>>,
    /// Lower ends of bands made of a number (`[0, 25, 50]` → "0–24", "25–49", "50+"). Default: none.
    pub bands: Vec<Spanned<f64>>,
}

impl SegmentSpec {
    /// Returns the column of the customers source.
    pub fn column(&self) -> &Spanned<String> {
        self.of.as_ref().unwrap_or(&self.name)
    }
}

/// Periods as written.
#[derive(Debug, Clone, Serialize)]
pub struct PeriodsSpec {
    /// `day`, `week`, `month`, `quarter`, `year`.
    pub grain: Spanned<String>,
    /// Where periods begin and what they are called. Default: the civil calendar.
    pub calendar: CalendarSpec,
    /// `last_complete`, `to_date`, or a period (`2017-W51`, `2026-10`). Default: `last_complete`.
    pub target: Option<Spanned<String>>,
    /// `previous`, `year_ago`, `mean of last n`, or an ISO period. Default: `[previous]`.
    pub compare: Vec<Spanned<String>>,
    /// The day on which the data are taken as complete up to, ISO 8601. Default: the day after the latest row.
    pub as_of: Option<Spanned<String>>,
}

/// A calendar as written.
#[derive(Debug, Clone, Default, Serialize)]
pub enum CalendarSpec {
    /// Everybody's.
    #[default]
    Civil,
    /// One that is written and could not be read, which has been told.
    Unread,
    /// Years that begin with a month.
    Fiscal {
        /// The month: `april`.
        month: Spanned<String>,
        /// `start` or `end`. Default: `end`.
        named_by: Option<Spanned<String>>,
    },
    /// Years of whole weeks.
    Retail {
        /// Weeks of the months of a quarter: `4-5-4`.
        weeks: Spanned<String>,
        /// When a year ends: `saturday nearest january 31`, `last saturday of january`. Default: the first.
        ends: Option<Spanned<String>>,
        /// `start` or `end`. Default: `start`.
        named_by: Option<Spanned<String>>,
    },
    /// Periods that a file lists.
    File {
        /// The file, relative to the spec.
        file: Spanned<String>,
        /// Periods in a season. Default: as many as the file's years hold.
        season: Option<Spanned<u64>>,
    },
}

/// One analysis of the memo.
#[derive(Debug, Clone, Serialize)]
pub struct AnalysisSpec {
    /// Its name in the registry.
    pub name: Spanned<String>,
    /// Its options, decoded by the analysis itself.
    pub options: Node,
    /// Claims, where they are its options: they hold expressions. Else none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ClaimSpec>,
}
