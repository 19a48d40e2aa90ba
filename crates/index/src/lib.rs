//! Which rows, in what order: derived from a store, knows nothing of where vectors come from.

mod dense;
mod error;
mod row;
mod top;

pub use dense::nearest;
pub use error::{Damaged, IndexError};
pub use row::{Fingerprint, Row};
pub use top::{Ranked, Top};
