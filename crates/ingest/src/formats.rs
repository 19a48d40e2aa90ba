//! One module for each kind of export, and the table of them.

pub(crate) mod chat;
pub(crate) mod chatgpt;
pub(crate) mod claude;
pub(crate) mod dialogues;
pub(crate) mod discord;
pub(crate) mod fanfiction;
pub(crate) mod forum;
pub(crate) mod html;
pub(crate) mod llama;
pub(crate) mod neptune;
pub(crate) mod novel;
pub(crate) mod perplexity;
pub(crate) mod records;
pub(crate) mod sillytavern;
pub(crate) mod slack;
pub(crate) mod text;

use crate::row::FormatRow;

/// The kinds of export; of two that are as sure of a file, the first takes it.
pub(crate) static FORMATS: &[&FormatRow] = &[
    &llama::ROW, //
    &discord::ROW,
    &chatgpt::ROW,
    &claude::ROW,
    &slack::ROW,
    &chat::ROW,
    &sillytavern::ROW,
    &neptune::ROW,
    &perplexity::ROW,
    &dialogues::ROW,
    &records::ROW,
    &fanfiction::ROW,
    &forum::ROW,
    &html::ROW,
    &novel::ROW,
    &text::ROW,
];
