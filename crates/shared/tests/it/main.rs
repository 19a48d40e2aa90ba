//! Shared stores on a real PostgreSQL server with pgvector: the one that `NARAGTIVE_TEST_POSTGRES` names. Without one these
//! tests say that they were skipped.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests are tests")]

mod blocks;
mod child;
mod copies;
mod crashes;
mod kills;
mod near;
mod permissions;
mod prepare;
mod strangers;
mod support;
mod tls;
mod writers;
