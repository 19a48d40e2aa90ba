use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use arrow_schema::ArrowError;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};

use crate::StoreError;
use crate::snapshot::Snapshot;

/// Does something with bytes that may be damaged. The parquet library answers most damage with an error, but gives up on
/// some with a panic; to a user both are the same.
///
/// Where it gives up is in the middle of decoding pages (levels that don't fit, dictionaries that are too small), which
/// nobody can check beforehand without decoding them. What can be is checked at opening: both ends of the file, and that
/// every column chunk lies within it. A program that uses this library and doesn't want the text of such a panic on its
/// stderr sets a panic hook, as our command does; one that is built with `panic = "abort"` ends there.
pub(super) fn guarded<T>(
    path: &Path,
    read: impl FnOnce() -> Result<T, ParquetError>,
) -> Result<T, StoreError> {
    let read = catch_unwind(AssertUnwindSafe(read));
    let read = read.unwrap_or_else(|_| Err(ParquetError::General("its pages make no sense".to_owned())));
    read.map_err(|error| StoreError::parquet("read", path, error))
}

/// Tells a file that was cut short from one that is something else.
pub(super) fn check_ends(path: &Path, file: &Snapshot) -> Result<(), StoreError> {
    const MAGIC: &[u8] = b"PAR1";
    let length = MAGIC.len();
    let at = |place| file.get_bytes(place, length).is_ok_and(|found| found == MAGIC);
    let problem = match file.len().checked_sub(length as u64) {
        None if file.len() == 0 => "it is empty",
        _ if !at(0) => "it begins with other bytes",
        Some(last) if !at(last) => "it ends too early: its footer is missing",
        _ => return Ok(()),
    };
    let source = ParquetError::General(problem.to_owned());
    Err(StoreError::NotParquet { path: path.to_owned(), source })
}

pub(super) fn parquet_error(error: ArrowError) -> ParquetError {
    match error {
        ArrowError::ExternalError(error) => match error.downcast::<ParquetError>() {
            Ok(error) => *error,
            Err(error) => ParquetError::External(error),
        },
        ArrowError::ParquetError(text) => ParquetError::General(text),
        error => ParquetError::ArrowError(error.to_string()),
    }
}

pub(super) fn lies_within(chunk: &ColumnChunkMetaData, size: u64) -> bool {
    let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
    let (start, length) = (u64::try_from(start), u64::try_from(chunk.compressed_size()));
    let (Ok(start), Ok(length)) = (start, length) else { return false };
    chunk.data_page_offset() >= 0 && start.checked_add(length).is_some_and(|end| end <= size)
}
