//! What people know of the data: dated events, and causes that an analyst vouches for.
//!
//! A chart shows that something happened; only somebody who was there says what. A note marks a date and a verdict names a
//! cause. Neither changes a figure: they stand beside it. It must not know which series moved.

use super::diagnostic::Span;
use super::diagnostic::Spanned;
use super::period::Period;
use super::period::serialize_date;
use jiff::civil::Date;
use serde::Serialize;

/// A dated event as written.
#[derive(Debug, Clone, Serialize)]
pub struct NoteSpec {
    /// When it was.
    pub when: WhenSpec,
    /// What it is called on a chart ("Prime Day").
    pub label: Spanned<String>,
    /// What a reader should know of it. Default: nothing beyond the label.
    pub text: Option<Spanned<String>>,
    /// Categories that it concerns. Default: all.
    pub categories: Vec<Spanned<String>>,
    /// Metrics that it concerns. Default: all.
    pub metrics: Vec<Spanned<String>>,
    /// Its place.
    #[serde(skip)]
    pub span: Span,
}

/// When something was, as written.
#[derive(Debug, Clone, Serialize)]
pub enum WhenSpec {
    /// A day, or a period of any grain.
    On(Spanned<String>),
    /// From a day until another, which is excluded.
    Between(Spanned<String>, Spanned<String>),
}

/// A cause that an analyst vouches for, as written.
#[derive(Debug, Clone, Serialize)]
pub struct VerdictSpec {
    /// The category whose figure it explains.
    pub category: Spanned<String>,
    /// The metric whose figure it explains.
    pub metric: Spanned<String>,
    /// The period whose figure it explains.
    pub period: Spanned<String>,
    /// The cause ("Prime Day moved").
    pub cause: Spanned<String>,
    /// Who says so. Default: the analyst.
    pub by: Option<Spanned<String>>,
}

/// A dated event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Note {
    /// Names it among facts: `prime-day-2026-07-14`.
    pub id: String,
    /// What it is called on a chart.
    pub label: String,
    /// What a reader should know of it; may be empty.
    pub text: String,
    /// First day.
    #[serde(serialize_with = "serialize_date")]
    pub from: Date,
    /// The day after the last.
    #[serde(serialize_with = "serialize_date")]
    pub until: Date,
    /// Labels of categories that it concerns; empty for all.
    pub categories: Vec<String>,
    /// Names of metrics that it concerns; empty for all.
    pub metrics: Vec<String>,
}

impl Note {
    /// True where the note concerns a category's figures by a metric.
    pub fn concerns(&self, category: &str, metric: &str) -> bool {
        let holds = |names: &[String], name: &str| names.is_empty() || names.iter().any(|it| it == name);
        holds(&self.categories, category) && holds(&self.metrics, metric)
    }

    /// True where some day of the event falls in a period.
    pub fn meets(&self, period: &Period) -> bool {
        self.from < period.until && period.from < self.until
    }
}

/// A cause that an analyst vouches for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KnownCause {
    /// The label of the category whose figure it explains.
    pub category: String,
    /// The name of the metric.
    pub metric: String,
    /// The period.
    pub period: Period,
    /// The cause.
    pub cause: String,
    /// Who says so: a name, or "the analyst".
    pub by: String,
}
