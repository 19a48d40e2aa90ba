//! Stores on servers, which many people share: the servers that were named, and copies that are searched like any store.

mod admission;
mod by_host;
mod copies;
mod digest;
mod draft;
mod follow;
mod following;
mod guest;
mod hosts;
mod merge;
mod name;
mod reach;
mod send;
mod tokens;
mod visible;

pub use copies::Copies;
pub(crate) use digest::digest_recipe;
pub(crate) use draft::{Draft, Others};
pub(crate) use following::Following;
pub use guest::Guest;
pub use hosts::{Host, Hosts};
pub use name::{SharedName, is_shared};
pub use reach::{SharedStores, Synced};
pub use send::{Pulled, Pushed};
pub use tokens::Tokens;

pub use naragtive_shared::{
    About, Address, Login, Membership, OLDEST_VECTOR, Permission, Prepared, SharedError, SharedStore,
};
