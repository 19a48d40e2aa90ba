use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use naragtive_serve::ServeError as Error;
use serde_json::{Value, json};

use crate::support::{Place, each};

const TALK: [(&str, &str, &str); 4] = [
    ("Ada", "2025-11-01", "The lighthouse keeper lit the lamp."),
    ("Bob", "2025-11-02", "The ferry was late again, and nobody knew why."),
    ("Ada", "2025-11-03", "A chest of letters stood in the attic."),
    ("Cleo", "2025-11-03", "Nobody had opened the letters."),
];

fn place() -> Place {
    let place = Place::new();
    place.chat("table", &TALK);
    place
}

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
            "there is no scene `chat_000000_Adx` in store `table`; did you mean `chat_000000_Ada`?",
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
        ("stores", json!({"all": true}), "unknown argument `all`, expected one of "),
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
fn scenes_are_listed_in_either_order() {
    let place = place();
    let story = place.answer("list_scenes", json!({"limit": 3}));
    assert_eq!(
        each(&story["scenes"], "line"),
        TALK[..3].iter().map(|(_, _, text)| *text).collect::<Vec<_>>()
    );
    let rest = place.answer("list_scenes", json!({"limit": 3, "cursor": story["next"]}));
    assert_eq!(each(&rest["scenes"], "line"), [TALK[3].2]);
    let newest = place.answer("list_scenes", json!({"order": "newest", "limit": 2}));
    assert_eq!(each(&newest["scenes"], "line"), [TALK[3].2, TALK[2].2]);
}

#[test]
fn a_long_scene_is_cut_in_a_hit_and_read_on_to_its_end() {
    let place = Place::new();
    let long =
        format!("{} the harbour master lied. {}", "Rain fell. ".repeat(2_500), "Wind rose. ".repeat(50));
    place.chat("long", &[("Ada", "2025-11-01", &long)]);
    let found = place.answer("search", json!({"query": "harbour master", "mode": "keyword"}));
    let hit = &found["hits"][0];
    assert_eq!((hit["cut"].as_bool(), hit["text"].as_str().unwrap().chars().count()), (Some(true), 1_500));
    assert!(hit["text"].as_str().unwrap().contains("harbour master"));
    let (mut from, mut text) = (json!(0), String::new());
    while !from.is_null() {
        let read = place.answer("read_scene", json!({"id": hit["id"], "from": from}));
        text += read["scenes"][0]["text"].as_str().unwrap();
        from = read["next"].clone();
    }
    assert_eq!(text.trim(), long.trim());
}

#[test]
fn an_answer_is_never_longer_than_clients_show() {
    let place = Place::new();
    let text = |number: usize| format!("lamp {number} {}", "\u{1}\"\\ word ".repeat(300));
    let texts: Vec<String> = (0..30).map(text).collect();
    let messages: Vec<_> = texts.iter().map(|text| ("Ada", "2025-11-01", text.as_str())).collect();
    place.chat("wide", &messages);
    for (tool, arguments) in [
        ("search", json!({"query": "lamp", "mode": "keyword", "limit": 20, "context": 5})),
        ("list_scenes", json!({"limit": 50})),
    ] {
        let answer = place.answer(tool, arguments);
        let length = answer.to_string().chars().count();
        assert!(length <= 24_000, "{tool}: {length}");
    }
    let mut asked = json!({"query": "lamp", "mode": "keyword", "limit": 20, "context": 5});
    let mut ids = Vec::new();
    for _ in 0..40 {
        let answer = place.answer("search", asked.clone());
        ids.extend(each(&answer["hits"], "id"));
        match answer.get("next") {
            Some(next) => asked["cursor"] = next.clone(),
            None => break,
        }
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 30, "short pages lose nothing");
}

#[test]
fn stores_are_told_with_who_is_in_them() {
    let place = place();
    place.chat("other", &TALK[..1]);
    std::fs::write(place.folder.path().join("home/stores/other.parquet"), "no parquet").unwrap();
    let told = place.answer("stores", json!({}));
    assert_eq!(each(&told["stores"], "name"), ["other", "table"]);
    assert!(told["stores"][0]["problem"].is_string());
    assert_eq!(told["stores"][1]["scenes"], 4);
    assert_eq!(told["stores"][1]["dates"], json!({"first": "2025-11-01", "last": "2025-11-03"}));
    assert_eq!(told["stores"][1]["characters"][0], "Ada");
    let found = place.answer("search", json!({"query": "lamp", "store": "*", "mode": "keyword"}));
    assert_eq!(found["searched"], json!({"stores": ["table"], "scenes": 4, "not_readable": ["other"]}));
}

#[test]
fn an_empty_home_is_told_as_one() {
    let place = Place::new();
    assert_eq!(place.answer("stores", json!({}))["stores"], json!([]));
    for (tool, arguments) in [("search", json!({"query": "a"})), ("list_scenes", json!({"store": "*"}))] {
        assert!(place.refusal(tool, arguments).contains("naragtive ingest FILE --register NAME"));
    }
    assert!(place.service.instructions().contains("none is stored yet"));
}

#[test]
fn instructions_name_the_stores_and_are_short() {
    let place = Place::new();
    for number in 0..30 {
        place.chat(&format!("campaign-number-{number:02}"), &TALK[..2]);
    }
    let told = place.service.instructions();
    assert!(told.len() <= 600, "{}: {told}", told.len());
    assert!(told.contains("campaign-number-00 (2 scenes, 2025-11-01 to 2025-11-02"), "{told}");
    assert!(told.contains(" more. "), "{told}");
    assert!(!told.contains("lighthouse"));
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
fn a_scene_is_a_resource() {
    let place = place();
    let found = place.answer("search", json!({"query": "ferry", "mode": "keyword"}));
    let read = |uri: &str| place.service.read(uri, &|| false);
    let text = read(found["hits"][0]["uri"].as_str().unwrap()).unwrap();
    assert_eq!(text, format!("# 2025-11-02 · Bob\n\n{}\n", TALK[1].2));
    for bad in [
        "",
        "file:///etc/passwd",
        "naragtive://table",
        "naragtive://table/",
        "naragtive:///x",
        "naragtive://table/%",
    ] {
        assert!(matches!(read(bad), Err(Error::BadUri { .. })), "{bad}");
    }
    assert!(matches!(read("naragtive://table/nobody"), Err(Error::UnknownScene { .. })));
    assert!(matches!(read("naragtive://..%2F..%2Fetc/x"), Err(Error::UnknownStore { .. })));
}

#[test]
fn prompts_hold_the_scenes_they_are_about() {
    let place = place();
    let prompt = |name: &str, arguments: Value| {
        place.service.prompt(name, arguments.as_object().unwrap().clone(), &|| false)
    };
    let recap = prompt("recap", json!({"since": "2025-11-02"})).unwrap();
    assert!(!recap.contains(TALK[0].2) && recap.contains(TALK[1].2), "{recap}");
    assert!(recap.find(TALK[1].2) < recap.find(TALK[3].2), "in the order of the story");
    let know = prompt("what_do_i_know_about", json!({"name": "the ferry"})).unwrap();
    assert!(know.starts_with("What do my stories say about the ferry?") && know.contains(TALK[1].2));
    assert!(matches!(prompt("what_do_i_know_about", json!({})), Err(Error::Missing { .. })));
    assert!(matches!(prompt("recap", json!({"name": "x"})), Err(Error::UnknownArgument { .. })));
    assert!(matches!(prompt("nothing", json!({})), Err(Error::Unknown { .. })));
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
