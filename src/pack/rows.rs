//! Rows of a file, whatever its format, as values in the order of its columns.
//!
//! CSV comes in blocks of lines, Parquet in row groups. It must not know what values are proved or written for.

use super::Header;
use super::value;
use crate::source::csv::Block;
use crate::source::csv::Fault;
use crate::source::csv::Field;
use crate::source::glance::brief;
use crate::source::parquet::Exact;
use crate::source::parquet::Parquet;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::StaticArray;
use polars::prelude::TimeUnit;
use polars_arrow::array::PrimitiveArray;
use std::sync::Arc;

/// One value of a row.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// As it stands in a CSV file or in a path: what it is has to be proved.
    Written(Field<'a>),
    /// None.
    Missing,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Whole(i128),
    /// A float; one of 32 bits is the same in 64.
    Float(f64),
    /// A decimal: units of its last place, and its places.
    Decimal(i128, u8),
    /// Days since 1970-01-01.
    Day(i32),
    /// Parts of a second since 1970-01-01 0:00.
    Moment(i64, TimeUnit),
    /// A text.
    Text(&'a str),
}

/// The values of a row, in the order of its file's columns.
#[derive(Clone, Copy)]
pub enum Row<'a> {
    /// Fields of a line.
    Fields(&'a [Field<'a>]),
    /// Values of a file that types them.
    Values(&'a [Value<'a>]),
}

impl<'a> Row<'a> {
    /// Returns one value.
    pub fn value(self, idx: usize) -> Value<'a> {
        match self {
            Self::Fields(fields) => Value::Written(fields[idx]),
            Self::Values(values) => values[idx],
        }
    }

    /// Returns all values.
    pub fn values(self) -> impl Iterator<Item = Value<'a>> {
        let n = match self {
            Self::Fields(fields) => fields.len(),
            Self::Values(values) => values.len(),
        };
        (0..n).map(move |idx| self.value(idx))
    }
}

/// Some rows that follow each other in a file.
pub enum Rows {
    /// Lines of CSV.
    Lines(Block),
    /// A row group that is still in the file, its place there, and the number of its first row, counted from one.
    Group(Arc<Parquet>, usize, u64),
}

impl Rows {
    /// Hands on every row with what tells its line or number, and every line that is none with its fault.
    ///
    /// # Errors
    /// A row group that cannot be read, as the end of a sentence.
    pub fn each(
        &self,
        header: &Header,
        mut row: impl FnMut(&dyn Fn() -> u64, Row<'_>),
        fault: impl FnMut(u64, Fault, &[u8]),
    ) -> Result<(), String> {
        match self {
            Self::Lines(block) => {
                block.records(header.names.len(), |line, fields| row(line, Row::Fields(fields)), fault);
            }
            Self::Group(file, group_idx, first) => {
                let columns = header.names.iter().map(|name| {
                    let exact = file.exact(*group_idx, name).and_then(cells);
                    exact.map_err(|error| brief(&error))
                });
                let columns: Vec<Cells> = columns.collect::<Result<_, _>>()?;
                let n_rows = file.row_groups().nth(*group_idx).unwrap_or(0);
                let mut values = Vec::with_capacity(columns.len());
                for row_idx in 0..n_rows {
                    values.clear();
                    values.extend(columns.iter().map(|it| it.value(row_idx)));
                    row(&|| first + row_idx as u64, Row::Values(&values));
                }
            }
        }
        Ok(())
    }
}

/// The values of a column of a row group.
enum Cells {
    Nothing,
    Bool(pl::BooleanChunked),
    Whole(pl::Int64Chunked),
    Large(pl::UInt64Chunked),
    Float(pl::Float64Chunked),
    Decimal(PrimitiveArray<i128>, u8),
    Day(pl::Int32Chunked),
    Moment(pl::Int64Chunked, TimeUnit),
    Text(pl::StringChunked),
}

fn cells(exact: Exact) -> pl::PolarsResult<Cells> {
    let column = match exact {
        Exact::Units(units, scale) => return Ok(Cells::Decimal(units, scale)),
        Exact::Column(it) => it.rechunk(),
    };
    Ok(match column.dtype() {
        DataType::Null => Cells::Nothing,
        DataType::Boolean => Cells::Bool(column.bool()?.clone()),
        DataType::UInt64 => Cells::Large(column.u64()?.clone()),
        DataType::Float32 | DataType::Float64 => Cells::Float(column.cast(&DataType::Float64)?.f64()?.clone()),
        DataType::Date => Cells::Day(column.cast(&DataType::Int32)?.i32()?.clone()),
        DataType::Datetime(unit, _) => Cells::Moment(column.cast(&DataType::Int64)?.i64()?.clone(), *unit),
        DataType::String => Cells::Text(column.str()?.clone()),
        _ => Cells::Whole(column.strict_cast(&DataType::Int64)?.i64()?.clone()),
    })
}

impl Cells {
    fn value(&self, row_idx: usize) -> Value<'_> {
        let value = match self {
            Self::Nothing => None,
            Self::Bool(it) => it.get(row_idx).map(Value::Bool),
            Self::Whole(it) => it.get(row_idx).map(|it| Value::Whole(it.into())),
            Self::Large(it) => it.get(row_idx).map(|it| Value::Whole(it.into())),
            Self::Float(it) => it.get(row_idx).map(Value::Float),
            Self::Decimal(it, scale) => it.get(row_idx).map(|it| Value::Decimal(it, *scale)),
            Self::Day(it) => it.get(row_idx).map(Value::Day),
            Self::Moment(it, unit) => it.get(row_idx).map(|it| Value::Moment(it, *unit)),
            Self::Text(it) => it.get(row_idx).map(Value::Text),
        };
        value.unwrap_or(Value::Missing)
    }
}

