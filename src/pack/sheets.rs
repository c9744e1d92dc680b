//! A sheet of a memo as Parquet: counts as whole numbers, other figures as numbers, days as days, words as text.
//!
//! The same sheet gives the same bytes. It must not know what a sheet is about.

use super::customers::of_columns;
use crate::model::sheet::Entry;
use crate::model::sheet::Kind;
use crate::model::sheet::Sheet;
use crate::model::sheet::SheetColumn;
use jiff::civil::Date;
use polars::prelude as pl;

/// The day that Parquet counts days from.
const FIRST: Date = Date::constant(1970, 1, 1);

/// Returns the bytes of a Parquet file; a share stands in per cent, as its head says.
pub fn bytes(sheet: &Sheet) -> Vec<u8> {
    of_columns(sheet.columns.iter().map(column).collect())
}

fn column(column: &SheetColumn) -> pl::Column {
    let name = pl::PlSmallStr::from(column.head.as_str());
    let number = |it: &Entry| match it {
        Entry::Number(number) => Some(number.as_headed()),
        _ => None,
    };
    let entries = column.entries.iter();
    match column.kind() {
        // Counts are whole, and far below what a float tells apart.
        Kind::Whole => pl::Column::new(name, entries.map(|it| number(it).map(|x| x as i64)).collect::<Vec<_>>()),
        Kind::Number => pl::Column::new(name, entries.map(number).collect::<Vec<_>>()),
        Kind::Text => pl::Column::new(name, entries.map(text).collect::<Vec<_>>()),
        Kind::Day => {
            let days: Vec<Option<i32>> = entries.map(day).collect();
            let days = pl::Column::new(name, days).cast(&pl::DataType::Date);
            days.expect("days are counted in whole numbers")
        }
    }
}

fn text(entry: &Entry) -> Option<String> {
    match entry {
        Entry::Empty => None,
        Entry::Number(number) => Some(number.as_headed().to_string()),
        Entry::Text(text) => Some(text.clone()),
        Entry::Day(day) => Some(day.to_string()),
    }
}

fn day(entry: &Entry) -> Option<i32> {
    match entry {
        Entry::Day(day) => day.since(FIRST).ok().map(|it| it.get_days()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sheet::Form;
    use crate::model::sheet::Number;

    #[test]
    fn a_sheet_gives_the_same_bytes_again() {
        let number = |x: f64, form: Form| Entry::Number(Number { x, form });
        let column = |head: &str, entries: Vec<Entry>| SheetColumn {
            head: head.into(),
            entries,
        };
        let sheet = Sheet {
            columns: vec![
                column("a", vec![number(3.0, Form::Count), Entry::Empty]),
                column("b", vec![number(0.5, Form::PerCent { places: 1 }), Entry::Empty]),
                column("c", vec![Entry::Day(Date::constant(2026, 10, 31)), Entry::Empty]),
                column("d", vec![Entry::Text("=1+1".into()), number(1.0, Form::General)]),
                column("e", vec![Entry::Empty, Entry::Empty]),
            ],
            ..Sheet::default()
        };
        let first = bytes(&sheet);
        assert_eq!(first, bytes(&sheet));
        assert!(first.starts_with(b"PAR1") && first.ends_with(b"PAR1"));
    }
}
