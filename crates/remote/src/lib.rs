//! Servers that are asked: one that reranks. Nothing here prints or reads the environment.

mod address;
mod answer;
mod error;
mod rerank;

pub use address::without_secrets as shown;
pub use answer::AnswerProblem;
pub use error::RemoteError;
pub use rerank::{RerankServer, ServerSettings};
