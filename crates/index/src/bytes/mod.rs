//! Stored bytes: numbers in them, and checksums of their blocks.

pub(crate) mod blocks;
pub(crate) mod numbers;
pub(crate) mod varint;
