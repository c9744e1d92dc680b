//! What a column can be stored as, proved over all its values.
//!
//! A proof is a set of claims that hold until a value refutes them; two proofs of parts of a column join to the
//! proof of both. It must not know how values are stored.

use super::kind::Kind;
use super::kind::Zone;
use super::rows::Value;
use super::typed::Typed;
use super::value;
use crate::source::csv::Field;
use polars::prelude::TimeUnit;

/// Values that a column may have and still be one to sort by.
const FEW: usize = 32;

/// Whole numbers below this in size are exact in a double.
const EXACT: i64 = 1 << 53;

/// Decimal places that an exact sum can be declared with.
pub(super) const SUMMED_PLACES: u8 = 4;

/// All that is known of a column's values.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// Values that are there.
    pub n: u64,
    /// Values that are not.
    pub n_missing: u64,
    /// Empty texts that are there: a missing value everywhere but in a column of text.
    pub n_empty: u64,
    claims: Claims,
    few: Option<Vec<Vec<u8>>>,
}

/// What holds of all values.
#[derive(Debug, Clone, PartialEq)]
enum Claims {
    /// They are written as text, and could be more.
    Written(Written),
    /// Their file says what they are.
    Typed(Typed),
}

/// What all texts of a column can be.
#[derive(Debug, Clone, PartialEq)]
struct Written {
    whole: Option<(i64, i64)>,
    places: Option<u8>,
    is_date: bool,
    moments: Option<(u8, Option<bool>)>,
    is_bool: bool,
}

impl Default for Proof {
    fn default() -> Self {
        Self::new(Claims::Written(Written {
            whole: Some((i64::MAX, i64::MIN)),
            places: Some(0),
            is_date: true,
            moments: Some((0, None)),
            is_bool: true,
        }))
    }
}

impl Proof {
    fn new(claims: Claims) -> Self {
        Self {
            n: 0,
            n_missing: 0,
            n_empty: 0,
            claims,
            few: Some(Vec::new()),
        }
    }

    /// Begins with what a file says of a column.
    pub fn of_type(typed: Typed) -> Self {
        Self::new(Claims::Typed(typed))
    }

    /// Takes in a value.
    pub fn add(&mut self, value: Value<'_>) {
        match (&mut self.claims, value) {
            (_, Value::Missing) => self.n_missing += 1,
            (_, Value::Written(field)) => self.add_written(field),
            (_, Value::Text("")) => self.n_empty += 1,
            (claims, value) => {
                self.n += 1;
                match (claims, value) {
                    (Claims::Typed(typed), value) => typed.add(value),
                    _ => unreachable!("a file is CSV or typed"),
                }
                self.count_typed(value);
            }
        }
    }

    /// Takes in a field of a CSV file, or a part of a path.
    pub fn add_written(&mut self, field: Field<'_>) {
        if field.is_missing() {
            self.n_missing += 1;
        } else if field.bytes().is_empty() {
            self.n_empty += 1;
        } else {
            self.n += 1;
            let Claims::Written(written) = &mut self.claims else {
                unreachable!("a file is CSV or typed");
            };
            written.add(field.bytes());
            self.count(field.bytes());
        }
    }

    /// Counts the distinct values of a typed column while they are few.
    fn count_typed(&mut self, value: Value<'_>) {
        let bits;
        let bytes = match value {
            Value::Text(text) => text.as_bytes(),
            Value::Written(_) | Value::Missing => return,
            Value::Bool(it) => {
                bits = u128::from(it).to_le_bytes();
                &bits
            }
            Value::Whole(it) | Value::Decimal(it, _) => {
                bits = it.to_le_bytes();
                &bits
            }
            Value::Float(it) => {
                bits = u128::from(it.to_bits()).to_le_bytes();
                &bits
            }
            Value::Day(it) => {
                bits = i128::from(it).to_le_bytes();
                &bits
            }
            Value::Moment(it, _) => {
                bits = i128::from(it).to_le_bytes();
                &bits
            }
        };
        self.count(bytes);
    }

    /// Counts the distinct values while they are few.
    fn count(&mut self, bytes: &[u8]) {
        let Some(few) = &mut self.few else { return };
        if !few.iter().any(|it| it == bytes) {
            few.push(bytes.to_vec());
            self.few = self.few.take().filter(|it| it.len() <= FEW);
        }
    }

    /// Returns the proof of a value that stands in so many rows, from the proof of it in one.
    pub fn times(mut self, rows: u64) -> Self {
        (self.n, self.n_missing) = (self.n * rows, self.n_missing * rows);
        self
    }

    /// Joins the proof of other values of the same column.
    ///
    /// # Errors
    /// What the one and the other hold, where no type holds both; the proof is as it was.
    pub fn join(&mut self, other: Proof) -> Result<(), (&'static str, &'static str)> {
        let claims = self.claims.joined(&other.claims);
        self.claims = claims.ok_or_else(|| (self.claims.noun(), other.claims.noun()))?;
        self.n += other.n;
        self.n_missing += other.n_missing;
        self.n_empty += other.n_empty;
        self.few = self.few.take().zip(other.few).and_then(|(mut few, more)| {
            more.into_iter().for_each(|it| {
                if !few.contains(&it) {
                    few.push(it);
                }
            });
            (few.len() <= FEW).then_some(few)
        });
        Ok(())
    }

