//! The crate from outside: goldens of the Python tool, fixtures, damaged files, properties.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on should stop")]

mod bad_input;
mod cast;
mod detect;
mod fixtures;
mod golden;
mod origin;
mod properties;
mod support;
