//! What a store holds, seen from above: when it happens, who is in it with whom, and which conversations it is made of.

mod cast;
mod conversations;
pub(crate) mod days;
mod lengths;
pub(crate) mod listing;
pub(crate) mod nothing_said;
mod people;
mod person;
pub(crate) mod sources;
pub(crate) mod stats;
mod timeline;
mod whole;

pub use conversations::{Contents, Part};
pub use lengths::Lengths;
pub use people::{Bond, People};
pub use person::Person;
pub use timeline::{Bar, Grain, Lane, Timeline};
pub use whole::Overview;
