use axum::body::Bytes;
use naragtive::{Flow, views};
use serde_json::{Value, json};

use super::super::asked::Asked;
use super::super::pieces::PieceSender;
use super::super::problem;
use crate::asking::Asking;
use crate::call::Stop;
use crate::parameter::{Kind, Parameter};
use crate::tools::search::query;
use crate::{Error, Service, filter};

/// After so many looks at a server that says nothing, of which there are twenty a second, a sign that somebody is there keeps
/// what is between us and the reader from giving up.
const QUIET: usize = 200;

pub(in crate::http) fn parameters() -> Vec<Parameter> {
    let mut all = vec![
        Parameter::new("limit", Kind::Whole(1, 50, 10), "At most so many scenes are given to the server"),
        Parameter::new("store", Kind::Text(64), "A store's name, or * for all; default: the default store"),
        Parameter::new("mode", Kind::Choice(&["hybrid", "semantic", "keyword"]), "What makes a scene a hit"),
    ];
    all.extend(filter::PARAMETERS);
    all.extend([
        Parameter::new(
            "budget",
            Kind::Whole(50, 1_000_000, 4_000),
            "Tokens that question and scenes may have",
        ),
        Parameter::new("stream", Kind::Flag, "Whether words are sent as they come, as events"),
        Parameter::new("q", Kind::Text(8_192), "The question"),
    ]);
    all
}

/// The question with its scenes, and whether its answer is to be streamed.
pub(in crate::http) fn prepare(
    service: &Service,
    asked: &Asked,
    stop: &Stop,
) -> Result<(Asking, bool), Error> {
    let arguments = asked.arguments(&parameters())?;
    let sessions = service.sessions();
    if arguments.text("q").is_none() {
        return Err(Error::Missing { expected: "`q`".to_owned() });
    }
    let query = query(sessions, &arguments, "q")?;
    let asking = Asking::prepare(sessions, arguments.text("store"), &query, arguments.whole("budget"), stop)?;
    Ok((asking, arguments.flag("stream")))
}

/// Sends the scenes, the words as they come, and at last the whole answer, or why there is none. Ends when the reader goes.
pub(in crate::http) fn stream(asking: Asking, into: &PieceSender) {
    let scenes: Vec<Value> = asking
        .scenes()
        .iter()
        .zip(1..)
        .map(|(hit, number)| json!({"number": number, "id": hit.scene.id.as_str(), "store": hit.store.name}))
        .collect();
    send(into, "scenes", &json!(scenes));
    let mut quiet = 0;
    let answer = asking.answer(&mut |words| {
        quiet = if words.is_empty() { quiet + 1 } else { 0 };
        let gone = if !words.is_empty() {
            !send(into, "words", &json!(words))
        } else if quiet % QUIET == QUIET - 1 {
            into.blocking_send(Bytes::from_static(b": wait\n\n")).is_err()
        } else {
            into.is_closed()
        };
        if gone { Flow::Stop } else { Flow::Continue }
    });
    match answer {
        Ok(answer) => send(into, "answer", &views::answer(&answer)),
        Err(error) => send(into, "error", &problem::value(&error)),
    };
}

/// Says why no thread could listen.
pub(in crate::http) async fn fail(error: &Error, into: &PieceSender) {
    // Whoever has gone needs no reason.
    let _ = into.send(event("error", &problem::value(error))).await;
}

/// Whether anybody is there to read it.
fn send(into: &PieceSender, name: &str, data: &Value) -> bool {
    into.blocking_send(event(name, data)).is_ok()
}

fn event(name: &str, data: &Value) -> Bytes {
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}
