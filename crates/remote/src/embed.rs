//! A server that makes vectors of texts, as OpenAI's does: llama-server started with `--embedding`, and many others.

use std::time::Duration;

use serde_json::{Value, json};

use crate::connection::Connection;
use crate::error::{RemoteError, Task};
use crate::problem::{AnswerProblem, start};
use crate::settings::ServerSettings;
use crate::vectors::vectors;
use crate::work::{GoOn, Next, RequestThread, rest};

/// So many texts are sent at once.
const BATCH: usize = 32;
/// An answer longer than this is not read to its end: 32 vectors of 8,192 numbers have 6 MB.
const LONGEST_ANSWER: u64 = 32 << 20;
/// A text that a server doesn't take is halved, but not below so many characters: then it isn't its length.
const SHORTEST: usize = 64;
/// What is embedded to see how long vectors are.
const PROBE: &str = "The lamp is lit.";

/// A server that embeds, whose model is known by its name and the length of its vectors.
pub struct EmbedServer {
    connection: Connection,
    patience: Duration,
    model: String,
    dimension: usize,
}

impl EmbedServer {
    /// Finds out which model the server has, and how long its vectors are. Where no model is named it has to have but one.
    ///
    /// # Errors
    /// As [`RerankServer::new`](crate::RerankServer::new) and as [`EmbedServer::embed`]; [`RemoteError::SeveralModels`] and
    /// [`RemoteError::NamelessModel`].
    pub fn connect(settings: &ServerSettings, go_on: &mut GoOn<'_>) -> Result<Self, RemoteError> {
        let named = match &settings.model {
            Some(_) => settings.clone(),
            None => ServerSettings { model: only_model(settings, go_on)?, ..settings.clone() },
        };
        let connection = Connection::new(&named, settings.timeout)?;
        let mut server = Self { connection, patience: settings.timeout, model: String::new(), dimension: 0 };
        let answer = server.asked(&[PROBE], go_on)?;
        let told = answer.get("model").and_then(Value::as_str).unwrap_or_default();
        server.model = bare(server.connection.model().unwrap_or(told)).to_owned();
        if server.model.is_empty() {
            return Err(RemoteError::NamelessModel { url: server.connection.url() });
        }
        let found = vectors(&answer, 1).map_err(|problem| server.connection.odd(problem))?;
        server.dimension = found.first().map_or(0, Vec::len);
        Ok(server)
    }

    /// Its address without what may be secret in it.
    pub fn address(&self) -> &str {
        self.connection.address().shown()
    }

    /// The name of its model, without a folder before it and the ending of a file behind it.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// How long its vectors are.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The unit vectors of texts: `texts.len()` rows of [`EmbedServer::dimension`] values, row-major. `go_on` says, many
    /// times a second, whether they are still wanted.
    ///
    /// A text that is too long for the server counts with its beginning. A connection that fails is tried once more, a server
    /// that is busy or loads its model as often as the settings say.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`](naragtive_http::HttpError::Unreachable), [`RemoteError::NoAnswer`],
    /// [`RemoteError::Refused`], [`RemoteError::Moved`], [`RemoteError::NoEndpoint`], [`RemoteError::BadAnswer`],
    /// [`RemoteError::Stopped`].
    pub fn embed(&self, texts: &[&str], go_on: &mut GoOn<'_>) -> Result<Vec<f32>, RemoteError> {
        let mut all = Vec::with_capacity(texts.len() * self.dimension);
        for batch in texts.chunks(BATCH) {
            all.extend(match self.batch(batch, go_on) {
                Err(error) if is_of_texts(&error) => self.one_by_one(batch, error, go_on)?,
                done => done?,
            });
        }
        Ok(all)
    }

    /// The vectors of a batch that was refused. One of several texts may have been too long: then the others are none the worse
    /// for it. A text that was refused alone is not sent whole again.
    fn one_by_one(
        &self,
        batch: &[&str],
        refused: RemoteError,
        go_on: &mut GoOn<'_>,
    ) -> Result<Vec<f32>, RemoteError> {
        if let [text] = batch {
            return self.shortened(text, refused, go_on);
        }
        let mut all = Vec::new();
        for text in batch {
            all.extend(match self.batch(&[text], go_on) {
                Err(error) if is_of_texts(&error) => self.shortened(text, error, go_on)?,
                done => done?,
            });
        }
        Ok(all)
    }

    /// The vector of as much of the beginning of a refused text as the server takes: a half, a half of that, and so on.
    fn shortened(
        &self,
        text: &str,
        mut refused: RemoteError,
        go_on: &mut GoOn<'_>,
    ) -> Result<Vec<f32>, RemoteError> {
        let mut text = text;
        while text.len() > SHORTEST {
            text = half(text);
            match self.batch(&[text], go_on) {
                Err(error) if is_of_texts(&error) => refused = error,
                done => return done,
            }
        }
        Err(refused)
    }

