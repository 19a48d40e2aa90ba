//! What two files of a store have in common without being read: what was written to one of them is mostly a copy of the other with
//! a little more.

use std::ops::Range;

use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::ChunkReader;

use super::Store;
use crate::StoreError;
use crate::table::Table;

impl Store {
    /// Rows that are the same in both, in the same places: those of row groups that are the same to the byte. Others may be the
    /// same as well.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn alike(&self, other: &Self) -> Result<Vec<Range<usize>>, StoreError> {
        let (one, other) = (&self.table, &other.table);
        let mut alike: Vec<Range<usize>> = Vec::new();
        if one.columns() != other.columns() {
            return Ok(alike);
        }
        let mut first = 0;
        for (a, b) in one.groups().iter().zip(other.groups()) {
            // From here on nothing stands where it stood.
            if a.num_rows() != b.num_rows() {
                break;
            }
            let end = first + usize::try_from(a.num_rows()).unwrap_or_default();
            if have_same_bytes((one, a), (other, b))? {
                alike.push(first..end);
            }
            first = end;
        }
        Ok(alike)
    }
}

fn have_same_bytes(
    a: (&Table, &RowGroupMetaData),
    b: (&Table, &RowGroupMetaData),
) -> Result<bool, StoreError> {
    for (one, other) in a.1.columns().iter().zip(b.1.columns()) {
        if !are_read_alike(one, other) || bytes(a.0, one)? != bytes(b.0, other)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the same bytes of both are the same values.
fn are_read_alike(one: &ColumnChunkMetaData, other: &ColumnChunkMetaData) -> bool {
    let dictionary = |chunk: &ColumnChunkMetaData| {
        chunk.dictionary_page_offset().map(|at| chunk.data_page_offset().wrapping_sub(at))
    };
    one.column_path() == other.column_path()
        && one.compression() == other.compression()
        && one.num_values() == other.num_values()
        && one.byte_range().1 == other.byte_range().1
        && dictionary(one) == dictionary(other)
}

fn bytes(table: &Table, chunk: &ColumnChunkMetaData) -> Result<bytes::Bytes, StoreError> {
    let (start, length) = chunk.byte_range();
    let read = usize::try_from(length).map_err(|_| ParquetError::General("a column is too long".to_owned()));
    let read = read.and_then(|length| table.file().get_bytes(start, length));
    read.map_err(|source| StoreError::NotParquet { path: table.path().to_owned(), source })
}

#[cfg(test)]
mod tests {
    use naragtive_disk::Patience;
    use naragtive_scene::{Metadata, Scene, SceneId};

    use crate::{EmbeddedScene, ModelTag, Passages, StoreRef, append, replace};

    fn scene(id: usize, text: &str) -> EmbeddedScene {
        let metadata = Metadata::default().with("channel", "inn");
        let scene = Scene { id: SceneId::new(id.to_string()), text: text.into(), metadata, origin: None };
        EmbeddedScene { scene, embedding: vec![1.0, 0.0], passages: Passages::default() }
    }

    #[test]
    fn rows_that_were_copied_are_alike_and_those_that_were_changed_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| StoreRef::File(folder.path().join(name));
        let model = ModelTag { name: "tiny".into(), revision: None, dimension: 2 };
        let patience = Patience::default();
        // More than a row group holds.
        let many = 40_000;
        let scenes = || (0..many).map(|number| scene(number, "One.")).collect::<Vec<_>>();
        let [one, more, other] = ["one", "more", "other"].map(at);
        replace(one.clone(), scenes(), &model, &patience).unwrap();
        std::fs::copy(one.file(), more.file()).unwrap();
        append(&more, vec![scene(many, "More.")], &model, &patience).unwrap();
        let mut changed = scenes();
        changed[many - 1] = scene(many - 1, "Two.");
        replace(other.clone(), changed, &model, &patience).unwrap();
        let [one, more, other] = [one, more, other].map(|at| at.open().unwrap());
        assert_eq!(one.alike(&one).unwrap().last().map(|rows| rows.end), Some(many));
        for (store, what) in [(&more, "more"), (&other, "other")] {
            let alike = one.alike(store).unwrap();
            assert!(alike.first().is_some_and(|rows| rows.start == 0), "{what}: {alike:?}");
            assert!(alike.iter().all(|rows| rows.end < many || what == "more"), "{what}: {alike:?}");
            for row in alike.iter().flat_map(|rows| [rows.start, rows.end - 1]) {
                assert_eq!(one.rows(&[row]).unwrap(), store.rows(&[row]).unwrap(), "{what}: {row}");
            }
        }
        let elsewhere = ModelTag { dimension: 3, ..model };
        let wide = at("wide");
        let scene = EmbeddedScene { embedding: vec![1.0, 0.0, 0.0], ..scene(0, "One.") };
        replace(wide.clone(), vec![scene], &elsewhere, &patience).unwrap();
        assert!(one.alike(&wide.open().unwrap()).unwrap().is_empty());
    }
}
