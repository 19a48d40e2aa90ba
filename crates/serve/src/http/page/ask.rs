//! The page on which questions are asked that a server answers in words. Its words stand there as they come, whether a script
//! runs or not: the page itself comes piece by piece.

use maud::{Markup, html};
use naragtive::answer::Answer;
use naragtive::excerpt::first_line;
use naragtive::{Hit, Query};

use super::address::Trail;
use super::answer::{AnswerWriter, SceneLink};
use super::form::FormField;
use super::hits::{heading, one, read_at};
use super::home::no_stories;
use super::layout::{Tab, many, sentence};
use super::view::PageView;
use crate::asking::Asking;
use crate::call::Stop;
use crate::http::asked::Asked;
use crate::http::pieces::PieceSender;
use crate::http::reply::Reply;
use crate::http::telling::{send, tell};
use crate::sessions::ALL;
use crate::tools::search::query;
use crate::{Error, Service};

/// The scenes that a server is given at most, and the tokens that they and the question may have.
const SCENES: usize = 10;
const BUDGET: usize = 4_000;
/// Where the answer stands: what is before it is sent at once.
const PLACE: &str = "<div id=\"answer\">";
/// Keeps a connection alive on which nothing is said.
const WAIT: &str = "<!-- -->";

/// What is at this address.
pub(in crate::http) enum PreparedQuestion {
    /// A page that is whole.
    Page(Reply),
    /// One that is to be answered.
    Question(Box<Question>),
}

/// A question whose scenes are found.
pub(in crate::http) struct Question {
    asking: Asking,
    /// The page up to the answer, and from there on.
    pub(in crate::http) before: String,
    pub(in crate::http) after: String,
    trail: Trail,
}

/// The field, and under it what there is to say; or a question, with the scenes that answer it.
///
/// A link on another site fills the field and no more: the stories go to a server, and its time is somebody's.
pub(in crate::http) fn prepare(
    service: &Service,
    asked: &Asked,
    stop: &Stop,
) -> Result<PreparedQuestion, Error> {
    let view = PageView::new(service.sessions(), asked, stop)?;
    let question = view.arguments.text("q").filter(|question| naragtive::has_words(question));
    let is_empty = view.sessions.registered()?.0.is_empty();
    let under = match question {
        _ if is_empty => no_stories(),
        _ if !view.has_server() => no_server(&view.trail()),
        Some(question) if asked.is_meant => {
            return begun(&view, question, stop)
                .map(|question| PreparedQuestion::Question(Box::new(question)));
        }
        Some(_) => html! { p class="lead" { "Not asked yet: a link led here." } },
        None => html! {
            p class="lead" { "A server of yours answers in words, from the scenes that are found and from nothing else." }
        },
    };
    Ok(PreparedQuestion::Page(Reply::html(&page(&view, "Ask your stories", !is_empty, &under)?)))
}

fn page(view: &PageView<'_>, title: &str, is_titled: bool, under: &Markup) -> Result<Markup, Error> {
    let field = FormField {
        action: "/ask",
        label: "What do you want to know?",
        placeholder: "who lied to the harbour master, and why?",
        button: "Ask",
        is_first: view.arguments.text("q").is_none(),
        like: None,
    };
    // Where there is no story yet, that is what the page is about.
    let content =
        html! { @if is_titled { h1 class="hidden" dir="auto" { (title) } } (field.form(view)?) (under) };
    view.markup(Tab::Ask, title, &content)
}

fn begun(view: &PageView<'_>, question: &str, stop: &Stop) -> Result<Question, Error> {
    let query = Query { limit: SCENES, ..query(view.sessions, &view.arguments, "q")? };
    let asking = Asking::prepare(view.sessions, view.arguments.text("store"), &query, BUDGET, stop)?;
    let whole = page(view, &first_line(question, 60), true, &html! { div id="answer" {} })?.into_string();
    let (before, after) = whole.split_once(PLACE).ok_or(Error::Bug)?;
    let (before, after) = (format!("{before}{PLACE}"), after.to_owned());
    Ok(Question { asking, before, after, trail: view.trail() })
}

impl Question {
    /// The words of the answer as they come, then the scenes they are from and the rest of the page.
    pub(in crate::http) fn tell(self, into: &PieceSender) {
        let Self { asking, after, trail, .. } = self;
        let sources =
            Sources { several: trail.get("store") == Some(ALL), hits: asking.scenes().to_vec(), trail };
        let mut writer = AnswerWriter::new(sources.links());
        if !send(into, sources.waiting() + "<div class=\"text\">") {
            return;
        }
        let answer = tell(asking, into, WAIT, &mut |words| writer.push(words));
        let under = match &answer {
            Ok(answer) => sources.under(answer),
            Err(error) => html! { (wrong(error)) (sources.list(&[])) },
        };
        send(into, format!("{}</div>{}{after}", writer.end(), under.into_string()));
    }
}

