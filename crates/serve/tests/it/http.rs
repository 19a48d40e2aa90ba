//! What is answered at the addresses of the API.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use naragtive_serve::http::{Access, ROUTES, Room};
use naragtive_testkit::server::{Reply, Server};
use serde_json::{Value, json};

use crate::support::{Place, each};
use crate::web::{Web, own};

const TALK: [(&str, &str, &str); 5] = [
    ("Ada", "2025-11-01", "The lighthouse keeper lit the lamp."),
    ("Bob", "2025-11-02", "The ferry was late again, and nobody knew why."),
    ("Ada", "2025-11-03", "A chest of letters stood in the attic."),
    ("Cleo", "2025-11-03", "Nobody had opened the letters."),
    ("Bob", "2026-01-09", "The ferry never came back, and the keeper waited."),
];

fn place() -> Place {
    let place = Place::new();
    place.chat("table", &TALK);
    place
}

fn web() -> (Place, Web) {
    let place = place();
    let web = Web::new(&place, Access::default());
    (place, web)
}

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

#[test]
fn a_search_is_the_object_of_the_command() {
    let (place, web) = web();
    let found = web.found("/api/v1/search?q=ferry+late&mode=keyword&limit=1&explain=true&context=1");
    let hit = &found["results"][0];
    assert_eq!(hit["text"], TALK[1].2);
    assert_eq!((&hit["before"][0]["text"], &hit["after"][0]["text"]), (&json!(TALK[0].2), &json!(TALK[2].2)));
    assert!(hit["explain"]["words"]["terms"].as_array().unwrap().len() > 1);
    let posted = web.post(
        "/api/v1/search",
        &json!({"q": "ferry late", "mode": "keyword", "limit": 1, "explain": true, "context": 1}),
    );
    assert_eq!(posted.json(), found);
    let hybrid = web.found("/api/v1/search?q=lamp&store=table&speaker=ada&since=2025-11-02");
    assert_eq!(each(&hybrid["results"], "text"), [TALK[2].2]);
    let like = web.found("/api/v1/search?similar_to=chat_000000_Ada&limit=2");
    assert_eq!(like["results"].as_array().unwrap().len(), 2);
    // A store that another process adds to is searched as it is now.
    place.chat("table", &[("Dan", "2026-02-01", "A comet crossed the sky.")]);
    assert_eq!(web.found("/api/v1/search?q=comet&mode=keyword")["results"].as_array().unwrap().len(), 1);
}

#[test]
fn a_conversation_is_read_from_any_of_its_scenes() {
    let (_place, web) = web();
    let found = web.found("/api/v1/stores/table/scenes/chat_000002_Ada?before=1&after=5");
    assert_eq!(found["at"], 1);
    assert_eq!(
        each(&found["scenes"], "text"),
        TALK[1..].iter().map(|(_, _, text)| *text).collect::<Vec<_>>()
    );
    let first = web.found("/api/v1/stores/table/scenes?limit=3&order=newest");
    let rest = web.found(&format!(
        "/api/v1/stores/table/scenes?limit=3&order=newest&cursor={}",
        first["next"].as_str().unwrap()
    ));
    assert_eq!((first["found"].as_u64(), first["scenes"][0]["text"].as_str()), (Some(5), Some(TALK[4].2)));
    assert_eq!((rest["scenes"].as_array().unwrap().len(), &rest["next"]), (2, &Value::Null));
}

#[test]
fn a_store_is_seen_from_above() {
    let (_place, web) = web();
    let stores = web.found("/api/v1/stores");
    assert_eq!(
        (stores["default"].as_str(), stores["stores"][0]["records"].as_u64()),
        (Some("table"), Some(5))
    );
    assert_eq!(web.found("/api/v1/stores/table"), stores["stores"][0]);
    assert_eq!(web.found("/api/v1/stores/table/stats")["records"], 5);
    let timeline = web.found("/api/v1/stores/table/timeline?by=month");
    let counts: Vec<u64> =
        timeline["bars"].as_array().unwrap().iter().map(|bar| bar["scenes"].as_u64().unwrap()).collect();
    assert_eq!((timeline["step"].as_str(), counts), (Some("month"), vec![4, 0, 1]));
    assert_eq!(web.found("/api/v1/stores/table/timeline")["step"], "day");
    let people = web.found("/api/v1/stores/table/people?limit=2");
    assert_eq!(
        (each(&people["people"], "name"), people["found"].as_u64()),
        (vec!["Ada".into(), "Bob".into()], Some(3))
    );
    assert_eq!(web.found("/api/v1/stores/table/people?with=Ada")["with"], json!([]));
    let contents = web.found("/api/v1/stores/table/contents");
    assert_eq!(contents["conversations"][0]["scenes"], 5);
}

