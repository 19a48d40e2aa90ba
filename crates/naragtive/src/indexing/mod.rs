//! The indexes of stores: where they are kept, made or brought up to date, and how it stands with each.

pub(crate) mod index_state;
pub(crate) mod indexes;
pub(crate) mod refreshed;
