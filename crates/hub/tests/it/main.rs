//! Models found, fetched, checked and imported, against a small server and a made-up pip.

mod check;
mod fetch;
mod find;
mod import;
#[cfg(unix)]
mod pip;
mod real;
mod sandbox;
mod server;
mod together;
