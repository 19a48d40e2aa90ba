//! No answer is larger than whoever asked can take.

use axum::http::StatusCode;
use naragtive_serve::http::Access;
use serde_json::{Value, json};

use crate::support::{Place, each};
use crate::web::Web;

/// What the strictest client shows, and what an address answers at most.
const TOOL: usize = 24_000;
const API: usize = 1 << 20;

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

/// Scenes by one person each, of so many letters.
fn wide(store: &str, scenes: usize, letters: usize) -> Place {
    let place = Place::new();
    let texts: Vec<String> = (0..scenes)
        .map(|number| format!("lamp {number} {}", "\u{1}\u{1}\u{1}ä ".repeat(letters / 5)))
        .collect();
    let days: Vec<String> = (0..scenes)
        .map(|number| format!("2025-{:02}-{:02}", number / 28 % 12 + 1, number % 28 + 1))
        .collect();
    let messages: Vec<_> =
        texts.iter().zip(&days).map(|(text, day)| ("Ada", day.as_str(), text.as_str())).collect();
    place.chat(store, &messages);
    place
}

#[test]
fn many_stores_and_long_names_leave_room_for_what_was_found() {
    let place = Place::new();
    for number in 0..60 {
        let name =
            format!("{number:02}-{}", "a-very-long-name-of-a-campaign-of-ours".repeat(2).get(..60).unwrap());
        let said = format!("The lamp of number {number}. {}", "It burned. ".repeat(60));
        place.chat(&name, &[(&"Somebody with a name ".repeat(4), "2025-11-01", &said)]);
    }
    let length = |answer: &Value| answer.to_string().chars().count();
    let found =
        place.answer("search", json!({"query": "lamp", "store": "*", "mode": "keyword", "limit": 20}));
    assert!(length(&found) <= TOOL && found["hits"].as_array().unwrap().len() > 10, "{}", length(&found));
    assert_eq!(found["searched"]["stores"][20], "and 40 more");
    let told = place.answer("stores", json!({}));
    let count = |name: &str| told[name].as_array().map_or(0, Vec::len);
    assert!(length(&told) <= TOOL, "{}", length(&told));
    assert_eq!(count("stores") + count("others") + told["and_more"].as_u64().unwrap_or(0) as usize, 60);
    let refused = place.refusal("search", json!({"query": "lamp", "store": "/etc"}));
    assert!(refused.contains(" and 30 more; all of them: `*`"), "{refused}");
}

#[test]
fn a_scene_of_any_length_is_read_to_its_end_in_answers_that_clients_show() {
    let place = wide("wide", 3, 15_000);
    let ids = each(&place.answer("list_scenes", json!({}))["scenes"], "id");
    let (mut from, mut read) = (json!(0), String::new());
    while !from.is_null() {
        let answer =
            place.answer("read_scene", json!({"id": ids[1], "before": 20, "after": 20, "from": from}));
        assert!(answer.to_string().chars().count() <= TOOL);
        for scene in answer["scenes"].as_array().unwrap() {
            read += scene["text"].as_str().unwrap();
        }
        from = answer["next"].clone();
    }
    assert_eq!(read.matches("lamp ").count(), 3);
    for (name, arguments) in [("recap", json!({})), ("what_do_i_know_about", json!({"name": "lamp"}))] {
        let prompt = place.service.prompt(name, arguments.as_object().unwrap().clone(), &|| false).unwrap();
        assert!(prompt.chars().count() <= TOOL + 1_000, "{name}: {}", prompt.chars().count());
    }
}

#[test]
fn an_address_answers_at_most_a_mebibyte_and_says_what_it_left_out() {
    let place = wide("wide", 40, 15_000);
    let web = Web::new(&place, Access::default());
    let ids = each(&place.answer("list_scenes", json!({"limit": 50}))["scenes"], "id");
    let found = |path: &str| {
        let answer = web.get(path);
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        assert!(answer.text.len() <= API && answer.text.len() > API / 2, "{path}: {}", answer.text.len());
        answer.json()
    };
    let hits = found("/api/v1/search?q=lamp&mode=keyword&limit=100");
    let shown = hits["results"].as_array().unwrap().len() as u64;
    assert_eq!(shown + hits["left_out"]["results"].as_u64().unwrap(), 40);
    let around = found("/api/v1/search?q=lamp&mode=keyword&limit=1&context=10");
    assert_eq!(around["results"].as_array().unwrap().len(), 1);
    let read = found(&format!("/api/v1/stores/wide/scenes/{}?before=50&after=50", ids[20]));
    let at = read["at"].as_u64().unwrap() as usize;
    assert_eq!(read["scenes"][at]["id"], json!(ids[20]));
    assert!(at.abs_diff(read["scenes"].as_array().unwrap().len() - 1 - at) <= 1, "as many before as after");
    let (mut path, mut listed) = ("/api/v1/stores/wide/scenes?limit=40".to_owned(), Vec::new());
    loop {
        let page = web.found(&path);
        assert!(page.to_string().len() <= API);
        listed.extend(each(&page["scenes"], "id"));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/stores/wide/scenes?limit=40&cursor={next}");
    }
    assert_eq!(listed.len(), 40);
    let body =
        json!({"messages": [{"content": "the lamp"}], "budget": 100_000_000, "limit": 20, "min_score": 0.0});
    let told = web.post("/api/v1/stores/wide/context", &body);
    assert!(told.status == StatusCode::OK && told.text.len() <= API, "{}", told.text.len());
}

#[test]
fn a_scene_that_is_longer_than_an_answer_is_read_on_from_where_it_was_cut() {
    let place = wide("long", 2, 260_000);
    let web = Web::new(&place, Access::default());
    let ids = each(&web.found("/api/v1/stores/long/scenes?limit=1")["scenes"], "id");
    let (mut from, mut read, mut answers) = (json!(0), String::new(), 0);
    while !from.is_null() {
        let answer = web.get(&format!("/api/v1/stores/long/scenes/{}?from={from}&after=1", ids[0]));
        assert!(answer.text.len() <= API);
        let answer = answer.json();
        read += answer["scenes"][0]["text"].as_str().unwrap();
        assert_eq!(answer["scenes"][0]["cut"], true);
        from = answer["next"].clone();
        answers += 1;
    }
    let whole = web.get(&format!("/read/long/{}?as=markdown", ids[0])).text;
    assert!(whole.contains(read.trim()), "every letter once");
    assert!(answers > 1);
    let resource = place.service.read(&format!("naragtive://long/{}", ids[0]), &|| false).unwrap();
    assert!(resource.len() <= API && resource.ends_with("read_scene` reads all of it.\n"));
}

#[test]
fn conversations_come_page_by_page() {
    let (_place, web) = crate::web::web();
    let contents = web.found("/api/v1/stores/table/contents");
    assert_eq!((&contents["next"], contents["conversations"].as_array().unwrap().len()), (&Value::Null, 1));
    let wrong = web.get("/api/v1/stores/table/contents?cursor=x");
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}
