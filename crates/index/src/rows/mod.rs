//! Rows of an index: sets of them, the best of them, and threads that share them.

pub(crate) mod bits;
pub(crate) mod parallel;
pub(crate) mod top;