#[test]
fn what_is_wrong_is_said_with_a_status_and_a_hint() {
    let (_place, web) = web();
    for (path, status, said) in [
        ("/api/v1/search", 400, "an argument is missing: expected `q` or `similar_to`"),
        (
            "/api/v1/search?q=a&limit=0",
            400,
            "argument `limit`: expected a whole number from 1 to 100, found 0",
        ),
        ("/api/v1/search?q=a&limt=1", 400, "unknown argument `limt`"),
        ("/api/v1/search?q=a&q=b", 400, "an argument is given twice"),
        ("/api/v1/search?q=%ff", 400, "the query string isn't percent-encoded text"),
        ("/api/v1/search?q=a&store=tabel", 404, "there is no store `tabel`"),
        ("/api/v1/stores/*/stats", 404, "there is no store `*`"),
        ("/api/v1/stores/..%2F..%2Fetc%2Fpasswd/stats", 404, "there is no store `../../etc/passwd`"),
        ("/api/v1/stores/table/scenes/none", 404, "there is no scene `none` in store `table`"),
        ("/api/v1/stores/table/scenes?cursor=x", 400, "the cursor doesn't belong to this call"),
        ("/api/v1/stores/table/people?with=Adda", 404, "there is nobody called `Adda` in the store"),
        ("/api/v2/search", 404, "there is nothing at this address"),
    ] {
        let answer = web.get(path);
        let error = answer.json()["error"].clone();
        assert_eq!(answer.status.as_u16(), status, "{path}: {error}");
        assert!(error["message"].as_str().unwrap().starts_with(said), "{path}: {error}");
        assert!(error["kind"].is_string() && error["hints"].is_array());
    }
    let hint = web.get("/api/v1/search?q=a&store=tabel").json()["error"]["hints"][0].clone();
    assert_eq!(hint, "did you mean `table`?");
    let deleted = web.send(own("/api/v1/stores").method("DELETE").body(Body::empty()).unwrap());
    assert_eq!(deleted.status, StatusCode::METHOD_NOT_ALLOWED);
    for (body, said) in [
        ("{", "the body of the request: isn't JSON, at line 1 column 1"),
        ("[]", "the body of the request: expected a JSON object"),
        ("{\"q\": 7}", "argument `q`: expected a text, found a number"),
    ] {
        let request = own("/api/v1/search").method("POST").header("content-type", "application/json");
        let answer = web.send(request.body(Body::from(body)).unwrap());
        assert_eq!((answer.status.as_u16(), answer.json()["error"]["message"].as_str()), (400, Some(said)));
    }
}

