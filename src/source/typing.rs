//! Columns as files hold them made into what a spec says they hold; rows where one cannot be are taken out, and counted.
//!
//! It must not know which files there are, nor what is computed.

use super::compile;
use super::compile::Typed;
use super::frame::Frame;
use super::frame::Texts;
use super::read::CLOCK;
use super::zone::Zone;
use crate::model::panel::Intake;
use crate::model::panel::Reject;
use polars::prelude as pl;
use polars::prelude::ChunkExpandAtIndex;
use polars::prelude::DataType;
use polars::prelude::IntoColumn;
use polars::prelude::IntoLazy;
use polars::prelude::NewChunkedArray;
use polars::prelude::TimeUnit;
use polars::prelude::lit;
use std::ops::BitAnd;
use std::ops::BitOr;
use std::ops::Not;

/// Rejected rows kept for `tables/rejects.csv`, each reason apart.
pub const REJECTS_KEPT: u32 = 1000;

/// A float of fifteen digits holds the declared places with an error below this share of one minor unit.
const SLACK: f64 = 1e-4;

/// 1 January of year 1, and 31 December of year 9999: the days that are told apart from slips.
const FIRST_DAY: i32 = -719_162;
const LAST_DAY: i32 = 2_932_896;

/// A column that is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// The type in which all files can hand it over.
    pub raw: DataType,
    /// The type of its values.
    pub holds: DataType,
    /// Decimal places that the spec declares.
    pub decimals: Option<u32>,
    /// Whether it says when.
    pub is_time: bool,
}

/// A column made into what it holds.
struct Made {
    value: Value,
    /// Rows where it cannot be; none where all can.
    bad: Option<pl::BooleanChunked>,
    /// Rows whose decimal places are more than those declared.
    rounded: Option<pl::BooleanChunked>,
}

enum Value {
    Plain(pl::Column),
    Coded(pl::UInt32Chunked, Texts),
}

/// How dates are read from text: ISO 8601, anything else is null and the row is rejected.
pub fn iso_date() -> pl::StrptimeOptions {
    pl::StrptimeOptions {
        format: Some("%Y-%m-%d".into()),
        strict: false,
        exact: true,
        cache: true,
    }
}

impl Kept {
    /// Returns what it holds once it is read.
    pub fn typed(&self) -> Typed {
        match (&self.holds, self.decimals) {
            _ if self.is_date() => Typed::Date,
            (_, Some(places)) => Typed::Decimal(places),
            (it, _) if it.is_integer() => Typed::Decimal(0),
            (it, _) if it.is_float() => Typed::Float,
            (DataType::Boolean, _) => Typed::Bool,
            _ => Typed::Text,
        }
    }

    fn is_date(&self) -> bool {
        self.is_time || matches!(self.holds, DataType::Date | DataType::Datetime(_, _))
    }

