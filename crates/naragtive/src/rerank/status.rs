//! How it stands with a reranker.

use super::Reranker;
use crate::Error;

/// What is known of a reranker that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RerankerStatus {
    /// What it is called.
    pub name: String,
    /// What computes: the processor's instructions, or the server's address.
    pub device: String,
    /// In which numbers, where the model is in this process.
    pub precision: Option<String>,
    /// How many numbers the model consists of, where it is in this process.
    pub parameters: Option<usize>,
    /// How many bytes they take, where the model is in this process.
    pub memory_bytes: Option<usize>,
}

impl Reranker {
    /// How it stands with this one; a server is asked a question to see whether it answers.
    ///
    /// # Errors
    /// When the server doesn't answer.
    pub fn status(&self) -> Result<RerankerStatus, Error> {
        Ok(match self {
            Self::Local { name, model } => RerankerStatus {
                name: name.clone(),
                device: format!("processor, {}", model.isa()),
                precision: Some(model.precision().to_string()),
                parameters: Some(model.parameters()),
                memory_bytes: Some(model.memory_bytes()),
            },
            Self::Remote(server) => {
                server.score("ready?", &["ready"], &mut |_| ())?;
                RerankerStatus {
                    name: self.name(),
                    device: server.address().to_owned(),
                    precision: None,
                    parameters: None,
                    memory_bytes: None,
                }
            }
        })
    }
}
