use naragtive::views;
use serde_json::{Value, json};

use super::super::asked::Asked;
use super::super::pieces::PieceSender;
use super::super::problem;
use super::super::telling::{send, tell};
use crate::asking::Asking;
use crate::call::Stop;
use crate::limit::API;
use crate::parameter::{Kind, Parameter};
use crate::tools::search::query;
use crate::{Error, Service, filter};

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
    send(into, event("scenes", &json!(scenes)));
    let answer = tell(asking, into, ": wait\n\n", &mut |words| event("words", &json!(words)));
    send(
        into,
        answer
            .map_or_else(|error| failed(&error), |answer| event("answer", &API.fit(views::answer(&answer)))),
    );
}

/// Why there is no answer.
pub(in crate::http) fn failed(error: &Error) -> String {
    event("error", &problem::value(error))
}

fn event(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}
