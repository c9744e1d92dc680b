//! What a column of a typed file can be stored as: its own type, as narrow as its values allow.
//!
//! A number stays a number and a text a text: what a text could also be is asked of CSV only. It must not know how
//! values are stored.

use super::kind::Digits;
use super::kind::Kind;
use super::kind::Zone;
use super::rows::Value;
use polars::prelude::TimeUnit;
use polars_arrow::datatypes::ArrowDataType;

/// Whole numbers below this in size are exact in a double.
const EXACT: i128 = 1 << 53;

/// What a column's type and its values say.
#[derive(Debug, Clone, PartialEq)]
pub enum Typed {
    /// A column without a type: all its values are missing.
    Nothing,
    /// True and false.
    Bool,
    /// Whole numbers; the lowest and the highest.
    Whole(i128, i128),
    /// Floats of 64 bits; the decimal places that all can be written with, where they are few.
    Float(Option<u8>),
    /// Floats of 32 bits.
    Single,
    /// Exact decimals: places behind the point, and the largest size in units of the last.
    Decimal(u8, u128),
    /// Civil dates.
    Date,
    /// Moments: the coarsest part of a second that tells all, their zone, and the largest size in milliseconds.
    Moment(TimeUnit, Zone, u64),
    /// Texts.
    Text,
}

impl Typed {
    /// Begins with a column's type.
    ///
    /// # Errors
    /// What the column holds that cannot be written, as a noun.
    pub fn of(dtype: &ArrowDataType) -> Result<Self, String> {
        Ok(match dtype {
            ArrowDataType::Null => Self::Nothing,
            ArrowDataType::Boolean => Self::Bool,
            ArrowDataType::Int8
            | ArrowDataType::Int16
            | ArrowDataType::Int32
            | ArrowDataType::Int64
            | ArrowDataType::UInt8
            | ArrowDataType::UInt16
            | ArrowDataType::UInt32
            | ArrowDataType::UInt64 => Self::Whole(i128::MAX, i128::MIN),
            ArrowDataType::Float32 => Self::Single,
            ArrowDataType::Float64 => Self::Float(Some(0)),
            ArrowDataType::Decimal32(_, scale)
            | ArrowDataType::Decimal64(_, scale)
            | ArrowDataType::Decimal(_, scale) => {
                Self::Decimal(u8::try_from(*scale).map_err(|_| "decimals".to_owned())?, 0)
            }
            ArrowDataType::Date32 => Self::Date,
            ArrowDataType::Date64 => Self::Moment(TimeUnit::Milliseconds, Zone::Unsaid, 0),
            ArrowDataType::Timestamp(_, zone) => {
                let is_said = zone.as_ref().is_some_and(|it| !it.is_empty());
                let zone = if is_said { Zone::Utc } else { Zone::Unsaid };
                Self::Moment(TimeUnit::Milliseconds, zone, 0)
            }
            ArrowDataType::Utf8 | ArrowDataType::LargeUtf8 | ArrowDataType::Utf8View => Self::Text,
            ArrowDataType::Dictionary(_, of, _) => return Self::of(of),
            ArrowDataType::List(_) | ArrowDataType::LargeList(_) | ArrowDataType::FixedSizeList(..) => {
                return Err("lists".to_owned());
            }
            ArrowDataType::Struct(_) => return Err("structs".to_owned()),
            ArrowDataType::Binary
            | ArrowDataType::LargeBinary
            | ArrowDataType::BinaryView
            | ArrowDataType::FixedSizeBinary(_) => return Err("bytes that are no text".to_owned()),
            ArrowDataType::Time32(_) | ArrowDataType::Time64(_) => return Err("times of day".to_owned()),
            other => return Err(format!("values of the type {other:?}")),
        })
    }