/// What stands in the place of an answer that nobody had the time to begin.
pub(in crate::http) fn failed(error: &Error) -> String {
    wrong(error).into_string()
}

fn wrong(error: &Error) -> Markup {
    html! {
        p class="told wrong" { (sentence(&error.to_string())) }
        @for hint in error.hints() { p class="hint" { (sentence(&hint.to_string())) } }
    }
}

/// What has to be there first.
fn no_server(trail: &Trail) -> Markup {
    html! {
        section {
            h2 { "Nobody is there to answer yet" }
            p { "A server answers that you run, and that speaks as OpenAI's does. llama-server is one:" }
            pre { "llama-server -m MODEL.gguf --port 8080" }
            p { "Say in config.toml where it is, and start naragtive serve again:" }
            pre { "chat_url = \"http://localhost:8080\"" }
            @if trail.is_search() {
                p { "Until then: " a href=(trail.at("/")) { "the scenes that your question finds" } "." }
            }
        }
    }
}

/// The scenes that a server was given.
struct Sources {
    hits: Vec<Hit>,
    trail: Trail,
    several: bool,
}

impl Sources {
    fn links(&self) -> Vec<SceneLink> {
        let link = |(place, hit): (usize, &Hit)| SceneLink {
            address: read_at(hit, place, &self.trail, self.several),
            title: heading(&hit.scene.metadata, hit.scene.id.as_str()),
        };
        self.hits.iter().enumerate().map(link).collect()
    }

    /// What is said until the answer is there.
    fn waiting(&self) -> String {
        let waiting = html! {
            @if !self.hits.is_empty() {
                p class="waiting" { "Reading " (many(self.hits.len(), "scene", "scenes")) " …" }
            }
        };
        waiting.into_string()
    }

    /// What there is to know of an answer, and the scenes it is from.
    fn under(&self, answer: &Answer) -> Markup {
        let cited = answer.cited();
        html! {
            @for note in notes(answer) { p class="told" { (note) } }
            @if self.hits.is_empty() {
                p { a href=(self.trail.at("/")) { "What comes nearest" } }
            }
            (self.list(&cited))
            @if let Some(by) = &answer.by { p class="count" { "Answered by " (by) } }
        }
    }

    /// The scenes that the answer names, and the others, which can be looked at as well.
    fn list(&self, cited: &[usize]) -> Markup {
        let numbered = || self.hits.iter().zip(1..);
        let (named, others): (Vec<_>, Vec<_>) = numbered().partition(|(_, number)| cited.contains(number));
        html! {
            @if !named.is_empty() {
                section { h2 { "From these scenes" } (self.scenes(&named)) }
            }
            @if !others.is_empty() {
                details {
                    summary {
                        (many(others.len(), "scene was", "scenes were"))
                        (if named.is_empty() { " given" } else { " given besides" })
                    }
                    (self.scenes(&others))
                }
            }
        }
    }

    fn scenes(&self, numbered: &[(&Hit, usize)]) -> Markup {
        html! {
            ol class="hits sources" {
                @for (hit, number) in numbered {
                    li { span class="which" { (number) } (one(hit, number - 1, &self.trail, self.several)) }
                }
            }
        }
    }
}

/// What a reader is told of an answer; the first of these says that there is one.
fn notes(answer: &Answer) -> Vec<String> {
    let (cited, nothing) = (answer.cited(), answer.of_nothing());
    let mut notes = Vec::new();
    if answer.scenes.is_empty() {
        notes.push("Nothing close to the question was found, so no server was asked.".to_owned());
    } else if !answer.is_found() {
        notes.push("The scenes that were found don't say it.".to_owned());
    } else if cited.is_empty() {
        notes.push("No scene is named: nothing shows where this is from.".to_owned());
    } else {
        notes.push("Each number leads to its scene. Whether the scene says so was not checked.".to_owned());
    }
    if !nothing.is_empty() {
        let numbers: Vec<String> = nothing.iter().map(ToString::to_string).collect();
        notes.push(format!("Named, but not among the scenes that were given: {}.", numbers.join(", ")));
    }
    if answer.is_cut {
        notes.push("The server's limit was reached before its end.".to_owned());
    }
    notes
}
