//! The shapes of JSON: what every front end shows of hits, scenes, stores, jobs and checks. Those of hits stand with
//! them: [`crate::Hits::to_json`].

mod cache;
mod index;
mod job;
mod scene;
mod store;
mod why;

pub use cache::cache;
pub use index::index;
pub use job::{exported, migrated, skip_reason, stored, survey, upgraded};
pub use scene::{scene, surroundings};
pub use store::{registered_store, registered_store_now, registered_stores, stats};
pub use why::{Reason, ordinal, why};