    /// Says what a value that was rejected is not.
    fn expected(&self) -> &'static str {
        match self.typed() {
            Typed::Date => "a date",
            Typed::Decimal(_) | Typed::Float => "a finite number",
            _ => "readable",
        }
    }

    fn made(&self, raw: &Frame, column: &pl::Column) -> pl::PolarsResult<Made> {
        let is_text = self.typed() == Typed::Text;
        let plain = |value: pl::Column| Made {
            value: Value::Plain(value),
            bad: None,
            rounded: None,
        };
        if let Some(texts) = raw.texts(&self.name) {
            if is_text {
                return Ok(Made {
                    value: Value::Coded(raw.codes(&self.name)?.clone(), texts.clone()),
                    bad: None,
                    rounded: None,
                });
            }
            let found = self.exprs().map(|expr| {
                let by_text = raw.by_text(&self.name, &expr)?;
                raw.spread(&self.name, &by_text)
            });
            return made(found);
        }
        match (self.typed(), column.dtype()) {
            (Typed::Text, DataType::String) | (Typed::Bool, DataType::Boolean) => Ok(plain(column.clone())),
            (Typed::Date, DataType::Date | DataType::Datetime(_, _)) => Ok(Made {
                bad: (self.is_time && column.null_count() > 0).then(|| column.is_null()),
                ..plain(column.cast(&DataType::Date)?)
            }),
            (Typed::Decimal(places), it) if self.decimals.is_some() && it.is_numeric() => {
                Ok(scaled(column.cast(&DataType::Float64)?.f64()?, places))
            }
            (Typed::Decimal(_), it) if it.is_integer() && it != &DataType::UInt64 => {
                Ok(plain(column.cast(&DataType::Int64)?))
            }
            (Typed::Float, it) if it.is_float() => {
                let value = column.cast(&DataType::Float64)?;
                let floats = value.f64()?;
                let all_finite = match floats.cont_slice() {
                    Ok(all) => all.iter().all(|x| x.is_finite()),
                    Err(_) => floats.iter().flatten().all(f64::is_finite),
                };
                Ok(Made {
                    bad: (!all_finite).then(|| {
                        floats
                            .iter()
                            .map(|it| Some(it.is_some_and(|x| !x.is_finite())))
                            .collect()
                    }),
                    ..plain(value)
                })
            }
            _ => {
                let one = pl::DataFrame::new(column.len(), vec![column.clone()])?.lazy();
                made(
                    self.exprs()
                        .map(|expr| Ok(one.clone().select([expr]).collect()?.columns()[0].clone())),
                )
            }
        }
    }

    /// Returns the value, whether it cannot be one, and whether it was rounded, as expressions.
    fn exprs(&self) -> [pl::Expr; 3] {
        let raw = pl::col(self.name.as_str());
        let (never, is_text) = (lit(false), self.raw == DataType::String);
        let number = raw.clone().cast(DataType::Float64);
        let not_finite = number.clone().is_finite().not().fill_null(lit(false));
        let value = match self.typed() {
            Typed::Date if is_text => raw.clone().str().head(lit(10)).str().to_date(iso_date()),
            Typed::Date => raw.clone().cast(DataType::Date),
            Typed::Decimal(places) if self.decimals.is_some() => {
                let scaled = number.clone() * lit(compile::power_of_ten(places) as f64);
                scaled.round(0, pl::RoundMode::HalfAwayFromZero).cast(DataType::Int64)
            }
            Typed::Decimal(_) => raw.clone().cast(DataType::Int64),
            Typed::Float => raw.clone().cast(DataType::Float64),
            Typed::Bool if is_text => raw.clone().eq(lit("true")),
            Typed::Bool => raw.clone(),
            Typed::Text | Typed::Null => raw.clone().cast(DataType::String),
        };
        // A time that is missing is as bad as one that cannot be read; any other missing value is SQL null.
        let missing = value.clone().is_null();
        let bad = if self.is_time {
            missing
        } else {
            missing.and(raw.is_not_null())
        };
        let is_number = self.typed() == Typed::Float || self.decimals.is_some();
        let bad = if is_number { bad.or(not_finite) } else { bad };
        let rounded = match self.decimals {
            Some(places) => {
                let scaled = number * lit(compile::power_of_ten(places) as f64);
                let off = (scaled - value.clone().cast(DataType::Float64)).abs();
                off.gt(lit(SLACK)).fill_null(lit(false))
            }
            None => never,
        };
        [value, bad, rounded]
    }
}

impl Made {
    /// Refuses days that no calendar has: before year 1 and after year 9999.
    fn refuse_absurd_days(&mut self) -> pl::PolarsResult<()> {
        let Value::Plain(value) = &self.value else {
            return Ok(());
        };
        if value.dtype() != &DataType::Date {
            return Ok(());
        }
        let days = value.cast(&DataType::Int32)?;
        let days = days.i32()?;
        let is_day = |day: i32| (FIRST_DAY..=LAST_DAY).contains(&day);
        if days.iter().flatten().all(is_day) {
            return Ok(());
        }
        let absurd: pl::BooleanChunked = days.iter().map(|it| Some(it.is_some_and(|day| !is_day(day)))).collect();
        self.bad = Some(match self.bad.take() {
            Some(bad) => bad.bitor(absurd),
            None => absurd,
        });
        Ok(())
    }
}

