//! Servers that answer in words, and what can go wrong with them.

use std::ops::ControlFlow;

use naragtive_remote::{ChatRole, ChatServer, Finish, Message, RemoteError, ServerSettings};
use naragtive_testkit::server::{Reply, Server};
use serde_json::{Value, json};

use crate::llama::{broken, events, loading, nowhere, said, settings, stream};

pub(crate) fn messages() -> Vec<Message> {
    vec![
        Message { role: ChatRole::System, content: "be brief".into() },
        Message { role: ChatRole::User, content: "who lied?".into() },
    ]
}

/// What it answers, and what was heard of it.
pub(crate) fn ask(settings: &ServerSettings) -> (Result<Finish, RemoteError>, String) {
    let mut heard = String::new();
    let done = ChatServer::new(settings).unwrap().ask(&messages(), &mut |piece| {
        heard.push_str(piece.unwrap_or_default());
        ControlFlow::Continue(())
    });
    (done, heard)
}

fn done() -> String {
    "data: [DONE]\n\n".to_owned()
}

#[test]
fn an_answer_is_heard_piece_by_piece() {
    let server = Server::start(|_, _| {
        let mut all = events(&["Odile", " lied", " [1]."], Some("stop"));
        all.push(done());
        stream(&all)
    });
    let settings =
        ServerSettings { model: Some("m".into()), key: Some("s3cret".into()), ..settings(server.url()) };
    let mut heard = Vec::new();
    let chat = ChatServer::new(&settings).unwrap();
    let finish = chat.ask(&messages(), &mut |piece| {
        heard.extend(piece.map(str::to_owned));
        ControlFlow::Continue(())
    });
    assert_eq!(
        (finish.unwrap(), heard),
        (Finish::Whole, vec!["Odile".into(), " lied".into(), " [1].".into()])
    );
    let request = &server.requests()[0];
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(request.authorization.as_deref(), Some("Bearer s3cret"));
    let both = json!([{"role": "system", "content": "be brief"}, {"role": "user", "content": "who lied?"}]);
    assert_eq!(body, json!({"messages": both, "stream": true, "model": "m"}));
}

