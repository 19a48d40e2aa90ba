//! Models, found or fetched by name and opened when something needs them; what is open is shared.

mod any_embedder;
mod chosen;
mod export;
pub(crate) mod language;
mod maker;
mod model;
mod room;

pub use naragtive_hub::{
    FetchEvent, FoundModel, HubError, Languages as ModelLanguages, ModelKind, ModelPlace, ModelSpec,
    ModelStatus, catalogue, lookup, rerankers,
};

pub use any_embedder::AnyEmbedder;
pub use chosen::ChosenReranker;
pub use model::Model;
pub use room::Models;
pub(crate) use room::is_absent;

/// The embedding model of whoever names none.
pub const DEFAULT_MODEL: &str = STORY_MODEL;
/// The model that was trained on stories.
pub const STORY_MODEL: &str = "stories";
/// The model for stories in other languages than English.
pub const MULTILINGUAL_MODEL: &str = "multilingual-e5-small";
/// The model of the Python tool.
pub const PYTHON_MODEL: &str = "all-MiniLM-L6-v2";
/// The reranker of whoever names none.
pub const DEFAULT_RERANKER: &str = "bge-reranker-v2-m3";
