//! Looks at everything the program keeps for its user, every row of it, where other commands only look at what they need.

mod checks;
mod examine;
mod words;

pub use checks::{Check, Fault, Finding, Subject, check_all};
pub use examine::{Checkup, DefaultFile, default_file, examine};
