//! What a chat is given to remember.

use serde_json::{Value, json};

use crate::support::each;
use crate::web::web;

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
