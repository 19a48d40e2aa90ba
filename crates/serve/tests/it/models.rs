//! What other programs ask a server of models for.

use axum::http::StatusCode;
use naragtive_serve::http::Access;
use naragtive_testkit::server::{Reply, Server};
use serde_json::{Value, json};

use crate::support::each;
use crate::web::{Web, table, web};

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
    let place = table();
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
