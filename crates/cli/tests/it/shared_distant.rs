//! Shared stores that are searched on their server, without a copy.

use naragtive_testkit::postgres::PASSWORD;
use serde_json::Value;

use crate::shared::{Person, nameless, studio};

/// Searches whose words, phrases, filters and vectors a server has to be asked for in every way there is.
const DISTANT: [&[&str]; 14] = [
    &["search", "who lied to the harbour master", "--explain"],
    &["search", "the stom and the harbr"],
    &["search", "\"harbour master\" -tavern"],
    &["search", "har* light", "--mode", "keyword"],
    &["search", "h* -st*", "--context", "2"],
    &["search", "a ship at night", "--mode", "semantic", "--limit", "3"],
    &["search", "when was the \"old light\" lit for the third time that year", "--spread", "--explain"],
    &["search", "storm", "--date", "2025-11", "--min-score", "0.01"],
    &["search", "storm", "--date", "1999"],
    &["search", "storm", "--character", "nobody"],
    &["search", "storm", "--where", "no_such_key=1"],
    &["search", "-storm"],
    &["search", "zzzz qqqq", "--exact"],
    &["export", "the storm", "--format", "rag"],
];

/// That two answers are the same, numbers to a millionth.
fn assert_near(one: &Value, other: &Value, what: &[&str]) {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            assert!(a.keys().eq(b.keys()), "{what:?}\n{one}\n{other}");
            a.iter().for_each(|(key, value)| assert_near(value, &b[key], what));
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{what:?}\n{one}\n{other}");
            a.iter().zip(b).for_each(|(one, other)| assert_near(one, other, what));
        }
        (Value::Number(a), Value::Number(b)) => {
            let apart = (a.as_f64().unwrap() - b.as_f64().unwrap()).abs();
            assert!(apart <= 1e-6, "{what:?}: {a} {b}");
        }
        _ => assert_eq!(one, other, "{what:?}"),
    }
}

/// That a search of a shared store without a copy finds what one of its copy finds.
fn assert_needs_no_copy(person: &Person, store: &[&str]) {
    for search in DISTANT {
        if search[0] == "export" {
            let export = [search, store].concat();
            let [copy, distant] =
                [&export[..], &[&export[..], &["--no-copy"]].concat()].map(|args| person.run(args).stdout);
            assert_eq!(copy, distant, "{search:?}");
            continue;
        }
        let json = [search, &["--json"], store].concat();
        let [copy, distant] = [json.clone(), [&json[..], &["--no-copy"]].concat()].map(|args| {
            let output = person.run(&args);
            match output.code {
                Some(0 | 1) if !output.stdout.is_empty() => {
                    nameless(serde_json::from_str(&output.stdout).unwrap())
                }
                _ => Value::String(output.stderr),
            }
        });
        assert_near(&copy, &distant, search);
    }
}

