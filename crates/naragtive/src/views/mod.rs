//! The shapes of JSON: what every front end shows of hits, scenes, stores, models, settings, jobs and checks. Those of an
//! [`Overview`](crate::Overview) stand with it.

mod answer;
pub mod brief;
mod cache;
mod check;
mod config;
mod explained;
mod hit;
mod index;
mod job;
mod model;
mod reranker;
mod scene;
mod shared;
mod store;
mod why;

pub use answer::{answer, prompt};
pub use cache::{caches, cleaned};
pub use check::{check, checks, hint};
pub use config::config;
pub use explained::explained;
pub use hit::{also_searched, hit, hits, sample};
pub use index::{dropped, indexes};
pub use job::{ingested, migrated, pruned, skip_reason, survey, upgraded};
pub use model::{exported_model, found_model, model, model_place, models};
pub use reranker::{absent_reranker, reranker};
pub use scene::{scene, surroundings};
pub use shared::{
    prepared, pulled, pushed, shared_host, shared_hosts, shared_indexed, shared_listed, shared_members,
    shared_status, shared_token, synced,
};
pub use store::{
    created_store, default_store, deleted_store, forgotten, listing, registered_store, registered_stores,
    renamed_store, sources, stats, stats_with_reranker, store,
};
pub use why::{Reason, ordinal, why};
