use naragtive::{Day, Flow};

/// Whether the one who asked has gone.
pub type Stop = dyn Fn() -> bool + Send + Sync;
/// Which day it is.
pub type Today = dyn Fn() -> Day + Send + Sync;

/// What a job is told that asks whether to go on.
pub(crate) fn flow(stop: &Stop) -> Flow {
    if stop() { Flow::Stop } else { Flow::Continue }
}
