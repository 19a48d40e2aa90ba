//! Scenes say where they come from.

use naragtive_ingest::{Format, Options, read};
use naragtive_scene::Origin;

use crate::support::{options, shared};

type Row<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>, Option<&'a str>, Option<i64>, u64);

fn row(origin: &Origin) -> Row<'_> {
    (
        origin.conversation.id.as_deref(),
        origin.conversation.channel.as_deref(),
        origin.own_id.as_deref(),
        origin.speaker.as_deref(),
        origin.moment,
        origin.place,
    )
}

#[test]
fn every_scene_says_where_it_comes_from() {
    for (format, file, first) in [
        (
            Format::CHAT_MESSAGES,
            "golden/chat-messages.json",
            (None, Some("lore"), Some("m-100"), Some("Alice"), Some(1_764_936_000_000), 0),
        ),
        (
            Format::NEPTUNE,
            "golden/neptune-chapter.txt",
            (None, None, None, Some("User"), Some(1_762_747_241_000), 0),
        ),
        (Format::PLAIN_TEXT, "golden/transcript.txt", (None, None, None, None, None, 0)),
        (
            Format::LLAMA_SERVER,
            "faults/inputs/llama-evening.json",
            (Some("bbbb2222-3"), None, Some("1"), Some("User"), Some(1_762_828_200_000), 0),
        ),
    ] {
        let options = Options { file: "/home/ada/export", ..options("export") };
        let ingested = read(format, &shared(file), &options).unwrap();
        let origins: Vec<&Origin> =
            ingested.scenes.iter().map(|scene| scene.origin.as_ref().unwrap()).collect();
        assert!(origins.iter().all(|origin| origin.conversation.file == "/home/ada/export"));
        assert!(origins.iter().all(|origin| origin.conversation.source == format.source()));
        assert_eq!(row(origins[0]), first, "{file}");
    }
}

#[test]
fn places_count_within_a_channel() {
    let bytes = shared("faults/inputs/chat-two-channels.json");
    let ingested = read(Format::CHAT_MESSAGES, &bytes, &options("export")).unwrap();
    let origins = ingested.scenes.iter().map(|scene| scene.origin.as_ref().unwrap());
    let places: Vec<_> = origins.map(|origin| (origin.conversation.channel.clone(), origin.place)).collect();
    let channel = |at: usize| Some(["heist", "kitchen"][at % 2].to_owned());
    assert_eq!(places, (0..8).map(|at| (channel(at), at as u64 / 2)).collect::<Vec<_>>());
}

#[test]
fn a_message_that_lies_in_two_files_side_by_side_is_the_same_one() {
    let read = |name: &str| {
        let bytes = crate::support::fixture(&format!("signal/{name}"));
        let format = Format::detect(&bytes).unwrap();
        let scenes = read(format, &bytes, &options(name)).unwrap().scenes.into_iter();
        let known = |scene: naragtive_scene::Scene| {
            let origin = scene.origin.unwrap();
            (scene.text, origin.speaker, origin.moment)
        };
        scenes.map(known).collect::<Vec<_>>()
    };
    assert_eq!(read("chat.md"), read("data.json"));
}
