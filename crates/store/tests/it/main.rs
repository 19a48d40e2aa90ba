//! Stores and the registry on a real disk, in real processes.

mod append;
mod support;
