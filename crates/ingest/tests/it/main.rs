//! The crate from outside: goldens of the Python tool, fixtures, damaged files, properties.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on should stop")]

mod bad_input;
mod cast;
mod cutting;
mod dates;
mod detect;
mod fixtures;
mod golden;
mod odd_spots;
mod origin;
mod properties;
mod support;
