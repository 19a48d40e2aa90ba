//! What people should know beside the result of a job, in words: the command line prints them, other front ends show them as
//! they show results.

mod export;
mod note;
mod scenes;
mod stores;

pub use note::Note;
pub use scenes::embedded_in_part;
pub use stores::lacking_passages;
