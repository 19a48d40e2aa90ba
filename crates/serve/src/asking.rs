//! Questions that a server answers in words, from the scenes that a search finds.

use naragtive::answer::{self, Answer, ChatServer, Prompt};
use naragtive::export::TokenBudget;
use naragtive::{Flow, Query};

use crate::Error;
use crate::call::{Stop, flow};
use crate::sessions::Sessions;

/// What is asked of the server that the settings name, once its scenes are found.
pub(crate) struct Asking {
    question: String,
    server: ChatServer,
    /// None where nothing close was found.
    prompt: Option<Prompt>,
}

impl Asking {
    /// With the scenes of the stores of this name that answer the query best, as many as fit into the budget.
    pub(crate) fn prepare(
        sessions: &Sessions,
        store: Option<&str>,
        query: &Query,
        budget: usize,
        stop: &Stop,
    ) -> Result<Self, Error> {
        // Only the user says which server is asked: an address in a call could be anybody's.
        let server = answer::server(sessions.library().settings(), None, None)?;
        let chosen = sessions.choose(store)?;
        let session = sessions.session(&chosen, stop)?;
        let hits = session.search_watched(query, &mut |_| flow(stop))?;
        let prompt = answer::prompt(hits, TokenBudget::new(budget), false)?;
        Ok(Self { question: query.text.clone(), server, prompt })
    }

    /// The scenes that the server is given, in the order of their numbers.
    pub(crate) fn scenes(&self) -> &[naragtive::Hit] {
        self.prompt.as_ref().map(|prompt| prompt.scenes.as_slice()).unwrap_or_default()
    }

    /// What the server answers; `listen` hears its words as they come.
    pub(crate) fn answer(self, listen: &mut dyn FnMut(&str) -> Flow) -> Result<Answer, Error> {
        match self.prompt {
            Some(prompt) => Ok(answer::ask(&self.server, prompt, listen)?),
            None => {
                listen(answer::NOT_THERE);
                Ok(Answer::none(self.question))
            }
        }
    }
}
