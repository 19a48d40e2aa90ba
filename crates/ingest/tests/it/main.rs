//! The crate from outside: goldens of the Python tool, fixtures, damaged files, properties.

mod bad_input;
mod cast;
mod detect;
mod fixtures;
mod golden;
mod properties;
mod support;
