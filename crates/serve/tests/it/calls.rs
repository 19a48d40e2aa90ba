//! Searches, as a client calls for them.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use naragtive_serve::ServeError as Error;
use serde_json::{Value, json};

use crate::support::{each, place};

#[test]
fn a_hit_says_where_it_is_from_and_what_is_around_it() {
    let found = place().answer("search", json!({"query": "ferry", "mode": "keyword"}));
    insta::assert_snapshot!(format!("{found:#}"));
}

#[test]
fn every_mode_finds_and_the_model_is_opened_when_it_is_needed() {
    let place = place();
    for arguments in [
        json!({"query": "lamp", "mode": "hybrid"}),
        json!({"query": "lamp", "mode": "semantic"}),
        json!({"query": "lamp", "mode": "keyword"}),
        json!({"query": "lamp", "store": "table"}),
        json!({"query": "lamp", "store": "*"}),
        json!({"query": "lamp", "character": "", "since": null}),
    ] {
        let found = place.answer("search", arguments.clone());
        assert!(!found["hits"].as_array().unwrap().is_empty(), "{arguments}");
        assert_eq!(found["searched"], json!({"stores": ["table"], "scenes": 4}));
    }
    let like = place.answer("search", json!({"similar_to": "chat_000000_Ada", "context": 0}));
    assert_eq!(like["hits"].as_array().unwrap().len(), 3);
}

#[test]
fn filters_are_those_of_the_program() {
    let place = place();
    for (filter, found) in [
        (json!({"speaker": "ada"}), 2),
        (json!({"date": "2025-11-02"}), 1),
        (json!({"date": "2025-11"}), 4),
        (json!({"since": "2025-11-02", "until": "2025-11-02"}), 1),
        (json!({"since": "9 days ago"}), 2),
        (json!({"source": "table.json"}), 4),
        (json!({"source": "other.json"}), 0),
        (json!({"location": "attic"}), 0),
    ] {
        assert_eq!(place.answer("list_scenes", filter.clone())["found"], found, "{filter}");
    }
}

#[test]
fn what_a_model_can_mend_is_said() {
    let place = place();
    let scene = "chat_000000_Ada";
    for (tool, arguments, said) in [
        ("search", json!({}), "an argument is missing: expected `query` or `similar_to`"),
        ("search", json!({"query": " "}), "an argument is missing: expected `query` or `similar_to`"),
        (
            "search",
            json!({"query": "a", "similar_to": scene}),
            "argument `similar_to`: expected no `query` beside it, found both",
        ),
        (
            "search",
            json!({"query": "a", "limit": 21}),
            "argument `limit`: expected a whole number from 1 to 20, found 21",
        ),
        (
            "search",
            json!({"query": "a", "date": "3 May"}),
            "argument `date`: expected a day, a month or a year (2025-11-10, 2025-11, 2025), yesterday, last week, N days \
             ago, found `3 May`",
        ),
        (
            "search",
            json!({"query": "a", "store": "tabel"}),
            "there is no store `tabel`; did you mean `table`?",
        ),
        (
            "search",
            json!({"query": "a", "store": "/etc/passwd"}),
            "there is no store `/etc/passwd`; the stores: `table`; all of them: `*`",
        ),
        (
            "search",
            json!({"query": "a", "cursor": "x"}),
            "the cursor doesn't belong to this call; give back `next` as it came, with the same other arguments",
        ),
        (
            "search",
            json!({"similar_to": "chat_000000_Adx"}),
            "there is no scene `chat_000000_Adx` in store `table`; did you mean `chat_000000_Ada`? Else give `store` as the hit has it, or `*` to look through all stores",
        ),
        ("read_scene", json!({}), "an argument is missing: expected `id`"),
        (
            "read_scene",
            json!({"id": "nothing like it", "store": "*"}),
            "there is no scene `nothing like it` in any store; give `store` as the hit has it, or `*` to look through all stores",
        ),
        (
            "list_scenes",
            json!({"order": "oldest"}),
            "argument `order`: expected one of `story`, `newest`, found `oldest`",
        ),
        ("stores", json!({"all": true}), "unknown argument `all`, expected none"),
    ] {
        assert_eq!(place.refusal(tool, arguments.clone()), said, "{tool} {arguments}");
    }
    let unknown = place.refusal("search", json!({"query": "a", "charcter": "b"}));
    assert!(
        unknown.starts_with("unknown argument `charcter`, expected one of `limit`, `store`"),
        "{unknown}"
    );
    assert!(unknown.ends_with("did you mean `character`?"), "{unknown}");
    assert!(matches!(place.call("find", json!({})), Err(Error::Unknown { .. })));
}

