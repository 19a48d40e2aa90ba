use naragtive::Library;
use rmcp::model::JsonObject;
use serde_json::Value;

use crate::call::{Stop, Today};
use crate::sessions::Sessions;
use crate::{Error, prompts, resources, tools};

/// Answers calls, one or several at a time; it blocks while it does.
pub struct Service {
    sessions: Sessions,
}

impl Service {
    /// On the stores of this library.
    pub fn new(library: Library, today: Box<Today>) -> Self {
        Self { sessions: Sessions::new(library, today) }
    }

    /// What the tool of this name answers.
    ///
    /// # Errors
    /// When there is no such tool, an argument is wrong, a store can't be read, or `stop` says so.
    pub fn call(&self, name: &str, given: JsonObject, stop: &Stop) -> Result<Value, Error> {
        tools::call(&self.sessions, name, given, stop)
    }

    /// A scene as Markdown, by its address.
    ///
    /// # Errors
    /// When the address is none or names no scene.
    pub fn read(&self, uri: &str, stop: &Stop) -> Result<String, Error> {
        resources::read(&self.sessions, uri, stop)
    }

    /// The text of a prompt, with the scenes it is about.
    ///
    /// # Errors
    /// As [`Service::call`].
    pub fn prompt(&self, name: &str, given: JsonObject, stop: &Stop) -> Result<String, Error> {
        prompts::text(&self.sessions, name, given, stop)
    }

    /// What a model is told of this server before it calls anything: names, numbers and days, never text of a story.
    pub fn instructions(&self) -> String {
        crate::instructions::of(&self.sessions)
    }

    /// The stores.
    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Opens the default store and the model, so that the first search needn't.
    pub(crate) fn warm(&self, stop: &Stop) -> Result<(), Error> {
        self.sessions.session(&self.sessions.choose(None)?, stop)?;
        self.sessions.library().models().embedder_here()?;
        Ok(())
    }

    /// Looks at what is in the default store and how much is told in it: of a large one that takes a second, which the first
    /// reader needn't wait.
    pub(crate) fn look(&self) -> Result<(), Error> {
        let chosen = self.sessions.choose(None)?;
        let (_, store) = chosen.file()?;
        self.sessions.lengths(&store)?;
        Ok(())
    }
}
