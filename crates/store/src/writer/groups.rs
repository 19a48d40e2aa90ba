use std::io::Write;

use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::writer::SerializedFileWriter;

use crate::snapshot::{AtLength, Snapshot};

/// Whether every column says where its pages begin. Those of other programs often don't, and the library can't write a file of
/// which some do and others don't.
pub(super) fn tells_its_pages(found: &ParquetMetaData) -> bool {
    found.row_groups().iter().enumerate().all(|(number, group)| {
        let pages = found.offset_index().and_then(|groups| groups.get(number));
        pages.is_some_and(|pages| pages.len() == group.num_columns())
    })
}

/// Copies all row groups of `found`, which is of `from`, as they are.
pub(super) fn copy_groups<W: Write + Send>(
    to: &mut SerializedFileWriter<W>,
    from: &Snapshot,
    found: &ParquetMetaData,
) -> Result<(), ParquetError> {
    for (number, group) in found.row_groups().iter().enumerate() {
        let mut copy = to.next_row_group()?;
        for (place, column) in group.columns().iter().enumerate() {
            let pages = found.offset_index().and_then(|groups| groups.get(number)?.get(place));
            let close = ColumnCloseResult {
                bytes_written: column.compressed_size().try_into().unwrap_or(0),
                rows_written: group.num_rows().try_into().unwrap_or(0),
                metadata: column.clone(),
                bloom_filter: None,
                column_index: None,
                offset_index: pages.cloned(),
            };
            copy.append_column(&AtLength(from), close)?;
        }
        copy.close()?;
    }
    Ok(())
}