/// What a server sends, how it ends, and what is heard.
#[test]
fn every_way_of_answering_is_understood() {
    let whole = |finish: &str, content: Value| {
        said(
            200,
            &json!({"choices": [{"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}}]}),
        )
    };
    type Row = (&'static str, Reply, Finish, &'static str);
    let usage = "data: {\"choices\":[],\"usage\":{\"total_tokens\":9}}\n\n".to_owned();
    let thought =
        "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm\",\"content\":null},\"index\":0}]}\n\n"
            .to_owned();
    let and_done = |mut all: Vec<String>| {
        all.push(done());
        all
    };
    let rows: Vec<Row> = vec![
        ("no [DONE]", stream(&events(&["a", "b"], Some("stop"))), Finish::Whole, "ab"),
        ("no reason", stream(&and_done(events(&["a"], None))), Finish::Whole, "a"),
        ("cut by its limit", stream(&and_done(events(&["a"], Some("length")))), Finish::Cut, "a"),
        ("the end without its chunk", broken(&and_done(events(&["a"], Some("stop")))), Finish::Whole, "a"),
        (
            "numbers behind",
            stream(&and_done([events(&["a"], Some("stop")), vec![usage]].concat())),
            Finish::Whole,
            "a",
        ),
        (
            "thoughts",
            stream(&and_done([vec![thought], events(&["a"], Some("stop"))].concat())),
            Finish::Whole,
            "a",
        ),
        (
            "pings",
            stream(&and_done([vec![": ping\n\n".into()], events(&["a"], Some("stop"))].concat())),
            Finish::Whole,
            "a",
        ),
        ("at once", whole("stop", json!("a [1]")), Finish::Whole, "a [1]"),
        ("at once, cut", whole("length", json!("a")), Finish::Cut, "a"),
        (
            "in parts",
            whole("stop", json!([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}])),
            Finish::Whole,
            "ab",
        ),
        ("Zoë", stream(&and_done(events(&["Zo", "ë 灯"], Some("stop")))), Finish::Whole, "Zoë 灯"),
    ];
    for (reason, reply, finish, expected) in rows {
        let (head, body) = match reply {
            Reply::Http { head, body } => (head, body),
            Reply::ThenSilence { .. } => unreachable!(),
        };
        let server = Server::start(move |_, _| Reply::Http { head: head.clone(), body: body.clone() });
        let (done, heard) = ask(&settings(server.url()));
        assert_eq!(
            (done.unwrap_or_else(|error| panic!("{reason}: {error}")), heard.as_str()),
            (finish, expected),
            "{reason}"
        );
    }
}

/// What the server answers, the error, what was heard before it, and how often it was asked.
#[test]
fn what_goes_wrong_is_said() {
    type Row = (&'static str, fn() -> Reply, &'static str, &'static str, usize);
    let rows: [Row; 17] = [
        ("nothing there", nowhere, "nothing there answers in words; tried `URL/v1/chat/completions`", "", 1),
        ("other methods", || Reply::status(405), "nothing there answers in words", "", 1),
        (
            "no such model",
            || said(404, &json!({"error": {"message": "model \"x\" not found, try pulling it first"}})),
            "URL answered with status 404: model \"x\" not found, try pulling it first",
            "",
            1,
        ),
        (
            "too long a prompt",
            || {
                said(
                    400,
                    &json!({"error": {"code": 400, "message": "the request exceeds the available context size", "type": "exceed_context_size_error"}}),
                )
            },
            "URL answered with status 400: the request exceeds the available context size",
            "",
            1,
        ),
        (
            "a wrong key",
            || said(401, &json!({"error": {"message": "Invalid API Key", "code": 401}})),
            "status 401: Invalid API Key",
            "",
            1,
        ),
        (
            "a fault of its own",
            || said(500, &json!({"error": {"message": "oops"}})),
            "status 500: oops",
            "",
            2,
        ),
        ("loading, for ever", loading, "status 503: Loading model", "", 4),
        ("too many asked", || Reply::status(429), "URL answered with status 429", "", 4),
        (
            "sent elsewhere",
            || Reply::redirect("http://evil.invalid/x?key=1"),
            "URL sends us to `http://evil.invalid/x`, where nothing was sent",
            "",
            1,
        ),
        ("a page", || Reply::whole(b"<html>hello</html>"), "found `<html>hello</html>`", "", 1),
        ("nothing at all", || Reply::whole(b""), "expected an object with `choices`; found ``", "", 1),
        (
            "something else",
            || said(200, &json!({"object": "list"})),
            "expected an object with `choices`",
            "",
            1,
        ),
        (
            "no word",
            || stream(&[events(&[], Some("stop")), vec!["data: [DONE]\n\n".into()]].concat()),
            "there is no word in it",
            "",
            1,
        ),
        (
            "a stream that breaks off",
            || stream(&events(&["Odi"], None)),
            "URL gave no answer: the answer breaks off",
            "Odi",
            1,
        ),
        (
            "a connection that breaks off",
            || broken(&events(&["Odi"], None)),
            "URL gave no answer: ",
            "Odi",
            1,
        ),
        (
            "an error between words",
            || {
                stream(
                    &[
                        events(&["Odi"], None),
                        vec![
                            "data: {\"error\":{\"code\":500,\"message\":\"context shift is disabled\"}}\n\n"
                                .into(),
                        ],
                    ]
                    .concat(),
                )
            },
            "URL answered with status 500: context shift is disabled",
            "Odi",
            1,
        ),
        (
            "an error between words, as it was written for years",
            || {
                stream(&[events(&["Odi"], None), vec!["error: {\"code\":500,\"message\":\"context is full\",\"type\":\"server_error\"}\n\n".into()]].concat())
            },
            "URL answered with status 500: context is full",
            "Odi",
            1,
        ),
    ];
    for (reason, reply, expected, words, times) in rows {
        let server = Server::start(move |_, _| reply());
        let (done, heard) = ask(&settings(server.url()));
        let text = done.unwrap_err().to_string().replace(&server.url(), "URL");
        assert!(text.contains(expected), "{reason}: {text}, not {expected}");
        assert_eq!((heard.as_str(), server.requests().len()), (words, times), "{reason}");
    }
}

#[test]
fn a_server_that_loads_its_model_is_asked_until_it_has() {
    let server = Server::start(|_, before| match before {
        0 | 1 => loading(),
        _ => stream(&events(&["Odile"], Some("stop"))),
    });
    let (done, heard) = ask(&settings(server.url()));
    assert_eq!((done.unwrap(), heard.as_str(), server.requests().len()), (Finish::Whole, "Odile", 3));
}
