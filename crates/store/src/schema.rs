use std::path::Path;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema};
use parquet::file::metadata::KeyValue;

use crate::{ModelTag, StoreError};

/// The latest version of the file's layout that this program knows, and the one it writes.
pub(crate) const SCHEMA_VERSION: u32 = 1;

const VERSION_KEY: &str = "naragtive.schema_version";
const MODEL_KEY: &str = "naragtive.model";
const REVISION_KEY: &str = "naragtive.model_revision";
const DIMENSION_KEY: &str = "naragtive.dimension";
const WRITER_KEY: &str = "naragtive.writer";
/// By which rules passages, windows and names were made, where that is known.
const RECIPE_KEY: &str = "naragtive.recipe";
/// How many rows lack passages though other rows have some; 0 where it isn't there.
const LACKING_KEY: &str = "naragtive.rows_without_passages";
/// Written by the parquet library itself.
const ARROW_KEY: &str = "ARROW:schema";

/// The columns of a store, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Id,
    Text,
    Embedding,
    Metadata,
    PassageSpans,
    PassageVectors,
    WindowVector,
    Origin,
}

/// What the values of our lists are called.
pub(crate) const ITEM: &str = "element";

impl Column {
    /// The columns that make a file a store.
    pub(crate) const REQUIRED: [Self; 4] = [Self::Id, Self::Text, Self::Embedding, Self::Metadata];
    /// The columns that hold a scene.
    pub(crate) const SCENE: [Self; 3] = [Self::Id, Self::Text, Self::Metadata];
    /// The columns in which a null counts as nothing said.
    pub(crate) const FILLED: [Self; 2] = [Self::Text, Self::Metadata];
    /// The columns of passages. A row without passages has null there.
    pub(crate) const PASSAGES: [Self; 3] = [Self::PassageSpans, Self::PassageVectors, Self::WindowVector];
    /// The columns that the Python tool doesn't know.
    pub(crate) const OPTIONAL: [Self; 4] =
        [Self::PassageSpans, Self::PassageVectors, Self::WindowVector, Self::Origin];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text => "text",
            Self::Embedding => "embedding",
            Self::Metadata => "metadata",
            Self::PassageSpans => "passage_spans",
            Self::PassageVectors => "passage_vectors",
            Self::WindowVector => "window_vector",
            Self::Origin => "origin",
        }
    }

    /// What is read where a value is null.
    pub(crate) fn empty(self) -> &'static str {
        if self == Self::Metadata { "{}" } else { "" }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::REQUIRED.into_iter().chain(Self::OPTIONAL).find(|column| column.name() == name)
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Id | Self::Text | Self::Metadata | Self::Origin => "strings",
            Self::Embedding => "lists of 32-bit or 64-bit floats",
            Self::PassageSpans => "lists of 32-bit integers",
            Self::PassageVectors | Self::WindowVector => "bytes",
        }
    }

    /// The error of a column that holds `found`.
    pub(crate) fn type_error(self, path: &Path, found: &DataType) -> StoreError {
        let (column, expected) = (self.name(), self.expected());
        StoreError::ColumnType { path: path.to_owned(), column, expected, found: found.to_string() }
    }
}

/// The columns of a file that is written anew.
pub(crate) fn new_file() -> Schema {
    let string = |column: Column| Field::new(column.name(), DataType::Utf8, false);
    Schema::new(
        vec![
            string(Column::Id),
            string(Column::Text),
            Field::new(Column::Embedding.name(), vectors(), false),
            string(Column::Metadata),
        ]
        .into_iter()
        .chain(Column::OPTIONAL.map(optional))
        .collect::<Vec<_>>(),
    )
}

/// The field of an optional column.
pub(crate) fn optional(column: Column) -> Field {
    let kind = match column {
        Column::PassageSpans => spans(),
        Column::Origin => DataType::Utf8,
        _ => DataType::Binary,
    };
    Field::new(column.name(), kind, true)
}

/// The type of the column of spans: where a passage begins and ends, one pair after the other.
pub(crate) fn spans() -> DataType {
    DataType::List(Arc::new(Field::new(ITEM, DataType::Int32, false)))
}

/// The type of the embedding column in files that are written anew.
pub(crate) fn vectors() -> DataType {
    DataType::List(Arc::new(Field::new(ITEM, DataType::Float32, false)))
}

/// The columns of a file that gets more rows: as they are, and null allowed where only old rows have
/// a value; then those of the optional columns that it lacks. Where all vectors are other ones, they are of our type.
pub(crate) fn grown(found: &Schema, moves: bool) -> Schema {
    let grow = |field: &Field| match Column::named(field.name()) {
        Some(Column::Embedding) if moves => Field::new(field.name(), vectors(), false),
        Some(_) => field.clone(),
        None => field.clone().with_nullable(true),
    };
    let lacking = Column::OPTIONAL.into_iter().filter(|column| found.index_of(column.name()).is_err());
    let fields = found.fields().iter().map(|field| grow(field)).chain(lacking.map(optional));
    Schema::new(fields.collect::<Vec<_>>())
}

/// The key/value metadata with this recipe, if there is one.
pub(crate) fn with_recipe(mut pairs: Vec<KeyValue>, recipe: Option<&str>) -> Vec<KeyValue> {
    if let Some(recipe) = recipe {
        pairs.retain(|pair| pair.key != RECIPE_KEY);
        pairs.push(KeyValue::new(RECIPE_KEY.to_owned(), recipe.to_owned()));
    }
    pairs
}

