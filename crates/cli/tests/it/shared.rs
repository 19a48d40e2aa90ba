//! Shared stores as people use them: an administrator, and two who search one campaign. Without a PostgreSQL server
//! (`NARAGTIVE_TEST_POSTGRES`) these tests say that they were skipped.

use naragtive_testkit::postgres::{Database, PASSWORD};
use serde_json::Value;

use crate::sandbox::{Output, Sandbox};

/// Somebody at a machine of their own.
pub(crate) struct Person {
    pub(crate) sandbox: Sandbox,
    pub(crate) role: String,
}

impl Person {
    /// One who calls the server `studio`.
    pub(crate) fn new(database: &Database, role: &str) -> Self {
        let person = Self { sandbox: Sandbox::new(), role: database.role(role) };
        person.done(&["shared", "add", "studio", &database.url(role)]);
        person
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.sandbox.finish(self.sandbox.command(args).env("PGPASSWORD", PASSWORD))
    }

    pub(crate) fn done(&self, args: &[&str]) -> Output {
        let output = self.run(args);
        assert_eq!(output.code, Some(0), "{args:?}\n{output}");
        output
    }

    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let output = self.run(args);
        assert!(matches!(output.code, Some(0 | 1)), "{args:?}\n{output}");
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"))
    }

    pub(crate) fn refused(&self, args: &[&str]) -> String {
        self.sandbox.refusal(self.run(args))
    }
}

/// A prepared database, and two people with machines of their own.
pub(crate) fn studio(test: &str) -> Option<(Database, Person, Person)> {
    let database = Database::new(test, &["ada", "bob"])?;
    Person::new(&database, "keeper").done(&["shared", "init", "studio"]);
    let [ada, bob] = ["ada", "bob"].map(|role| Person::new(&database, role));
    Some((database, ada, bob))
}

/// What a command printed, but for what stores are called and where they are.
pub(crate) fn nameless(mut value: Value) -> Value {
    match &mut value {
        Value::Object(map) => {
            let is_store = map.contains_key("path") && map.contains_key("records");
            map.retain(|key, _| !(is_store && (key == "path" || key == "name") || key.ends_with("_bytes")));
            map.values_mut().for_each(|value| *value = nameless(value.take()));
        }
        Value::Array(all) => all.iter_mut().for_each(|value| *value = nameless(value.take())),
        _ => {}
    }
    value
}

const SEARCHES: [&[&str]; 6] = [
    &["search", "who lied to the harbour master", "--explain"],
    &["search", "the storm -tavern", "--mode", "keyword"],
    &["search", "a ship at night", "--mode", "semantic", "--limit", "3", "--context", "1"],
    &["search", "storm", "--date", "2025-11", "--min-score", "0.01"],
    &["list"],
    &["stats"],
];

/// That every search finds the same in both, to the last digit.
fn assert_same(one: (&Person, &str), other: (&Person, &str)) {
    for search in SEARCHES {
        let [one, other] = [one, other].map(|(person, store)| {
            nameless(person.json(&[search, &["--json", "--store-name", store]].concat()))
        });
        assert_eq!(one, other, "{search:?}");
    }
}

#[test]
fn two_people_search_one_campaign_and_find_what_the_local_store_would() {
    let Some((_database, ada, bob)) = studio("two_people_search_one_campaign") else { return };
    ada.sandbox.ingest_chapter(&["--register", "campaign"]);
    let pushed = ada.done(&["shared", "push", "campaign", "studio/voyage"]);
    assert!(pushed.stdout.starts_with("Sent "), "{pushed}");
    let refused = bob.refused(&["search", "harbour", "--store-name", "studio/voyage"]);
    assert!(refused.contains("there is no store `voyage` on `studio` that you may read"), "{refused}");
    ada.done(&["shared", "grant", "studio/voyage", &bob.role, "read"]);
    assert_same((&ada, "campaign"), (&bob, "studio/voyage"));
    assert_same((&ada, "campaign"), (&ada, "studio/voyage"));
    let listed = bob.json(&["shared", "list", "--json"]);
    assert_eq!(listed["hosts"][0]["stores"][0]["may"], "read");
    // Together with a store of one's own, and in documents for other programs.
    bob.sandbox.golden("chat-messages.json");
    bob.done(&["ingest-chat", "-s", "chat-messages.json", "--register", "notes"]);
    let both = bob.json(&["search", "storm", "--json", "--stores", "studio/voyage,notes"]);
    assert_eq!(both["stores"].as_array().map(Vec::len), Some(2), "{both}");
    let [one, other] = [(&ada, "campaign"), (&bob, "studio/voyage")].map(|(person, store)| {
        person.done(&["export", "the storm", "--format", "rag", "--store-name", store]).stdout
    });
    assert_eq!(one, other);
    // A reader can't write, whatever the way.
    for args in [
        &["ingest-chat", "-s", "chat-messages.json", "--register", "studio/voyage"][..],
        &["shared", "push", "notes", "studio/voyage"],
        &["shared", "grant", "studio/voyage", &bob.role, "own"],
        &["forget", "--where", "user=Ada", "--yes", "--store-name", "studio/voyage"],
    ] {
        let output = bob.run(args);
        assert!(output.code != Some(0), "{args:?}\n{output}");
    }
    assert_same((&ada, "campaign"), (&bob, "studio/voyage"));
}

