//! A server that answers in words, as OpenAI's does: llama-server and many others.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use ureq::Body;
use ureq::http::Response;

use crate::connection::Connection;
use crate::error::{RemoteError, Task};
use crate::events::{DONE, Events, ServerEvent};
use crate::problem::{AnswerProblem, complaint, start};
use crate::settings::ServerSettings;
use crate::work::{Next, RequestThread, rest};

/// An answer longer than this is not read to its end.
const LONGEST: u64 = 16 << 20;
/// No answer takes longer than this, however steadily it comes.
const LONGEST_TIME: Duration = Duration::from_secs(3_600);

/// A server that is asked in words and answers word by word.
pub struct ChatServer {
    connection: Connection,
    patience: Duration,
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The server had no more to say.
    Whole,
    /// Its limit of tokens was reached.
    Cut,
}

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatRole {
    /// Whoever says what is to be done.
    System,
    /// Whoever asks.
    User,
}

/// What is said to a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// By whom.
    pub role: ChatRole,
    /// The words.
    pub content: String,
}

/// What the thread that reads an answer says.
enum Said {
    Piece(String),
    /// Something came that is no word: a thought, or a sign that the server is there.
    Nothing,
    End(Result<Finish, RemoteError>),
}

impl ChatServer {
    /// Asks nothing yet.
    ///
    /// # Errors
    /// As [`RerankServer::new`](crate::RerankServer::new).
    pub fn new(settings: &ServerSettings) -> Result<Self, RemoteError> {
        Ok(Self { connection: Connection::new(settings, LONGEST_TIME)?, patience: settings.timeout })
    }

    /// Its address without what may be secret in it.
    pub fn address(&self) -> &str {
        self.connection.address().shown()
    }

    /// What the server answers. `listen` is given each piece as it comes, and nothing a few times a second while none
    /// comes; it says whether to go on.
    ///
    /// A server that says it is busy or still loads its model is asked again, as long as no word has come.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`](naragtive_http::HttpError::Unreachable), [`RemoteError::NoAnswer`] also where the answer
    /// breaks off or nothing comes for too long, [`RemoteError::Refused`], [`RemoteError::Moved`],
    /// [`RemoteError::NoEndpoint`], [`RemoteError::BadAnswer`], [`RemoteError::Stopped`]. What came before that has been
    /// given to `listen`.
    pub fn ask(
        &self,
        messages: &[Message],
        listen: &mut dyn FnMut(Option<&str>) -> ControlFlow<()>,
    ) -> Result<Finish, RemoteError> {
        let question = self.connection.question(json!({"messages": messages, "stream": true}));
        let (mut tried, mut spoke) = (0, false);
        loop {
            let mut heard = |piece: Option<&str>| {
                spoke |= piece.is_some();
                listen(piece)
            };
            let done = self.once(question.clone(), &mut heard);
            let pause = done.as_ref().err().and_then(|error| self.connection.pause(error, tried));
            match pause.filter(|_| !spoke) {
                Some(pause) => rest(pause, &mut || listen(None))?,
                None if done.is_ok() && !spoke => return Err(self.connection.odd(AnswerProblem::NoWords)),
                None => return done,
            }
            tried += 1;
        }
    }

    fn once(
        &self,
        question: Value,
        listen: &mut dyn FnMut(Option<&str>) -> ControlFlow<()>,
    ) -> Result<Finish, RemoteError> {
        let connection = self.connection.clone();
        let work = RequestThread::start(move |say| {
            let end = asked(&connection, &question, say);
            say(Said::End(end));
        });
        loop {
            match work.next(self.patience, &mut || listen(None)) {
                Next::Said(Said::Piece(piece)) => {
                    if listen(Some(&piece)).is_break() {
                        return Err(RemoteError::Stopped);
                    }
                }
                Next::Said(Said::Nothing) => {}
                Next::Said(Said::End(end)) => return end,
                Next::Ended => return Err(self.connection.broken("the request broke off")),
                Next::Left => return Err(RemoteError::Stopped),
                Next::Silent => {
                    let seconds = self.patience.as_secs_f32();
                    return Err(self.connection.broken(&format!("timeout: nothing came for {seconds} s")));
                }
            }
        }
    }
}

/// Asks and says what comes, until the end or until nobody listens.
fn asked(
    connection: &Connection,
    question: &Value,
    say: &dyn Fn(Said) -> bool,
) -> Result<Finish, RemoteError> {
    let url = connection.address().of("chat/completions");
    let response = connection.post(&url, question);
    let response = response.map_err(|error| error.or_no_endpoint(&[404, 405], Task::Chat, &url))?;
    read(connection, response, say)
}

/// Reads the events of a stream, or the one object of a server that doesn't stream.
fn read(
    connection: &Connection,
    response: Response<Body>,
    say: &dyn Fn(Said) -> bool,
) -> Result<Finish, RemoteError> {
    let broken = |error: io::Error| connection.broken(&error.to_string());
    let mut events = Events::new(response.into_body().into_reader().take(LONGEST));
    let (mut finish, mut came) = (None, false);
    while let Some(event) = events.read().map_err(broken)? {
        came = true;
        let (value, place) = match event {
            ServerEvent::Data(data) if data == DONE => return Ok(finish.unwrap_or(Finish::Whole)),
            ServerEvent::Data(data) => (parsed(connection, &data)?, "/choices/0/delta/content"),
            ServerEvent::Error(error) => return Err(complained(connection, &error)),
            ServerEvent::Body(body) => {
                let value = parsed(connection, &body)?;
                finish = Some(Finish::Whole);
                (value, "/choices/0/message/content")
            }
        };
        finish = finish_of(&value).or(finish);
        let words = words(value.pointer(place));
        let said = if words.is_empty() { Said::Nothing } else { Said::Piece(words) };
        if !say(said) {
            return Err(RemoteError::Stopped);
        }
    }
    match finish {
        Some(finish) => Ok(finish),
        None if came => Err(connection.broken("the answer breaks off")),
        None => Err(connection.odd(AnswerProblem::NoChoices { found: String::new() })),
    }
}

/// An event; one that tells of an error is one.
fn parsed(connection: &Connection, event: &[u8]) -> Result<Value, RemoteError> {
    // Some servers cut a letter in two where a token ends.
    let text = String::from_utf8_lossy(event);
    let odd = || connection.odd(AnswerProblem::NoChoices { found: start(event) });
    let value: Value = serde_json::from_str(text.trim()).map_err(|_| odd())?;
    match value.get("error") {
        Some(error) if !error.is_null() => Err(complained(connection, event)),
        _ if value.get("choices").is_some_and(Value::is_array) => Ok(value),
        _ => Err(odd()),
    }
}

fn complained(connection: &Connection, event: &[u8]) -> RemoteError {
    let value: Value = serde_json::from_slice(event).unwrap_or_default();
    let code = ["/error/code", "/code"].iter().find_map(|place| value.pointer(place)?.as_u64());
    let status = code.and_then(|code| u16::try_from(code).ok()).unwrap_or(500);
    RemoteError::Refused { url: connection.url(), status, said: complaint(event) }
}

/// A text, or the texts of several parts.
fn words(content: Option<&Value>) -> String {
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().filter_map(|part| part.get("text")?.as_str()).collect(),
        _ => String::new(),
    }
}

fn finish_of(event: &Value) -> Option<Finish> {
    let reason = event.pointer("/choices/0/finish_reason")?.as_str()?;
    Some(if reason == "length" { Finish::Cut } else { Finish::Whole })
}
