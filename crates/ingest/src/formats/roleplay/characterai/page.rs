//! The page that CAI Tools makes for reading without the site. What was said stands in its script as JSON, in older ones
//! as it is, in newer ones as a text that is parsed, each message with `%` for its signs.

use std::borrow::Cow;

use naragtive_scene::{Role, Scalar, Turn};

use crate::input::Input;
use crate::json::{Node, Reader};
use crate::percent::percent_decoded;
use crate::row::Parsed;
use crate::turns::Turns;
use crate::{IngestError, Place, SkipReason, words};

/// What stands before the data in newer pages.
const PARSED: &str = "JSON.parse(";
/// What the data of older ones begins with, where somebody says something.
const LISTED: &str = "[{\"id\":";

pub(super) fn is_one(input: &Input<'_>) -> bool {
    let head = input.head();
    let is_new = head.contains("charPic") && head.contains("history") && head.contains(PARSED);
    head.trim_start().starts_with('<') && (is_new || input.says("messager"))
}

pub(super) fn parse(input: &Input<'_>) -> Result<Parsed, IngestError> {
    let missing = || IngestError::Missing { place: Place::File, field: "history" };
    let data = data(input.text()?).ok_or_else(missing)?;
    let mut turns = Turns::default();
    let mut reader = Reader::new(&data, &["history", "messages", "chat"]).keeping_members();
    let chats = match reader.leading_value().map_err(|fault| reader.error(fault))? {
        Node::Array(chats) => chats,
        mut whole => whole.take("history").entries(),
    };
    // Who speaks first is the character.
    let mut character = None;
    for (number, chat) in chats.into_iter().enumerate() {
        conversation(number, chat, &mut character, &mut turns);
    }
    reader.check(turns.is_empty())?;
    if turns.saw_nothing() {
        return Err(missing());
    }
    Ok(turns.parsed(std::mem::take(&mut reader.mending)))
}

/// The data of a page, as JSON.
fn data(page: &str) -> Option<Cow<'_, str>> {
    if let Some(at) =
        page.match_indices("\"messager\"").next().and_then(|(at, _)| page.get(..at)?.rfind(LISTED))
    {
        return page.get(at..).map(Cow::Borrowed);
    }
    let texts = page.match_indices(PARSED).filter_map(|(at, _)| page.get(at + PARSED.len()..));
    texts.filter_map(|text| quoted(text.trim_start())).find(|text| text.contains("\"history\""))
}

/// What stands between the quotation marks of a script's text, without its backslashes; up to the end where that is cut off.
fn quoted(text: &str) -> Option<Cow<'_, str>> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '"' | '\''))?;
    let inner = text.get(1..)?;
    let mut plain = String::new();
    let (mut rest, mut has_escapes) = (inner, false);
    while let Some(at) = rest.find([mark, '\\']) {
        let (before, behind) = rest.split_at(at);
        if behind.starts_with(mark) {
            let whole = inner.len() - rest.len() + at;
            plain.push_str(before);
            return Some(if has_escapes { Cow::Owned(plain) } else { Cow::Borrowed(inner.get(..whole)?) });
        }
        has_escapes = true;
        plain.push_str(before);
        let mut signs = behind.chars();
        plain.extend(signs.by_ref().nth(1).map(|sign| if sign == 'n' { '\n' } else { sign }));
        rest = signs.as_str();
    }
    plain.push_str(rest);
    Some(if has_escapes { Cow::Owned(plain) } else { Cow::Borrowed(inner) })
}

/// A list of messages, or an object with one.
fn conversation(number: usize, mut chat: Node, character: &mut Option<String>, turns: &mut Turns) {
    let stamp = chat.take("date").scalar();
    let list = match chat {
        Node::Array(list) => list,
        Node::Object(_) => {
            [chat.take("messages"), chat.take("chat")].into_iter().flat_map(Node::entries).collect()
        }
        _ => return turns.report.skip(SkipReason::NoMessage, &Place::Conversation(number).to_string()),
    };
    for (number, message) in list.into_iter().enumerate() {
        add(number, message, &stamp, character, turns);
    }
    turns.close(None, None);
}

/// A message. Older pages don't say who is at the keyboard: whoever isn't the character.
fn add(number: usize, mut message: Node, stamp: &Scalar, character: &mut Option<String>, turns: &mut Turns) {
    let said = message.take("message").prose().filter(|text| !text.is_empty());
    let Some(said) = said.or_else(|| message.take("text").prose()).filter(|_| message.is_object()) else {
        return turns.pass(SkipReason::NoMessage, number, "");
    };
    let name = message.take("name").name().or_else(|| message.take("messager").name());
    let name = name.map_or_else(String::new, |name| words::trim(&name).to_owned());
    let is_user = match message.take("isUser") {
        Node::Flag(is_user) => is_user,
        _ => *character.get_or_insert_with(|| name.clone()) != name,
    };
    let turn = Turn {
        speaker: Some(name).filter(|name| !name.is_empty()).map(|name| turns.name(name)),
        role: if is_user { Role::User } else { Role::Assistant },
        text: percent_decoded(&said),
        stamp: stamp.clone(),
        ..Turn::at(number)
    };
    turns.add(turn);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_of_a_page_is_what_its_script_reads() {
        for (page, found) in [
            (
                "x = [{\"id\":1,\"messages\":[{\"messager\":\"A\"}]}];",
                Some("[{\"id\":1,\"messages\":[{\"messager\":\"A\"}]}];"),
            ),
            ("JSON.parse(`{\"history\":[]}`)", Some("{\"history\":[]}")),
            (
                "JSON.parse(localStorage) JSON.parse( \"{\\\"history\\\":[\\\"\\\\\\\\n\\\"]}\")",
                Some("{\"history\":[\"\\\\n\"]}"),
            ),
            ("JSON.parse('{\"history\":[{", Some("{\"history\":[{")),
            ("JSON.parse(`{}`)", None),
            ("nothing", None),
        ] {
            assert_eq!(data(page).as_deref(), found, "{page}");
        }
    }
}
