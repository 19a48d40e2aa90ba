//! Stores and the registry on a real disk, in real processes.

mod append;
mod child;
mod damage;
#[cfg(unix)]
mod disk;
mod forms;
mod kept;
mod processes;
mod registry;
mod registry_files;
mod registry_kills;
mod support;
