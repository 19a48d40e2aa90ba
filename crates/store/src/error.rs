use std::io;
use std::path::{Path, PathBuf};

use naragtive_disk::{DiskError, TextProblem};
use naragtive_scene::MetadataError;
use parquet::errors::ParquetError;

use crate::ModelTag;

/// What can go wrong with a store or the registry.
///
/// Row numbers count from 0, as everywhere in this crate.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused something, a wait for a file was ended, or a file of text holds something else.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The file isn't parquet, or is parquet cut short or damaged.
    #[error("`{}` is not a whole parquet file: {source}", path.display())]
    NotParquet {
        /// The file.
        path: PathBuf,
        /// What the reader met.
        source: ParquetError,
    },
    /// The columns are written with more rows or fewer than the footer promises.
    #[error("`{}` is damaged: expected {expected} rows, found {found}", path.display())]
    RowCount {
        /// The file.
        path: PathBuf,
        /// How many the footer promises.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A parquet file, but not a store: one of the four columns isn't there.
    #[error("`{}` is not a store: expected a column `{column}`, found {}", path.display(), quoted(found))]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column that isn't there.
        column: &'static str,
        /// The columns that are.
        found: Vec<String>,
    },
    /// One of the four columns holds something else.
    #[error("`{}` is not a store: expected column `{column}` to hold {expected}, found {found}", path.display())]
    ColumnType {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
        /// What it should hold.
        expected: &'static str,
        /// The type it has.
        found: String,
    },
    /// What the file says about its embedding model can't be understood.
    #[error("`{}` has a bad `{key}`: expected {expected}, found {}", path.display(), found_or_nothing(found))]
    BadTag {
        /// The file.
        path: PathBuf,
        /// The key in the file's metadata.
        key: &'static str,
        /// What its value should be.
        expected: &'static str,
        /// What it is, or nothing where the key isn't there.
        found: Option<String>,
    },
    /// The file was written by a later version of this program.
    #[error("`{}` is of schema version {found}, which is newer than {known}, the latest this program knows", path.display())]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The latest version known here.
        known: u32,
    },
    /// The vectors in the file are another model's.
    #[error(
        "`{}` holds embeddings of {}, expected {}",
        path.display(),
        found.told_from(expected),
        expected.told_from(found)
    )]
    OtherModel {
        /// The file.
        path: PathBuf,
        /// The model asked for.
        expected: Box<ModelTag>,
        /// The model named by the file.
        found: Box<ModelTag>,
    },
    /// One row of the file can't be used.
    #[error("`{}`, row {row} (counted from 0){}: {problem}", path.display(), named(id))]
    BadRow {
        /// The file.
        path: PathBuf,
        /// The row, counted from 0.
        row: usize,
        /// The scene's id, where that can be read.
        id: Option<String>,
        /// What is wrong with it.
        problem: RowProblem,
    },
    /// A row was asked for that isn't there.
    #[error("`{}` has {rows} rows, none of them number {row} (counted from 0)", path.display())]
    NoSuchRow {
        /// The file.
        path: PathBuf,
        /// The row asked for.
        row: usize,
        /// How many there are.
        rows: usize,
    },
    /// A scene on its way into a store can't be stored.
    #[error("scene `{id}` can't be stored: {problem}")]
    BadScene {
        /// The scene's id.
        id: String,
        /// What is wrong with it.
        problem: RowProblem,
    },
    /// registry.json isn't a registry. It is left as it is.
    #[error("`{}` is not a registry of stores: {source}", path.display())]
    BadRegistry {
        /// The file.
        path: PathBuf,
        /// What was expected, what was found, in which line and column.
        source: serde_json::Error,
    },
    /// default.txt isn't text.
    #[error("`{}` should hold one store name, {problem}", path.display())]
    BadDefault {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: TextProblem,
    },
    /// A name no store can have.
    #[error("`{name}` can't be the name of a store: {problem}")]
    BadName {
        /// The name.
        name: String,
        /// What is wrong with it.
        problem: NameProblem,
    },
    /// The name belongs to another store.
    #[error("the name `{name}` is taken by `{}`", path.display())]
    NameTaken {
        /// The name as it is registered.
        name: String,
        /// The file of the store that has it.
        path: PathBuf,
    },
    /// A store that is to be deleted with its file is registered with a path that means another file in each folder.
    #[error("nothing was deleted: `{name}` is registered with the path `{}`, which means another file in each folder", path.display())]
    RelativePath {
        /// The name.
        name: String,
        /// The path as it is registered.
        path: PathBuf,
    },
    /// A file that is to be deleted or written into is another name's store too.
    #[error("nothing was changed: `{}` is the store `{other}`", path.display())]
    OtherStore {
        /// The file.
        path: PathBuf,
        /// The name that it is registered under.
        other: String,
    },
    /// No store of this name is registered.
    #[error("no store is named `{name}`; known: {}", quoted(known))]
    UnknownStore {
        /// The name.
        name: String,
        /// Up to three registered names that look alike, the most alike first.
        nearest: Vec<String>,
        /// Every registered name, sorted.
        known: Vec<String>,
    },
    /// The registry keeps paths as JSON strings, which this path can't be.
    #[error("`{}` can't be registered: its path is not UTF-8", path.display())]
    PathNotText {
        /// The path.
        path: PathBuf,
    },
}

