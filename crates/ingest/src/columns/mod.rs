//! Tables in columns: parquet, and Arrow's files and streams. Rows come out as JSON would have them, with the columns that
//! somebody asks for and no others.

mod claims;
mod value;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_schema::{ArrowError, DataType, Schema};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use self::value::node;
use crate::IngestError;
use crate::json::{Key, Node};

/// How many rows of a parquet file are held at once. Arrow's files are in batches of their writer.
const ROWS: usize = 1024;

/// A table, by how it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind<'a> {
    Parquet(&'a [u8]),
    /// An Arrow file is a stream between two marks, with a list of its batches behind it.
    Stream(&'a [u8]),
}

impl<'a> Kind<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        if bytes.starts_with(b"PAR1") {
            Some(Self::Parquet(bytes))
        } else if bytes.starts_with(b"ARROW1") {
            Some(Self::Stream(bytes.get(8..).unwrap_or_default()))
        } else {
            let length = bytes.get(4..8).and_then(|length| Some(u32::from_le_bytes(length.try_into().ok()?)));
            let is_stream = bytes.starts_with(b"\xff\xff\xff\xff")
                && length.is_some_and(|length| (8..1 << 24).contains(&length));
            is_stream.then_some(Self::Stream(bytes))
        }
    }
}

/// Whether the bytes are a table in columns, by how they begin.
pub(crate) fn is_table(bytes: &[u8]) -> bool {
    Kind::of(bytes).is_some()
}

/// What a column is called, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) is_text: bool,
    /// The names in the objects of a list, where it is one of such.
    pub(crate) listed: Vec<String>,
    /// The names in an object, where it is one.
    pub(crate) inner: Vec<String>,
}

impl Column {
    fn all(schema: &Schema) -> Vec<Self> {
        let names = |kind: &DataType| match kind {
            DataType::Struct(fields) => fields.iter().map(|field| field.name().clone()).collect(),
            _ => Vec::new(),
        };
        let column = |field: &Arc<arrow_schema::Field>| {
            let listed = match field.data_type() {
                DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                    names(item.data_type())
                }
                _ => Vec::new(),
            };
            let (is_text, inner) = (is_text(field.data_type()), names(field.data_type()));
            Self { name: field.name().clone(), is_text, listed, inner }
        };
        schema.fields().iter().map(column).collect()
    }
}

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// The columns of a table.
///
/// # Errors
/// When it is damaged.
pub(crate) fn columns(bytes: &[u8]) -> Result<Vec<Column>, IngestError> {
    if let Some(Kind::Stream(stream)) = Kind::of(bytes) {
        claims::check_first(stream)?;
    }
    let schema = guarded(|| {
        Ok(match Kind::of(bytes) {
            Some(Kind::Parquet(bytes)) => parquet_schema(bytes)?,
            Some(Kind::Stream(bytes)) => {
                StreamReader::try_new(Cursor::new(bytes), None)?.schema().as_ref().clone()
            }
            None => Schema::empty(),
        })
    })?;
    Ok(Column::all(&schema))
}

/// Hands over each row with the columns of these names, and its number. What is behind a damaged place isn't read; what is
/// wrong there is given back.
///
/// # Errors
/// When no row can be read.
pub(crate) fn each_row(
    bytes: &[u8],
    names: &[String],
    take: &mut dyn FnMut(usize, Node),
) -> Result<Option<IngestError>, IngestError> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut cut = false;
    let mut bytes = bytes;
    if let Some(Kind::Stream(stream)) = Kind::of(bytes) {
        let whole = claims::check(stream)?;
        cut = claims::is_cut(stream, whole);
        bytes = bytes.get(..bytes.len() - stream.len() + whole).unwrap_or(bytes);
    }
    let mut batches = guarded(|| batches(bytes, names))?;
    let mut number = 0;
    loop {
        match guarded(|| batches.next().transpose()) {
            Ok(Some(batch)) => {
                each_in(&batch, |row| {
                    take(number, row);
                    number += 1;
                });
            }
            Ok(None) if cut => {
                return Ok(Some(IngestError::BadTable { problem: "it ends too early".to_owned() }));
            }
            Ok(None) => return Ok(None),
            Err(problem) if number > 0 => return Ok(Some(problem)),
            Err(problem) => return Err(problem),
        }
    }
}

type Batches<'a> = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + 'a>;

fn parquet(bytes: &[u8]) -> Result<ParquetRecordBatchReaderBuilder<Bytes>, ArrowError> {
    Ok(ParquetRecordBatchReaderBuilder::try_new(Bytes::copy_from_slice(bytes))?)
}

/// The columns stand at the end, so that alone is copied. What can't be read of it alone is read again with all that stands
/// before it, and is told as that says.
fn parquet_schema(bytes: &[u8]) -> Result<Schema, ArrowError> {
    let end = footer(bytes).and_then(|end| parquet(end).ok());
    let builder = end.map_or_else(|| parquet(bytes), Ok)?;
    Ok(builder.schema().as_ref().clone())
}

/// The end of a parquet file: what is in it, how long that is, and a mark.
fn footer(bytes: &[u8]) -> Option<&[u8]> {
    let (before, length) = bytes.strip_suffix(b"PAR1")?.split_last_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    bytes.get(before.len().checked_sub(length)?..)
}

fn batches<'a>(bytes: &'a [u8], names: &[String]) -> Result<Batches<'a>, ArrowError> {
    let places = |schema: &Schema| -> Vec<usize> {
        let is_named = |(_, field): &(usize, &Arc<arrow_schema::Field>)| names.contains(field.name());
        schema.fields().iter().enumerate().filter(is_named).map(|(at, _)| at).collect()
    };
    Ok(match Kind::of(bytes) {
        Some(Kind::Parquet(bytes)) => {
            let builder = parquet(bytes)?;
            let mask = ProjectionMask::roots(builder.parquet_schema(), places(builder.schema()));
            Box::new(builder.with_projection(mask).with_batch_size(ROWS).build()?)
        }
        Some(Kind::Stream(bytes)) => {
            let places = places(&StreamReader::try_new(Cursor::new(bytes), None)?.schema());
            Box::new(StreamReader::try_new(Cursor::new(bytes), Some(places))?)
        }
        None => Box::new(std::iter::empty()),
    })
}

fn each_in(batch: &RecordBatch, mut take: impl FnMut(Node)) {
    let schema = batch.schema();
    for row in 0..batch.num_rows() {
        let cell = |(at, field): (usize, &Arc<arrow_schema::Field>)| {
            let column: &dyn Array = batch.columns().get(at)?;
            Some((Key::from(field.name().as_str()), node(column, row)))
        };
        take(Node::Object(schema.fields().iter().enumerate().filter_map(cell).collect()));
    }
}

/// Does something with bytes that may be damaged. The libraries answer most damage with an error, and some of it, found in
/// the middle of decoding, with a panic; here both are the same.
fn guarded<T>(read: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, IngestError> {
    let read = catch_unwind(AssertUnwindSafe(read));
    let problem = match read {
        Ok(Ok(read)) => return Ok(read),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "its pages make no sense".to_owned(),
    };
    Err(IngestError::BadTable { problem })
}
