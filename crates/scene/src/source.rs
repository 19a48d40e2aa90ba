use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// What kind of export the scenes of a store came from.
///
/// The registry keeps this as free text, so any other text is a source too.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// A Neptune AI role-play transcript.
    Neptune,
    /// Conversations of the llama-server web UI.
    LlamaServer,
    /// A list of chat messages in JSON.
    Json,
    /// Plain text.
    Txt,
    /// Chat messages of any origin.
    Chat,
    /// Perplexity threads.
    PerplexityChat,
    /// Anything else a user calls their data.
    Other(String),
}

impl Source {
    /// The name as the registry writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Neptune => "neptune",
            Self::LlamaServer => "llama-server",
            Self::Json => "json",
            Self::Txt => "txt",
            Self::Chat => "chat",
            Self::PerplexityChat => "perplexity-chat",
            Self::Other(name) => name,
        }
    }
}

impl FromStr for Source {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(match name {
            "neptune" => Self::Neptune,
            "llama-server" => Self::LlamaServer,
            "json" => Self::Json,
            "txt" => Self::Txt,
            "chat" => Self::Chat,
            "perplexity-chat" => Self::PerplexityChat,
            other => Self::Other(other.to_owned()),
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_survives_the_round_trip() {
        for name in ["neptune", "llama-server", "json", "txt", "chat", "perplexity-chat", "llama"] {
            let Ok(source) = name.parse::<Source>();
            assert_eq!(source.as_str(), name);
        }
    }
}
