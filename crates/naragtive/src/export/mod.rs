//! What a search found, in the form another program or a language model reads.
//!
//! One file per format, each one function from [`Hits`] to a whole document. A document that isn't empty ends
//! with one line end, so it is written as it is, without adding one.
//!
//! JSON holds the metadata's values as they are stored (`UNKNOWN` stays `UNKNOWN`) and null where a scene has
//! none; Markdown leaves out what is not known.
//!
//! Scene text in Markdown stands as it is if it is plain prose. If one of its lines could be taken for a
//! heading, a rule, a code fence, HTML or the mark of another source, the whole text is put into a fence longer
//! than any in it: nothing is escaped or rewrapped, and what belongs to which scene is never in doubt.

mod bge;
mod budget;
mod format;
mod json;
mod jsonl;
mod llamafile;
mod llm_context;
mod markdown;
mod neighbours;
mod rag;
mod rag_minimal;
mod rag_structured;
#[cfg(test)]
pub(crate) mod sample;

pub use budget::TokenBudget;
pub(crate) use budget::around;
pub use format::{ExportFormat, UnknownFormat};
pub(crate) use json::score;

use crate::{Error, Hits};

/// The whole document that stands for `hits` in `format`.
///
/// Neighbouring scenes belong to a hit's text, in order, and no scene is there twice; [`ExportFormat::Jsonl`] has them
/// beside it, and [`ExportFormat::Bge`], which is about pairs, not at all.
///
/// Only [`ExportFormat::LlmContext`] keeps to the `budget`; the others hold every hit. Without hits,
/// [`ExportFormat::Jsonl`] and [`ExportFormat::RagMinimal`] are empty.
///
/// # Errors
/// [`Error::NoRoom`] where no part of a scene that says something fits into the budget.
pub fn export(hits: &Hits, format: ExportFormat, budget: TokenBudget) -> Result<String, Error> {
    let joined = neighbours::joined(hits);
    Ok(match format {
        ExportFormat::Bge => bge::render(hits),
        ExportFormat::LlmContext => llm_context::within(&joined, budget)?,
        ExportFormat::Llamafile => llamafile::render(&joined),
        ExportFormat::Jsonl => jsonl::render(hits),
        ExportFormat::Rag => rag::render(&joined),
        ExportFormat::RagMinimal => rag_minimal::render(&joined),
        ExportFormat::RagStructured => rag_structured::render(&joined),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_hits_every_format_is_still_a_document() {
        for (format, document) in [
            (ExportFormat::Bge, "[]\n"),
            (ExportFormat::LlmContext, "# Context for: a burn for home\n\nFound 0 relevant scenes\n"),
            (ExportFormat::Jsonl, ""),
            (ExportFormat::Rag, "# Retrieved Context\n\nNo scene was found.\n"),
            (ExportFormat::RagMinimal, ""),
            (ExportFormat::RagStructured, "[]\n"),
        ] {
            assert_eq!(
                export(&sample::none(), format, TokenBudget::default()).unwrap(),
                document,
                "{format}"
            );
        }
        let llamafile = export(&sample::none(), ExportFormat::Llamafile, TokenBudget::default()).unwrap();
        let llamafile: serde_json::Value = serde_json::from_str(&llamafile).unwrap();
        assert_eq!(llamafile["document_count"], 0);
        assert_eq!(llamafile["documents"], serde_json::json!([]));
    }

    #[test]
    fn every_format_ends_with_one_line_end_and_holds_each_scene() {
        for format in ExportFormat::ALL {
            let document = export(&sample::hits(), format, TokenBudget::default()).unwrap();
            assert!(document.ends_with('\n') && !document.ends_with("\n\n"), "{format}");
            for id in ["scene_0001_2025-11-10", "scene_0007_UNKNOWN", "chat_000002_Ada"] {
                assert!(document.contains(id), "{format} lacks {id}");
            }
        }
    }

    #[test]
    fn a_scene_without_text_leaves_no_gap() {
        for (format, end) in [
            (ExportFormat::LlmContext, "**Relevance:** 50.0%\n\n---\n"),
            (ExportFormat::Rag, "\n[1] s1\n"),
            (ExportFormat::RagMinimal, "[s1]\n"),
        ] {
            let document = export(&sample::texts(&[" "]), format, TokenBudget::default()).unwrap();
            assert!(document.ends_with(end), "{format}: {document}");
        }
    }

    #[test]
    fn a_budget_for_no_scene_is_an_error_where_there_is_one() {
        for tokens in [0, 1, 20] {
            let budget = TokenBudget::new(tokens);
            let error = export(&sample::hits(), ExportFormat::LlmContext, budget).unwrap_err();
            assert!(matches!(error, Error::NoRoom { tokens: found } if found == tokens), "{error}");
            assert!(export(&sample::none(), ExportFormat::LlmContext, budget).is_ok());
            assert!(export(&sample::hits(), ExportFormat::Rag, budget).is_ok());
        }
        // A short scene may fit into very few.
        assert!(export(&sample::texts(&["home"]), ExportFormat::LlmContext, TokenBudget::new(40)).is_ok());
    }

    #[test]
    fn only_llm_context_keeps_to_the_budget() {
        for format in ExportFormat::ALL {
            let wide = export(&sample::hits(), format, TokenBudget::default()).unwrap();
            let narrow = export(&sample::hits(), format, TokenBudget::new(100)).unwrap();
            assert_eq!(wide != narrow, format == ExportFormat::LlmContext, "{format}");
        }
    }
}
