//! Arrow IPC files (Feather 2), record batch by record batch.
//!
//! It must not know what the columns are for.

use super::arrow;
use super::frame::Frame;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars_arrow::datatypes::Field;
use polars_arrow::io::ipc::read::FileMetadata;
use polars_arrow::io::ipc::read::FileReader;
use polars_arrow::io::ipc::read::get_row_count;
use polars_arrow::io::ipc::read::read_file_metadata;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::path::PathBuf;

/// An IPC file, opened: what it holds is known, and no row is read.
pub struct Ipc {
    path: PathBuf,
    metadata: FileMetadata,
}

impl Ipc {
    /// Opens a file.
    ///
    /// # Errors
    /// A file that cannot be opened, or whose end is not that of an IPC file.
    pub fn open(path: &Path) -> pl::PolarsResult<Self> {
        let mut file = BufReader::new(File::open(path)?);
        Ok(Self {
            path: path.to_owned(),
            metadata: read_file_metadata(&mut file)?,
        })
    }

    /// Lists the columns with what they hold; texts are `String`, however the file keeps them.
    pub fn columns(&self) -> Vec<(String, DataType)> {
        let fields = self.metadata.schema.iter_values();
        fields
            .map(|it| (it.name.to_string(), arrow::holds(&it.dtype)))
            .collect()
    }

    /// Returns the number of rows.
    ///
    /// # Errors
    /// Where the file does not say.
    pub fn rows(&self) -> pl::PolarsResult<u64> {
        let rows = get_row_count(&mut BufReader::new(File::open(&self.path)?))?;
        Ok(u64::try_from(rows).unwrap_or(0))
    }

    /// Reads columns in batches, in order; those that the file does not have are left out.
    ///
    /// # Errors
    /// Bytes that are not what the end of the file says.
    pub fn batches(&self, names: &[String]) -> pl::PolarsResult<impl Iterator<Item = pl::PolarsResult<Frame>> + use<>> {
        let places = self.metadata.schema.iter_values().enumerate();
        let wanted = places.filter(|(_, field)| names.iter().any(|it| it == field.name.as_str()));
        let (places, fields): (Vec<usize>, Vec<Field>) = wanted.map(|(place, it)| (place, it.clone())).unzip();
        let file = BufReader::new(File::open(&self.path)?);
        let reader = FileReader::new(file, self.metadata.clone(), Some(places), None);
        Ok(reader.map(move |batch| {
            let batch = batch?;
            let mut frame = Frame::of_height(batch.len());
            for (field, array) in fields.iter().zip(batch.into_arrays()) {
                frame.add(arrow::column(field, vec![array])?)?;
            }
            Ok(frame)
        }))
    }
}
