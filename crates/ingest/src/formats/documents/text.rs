//! Plain text: whatever is text and nothing else.

use naragtive_scene::{Transcript, Turn};
use serde::de::IgnoredAny;

use crate::decode::is_binary;
use crate::input::Input;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{IngestError, IngestReport, Options};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "text",
    called: "plain text",
    help: "any other text, cut into pieces at the ends of paragraphs and sentences",
    export: "your word processor: save as plain text",
    command: "naragtive ingest-chat --type txt --source",
    source: "txt",
    extensions: &["txt", "md", "markdown"],
    grouping: Grouping::Pieces,
    sniff,
    parse,
};

/// Whether it is text at all, without the control characters of binary files, and not a JSON value.
fn sniff(input: &Input<'_>) -> Certainty {
    let is_of_no_text = |c| matches!(c, '\0' | '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}');
    let head = input.head();
    let is_binary = is_binary(head.as_bytes()) || head.contains(is_of_no_text);
    if head.trim().is_empty() || is_binary || is_json(input) || !is_written(input) {
        return Certainty::No;
    }
    Certainty::Maybe
}

/// Letters in an encoding that had to be guessed are letters only among others that are certain, or where a script of
/// its own is written.
fn is_written(input: &Input<'_>) -> bool {
    let decoded = input.decoded();
    let letters = || input.head().chars().filter(|c| c.is_alphabetic());
    let latin = |c: &char| (*c as u32) < 0x250;
    match decoded.assumed {
        None => input.not_text_at().is_none(),
        // A few bytes prove nothing.
        Some(_) if input.head().chars().count() < 16 && !input.head().contains(|c: char| c.is_ascii()) => {
            false
        }
        Some(_) => letters().filter(char::is_ascii).count() * 2 >= letters().filter(latin).count(),
    }
}

/// Whether a text begins as a list of records does, in JSON or in what comes close to it: with comments, other quotes or
/// none, or the mark that some put before each record.
fn is_like_json(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c == '\u{1e}' || c.is_whitespace());
    let text = without_comments(text.strip_prefix('[').unwrap_or(text));
    let Some(text) = text.strip_prefix('{') else { return false };
    let quoted = without_comments(text);
    let key = quoted.strip_prefix(['"', '\'']).unwrap_or(quoted);
    let rest = key.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$'));
    let behind = rest.strip_prefix(['"', '\'']).unwrap_or(rest).trim_start();
    rest.len() < key.len() && behind.starts_with(':')
}

fn without_comments(text: &str) -> &str {
    let mut text = text.trim_start();
    loop {
        let rest = if let Some(line) = text.strip_prefix("//") {
            line.split_once('\n').map(|(_, rest)| rest)
        } else {
            text.strip_prefix("/*").and_then(|block| block.split_once("*/")).map(|(_, rest)| rest)
        };
        let Some(rest) = rest else { return text };
        text = rest.trim_start();
    }
}

fn is_json(input: &Input<'_>) -> bool {
    let text = input.head().trim_start();
    if is_like_json(text) {
        return true;
    }
    if !text.starts_with(['{', '[']) {
        return false;
    }
    let second = text.lines().skip(1).find(|line| !line.trim().is_empty());
    let lines = input.shape().is_some_and(|shape| shape.is_lines);
    (lines && second.is_none_or(|line| line.trim_start().starts_with('{')))
        || match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => true,
            Err(error) => error.is_eof() && !input.is_short(),
        }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    if let Some(byte) = input.not_text_at() {
        return Err(IngestError::NotUtf8 { byte });
    }
    let turn = Turn { text: text.into_owned(), ..Turn::default() };
    let transcript = Transcript { turns: vec![turn], ..Transcript::default() };
    let report = IngestReport { dropped_bytes: nuls, ..IngestReport::default() };
    Ok(Parsed { transcripts: vec![transcript], report })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_close_to_records_in_json_is_no_prose() {
        for (text, like) in [
            ("[{'user': 'A', 'message': 'one lamp'}]", true),
            ("[{user: \"A\", message: \"one lamp\"}]", true),
            ("[ // hi\n{\"user\":\"A\"}, /* c */ {}]", true),
            ("\u{1e}{\"user\":\"A\"}\n", true),
            ("{\"a\": 1", true),
            ("[Scene: the harbour] She waits.", false),
            ("{whisper} She waits: long.", false),
            ("{She waits}", false),
            ("'It is late', she said.", false),
            ("// a thought\nShe waits.", false),
            ("[1] She waits", false),
            ("", false),
        ] {
            assert_eq!(is_like_json(text), like, "{text}");
        }
    }
}
