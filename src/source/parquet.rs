//! Parquet files, row group by row group: only the columns that are asked for, and texts as the codes that the file keeps.
//!
//! It stands on polars' page decoders rather than on its scan, since a scan makes texts of codes. It must not know
//! what the columns are for.

use super::arrow;
use super::frame::Frame;
use polars::prelude as pl;
use polars::prelude::DataType;
use polars_arrow::array::Array;
use polars_arrow::array::DictionaryArray;
use polars_arrow::array::PrimitiveArray;
use polars_arrow::array::Utf8ViewArray;
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::datatypes::ArrowSchema;
use polars_arrow::datatypes::DTYPE_CATEGORICAL_NEW;
use polars_arrow::datatypes::Field;
use polars_arrow::datatypes::IntegerType;
use polars_buffer::Buffer;
use polars_parquet::read::BasicDecompressor;
use polars_parquet::read::ColumnChunkMetadata;
use polars_parquet::read::FileMetadata;
use polars_parquet::read::PageReader;
use polars_parquet::read::PhysicalType;
use polars_parquet::read::RowGroupMetadata;
use polars_parquet::read::column_iter_to_arrays;
use polars_parquet::read::infer_schema;
use polars_parquet::read::read_metadata;
use std::fs::File;
use std::io::Cursor;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::path::Path;
use std::path::PathBuf;

/// A Parquet file, opened: what it holds is known, and no row is read.
pub struct Parquet {
    path: PathBuf,
    metadata: FileMetadata,
    schema: ArrowSchema,
}

/// A column of a row group, no value of which is rounded.
pub enum Exact {
    /// Values; texts are texts, and moments with a zone are in UTC.
    Column(pl::Column),
    /// Decimals, in units of their last place, and how many places they have.
    Units(PrimitiveArray<i128>, u8),
}

impl Parquet {
    /// Opens a file.
    ///
    /// # Errors
    /// A file that cannot be opened, or whose end is not that of a Parquet file.
    pub fn open(path: &Path) -> pl::PolarsResult<Self> {
        let mut file = File::open(path)?;
        let metadata = read_metadata(&mut file)?;
        let schema = infer_schema(&metadata)?;
        Ok(Self {
            path: path.to_owned(),
            metadata,
            schema,
        })
    }

    /// Lists the columns with what they hold; texts are `String`, however the file keeps them.
    pub fn columns(&self) -> Vec<(String, DataType)> {
        self.schema
            .iter_values()
            .map(|it| (it.name.to_string(), arrow::holds(&it.dtype)))
            .collect()
    }

    /// Lists the columns as the file says what they are.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.schema.iter_values()
    }

    /// Returns the rows of each row group.
    pub fn row_groups(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.metadata.row_groups.iter().map(RowGroupMetadata::num_rows)
    }

    /// Returns the bytes that some columns take in the file.
    pub fn bytes(&self, names: &[String]) -> u64 {
        let chunks = self.metadata.row_groups.iter().flat_map(|group| {
            names
                .iter()
                .filter_map(|name| group.columns_under_root_iter(name))
                .flatten()
        });
        chunks.map(|it| u64::try_from(it.compressed_size()).unwrap_or(0)).sum()
    }

    /// Reads columns of a row group; those that the file does not have are left out.
    ///
    /// # Errors
    /// Bytes that are not what the end of the file says.
    pub fn read(&self, group_idx: usize, names: &[String]) -> pl::PolarsResult<Frame> {
        let mut file = File::open(&self.path)?;
        let mut frame = Frame::of_height(self.metadata.row_groups[group_idx].num_rows());
        for name in names {
            let Some(field) = self.schema.get(name) else {
                continue;
            };
            let (chunks, bytes) = self.chunks(&mut file, group_idx, name)?;
            match (field_of_texts(field, &chunks), chunks.as_slice()) {
                (Some(as_codes), [chunk]) => {
                    let coded = chunk
                        .dictionary_page_offset()
                        .and_then(|_| codes(chunk, &bytes[0], as_codes).ok());
                    match coded {
                        Some((codes, texts)) => frame.add_coded(name, codes, texts)?,
                        // A writer may fall back to plain pages once its dictionary is full.
                        None => {
                            let plain = laid_out(field);
                            let arrays = decoded(&chunks, bytes, plain.clone())?;
                            frame.add(arrow::column(&plain, arrays)?)?;
                        }
                    }
                }
                _ => {
                    let arrays = decoded(&chunks, bytes, field.clone())?;
                    frame.add(arrow::column(field, arrays)?)?;
                }
            }
        }
        Ok(frame)
    }

    /// Reads a column of a row group, as exactly as the file has it.
    ///
    /// # Errors
    /// Bytes that are not what the end of the file says; a column that it does not have, or that no column can hold.
    pub fn exact(&self, group_idx: usize, name: &str) -> pl::PolarsResult<Exact> {
        let missing = || pl::PolarsError::ColumnNotFound(name.to_owned().into());
        let field = laid_out(self.schema.get(name).ok_or_else(missing)?);
        let (chunks, bytes) = self.chunks(&mut File::open(&self.path)?, group_idx, name)?;
        let arrays = decoded(&chunks, bytes, field.clone())?;
        match arrow::places(&field.dtype) {
            Some(places) => Ok(Exact::Units(arrow::units(name, &arrays)?, places)),
            None => Ok(Exact::Column(arrow::column(&field, arrays)?)),
        }
    }

    /// Fetches the bytes of a column of a row group.
    fn chunks(
        &self,
        file: &mut File,
        group_idx: usize,
        name: &str,
    ) -> std::io::Result<(Vec<&ColumnChunkMetadata>, Vec<Buffer<u8>>)> {
        let group = &self.metadata.row_groups[group_idx];
        let chunks: Vec<&ColumnChunkMetadata> = group.columns_under_root_iter(name).into_iter().flatten().collect();
        let bytes = chunks
            .iter()
            .map(|it| fetched(file, it))
            .collect::<std::io::Result<_>>()?;
        Ok((chunks, bytes))
    }
}

