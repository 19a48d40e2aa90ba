//! The library as programs use it, with the tiny model.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod identity;
mod index;
mod parts;
mod support;
mod upgrade;
