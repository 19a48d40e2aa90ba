use naragtive_model::Flow;
use naragtive_remote::{ChatServer, Finish, RemoteError};

use super::citations::{Citation, citations};
use super::prompt::Prompt;
use super::thought::Thought;
use crate::flow::control;
use crate::{Error, Hit};

/// What is said where no scene answers: by us where nothing close was found, else by the server, which is told to.
pub const NOT_THERE: &str = "Not in your stories.";

/// What came of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The question.
    pub question: String,
    /// The words of the answer.
    pub text: String,
    /// The scenes that were given, in the order of their numbers; none where nothing close was found.
    pub scenes: Vec<Hit>,
    /// The scenes that the answer names.
    pub citations: Vec<Citation>,
    /// Whether the server's limit was reached before its end.
    pub is_cut: bool,
    /// The address of the server, without what may be secret in it; none where none was asked.
    pub by: Option<String>,
}

/// Asks the server. `listen` is given its words as they come, without thoughts before them, and nothing a few times a second
/// while none come; it may say stop.
///
/// # Errors
/// [`Error::Chat`] when the server can't be asked or its answer breaks off; [`Error::Stopped`].
pub fn ask(
    server: &ChatServer,
    prompt: Prompt,
    listen: &mut dyn FnMut(&str) -> Flow,
) -> Result<Answer, Error> {
    let (mut text, mut thought) = (String::new(), Thought::default());
    let finish = server.ask(&prompt.messages(), &mut |piece| {
        let words = piece.map(|piece| thought.push(piece)).unwrap_or_default();
        text.push_str(&words);
        control(listen(&words))
    });
    let finish = finish.map_err(|error| match error {
        RemoteError::Stopped => Error::Stopped,
        error => Error::Chat(error),
    })?;
    let rest = thought.rest();
    if !rest.is_empty() {
        listen(&rest);
        text.push_str(&rest);
    }
    let citations = citations(&text, prompt.scenes.len());
    let Prompt { question, scenes, .. } = prompt;
    let (is_cut, by) = (finish == Finish::Cut, Some(server.address().to_owned()));
    Ok(Answer { question, text, scenes, citations, is_cut, by })
}

impl Answer {
    /// Of a question to which nothing close was found: no server was asked.
    pub fn none(question: impl Into<String>) -> Self {
        let (question, text) = (question.into(), NOT_THERE.to_owned());
        Self { question, text, scenes: Vec::new(), citations: Vec::new(), is_cut: false, by: None }
    }

    /// Whether the stories say it.
    pub fn is_found(&self) -> bool {
        let said = self.text.trim().trim_matches(['"', '*', '.', ' ']).to_lowercase();
        let is_refusal = said == NOT_THERE.trim_end_matches('.').to_lowercase();
        !self.scenes.is_empty() && !is_refusal
    }

    /// The numbers of the scenes that it names, each once, in order.
    pub fn cited(&self) -> Vec<usize> {
        self.numbers(|citation| citation.is_known)
    }

    /// The numbers that it names though no scene has them.
    pub fn of_nothing(&self) -> Vec<usize> {
        self.numbers(|citation| !citation.is_known)
    }

    fn numbers(&self, wanted: impl Fn(&Citation) -> bool) -> Vec<usize> {
        let mut numbers: Vec<usize> =
            self.citations.iter().filter(|one| wanted(one)).map(|one| one.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;

    fn answer(text: &str) -> Answer {
        let scenes = sample::hits().hits;
        let citations = citations(text, scenes.len());
        Answer {
            text: text.to_owned(),
            scenes,
            citations,
            by: Some("http://localhost".into()),
            ..Answer::none("who?")
        }
    }

    #[test]
    fn an_answer_says_which_scenes_it_names_and_which_there_are_not() {
        let answer = answer("Odile [2][1], Ada [2]. Bob [9].");
        assert_eq!((answer.cited(), answer.of_nothing()), (vec![1, 2], vec![9]));
        assert!(answer.is_found());
    }

    #[test]
    fn who_says_that_it_is_not_there_has_found_nothing() {
        for (text, found) in [
            ("Not in your stories.", false),
            (" **not in your stories** \n", false),
            ("Not in your stories, but Odile lied [1].", true),
            ("Odile lied.", true),
        ] {
            assert_eq!(answer(text).is_found(), found, "{text}");
        }
        assert!(!Answer::none("who?").is_found());
    }
}
