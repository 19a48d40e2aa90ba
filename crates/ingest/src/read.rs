use std::num::NonZeroUsize;

use jiff::Timestamp;
use naragtive_scene::Scene;

use crate::formats::{chat, llama, neptune, text};
use crate::{Format, IngestError, IngestReport, Lexicon};

/// What an export is read with.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The file's name as it goes into the scenes' metadata.
    pub source_file: &'a str,
    /// The file as it goes into the scenes' origin: a path that means the same from every folder.
    pub file: &'a str,
    /// The words scenes are annotated with.
    pub lexicon: &'a Lexicon,
    /// The time that stands where a source has none of its own.
    pub ingested_at: Timestamp,
    /// How many characters a piece of plain text has at most.
    pub chunk_size: NonZeroUsize,
    /// Which branches of a llama-server conversation are taken.
    pub branches: Branches,
}

impl<'a> Options<'a> {
    /// What the commands use where nothing else is asked for; the file goes by the same name everywhere.
    pub fn new(source_file: &'a str, lexicon: &'a Lexicon, ingested_at: Timestamp) -> Self {
        const CHUNK_SIZE: NonZeroUsize = NonZeroUsize::new(500).unwrap();
        let branches = Branches::default();
        Self { source_file, file: source_file, lexicon, ingested_at, chunk_size: CHUNK_SIZE, branches }
    }
}

/// Which branches of a conversation become scenes. An edited question or an answer made anew begins one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Branches {
    /// The one the user sees.
    #[default]
    Active,
    /// All of them, each exchange once: those of the active branch first, under the ids they have
    /// without the others. The metadata key `branch` says `active` or `alt`.
    All,
}

/// The scenes of an export, in its order, and what there is to tell about reading it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingested {
    /// The scenes; none has an empty text.
    pub scenes: Vec<Scene>,
    /// Counts, and what was passed over.
    pub report: IngestReport,
}

/// Reads the bytes of an export.
///
/// # Errors
/// When the bytes are not an export of that format; the error says what was expected, what was found
/// and where.
pub fn read(format: Format, bytes: &[u8], options: &Options<'_>) -> Result<Ingested, IngestError> {
    match format {
        Format::Neptune => neptune::read(bytes, options),
        Format::LlamaServer => llama::read(bytes, options),
        Format::ChatMessages => chat::read(bytes, options),
        Format::PlainText => text::read(bytes, options),
    }
}
