//! A row of the table of formats.

use std::fmt;

use naragtive_scene::Transcript;

use crate::input::Input;
use crate::scenes::Grouping;
use crate::{IngestError, IngestReport, Options};

/// What there is to know about a kind of export.
#[derive(Debug)]
pub(crate) struct FormatRow {
    /// How the user names it: `--as NAME`.
    pub(crate) name: &'static str,
    /// What it is called in a sentence.
    pub(crate) called: &'static str,
    /// What it is, in a line.
    pub(crate) help: &'static str,
    /// How one gets such a file.
    pub(crate) export: &'static str,
    /// The command that was there for it before `ingest`, with the flag that takes the file.
    pub(crate) command: &'static str,
    /// The source type a store of such scenes is registered with.
    pub(crate) source: &'static str,
    /// What names of such files end with in an archive or a folder.
    pub(crate) extensions: &'static [&'static str],
    /// How turns become scenes.
    pub(crate) grouping: Grouping,
    /// Whether a file is one; looks at its head only.
    pub(crate) sniff: fn(&Input<'_>) -> Certainty,
    /// Reads one.
    pub(crate) parse: fn(&Input<'_>, &Options<'_>) -> Result<Parsed, IngestError>,
}

/// Reads a file that may be too large to be held: its conversations are handed over one by one, or part by part, and what
/// comes back has to be held. What is left is what was read.
pub(crate) type ParseInParts = fn(&Input<'_>, &Options<'_>, &mut TakePart<'_>) -> Result<Parsed, IngestError>;

/// Takes a conversation or a part of it, or gives it back.
pub(crate) type TakePart<'a> = dyn FnMut(Transcript, Extent) -> Option<Transcript> + 'a;

/// How much is handed over of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// A part that others follow. Whoever gets the first one back holds the conversation to its end.
    Part,
    /// All of it, or all that comes behind its parts.
    Rest,
}

/// Gives everything back: all conversations of a file are wanted at once.
pub(crate) fn hold(transcript: Transcript, _: Extent) -> Option<Transcript> {
    Some(transcript)
}

/// What was read of a file.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) transcripts: Vec<Transcript>,
    pub(crate) report: IngestReport,
}

impl Parsed {
    /// Hands over a conversation that is whole; it is kept where it comes back.
    pub(crate) fn hand_over(&mut self, whole: Transcript, take: &mut TakePart<'_>) {
        self.transcripts.extend(take(whole, Extent::Rest));
    }
}

/// How sure it is that a file is of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It isn't.
    No,
    /// Nothing speaks against it.
    Maybe,
    /// It looks like it.
    Likely,
    /// Nothing else looks like this.
    Sure,
}

impl Certainty {
    /// Its name in output for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Maybe => "maybe",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::No => "it isn't",
            Self::Maybe => "for want of anything else",
            Self::Likely => "likely",
            Self::Sure => "for sure",
        })
    }
}