fn made(found: [pl::PolarsResult<pl::Column>; 3]) -> pl::PolarsResult<Made> {
    let [value, bad, rounded] = found;
    let value = value?;
    // What does not depend on the row comes once.
    let mask = |column: pl::Column| -> pl::PolarsResult<pl::BooleanChunked> {
        let mask = column.bool()?.clone();
        Ok(if mask.len() == value.len() {
            mask
        } else {
            mask.new_from_index(0, value.len())
        })
    };
    let (bad, rounded) = (mask(bad?)?, mask(rounded?)?);
    Ok(Made {
        bad: bad.any().then_some(bad),
        rounded: rounded.any().then_some(rounded),
        value: Value::Plain(value),
    })
}

/// Makes whole numbers of minor units.
fn scaled(numbers: &pl::Float64Chunked, places: u32) -> Made {
    // Floats are exact to here; beyond, an integer of 64 bits ends.
    const END: f64 = 9_223_372_036_854_775_808.0;
    let factor = compile::power_of_ten(places) as f64;
    let (mut n_bad, mut n_rounded) = (0_usize, 0_usize);
    let mut whole = |x: f64| {
        let scaled = x * factor;
        let nearest = scaled.round();
        if !(-END..END).contains(&nearest) {
            n_bad += 1;
            return None;
        }
        n_rounded += usize::from((scaled - nearest).abs() > SLACK);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number of 64 bits, as was made sure of"
        )]
        Some(nearest as i64)
    };
    let name = numbers.name().clone();
    let value = match numbers
        .cont_slice()
        .ok()
        .filter(|it| it.iter().all(|x| x.abs() * factor < END))
    {
        Some(all) => pl::Int64Chunked::from_iter_values(name, all.iter().map(|x| whole(*x).unwrap_or_default())),
        None => pl::Int64Chunked::from_iter_options(name, numbers.iter().map(|it| it.and_then(&mut whole))),
    };
    let is_off = |x: f64| {
        let scaled = x * factor;
        (scaled - scaled.round()).abs() > SLACK
    };
    Made {
        bad: (n_bad > 0).then(|| numbers.is_not_null().bitand(value.is_null())),
        rounded: (n_rounded > 0).then(|| numbers.iter().map(|it| Some(it.is_some_and(is_off))).collect()),
        value: Value::Plain(value.into_column()),
    }
}

/// Makes typed rows of some of a file; what cannot be read is entered among what came in.
pub fn typed_rows(
    kept: &[Kept],
    zone: Option<&Zone>,
    has_clock: bool,
    (file, raw): (&str, &Frame),
    intake: &mut Intake,
) -> pl::PolarsResult<Frame> {
    let mut typed = Frame::of_height(raw.height());
    // Rows of which all columns so far could be read.
    let mut alive: Option<pl::BooleanChunked> = None;
    for column in kept {
        let name = column.name.as_str();
        let as_written = raw.columns().column(name)?;
        let local = match zone {
            Some(zone) if column.is_time => zone.local(as_written)?,
            _ => as_written.clone(),
        };
        let mut made = column.made(raw, &local)?;
        made.refuse_absurd_days()?;
        let of_alive = |mask: pl::BooleanChunked| match &alive {
            Some(alive) => mask.bitand(alive.clone()),
            None => mask,
        };
        let mut reject = Reject {
            reason: format!("`{name}` is not {}", column.expected()),
            ..Reject::default()
        };
        if let Some(bad) = made.bad.map(of_alive).filter(|it| it.any()) {
            reject.rows = u64::from(bad.sum().unwrap_or(0));
            // Rejects are shown as they stand in the file.
            let rejected = raw.filter(&bad)?.slice(0, REJECTS_KEPT as usize);
            reject.kept = lines(file, &rejected.plain()?);
            alive = Some(match alive.take() {
                Some(alive) => alive.bitand(bad.not()),
                None => bad.not(),
            });
        }
        intake.rejects.push(reject);
        if let Some(rounded) = made.rounded {
            let rounded = match &alive {
                Some(alive) => rounded.bitand(alive.clone()),
                None => rounded,
            };
            intake.rounded += u64::from(rounded.sum().unwrap_or(0));
        }
        if column.is_time && has_clock {
            let of = match (&local.dtype(), &made.value) {
                // A day without a time of day is its first hour.
                (DataType::Datetime(_, _), _) | (_, Value::Coded(_, _)) => &local,
                (_, Value::Plain(day)) => day,
            };
            typed.add(hours_of_week(of)?)?;
        }
        match made.value {
            Value::Plain(value) => typed.add(value.with_name(name.into()))?,
            Value::Coded(codes, texts) => typed.add_coded(name, codes, texts)?,
        }
    }
    match alive {
        Some(alive) => typed.filter(&alive),
        None => Ok(typed),
    }
}