/// Why one row can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// A cell is empty.
    #[error("expected a value in column `{0}`, found null")]
    Null(&'static str),
    /// One of the numbers of the embedding is empty.
    #[error("expected an embedding of numbers only, found a null among them")]
    NullNumber,
    /// The embedding is of another length.
    #[error("expected an embedding of {expected} numbers, found {found}")]
    Dimension {
        /// The dimension of the store's model.
        expected: usize,
        /// How many numbers there are.
        found: usize,
    },
    /// The embedding holds NaN or an infinity, or a 64-bit number too large for 32 bits.
    #[error("expected an embedding of finite numbers, found one that is not")]
    NotFinite,
    /// The passages' spans and vectors don't fit together.
    #[error(
        "expected a start, an end and {dimension} numbers a passage, found {spans} bounds and {bytes} bytes"
    )]
    Passages {
        /// The dimension of the store's model.
        dimension: usize,
        /// How many starts and ends there are.
        spans: usize,
        /// How many bytes of vectors there are, two a number.
        bytes: usize,
    },
    /// The metadata isn't a JSON object.
    #[error("bad metadata: {0}")]
    Metadata(#[from] MetadataError),
}

/// Why a text can't be the name of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    /// It is empty.
    #[error("expected at least one letter or digit, found nothing")]
    Empty,
    /// It is too long.
    #[error("expected at most 64 characters, found {0}")]
    TooLong(usize),
    /// It begins with a dot or a dash.
    #[error("expected a letter, a digit or `_` first, found `{0}`")]
    BadStart(char),
    /// It holds a character that names don't have.
    #[error("expected letters a to z, digits, `-`, `_` and `.` only, found `{}`", .0.escape_debug())]
    BadCharacter(char),
    /// It is the word for whichever store is the default.
    #[error("`default` stands for the default store")]
    Reserved,
}

impl StoreError {
    /// A refusal of the system: "can't `doing` `path`".
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| DiskError::io(doing, path)(source).into()
    }

    /// What the parquet library says about `path`; what the system said while it read or wrote stays
    /// what the system said.
    pub(crate) fn parquet(doing: &'static str, path: &Path, error: ParquetError) -> Self {
        let path = path.to_owned();
        match error {
            ParquetError::External(error) => match error.downcast::<io::Error>() {
                Ok(source) => DiskError::Io { doing, path, source: *source }.into(),
                Err(error) => Self::NotParquet { path, source: ParquetError::External(error) },
            },
            source => Self::NotParquet { path, source },
        }
    }

    /// Whether this says that a file isn't there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Disk(DiskError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound)
    }
}

fn quoted(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn found_or_nothing(found: &Option<String>) -> String {
    found.as_ref().map_or_else(|| "nothing".to_owned(), |found| format!("`{found}`"))
}

fn named(id: &Option<String>) -> String {
    id.as_ref().map(|id| format!(", scene `{id}`")).unwrap_or_default()
}
