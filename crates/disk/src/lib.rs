//! What is done to files that the standard library has no single call for: replacing one as a whole, a lock that says who
//! it waits for and can be told to stop, mapping, reading small files of text.
//!
//! Knows nothing of what is in a file. Nothing here prints or asks the clock.

mod error;
mod folder;
mod holder;
mod lock;
#[allow(unsafe_code, reason = "the system has no safe way to map a file")]
mod map;
mod patience;
mod place;
mod read_at;
mod replace;
mod text;
mod used;

pub use error::{DiskError, TextProblem};
pub use folder::sync_folder;
pub use holder::Holder;
pub use lock::Lock;
pub use map::{MappedCopy, map_file, will_read};
pub use patience::{Patience, Waiting};
pub use place::{AtomicFile, target_of_temporary};
pub use read_at::{read_at, read_full_at};
pub use replace::replace;
pub use text::{read_text, text};
pub use used::{last_written, note_use, tree_bytes};
