//! What a store holds, seen from above: when it happens, who is in it with whom, and which conversations it is made of.

mod conversations;
mod lengths;
mod people;
mod present;
mod timeline;
mod whole;

pub use conversations::{Contents, Part};
pub use lengths::Lengths;
pub use people::{Bond, People, Person};
pub use timeline::{Bar, Grain, Lane, Timeline};
pub use whole::Overview;
