//! The description of the addresses, and that it says what there is.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use naragtive_serve::http::{ROUTES, Room};

use crate::web::web;

#[test]
fn each_address_for_programs_is_described_and_nothing_else_is() {
    let (_place, web) = web();
    let document = web.found("/openapi.json");
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        described
            .extend(operations.as_object().unwrap().keys().map(|verb| (verb.to_uppercase(), path.clone())));
    }
    let is_for_programs = |room: Room| matches!(room, Room::Open | Room::Api | Room::Models);
    let routes = ROUTES.iter().filter(|route| is_for_programs(route.room));
    let known: BTreeSet<_> =
        routes.map(|route| (route.verb.name().to_owned(), route.path.to_owned())).collect();
    assert_eq!(described, known);
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap());
    let names: Vec<&str> = operations.map(|(_, one)| one["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    for name in ["search", "read_scene", "list_scenes", "stores"] {
        assert!(names.contains(&name), "tools are called alike everywhere");
    }
    insta::assert_snapshot!(format!("{document:#}"));
}

#[test]
fn what_is_described_is_what_is_taken() {
    let (_place, web) = web();
    let document = web.found("/openapi.json");
    for (path, operations) in document["paths"].as_object().unwrap() {
        let Some(operation) = operations.get("get") else { continue };
        let asked = path.replace("{store}", "table").replace("{id}", "chat_000000_Ada");
        let parameters = operation["parameters"].as_array().unwrap();
        let own = parameters.iter().filter(|parameter| parameter["in"] == "query");
        let mut query: Vec<String> = own
            .map(|parameter| {
                let schema = &parameter["schema"];
                let value = match parameter["name"].as_str().unwrap() {
                    "date" | "since" | "until" => "2025-11".to_owned(),
                    "with" | "character" | "speaker" => "Ada".to_owned(),
                    "q" => "lamp".to_owned(),
                    "store" => "table".to_owned(),
                    _ => schema.get("default").map_or(String::new(), |default| {
                        default.as_str().map_or_else(|| default.to_string(), str::to_owned)
                    }),
                };
                format!("{}={value}", parameter["name"].as_str().unwrap())
            })
            .collect();
        let answer = web.get(&format!("{asked}?{}", query.join("&")));
        assert_eq!(answer.status, StatusCode::OK, "{asked} {query:?}: {}", answer.text);
        if path.starts_with("/api") {
            query.push("charcter=Ada".to_owned());
            let answer = web.get(&format!("{asked}?{}", query.join("&")));
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{asked}");
            assert_eq!(answer.json()["error"]["kind"], "unknown_argument");
        }
    }
}
