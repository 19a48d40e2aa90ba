//! What is told of the stores.

use serde_json::json;

use crate::support::{Place, TALK, each, place};

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