#[test]
fn a_shared_store_is_searched_without_a_copy_and_finds_the_same() {
    let Some((database, ada, bob)) = studio("a_shared_store_is_searched_without_a_copy") else { return };
    ada.sandbox.ingest_chapter(&["--register", "campaign"]);
    ada.done(&["shared", "push", "campaign", "studio/voyage"]);
    ada.done(&["shared", "grant", "studio/voyage", &bob.role, "write"]);
    let alone = bob.json(&["search", "storm", "--json", "--no-copy", "--store-name", "studio/voyage"]);
    assert_eq!(alone["store"]["path"], Value::Null);
    assert!(!bob.sandbox.home("shared/studio/voyage.parquet").exists(), "nothing is kept");
    assert_needs_no_copy(&ada, &["--store-name", "studio/voyage"]);
    // After others have added, changed and taken out, and together with stores of one's own.
    for person in [&ada, &bob] {
        person.sandbox.golden("chat-messages.json");
    }
    bob.done(&["ingest-chat", "-s", "chat-messages.json", "--register", "studio/voyage"]);
    assert_needs_no_copy(&ada, &["--store-name", "studio/voyage"]);
    ada.done(&["ingest-chat", "-s", "chat-messages.json", "--register", "notes"]);
    assert_needs_no_copy(&ada, &["--stores", "studio/voyage,notes"]);
    ada.done(&["shared", "push", "notes", "studio/other"]);
    assert_needs_no_copy(&ada, &["--stores", "studio/other,campaign,studio/voyage"]);
    bob.done(&["forget", "--source", "chat-messages.json", "--yes", "--store-name", "studio/voyage"]);
    assert_needs_no_copy(&ada, &["--store-name", "studio/voyage"]);
    let id = alone["results"][0]["id"].as_str().unwrap();
    let like = ["search", "--similar-to", id, "--json", "--store-name", "studio/voyage"];
    let [copy, distant] = [ada.json(&like), ada.json(&[&like[..], &["--no-copy"]].concat())];
    assert_near(&nameless(copy), &nameless(distant), &like);
    // Where all scenes are candidates, candidates are all.
    for mode in ["hybrid", "semantic"] {
        let search = [
            "search",
            "who lied to the harbour master",
            "--json",
            "--mode",
            mode,
            "--store-name",
            "studio/voyage",
        ];
        let near = [&search[..], &["--no-copy", "--approximate"]].concat();
        assert_near(&nameless(ada.json(&search)), &nameless(ada.json(&near)), &near);
    }
    // An index of the server's is an owner's to have, and what is found by it is the same.
    let indexed = || ada.json(&["shared", "list", "--json"])["hosts"][0]["stores"][1]["indexed"].clone();
    let refused = bob.refused(&["shared", "index", "studio/voyage"]);
    assert!(refused.contains("own") && refused.contains("shared grant"), "{refused}");
    for (args, told, is_indexed) in [
        (&["shared", "index", "studio/voyage"][..], "is indexed on its server from now on", true),
        (&["shared", "index", "studio/voyage"], "was indexed on its server before", true),
        (&["shared", "index", "studio/voyage", "--remove"], "is indexed on its server no more", false),
        (&["shared", "index", "studio/voyage", "--remove"], "was not indexed on its server", false),
        (&["shared", "index", "studio/voyage", "--json"], r#""indexed": true"#, true),
    ] {
        let done = ada.done(args);
        assert!(done.stdout.contains(told), "{args:?}\n{done}");
        assert_eq!(indexed(), is_indexed, "{args:?}");
    }
    assert!(ada.done(&["shared", "list"]).stdout.contains("indexed on the server"));
    let search = ["search", "who lied to the harbour master", "--json", "--store-name", "studio/voyage"];
    let near = [&search[..], &["--no-copy", "--approximate"]].concat();
    assert_near(&nameless(ada.json(&search)), &nameless(ada.json(&near)), &near);
    // The server finds them by it, though it would rather sort so few.
    let mut admin = database.admin().unwrap();
    let mut looked_up = || {
        let scans = "select coalesce(sum(idx_scan), 0)::bigint from pg_stat_user_indexes where indexrelname like 'near_%'";
        admin.query_one(scans, &[]).unwrap().get::<_, i64>(0)
    };
    let before = looked_up();
    ada.done(&[
        "shared",
        "add",
        "forced",
        &format!("{}&options=-c%20enable_sort%3Doff", database.url("ada")),
    ]);
    ada.json(&["search", "storm", "--json", "--no-copy", "--approximate", "--store-name", "forced/voyage"]);
    let began = std::time::Instant::now();
    while looked_up() == before {
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "the index was not used");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    // Which way it was is told.
    let explain = ["search", "storm", "--explain", "--store-name", "studio/voyage"];
    let copied = ada.done(&explain).stdout;
    assert!(copied.contains("studio/voyage was searched in the copy on this machine"), "{copied}");
    let distant = ada.done(&[&explain[..], &["--no-copy"]].concat()).stdout;
    assert!(distant.contains("studio/voyage was searched on its server, without a copy"), "{distant}");
    // Another language has other word forms.
    let german = ["search", "storm", "--no-copy", "--store-name", "studio/voyage"];
    let mut german = ada.sandbox.command(&german);
    german.env("PGPASSWORD", PASSWORD).env("NARAGTIVE_LANGUAGE", "german");
    let german = ada.sandbox.refusal(ada.sandbox.finish(&mut german));
    assert!(german.contains("in the forms of `english`") && german.contains("shared sync"), "{german}");
}
