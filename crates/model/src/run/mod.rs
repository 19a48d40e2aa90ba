//! A model run over many texts by several threads.

mod batch;
mod progress;
mod scheduler;

pub(crate) use batch::{run_all, tokenize};
pub use progress::{Flow, Progress, Stopped};
pub use scheduler::Finished;
pub(crate) use scheduler::{Items, run};
