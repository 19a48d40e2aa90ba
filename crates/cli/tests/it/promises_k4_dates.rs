//! No date is guessed or dropped in silence: members of the kind that nobody has reported.

use crate::sandbox::Sandbox;

/// What an ingest of messages with these stamps says, and the days they get.
fn ingested(stamps: &[&str], more: &[&str]) -> (String, Vec<String>) {
    let sandbox = Sandbox::new();
    let message = |(at, stamp): (usize, &&str)| serde_json::json!({"message": format!("Lamp {at}."), "timestamp": stamp});
    let messages: Vec<_> = stamps.iter().enumerate().map(message).collect();
    sandbox.write("chat.json", serde_json::Value::Array(messages).to_string());
    let output = sandbox.run(&[&["ingest", "chat.json", "-o", "s.parquet"], more].concat());
    assert_eq!(output.code, Some(0), "{output}");
    let scenes = sandbox.json(&["list", "-s", "s.parquet", "--json"]);
    let day = |scene: &serde_json::Value| scene["metadata"]["date_iso"].as_str().unwrap_or("-").to_owned();
    (output.stderr, scenes["scenes"].as_array().unwrap().iter().map(day).collect())
}

#[test]
fn what_decides_between_day_and_month_is_told_unless_it_is_proof() {
    for (stamps, more, days, told) in [
        (
            &["10/11/2025, 14:00:41"][..],
            &[][..],
            &["2025-11-10"][..],
            "nothing but how the hours are written",
        ),
        (&["10/11/2025, 2:00:41 pm"], &[], &["2025-11-10"], "nothing but how the hours are written"),
        (&["10/11/2025, 2:00:41 PM"], &[], &["2025-10-11"], "nothing but how the hours are written"),
        (&["10/11/2025, 2:00:41 PM", "10/13/2025, 2:00:41 PM"], &[], &["2025-10-11", "2025-10-13"], ""),
        (&["133763000000000000"], &[], &["-"], "1 of 1 time stamps name no day that could be read"),
        (&["10.11.2025 14:00"], &[], &["2025-11-10"], ""),
        (&["10/11/2025"], &[], &["2025-10-11"], "nothing tells whether the day or the month comes first"),
        (&["10/11/2025", "13/11/2025"], &[], &["2025-11-10", "2025-11-13"], ""),
        (&["10/11/2025", "11/13/2025"], &[], &["2025-10-11", "2025-11-13"], ""),
        (&["10/11/2025, 14:00:41"], &["--day-first=false"], &["2025-10-11"], ""),
        (&["10/11/2025"], &["--day-first"], &["2025-11-10"], ""),
        (&["32/13/2025"], &[], &["-"], "1 of 1 time stamps name no day that could be read"),
        (
            &["2025-02-30T10:00:00Z", "2025-02-28"],
            &[],
            &["-", "2025-02-28"],
            "1 of 2 time stamps name no day",
        ),
    ] {
        let (said, found) = ingested(stamps, more);
        assert_eq!(found, days, "{stamps:?}: {said}");
        if told.is_empty() {
            assert!(!said.contains("comes first") && !said.contains("come first"), "{stamps:?}: {said}");
        } else {
            assert!(said.contains(told), "{stamps:?}: {said}");
            assert_eq!(said.contains("--day-first says"), told.starts_with("nothing"), "{stamps:?}: {said}");
        }
    }
}

#[test]
fn a_filter_that_no_scene_can_meet_is_a_slip_and_says_so() {
    let sandbox = Sandbox::with_a_table();
    for (flags, told) in [
        (
            &["--since", "2025-12", "--until", "2025-11"][..],
            "no day is both 2025-12-01 or later and 2025-11-30 or earlier",
        ),
        (&["--since", "today", "--until", "yesterday"], "no day is both"),
        (
            &["--date", "2025-11", "--until", "2024"],
            "no day is both 2025-11-01 or later and 2024-12-31 or earlier",
        ),
        (&["--where", "usr=Ada"], "no scene has a value under `usr`; known: `"),
        (&["--where", "=Ada"], "found no key before the `=`"),
        (&["--where", "user"], "found no `=`"),
    ] {
        for command in [&["list"][..], &["search", "lamp"], &["export", "lamp"]] {
            let output = sandbox.run(&[command, flags].concat());
            assert_eq!(
                (output.code, output.stdout.as_str()),
                (Some(2), ""),
                "{command:?} {flags:?}: {output}"
            );
            assert!(output.stderr.contains(told), "{command:?} {flags:?}: {output}");
        }
    }
    let said = sandbox.refused(&["search", "lamp", "--where", "usr=Ada"]);
    assert!(said.contains("hint: did you mean `user`?"), "{said}");
    let said = sandbox.refused(&["list", "--since", "2025-12", "--until", "2025-11"]);
    assert!(said.contains("hint: the earlier day first: --since 2025-11-30 --until 2025-12-01"), "{said}");
    let said = sandbox.refused(&["forget", "--where", "usr=Ada", "--yes"]);
    assert!(said.contains("did you mean `user`?"), "{said}");
    // A value that nobody has is no slip.
    assert_eq!(sandbox.run(&["list", "--where", "user=Nobody"]).code, Some(1));
    assert_eq!(
        sandbox.run(&["search", "lamp", "--since", "2025-11-10", "--until", "2025-11-10"]).code,
        Some(0)
    );
}
