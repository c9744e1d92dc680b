//! Facts: named, unit-bearing results with provenance.
//!
//! If a number is in the memo, its unrounded self is here under an id. A fact must not know how it
//! will be worded.

use super::unit::Unit;
use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeStruct;
use std::collections::BTreeMap;

/// Path-like name of a fact: `deviation/grocery/spend/cii`.
pub type FactId = String;

/// One named result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// The result.
    pub value: Value,
    /// Its unit; a pure number for text.
    pub unit: Unit,
    /// Its interval, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// Customers, periods or rows behind it, as `from` says; none where it makes no sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    /// Where it came from.
    pub from: Provenance,
}

/// A result; in JSON a number, a text, a list, or periods with their values.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number; `None` where it is not defined.
    Number(Option<f64>),
    /// A label or a verdict.
    Text(String),
    /// One number a period, with the periods' ISO names.
    Series {
        /// ISO names, ascending.
        periods: Vec<String>,
        /// One number a period.
        values: Vec<Option<f64>>,
    },
    /// Labels in order (movers, levels).
    List(Vec<String>),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(x) => x.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
            Self::Series { periods, values } => {
                let mut series = serializer.serialize_struct("Series", 2)?;
                series.serialize_field("periods", periods)?;
                series.serialize_field("values", values)?;
                series.end()
            }
            Self::List(labels) => labels.serialize(serializer),
        }
    }
}

/// An interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Its level, in per cent.
    pub level_pct: u8,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Where a fact came from.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Provenance {
    /// The analysis.
    pub analysis: String,
    /// The metric's name; empty where there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub metric: String,
    /// The category's label; empty where there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// ISO names of the periods it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub periods: Vec<String>,
    /// How it was computed, in a few words.
    pub method: String,
}

/// All facts of a memo, by id.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(transparent)]
pub struct Facts {
    by_id: BTreeMap<FactId, Fact>,
}

impl Facts {
    /// Starts an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fact, rounded to 12 significant digits.
    ///
    /// # Panics
    /// Where the id is taken: two analyses gave one name to two things.
    pub fn insert(&mut self, id: impl Into<FactId>, fact: Fact) {
        let id = id.into();
        let value = match fact.value {
            Value::Number(x) => Value::Number(x.and_then(rounded)),
            Value::Series { periods, values } => Value::Series {
                periods,
                values: values.into_iter().map(|x| x.and_then(rounded)).collect(),
            },
            other => other,
        };
        let interval = fact.interval.and_then(|it| {
            Some(Interval {
                low: rounded(it.low)?,
                high: rounded(it.high)?,
                level_pct: it.level_pct,
            })
        });
        assert!(!self.by_id.contains_key(&id), "the fact `{id}` is named twice");
        self.by_id.insert(
            id,
            Fact {
                value,
                interval,
                ..fact
            },
        );
    }

    /// Adds all facts of another set.
    pub fn extend(&mut self, other: Facts) {
        for (id, fact) in other.by_id {
            self.insert(id, fact);
        }
    }

    /// Returns the fact of this id.
    pub fn get(&self, id: &str) -> Option<&Fact> {
        self.by_id.get(id)
    }

    /// Returns the number of this id; `None` where there is no such fact, or it is not defined.
    pub fn number(&self, id: &str) -> Option<f64> {
        match self.get(id)?.value {
            Value::Number(x) => x,
            _ => None,
        }
    }

    /// Returns the text of this id.
    pub fn text(&self, id: &str) -> Option<&str> {
        match &self.get(id)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the values of a series; empty where there is none.
    pub fn series(&self, id: &str) -> &[Option<f64>] {
        match self.get(id).map(|it| &it.value) {
            Some(Value::Series { values, .. }) => values,
            _ => &[],
        }
    }

    /// Returns the labels of a list; empty where there is none.
    pub fn list(&self, id: &str) -> &[String] {
        match self.get(id).map(|it| &it.value) {
            Some(Value::List(labels)) => labels,
            _ => &[],
        }
    }

    /// Returns the interval of this id.
    pub fn interval(&self, id: &str) -> Option<Interval> {
        self.get(id)?.interval
    }

    /// Iterates in the order of ids.
    pub fn iter(&self) -> impl Iterator<Item = (&FactId, &Fact)> {
        self.by_id.iter()
    }
}

/// Rounds to 12 significant digits; `None` for what is not finite. A rounded zero has no sign.
fn rounded(x: f64) -> Option<f64> {
    if !x.is_finite() {
        return None;
    }
    // Twelve digits hide the last bits, where platforms may differ, and keep every cent of a trillion.
    let text = format!("{x:.11e}");
    text.parse::<f64>().ok().map(|x| x + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_keep_twelve_digits_and_no_negative_zero() {
        assert_eq!(rounded(1.0 / 3.0), Some(0.333333333333));
        assert_eq!(rounded(-0.0).map(f64::is_sign_negative), Some(false));
        assert_eq!(rounded(f64::NAN), None);
    }
}
