//! What a column is stored as: the engine's type, and what the Parquet file says of it.
//!
//! It must not know how a type was proved.

use polars::prelude::CompatLevel;
use polars::prelude::DataType;
use polars::prelude::TimeUnit;
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::datatypes::Field;

/// What a column is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// True or false.
    Bool,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A whole number of 64 bits without a sign.
    UInt64,
    /// The nearest double; its decimal places as written where they are few enough for an exact sum.
    Float(Option<u8>),
    /// A float of 32 bits.
    Single,
    /// An exact decimal.
    Decimal(Digits, u8),
    /// A civil date.
    Date,
    /// Parts of a second since 1970.
    Moment(TimeUnit, Zone),
    /// Text.
    Text,
}

/// How many digits a decimal may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digits {
    /// As many as 32 bits hold: nine.
    Nine,
    /// As many as 64 bits hold: eighteen.
    Eighteen,
}

/// What is said of the zone of moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Nothing.
    Unsaid,
    /// They are instants, counted in UTC.
    Utc,
}

impl Kind {
    /// Names the type in a report.
    pub fn name(self) -> String {
        match self {
            Kind::Bool => "bool".to_owned(),
            Kind::Int32 => "int32".to_owned(),
            Kind::Int64 => "int64".to_owned(),
            Kind::UInt64 => "uint64".to_owned(),
            Kind::Float(_) => "double".to_owned(),
            Kind::Single => "float".to_owned(),
            Kind::Decimal(digits, scale) => format!("decimal({}, {scale})", digits.number()),
            Kind::Date => "date".to_owned(),
            Kind::Moment(unit, Zone::Unsaid) => format!("timestamp[{}]", unit.to_ascii()),
            Kind::Moment(unit, Zone::Utc) => format!("timestamp[{}, UTC]", unit.to_ascii()),
            Kind::Text => "text".to_owned(),
        }
    }

    /// Returns the engine's type; decimals are whole numbers of their last place.
    pub fn dtype(self) -> DataType {
        match self {
            Kind::Bool => DataType::Boolean,
            Kind::Int32 | Kind::Decimal(Digits::Nine, _) => DataType::Int32,
            Kind::Int64 | Kind::Decimal(Digits::Eighteen, _) => DataType::Int64,
            Kind::UInt64 => DataType::UInt64,
            Kind::Float(_) => DataType::Float64,
            Kind::Single => DataType::Float32,
            Kind::Date => DataType::Date,
            Kind::Moment(unit, _) => DataType::Datetime(unit, None),
            Kind::Text => DataType::String,
        }
    }

    /// Returns what the file says of a column: bits are the same as those of [`Kind::dtype`].
    pub fn field(self, name: &str) -> Field {
        let mut field = self.dtype().to_arrow_field(name.into(), CompatLevel::newest());
        match self {
            Kind::Decimal(digits, scale) => {
                field.dtype = ArrowDataType::Decimal(digits.number().into(), scale.into());
            }
            Kind::Moment(unit, Zone::Utc) => {
                field.dtype = ArrowDataType::Timestamp(unit.to_arrow(), Some("UTC".into()));
            }
            _ => {}
        }
        field
    }
}

impl Digits {
    fn number(self) -> u8 {
        match self {
            Digits::Nine => 9,
            Digits::Eighteen => 18,
        }
    }
}
