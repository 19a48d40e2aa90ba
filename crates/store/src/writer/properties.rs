use arrow_schema::{DataType, Schema};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::schema::{self, Column};

/// Small pages make a single scene cheap to fetch, large ones all vectors cheap to read.
const PAGE_ROWS: usize = 64;
const BATCH_VALUES: usize = 64;
const ZSTD_LEVEL: i32 = 1;

/// No value comes twice, so no dictionary and no statistics. What a search fetches scene by scene is compressed so that a
/// page is read fast, vectors so that they are small: their numbers are split into planes of bytes, because only the
/// exponents compress.
pub(super) fn properties(schema: &Schema, key_values: Vec<KeyValue>) -> WriterProperties {
    let zstd = ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(zstd))
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(BATCH_VALUES)
        .set_key_value_metadata(Some(key_values));
    let scenes = Column::SCENE.map(|column| ColumnPath::from(column.name()));
    let fetched = scenes.into_iter().chain([numbers_in(Column::PassageSpans, schema::ITEM)]);
    let properties = fetched
        .fold(properties, |properties, path| properties.set_column_compression(path, Compression::LZ4_RAW));
    match numbers_of_vectors(schema) {
        Some(numbers) => properties.set_column_encoding(numbers, Encoding::BYTE_STREAM_SPLIT).build(),
        None => properties.build(),
    }
}

/// Where parquet keeps the numbers of the embedding column.
fn numbers_of_vectors(schema: &Schema) -> Option<ColumnPath> {
    match schema.field_with_name(Column::Embedding.name()).ok()?.data_type() {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            Some(numbers_in(Column::Embedding, item.name()))
        }
        _ => None,
    }
}

/// Where parquet keeps the numbers of a column of lists.
fn numbers_in(column: Column, item: &str) -> ColumnPath {
    ColumnPath::new([column.name(), "list", item].map(str::to_owned).into())
}
