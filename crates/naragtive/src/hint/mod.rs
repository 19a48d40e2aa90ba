//! What helps after an error, as data: the command line prints it, HTTP and chat programs return it.

mod disk;
mod doctor;
mod entry;
mod error;
mod export;
#[expect(clippy::module_inception, reason = "the room's own noun")]
mod hint;
mod models;
mod remote;
mod shared;
mod store;
mod word;

pub use entry::StoreRemark;
pub use hint::Hint;
pub use word::quoted;