/// Returns the field that asks for texts where the file keeps codes.
fn laid_out(field: &Field) -> Field {
    if arrow::is_text(&field.dtype) {
        return Field::new(field.name.clone(), ArrowDataType::Utf8View, true);
    }
    field.clone()
}

/// Returns the field that asks for codes, where a column holds texts.
fn field_of_texts(field: &Field, chunks: &[&ColumnChunkMetadata]) -> Option<Field> {
    let are_bytes = chunks.iter().all(|it| it.physical_type() == PhysicalType::ByteArray);
    (arrow::is_text(&field.dtype) && are_bytes).then(|| {
        let codes = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false);
        // The mark of a column that polars wrote as a categorical: only then are pages read as codes.
        let mark = [(DTYPE_CATEGORICAL_NEW.into(), String::new().into())];
        Field::new(field.name.clone(), codes, true).with_metadata(mark.into_iter().collect())
    })
}

fn fetched(file: &mut File, chunk: &ColumnChunkMetadata) -> std::io::Result<Buffer<u8>> {
    let range = chunk.byte_range();
    let whole = file.metadata()?.len();
    if range.end > whole || range.start > range.end {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    let n_bytes = usize::try_from(range.end - range.start).map_err(|_| std::io::ErrorKind::OutOfMemory)?;
    let mut bytes = vec![0; n_bytes];
    file.seek(SeekFrom::Start(range.start))?;
    file.read_exact(&mut bytes)?;
    Ok(Buffer::from(bytes))
}

fn decoded(
    chunks: &[&ColumnChunkMetadata],
    bytes: Vec<Buffer<u8>>,
    field: Field,
) -> pl::PolarsResult<Vec<Box<dyn Array>>> {
    let pages = chunks.iter().zip(bytes).map(|(chunk, bytes)| {
        let pages = PageReader::new(Cursor::new(bytes), chunk, Vec::new(), usize::MAX);
        BasicDecompressor::new(pages, Vec::new())
    });
    let types = chunks.iter().map(|it| &it.descriptor().descriptor.primitive_type);
    Ok(column_iter_to_arrays(pages.collect(), types.collect(), field, None)?.0)
}

/// Reads the codes of a column, and what they stand for.
fn codes(
    chunk: &ColumnChunkMetadata,
    bytes: &Buffer<u8>,
    field: Field,
) -> pl::PolarsResult<(pl::UInt32Chunked, pl::StringChunked)> {
    let name = field.name.clone();
    let arrays = decoded(&[chunk], vec![bytes.clone()], field)?;
    let mut coded = arrays
        .iter()
        .map(|it| it.as_any().downcast_ref::<DictionaryArray<u32>>());
    let (Some(Some(one)), None) = (coded.next(), coded.next()) else {
        return Err(pl::PolarsError::ComputeError(
            "a row group has one dictionary a column".into(),
        ));
    };
    let texts = one.values().as_any().downcast_ref::<Utf8ViewArray>();
    let texts = texts.expect("a dictionary of texts was asked for").clone();
    Ok((
        pl::UInt32Chunked::with_chunk(name.clone(), one.keys().clone()),
        pl::StringChunked::with_chunk(name, texts),
    ))
}
