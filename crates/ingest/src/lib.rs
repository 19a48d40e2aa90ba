//! Bytes of an export become annotated scenes.
//!
//! [`read`] is the way in: `bytes -> decode -> parse -> segment -> annotate -> scenes`. Nothing here
//! opens a file, asks the clock, prints, or knows a model or a store. What an export holds that could
//! not become a scene is counted in the [`IngestReport`], never dropped in silence.

mod annotate;
mod cast;
mod date;
mod decode;
mod error;
mod format;
mod formats;
mod json;
mod lexicon;
mod read;
mod report;
mod segment;
mod words;

pub use error::{IngestError, JsonKind, Place};
pub use format::Format;
pub use lexicon::Lexicon;
pub use read::{Branches, Ingested, Options, read};
pub use report::{IngestReport, SkipReason, Skipped};
