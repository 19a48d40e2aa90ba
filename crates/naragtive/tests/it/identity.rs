//! Who a scene is: what is recognised, what replaces what, and what is never lost.

use naragtive::Format;

use crate::support::{Bench, Message, message, placed, said, scenes};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

const CHAT: Format = Format::CHAT_MESSAGES;

#[test]
fn a_later_export_without_the_oldest_message_adds_only_what_is_new() {
    let bench = Bench::new();
    assert_eq!(bench.ingest("s", "chat-export-1.json", "1.json", CHAT), [4, 0, 0]);
    assert_eq!(bench.ingest("s", "chat-export-2.json", "2.json", CHAT), [1, 0, 3]);
    let ids = ["chat_000000_Ann", "chat_000001_Bo", "chat_000002_Ann", "chat_000003_Bo", "chat_000004_Ann"];
    assert_eq!(bench.ids("s"), ids);
    assert_eq!(bench.ingest("s", "chat-export-2.json", "2.json", CHAT), [0, 0, 4]);
    assert_eq!(bench.ingest("s", "chat-export-1.json", "1.json", CHAT), [0, 0, 4]);
}

#[test]
fn an_edited_message_takes_the_place_of_its_old_wording_under_its_id() {
    let bench = Bench::new();
    bench.ingest("s", "chat-export-1.json", "1.json", CHAT);
    let ids = bench.ids("s");
    assert_eq!(bench.ingest("s", "chat-export-edited.json", "edited.json", CHAT), [0, 1, 3]);
    assert_eq!(bench.ids("s"), ids);
    assert_eq!(bench.texts("s")[1], "We hid the chest in the reeds, near the mill.");
    bench.ingest("once", "chat-export-edited.json", "edited.json", CHAT);
    let passages = |store: &str| {
        bench.rows(store).into_iter().map(|row| (row.embedding, row.passages)).collect::<Vec<_>>()
    };
    assert_eq!(passages("s"), passages("once"));
}

#[test]
fn a_campaign_that_grew_has_no_half_scene() {
    let bench = Bench::new();
    assert_eq!(bench.ingest("s", "neptune-grown-1.txt", "1.txt", Format::NEPTUNE), [2, 0, 0]);
    assert_eq!(bench.ingest("s", "neptune-grown-2.txt", "2.txt", Format::NEPTUNE), [1, 1, 1]);
    bench.ingest("once", "neptune-grown-2.txt", "2.txt", Format::NEPTUNE);
    assert_eq!(bench.texts("s"), bench.texts("once"));
    assert_eq!(bench.ids("s"), bench.ids("once"));
}

#[test]
fn a_draft_that_was_changed_under_its_name_is_the_draft_as_it_is_now() {
    let bench = Bench::new();
    bench.ingest("s", "draft-v1.txt", "draft.txt", Format::PLAIN_TEXT);
    let [added, updated, already_there] = bench.ingest("s", "draft-v2.txt", "draft.txt", Format::PLAIN_TEXT);
    assert_eq!((added, updated), (0, 1), "{already_there}");
    bench.ingest("once", "draft-v2.txt", "draft.txt", Format::PLAIN_TEXT);
    assert_eq!(bench.texts("s"), bench.texts("once"));
}

#[test]
fn a_file_that_begins_with_the_newest_is_stored_from_the_oldest_on() {
    let bench = Bench::new();
    bench.ingest("s", "chat-newest-first.json", "a.json", CHAT);
    let texts =
        ["Did you bury the coins?", "Yes, under the old bell.", "Good. Tell nobody.", "Not even Odile."];
    assert_eq!(bench.texts("s"), texts);
}

#[test]
fn files_that_merely_look_alike_keep_their_own() {
    let bench = Bench::new();
    assert_eq!(bench.ingest("s", "chat-file-1.json", "1.json", CHAT), [1, 0, 0]);
    assert_eq!(bench.ingest("s", "chat-file-2.json", "2.json", CHAT), [2, 0, 0]);
    let rows = bench.rows("s");
    assert!(rows[0].passages.window.is_none() && rows[1].passages.window.is_some());
    assert_ne!(rows[0].scene.group(), rows[1].scene.group());
    assert_eq!(rows[1].scene.group(), rows[2].scene.group());
}

