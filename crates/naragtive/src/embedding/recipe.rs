//! How what is stored and indexed is made of scenes. What an older recipe made is known by its name.

/// How a scene's passages and windows are made: tokens of a passage, tokens that two share, passages of a text at most;
/// messages before and behind that a message is read with, in its channel of its conversation; that each names who speaks. To be
/// changed with any of `passage.rs` and `texts.rs`; then `upgrade` makes them anew in older stores.
pub(crate) const SCENES: &str = "passages 64/16/4096, windows 2+1, speakers";

/// How a scene becomes a row of an index: its words with who speaks them, its names, day, facets and what it is a part of. An index made by another recipe
/// is built anew.
pub(crate) const ROWS: &str = "rows 4";
