//! Arrow's types and arrays as the columns that are folded: what no expression can use is said, never met by a panic.
//!
//! It must not know which file an array came from.

use polars::prelude as pl;
use polars::prelude::DataType;
use polars::prelude::IntoColumn;
use polars::prelude::NewChunkedArray;
use polars::prelude::TimeUnit;
use polars::prelude::UnknownKind;
use polars_arrow::array::Array;
use polars_arrow::array::PrimitiveArray;
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::datatypes::Field;

/// Tells what a column holds; texts are `String`, however they are kept, and exact decimals `Float64`. What cannot be
/// used is `Unknown`.
pub(super) fn holds(dtype: &ArrowDataType) -> DataType {
    match dtype {
        ArrowDataType::Null => DataType::Null,
        ArrowDataType::Boolean => DataType::Boolean,
        ArrowDataType::Int8 => DataType::Int8,
        ArrowDataType::Int16 => DataType::Int16,
        ArrowDataType::Int32 => DataType::Int32,
        ArrowDataType::Int64 => DataType::Int64,
        ArrowDataType::UInt8 => DataType::UInt8,
        ArrowDataType::UInt16 => DataType::UInt16,
        ArrowDataType::UInt32 => DataType::UInt32,
        ArrowDataType::UInt64 => DataType::UInt64,
        ArrowDataType::Float32 => DataType::Float32,
        ArrowDataType::Float64
        | ArrowDataType::Decimal32(..)
        | ArrowDataType::Decimal64(..)
        | ArrowDataType::Decimal(..) => DataType::Float64,
        ArrowDataType::Date32 => DataType::Date,
        ArrowDataType::Date64 => DataType::Datetime(TimeUnit::Milliseconds, None),
        // An instant is kept in UTC, whatever zone it is shown in.
        ArrowDataType::Timestamp(unit, _) => DataType::Datetime(unit.into(), None),
        it if is_text(it) => DataType::String,
        ArrowDataType::Dictionary(_, of, _) => holds(of),
        _ => DataType::Unknown(UnknownKind::Any),
    }
}

/// Returns whether a column holds texts, as they are or by a dictionary.
pub(super) fn is_text(dtype: &ArrowDataType) -> bool {
    match dtype {
        ArrowDataType::Utf8 | ArrowDataType::LargeUtf8 | ArrowDataType::Utf8View => true,
        ArrowDataType::Dictionary(_, of, _) => is_text(of),
        _ => false,
    }
}

/// Makes a column of arrays; texts stay texts.
///
/// # Errors
/// Arrays that no column can be made of.
pub(super) fn column(field: &Field, arrays: Vec<Box<dyn Array>>) -> pl::PolarsResult<pl::Column> {
    let name = field.name.clone();
    if let Some(places) = places(&field.dtype) {
        return Ok(decimals(name, &arrays, places)?.into_column());
    }
    match &field.dtype {
        ArrowDataType::Timestamp(unit, _) => {
            let plain = |it: &dyn Array| {
                let instants = it.as_any().downcast_ref::<PrimitiveArray<i64>>()?;
                Some(instants.clone().to(ArrowDataType::Timestamp(*unit, None)).boxed())
            };
            let plain: Option<Vec<Box<dyn Array>>> = arrays.iter().map(|it| plain(it.as_ref())).collect();
            Ok(pl::Series::try_from((name, plain.ok_or_else(|| unusable(field))?))?.into_column())
        }
        it if holds(it) == DataType::Unknown(UnknownKind::Any) => Err(unusable(field)),
        it if is_text(it) => {
            let series = pl::Series::try_from((name, arrays))?;
            Ok(series.cast(&DataType::String)?.into_column())
        }
        _ => Ok(pl::Series::try_from((field, arrays))?.into_column()),
    }
}

fn unusable(field: &Field) -> pl::PolarsError {
    let message = format!("`{}` holds values that cannot be used: {:?}", field.name, field.dtype);
    pl::PolarsError::ComputeError(message.into())
}

/// Returns how many places the exact decimals of a type have; none where it is another type.
pub(super) fn places(dtype: &ArrowDataType) -> Option<u8> {
    match dtype {
        ArrowDataType::Decimal32(_, scale) | ArrowDataType::Decimal64(_, scale) | ArrowDataType::Decimal(_, scale) => {
            u8::try_from(*scale).ok()
        }
        _ => None,
    }
}

/// Returns exact decimals in units of their last place.
///
/// # Errors
/// Arrays of another type.
pub(super) fn units(name: &str, arrays: &[Box<dyn Array>]) -> pl::PolarsResult<PrimitiveArray<i128>> {
    let mut values: Vec<Option<i128>> = Vec::new();
    for array in arrays {
        let any = array.as_any();
        if let Some(all) = any.downcast_ref::<PrimitiveArray<i128>>() {
            values.extend(all.iter().map(|it| it.copied()));
        } else if let Some(all) = any.downcast_ref::<PrimitiveArray<i64>>() {
            values.extend(all.iter().map(|it| it.map(|x| i128::from(*x))));
        } else if let Some(all) = any.downcast_ref::<PrimitiveArray<i32>>() {
            values.extend(all.iter().map(|it| it.map(|x| i128::from(*x))));
        } else {
            let message = format!("`{name}` holds decimals of an unknown width");
            return Err(pl::PolarsError::ComputeError(message.into()));
        }
    }
    Ok(PrimitiveArray::from(values))
}

/// Makes floats of exact decimals: those of fifteen digits come back exactly by the `decimals:` of a spec.
fn decimals(name: pl::PlSmallStr, arrays: &[Box<dyn Array>], places: u8) -> pl::PolarsResult<pl::Float64Chunked> {
    let unit = 10_f64.powi(places.into());
    let units = units(&name, arrays)?;
    let values = units.iter().map(|it| it.map(|x| *x as f64 / unit));
    Ok(pl::Float64Chunked::from_iter_options(name, values))
}
