//! Which messages of a conversation make exchanges.
//!
//! A conversation is a tree: an edited question or an answer made anew is a sibling. If `currNode` names
//! a message in the file, what the user sees is the path to it from as far up as the file goes, and an
//! exchange is a question on that path with all that the assistant and its tools say before the next
//! one, blank lines between: an answer with tool calls in it comes as several messages. Otherwise the
//! rule of the Python tool holds: for each question in file order, the first of its children that is a
//! later answer of the assistant, else the message right behind it if that is one.

use std::collections::{HashMap, HashSet};

use super::conversation::{Conversation, Message, Role};
use crate::{IngestReport, SkipReason, words};

/// A question and its answer, as places in the conversation's messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) question: usize,
    pub(super) answers: Vec<usize>,
    pub(super) branch: Branch,
}

/// Whether the user sees an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Branch {
    Active,
    Other,
}

impl Branch {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Other => "alt",
        }
    }
}

/// The parts of a text that have something in them, blank lines between.
pub(super) fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.filter(|part| !words::is_blank(part)).collect::<Vec<_>>().join("\n\n")
}

/// The exchanges the user sees, in order.
pub(super) fn active(conversation: &Conversation, report: &mut IngestReport) -> Vec<Exchange> {
    match path(conversation) {
        Some(path) => along(&path, conversation, report),
        None => in_file_order(conversation, report),
    }
}

/// Every exchange that is not among `active`, by the place of its question, answers in file order.
pub(super) fn others(conversation: &Conversation, active: &[Exchange]) -> Vec<Exchange> {
    let tree = Tree::of(conversation);
    let shown: HashMap<usize, &[usize]> =
        active.iter().map(|exchange| (exchange.question, exchange.answers.as_slice())).collect();
    let mut others = Vec::new();
    for question in questions(conversation) {
        for answers in tree.answers(question, conversation) {
            let seen = shown.get(&question).is_some_and(|shown| answers.starts_with(shown));
            if !seen && has_content(&answers, conversation) {
                others.push(Exchange { question, answers, branch: Branch::Other });
            }
        }
    }
    others
}

fn questions(conversation: &Conversation) -> impl Iterator<Item = usize> {
    let is_question = |message: &Message| message.is_text && message.role == Role::User;
    conversation
        .messages
        .iter()
        .enumerate()
        .filter(move |(_, message)| is_question(message))
        .map(|(at, _)| at)
}

fn has_content(answers: &[usize], conversation: &Conversation) -> bool {
    answers.iter().any(|at| !words::is_blank(&conversation.message(*at).content))
}

/// The places of the messages from as far up as the file goes down to the current one.
fn path(conversation: &Conversation) -> Option<Vec<usize>> {
    let places = places(conversation);
    let tree = Tree::of(conversation);
    let mut at = *places.get(conversation.current.as_deref()?)?;
    let mut path = vec![at];
    let mut seen = HashSet::from([at]);
    while let Some(parent) = tree.parent(at).filter(|parent| seen.insert(*parent)) {
        path.push(parent);
        at = parent;
    }
    path.reverse();
    Some(path)
}

fn along(path: &[usize], conversation: &Conversation, report: &mut IngestReport) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for at in path.iter().copied() {
        let message = conversation.message(at);
        match (message.is_text, message.role, exchanges.last_mut()) {
            (false, ..) if message.is_root => {}
            (false, ..) => report.skip(SkipReason::NotText, &place(conversation, at)),
            (true, Role::User, _) => {
                exchanges.push(Exchange { question: at, answers: Vec::new(), branch: Branch::Active });
            }
            (true, Role::Assistant | Role::Tool, Some(exchange)) => exchange.answers.push(at),
            _ => report.skip(SkipReason::NoQuestion, &place(conversation, at)),
        }
    }
    exchanges.retain(|exchange| is_answered(exchange, conversation, report));
    exchanges
}

