//! Neptune AI role-play transcripts: blocks of text between `---` lines, each with a
//! `***STAMP - SPEAKER:***` line over what the speaker says.
//!
//! Where stamp and speaker part: right behind a US stamp (`11/10/2025, 4:00:41 AM`) if the line begins with
//! one, so a speaker may be called `Mary - Sue`. Otherwise at the last ` - `, so a stamp may hold hyphens
//! (`2025-11-10 04:00:41`, `night - later`). Without any ` - `, at the first hyphen.
//!
//! A `---` line within a turn begins a new block. That block has no header, so it is skipped, and the
//! report tells its first line. A scene with no text is not stored, but its number is used up: the
//! scenes behind it keep the ids that the Python tool gave them.

use std::sync::Arc;

use naragtive_scene::{Conversation, Metadata, Origin, Scene, SceneId, Source, Turn, key};
use serde_json::Value;

use crate::segment::{Segment, segments};
use crate::{IngestError, IngestReport, Ingested, Lexicon, Options, SkipReason};
use crate::{annotate, cast, date, decode, words};

const TITLE: &str = "# Conversation:";
const PROMPT: &str = "What do you do?";

/// A transcript as its file holds it.
struct Transcript {
    title: Option<String>,
    turns: Vec<Turn>,
}

/// Whether any line of the text is a turn's header.
pub(crate) fn sniff(bytes: &[u8]) -> bool {
    decode::lossy(bytes).0.lines().any(|line| header(line).is_some())
}

/// Reads a transcript.
///
/// # Errors
/// When it is empty or there is no turn in it.
pub(crate) fn read(bytes: &[u8], options: &Options<'_>) -> Result<Ingested, IngestError> {
    let (text, dropped_bytes) = decode::lossy(bytes);
    if words::is_blank(&text) {
        return Err(IngestError::Empty);
    }
    let mut report = IngestReport { dropped_bytes, ..IngestReport::default() };
    let transcript = parse(&text, &mut report);
    if transcript.turns.is_empty() {
        return Err(IngestError::NoTurn { found: words::first_line(&text) });
    }
    report.turns = transcript.turns.len();
    let scenes = scenes(&transcript, options, &mut report);
    report.scenes = scenes.len();
    Ok(Ingested { scenes, report })
}

fn parse(text: &str, report: &mut IngestReport) -> Transcript {
    let (title, text) = title(text);
    let mut turns = Vec::new();
    for block in blocks(text) {
        match turn(block, report) {
            Some(turn) => turns.push(turn),
            None if words::is_blank(block) => {}
            None => report.skip(SkipReason::NoHeader, block),
        }
    }
    Transcript { title, turns }
}

/// The title, and the text without its line.
fn title(text: &str) -> (Option<String>, &str) {
    let Some(behind) = text.strip_prefix(TITLE) else { return (None, text) };
    let (line, rest) = behind.split_once('\n').unwrap_or((behind, ""));
    (Some(words::trim(line).to_owned()), rest)
}

/// The parts of `text` between lines that are exactly `---`.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.len();
            if line.strip_suffix('\n').unwrap_or(line) == "---" {
                rest = text.get(end..);
                return text.get(..start);
            }
            start = end;
        }
        rest = None;
        Some(text)
    })
}

fn turn(block: &str, report: &mut IngestReport) -> Option<Turn> {
    let mut start = 0;
    for line in block.split_inclusive('\n') {
        let end = start + line.len();
        if let Some((stamp, speaker)) = header(line) {
            let (before, behind) = (block.get(..start)?, block.get(end..)?);
            if !words::is_blank(before) {
                report.skip(SkipReason::BeforeHeader, before);
            }
            return Some(Turn {
                speaker: speaker.to_owned(),
                stamp: Some(stamp.to_owned()).filter(|stamp| !stamp.is_empty()),
                date: date::of_transcript(stamp),
                text: body(behind).to_owned(),
            });
        }
        start = end;
    }
    None
}

/// What a turn says: without the question that the game puts at its end.
fn body(text: &str) -> &str {
    let text = words::trim(text);
    words::trim_end(text.split(PROMPT).next().unwrap_or(text))
}

/// Stamp and speaker, if `line` is a header.
fn header(line: &str) -> Option<(&str, &str)> {
    let inner = words::trim_end(line).strip_prefix("***")?.strip_suffix(":***")?;
    let (stamp, speaker) = inner.split_at_checked(hyphen(inner)?)?;
    let speaker = speaker.strip_prefix('-')?;
    (!stamp.is_empty() && !speaker.is_empty()).then(|| (words::trim(stamp), words::trim(speaker)))
}

/// Where the hyphen is that stands between stamp and speaker.
fn hyphen(inner: &str) -> Option<usize> {
    date::us_stamp_length(inner)
        .or_else(|| Some(inner.rfind(" - ")? + 1))
        .or_else(|| inner.char_indices().skip(1).find(|(_, c)| *c == '-').map(|(at, _)| at))
}

