//! From files to scenes: what is named is opened, walked through and held, and the scenes that come of it wait.

pub(crate) mod exported;
mod held;
pub(crate) mod read;
pub(crate) mod waiting;
pub(crate) mod walk;