#[test]
fn a_chat_is_given_scenes_it_does_not_have_within_its_budget() {
    let (_place, web) = web();
    let ask = |body: Value| web.post("/api/v1/stores/table/context", &body).json();
    let messages = json!([
        {"role": "user", "name": "Ada", "content": "*sighs* \"What became of the ferry?\""},
        {"role": "assistant", "content": "The ferry was late again, and nobody knew why."},
    ]);
    let found = ask(json!({"messages": messages, "min_score": 0.0}));
    let text = found["text"].as_str().unwrap();
    assert!(text.contains("(2026-01-09 · Bob)\nThe ferry never came back"), "{text}");
    assert!(!text.contains("late again"), "what was said just now isn't repeated: {text}");
    assert!(found["tokens"].as_u64() <= found["budget"].as_u64());
    let why =
        found["scenes"].as_array().unwrap().iter().find(|scene| scene["id"] == "chat_000004_Bob").unwrap();
    assert!(why["why"]["words"].as_array().unwrap().contains(&json!("ferry")), "{why}");
    assert_eq!(why["uri"], "naragtive://table/chat_000004_Bob");
    let without = ask(json!({"messages": messages, "min_score": 0.0, "exclude": ["chat_000004_Bob"]}));
    assert!(!without["text"].as_str().unwrap().contains("never came back"));
    let only = ask(json!({"messages": messages, "min_score": 0.0, "speaker": "Cleo"}));
    assert_eq!(each(&only["scenes"], "id"), ["chat_000003_Cleo"]);
    for budget in [0, 10, 40, 60, 100] {
        let found = ask(json!({"messages": messages, "min_score": 0.0, "budget": budget}));
        assert!(found["tokens"].as_u64().unwrap() <= budget, "{found}");
    }
    for nothing in [json!({"messages": []}), json!({"messages": [{"content": " … "}]})] {
        assert_eq!(ask(nothing)["text"], "");
    }
    let repeated = ask(json!({"messages": messages, "min_score": 0.0, "store": "table"}));
    assert_eq!(repeated, found, "what is said of the path again is no other field");
    let other = ask(json!({"messages": messages, "store": "another"}));
    assert!(other["error"]["message"].as_str().unwrap().contains("unknown field `store`"), "{other}");
    let wrong = ask(json!({"messages": [], "bugdet": 5}));
    assert!(wrong["error"]["message"].as_str().unwrap().contains("unknown field `bugdet`"), "{wrong}");
}

#[test]
fn a_hundred_searches_at_once_are_all_answered() {
    let (_place, web) = web();
    let web = Arc::new(web);
    let asked = Arc::clone(&web);
    let statuses = web.runtime.block_on(async move {
        let tasks: Vec<_> = (0..100)
            .map(|number| {
                let (app, router) = (asked.app.clone(), asked.router.clone());
                let path = format!("/api/v1/search?q=ferry+{number}");
                let request = own(&path).body(Body::empty()).unwrap();
                tokio::spawn(async move { app.answer(&router, request).await.unwrap().status() })
            })
            .collect();
        let mut statuses = Vec::new();
        for task in tasks {
            statuses.push(task.await.unwrap());
        }
        statuses
    });
    assert!(statuses.iter().all(|status| *status == StatusCode::OK), "{statuses:?}");
}

#[test]
fn chat_programs_are_spoken_to_in_both_eras() {
    let (_place, web) = web();
    let ask = |headers: &[(&str, &str)], body: Value| {
        let mut request = own("/mcp").method("POST").header("content-type", "application/json");
        request = request.header("accept", "application/json, text/event-stream");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        web.send(request.body(Body::from(body.to_string())).unwrap())
    };
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let newest =
        [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "search")];
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "search", "arguments": {"query": "lamp", "mode": "keyword"}, "_meta": meta,
    }});
    let found = ask(&newest, call.clone()).json()["result"].clone();
    assert_eq!(found["structuredContent"]["hits"][0]["text"], TALK[0].2);
    assert_eq!(found["content"][0]["text"], found["structuredContent"].to_string());
    let mismatch = [newest[0], newest[1], ("mcp-name", "stores")];
    let wrong = ask(&mismatch, call);
    assert_eq!(
        (wrong.status, wrong.json()["error"]["code"].as_i64()),
        (StatusCode::BAD_REQUEST, Some(-32020))
    );
    for version in ["2024-11-05", "2025-06-18", "2025-11-25"] {
        let client = json!({"name": "test", "version": "1"});
        let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": version, "capabilities": {}, "clientInfo": client,
        }});
        let hello = ask(&[], hello).json()["result"].clone();
        assert_eq!(
            (&hello["protocolVersion"], &hello["serverInfo"]["name"]),
            (&json!(version), &json!("naragtive"))
        );
        let list = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}});
        let tools = ask(&[("mcp-protocol-version", version)], list).json()["result"]["tools"].clone();
        assert_eq!(each(&tools, "name"), ["search", "read_scene", "list_scenes", "stores"]);
    }
    assert_eq!(web.get("/mcp").status, StatusCode::METHOD_NOT_ALLOWED);
}

