//! Stores that are searched: which ones are meant, opened with their indexes, and how what is found is ranked.

mod choose;
mod locate;
mod nearby;
mod opened;
mod parts;
mod reranking;
#[expect(clippy::module_inception, reason = "the room's own noun")]
mod session;
mod stores;

pub use choose::{Stores, TypedStores, Which};
pub use locate::{Choice, Located, locate};
pub use nearby::Surroundings;
pub use reranking::Reranking;
pub use session::Session;
