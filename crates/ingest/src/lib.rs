//! Bytes of an export become annotated scenes.
//!
//! [`read`] is the way in: a container is opened, the text decoded, a format's parser makes transcripts of it, their
//! turns are dated and put into order, and become annotated scenes. Nothing here opens a file, asks the clock, prints,
//! or knows a model or a store. What an export holds that could not become a scene is counted in the
//! [`IngestReport`], never dropped in silence.

mod annotate;
mod aside;
mod bundle;
mod bytes;
mod cast;
mod chapters;
mod columns;
mod container;
mod decode;
mod encoded;
mod error;
mod fields;
mod file_order;
mod format;
mod formats;
mod front_matter;
mod input;
mod json;
mod known;
mod lexicon;
mod markup;
mod names;
mod options;
mod order;
mod package;
mod parts;
mod percent;
mod read;
mod repair;
mod report;
mod row;
mod rows;
mod rtf;
mod scenes;
mod single;
mod stamp;
mod table;
mod tree;
mod turns;
mod words;

pub use bundle::{Bundle, BundlePart, is_archive, is_companion};
pub use bytes::{Bytes, Reached};
pub use container::is_binder;
pub use error::{IngestError, JsonKind, Place};
pub use fields::{Mapping, UnknownField};
pub use file_order::by_name;
pub use format::Format;
pub use known::{Known, KnownBefore};
pub use lexicon::Lexicon;
pub use options::{Branches, Options};
pub use read::{Ingested, parse, read, read_each};
pub use report::{IngestReport, Mended, OlderEncoding, SkipReason, Skipped};
pub use row::Certainty;
pub use scenes::{SceneRule, UnknownRule};
pub use stamp::{DateOrder, Dating, Grounds, Guess};
