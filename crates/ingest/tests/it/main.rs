//! The crate from outside: goldens of the Python tool, fixtures, damaged files, properties.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on should stop")]

mod aside;
mod bad_input;
mod beside;
mod bundle;
#[cfg(not(no_shared))]
mod cast;
#[cfg(not(no_shared))]
mod cutting;
#[cfg(not(no_shared))]
mod dates;
#[cfg(not(no_shared))]
mod detect;
mod documents;
mod every_format;
mod fixtures;
mod forms;
#[cfg(not(no_shared))]
mod golden;
mod mutated;
#[cfg(not(no_shared))]
mod named_inputs;
#[cfg(not(no_shared))]
mod odd_spots;
#[cfg(not(no_shared))]
mod origin;
mod promises_k6_odd_spots;
mod properties;
mod support;
mod table;

#[cfg(no_shared)]
#[test]
#[ignore = "the shared data isn't beside the checkout: left out are cast, cutting, dates, detect, golden, named_inputs, odd_spots, origin"]
fn all_tests_are_here() {
    panic!("without the shared data they aren't");
}
