//! Exports of one conversation, made at different times, in any order: the store is as if all had been in one.

use naragtive::Format;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::Bench;

/// What is said, turn by turn.
pub(crate) fn said() -> impl Strategy<Value = Vec<String>> {
    let turns = prop::collection::vec("[a-z]{1,7}( [a-z]{1,7}){1,5}", 2..10);
    turns.prop_map(|turns| {
        turns.into_iter().enumerate().map(|(at, text)| format!("Turn {at}: {text}.")).collect()
    })
}

pub(crate) fn chat(turns: &[String], from: usize, to: usize) -> String {
    let entry = |at: usize| {
        serde_json::json!({"id": format!("m{at}"), "user": (["Ann", "Bo"][at % 2]), "message": turns[at],
            "channel": (["inn", "pier"][at / 3 % 2]), "timestamp": format!("2024-05-01T10:{at:02}:00")})
    };
    serde_json::Value::Array((from..to).map(entry).collect()).to_string()
}

pub(crate) fn llama(turns: &[String], from: usize, to: usize) -> String {
    let message = |at: usize| {
        let parent = at.checked_sub(1).map(|before| before.to_string());
        serde_json::json!({"id": at.to_string(), "parent": parent, "role": (["user", "assistant"][at % 2]),
            "content": turns[at], "timestamp": 1_714_000_000_000_u64 + at as u64 * 1000})
    };
    let conversation =
        serde_json::json!({"id": "c1", "name": "n", "lastModified": 1, "currNode": (to - 1).to_string()});
    let messages: Vec<_> = (from..to).map(message).collect();
    serde_json::json!([{"conv": conversation, "messages": messages}]).to_string()
}

pub(crate) fn neptune(turns: &[String], from: usize, to: usize) -> String {
    let turn = |at: usize| {
        format!("***5/13/2024, 4:{at:02}:41 AM - {}:***\n\n{}\n\n---\n", ["User", "Ana"][at % 2], turns[at])
    };
    (from..to).map(turn).collect()
}

/// Three turns a minute, by a clock without seconds.
pub(crate) fn minutes(turns: &[String], from: usize, to: usize) -> String {
    let turn = |at: usize| {
        format!(
            "***5/13/2024, 4:{:02} AM - {}:***\n\n{}\n\n---\n",
            at / 3,
            ["User", "Ana"][at % 2],
            turns[at]
        )
    };
    (from..to).map(turn).collect()
}

/// An export of the turns from the first number up to the second.
pub(crate) type Export = fn(&[String], usize, usize) -> String;

/// Formats that know a turn by its own id, by who said it when, and by that in minutes.
pub(crate) const FORMATS: [(Format, &str, Export); 4] = [
    (Format::CHAT_MESSAGES, "export.json", chat),
    (Format::LLAMA_SERVER, "conversation.json", llama),
    (Format::NEPTUNE, "story.txt", neptune),
    (Format::NEPTUNE, "minutes.txt", minutes),
];

/// Where an export of so many turns begins and ends, be it within an exchange.
pub(crate) fn parts(turns: usize, cuts: &[(Index, Index)]) -> Vec<(usize, usize)> {
    let part = |(from, to): &(Index, Index)| {
        let from = from.index(turns);
        (from, from + 1 + to.index(turns - from))
    };
    cuts.iter().map(part).chain([(0, turns)]).collect()
}

fn rows(bench: &Bench, store: &str) -> Vec<String> {
    bench.rows(store).into_iter().map(whole).collect()
}

/// What a row holds but for its id and its file.
pub(crate) fn whole(row: naragtive_store::StoredRow) -> String {
    format!("{:?} {:?} {:?}", row.scene.text, row.embedding, row.passages)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn exports_in_any_order_give_the_store_that_one_go_gives(
        turns in said(),
        cuts in prop::collection::vec((any::<Index>(), any::<Index>()), 0..4),
        place in any::<Index>(),
        format in 0..FORMATS.len()
    ) {
        let (format, name, export) = FORMATS[format];
        let bench = Bench::new();
        bench.ingest_bytes("once", export(&turns, 0, turns.len()).as_bytes(), name, format);
        let mut parts = parts(turns.len(), &cuts);
        let last = parts.len() - 1;
        parts.swap(place.index(last + 1), last);
        for (from, to) in &parts {
            bench.ingest_bytes("parts", export(&turns, *from, *to).as_bytes(), name, format);
        }
        if name == "minutes.txt" {
            // What was said in one minute has no order that a part could be known by, so some may be stored twice when
            // parts are cut within it. Nothing of it may be lost.
            let found = bench.texts("parts").concat();
            prop_assert!(turns.iter().all(|turn| found.contains(turn.as_str())), "{:?}", parts);
            return Ok(());
        }
        prop_assert_eq!(rows(&bench, "parts"), rows(&bench, "once"), "{} {:?}", name, parts);
        for (from, to) in parts {
            let [added, updated, _] =
                bench.ingest_bytes("parts", export(&turns, from, to).as_bytes(), name, format);
            prop_assert_eq!((added, updated), (0, 0), "{}", name);
        }
    }
}

