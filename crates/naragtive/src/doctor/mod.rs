//! Looks at everything the program keeps for its user, every row of it, where other commands only look at what they need.

mod check;
mod checks;
mod examine;
mod fault;
mod models;
mod nameless;
mod stores;
mod words;

pub use check::{Check, Finding, Subject};
pub use checks::check_all;
pub use examine::{Checkup, DefaultFile, default_file, examine};
pub use fault::Fault;
pub use nameless::{name_it, nameless};
