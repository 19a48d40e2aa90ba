//! Which messages are the same though another file brings them: under other names, in other letters, without ids.

use naragtive::Format;

use crate::support::{Bench, Message, message, placed, said, scenes};

/// What a store holds after some files, and how many of the last one's scenes were added, updated and there already.
fn after(files: &[(&str, Vec<Message>)]) -> (usize, [usize; 3]) {
    let bench = Bench::new();
    let mut counts = [0; 3];
    for (file, messages) in files {
        counts = bench.counts("s", scenes(file, None, messages));
    }
    (bench.rows("s").len(), counts)
}

fn by(speaker: &str, messages: &[Message]) -> Vec<Message> {
    messages.iter().map(|it| Message { speaker: speaker.to_owned(), ..it.clone() }).collect()
}

#[test]
fn an_id_within_its_conversation_is_enough() {
    let chat = || -> Vec<Message> {
        (1..5)
            .map(|at| message(at, ["Ann", "Bo"][at as usize % 2], 10 * at as i64, &format!("Number {at}.")))
            .collect()
    };
    let monologue = || by("Ann", &chat());
    let edited = || {
        let mut chat = chat();
        chat[1].text = "Number 2, at last.".to_owned();
        chat
    };
    let other = |who: &str| -> Vec<Message> {
        (1..5).map(|at| message(at, who, 10 * at as i64, &format!("Quite something else, {at}."))).collect()
    };
    let greeted = |who: &str, rest: &str| -> Vec<Message> {
        let mut chat = other(who);
        chat.iter_mut().skip(1).for_each(|it| it.text.push_str(rest));
        chat
    };
    for (reason, files, rows, counts) in [
        ("everybody renamed", vec![("/a", monologue()), ("/b", by("Annie", &monologue()))], 4, [0, 4, 0]),
        ("one of two renamed", vec![("/a", chat()), ("/b", by("Ann", &chat()))], 4, [0, 2, 2]),
        ("renamed and one edited", vec![("/a", chat()), ("/b", by("Bob", &edited()))], 4, [0, 4, 0]),
        ("renamed, a part", vec![("/a", monologue()), ("/b", by("Annie", &monologue()[2..]))], 4, [0, 2, 0]),
        (
            "renamed back",
            vec![("/a", monologue()), ("/b", by("Annie", &monologue())), ("/a", monologue())],
            4,
            [0, 4, 0],
        ),
        (
            "one message renamed",
            vec![("/a", monologue()[..1].to_vec()), ("/b", by("Annie", &monologue()[..1]))],
            1,
            [0, 1, 0],
        ),
        ("numbers and moments of another chat", vec![("/a", monologue()), ("/b", other("Cy"))], 8, [4, 0, 0]),
        (
            "and its greeting",
            vec![("/a", greeted("Cy", " Here.")), ("/b", greeted("Di", " There!"))],
            8,
            [4, 0, 0],
        ),
        (
            "an id without a moment in another file",
            vec![("/a", unmoved(&chat())), ("/b", unmoved(&other("Cy")))],
            8,
            [4, 0, 0],
        ),
    ] {
        assert_eq!(after(&files), (rows, counts), "{reason}");
    }
}

fn unmoved(messages: &[Message]) -> Vec<Message> {
    messages.iter().map(|it| Message { moment: None, ..it.clone() }).collect()
}

#[test]
fn texts_alone_show_a_conversation_where_they_overlap_by_no_accident() {
    let line = |at: usize| {
        placed(["Ann", "Bo"][at % 2], &format!("This was said in line {at} of an evening at the inn."))
    };
    let lines = |range: std::ops::Range<usize>| range.map(line).collect::<Vec<_>>();
    let greeting = placed("Innkeeper", &"Welcome to the inn at the end of the pier, traveller! ".repeat(30));
    let greeted = |more: &[&str]| {
        let more = more.iter().map(|text| placed("Ann", text));
        std::iter::once(greeting.clone()).chain(more).collect::<Vec<_>>()
    };
    for (reason, files, rows, counts) in [
        ("a copy", vec![("/a", lines(0..6)), ("/b", lines(0..6))], 6, [0, 0, 6]),
        ("grown", vec![("/a", lines(0..6)), ("/b", lines(0..9))], 9, [3, 0, 6]),
        ("overlapping", vec![("/a", lines(0..6)), ("/b", lines(3..9))], 9, [3, 0, 3]),
        ("overlapping, the later first", vec![("/a", lines(3..9)), ("/b", lines(0..6))], 9, [3, 0, 3]),
        ("a part", vec![("/a", lines(0..9)), ("/b", lines(2..7))], 9, [0, 0, 5]),
        ("three parts", vec![("/a", lines(0..5)), ("/c", lines(7..12)), ("/b", lines(2..10))], 12, [2, 0, 6]),
        ("two lines", vec![("/a", lines(0..6)), ("/b", lines(4..9))], 11, [5, 0, 0]),
        (
            "a greeting",
            vec![("/a", greeted(&["Hi.", "A room."])), ("/b", greeted(&["Ale!", "More."]))],
            6,
            [3, 0, 0],
        ),
        (
            "a greeting and the answer",
            vec![("/a", greeted(&["Hi.", "A room."])), ("/b", greeted(&["Hi.", "More."]))],
            6,
            [3, 0, 0],
        ),
        (
            "begun alike",
            vec![
                ("/a", [lines(0..4), greeted(&["x"])].concat()),
                ("/b", [lines(0..4), lines(20..22)].concat()),
            ],
            12,
            [6, 0, 0],
        ),
        ("by somebody else", vec![("/a", lines(0..6)), ("/b", by("Cy", &lines(0..6)))], 12, [6, 0, 0]),
    ] {
        assert_eq!(after(&files), (rows, counts), "{reason}");
    }
}

