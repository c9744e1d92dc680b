//! A column of rows that are to be written, of the type that was proved.
//!
//! It must not know where its values come from.

use super::kind::Kind;
use super::rows::Value;
use super::value;
use crate::source::csv::Field;
use polars::prelude as pl;
use polars::prelude::ChunkedBuilder;
use polars::prelude::IntoColumn;
use polars::prelude::IntoSeries;
use polars::prelude::PrimitiveChunkedBuilder;
use polars::prelude::TimeUnit;

/// A column that grows.
pub enum Column {
    /// True and false.
    Bool(pl::BooleanChunkedBuilder),
    /// Whole numbers, of so many decimal places.
    Int32(PrimitiveChunkedBuilder<pl::Int32Type>, u8),
    /// Whole numbers, of so many decimal places.
    Int64(PrimitiveChunkedBuilder<pl::Int64Type>, u8),
    /// Whole numbers without a sign.
    UInt64(PrimitiveChunkedBuilder<pl::UInt64Type>),
    /// Floats.
    Float(PrimitiveChunkedBuilder<pl::Float64Type>),
    /// Floats of 32 bits.
    Single(PrimitiveChunkedBuilder<pl::Float32Type>),
    /// Texts.
    Text(pl::StringChunkedBuilder),
    /// Days.
    Date(PrimitiveChunkedBuilder<pl::Int32Type>),
    /// Parts of a second.
    Moment(PrimitiveChunkedBuilder<pl::Int64Type>, TimeUnit),
}

impl Column {
    /// Begins a column.
    pub fn new(name: &str, kind: Kind) -> Self {
        let name: pl::PlSmallStr = name.into();
        let scale = match kind {
            Kind::Decimal(_, scale) => scale,
            _ => 0,
        };
        match (kind, kind.dtype()) {
            (Kind::Bool, _) => Self::Bool(pl::BooleanChunkedBuilder::new(name, 0)),
            (Kind::UInt64, _) => Self::UInt64(PrimitiveChunkedBuilder::new(name, 0)),
            (Kind::Float(_), _) => Self::Float(PrimitiveChunkedBuilder::new(name, 0)),
            (Kind::Single, _) => Self::Single(PrimitiveChunkedBuilder::new(name, 0)),
            (Kind::Text, _) => Self::Text(pl::StringChunkedBuilder::new(name, 0)),
            (Kind::Date, _) => Self::Date(PrimitiveChunkedBuilder::new(name, 0)),
            (Kind::Moment(unit, _), _) => Self::Moment(PrimitiveChunkedBuilder::new(name, 0), unit),
            (_, pl::DataType::Int32) => Self::Int32(PrimitiveChunkedBuilder::new(name, 0), scale),
            _ => Self::Int64(PrimitiveChunkedBuilder::new(name, 0), scale),
        }
    }

    /// Takes in a field of a CSV file or a part of a path, which the first pass proved to be of the type.
    pub fn push_written(&mut self, field: Field<'_>) {
        let bytes = field.bytes();
        match self {
            Self::Bool(it) => it.append_option((!bytes.is_empty()).then(|| bytes == b"true")),
            Self::Int32(it, _) => it.append_option(value::whole(bytes).and_then(|it| i32::try_from(it).ok())),
            Self::Int64(it, _) => it.append_option(value::whole(bytes)),
            Self::UInt64(it) => it.append_option(value::whole(bytes).and_then(|it| u64::try_from(it).ok())),
            Self::Float(it) => it.append_option(value::number(bytes).map(|it| it.0)),
            // Joined with a float of 32 bits.
            Self::Single(it) => it.append_option(value::number(bytes).map(|it| it.0 as f32)),
            Self::Date(it) => it.append_option(value::day(bytes)),
            Self::Moment(it, unit) => {
                let micros = value::moment(bytes).map(|it| it.micros);
                it.append_option(micros.and_then(|it| scaled(it, TimeUnit::Microseconds, *unit)));
            }
            Self::Text(it) if field.is_missing() => it.append_null(),
            Self::Text(it) => it.append_value(field.text()),
        }
    }

    /// Takes in a value, which the first pass proved to be of the type.
    pub fn push(&mut self, value: Value<'_>) {
        if let Value::Written(field) = value {
            return self.push_written(field);
        }
        match self {
            Self::Bool(it) => it.append_option(match value {
                Value::Bool(holds) => Some(holds),
                _ => None,
            }),
            Self::Int32(it, scale) => it.append_option(units(value, *scale).and_then(|it| i32::try_from(it).ok())),
            Self::Int64(it, scale) => it.append_option(units(value, *scale).and_then(|it| i64::try_from(it).ok())),
            Self::UInt64(it) => it.append_option(units(value, 0).and_then(|it| u64::try_from(it).ok())),
            Self::Float(it) => it.append_option(float(value)),
            // It came as a float of 32 bits.
            Self::Single(it) => it.append_option(float(value).map(|it| it as f32)),
            Self::Date(it) => it.append_option(match value {
                Value::Day(day) => Some(day),
                _ => None,
            }),
            Self::Moment(it, unit) => it.append_option(match value {
                Value::Moment(at, of) => scaled(at, of, *unit),
                _ => None,
            }),
            Self::Text(it) => match value {
                Value::Text(text) => it.append_value(text),
                _ => it.append_null(),
            },
        }
    }

    /// Ends the column.
    pub fn finish(self, kind: Kind) -> pl::Column {
        let series = match self {
            Self::Bool(it) => it.finish().into_series(),
            Self::Int32(it, _) | Self::Date(it) => it.finish().into_series(),
            Self::Int64(it, _) | Self::Moment(it, _) => it.finish().into_series(),
            Self::UInt64(it) => it.finish().into_series(),
            Self::Float(it) => it.finish().into_series(),
            Self::Single(it) => it.finish().into_series(),
            Self::Text(it) => it.finish().into_series(),
        };
        let typed = series
            .cast(&kind.dtype())
            .expect("a date is days, a moment its parts of a second");
        typed.into_column()
    }
}

/// Returns a number in units of a decimal place.
fn units(value: Value<'_>, scale: u8) -> Option<i128> {
    let (units, places) = match value {
        Value::Whole(it) => (it, 0),
        Value::Decimal(it, places) => (it, places),
        _ => return None,
    };
    units.checked_mul(10_i128.checked_pow(scale.checked_sub(places)?.into())?)
}

fn float(value: Value<'_>) -> Option<f64> {
    match value {
        Value::Float(it) => Some(it),
        // It was proved to be exact.
        Value::Whole(it) => Some(it as f64),
        _ => None,
    }
}

/// Returns parts of a second in another unit.
fn scaled(at: i64, from: TimeUnit, to: TimeUnit) -> Option<i64> {
    let a_second = |unit: TimeUnit| match unit {
        TimeUnit::Milliseconds => 1_000_i128,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Nanoseconds => 1_000_000_000,
    };
    i64::try_from((i128::from(at) * a_second(to)).div_euclid(a_second(from))).ok()
}
