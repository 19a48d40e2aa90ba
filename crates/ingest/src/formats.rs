//! A module for each kind of export, in folders by what such exports are, and the table of them.

pub(crate) mod assistants;
pub(crate) mod datasets;
pub(crate) mod documents;
pub(crate) mod messengers;
pub(crate) mod roleplay;
pub(crate) mod tabletop;

use self::assistants::{chatgpt, claude, gemini, jan, llama, lmstudio, openwebui, perplexity, textgen};
use self::datasets::{chat, dialogues, records};
use self::documents::{docx, epub, fanfiction, fountain, html, novel, odt, rtf, scrivener, text};
use self::messengers::{discord, discord_data, imessage, irc, signal, slack, telegram, whatsapp};
use self::roleplay::{agnai, aidungeon, characterai, kobold, lore, neptune, novelai, risu, sillytavern};
use self::tabletop::{fantasygrounds, forum, foundry, roll20};
use crate::row::{FormatRow, ParseInParts};

/// How files of a format are read that may be too large to be held.
pub(crate) fn in_parts(row: &FormatRow) -> Option<ParseInParts> {
    IN_PARTS.iter().find(|(own, _)| own.name == row.name).map(|(_, parse)| *parse)
}

/// The formats of which one file may hold all that somebody has ever said.
static IN_PARTS: [(&FormatRow, ParseInParts); 6] = [
    (&discord::ROW, discord::parse_in_parts),
    (&telegram::ROW, telegram::parse_in_parts),
    (&chatgpt::ROW, chatgpt::parse_in_parts),
    (&claude::ROW, claude::parse_in_parts),
    (&openwebui::ROW, openwebui::parse_in_parts),
    (&llama::ROW, llama::parse_in_parts),
];

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