    /// Takes in a value that is there.
    pub fn add(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Whole(low, high), Value::Whole(it)) => (*low, *high) = ((*low).min(it), (*high).max(it)),
            (Self::Float(places), Value::Float(it)) => *places = places.and_then(|places| places_of(it, places)),
            (Self::Decimal(_, largest), Value::Decimal(it, _)) => *largest = (*largest).max(it.unsigned_abs()),
            (Self::Moment(unit, _, largest), Value::Moment(at, of)) => {
                let (needed, millis) = match of {
                    TimeUnit::Milliseconds => (TimeUnit::Milliseconds, at),
                    TimeUnit::Microseconds if at % 1000 == 0 => (TimeUnit::Milliseconds, at / 1000),
                    TimeUnit::Microseconds => (TimeUnit::Microseconds, at / 1000),
                    TimeUnit::Nanoseconds if at % 1_000_000 == 0 => (TimeUnit::Milliseconds, at / 1_000_000),
                    TimeUnit::Nanoseconds if at % 1000 == 0 => (TimeUnit::Microseconds, at / 1_000_000),
                    TimeUnit::Nanoseconds => (TimeUnit::Nanoseconds, at / 1_000_000),
                };
                *unit = finer(*unit, needed);
                *largest = (*largest).max(millis.unsigned_abs());
            }
            _ => {}
        }
    }

    /// Joins what is known of other values; none where no type holds both.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Nothing, it) | (it, Self::Nothing) => it.clone(),
            (Self::Whole(a, b), Self::Whole(c, d)) => Self::Whole(*a.min(c), *b.max(d)),
            (Self::Whole(low, high), it @ (Self::Float(_) | Self::Single))
            | (it @ (Self::Float(_) | Self::Single), Self::Whole(low, high)) => {
                let is_exact = high < low || (-EXACT <= *low && *high <= EXACT);
                let places = match it {
                    Self::Float(places) => *places,
                    _ => None,
                };
                return is_exact.then_some(Self::Float(places));
            }
            (Self::Float(a), Self::Float(b)) => Self::Float(a.zip(*b).map(|(a, b)| a.max(b))),
            (Self::Float(_), Self::Single) | (Self::Single, Self::Float(_)) => Self::Float(None),
            (Self::Decimal(a, x), Self::Decimal(b, y)) => {
                let scale = *a.max(b);
                Self::Decimal(scale, shifted(*x, scale - a).max(shifted(*y, scale - b)))
            }
            (Self::Whole(low, high), Self::Decimal(scale, x)) | (Self::Decimal(scale, x), Self::Whole(low, high)) => {
                let largest = if high < low {
                    0
                } else {
                    low.unsigned_abs().max(high.unsigned_abs())
                };
                Self::Decimal(*scale, shifted(largest, *scale).max(*x))
            }
            (Self::Moment(a, zone, x), Self::Moment(b, other, y)) if zone == other => {
                Self::Moment(finer(*a, *b), *zone, *x.max(y))
            }
            (a, b) if a == b => a.clone(),
            _ => return None,
        })
    }

    /// Returns the narrowest type that holds all values.
    ///
    /// # Errors
    /// What the values are that no type holds, as a noun.
    pub fn kind(&self) -> Result<Kind, &'static str> {
        Ok(match self {
            Self::Bool => Kind::Bool,
            Self::Whole(low, high) if high < low => Kind::Int32,
            Self::Whole(low, high) if holds::<i32>(*low, *high) => Kind::Int32,
            Self::Whole(low, high) if holds::<i64>(*low, *high) => Kind::Int64,
            Self::Whole(low, high) if holds::<u64>(*low, *high) => Kind::UInt64,
            Self::Whole(..) => return Err("whole numbers of more than 64 bits"),
            Self::Float(places) => Kind::Float(*places),
            Self::Single => Kind::Single,
            Self::Decimal(scale, largest) if *scale <= 9 && *largest < 10_u128.pow(9) => {
                Kind::Decimal(Digits::Nine, *scale)
            }
            Self::Decimal(scale, largest) if *scale <= 18 && *largest < 10_u128.pow(18) => {
                Kind::Decimal(Digits::Eighteen, *scale)
            }
            Self::Decimal(..) => return Err("decimals of more than 18 digits"),
            Self::Date => Kind::Date,
            Self::Moment(unit, zone, largest) => {
                let a_milli = match unit {
                    TimeUnit::Milliseconds => 1,
                    TimeUnit::Microseconds => 1000,
                    TimeUnit::Nanoseconds => 1_000_000,
                };
                if *largest >= i64::MAX as u64 / a_milli {
                    return Err("moments that are too far from 1970 for the finest of them");
                }
                Kind::Moment(*unit, *zone)
            }
            Self::Nothing | Self::Text => Kind::Text,
        })
    }

    /// Names what the column holds, for a reader.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Bool => "true and false",
            Self::Whole(..) => "whole numbers",
            Self::Float(_) | Self::Single => "floats",
            Self::Decimal(..) => "decimals",
            Self::Date => "dates",
            Self::Moment(_, Zone::Utc, _) => "moments in UTC",
            Self::Moment(..) => "moments without a zone",
            Self::Text => "text",
        }
    }
}

