//! What takes a while and changes stores: ingest, watch, migrate, upgrade, forget, delete. Each is one call that says how far it is and
//! can be stopped.

mod before;
mod delete;
mod forget;
mod ingest;
mod migrate;
mod store;
mod survey;
mod target;
mod upgrade;
mod watching;

use before::StoredBefore;
pub use delete::{Deleted, delete};
pub use forget::{Forgotten, Selection, Unwanted, forget, unwanted};
pub use ingest::{Ingest, IngestDone, ingest, read_lexicon};
pub use migrate::{Migrate, Migrated, migrate};
pub use store::{Stored, store_scenes};
pub use survey::{Survey, survey};
pub use target::{Destination, Target};
pub use upgrade::{StoreUpgrade, move_store, upgrade_store};
pub use watching::{TakenIn, Watching};
