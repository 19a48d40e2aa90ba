//! Search your own stories: exports become scenes, scenes are embedded and kept in stores, and the scene you
//! mean is found.
//!
//! This crate joins the others and prints nothing. A scene's journey: [`read_export`], then [`add`] puts what is
//! new into a store; a [`Retriever`] answers a [`Query`] with [`Hits`], which [`export::export`] writes in
//! the form another program wants. [`locate`] says which store a command means, [`Registry`] keeps their names.
//! [`chroma::read`] gives the scenes of a ChromaDB folder, [`doctor`] looks for what is wrong.

mod add;
pub mod doctor;
mod error;
mod explained;
pub mod export;
mod hits;
mod home;
mod index_state;
mod indexes;
mod listing;
mod locate;
mod matches;
mod model;
mod nearby;
mod passage;
mod query;
mod read;
pub mod rerank;
mod retriever;
mod shelf;
mod stats;
mod texts;
mod upgrade;

pub use add::{Added, Adding, How, add};
pub use error::Error;
pub use explained::{Explained, Judgement};
pub use hits::{Hit, Hits, Reranked, Scores, StoreInfo};
pub use home::Home;
pub use index_state::{Cached, IndexState};
pub use indexes::{IndexProgress, Indexes, Indexing};
pub use listing::list;
pub use locate::{Choice, Located, locate};
pub use model::Model;
pub use query::{Mode, Query};
pub use read::read_export;
pub use retriever::Retriever;
pub use stats::{Count, Stats};
pub use upgrade::{Upgraded, upgrade};

pub use naragtive_chroma as chroma;
pub use naragtive_disk::{Holder, Patience, Waiting};
pub use naragtive_hub as hub;
pub use naragtive_index::{Explanation, IndexError, Language, Signal, Status as IndexStatus};
pub use naragtive_ingest::{
    Branches, Format, IngestError, IngestReport, Ingested, Lexicon, Options as ReadOptions, SkipReason,
    Skipped, read,
};
pub use naragtive_model::{Flow, Isa, ModelError, Options as ModelOptions, Precision};
pub use naragtive_scene::{Filter, Metadata, Scene, SceneId, Source, key};
pub use naragtive_store::{
    Appended, Condition, ModelTag, NameProblem, NewStore, Registry, RowProblem, Store, StoreEntry,
    StoreError, StoreName, check_replaceable, check_writable,
};
pub use naragtive_text::{harmless, nearest};