impl Value<'_> {
    /// Returns whole days where the value is a date or a moment, or a text that says one, of the years 0 to 9999.
    pub fn day(self) -> Option<i32> {
        const MICROS_A_DAY: i64 = 86_400_000_000;
        // 0000-01-01 and 9999-12-31.
        const DAYS: std::ops::RangeInclusive<i32> = -719_528..=2_932_896;
        let of_text = |text: &[u8]| match text.len() {
            10 => value::day(text),
            _ => i32::try_from(value::moment(text)?.micros.div_euclid(MICROS_A_DAY)).ok(),
        };
        let day = match self {
            Value::Written(field) => of_text(field.bytes())?,
            Value::Text(text) => of_text(text.as_bytes())?,
            Value::Day(day) => day,
            Value::Moment(at, unit) => {
                let a_day = match unit {
                    TimeUnit::Milliseconds => MICROS_A_DAY / 1000,
                    TimeUnit::Microseconds => MICROS_A_DAY,
                    TimeUnit::Nanoseconds => MICROS_A_DAY * 1000,
                };
                i32::try_from(at.div_euclid(a_day)).ok()?
            }
            _ => return None,
        };
        DAYS.contains(&day).then_some(day)
    }

    /// Writes the value as text.
    pub fn text(self) -> String {
        let moment = |nanos: i128| jiff::Timestamp::from_nanosecond(nanos).map(|it| it.to_string());
        match self {
            Value::Written(field) => field.text().into_owned(),
            Value::Missing => String::new(),
            Value::Bool(it) => it.to_string(),
            Value::Whole(it) => it.to_string(),
            Value::Float(it) => it.to_string(),
            Value::Decimal(units, 0) => units.to_string(),
            Value::Decimal(units, scale) => {
                let digits = format!("{:0>width$}", units.unsigned_abs(), width = usize::from(scale) + 1);
                let (before, after) = digits.split_at(digits.len() - usize::from(scale));
                format!("{}{before}.{after}", if units < 0 { "-" } else { "" })
            }
            Value::Day(day) => {
                let days = jiff::Span::new().try_days(day);
                let date = days.and_then(|it| jiff::civil::date(1970, 1, 1).checked_add(it));
                date.map_or_else(|_| format!("day {day} from 1970-01-01"), |it| it.to_string())
            }
            Value::Moment(at, unit) => {
                let nanos = match unit {
                    TimeUnit::Milliseconds => 1_000_000,
                    TimeUnit::Microseconds => 1000,
                    TimeUnit::Nanoseconds => 1,
                };
                let text = moment(i128::from(at) * nanos).map(|it| it.trim_end_matches('Z').to_owned());
                text.unwrap_or_else(|_| format!("{at} {unit} from 1970-01-01"))
            }
            Value::Text(text) => text.to_owned(),
        }
    }
}
