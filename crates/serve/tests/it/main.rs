//! The tools as a client calls them, without a process and without the protocol.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests are tests")]

mod calls;
mod schemas;
mod support;
