//! Scenes and their embeddings in parquet files, and the registry of named stores.
//!
//! Knows no model: vectors come and go as numbers, with a [`ModelTag`] that says whose they are.
//! Nothing here prints, asks the clock or looks for a home folder.

mod append;
mod batch;
mod change;
mod column;
mod embedded_scene;
mod entries;
mod entry;
mod error;
mod forms;
mod merge;
mod model_tag;
mod move_over;
mod name;
mod origin;
mod passages;
mod registry;
mod remove;
mod renew;
mod schema;
mod snapshot;
mod store;
mod store_ref;
mod table;
mod upgrade;
mod version;
mod writer;

pub use append::{Appended, append, check_replaceable, check_writable, commit, replace, replace_by};
pub use batch::Batch;
pub use embedded_scene::EmbeddedScene;
pub use entry::{EntryCondition, SAMPLE_SOURCE, StoreEntry};
pub use error::{NameProblem, RowProblem, StoreError};
pub use merge::{AFTER, BEFORE, Fate, Member, MergePlan, plan, read_with};
pub use model_tag::ModelTag;
pub use move_over::MoveOver;
pub use name::StoreName;
pub use origin::{origin_from_json, origin_to_json};
pub use passages::{Passages, Span};
pub use registry::{NewStore, Registry};
pub use remove::{Removed, remove};
pub use renew::{Renewal, renew};
pub use store::{Embeddings, Store, StoredRow};
pub use store_ref::StoreRef;
pub use upgrade::Upgrade;
pub use version::Version;
