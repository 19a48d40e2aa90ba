use std::collections::HashMap;
use std::sync::Arc;

use naragtive_scene::{Conversation, Metadata, Origin, Scene, SceneId, Transcript, Turn, key};

use super::{Place, origin};
use crate::{Options, stamp, words};

/// A scene for each turn. The number in its id is the turn's entry in the file; its place is counted within its channel.
pub(super) fn scenes(
    transcript: Transcript,
    place: &Place<'_>,
    options: &Options<'_>,
) -> impl Iterator<Item = Scene> {
    let mut channels: HashMap<Option<Arc<str>>, (Arc<Conversation>, usize)> = HashMap::new();
    let scene = move |turn: Turn| {
        let channel = turn.channel.clone();
        let (conversation, next) =
            channels.entry(channel.clone()).or_insert_with(|| (place.conversation(channel.as_deref()), 0));
        let origin = Origin { wording: turn.wording(), ..origin(conversation, &turn, *next) };
        *next += 1;
        let user = turn.speaker.as_deref().unwrap_or("unknown");
        let id = SceneId::new(format!("chat_{:06}_{user}", turn.entry));
        Scene { id, metadata: metadata(&turn, user, options), text: turn.text, origin: Some(origin) }
    };
    transcript.turns.into_iter().map(scene)
}

fn metadata(turn: &Turn, user: &str, options: &Options<'_>) -> Metadata {
    let stamp =
        if turn.stamp.is_none() { options.ingested_at.to_string().into() } else { turn.stamp.to_value() };
    let id = if turn.own_id.is_none() { turn.entry.into() } else { turn.own_id.to_value() };
    let mut metadata = Metadata::default()
        .with("timestamp", stamp)
        .with(key::USER, user)
        .with(key::CHANNEL, turn.channel.as_deref().unwrap_or("general"))
        .with("msg_id", id)
        .with("character_count", words::length(&turn.text))
        .with("word_count", words::words(&turn.text).count());
    if let Some(day) = turn.moment.and_then(stamp::day) {
        metadata.set(key::DATE_ISO, day);
    }
    metadata.with(key::SOURCE_FILE, options.source_file)
}