/// Some of its scenes say when, and show that it is the same file; the others have nothing but their texts.
#[test]
fn a_copy_under_another_name_changes_nothing_though_some_of_its_scenes_are_undated() {
    let dated = |at: &str, text: &str| format!("***11/10/2025, 9:30:0{at} PM - User:***\n\n{text}\n\n---\n");
    let undated = |text: &str| format!("***some evening - User:***\n\n{text}\n\n---\n");
    let chapter = std::fs::read_to_string(naragtive_testkit::shared("golden/neptune-chapter.txt")).unwrap();
    for (reason, file) in [
        ("the golden chapter", chapter),
        ("undated behind", dated("0", "Who guards the pier?") + &undated("And in the morning?")),
        ("undated in front", undated("And in the morning?") + &dated("0", "Who guards the pier?")),
        ("around", undated("Before.") + &dated("0", "Who guards the pier?") + &undated("After.")),
        (
            "between",
            dated("0", "Who guards the pier?") + &undated("And in the morning?") + &dated("9", "Nobody."),
        ),
    ] {
        let bench = Bench::new();
        let [stored, ..] = bench.ingest_bytes("s", file.as_bytes(), "a.txt", Format::NEPTUNE);
        let before = bench.rows("s");
        for name in ["b.txt", "in/a/folder/c.txt", "a.txt"] {
            let counts = bench.ingest_bytes("s", file.as_bytes(), name, Format::NEPTUNE);
            assert_eq!(counts, [0, 0, stored], "{reason}: {name}");
            assert!(bench.rows("s") == before, "{reason}: {name}");
        }
    }
}

/// What a store holds after some files, and how many of the last one's scenes were added, updated and there already.
fn after(files: &[(&str, Vec<Message>)]) -> (Vec<String>, [usize; 3]) {
    let bench = Bench::new();
    let mut counts = [0; 3];
    for (file, messages) in files {
        counts = bench.counts("s", scenes(file, None, messages));
    }
    (bench.texts("s"), counts)
}

