use std::borrow::Cow;

use naragtive_scene::{Conversation, Metadata, Scene, SceneId, Transcript, Turn, key};
use serde_json::Value;

use super::segment::{Segment, segments};
use super::{Place, origin, several};
use crate::{IngestReport, Lexicon, Options, SkipReason, annotate, cast, words};

/// A scene for each pair of turns. One with no text is not stored, but its number is used up: the scenes behind it
/// keep the ids that the Python tool gave them.
pub(super) fn scenes(
    transcript: &Transcript,
    place: &Place<'_>,
    options: &Options<'_>,
    report: &mut IngestReport,
) -> Vec<Scene> {
    let conversation = place.conversation(None);
    let turns = continued(&transcript.turns, &conversation, options);
    let segments: Vec<_> = cut(&turns, &conversation, options)
        .into_iter()
        .enumerate()
        .map(|(index, segment)| (index, segment.text(), segment))
        .filter(|(_, text, segment)| has_text(text, segment, report))
        .collect();
    let speakers: Vec<&str> = transcript.turns.iter().filter_map(|turn| turn.speaker.as_deref()).collect();
    let texts: Vec<&str> = segments.iter().map(|(_, text, _)| text.as_str()).collect();
    let people = cast::people(&texts, &speakers, options.lexicon);
    let title = transcript.title.as_deref();
    let scene = |((index, text, segment), people): ((usize, String, Segment<'_>), Vec<String>)| {
        let day = segment.date().unwrap_or_else(|| key::UNKNOWN.to_owned());
        let id = format!("scene_{index:04}_{day}");
        let mut metadata = metadata(&id, &day, &text, &segment, people, options.lexicon)
            .with("source_title", title.map_or(Value::Null, Value::from))
            .with(key::SOURCE_FILE, options.source_file);
        let thinking = segment.thinking();
        if !thinking.is_empty() {
            metadata.set("thinking_preview", words::prefix(&thinking, 200));
        }
        let mut origin = origin(&conversation, segment.first, index);
        origin.turns = several(segment.turns().count());
        origin.spoken = segment.spoken(&text);
        origin.moment = segment.moment().map(naragtive_scene::Moment::milliseconds);
        Scene { id: SceneId::new(id), text, metadata, origin: Some(origin) }
    };
    segments.into_iter().zip(people).map(scene).collect()
}

/// The turns, behind the one that the first of them answers, if that is stored.
fn continued<'a>(turns: &'a [Turn], conversation: &Conversation, options: &Options<'_>) -> Cow<'a, [Turn]> {
    match options.known.and_then(|known| known.answered(conversation, turns)) {
        Some(open) => Cow::Owned(std::iter::once(open).chain(turns.iter().cloned()).collect()),
        None => Cow::Borrowed(turns),
    }
}

/// The pairs. Those of a file that begins with an answer whose question is stored begin behind it.
fn cut<'a>(turns: &'a [Turn], conversation: &Conversation, options: &Options<'_>) -> Vec<Segment<'a>> {
    let plain = segments(turns);
    let (Some(known), Some((first, rest))) = (options.known, turns.split_first()) else { return plain };
    if known.is_empty() {
        return plain;
    }
    let odd = segments(rest);
    let texts = |segments: &[Segment<'a>]| -> Vec<(String, &'a Turn)> {
        segments.iter().map(|segment| (segment.text(), segment.first)).collect()
    };
    if !known.is_odd(conversation, &texts(&plain), &texts(&odd)) {
        return plain;
    }
    std::iter::once(Segment { first, second: None }).chain(odd).collect()
}

fn has_text(text: &str, segment: &Segment<'_>, report: &mut IngestReport) -> bool {
    if text.is_empty() {
        let place = format!("{} - {}", segment.stamp().unwrap_or_default(), segment.first_speaker());
        report.skip(SkipReason::EmptyTurn, &place);
    }
    !text.is_empty()
}

fn metadata(
    id: &str,
    day: &str,
    text: &str,
    segment: &Segment<'_>,
    people: Vec<String>,
    lexicon: &Lexicon,
) -> Metadata {
    let found = annotate::annotate(text, segment.first_speaker(), lexicon);
    let metadata = Metadata::default()
        .with(key::SCENE_ID, id)
        .with("time_display", segment.stamp().unwrap_or_default())
        .with(key::DATE_ISO, day)
        .with(key::POV_CHARACTER, found.pov)
        .with(key::LOCATION, found.location)
        .with(key::SPEAKERS, segment.speakers());
    with_found(metadata, &found, people)
}

/// Adds what the words of a scene of any other format tell: all but the point of view.
pub(super) fn story(metadata: Metadata, text: &str, people: Vec<String>, lexicon: &Lexicon) -> Metadata {
    let found = annotate::annotate(text, "", lexicon);
    with_found(metadata.with(key::LOCATION, found.location), &found, people)
}

fn with_found(metadata: Metadata, found: &annotate::Annotation<'_>, people: Vec<String>) -> Metadata {
    metadata
        .with(key::CHARACTERS_PRESENT, json_list(people))
        .with("ships", found.ships.as_slice())
        .with("events", found.events.as_slice())
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