fn scenes(transcript: &Transcript, options: &Options<'_>, report: &mut IngestReport) -> Vec<Scene> {
    let segments: Vec<_> = segments(&transcript.turns)
        .into_iter()
        .enumerate()
        .map(|(index, segment)| (index, segment.text(), segment))
        .filter(|(_, text, segment)| has_text(text, segment, report))
        .collect();
    let speakers: Vec<&str> = transcript.turns.iter().map(|turn| turn.speaker.as_str()).collect();
    let texts: Vec<&str> = segments.iter().map(|(_, text, _)| text.as_str()).collect();
    let people = cast::people(&texts, &speakers, options.lexicon);
    let title = transcript.title.as_deref();
    let file = options.file.to_owned();
    let conversation =
        Arc::new(Conversation { source: Source::Neptune, file, part_of: None, id: None, channel: None });
    let scene = |((index, text, segment), people): ((usize, String, Segment<'_>), Vec<String>)| {
        let id = format!("scene_{index:04}_{}", segment.date().unwrap_or(key::UNKNOWN));
        let metadata = metadata(&id, &text, &segment, people, options.lexicon)
            .with("source_title", title.map_or(Value::Null, Value::from))
            .with(key::SOURCE_FILE, options.source_file);
        let origin = Some(Origin {
            conversation: Arc::clone(&conversation),
            own_id: None,
            speaker: Some(segment.first.speaker.clone()),
            moment: segment.stamp().and_then(date::moment_of_transcript),
            place: index as u64,
        });
        Scene { id: SceneId::new(id), text, metadata, origin }
    };
    segments.into_iter().zip(people).map(scene).collect()
}

fn has_text(text: &str, segment: &Segment<'_>, report: &mut IngestReport) -> bool {
    if text.is_empty() {
        let place = format!("{} - {}", segment.stamp().unwrap_or_default(), segment.first.speaker);
        report.skip(SkipReason::EmptyTurn, &place);
    }
    !text.is_empty()
}

fn metadata(id: &str, text: &str, segment: &Segment<'_>, people: Vec<String>, lexicon: &Lexicon) -> Metadata {
    let found = annotate::annotate(text, &segment.first.speaker, lexicon);
    Metadata::default()
        .with(key::SCENE_ID, id)
        .with("time_display", segment.stamp().unwrap_or_default())
        .with(key::DATE_ISO, segment.date().unwrap_or(key::UNKNOWN))
        .with(key::POV_CHARACTER, found.pov)
        .with(key::LOCATION, found.location)
        .with(key::SPEAKERS, segment.speakers())
        .with(key::CHARACTERS_PRESENT, json_list(people))
        .with("ships", found.ships)
        .with("events", found.events)
        .with("tone", found.tone)
        .with("emotional_intensity", found.emotional_intensity)
        .with("action_level", found.action_level)
        .with("plot_significance", 0.5)
}

/// A JSON array in a string, with the spaces that Python puts in.
fn json_list(names: Vec<String>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| Value::String(name).to_string()).collect();
    format!("[{}]", quoted.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_parted_into_stamp_and_speaker() {
        for (line, parts) in [
            ("***11/10/2025, 4:00:41 AM - User:***", Some(("11/10/2025, 4:00:41 AM", "User"))),
            (
                "***11/10/2025, 4:00:41\u{202f}AM - User:***  \n",
                Some(("11/10/2025, 4:00:41\u{202f}AM", "User")),
            ),
            ("***11/10/2025, 4:00:41 AM - Mary - Sue:***", Some(("11/10/2025, 4:00:41 AM", "Mary - Sue"))),
            ("***11/10/2025, 4:00:41 AM-User:***", Some(("11/10/2025, 4:00:41 AM", "User"))),
            ("***10/11/2025, 04:00:41 - User:***", Some(("10/11/2025, 04:00:41", "User"))),
            ("***2025-11-10T04:00:41Z - User:***", Some(("2025-11-10T04:00:41Z", "User"))),
            ("***2025-11-10 04:00:41 - Brandt-Li:***", Some(("2025-11-10 04:00:41", "Brandt-Li"))),
            ("***night - later - User:***", Some(("night - later", "User"))),
            ("***later-User:***", Some(("later", "User"))),
            ("***later - a:b:***", Some(("later", "a:b"))),
            ("*** - User:***", Some(("", "User"))),
            ("***-User:***", None),
            ("***later User:***", None),
            ("***later - User:*** he said", None),
            ("**later - User:**", None),
            (" ***later - User:***", None),
            ("***:***", None),
            ("***", None),
        ] {
            assert_eq!(header(line), parts, "{line}");
        }
    }

    #[test]
    fn blocks_stand_between_lines_that_are_three_hyphens() {
        for (text, parts) in [
            ("a\n---\nb", &["a\n", "b"][..]),
            ("---\na\n---", &["", "a\n", ""]),
            ("a ---\n--- \n----\n", &["a ---\n--- \n----\n"]),
            ("---\n---\n", &["", "", ""]),
        ] {
            assert_eq!(blocks(text).collect::<Vec<_>>(), parts, "{text:?}");
        }
    }

    #[test]
    fn a_body_ends_before_the_game_asks() {
        for (text, kept) in [
            ("\n Go. \nWhat do you do?\n", "Go."),
            ("Go. What do you do? Stay. What do you do?", "Go."),
            ("What do you do?", ""),
            ("what do you do?", "what do you do?"),
        ] {
            assert_eq!(body(text), kept);
        }
    }

    #[test]
    fn a_title_is_the_rest_of_the_first_line() {
        for (text, parts) in [
            ("# Conversation:  A — B \nrest", (Some("A — B"), "rest")),
            ("# Conversation:", (Some(""), "")),
            ("\n# Conversation: A", (None, "\n# Conversation: A")),
        ] {
            assert_eq!((title(text).0.as_deref(), title(text).1), parts);
        }
    }
}