#[test]
fn an_export_that_ends_within_an_exchange_takes_nothing_from_one_that_goes_on() {
    let turns: Vec<String> =
        ["Who is there?", "Odile.", "Let her in.", "She comes in."].map(str::to_owned).into();
    let bench = Bench::new();
    bench.ingest_bytes("s", neptune(&turns, 0, 4).as_bytes(), "1.txt", Format::NEPTUNE);
    let before = bench.rows("s");
    assert_eq!(
        bench.ingest_bytes("s", neptune(&turns, 0, 3).as_bytes(), "0.txt", Format::NEPTUNE),
        [0, 0, 2]
    );
    assert_eq!(
        bench.ingest_bytes("s", neptune(&turns, 0, 1).as_bytes(), "1.txt", Format::NEPTUNE),
        [0, 0, 1]
    );
    assert!(bench.rows("s") == before);
    // One whose last turn says something else is an edit.
    let edited: Vec<String> =
        turns[..3].iter().map(|turn| turn.replace("Let her in.", "Let her wait.")).collect();
    assert_eq!(
        bench.ingest_bytes("s", neptune(&edited, 0, 3).as_bytes(), "1.txt", Format::NEPTUNE),
        [0, 1, 1]
    );
}

/// Parts that have nothing in common but their file's name: one ends with a question, the next begins with the answer.
#[test]
fn an_answer_that_comes_in_the_next_part_is_read_with_its_question() {
    let turns: Vec<String> = (0..7).map(|at| format!("This is said in turn {at}.")).collect();
    for (reason, cuts) in [("within an exchange", vec![0, 3, 7]), ("again and again", vec![0, 1, 2, 5, 6, 7])]
    {
        let bench = Bench::new();
        bench.ingest_bytes("once", neptune(&turns, 0, 7).as_bytes(), "story.txt", Format::NEPTUNE);
        for cut in cuts.windows(2) {
            let part = neptune(&turns, cut[0], cut[1]);
            bench.ingest_bytes("parts", part.as_bytes(), "story.txt", Format::NEPTUNE);
        }
        assert_eq!(rows(&bench, "parts"), rows(&bench, "once"), "{reason}");
        assert_eq!(bench.ids("parts"), bench.ids("once"), "{reason}");
    }
}

/// A file of another name: what it shows of the conversation is a scene that begins elsewhere.
#[test]
fn an_export_under_another_name_that_begins_with_an_answer_adds_what_is_new() {
    let turns: Vec<String> = (0..12).map(|at| format!("This is said in turn {at}.")).collect();
    for (reason, export) in
        [("seconds", neptune as fn(&[String], usize, usize) -> String), ("undated", undated)]
    {
        let bench = Bench::new();
        bench.ingest_bytes("once", export(&turns, 0, 12).as_bytes(), "a.txt", Format::NEPTUNE);
        bench.ingest_bytes("s", export(&turns, 0, 10).as_bytes(), "a.txt", Format::NEPTUNE);
        let counts = bench.ingest_bytes("s", export(&turns, 3, 12).as_bytes(), "b.txt", Format::NEPTUNE);
        assert_eq!(counts[..2], [1, 0], "{reason}");
        assert_eq!(bench.texts("s").last(), bench.texts("once").last(), "{reason}");
    }
}

/// Turns without a date.
fn undated(turns: &[String], from: usize, to: usize) -> String {
    let turn = |at: usize| format!("***some day - {}:***\n\n{}\n\n---\n", ["User", "Ana"][at % 2], turns[at]);
    (from..to).map(turn).collect()
}