    /// Returns the narrowest type that holds all values.
    ///
    /// # Errors
    /// What the values are that no type holds, as a noun.
    pub fn kind(&self) -> Result<Kind, &'static str> {
        match &self.claims {
            Claims::Written(_) if self.n == 0 => Ok(Kind::Text),
            Claims::Written(written) => Ok(written.kind()),
            Claims::Typed(typed) => typed.kind(),
        }
    }

    /// Returns the number of distinct values where they are few.
    pub fn n_distinct(&self) -> Option<usize> {
        self.few.as_ref().map(Vec::len)
    }

    /// Says what was proved of values that are stored as a type, as a phrase.
    pub fn says(&self, kind: Kind) -> String {
        let (whole, is_utc) = match &self.claims {
            Claims::Written(it) => (
                it.whole.map(|it| (it.0.into(), it.1.into())),
                matches!(it.moments, Some((_, Some(true)))),
            ),
            Claims::Typed(Typed::Whole(low, high)) => (Some((*low, *high)), false),
            Claims::Typed(it) => (None, matches!(it, Typed::Moment(_, Zone::Utc, _))),
        };
        match (kind, whole) {
            _ if self.n == 0 => "no value".to_owned(),
            (Kind::Int32 | Kind::Int64 | Kind::UInt64, Some((low, high))) => {
                format!("whole numbers from {low} to {high}")
            }
            (Kind::Float(Some(places)), _) => {
                format!("numbers with {places} decimal places at most; `decimals` sums them exactly")
            }
            (Kind::Float(None), _) => "numbers, each the nearest double".to_owned(),
            (Kind::Single, _) => "floats of 32 bits".to_owned(),
            (Kind::Decimal(_, places), _) => format!("exact decimals of {places} places"),
            (Kind::Date, _) => "dates".to_owned(),
            (Kind::Moment(..), _) if is_utc => "moments in UTC".to_owned(),
            (Kind::Moment(..), _) => "moments without a zone".to_owned(),
            (Kind::Bool, _) => "true and false".to_owned(),
            _ => self
                .n_distinct()
                .map_or("text".to_owned(), |n| format!("text of {n} values")),
        }
    }
}

impl Claims {
    fn joined(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Written(a), Self::Written(b)) => Some(Self::Written(a.joined(b))),
            (Self::Typed(a), Self::Typed(b)) => a.joined(b).map(Self::Typed),
            // A path states what other files have as a column.
            (Self::Written(written), Self::Typed(typed)) | (Self::Typed(typed), Self::Written(written)) => {
                match (typed, written.whole) {
                    (Typed::Nothing, _) => Some(Self::Written(written.clone())),
                    (Typed::Text, _) => Some(Self::Typed(Typed::Text)),
                    // No path stated a value.
                    (_, Some((low, high))) if high < low => Some(Self::Typed(typed.clone())),
                    (Typed::Whole(..), Some((low, high))) => {
                        typed.joined(&Typed::Whole(low.into(), high.into())).map(Self::Typed)
                    }
                    _ => None,
                }
            }
        }
    }

    fn noun(&self) -> &'static str {
        match self {
            Self::Written(_) => "what its path states",
            Self::Typed(typed) => typed.noun(),
        }
    }
}

impl Written {
    fn add(&mut self, text: &[u8]) {
        self.is_bool &= matches!(text, b"true" | b"false");
        self.is_date = self.is_date && value::day(text).is_some();
        if let Some((places, zone)) = self.moments {
            self.moments = value::moment(text)
                .filter(|it| zone.is_none_or(|zone| zone == it.is_utc))
                .map(|it| (places.max(it.places), Some(it.is_utc)));
        }
        let as_whole = if self.whole.is_some() || self.places.is_some() {
            value::whole(text)
        } else {
            None
        };
        self.whole = self
            .whole
            .zip(as_whole)
            .map(|((low, high), it)| (low.min(it), high.max(it)));
        self.places = self.places.and_then(|places| match as_whole {
            Some(it) => (-EXACT..=EXACT).contains(&it).then_some(places),
            None => value::number(text).map(|it| places.max(it.1)),
        });
    }

    fn joined(&self, other: &Self) -> Self {
        Self {
            is_bool: self.is_bool && other.is_bool,
            is_date: self.is_date && other.is_date,
            whole: self.whole.zip(other.whole).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1))),
            places: self.places.zip(other.places).map(|(a, b)| a.max(b)),
            moments: self.moments.zip(other.moments).and_then(|(a, b)| match (a.1, b.1) {
                (Some(x), Some(y)) if x != y => None,
                (x, y) => Some((a.0.max(b.0), x.or(y))),
            }),
        }
    }

    fn kind(&self) -> Kind {
        let is_small = |(low, high): (i64, i64)| i32::try_from(low).is_ok() && i32::try_from(high).is_ok();
        let moments = |unit| Kind::Moment(unit, Zone::Unsaid);
        match self {
            it if it.is_bool => Kind::Bool,
            it if it.whole.is_some_and(is_small) => Kind::Int32,
            it if it.whole.is_some() => Kind::Int64,
            it if it.is_date => Kind::Date,
            // Milliseconds hold three places.
            it if it.moments.is_some_and(|(places, _)| places <= 3) => moments(TimeUnit::Milliseconds),
            it if it.moments.is_some() => moments(TimeUnit::Microseconds),
            Self { places: Some(it), .. } => Kind::Float((*it <= SUMMED_PLACES).then_some(*it)),
            _ => Kind::Text,
        }
    }
}
