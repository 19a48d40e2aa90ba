//! Servers that are asked: one that reranks, one that answers in words, one that embeds. Nothing here prints or reads the
//! environment.

mod address;
mod answer;
mod chat;
mod connection;
mod embed;
mod error;
mod events;
mod problem;
mod rerank;
mod settings;
mod vectors;
mod work;

pub use address::without_secrets as shown;
pub use chat::{ChatRole, ChatServer, Finish, Message};
pub use embed::EmbedServer;
pub use error::{RemoteError, Task};
pub use problem::AnswerProblem;
pub use rerank::RerankServer;
pub use settings::ServerSettings;
pub use work::GoOn;
