//! What holds for any bytes.

use naragtive_ingest::{Format, SkipReason};
use proptest::prelude::*;

use crate::support::{ingest, texts};

/// Bytes that come near to being an export.
fn near_misses() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        any::<Vec<u8>>(),
        prop::sample::select(vec![
            "***11/10/2025, 4:00:41 AM - User:***\n",
            "***a - b:***",
            "\n---\n",
            "What do you do?",
            "# Conversation: x\n",
            "{\"conv\":{\"id\":1,\"name\":\"n\",\"lastModified\":1,\"currNode\":2},\"messages\":[",
            "{\"id\":2,\"role\":\"user\",\"content\":\"q\"},",
            "{\"id\":3,\"role\":\"assistant\",\"content\":\"a\",\"parent\":2}",
            "]}",
            "{\"type\":\"session\",\"id\":1}\n",
            "{\"type\":\"message\",\"message\":{\"role\":\"user\"}}\n",
            "[{\"message\":\"",
            "\"}]",
            "PK\u{3}\u{4}",
            "\u{feff}",
            "é. ",
            "\r\n\r\n",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic_or_give_an_empty_scene(bytes in near_misses()) {
        Format::detect(&bytes);
        for format in Format::all() {
            if let Ok(ingested) = ingest(format, &bytes) {
                prop_assert_eq!(ingested.report.scenes, ingested.scenes.len());
                prop_assert!(ingested.scenes.iter().all(|scene| !scene.text.is_empty()));
            }
        }
    }

    #[test]
    fn a_transcript_loses_no_turn(turns in prop::collection::vec("[a-z]{0,3}", 1..12)) {
        let text: String = turns.iter().map(|said| format!("***now - User:***\n{said}\n---\n")).collect();
        let ingested = ingest(Format::NEPTUNE, text.as_bytes()).unwrap();
        let in_scenes: usize = ingested.scenes.iter().map(|scene| scene.metadata.speakers().len()).sum();
        prop_assert_eq!(ingested.report.turns, turns.len());
        prop_assert_eq!(in_scenes + ingested.report.count(SkipReason::EmptyTurn), turns.len());
        prop_assert_eq!(texts(&ingested).concat().replace('\n', ""), turns.concat());
    }
}
