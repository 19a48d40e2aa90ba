//! Stores that many people share: the truth, the permissions and the history are a PostgreSQL database's, and what is
//! searched is a copy of it on this machine, an ordinary store that is brought up to date batch by batch; or, without a copy,
//! what a query needs of it, which is written with the scenes.
//!
//! Knows no model and nothing of registries. Nothing here prints, asks the clock or reads the environment.

mod address;
mod blocks;
mod copy;
mod difference;
mod digest;
mod error;
mod init;
mod lock;
mod login;
mod member;
mod nearest;
mod passfile;
mod permission;
mod places;
mod publish;
mod pull;
mod reading;
mod row;
mod server;
mod service;
mod store;
mod tls;
mod tracked;

pub use address::Address;
pub use copy::{Copied, LocalCopy};
pub use difference::changed;
pub use digest::{Digest, Digesting};
pub use error::SharedError;
pub use init::{OLDEST_INDEXED_VECTOR, OLDEST_POSTGRES, OLDEST_VECTOR, Prepared, SCHEMA};
pub use login::Login;
pub use member::Membership;
pub use permission::Permission;
pub use publish::Sent;
pub use reading::{SceneVectors, StoredBlock};
pub use server::{About, Server};
pub use store::{NewShared, SharedStore};
pub use tracked::Tracked;