fn holds<T: TryFrom<i128>>(low: i128, high: i128) -> bool {
    T::try_from(low).is_ok() && T::try_from(high).is_ok()
}

fn shifted(units: u128, places: u8) -> u128 {
    units.saturating_mul(10_u128.saturating_pow(places.into()))
}

fn finer(a: TimeUnit, b: TimeUnit) -> TimeUnit {
    let order = [TimeUnit::Nanoseconds, TimeUnit::Microseconds];
    order
        .into_iter()
        .find(|it| a == *it || b == *it)
        .unwrap_or(TimeUnit::Milliseconds)
}

/// Returns the fewest decimal places, from `from` on, with which a number is written as short as its double; none where
/// they are too many for an exact sum.
fn places_of(value: f64, from: u8) -> Option<u8> {
    // As many digits as a double always tells apart.
    const LARGEST: f64 = 1e15;
    (from..=super::proof::SUMMED_PLACES).find(|places| {
        let unit = 10_f64.powi(i32::from(*places));
        let units = (value * unit).round();
        // Minus zero is not the nought that an exact sum gives back.
        units.abs() < LARGEST && units / unit == value && (value != 0.0 || value.is_sign_positive())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_join_to_what_holds_both() {
        let whole = Typed::Whole(-5, 7);
        assert_eq!(whole.joined(&Typed::Float(Some(2))), Some(Typed::Float(Some(2))));
        assert_eq!(
            Typed::Whole(0, 1 << 60).joined(&Typed::Float(Some(2))),
            None,
            "a double cannot hold it"
        );
        assert_eq!(whole.joined(&Typed::Decimal(2, 150)), Some(Typed::Decimal(2, 700)));
        assert_eq!(
            Typed::Decimal(1, 15).joined(&Typed::Decimal(3, 2)),
            Some(Typed::Decimal(3, 1500))
        );
        assert_eq!(whole.joined(&Typed::Text), None);
        assert_eq!(Typed::Nothing.joined(&Typed::Date), Some(Typed::Date));
    }

    #[test]
    fn a_type_is_as_narrow_as_its_values() {
        assert_eq!(Typed::Whole(0, i128::from(u64::MAX)).kind(), Ok(Kind::UInt64));
        assert!(Typed::Whole(-1, i128::from(u64::MAX)).kind().is_err());
        assert_eq!(
            Typed::Decimal(2, 999_999_999).kind(),
            Ok(Kind::Decimal(Digits::Nine, 2))
        );
        assert_eq!(
            Typed::Decimal(2, 1_000_000_000).kind(),
            Ok(Kind::Decimal(Digits::Eighteen, 2))
        );
        assert!(Typed::Decimal(2, 10_u128.pow(18)).kind().is_err());
        let mut at = Typed::Moment(TimeUnit::Milliseconds, Zone::Utc, 0);
        at.add(Value::Moment(1_000_000_000, TimeUnit::Nanoseconds));
        assert_eq!(at.kind(), Ok(Kind::Moment(TimeUnit::Milliseconds, Zone::Utc)));
        at.add(Value::Moment(1_000_001_000, TimeUnit::Nanoseconds));
        assert_eq!(at.kind(), Ok(Kind::Moment(TimeUnit::Microseconds, Zone::Utc)));
    }

    #[test]
    fn places_are_those_of_the_shortest_number() {
        for (value, expected) in [
            (1.2, Some(1)),
            (-0.25, Some(2)),
            (3.0, Some(0)),
            (0.1 + 0.2, None),
            (1e15, None),
        ] {
            assert_eq!(places_of(value, 0), expected, "{value}");
        }
        assert_eq!(places_of(f64::NAN, 0), None);
        assert_eq!(places_of(1.5, 3), Some(3));
    }
}
