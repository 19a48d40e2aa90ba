//! What takes a while and changes stores or their indexes: ingest, prune, watch, migrate, upgrade, forget, delete, index, the
//! samples.
//! Each is one call that says how far it is and can be stopped.

mod before;
mod delete;
mod forget;
mod index;
mod ingest;
mod migrate;
mod prune;
mod sample;
mod store;
mod survey;
mod target;
mod upgrade;
mod watched;
mod watching;

use before::StoredBefore;
pub use delete::{Deleted, delete};
pub use forget::{Forgotten, Selection, Unwanted, forget, unwanted};
pub use index::{
    Dropped, IndexReport, IndexRow, build_index, build_indexes, drop_index, drop_indexes, index_state,
    index_states,
};
pub use ingest::{Ingest, IngestDone, ingest, read_lexicon};
pub use migrate::{Migrate, Migrated, migrate};
pub use prune::prune;
pub use sample::{SAMPLE_QUESTIONS, SampleStore, Samples};
pub use store::{Stored, store_scenes};
pub use survey::{Survey, survey};
pub use target::{Destination, Target};
pub use upgrade::{StoreUpgrade, move_store, upgrade_or_move, upgrade_store};
pub use watching::{TakenIn, Watching, keep_watching};