#[test]
fn texts_become_the_vectors_that_searches_use() {
    let (_place, web) = web();
    let ask = |body: Value| web.post("/v1/embeddings", &body);
    let vector = |answer: &Value, at: usize| -> Vec<f32> {
        answer["data"][at]["embedding"]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| value.as_f64().unwrap() as f32)
            .collect()
    };
    let one = ask(json!({"input": "the lamp"})).json();
    let several =
        ask(json!({"input": ["a ferry", "the lamp"], "encoding_format": "float", "user": "x"})).json();
    assert_eq!(vector(&one, 0), vector(&several, 1));
    assert_eq!((several["object"].as_str(), several["data"][1]["index"].as_u64()), (Some("list"), Some(1)));
    let length: f32 = vector(&one, 0).iter().map(|value| value * value).sum();
    assert!((length - 1.0).abs() < 1e-4, "a unit vector: {length}");
    assert!(one["usage"]["prompt_tokens"].as_u64().unwrap() > 2);
    let packed = ask(json!({"input": "the lamp", "encoding_format": "base64"})).json();
    let packed = packed["data"][0]["embedding"].as_str().unwrap().to_owned();
    assert_eq!(unpacked(&packed), vector(&one, 0));
    let models = web.found("/v1/models");
    let name = models["data"][0]["id"].as_str().unwrap();
    assert_eq!(ask(json!({"input": "a", "model": format!("maker/{name}")})).status, StatusCode::OK);
    let long = ask(json!({"input": ["lamp ".repeat(5_000), "lamp".to_owned()]}));
    assert_eq!((long.header("x-naragtive-cut"), long.status), ("1", StatusCode::OK));
    for (body, status, code) in [
        (json!({"input": "a", "model": "text-embedding-3-small"}), 404, "model_not_found"),
        (json!({"input": []}), 400, "invalid_request"),
        (json!({"input": vec!["a"; 2_049]}), 400, "invalid_request"),
        (json!({"input": [1, 2, 3]}), 400, "invalid_request"),
        (json!({"input": "a", "dimensions": 7}), 400, "invalid_request"),
        (json!({"input": "a", "encoding_format": "hex"}), 400, "invalid_request"),
        (json!({}), 400, "invalid_request"),
    ] {
        let answer = ask(body.clone());
        assert_eq!(answer.status.as_u16(), status, "{body} {}", answer.text);
        assert_eq!(answer.json()["error"]["code"], code);
    }
}