/// Returns the hour of the week of each time, from Monday's first on; null where the time is.
fn hours_of_week(time: &pl::Column) -> pl::PolarsResult<pl::Column> {
    /// 1 January 1970 was a Thursday.
    const THURSDAY: i64 = 3 * 24;
    const WEEK: i64 = 7 * 24;
    let per_hour = match time.dtype() {
        DataType::Datetime(TimeUnit::Nanoseconds, _) => 3_600_000_000_000,
        DataType::Datetime(TimeUnit::Microseconds, _) => 3_600_000_000,
        _ => 3_600_000,
    };
    let instants = match time.dtype() {
        DataType::Datetime(_, _) => time.cast(&DataType::Int64)?,
        _ => time
            .cast(&DataType::Datetime(TimeUnit::Milliseconds, None))?
            .cast(&DataType::Int64)?,
    };
    let hour = |x: i64| u8::try_from((x.div_euclid(per_hour) + THURSDAY).rem_euclid(WEEK)).expect("below 168");
    let hours = instants.i64()?.iter().map(|it| it.map(hour));
    Ok(pl::UInt8Chunked::from_iter_options(CLOCK.into(), hours).into_column())
}

/// Writes rows as text, for `tables/rejects.csv`.
fn lines(file: &str, rows: &pl::DataFrame) -> Vec<String> {
    let cell = |column: &pl::Column, row_idx: usize| format!("{}={}", column.name(), shown(column, row_idx));
    let line = |row_idx: usize| -> String {
        let cells: Vec<String> = rows.columns().iter().map(|it| cell(it, row_idx)).collect();
        format!("{file}: {}", cells.join(" "))
    };
    (0..rows.height()).map(line).collect()
}

/// Writes one value; a time that no calendar has as the number that it is kept as.
fn shown(column: &pl::Column, row_idx: usize) -> String {
    let Ok(value) = column.get(row_idx) else {
        return String::new();
    };
    let per_day = |unit: TimeUnit| match unit {
        TimeUnit::Nanoseconds => 86_400_000_000_000,
        TimeUnit::Microseconds => 86_400_000_000,
        TimeUnit::Milliseconds => 86_400_000,
    };
    let (number, day) = match value {
        pl::AnyValue::Date(day) => (i64::from(day), i64::from(day)),
        pl::AnyValue::Datetime(x, unit, _) | pl::AnyValue::DatetimeOwned(x, unit, _) => {
            (x, x.div_euclid(per_day(unit)))
        }
        other => return other.str_value().into_owned(),
    };
    if (i64::from(FIRST_DAY)..=i64::from(LAST_DAY)).contains(&day) {
        value.str_value().into_owned()
    } else {
        number.to_string()
    }
}
