//! Row groups of a Parquet file, each column in the encoding that keeps it smallest.
//!
//! polars' own writer gives every column a dictionary; a sorted time takes half the room as steps. It must not know
//! where rows come from.

use polars::prelude as pl;
use polars_arrow::array::Array;
use polars_arrow::datatypes::ArrowSchema;
use polars_arrow::datatypes::Field;
use polars_parquet::parquet::error::ParquetError;
use polars_parquet::write::CompressedPage;
use polars_parquet::write::CompressionOptions;
use polars_parquet::write::Compressor;
use polars_parquet::write::DynIter;
use polars_parquet::write::DynStreamingIterator;
use polars_parquet::write::Encoding;
use polars_parquet::write::FileWriter;
use polars_parquet::write::ParquetType;
use polars_parquet::write::StatisticsOptions;
use polars_parquet::write::Version;
use polars_parquet::write::WriteOptions;
use polars_parquet::write::ZstdLevel;
use polars_parquet::write::array_to_columns;
use polars_parquet::write::get_dtype_encoding;
use rayon::prelude::*;
use std::io::Write;

/// Zstandard's own default: higher levels cost seconds for a few hundredths of the size.
const LEVEL: i32 = 3;

/// A Parquet file that is being written.
pub struct Writer {
    file: FileWriter<Box<dyn Write + Send>>,
    encodings: Vec<Encoding>,
}

impl Writer {
    /// Begins a file; the column named `ascending` is kept as steps.
    ///
    /// # Errors
    /// What cannot be written.
    pub fn new(
        file: Box<dyn Write + Send>,
        fields: impl Iterator<Item = Field>,
        ascending: Option<&str>,
    ) -> pl::PolarsResult<Self> {
        let arrow: ArrowSchema = fields.map(|it| (it.name.clone(), it)).collect();
        let encodings = arrow.iter_values().map(|it| {
            if ascending == Some(it.name.as_str()) {
                return Encoding::DeltaBinaryPacked;
            }
            // Columns are flat: each has one encoding.
            get_dtype_encoding(&it.dtype)[0]
        });
        Ok(Self {
            encodings: encodings.collect(),
            file: FileWriter::try_new(file, arrow, options())?,
        })
    }

    /// Writes rows as one row group; every column lies in one piece.
    ///
    /// # Errors
    /// What cannot be encoded or written.
    pub fn group(&mut self, rows: &pl::DataFrame) -> pl::PolarsResult<()> {
        let types = self.file.parquet_schema().fields();
        let columns: Vec<&pl::Column> = rows.columns().iter().collect();
        let pages: Vec<Vec<CompressedPage>> = columns
            .into_par_iter()
            .zip(types)
            .zip(&self.encodings)
            .map(|((column, kind), encoding)| {
                let series = column.as_materialized_series();
                compressed(series.to_arrow(0, pl::CompatLevel::newest()).as_ref(), kind, *encoding)
            })
            .collect::<pl::PolarsResult<_>>()?;
        let columns = pages.iter().map(|pages| {
            let pages = pages.iter().map(pl::PolarsResult::Ok);
            Ok(DynStreamingIterator::new(
                polars_parquet::write::fallible_streaming_iterator::convert(pages),
            ))
        });
        self.file.write(rows.height() as u64, DynIter::new(columns))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// What cannot be written.
    pub fn finish(mut self) -> pl::PolarsResult<()> {
        self.file.end(None)?;
        Ok(self.file.into_inner().flush()?)
    }
}

fn options() -> WriteOptions {
    let level = ZstdLevel::try_new(LEVEL).expect("a level that Zstandard has");
    WriteOptions {
        statistics: StatisticsOptions::full(),
        compression: CompressionOptions::Zstd(Some(level)),
        version: Version::V1,
        data_page_size: None,
    }
}

fn compressed(array: &dyn Array, kind: &ParquetType, encoding: Encoding) -> pl::PolarsResult<Vec<CompressedPage>> {
    let mut all = Vec::new();
    for pages in array_to_columns(array, kind.clone(), options(), &[encoding])? {
        let pages = pages.map(|it| it.map_err(|error| ParquetError::FeatureNotSupported(error.to_string())));
        // As an iterator it hands its pages over.
        let compressor = Compressor::new_from_vec(pages, options().compression, Vec::new());
        for page in IntoIterator::into_iter(compressor) {
            all.push(page?);
        }
    }
    Ok(all)
}
