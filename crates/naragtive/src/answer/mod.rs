//! Questions that a server answers in words: which scenes it is given, and whether its answer names any that there are.
//!
//! What is near to nothing is asked of nobody. Scenes are handed over as text that isn't to be obeyed, numbered, within a
//! budget; what the answer cites is held against these numbers.

mod asked;
mod citations;
mod prompt;
mod server;
mod thought;

pub use asked::{Answer, NOT_THERE, ask};
pub use citations::{AnswerPiece, AnswerPieces, Citation, Marker, citations};
pub use naragtive_remote::ChatServer;
pub use prompt::{Prompt, prompt};
pub use server::server;