#[test]
fn what_a_reader_cannot_see_makes_no_other_message() {
    let decomposed = "Zoe\u{308} ge\u{301}ra.";
    let composed = "Zoë géra.";
    let plain = |text: &str| vec![said("Zoë", 1_000, text), said("Bo", 2_000, "Aye.")];
    let with_ids = |text: &str| vec![message(1, "Zoë", 1_000, text)];
    let undated = |text: &str| vec![placed("Zoë", text)];
    let spelt = |name: &str, messages: Vec<Message>| by(name, &messages);
    for (reason, files, counts) in [
        ("letters", vec![("/a", plain(composed)), ("/b", plain(decomposed))], [0, 0, 2]),
        ("letters, with ids", vec![("/a", with_ids(composed)), ("/b", with_ids(decomposed))], [0, 0, 1]),
        ("letters, undated", vec![("/a", undated(composed)), ("/a", undated(decomposed))], [0, 0, 1]),
        (
            "a name's letters",
            vec![("/a", spelt("Zoë", plain("One."))), ("/b", spelt("Zoe\u{308}", plain("One.")))],
            [0, 0, 2],
        ),
        (
            "a file's name",
            vec![("/Zoë.json", undated("One.")), ("/Zoe\u{308}.json", undated("One."))],
            [0, 0, 1],
        ),
        ("line ends", vec![("/a", plain("One.\r\n\r\nTwo.")), ("/b", plain("One.\n\nTwo."))], [0, 0, 2]),
        (
            "spaces at line ends",
            vec![("/a", plain("One.  \nTwo.")), ("/b", plain("One.\nTwo.\u{a0}\n"))],
            [0, 0, 2],
        ),
        (
            "spaces that do not break",
            vec![("/a", plain("At 4:00\u{202f}AM.")), ("/b", plain("At 4:00 AM."))],
            [0, 0, 2],
        ),
        ("a mark in front", vec![("/a", plain("\u{feff}One.")), ("/b", plain("One."))], [0, 0, 2]),
        ("case is an edit", vec![("/a", plain("one.")), ("/b", plain("One."))], [0, 1, 1]),
        ("an accent is an edit", vec![("/a", with_ids("Zoe.")), ("/b", with_ids("Zoë."))], [0, 1, 0]),
    ] {
        let (rows, found) = after(&files);
        assert_eq!((found, rows), (counts, counts.iter().sum()), "{reason}");
    }
}

#[test]
fn a_file_of_decomposed_names_is_the_file_of_composed_ones() {
    let bench = Bench::new();
    let input = naragtive_testkit::shared("faults/inputs/chat-nfd-user.json");
    let text = std::fs::read_to_string(input).unwrap();
    let [stored, ..] = bench.ingest_bytes("s", text.as_bytes(), "a.json", Format::CHAT_MESSAGES);
    let composed = text.replace("e\\u0308", "ë");
    assert_ne!(composed, text);
    assert_eq!(bench.ingest_bytes("s", composed.as_bytes(), "a.json", Format::CHAT_MESSAGES), [0, 0, stored]);
}

/// Several things are said in one minute, by a clock without seconds: none takes another's place.
#[test]
fn what_is_said_in_the_same_minute_takes_nothing_from_what_else_is() {
    let minute = 60_000 * 29_000_000;
    let all = || {
        vec![
            said("Ann", minute, "Who is there?"),
            said("Bo", minute, "Odile."),
            said("Ann", minute, "Let her in at once."),
        ]
    };
    for (reason, files, rows) in [
        (
            "the second of two",
            vec![
                ("/a", all()[..2].to_vec()),
                ("/a", vec![said("Bo", minute, "Odile."), said("Ann", minute, "Let her in at once.")]),
            ],
            3,
        ),
        (
            "the last alone",
            vec![("/a", all()), ("/a", vec![said("Ann", minute, "And shut the door behind her.")])],
            4,
        ),
    ] {
        let (found, _) = after(&files);
        assert_eq!(found, rows, "{reason}");
    }
}
