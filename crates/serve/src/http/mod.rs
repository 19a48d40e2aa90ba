//! Stories over HTTP: who may come in, what is where, and how a connection is kept in bounds.
//!
//! Every address stands in one table, [`ROUTES`]: the router is made from it, it describes itself in `openapi.json` from it,
//! and the tests of who may come in go through it.

mod access;
mod answer;
mod api;
mod app;
mod asked;
mod body;
mod exchange;
mod guests;
mod hear;
mod listen;
mod mark;
mod models;
mod openapi;
mod origin;
mod page;
mod patient;
mod pieces;
mod problem;
mod reply;
mod route;
mod signal;
#[cfg(unix)]
mod socket;
mod telling;
mod token;

pub use access::Access;
pub(crate) use access::PORT;
pub use app::App;
pub use guests::Guests;
pub use hear::{Answered, Hear, Heard};
pub use listen::{Listening, Served, listen};
pub use origin::origin;
pub use route::{ROUTES, Room, Route, Verb};
pub use token::new_token;