#[test]
fn nothing_found_says_what_each_filter_leaves() {
    let found = place().answer("search", json!({"query": "lamp", "speaker": "Ada", "date": "2025-11-02"}));
    assert_eq!(found["hits"], json!([]));
    assert_eq!(found["note"], "of 4 scenes `speaker` keeps 2, `date` keeps 1; all of it together 0");
}

#[test]
fn pages_follow_each_other_until_the_store_changes() {
    let place = place();
    let mut asked = json!({"query": "the letters lamp ferry", "mode": "semantic", "limit": 3, "context": 0});
    let first = place.answer("search", asked.clone());
    asked["cursor"] = first["next"].clone();
    let second = place.answer("search", asked.clone());
    let mut ids = [each(&first["hits"], "id"), each(&second["hits"], "id")].concat();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), second.get("next")), (4, None));
    let other = json!({"query": "other", "cursor": first["next"]});
    assert!(matches!(place.call("search", other), Err(Error::BadCursor)));
    place.chat("table", &[("Dan", "2025-11-04", "Rain came.")]);
    assert!(matches!(place.call("search", asked), Err(Error::StaleCursor)));
}

#[test]
fn a_store_that_is_replaced_while_it_is_searched_is_searched_on() {
    let place = place();
    let done = AtomicBool::new(false);
    let search = || place.answer("search", json!({"query": "lamp", "mode": "hybrid"}));
    let all: Vec<(String, String)> = (0..12)
        .map(|number| (format!("2025-12-{:02}", number + 1), format!("Storm number {number}.")))
        .collect();
    thread::scope(|scope| {
        let searches = [(); 2].map(|()| {
            scope.spawn(|| {
                let mut counts = Vec::new();
                while !done.load(Relaxed) {
                    counts.push(search()["searched"]["scenes"].as_u64().unwrap());
                }
                counts
            })
        });
        for (day, text) in &all {
            place.chat("table", &[("Dan", day, text)]);
        }
        done.store(true, Relaxed);
        for counts in searches.map(|search| search.join().unwrap()) {
            assert!(counts.is_sorted(), "no search sees an older store than the one before: {counts:?}");
        }
    });
    let expected = place.answer("stores", json!({}))["stores"][0]["scenes"].clone();
    assert_eq!(search()["searched"]["scenes"], expected);
}

#[test]
fn a_call_that_is_taken_back_ends() {
    let place = place();
    let arguments = json!({"query": "lamp", "mode": "semantic"});
    let stopped = place.service.call("search", arguments.as_object().unwrap().clone(), &|| true);
    assert!(matches!(stopped, Err(Error::Cancelled) | Ok(_)), "{stopped:?}");
    assert!(place.call("search", arguments).is_ok());
}

#[test]
fn words_that_stood_for_others_and_what_is_close_to_nothing_are_told() {
    let place = place();
    let search = |query: &str| place.answer("search", json!({"query": query}));
    let (typed, meant) = (search("the lihgthouse"), search("the lighthouse"));
    assert_eq!(typed["also_searched"], json!([{"typed": "lihgthouse", "meant": "lighthouse"}]));
    assert_eq!((&typed["hits"], &meant["also_searched"]), (&meant["hits"], &Value::Null));
    assert_eq!((&typed["note"], &meant["note"]), (&Value::Null, &Value::Null));
    assert_eq!(search("xyzzy plugh quux")["note"], "nothing close was found; these come nearest");
}