#[test]
fn an_ingest_straight_into_a_shared_store_is_an_ingest_like_any_other() {
    let Some((_database, ada, bob)) = studio("an_ingest_straight_into_a_shared_store") else { return };
    ada.sandbox.ingest_chapter(&["--register", "local"]);
    ada.done(&["ingest-neptune", "-e", "neptune-chapter.txt", "--register", "studio/voyage"]);
    assert_same((&ada, "local"), (&ada, "studio/voyage"));
    ada.done(&["shared", "grant", "studio/voyage", &bob.role, "write"]);
    bob.sandbox.golden("chat-messages.json");
    ada.sandbox.golden("chat-messages.json");
    ada.done(&["ingest-chat", "-s", "chat-messages.json", "--register", "local"]);
    bob.done(&["ingest-chat", "-s", "chat-messages.json", "--register", "studio/voyage"]);
    let again =
        bob.json(&["ingest-chat", "-s", "chat-messages.json", "--register", "studio/voyage", "--json"]);
    assert_eq!((&again["added"], &again["store"]["name"]), (&0.into(), &"studio/voyage".into()), "{again}");
    assert_same((&bob, "studio/voyage"), (&ada, "studio/voyage"));
    let [local, shared] = ["local", "studio/voyage"]
        .map(|store| ada.json(&["list", "--json", "--store-name", store])["found"].as_u64());
    assert_eq!(local, shared);
    // What one takes out is gone for the other.
    bob.done(&["forget", "--source", "chat-messages.json", "--yes", "--store-name", "studio/voyage"]);
    ada.sandbox.ingest_chapter(&["--output", "alone.parquet"]);
    let left = ada.json(&["list", "--json", "--store-name", "studio/voyage"]);
    let alone = ada.json(&["list", "--json", "--store", "alone.parquet"]);
    assert_eq!(left["found"], alone["found"]);
    let pulled = ada.json(&["shared", "pull", "studio/voyage", "mine", "--json"]);
    assert_eq!(pulled["store"]["records"], alone["found"]);
    assert_same((&ada, "mine"), (&ada, "studio/voyage"));
}

#[test]
fn without_the_server_the_copy_is_searched_and_its_age_is_told_and_who_loses_the_store_loses_it() {
    let Some((database, ada, bob)) = studio("without_the_server_the_copy_is_searched") else { return };
    ada.sandbox.ingest_chapter(&["--register", "campaign"]);
    ada.done(&["shared", "push", "campaign", "studio/voyage"]);
    ada.done(&["shared", "grant", "studio/voyage", &bob.role, "read"]);
    let search = ["search", "storm", "--json", "--store-name", "studio/voyage"];
    let before = bob.json(&search);
    let copy = bob.sandbox.home("shared/studio/voyage.parquet");
    assert!(copy.is_file());
    let dead = "postgresql://ada@127.0.0.1:1/none";
    bob.done(&["shared", "add", "studio", dead]);
    let output = bob.done(&search);
    assert!(output.stderr.contains("studio/voyage is as it was just now"), "{output}");
    assert_eq!(serde_json::from_str::<Value>(&output.stdout).unwrap(), before);
    let refused = bob.refused(&["search", "storm", "--store-name", "studio/other"]);
    assert!(refused.contains("can't be reached"), "{refused}");
    assert_eq!(bob.run(&["shared", "status"]).code, Some(2));
    bob.done(&["shared", "add", "studio", &database.url("bob")]);
    ada.done(&["shared", "grant", "studio/voyage", &bob.role, "none"]);
    let refused = bob.refused(&search);
    assert!(refused.contains("that you may read"), "{refused}");
    assert!(!copy.exists(), "nothing is left of what may not be read");
}

#[test]
fn two_ingests_at_once_into_one_shared_store_both_count() {
    let Some((_database, ada, bob)) = studio("two_ingests_at_once_into_one_shared_store") else { return };
    ada.sandbox.ingest_chapter(&["--register", "local"]);
    ada.done(&["ingest-neptune", "-e", "neptune-chapter.txt", "--register", "studio/voyage"]);
    ada.done(&["shared", "grant", "studio/voyage", &bob.role, "write"]);
    [&ada, &bob].iter().for_each(|person| person.sandbox.golden("chat-messages.json"));
    ada.sandbox.write("note.txt", "The lamp of the old light went out in the storm of that night.");
    std::thread::scope(|scope| {
        scope.spawn(|| bob.done(&["ingest-chat", "-s", "chat-messages.json", "--register", "studio/voyage"]));
        scope.spawn(|| {
            ada.done(&["ingest", "note.txt", "--register", "studio/voyage"]);
            ada.done(&["ingest-chat", "-s", "chat-messages.json", "--register", "studio/voyage"]);
        });
    });
    for args in [&["ingest-chat", "-s", "chat-messages.json"][..], &["ingest", "note.txt"]] {
        ada.done(&[args, &["--register", "local"]].concat());
    }
    let ids = |store: &str| {
        let found = ada.json(&[
            "search",
            "the",
            "--json",
            "--limit",
            "1000",
            "--mode",
            "semantic",
            "--store-name",
            store,
        ]);
        let results = found["results"].as_array().unwrap().iter();
        let mut texts: Vec<String> = results.map(|result| result["text"].to_string()).collect();
        texts.sort();
        texts
    };
    assert_eq!(ids("local"), ids("studio/voyage"));
}
