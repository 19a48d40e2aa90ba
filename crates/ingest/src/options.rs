use std::num::NonZeroUsize;

use jiff::Timestamp;

use crate::scenes::SceneRule;
use crate::stamp::DateOrder;
use crate::{Known, Lexicon, Mapping};

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
    /// Which branches of a conversation are taken.
    pub branches: Branches,
    /// Whether the day or the month comes first in stamps such as `10/11/2025`; none lets the file's stamps tell.
    pub date_order: Option<DateOrder>,
    /// How turns become scenes; none leaves it to the format.
    pub scene: Option<SceneRule>,
    /// What fields of records are; none leaves it to their names.
    pub map: &'a [Mapping],
    /// What is stored of the conversations that the file may go on with; none where nobody knows.
    pub known: Option<&'a Known>,
}

impl<'a> Options<'a> {
    /// What the commands use where nothing else is asked for; the file goes by the same name everywhere.
    pub fn new(source_file: &'a str, lexicon: &'a Lexicon, ingested_at: Timestamp) -> Self {
        const CHUNK_SIZE: NonZeroUsize = NonZeroUsize::new(500).unwrap();
        Self {
            source_file,
            file: source_file,
            lexicon,
            ingested_at,
            chunk_size: CHUNK_SIZE,
            branches: Branches::default(),
            date_order: None,
            scene: None,
            map: &[],
            known: None,
        }
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
