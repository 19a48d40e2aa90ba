use std::fmt;
use std::str::FromStr;

/// The form a document takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ExportFormat {
    /// A JSON array of texts with their query, as a reranker takes them.
    Bge,
    /// Markdown to put before a question to a language model, within a token budget.
    #[default]
    LlmContext,
    /// One JSON object with documents and instructions, for a llamafile server.
    Llamafile,
    /// One JSON object a line, with all metadata.
    Jsonl,
    /// Markdown: each scene's id and text.
    Rag,
    /// Paragraphs of id and text, nothing else.
    RagMinimal,
    /// A JSON array of texts with source, date and location.
    RagStructured,
}

/// A format that there isn't.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an export format ({}), found `{found}`", names())]
pub struct UnknownFormat {
    /// What was given.
    pub found: String,
}

impl ExportFormat {
    /// Every format.
    pub const ALL: [Self; 7] = [
        Self::Bge,
        Self::LlmContext,
        Self::Llamafile,
        Self::Jsonl,
        Self::Rag,
        Self::RagMinimal,
        Self::RagStructured,
    ];

    /// The name as typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bge => "bge",
            Self::LlmContext => "llm-context",
            Self::Llamafile => "llamafile",
            Self::Jsonl => "jsonl",
            Self::Rag => "rag",
            Self::RagMinimal => "rag-minimal",
            Self::RagStructured => "rag-structured",
        }
    }
}

impl ExportFormat {
    /// What it is, in a line.
    pub fn about(self) -> &'static str {
        match self {
            Self::Bge => "A JSON array of texts with their query, as a reranker takes them",
            Self::LlmContext => "Markdown to put before a question to a language model, within --budget",
            Self::Llamafile => "One JSON object with documents and instructions, for a llamafile server",
            Self::Jsonl => "One JSON object a line, with all metadata",
            Self::Rag => "Markdown: each scene's id and text",
            Self::RagMinimal => "Paragraphs of id and text, nothing else",
            Self::RagStructured => "A JSON array of texts with source, date and location",
        }
    }
}

impl FromStr for ExportFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.into_iter().find(|format| format.as_str() == name);
        found.ok_or_else(|| UnknownFormat { found: name.to_owned() })
    }
}

impl fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

fn names() -> String {
    ExportFormat::ALL.map(ExportFormat::as_str).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_survives_the_round_trip() {
        for format in ExportFormat::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
    }

    #[test]
    fn the_default_is_the_one_for_language_models() {
        assert_eq!(ExportFormat::default().as_str(), "llm-context");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        insta::assert_snapshot!(
            "RAG".parse::<ExportFormat>().unwrap_err(),
            @"expected an export format (bge, llm-context, llamafile, jsonl, rag, rag-minimal, rag-structured), found `RAG`"
        );
    }
}