#[test]
fn members_of_the_kind() {
    let chat =
        || vec![message(1, "Ann", 10, "One."), message(2, "Bo", 20, "Two."), message(3, "Ann", 30, "Three.")];
    let moved = || {
        let mut chat = chat();
        chat[1].channel = Some("pier".into());
        chat
    };
    let renamed = || {
        chat().into_iter().map(|it| Message { speaker: it.speaker.replace("Ann", "Annie"), ..it }).collect()
    };
    let no_ids =
        |texts: &[(&str, i64, &str)]| texts.iter().map(|(who, when, text)| said(who, *when, text)).collect();
    let bare = |texts: &[&str]| texts.iter().map(|text| placed("Ann", text)).collect();
    let story = ["The ferry left before dawn.", "Nobody saw the heron.", "The bridge fell at noon."];
    for (reason, files, texts, counts) in [
        ("the same again", vec![("/a", chat()), ("/a", chat())], vec!["One.", "Two.", "Three."], [0, 0, 3]),
        (
            "under another name",
            vec![("/a", chat()), ("/b", chat())],
            vec!["One.", "Two.", "Three."],
            [0, 0, 3],
        ),
        (
            "shrunk",
            vec![("/a", chat()), ("/a", chat()[1..].to_vec())],
            vec!["One.", "Two.", "Three."],
            [0, 0, 2],
        ),
        ("empty", vec![("/a", chat()), ("/a", vec![])], vec!["One.", "Two.", "Three."], [0, 0, 0]),
        (
            "older ones",
            vec![("/a", chat()[1..].to_vec()), ("/a", chat()[..2].to_vec())],
            vec!["One.", "Two.", "Three."],
            [1, 0, 1],
        ),
        (
            "moved to another channel",
            vec![("/a", chat()), ("/a", moved())],
            vec!["One.", "Two.", "Three."],
            [0, 1, 2],
        ),
        (
            "a speaker's new name",
            vec![("/a", chat()), ("/a", renamed())],
            vec!["One.", "Two.", "Three."],
            [0, 2, 1],
        ),
        (
            "two parts that meet in a third",
            vec![("/a", chat()[..1].to_vec()), ("/b", chat()[2..].to_vec()), ("/c", chat())],
            vec!["One.", "Two.", "Three."],
            [1, 0, 2],
        ),
        (
            "and in the other order",
            vec![("/b", chat()[2..].to_vec()), ("/a", chat()[..1].to_vec()), ("/c", chat())],
            vec!["One.", "Two.", "Three."],
            [1, 0, 2],
        ),
        (
            "line ends",
            vec![("/a", no_ids(&[("Ann", 1, "One\r\nline.")])), ("/a", no_ids(&[("Ann", 1, "One\nline.")]))],
            vec!["One\r\nline."],
            [0, 0, 1],
        ),
        (
            "one moment for all",
            vec![
                ("/a", no_ids(&[("Ann", 5, "a"), ("Ann", 5, "b"), ("Ann", 5, "c")])),
                ("/a", no_ids(&[("Ann", 5, "b"), ("Ann", 5, "c"), ("Ann", 5, "d")])),
            ],
            vec!["a", "b", "c", "d"],
            [1, 0, 2],
        ),
        (
            "the same words twice",
            vec![
                ("/a", no_ids(&[("Ann", 5, "ok"), ("Bo", 6, "x"), ("Ann", 5, "ok")])),
                ("/a", no_ids(&[("Ann", 5, "ok"), ("Bo", 6, "x"), ("Ann", 5, "ok")])),
            ],
            vec!["ok", "ok", "x"],
            [0, 0, 3],
        ),
        (
            "edited and grown",
            vec![
                ("/a", no_ids(&[("Ann", 1, "One."), ("Bo", 2, "Two."), ("Ann", 3, "Three.")])),
                (
                    "/b",
                    no_ids(&[
                        ("Ann", 1, "One."),
                        ("Bo", 2, "Two, at last."),
                        ("Ann", 3, "Three."),
                        ("Bo", 4, "Four."),
                    ]),
                ),
            ],
            vec!["One.", "Two, at last.", "Three.", "Four."],
            [1, 1, 2],
        ),
        (
            "days alone, in which one says many things",
            vec![
                (
                    "/a",
                    no_ids(&[
                        ("Ann", DAY, "One."),
                        ("Bo", 2 * DAY, "The ferry."),
                        ("Ann", 3 * DAY, "Three."),
                    ]),
                ),
                (
                    "/a",
                    no_ids(&[("Ann", DAY, "One."), ("Bo", 2 * DAY, "Lasagne?"), ("Ann", 3 * DAY, "Three.")]),
                ),
            ],
            vec!["One.", "Lasagne?", "The ferry.", "Three."],
            [1, 0, 2],
        ),
        (
            "days alone, and another wording",
            vec![
                ("/a", no_ids(&[("Ann", DAY, "One."), ("Bo", 2 * DAY, "The ferry left at dawn.")])),
                ("/a", no_ids(&[("Ann", DAY, "One."), ("Bo", 2 * DAY, "The ferry left at dawn, late.")])),
            ],
            vec!["One.", "The ferry left at dawn, late."],
            [0, 1, 1],
        ),
        (
            "a log that began anew",
            vec![("/a", no_ids(&[("Ann", 1, "One.")])), ("/a", no_ids(&[("Ann", 1, "Lasagne tonight?")]))],
            vec!["One.", "Lasagne tonight?"],
            [1, 0, 0],
        ),
        (
            "another story under an old name",
            vec![("/a", bare(&story)), ("/a", bare(&["A quite different tale.", "Of cooks."]))],
            vec![story[0], story[1], story[2], "A quite different tale.", "Of cooks."],
            [2, 0, 0],
        ),
        (
            "a story that moved",
            vec![("/a/s.txt", bare(&story)), ("/b/s.txt", bare(&story))],
            story.to_vec(),
            [0, 0, 3],
        ),
        (
            "the same story in two files",
            vec![("/a/s.txt", bare(&story[..1])), ("/a/t.txt", bare(&story[..1]))],
            vec![story[0], story[0]],
            [1, 0, 0],
        ),
        (
            "a story with a chapter between two",
            vec![("/a", bare(&[story[0], story[2]])), ("/a", bare(&story))],
            story.to_vec(),
            [1, 0, 2],
        ),
        (
            "the same number in another chat",
            vec![("/a", vec![message(1, "Ann", 10, "One.")]), ("/b", vec![message(1, "Cy", 99, "Else.")])],
            vec!["One.", "Else."],
            [1, 0, 0],
        ),
    ] {
        assert_eq!(after(&files), (texts.into_iter().map(str::to_owned).collect(), counts), "{reason}");
    }
}

#[test]
fn rows_that_do_not_say_where_they_come_from_are_adopted_by_what_equals_them() {
    let bench = Bench::new();
    let chat = vec![message(1, "Ann", 10, "One."), message(2, "Bo", 20, "Two.")];
    let old = scenes("/a", None, &chat).into_iter().map(|scene| naragtive::Scene { origin: None, ..scene });
    bench.add("s", old.collect());
    assert!(bench.rows("s").iter().all(|row| row.scene.origin.is_none()));
    assert_eq!(bench.counts("s", scenes("/a", None, &chat)), [0, 0, 2]);
    assert!(bench.rows("s").iter().all(|row| row.scene.origin.is_some()));
    let mut edited = chat.clone();
    edited[1].text = "Two and a half.".into();
    assert_eq!(bench.counts("s", scenes("/later", None, &edited)), [0, 1, 1]);
}
