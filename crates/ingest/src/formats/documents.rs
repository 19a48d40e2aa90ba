//! Prose: manuscripts, books, pages and screenplays.

pub(crate) mod docx;
pub(crate) mod epub;
pub(crate) mod fanfiction;
pub(crate) mod fountain;
pub(crate) mod html;
pub(crate) mod novel;
pub(crate) mod odt;
pub(crate) mod rtf;
pub(crate) mod scrivener;
pub(crate) mod text;
