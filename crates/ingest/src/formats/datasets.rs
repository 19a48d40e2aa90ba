//! Lists of messages, dialogues and rows that no program in particular writes.

pub(crate) mod chat;
pub(crate) mod dialogues;
pub(crate) mod records;
