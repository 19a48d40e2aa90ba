use naragtive_scene::{Metadata, Scene, SceneId, Transcript, Turn, key};
use serde_json::Value;

use super::segment::{Segment, segments};
use super::{Place, WHOLE, origin, several, weave};
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
    let turns: Vec<&Turn> = transcript.turns.iter().collect();
    let cut = |turns: &[&Turn]| -> Vec<usize> {
        segments(turns).iter().map(|segment| segment.turns().count()).collect()
    };
    let woven = weave(&conversation, &turns, WHOLE, options, &cut);
    let conversation = woven.conversation.unwrap_or(conversation);
    let turns: Vec<&Turn> = woven.turns.iter().map(|turn| &**turn).collect();
    let segments: Vec<_> = segments(&turns)
        .into_iter()
        .enumerate()
        .map(|(index, segment)| (index, segment.text(), segment))
        .filter(|(_, text, segment)| has_text(text, segment, report))
        .collect();
    let speakers: Vec<&str> = turns.iter().filter_map(|turn| turn.speaker.as_deref()).collect();
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
        origin.said = segment.said(&conversation, &text);
        origin.moment = segment.moment().map(naragtive_scene::Moment::milliseconds);
        Scene { id: SceneId::new(id), text, metadata, origin: Some(origin) }
    };
    segments.into_iter().zip(people).map(scene).collect()
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
