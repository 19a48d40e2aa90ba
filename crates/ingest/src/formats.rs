//! One module for each kind of export: whether a file is one, and the scenes in it.

pub(crate) mod chat;
pub(crate) mod llama;
pub(crate) mod neptune;
pub(crate) mod text;
