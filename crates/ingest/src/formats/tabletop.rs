//! Games played at virtual tables and in threads of forums.

pub(crate) mod fantasygrounds;
pub(crate) mod forum;
pub(crate) mod foundry;
pub(crate) mod roll20;
