//! Facts: named, unit-bearing results with provenance.
//!
//! If a number is in the memo, its unrounded self is here under an id. A fact must not know how it
//! will be worded.

use super::unit::Unit;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de;
use serde::ser::SerializeStruct;
use std::collections::BTreeMap;
use std::ops::Bound;

/// Path-like name of a fact: `deviation/grocery/spend/cii`.
pub type FactId = String;

/// One named result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfJson)
    }
}

/// Tells a number, a text, a list and a series by what stands in JSON.
struct OfJson;

impl<'de> de::Visitor<'de> for OfJson {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number, a text, a list of texts, or periods with their values")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Number(None))
    }

    fn visit_f64<E>(self, x: f64) -> Result<Value, E> {
        Ok(Value::Number(Some(x)))
    }

    fn visit_i64<E>(self, x: i64) -> Result<Value, E> {
        Ok(Value::Number(Some(x as f64)))
    }

    fn visit_u64<E>(self, x: u64) -> Result<Value, E> {
        Ok(Value::Number(Some(x as f64)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<Value, A::Error> {
        Vec::deserialize(de::value::SeqAccessDeserializer::new(list)).map(Value::List)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        #[derive(Deserialize)]
        struct Series {
            periods: Vec<String>,
            values: Vec<Option<f64>>,
        }
        let Series { periods, values } = Series::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(Value::Series { periods, values })
    }
}

/// An interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Its level, in per cent.
    pub level_pct: u8,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Where a fact came from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
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

    /// Returns the facts that came from some analyses.
    pub fn of(&self, analyses: &[&str]) -> Facts {
        let of = |it: &(&FactId, &Fact)| analyses.contains(&it.1.from.analysis.as_str());
        let owned = |(id, fact): (&FactId, &Fact)| (id.clone(), fact.clone());
        Facts {
            by_id: self.by_id.iter().filter(of).map(owned).collect(),
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

    /// Iterates over the facts whose ids begin with `prefix`, in the order of ids.
    pub fn under<'a>(&'a self, prefix: &str) -> impl Iterator<Item = (&'a FactId, &'a Fact)> + use<'a> {
        let from = self.by_id.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        let prefix = prefix.to_owned();
        from.take_while(move |it| it.0.starts_with(prefix.as_str()))
    }

    /// Iterates in the order of ids.
    pub fn iter(&self) -> impl Iterator<Item = (&FactId, &Fact)> {
        self.by_id.iter()
    }
}

impl<'de> Deserialize<'de> for Facts {
    /// Reads facts as `facts.json` has them: to the same digits, and so to the same bits.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut facts = Self::new();
        for (id, fact) in BTreeMap::<FactId, Fact>::deserialize(deserializer)? {
            facts.insert(id, fact);
        }
        Ok(facts)
    }
}

/// Rounds to 12 significant digits, as facts are; `None` for what is not finite. A rounded zero has no sign.
pub fn rounded(x: f64) -> Option<f64> {
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
    fn facts_are_read_to_the_bits_that_were_written() {
        let fact = |value, interval| Fact {
            value,
            unit: Unit::money("USD"),
            interval,
            n: Some(3),
            from: Provenance::default(),
        };
        let mut facts = Facts::new();
        let mut x = 0.1_f64;
        for place in 0..2000 {
            // Digits without a pattern, from 1e-200 to 1e200.
            x = (x * 997.13).fract();
            let scaled = (x - 0.5) * 10_f64.powi(place / 5 - 200);
            let interval = Interval {
                level_pct: 95,
                low: scaled / 3.0,
                high: scaled * 3.0,
            };
            facts.insert(
                format!("number/{place}"),
                fact(Value::Number(Some(scaled)), Some(interval)),
            );
        }
        facts.insert("none", fact(Value::Number(None), None));
        facts.insert("text", fact(Value::Text("7".into()), None));
        facts.insert("list", fact(Value::List(vec!["a".into(), "7".into()]), None));
        facts.insert("empty", fact(Value::List(Vec::new()), None));
        let values = vec![Some(1.0 / 3.0), None, Some(-2.0)];
        let periods = ["2026-01", "2026-02", "2026-03"].map(str::to_owned).to_vec();
        facts.insert("series", fact(Value::Series { periods, values }, None));
        let json = serde_json::to_string(&facts).expect("facts are written");
        let read: Facts = serde_json::from_str(&json).expect("facts are read");
        assert_eq!(read, facts);
    }

    #[test]
    fn facts_keep_twelve_digits_and_no_negative_zero() {
        assert_eq!(rounded(1.0 / 3.0), Some(0.333333333333));
        assert_eq!(rounded(-0.0).map(f64::is_sign_negative), Some(false));
        assert_eq!(rounded(f64::NAN), None);
    }
}
