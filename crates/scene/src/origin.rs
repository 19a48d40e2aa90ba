use std::sync::Arc;

use crate::Source;

/// What a scene is a part of in its source: one conversation, one channel of one file, one document.
///
/// Scenes of one conversation are neighbours in their order, and nothing else is a neighbour.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Conversation {
    /// The kind of export.
    pub source: Source,
    /// The file, as a path that means the same from every folder.
    pub file: String,
    /// The conversation's own id, where the export has one.
    pub id: Option<String>,
    /// The channel, where the export has one.
    pub channel: Option<String>,
}

/// Where a scene comes from: the facts that say which scene it is, whatever file brings it again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// What it is a part of.
    pub conversation: Arc<Conversation>,
    /// The message's own id within its conversation, where it has one.
    pub own_id: Option<String>,
    /// Who speaks first in it, where known.
    pub speaker: Option<String>,
    /// When: milliseconds since 1970 in UTC, or of the clock on the wall where the export names no zone.
    pub moment: Option<i64>,
    /// Its place in its conversation as the file holds it, from 0.
    pub place: u64,
}
