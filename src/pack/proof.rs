//! What a column can be stored as, proved over all its values.
//!
//! A proof is a set of claims that hold until a value refutes them; two proofs of parts of a column join to the
//! proof of both. It must not know how values are stored.

use super::value;
use crate::source::csv::Field;
use polars::prelude::DataType;
use polars::prelude::TimeUnit;

/// Values that a column may have and still be one to sort by.
const FEW: usize = 32;

/// Whole numbers below this in size are exact in a double.
const EXACT: i64 = 1 << 53;

/// Decimal places that an exact sum can be declared with.
const SUMMED_PLACES: u8 = 4;

/// All that is known of a column's values.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// Values that are there.
    pub n: u64,
    /// Values that are not.
    pub n_missing: u64,
    /// Empty texts in quotes: a missing value everywhere but in a column of text.
    pub n_empty: u64,
    whole: Option<(i64, i64)>,
    places: Option<u8>,
    is_date: bool,
    moments: Option<(u8, Option<bool>)>,
    is_bool: bool,
    few: Option<Vec<Vec<u8>>>,
}

/// What a column is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// True or false.
    Bool,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// The nearest double; its decimal places as written where they are few enough for an exact sum.
    Float(Option<u8>),
    /// A civil date.
    Date,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Text.
    Text,
}

impl Kind {
    /// Names the type in a report.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Bool => "bool",
            Kind::Int32 => "int32",
            Kind::Int64 => "int64",
            Kind::Float(_) => "double",
            Kind::Date => "date",
            Kind::Millis => "timestamp[ms]",
            Kind::Micros => "timestamp[us]",
            Kind::Text => "text",
        }
    }

    /// Returns the engine's type.
    pub fn dtype(self) -> DataType {
        match self {
            Kind::Bool => DataType::Boolean,
            Kind::Int32 => DataType::Int32,
            Kind::Int64 => DataType::Int64,
            Kind::Float(_) => DataType::Float64,
            Kind::Date => DataType::Date,
            Kind::Millis => DataType::Datetime(TimeUnit::Milliseconds, None),
            Kind::Micros => DataType::Datetime(TimeUnit::Microseconds, None),
            Kind::Text => DataType::String,
        }
    }
}

impl Default for Proof {
    fn default() -> Self {
        Self {
            n: 0,
            n_missing: 0,
            n_empty: 0,
            whole: Some((i64::MAX, i64::MIN)),
            places: Some(0),
            is_date: true,
            moments: Some((0, None)),
            is_bool: true,
            few: Some(Vec::new()),
        }
    }
}

impl Proof {
    /// Takes in a value.
    pub fn add(&mut self, field: Field<'_>) {
        let text = field.bytes();
        if text.is_empty() {
            *(if field.is_quoted {
                &mut self.n_empty
            } else {
                &mut self.n_missing
            }) += 1;
            return;
        }
        self.n += 1;
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
        if let Some(few) = &mut self.few
            && !few.iter().any(|it| it == text)
        {
            few.push(text.to_vec());
            self.few = self.few.take().filter(|it| it.len() <= FEW);
        }
    }

    /// Returns the proof of a value that stands in so many rows, from the proof of it in one.
    pub fn times(mut self, rows: u64) -> Self {
        (self.n, self.n_missing) = (self.n * rows, self.n_missing * rows);
        self
    }

    /// Joins the proof of other values of the same column.
    pub fn join(&mut self, other: Proof) {
        self.n += other.n;
        self.n_missing += other.n_missing;
        self.n_empty += other.n_empty;
        self.is_bool &= other.is_bool;
        self.is_date &= other.is_date;
        self.whole = self.whole.zip(other.whole).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1)));
        self.places = self.places.zip(other.places).map(|(a, b)| a.max(b));
        self.moments = self.moments.zip(other.moments).and_then(|(a, b)| match (a.1, b.1) {
            (Some(x), Some(y)) if x != y => None,
            (x, y) => Some((a.0.max(b.0), x.or(y))),
        });
        self.few = self.few.take().zip(other.few).and_then(|(mut few, more)| {
            more.into_iter().for_each(|it| {
                if !few.contains(&it) {
                    few.push(it);
                }
            });
            (few.len() <= FEW).then_some(few)
        });
    }

    /// Returns the narrowest type that holds all values.
    pub fn kind(&self) -> Kind {
        let is_small = |(low, high): (i64, i64)| i32::try_from(low).is_ok() && i32::try_from(high).is_ok();
        match self {
            _ if self.n == 0 => Kind::Text,
            it if it.is_bool => Kind::Bool,
            it if it.whole.is_some_and(is_small) => Kind::Int32,
            it if it.whole.is_some() => Kind::Int64,
            it if it.is_date => Kind::Date,
            // Milliseconds hold three places.
            it if it.moments.is_some_and(|(places, _)| places <= 3) => Kind::Millis,
            it if it.moments.is_some() => Kind::Micros,
            Self { places: Some(it), .. } => Kind::Float((*it <= SUMMED_PLACES).then_some(*it)),
            _ => Kind::Text,
        }
    }

    /// Returns the number of distinct values where they are few.
    pub fn n_distinct(&self) -> Option<usize> {
        self.few.as_ref().map(Vec::len)
    }

    /// Says what was proved, as a phrase.
    pub fn says(&self) -> String {
        match (self.kind(), self.whole) {
            (Kind::Text, _) if self.n == 0 => "no value".to_owned(),
            (Kind::Int32 | Kind::Int64, Some((low, high))) => format!("whole numbers from {low} to {high}"),
            (Kind::Float(Some(places)), _) => {
                format!("numbers with {places} decimal places at most; `decimals` sums them exactly")
            }
            (Kind::Float(None), _) => "numbers, each the nearest double".to_owned(),
            (Kind::Date, _) => "dates".to_owned(),
            (Kind::Millis | Kind::Micros, _) => match self.moments {
                Some((_, Some(true))) => "moments in UTC".to_owned(),
                _ => "moments without a zone".to_owned(),
            },
            (Kind::Bool, _) => "true and false".to_owned(),
            _ => self
                .n_distinct()
                .map_or("text".to_owned(), |n| format!("text of {n} values")),
        }
    }
}
