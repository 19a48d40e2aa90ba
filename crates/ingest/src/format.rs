//! Which exports can be read, and which of them a file is.
//!
//! How to add a source:
//! 1. Write `formats/<source>.rs` with two functions: `sniff(&[u8]) -> bool` (is this such a file? by
//!    content, looking at as little of it as it can) and `read(&[u8], &Options) -> Result<Ingested, _>`.
//! 2. Name it in `formats.rs`, add a variant here, to `ALL` (before those that accept more), and the
//!    lines the compiler then asks for.
//! 3. Put a small export under `tests/fixtures/<source>/` and a line in `tests/it/fixtures.rs`. Damaged
//!    files get a row in `tests/it/bad_input.rs`.

use std::fmt;

use naragtive_scene::Source;

use crate::formats::{chat, llama, neptune, text};

/// A kind of export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A Neptune AI role-play transcript.
    Neptune,
    /// Conversations of the llama-server web UI: JSON, JSON Lines, or a zip archive of either.
    LlamaServer,
    /// A JSON array of chat messages.
    ChatMessages,
    /// Any other text.
    PlainText,
}

impl Format {
    /// Every format, in the order in which they are tried.
    pub const ALL: [Self; 4] = [Self::LlamaServer, Self::ChatMessages, Self::Neptune, Self::PlainText];

    /// What kind of export these bytes are, by what is in them. None when they are no text, nothing
    /// at all, or JSON of another program.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|format| match format {
            Self::Neptune => neptune::sniff(bytes),
            Self::LlamaServer => llama::sniff(bytes),
            Self::ChatMessages => chat::sniff(bytes),
            Self::PlainText => text::sniff(bytes),
        })
    }

    /// What the format is called in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neptune => "Neptune transcript",
            Self::LlamaServer => "llama-server export",
            Self::ChatMessages => "list of chat messages",
            Self::PlainText => "plain text",
        }
    }

    /// The source type a store of such scenes is registered with.
    pub fn source(self) -> Source {
        match self {
            Self::Neptune => Source::Neptune,
            Self::LlamaServer => Source::LlamaServer,
            Self::ChatMessages => Source::Json,
            Self::PlainText => Source::Txt,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
