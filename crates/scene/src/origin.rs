use std::sync::Arc;

use crate::{Conversation, SaidTurn};

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
    /// Of how many turns it is made, where it is several; otherwise 0.
    pub turns: u32,
    /// Where its text has turns of several: who speaks from which byte on, the first from 0.
    pub spoken: Vec<Spoken>,
    /// The turns it is made of, where these may be cut in another way once there are more of them.
    pub said: Vec<SaidTurn>,
    /// How late a wording it is, see [`Turn::wording`](crate::Turn::wording), where it is a turn by itself; otherwise 0.
    pub wording: u32,
    /// When a store took it in as it is: seconds since 1970, where known.
    pub added: Option<i64>,
}

/// Who speaks in a scene from some byte of its text on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Spoken {
    /// The byte.
    pub from: usize,
    /// The speaker, where known.
    pub by: Option<String>,
}
