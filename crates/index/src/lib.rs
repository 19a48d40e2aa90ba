//! Which rows, in what order: derived from a store, knows nothing of where vectors come from.
//!
//! Each folder uses those above it: `bytes` and `rows` nothing of the house, `words` and `vectors` these two, a `segment`
//! all of them, an `index` is made of segments, and `search` asks it. A `block` has what rows are searched by where they are kept
//! elsewhere, and an index for one query is put together of blocks.

mod block;
mod bytes;
mod constants;
mod error;
mod index;
#[allow(unsafe_code)]
mod kernels;
mod rows;
mod search;
mod segment;
mod vectors;
mod words;

pub use block::assembly::Assembly;
pub use block::lookups::Lookups;
pub use block::{Block, BlockWriter, block_recipe};
pub use constants::{MEANING, MEANING_OF_STORIES};
pub use error::{Damaged, IndexError};
pub use index::builder::Builder;
pub use index::folder::{is_index, left_builds, remove_index, remove_left_builds};
pub use index::settings::IndexSettings;
pub use index::{Index, IndexStatus, Opened, RowVectors};
pub use rows::bits::Bits;
pub use rows::top::{Ranked, Top};
pub use search::dates::day_number;
pub use search::explain::{Explanation, Signal};
pub use search::features::{Features, WordFeatures};
pub use search::query::{IndexQuery, Mode, PassageRef, RowHit};
pub use search::spelling::ask;
pub use segment::facets::{Facets, FacetsWriter};
pub use segment::row::{Fingerprint, Row};
pub use vectors::dense::nearest;
pub use words::analysis::{Analyzer, Term};
pub use words::bm25::{WordMatch, score};
pub use words::language::{Language, UnknownLanguage};
pub use words::lexical::{Lexical, LexicalWriter};
pub use words::query::{Respelt, WordQuery, only_excludes};
