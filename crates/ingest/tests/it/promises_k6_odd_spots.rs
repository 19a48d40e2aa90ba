//! One odd spot costs nothing but itself: members of the kind that nobody has reported.

use naragtive_ingest::{Format, IngestReport};

use crate::support::{ingest, texts};

fn read(bytes: &[u8]) -> (Vec<String>, IngestReport) {
    let shown = String::from_utf8_lossy(bytes).into_owned();
    let format = Format::detect(bytes).unwrap_or_else(|| panic!("of no format: {shown:.200}"));
    let ingested = ingest(format, bytes).unwrap_or_else(|error| panic!("{error}: {shown:.200}"));
    (texts(&ingested).into_iter().map(str::to_owned).collect(), ingested.report)
}

#[test]
fn a_list_that_begins_with_something_else_is_told_by_what_comes_behind() {
    let message = r#"{"user":"Ann","message":"The lamp is lit."}"#;
    for (reason, text) in [
        ("an empty entry", format!("[{{}},{message}]")),
        ("nothing, numbers and lists", format!(r#"[null,1,"x",[],{{}},{message}]"#)),
        ("an entry without a message", format!(r#"[{{"user":"Bo"}},{message}]"#)),
        ("several of them", format!("[{},{message}]", [r#"{"user":"Bo"}"#; 7].join(","))),
        ("an entry in other quotes", format!("[{{'user':'Bo','message':'No.'}},{message}]")),
        ("an entry that is torn", format!("[{{\"user\":\"Bo\",\"mess}},\n{message}]")),
        ("an empty line of JSON", format!("{{}}\n{message}\n")),
        ("a torn first line", format!("{{\"user\":\"Bo\",\"mess\n{message}\n{message}\n")),
    ] {
        let (found, _) = read(text.as_bytes());
        assert!(found.iter().any(|text| text == "The lamp is lit."), "{reason}: {found:?}");
    }
}

#[test]
fn a_value_that_is_none_costs_nothing_else() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(400), close.repeat(400));
    for (value, nulls) in [
        ("1e999".to_owned(), 1),
        ("-1e999".to_owned(), 1),
        ("1.2.3".to_owned(), 1),
        ("--1".to_owned(), 1),
        ("0x1F".to_owned(), 1),
        ("1_000".to_owned(), 1),
        ("2025-11-10T10:00:00".to_owned(), 1),
        ("+Infinity".to_owned(), 1),
        ("undefined".to_owned(), 1),
        ("1e308".to_owned(), 0),
        ("-0".to_owned(), 0),
        (deep("[", "]"), 1),
        (deep("{\"a\":", "}"), 1),
        (deep("[{\"a \\\" ]\":", "}]"), 1),
    ] {
        let text = format!(r#"[{{"message":"one"}},{{"x":{value},"message":"two"}},{{"message":"three"}}]"#);
        let (found, report) = read(text.as_bytes());
        assert_eq!(found, ["one", "two", "three"], "{value:.40}");
        assert_eq!(report.mended.no_values, nulls, "{value:.40}");
        assert_eq!(report.told().len(), nulls, "{:?}", report.told());
    }
}

#[test]
fn lines_of_two_encodings_are_told_by_their_number() {
    let text = [&b"The caf\xe9 is shut.\n"[..], "Zoë said “hi”.\n".as_bytes(), b"Na\xefve.\n"].concat();
    let (found, report) = read(&text);
    assert_eq!(found, ["The café is shut.\nZoë said “hi”.\nNaïve."]);
    assert_eq!(report.told(), ["2 lines are not UTF-8; they were read as windows-1252"]);
}

/// Messages of a llama-server conversation: id, parent, role, content.
fn llama(messages: &[[&str; 4]], current: &str) -> String {
    let message = |(at, [id, parent, role, content]): (usize, &[&str; 4])| {
        let parent = Some(*parent).filter(|parent| !parent.is_empty());
        serde_json::json!({"id": id, "parent": parent, "role": role, "content": content, "timestamp": 1_762_831_800_000_u64 + at as u64})
    };
    let messages: Vec<_> = messages.iter().enumerate().map(message).collect();
    serde_json::json!({"conv": {"id": "c", "name": "n", "lastModified": 1, "currNode": current}, "messages": messages})
        .to_string()
}

#[test]
fn ids_that_come_twice_cost_no_message() {
    let (one, two) = (["1", "", "user", "one"], ["2", "1", "assistant", "two"]);
    for (reason, messages, current, found) in [
        (
            "a number given twice",
            &[one, two, ["2", "2", "user", "three"], ["3", "2", "assistant", "four"]][..],
            "2",
            &["User: one\n\nAssistant: two", "User: three\n\nAssistant: four"][..],
        ),
        (
            "numbers that begin anew",
            &[one, two, ["1", "", "user", "three"], ["2", "1", "assistant", "four"]],
            "2",
            &["User: one\n\nAssistant: two", "User: three\n\nAssistant: four"],
        ),
        ("all of it twice", &[one, two, one, two], "2", &["User: one\n\nAssistant: two"]),
        (
            "a pointer into the middle",
            &[one, two, ["3", "2", "user", "three"], ["4", "3", "assistant", "four"]],
            "2",
            &["User: one\n\nAssistant: two", "User: three\n\nAssistant: four"],
        ),
    ] {
        let mut messages = messages.to_vec();
        if reason == "all of it twice" {
            // A copy has the same moment too.
            messages.truncate(2);
            let once = llama(&messages, current);
            let doubled = once.replacen("\"messages\":[", "\"messages\":[@,", 1);
            let inner = once.split_once("\"messages\":[").unwrap().1.strip_suffix("]}").unwrap();
            let (texts, _) = read(doubled.replace('@', inner).as_bytes());
            assert_eq!(texts, found, "{reason}");
            continue;
        }
        assert_eq!(read(llama(&messages, current).as_bytes()).0, found, "{reason}");
    }
}
