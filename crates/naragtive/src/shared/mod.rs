//! Stores on servers, which many people share: the servers that were named, and copies that are searched like any store.

mod draft;
mod hosts;
mod merge;
mod name;
mod reach;
mod send;

pub(crate) use draft::{Draft, Others};
pub use hosts::{Host, Hosts};
pub use name::{SharedName, is_shared};
pub use reach::{SharedStores, Synced};
pub use send::{Pulled, Pushed};

pub use naragtive_shared::{
    About, Address, Login, Membership, OLDEST_VECTOR, Permission, Prepared, SharedError, SharedStore,
};