#[test]
fn who_names_no_model_gets_the_one_that_searches_use() {
    let (_place, web) = web();
    let first = web.found("/v1/models")["data"][0]["id"].clone();
    assert!(first.is_string());
    for body in
        [json!({"input": "a"}), json!({"input": "a", "model": ""}), json!({"input": "a", "model": null})]
    {
        assert_eq!(web.post("/v1/embeddings", &body).json()["model"], first, "{body}");
    }
    // A server that makes the vectors of new stores makes these as well.
    let server = Server::start(|request, _| match request.method.as_str() {
        "GET" => Reply::whole(br#"{"data": [{"id": "bge-m3.gguf"}]}"#),
        _ => Reply::whole(br#"{"model": "bge-m3", "data": [{"index": 0, "embedding": [0.0, 3.0, 4.0]}]}"#),
    });
    let place = place();
    let config = |url: &str| {
        std::fs::write(place.folder.path().join("home/config.toml"), format!("embed_url = '{url}'")).unwrap();
        Web::new(&place, Access::default())
    };
    let web = config(&server.url());
    let made = web.post("/v1/embeddings", &json!({"input": "a"})).json();
    assert_eq!((&made["model"], &made["data"][0]["embedding"]), (&json!("bge-m3"), &json!([0, 0.6, 0.8])));
    assert_eq!(each(&web.found("/v1/models")["data"], "id")[0], "bge-m3");
    // One that is gone takes nothing along that is on this machine.
    let web = config("http://127.0.0.1:1");
    assert!(!each(&web.found("/v1/models")["data"], "id").is_empty());
    let unnamed = web.post("/v1/embeddings", &json!({"input": "a"}));
    assert_eq!(
        (unnamed.status, unnamed.json()["error"]["code"].as_str()),
        (StatusCode::BAD_GATEWAY, Some("embed_server"))
    );
}

/// What base64 of numbers with the least byte first holds.
fn unpacked(text: &str) -> Vec<f32> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = text.bytes().filter_map(|byte| LETTERS.iter().position(|letter| *letter == byte));
    let (mut bytes, mut kept, mut many) = (Vec::new(), 0_u32, 0);
    for six in bits {
        kept = kept << 6 | six as u32;
        many += 6;
        if many >= 8 {
            many -= 8;
            bytes.push((kept >> many & 255) as u8);
        }
    }
    bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
}

#[test]
fn texts_are_put_in_order_in_the_shapes_that_programs_read() {
    let (_place, web) = web();
    let texts = ["the ferry was late", "the lamp is lit", "letters in a chest"];
    for path in ["/v1/rerank", "/v1/reranking", "/rerank", "/reranking"] {
        let found = web
            .post(path, &json!({"query": "the lamp is lit", "documents": texts, "return_documents": true}))
            .json();
        assert_eq!(found["results"][0]["index"], 1, "{found}");
        assert_eq!(found["results"][0]["document"]["text"], texts[1]);
        let scores: Vec<f64> = found["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["relevance_score"].as_f64().unwrap())
            .collect();
        assert!(scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|score| (0.0..=1.0).contains(score)));
    }
    let objects = json!({"query": "the lamp is lit", "documents": [{"text": texts[0]}, {"text": texts[1]}], "top_n": 1});
    let found = web.post("/v1/rerank", &objects).json();
    assert_eq!(
        (found["results"].as_array().unwrap().len(), found["results"][0]["index"].as_u64()),
        (1, Some(1))
    );
    let tei = json!({"query": "the lamp is lit", "texts": texts, "raw_scores": true, "return_text": true, "truncate": true});
    let found = web.post("/rerank", &tei).json();
    assert_eq!((found[0]["index"].as_u64(), found[0]["text"].as_str()), (Some(1), Some(texts[1])));
    assert!(found[0]["score"].as_f64().unwrap() > 1.0, "a logit");
    for body in [
        json!({"query": "a"}),
        json!({"query": "a", "documents": []}),
        json!({"query": "a", "documents": ["b"], "texts": ["b"]}),
        json!({"query": "a", "documents": [1]}),
        json!({"documents": ["b"]}),
    ] {
        assert_eq!(web.post("/v1/rerank", &body).status, StatusCode::BAD_REQUEST, "{body}");
    }
    let other = web.post("/v1/rerank", &json!({"query": "a", "documents": ["b"], "model": "rerank-v3"}));
    assert_eq!(
        (other.status, other.json()["error"]["code"].as_str()),
        (StatusCode::NOT_FOUND, Some("model_not_found"))
    );
}

#[test]
fn what_a_reader_has_already_is_not_sent_again() {
    let (place, web) = web();
    for path in ["/stats/table", "/api/v1/stores/table/stats", "/api/v1/search?q=lamp&mode=keyword"] {
        let first = web.get(path);
        let tag = first.header("etag").to_owned();
        assert_eq!((first.status, tag.is_empty()), (StatusCode::OK, false), "{path}");
        let ask = |tag: &str| web.send(own(path).header("if-none-match", tag).body(Body::empty()).unwrap());
        for known in [tag.clone(), format!("\"other\", W/{tag}")] {
            let again = ask(&known);
            assert_eq!(
                (again.status, again.text.as_str(), again.header("etag")),
                (StatusCode::NOT_MODIFIED, "", tag.as_str()),
                "{path}"
            );
        }
        assert_eq!(ask("\"other\"").text, first.text);
    }
    let tag = web.get("/stats/table").header("etag").to_owned();
    place.chat("table", &[("Ada", "2025-11-01", "Another lamp.")]);
    let changed = web.send(own("/stats/table").header("if-none-match", &tag).body(Body::empty()).unwrap());
    assert_eq!(changed.status, StatusCode::OK, "a store that has changed is another answer");
    assert_eq!(web.get("/health").header("etag"), "");
    assert_eq!(web.get("/api/v1/stores/nobody").header("etag"), "");
}