/// The recipe that a file names.
pub(crate) fn read_recipe(pairs: &[KeyValue]) -> Option<&str> {
    pairs.iter().find(|pair| pair.key == RECIPE_KEY)?.value.as_deref()
}

/// How many rows lack passages, as a file with passages says.
pub(crate) fn read_lacking(pairs: &[KeyValue]) -> usize {
    let pair = pairs.iter().find(|pair| pair.key == LACKING_KEY);
    pair.and_then(|pair| pair.value.as_deref()?.parse().ok()).unwrap_or(0)
}

/// The key/value metadata that says how many rows lack passages; none where none does.
pub(crate) fn lacking(rows: usize) -> Option<KeyValue> {
    (rows > 0).then(|| KeyValue::new(LACKING_KEY.to_owned(), rows.to_string()))
}

/// The key/value metadata without that note.
pub(crate) fn without_lacking(mut pairs: Vec<KeyValue>) -> Vec<KeyValue> {
    pairs.retain(|pair| pair.key != LACKING_KEY);
    pairs
}

impl ModelTag {
    /// Reads the tag from a file's key/value metadata; none in files of the Python tool.
    pub(crate) fn read(path: &Path, pairs: &[KeyValue]) -> Result<Option<Self>, StoreError> {
        let find = |key| pairs.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone());
        let bad = |key, expected, found| StoreError::BadTag { path: path.to_owned(), key, expected, found };
        let (version, name, dimension) = (find(VERSION_KEY), find(MODEL_KEY), find(DIMENSION_KEY));
        if version.is_none() && name.is_none() && dimension.is_none() {
            return Ok(None);
        }
        check_version(path, version)?;
        let name = name.filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| bad(MODEL_KEY, "the name of a model", None))?;
        let parsed = dimension.as_deref().and_then(|text| text.parse().ok()).filter(|number| *number > 0);
        let dimension = parsed.ok_or_else(|| bad(DIMENSION_KEY, "a number above 0", dimension))?;
        Ok(Some(Self { name, revision: find(REVISION_KEY), dimension }))
    }

    /// The key/value metadata of a file with this tag, in which what is `found` there already is kept.
    pub(crate) fn write(&self, found: &[KeyValue]) -> Vec<KeyValue> {
        let ours = [VERSION_KEY, MODEL_KEY, REVISION_KEY, DIMENSION_KEY, WRITER_KEY, ARROW_KEY];
        let kept = found.iter().filter(|pair| !ours.contains(&pair.key.as_str())).cloned();
        let pair = |key: &str, value: String| KeyValue::new(key.to_owned(), value);
        let mut pairs: Vec<_> = kept.collect();
        pairs.push(pair(VERSION_KEY, SCHEMA_VERSION.to_string()));
        pairs.push(pair(MODEL_KEY, self.name.clone()));
        pairs.extend(self.revision.iter().map(|revision| pair(REVISION_KEY, revision.clone())));
        pairs.push(pair(DIMENSION_KEY, self.dimension.to_string()));
        pairs.push(pair(WRITER_KEY, concat!("naragtive ", env!("CARGO_PKG_VERSION")).to_owned()));
        pairs
    }
}

fn check_version(path: &Path, version: Option<String>) -> Result<(), StoreError> {
    let path = path.to_owned();
    match version.as_deref().map(str::parse) {
        Some(Ok(found)) if found > SCHEMA_VERSION => {
            Err(StoreError::NewerSchema { path, found, known: SCHEMA_VERSION })
        }
        Some(Ok(1..)) => Ok(()),
        _ => Err(StoreError::BadTag { path, key: VERSION_KEY, expected: "a number above 0", found: version }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<KeyValue> {
        list.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_tag_survives_the_round_trip_and_unknown_pairs_stay() {
        let found = pairs(&[("pandas", "{}"), (MODEL_KEY, "old"), (ARROW_KEY, "x"), (REVISION_KEY, "r0")]);
        let tag = ModelTag { name: "new".into(), revision: None, dimension: 3 };
        let written = tag.write(&found);
        assert_eq!(ModelTag::read(Path::new("a"), &written).unwrap(), Some(tag));
        let keys: Vec<_> = written.iter().map(|pair| pair.key.as_str()).collect();
        assert_eq!(keys, ["pandas", VERSION_KEY, MODEL_KEY, DIMENSION_KEY, WRITER_KEY]);
    }

    #[test]
    fn a_tag_that_makes_no_sense_is_an_error() {
        let whole = [(VERSION_KEY, "1"), (MODEL_KEY, "m"), (DIMENSION_KEY, "3")];
        for (key, value, expected) in [
            (VERSION_KEY, None, "bad `naragtive.schema_version`: expected a number above 0, found nothing"),
            (VERSION_KEY, Some("0"), "expected a number above 0, found `0`"),
            (VERSION_KEY, Some("2"), "schema version 2, which is newer than 1"),
            (MODEL_KEY, None, "bad `naragtive.model`: expected the name of a model, found nothing"),
            (MODEL_KEY, Some(""), "bad `naragtive.model`"),
            (
                DIMENSION_KEY,
                Some("many"),
                "bad `naragtive.dimension`: expected a number above 0, found `many`",
            ),
            (DIMENSION_KEY, Some("0"), "found `0`"),
            (DIMENSION_KEY, None, "found nothing"),
        ] {
            let mut list: Vec<_> = whole.iter().filter(|pair| pair.0 != key).copied().collect();
            list.extend(value.map(|value| (key, value)));
            let error = ModelTag::read(Path::new("a"), &pairs(&list)).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert_eq!(ModelTag::read(Path::new("a"), &pairs(&[("pandas", "{}")])).unwrap(), None);
    }
}
