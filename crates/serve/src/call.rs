use naragtive::Day;

/// Whether the one who asked has gone.
pub type Stop = dyn Fn() -> bool + Send + Sync;
/// Which day it is.
pub type Today = dyn Fn() -> Day + Send + Sync;
