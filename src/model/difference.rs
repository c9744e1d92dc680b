//! Differences between what two memos say, and what can have made them.
//!
//! It must not know where the memos stand, or how a difference is printed.

use super::facts::Fact;
use super::facts::FactId;
use super::facts::Value;
use serde::Serialize;

/// What can make a figure read otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The memo is about another period.
    Period,
    /// The spec, or what was said instead of it.
    Spec,
    /// A file of a source.
    Data,
    /// The program.
    Engine,
    /// Templates and fonts: no figure follows from them, only how they look.
    Design,
    /// Earlier memos that it was held against.
    Earlier,
    /// Nothing that the memo names: the report itself was changed.
    Report,
}

impl Cause {
    /// Names it in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Period => "period",
            Self::Spec => "spec",
            Self::Data => "data",
            Self::Engine => "engine",
            Self::Design => "templates",
            Self::Earlier => "earlier memos",
            Self::Report => "report",
        }
    }
}

/// Something that a memo follows from, and that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// What it can have made.
    pub cause: Cause,
    /// What it is: a file with its source, a parameter.
    pub name: String,
    /// What stood there before: a hash, a version, a value; `None` where it is new.
    pub was: Option<String>,
    /// What stands there now; `None` where it is gone.
    pub is: Option<String>,
}

/// A fact that is not the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// Its id.
    pub id: FactId,
    /// What it was; `None` where it is new.
    pub was: Option<Fact>,
    /// What it is; `None` where it is gone.
    pub is: Option<Fact>,
    /// What can have made it, each once; more than one where they cannot be told apart.
    pub causes: Vec<Cause>,
}

impl Moved {
    /// Returns by how much a number moved, in its unit; `None` for what is no number on both sides.
    pub fn by(&self) -> Option<f64> {
        let number = |fact: &Option<Fact>| match fact.as_ref()?.value {
            Value::Number(x) => x,
            _ => None,
        };
        Some(number(&self.is)? - number(&self.was)?)
    }

    /// Returns how much a number moved against what it was; `None` where that makes no sense.
    pub fn by_share(&self) -> Option<f64> {
        let Value::Number(Some(was)) = self.was.as_ref()?.value else {
            return None;
        };
        self.by().filter(|_| was != 0.0).map(|by| by / was.abs())
    }
}

/// All that differs between two memos.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Difference {
    /// What they follow from and is not the same, by cause.
    pub changes: Vec<Change>,
    /// The facts that are not the same, in the order of ids.
    pub moved: Vec<Moved>,
    /// How many facts are.
    pub held: usize,
}

impl Difference {
    /// Lists the causes that are there, each once.
    pub fn causes(&self) -> Vec<Cause> {
        let mut causes: Vec<Cause> = self.changes.iter().map(|it| it.cause).collect();
        causes.extend(self.moved.iter().flat_map(|it| &it.causes));
        causes.sort();
        causes.dedup();
        causes
    }
}

/// Tells whether a fact of this name says what was seen in each period, and not what was expected of it: it reads the same
/// in the next memo, unless the data were changed or are counted otherwise.
pub fn is_observed(id: &str) -> bool {
    let parts: Vec<&str> = id.split('/').collect();
    matches!(
        parts.as_slice(),
        ["cells", ..] | ["headline", _, "series"] | ["deviation", .., "series", "actual"]
    )
}

/// A period with what was said of it before, and what is said now; `None` for a gap.
pub type Restated = (String, Option<f64>, Option<f64>);

/// Lists the periods that two series tell differently; a period that only one of them has is none.
pub fn restated(was: &Fact, is: &Fact) -> Vec<Restated> {
    let (
        Value::Series { periods, values },
        Value::Series {
            periods: periods_now,
            values: values_now,
        },
    ) = (&was.value, &is.value)
    else {
        return Vec::new();
    };
    let before = periods.iter().zip(values);
    before
        .filter_map(|(period, was)| {
            let at = periods_now.iter().position(|it| it == period)?;
            (*was != values_now[at]).then(|| (period.clone(), *was, values_now[at]))
        })
        .collect()
}
