use serde_json::{Map, Value, json};

use super::route::{Place, ROUTES, Room, Route, Verb};
use super::{api, reply::Reply};
use crate::parameter::schema;

/// Every address for programs, described: what it takes, and what it is for.
pub(super) fn reply() -> Reply {
    Reply::json(&document())
}

/// Whether an address is described: the page is for people, and the protocol of chat programs describes itself.
pub(crate) fn is_described(route: &Route) -> bool {
    matches!(route.room, Room::Api | Room::Models | Room::Open)
}

fn document() -> Value {
    let mut paths = Map::new();
    for route in ROUTES.iter().filter(|route| is_described(route)) {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.verb.name().to_lowercase()] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "NaRAGtive",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Search and read your own stories.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": error()},
        },
        "security": [{}, {"token": []}],
    })
}

fn operation(route: &Route) -> Value {
    let (name, about) = api::described(route.place, route.verb);
    // The same under another address has a name of its own.
    let same = |one: &&Route| (one.place, one.verb) == (route.place, route.verb);
    let number = ROUTES.iter().filter(same).position(|one| one.path == route.path).unwrap_or(0);
    let name = if number == 0 { name.to_owned() } else { format!("{name}_{}", number + 1) };
    let of_path = route
        .variables()
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    let mut operation = json!({"operationId": name, "summary": about, "responses": responses()});
    let mut parameters: Vec<Value> = of_path.collect();
    let own = api::parameters(route.place);
    match route.verb {
        Verb::Get => parameters.extend(own.iter().map(|parameter| {
            json!({
                "name": parameter.name, "in": "query", "required": false,
                "description": parameter.about, "schema": parameter.schema(),
            })
        })),
        Verb::Post => {
            let body = api::body(route.place).unwrap_or_else(|| Value::Object(schema(&own, &[])));
            operation["requestBody"] =
                json!({"required": true, "content": {"application/json": {"schema": body}}});
        }
    }
    if route.place == Place::OpenApi {
        parameters.clear();
    }
    operation["parameters"] = parameters.into();
    operation
}

fn responses() -> Value {
    let body = |schema: Value| json!({"application/json": {"schema": schema}});
    json!({
        "200": {"description": "The answer", "content": body(json!({"type": "object"}))},
        "default": {"description": "Why not", "content": body(json!({"$ref": "#/components/schemas/Error"}))},
    })
}

fn error() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "properties": {"error": {
            "type": "object",
            "properties": {"kind": text, "message": text, "hints": {"type": "array", "items": text}},
        }},
    })
}
