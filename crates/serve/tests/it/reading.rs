//! Scenes that are listed and read, as tools, as resources and in prompts.

use naragtive_serve::ServeError as Error;
use serde_json::{Value, json};

use crate::support::{Place, TALK, each, place};

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
    assert!(!know.contains("Of the search for it"));
    let nobody = prompt("what_do_i_know_about", json!({"name": "xyzzy plugh quux"})).unwrap();
    assert!(
        nobody.contains("Of the search for it: nothing close was found; these come nearest."),
        "{nobody}"
    );
    assert!(matches!(prompt("what_do_i_know_about", json!({})), Err(Error::Missing { .. })));
    assert!(matches!(prompt("recap", json!({"name": "x"})), Err(Error::UnknownArgument { .. })));
    assert!(matches!(prompt("nothing", json!({})), Err(Error::Unknown { .. })));
}