    fn batch(&self, texts: &[&str], go_on: &mut GoOn<'_>) -> Result<Vec<f32>, RemoteError> {
        let answer = self.asked(texts, go_on)?;
        let rows = vectors(&answer, texts.len()).map_err(|problem| self.connection.odd(problem))?;
        let expected = self.dimension;
        match rows.iter().map(Vec::len).find(|found| *found != expected) {
            Some(found) => Err(self.connection.odd(AnswerProblem::VectorLength { expected, found })),
            None => Ok(rows.concat()),
        }
    }

    fn asked(&self, texts: &[&str], go_on: &mut GoOn<'_>) -> Result<Value, RemoteError> {
        let question = self.connection.question(json!({"input": texts, "encoding_format": "float"}));
        let url = self.connection.address().of("embeddings");
        tried(&self.connection, self.patience, go_on, move |connection| {
            let response = connection.post(&url, &question);
            let response =
                response.map_err(|error| error.or_no_endpoint(&[404, 405, 501], Task::Embed, &url))?;
            object(connection, &connection.read(response, LONGEST_ANSWER)?)
        })
    }
}

/// Whether a server may have refused the texts for what they are, and takes others.
fn is_of_texts(error: &RemoteError) -> bool {
    matches!(error, RemoteError::Refused { status: 400 | 413 | 422 | 500, .. })
}

/// The first half of a text, by its bytes.
fn half(text: &str) -> &str {
    let middle = text.char_indices().map(|(at, _)| at).find(|at| at * 2 >= text.len());
    middle.and_then(|middle| text.get(..middle)).unwrap_or(text)
}

fn object(connection: &Connection, bytes: &[u8]) -> Result<Value, RemoteError> {
    let value: Option<Value> = serde_json::from_slice(bytes).ok();
    value.ok_or_else(|| connection.odd(AnswerProblem::NoVectors { found: start(bytes) }))
}

/// The one model that the server lists; none where it lists none.
fn only_model(settings: &ServerSettings, go_on: &mut GoOn<'_>) -> Result<Option<String>, RemoteError> {
    let connection = Connection::new(settings, settings.timeout)?;
    let url = connection.address().beside("embeddings", "models");
    let listed = tried(&connection, settings.timeout, go_on, move |connection| {
        object(connection, &connection.read(connection.get(&url)?, LONGEST_ANSWER)?)
    });
    let listed = match listed {
        Ok(listed) => listed,
        // Nobody has to have such a list.
        Err(RemoteError::Refused { status: 404 | 405 | 501, .. } | RemoteError::BadAnswer { .. }) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let rows = listed.get("data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut models: Vec<String> =
        rows.iter().filter_map(|row| Some(row.get("id")?.as_str()?.to_owned())).collect();
    match models.len() {
        0 | 1 => Ok(models.pop()),
        _ => Err(RemoteError::SeveralModels { url: connection.url(), models }),
    }
}

/// Asks on another thread, and again where that may help.
fn tried<T: Send + 'static>(
    connection: &Connection,
    patience: Duration,
    go_on: &mut GoOn<'_>,
    ask: impl Fn(&Connection) -> Result<T, RemoteError> + Clone + Send + 'static,
) -> Result<T, RemoteError> {
    let mut times = 0;
    loop {
        let (own, ask) = (connection.clone(), ask.clone());
        let work = RequestThread::start(move |say| {
            say(ask(&own));
        });
        // The request has this limit itself; the thread that waits is there for a little longer.
        let done = match work.next(patience + patience / 4, go_on) {
            Next::Said(done) => done,
            Next::Left => return Err(RemoteError::Stopped),
            Next::Ended => Err(connection.broken("the request broke off")),
            Next::Silent => Err(connection.broken("timeout: no answer came")),
        };
        match done.as_ref().err().and_then(|error| connection.pause(error, times)) {
            Some(pause) => rest(pause, go_on)?,
            None => return done,
        }
        times += 1;
    }
}

/// A model's name without the folder that it is in on the server and without what says which file it is.
fn bare(name: &str) -> &str {
    let name = name.trim().rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.strip_suffix(":latest").unwrap_or(name);
    name.strip_suffix(".gguf").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_called_the_same_wherever_its_file_is() {
        for (told, name) in [
            ("nomic-embed-text-v1.5", "nomic-embed-text-v1.5"),
            ("/home/ada/models/nomic-embed-text-v1.5.Q8_0.gguf", "nomic-embed-text-v1.5.Q8_0"),
            ("C:\\models\\bge-m3.gguf", "bge-m3"),
            ("nomic-embed-text:latest", "nomic-embed-text"),
            ("BAAI/bge-m3", "bge-m3"),
            (" ", ""),
        ] {
            assert_eq!(bare(told), name);
        }
    }
}
