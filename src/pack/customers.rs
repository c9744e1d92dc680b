//! The customer record as Parquet, for whoever takes it up: a CRM, a notebook.
//!
//! The same record gives the same bytes. It must not know what its columns mean.

use super::parquet::Writer;
use crate::model::roster::CustomerRecord;
use crate::model::roster::RecordColumn;
use polars::prelude as pl;
use polars_arrow::datatypes::Field;
use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;

/// Bytes that a writer leaves with whoever made it.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("no thread panics with the lock")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Returns the bytes of a Parquet file with one row a customer.
pub fn bytes(record: &CustomerRecord) -> Vec<u8> {
    let column = |(name, column): &(String, RecordColumn)| {
        let name = pl::PlSmallStr::from(name.as_str());
        match column {
            RecordColumn::Whole(values) => pl::Column::new(name, values),
            RecordColumn::Number(values) => pl::Column::new(name, values),
            RecordColumn::Text(values) => {
                let texts: Vec<Option<&str>> = values.iter().map(Option::as_deref).collect();
                pl::Column::new(name, texts)
            }
        }
    };
    of_columns(record.columns.iter().map(column).collect())
}

/// Returns the bytes of a Parquet file; columns are of one length, and no two have the same name.
pub(super) fn of_columns(columns: Vec<pl::Column>) -> Vec<u8> {
    let written = Shared::default();
    write(columns, Box::new(written.clone())).expect("columns of one length in memory are written");
    let bytes = written.0.lock().expect("no thread panics with the lock");
    bytes.clone()
}

fn write(columns: Vec<pl::Column>, to: Box<dyn Write + Send>) -> pl::PolarsResult<()> {
    let n_rows = columns.first().map_or(0, pl::Column::len);
    let rows = pl::DataFrame::new(n_rows, columns)?;
    let fields = rows.columns().iter().map(|it| {
        let kind = it.dtype().to_arrow(pl::CompatLevel::newest());
        Field::new(it.name().clone(), kind, true)
    });
    let mut writer = Writer::new(to, fields.collect::<Vec<Field>>().into_iter(), None)?;
    writer.group(&rows)?;
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_gives_the_same_bytes_again() {
        let record = CustomerRecord {
            columns: vec![
                ("customer".into(), RecordColumn::Whole(vec![Some(1), Some(7)])),
                ("segment".into(), RecordColumn::Text(vec![Some("a".into()), None])),
                ("spend".into(), RecordColumn::Number(vec![Some(0.5), None])),
            ],
        };
        let first = bytes(&record);
        assert_eq!(first, bytes(&record));
        assert!(first.starts_with(b"PAR1") && first.ends_with(b"PAR1"));
    }
}
