//! The lines that make a chat program start this one, and the file they go into.

mod client;
mod commented;
mod merge;

pub use client::{Client, Machine, Plan, System, plan};
pub use merge::{Written, write};