fn in_file_order(conversation: &Conversation, report: &mut IngestReport) -> Vec<Exchange> {
    let places = places(conversation);
    for (at, message) in conversation.messages.iter().enumerate() {
        if !message.is_text && !message.is_root {
            report.skip(SkipReason::NotText, &place(conversation, at));
        }
    }
    let mut exchanges: Vec<Exchange> = questions(conversation)
        .map(|question| Exchange {
            question,
            answers: answer_in_file(question, conversation, &places).into_iter().collect(),
            branch: Branch::Active,
        })
        .collect();
    exchanges.retain(|exchange| is_answered(exchange, conversation, report));
    exchanges
}

fn answer_in_file(
    question: usize,
    conversation: &Conversation,
    places: &HashMap<&str, usize>,
) -> Option<usize> {
    let children = conversation.message(question).children.iter();
    let later = children
        .filter_map(|id| places.get(id.as_str()).copied())
        .find(|at| *at > question && conversation.message(*at).role == Role::Assistant);
    let next = conversation.message(question + 1);
    later.or_else(|| (next.is_text && next.role == Role::Assistant).then_some(question + 1))
}

fn is_answered(exchange: &Exchange, conversation: &Conversation, report: &mut IngestReport) -> bool {
    let answered = has_content(&exchange.answers, conversation);
    if !answered {
        report.skip(SkipReason::NoAnswer, &conversation.message(exchange.question).content);
    }
    answered
}

fn place(conversation: &Conversation, at: usize) -> String {
    format!("message {at} of `{}`", words::shortened(&conversation.name, 30))
}

/// Where each id is; the first, should two messages have the same.
fn places(conversation: &Conversation) -> HashMap<&str, usize> {
    let mut places = HashMap::new();
    for (at, message) in conversation.messages.iter().enumerate() {
        if let Some(id) = &message.id {
            places.entry(id.as_str()).or_insert(at);
        }
    }
    places
}

/// The links between messages: each has at most one parent.
struct Tree {
    parents: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
}

impl Tree {
    /// By the parent each message names; where it names none, by whose child it is said to be.
    fn of(conversation: &Conversation) -> Self {
        let places = places(conversation);
        let find = |id: &String| places.get(id.as_str()).copied();
        let messages = &conversation.messages;
        let mut parents: Vec<Option<usize>> =
            messages.iter().map(|message| message.parent.as_ref().and_then(find)).collect();
        for (at, message) in messages.iter().enumerate() {
            for child in message.children.iter().filter_map(find) {
                if messages.get(child).is_some_and(|child| child.parent.is_none())
                    && let Some(parent) = parents.get_mut(child)
                {
                    parent.get_or_insert(at);
                }
            }
        }
        let mut children = vec![Vec::new(); messages.len()];
        for (at, parent) in parents.iter().enumerate() {
            if let Some(siblings) = parent.and_then(|parent| children.get_mut(parent)) {
                siblings.push(at);
            }
        }
        Self { parents, children }
    }

    fn parent(&self, at: usize) -> Option<usize> {
        self.parents.get(at).copied().flatten()
    }

    /// Every way to go on from a question through the assistant's and its tools' messages. One parent
    /// each means that no way comes back to where it was.
    fn answers(&self, question: usize, conversation: &Conversation) -> Vec<Vec<usize>> {
        let mut ways = Vec::new();
        let mut open = vec![Vec::new()];
        while let Some(way) = open.pop() {
            let last = way.last().copied().unwrap_or(question);
            let next = self.answers_to(last, conversation);
            if next.is_empty() && !way.is_empty() {
                ways.push(way);
            } else {
                open.extend(next.into_iter().rev().map(|at| [way.as_slice(), &[at]].concat()));
            }
        }
        ways
    }

    fn answers_to(&self, at: usize, conversation: &Conversation) -> Vec<usize> {
        let is_answer = |at: &usize| {
            let message = conversation.message(*at);
            message.is_text && message.role.is_answer()
        };
        self.children.get(at).into_iter().flatten().copied().filter(is_answer).collect()
    }
}
