//! Which rows, in what order: derived from a store, knows nothing of where vectors come from.

mod dense;
mod top;

pub use dense::nearest;
pub use top::{Ranked, Top};
