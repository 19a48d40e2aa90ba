//! One module for each kind of export, and the table of them.

pub(crate) mod agnai;
pub(crate) mod aidungeon;
pub(crate) mod characterai;
pub(crate) mod chat;
pub(crate) mod chatgpt;
pub(crate) mod claude;
pub(crate) mod dialogues;
pub(crate) mod discord;
pub(crate) mod discord_data;
pub(crate) mod docx;
pub(crate) mod epub;
pub(crate) mod fanfiction;
pub(crate) mod fantasygrounds;
pub(crate) mod forum;
pub(crate) mod foundry;
pub(crate) mod fountain;
pub(crate) mod gemini;
pub(crate) mod html;
pub(crate) mod imessage;
pub(crate) mod irc;
pub(crate) mod jan;
pub(crate) mod kobold;
pub(crate) mod llama;
pub(crate) mod lmstudio;
pub(crate) mod lore;
pub(crate) mod neptune;
pub(crate) mod novel;
pub(crate) mod novelai;
pub(crate) mod odt;
pub(crate) mod openwebui;
pub(crate) mod perplexity;
pub(crate) mod records;
pub(crate) mod risu;
pub(crate) mod roll20;
pub(crate) mod rtf;
pub(crate) mod scrivener;
pub(crate) mod signal;
pub(crate) mod sillytavern;
pub(crate) mod slack;
pub(crate) mod telegram;
pub(crate) mod text;
pub(crate) mod textgen;
pub(crate) mod whatsapp;

use crate::row::{FormatRow, ParseInParts};

/// How files of a format are read that may be too large to be held.
pub(crate) fn in_parts(row: &FormatRow) -> Option<ParseInParts> {
    (row.name == discord::ROW.name).then_some(discord::parse_in_parts)
}

/// The kinds of export; of two that are as sure of a file, the first takes it.
pub(crate) static FORMATS: &[&FormatRow] = &[
    &llama::ROW, //
    &discord::ROW,
    &discord_data::ROW,
    &telegram::ROW,
    &signal::ROW,
    &whatsapp::ROW,
    &imessage::ROW,
    &chatgpt::ROW,
    &claude::ROW,
    &slack::ROW,
    &openwebui::ROW,
    &lmstudio::ROW,
    &jan::ROW,
    &textgen::ROW,
    &kobold::ROW,
    &novelai::ROW,
    &aidungeon::ROW,
    &gemini::ROW,
    &risu::ROW,
    &agnai::ROW,
    &characterai::ROW,
    &lore::ROW,
    &roll20::ROW,
    &foundry::ROW,
    &fantasygrounds::ROW,
    &irc::ROW,
    &chat::ROW,
    &sillytavern::ROW,
    &neptune::ROW,
    &perplexity::ROW,
    &dialogues::ROW,
    &records::ROW,
    &fanfiction::ROW,
    &forum::ROW,
    &html::ROW,
    &epub::ROW,
    &docx::ROW,
    &odt::ROW,
    &rtf::ROW,
    &scrivener::ROW,
    &fountain::ROW,
    &novel::ROW,
    &text::ROW,
];
