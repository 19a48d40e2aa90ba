//! Which messages of a conversation make exchanges.
//!
//! A conversation is a tree: an edited question or an answer made anew is a sibling. What the user sees is the path to
//! the message that `currNode` names, or, where that is not in the file, to the newest one, as the web UI itself does
//! it. An exchange is a question on that path with all that the assistant and its tools say before the next one: an
//! answer with tool calls in it comes as several messages. Where a message's parent is not in the file, or is below
//! it, the message before it in the file stands in. Messages without any links follow each other as the file has
//! them.

use std::collections::{HashMap, HashSet};

use naragtive_scene::{Branch, Role, Scalar};

use super::conversation::{LlamaConversation, LlamaMessage};
use crate::{IngestReport, SkipReason, stamp, words};

/// A question and what is answered, as places in the conversation's messages; either may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) question: Option<usize>,
    pub(super) answers: Vec<usize>,
    pub(super) branch: Branch,
}

/// The exchanges the user sees, in order.
pub(super) fn active(
    conversation: &LlamaConversation,
    tree: &Tree,
    report: &mut IngestReport,
) -> Vec<Exchange> {
    let end = tree.current.or_else(|| newest(conversation).filter(|_| tree.has_links()));
    match end {
        Some(end) => along(&path(end, conversation, tree), conversation, report),
        None => along(&(0..conversation.messages.len()).collect::<Vec<_>>(), conversation, report),
    }
}

/// The newest message; the last in the file of those that are.
fn newest(conversation: &LlamaConversation) -> Option<usize> {
    let time = |at: &usize| match &conversation.message(*at).timestamp {
        Scalar::Number(number) => number.as_f64().map_or(i64::MIN, |number| number as i64),
        stamp => match stamp::read(stamp) {
            Some(stamp::Reading::Sure(moment)) => moment.milliseconds(),
            _ => i64::MIN,
        },
    };
    (0..conversation.messages.len()).filter(|at| conversation.message(*at).is_text).max_by_key(time)
}

/// Every exchange that is not among `active`, by the place of its question, answers in file order.
pub(super) fn others(conversation: &LlamaConversation, tree: &Tree, active: &[Exchange]) -> Vec<Exchange> {
    let shown: HashMap<usize, &[usize]> = active
        .iter()
        .filter_map(|exchange| Some((exchange.question?, exchange.answers.as_slice())))
        .collect();
    let mut others = Vec::new();
    for question in questions(conversation) {
        if shown.get(&question).is_some_and(|shown| tree.only_way_is(question, shown, conversation)) {
            continue;
        }
        for answers in tree.answers(question, conversation) {
            let seen = shown.get(&question).is_some_and(|shown| answers.starts_with(shown));
            if !seen && has_content(&answers, conversation) {
                others.push(Exchange { question: Some(question), answers, branch: Branch::Other });
            }
        }
    }
    others
}

fn questions(conversation: &LlamaConversation) -> impl Iterator<Item = usize> {
    let is_question = |message: &LlamaMessage| message.is_text && message.role == Role::User;
    conversation
        .messages
        .iter()
        .enumerate()
        .filter(move |(_, message)| is_question(message))
        .map(|(at, _)| at)
}

fn has_content(answers: &[usize], conversation: &LlamaConversation) -> bool {
    answers.iter().any(|at| !words::is_blank(&conversation.message(*at).content))
}

/// The places of the messages from as far up as the file goes down to `end`.
fn path(end: usize, conversation: &LlamaConversation, tree: &Tree) -> Vec<usize> {
    let mut at = end;
    let mut path = vec![at];
    let mut seen = vec![false; conversation.messages.len()];
    let is_seen = |seen: &[bool], at: usize| seen.get(at).copied().unwrap_or(true);
    while !conversation.message(at).is_root {
        seen.get_mut(at).into_iter().for_each(|seen| *seen = true);
        let parent = tree.parent(at).filter(|parent| !is_seen(&seen, *parent));
        // Not a sibling: what is answered to the same message as this one was never said before it.
        let before =
            || (0..at).rev().find(|before| !is_seen(&seen, *before) && !tree.are_siblings(*before, at));
        let Some(next) = parent.or_else(before) else { break };
        path.push(next);
        at = next;
    }
    path.reverse();
    path
}

fn along(path: &[usize], conversation: &LlamaConversation, report: &mut IngestReport) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let branch = Branch::Active;
    for at in path.iter().copied() {
        let message = conversation.message(at);
        match (message.is_text, message.role, exchanges.last_mut()) {
            (false, ..) if message.is_root => {}
            (false, ..) => report.skip(SkipReason::NotText, &place(conversation, at)),
            (true, Role::User, _) => {
                exchanges.push(Exchange { question: Some(at), answers: Vec::new(), branch })
            }
            (true, Role::Assistant | Role::Tool, Some(exchange)) => exchange.answers.push(at),
            (true, Role::Assistant, None) => {
                exchanges.push(Exchange { question: None, answers: vec![at], branch })
            }
            _ => report.skip(SkipReason::NoQuestion, &place(conversation, at)),
        }
    }
    exchanges.retain(|exchange| is_said(exchange, conversation, report));
    exchanges
}

/// Whether there is anything in an exchange.
fn is_said(exchange: &Exchange, conversation: &LlamaConversation, report: &mut IngestReport) -> bool {
    let asked = exchange.question.is_some_and(|at| !words::is_blank(&conversation.message(at).content));
    let said = asked || has_content(&exchange.answers, conversation);
    if !said {
        let at = exchange.question.or_else(|| exchange.answers.first().copied()).unwrap_or_default();
        report.skip(SkipReason::EmptyMessage, &place(conversation, at));
    }
    said
}

fn place(conversation: &LlamaConversation, at: usize) -> String {
    format!("message {at} of `{}`", words::shortened(&conversation.name, 30))
}

/// Where each id is: the first place, and others. Several messages may have one: parts of two exports that were put together.
struct Places<'a>(HashMap<&'a str, (usize, Vec<usize>)>);

impl<'a> Places<'a> {
    fn of(conversation: &'a LlamaConversation) -> Self {
        let mut places: HashMap<&str, (usize, Vec<usize>)> =
            HashMap::with_capacity(conversation.messages.len());
        for (at, message) in conversation.messages.iter().enumerate() {
            let Some(id) = &message.id else { continue };
            match places.get_mut(id.as_str()) {
                Some((_, others)) => others.push(at),
                None => drop(places.insert(id, (at, Vec::new()))),
            }
        }
        Self(places)
    }

    fn all(&self, id: &str) -> impl DoubleEndedIterator<Item = usize> {
        self.0.get(id).into_iter().flat_map(|(first, others)| std::iter::once(first).chain(others)).copied()
    }

    /// The message of this id that the one at `from` means: the nearest one before it, else the first one that it isn't.
    fn meant(&self, from: usize, id: &str) -> Option<usize> {
        let before = self.all(id).rev().find(|place| *place < from);
        before.or_else(|| self.all(id).find(|place| *place != from))
    }
}

/// The links between messages: each has at most one parent.
pub(super) struct Tree {
    /// The message that was looked at last.
    current: Option<usize>,
    parents: Vec<Option<usize>>,
    children: Children,
}

/// The children of all messages, those of one behind those of another.
struct Children {
    /// Where those of each message begin, and at last where all end.
    starts: Vec<usize>,
    all: Vec<usize>,
}

impl Children {
    fn of(parents: &[Option<usize>]) -> Self {
        let mut starts = vec![0; parents.len() + 1];
        for parent in parents.iter().flatten() {
            starts.get_mut(*parent + 1).into_iter().for_each(|count| *count += 1);
        }
        let mut sum = 0;
        starts.iter_mut().for_each(|count| {
            sum += *count;
            *count = sum;
        });
        let (mut next, mut all) = (starts.clone(), vec![0; sum]);
        for (at, parent) in parents.iter().enumerate() {
            let Some(place) = parent.and_then(|parent| next.get_mut(parent)) else { continue };
            all.get_mut(*place).into_iter().for_each(|child| *child = at);
            *place += 1;
        }
        Self { starts, all }
    }

    fn of_message(&self, at: usize) -> &[usize] {
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range.and_then(|(start, end)| self.all.get(*start..*end)).unwrap_or_default()
    }
}

impl Tree {
    /// By the parent each message names; where it names none, by whose child it is said to be.
    pub(super) fn of(conversation: &LlamaConversation) -> Self {
        let places = Places::of(conversation);
        let messages = &conversation.messages;
        let parent = |(at, message): (usize, &LlamaMessage)| places.meant(at, message.parent.as_deref()?);
        let mut parents: Vec<Option<usize>> = messages.iter().enumerate().map(parent).collect();
        for (at, message) in messages.iter().enumerate() {
            for child in message.children.iter().filter_map(|id| places.meant(at, id)) {
                if messages.get(child).is_some_and(|child| child.parent.is_none())
                    && let Some(parent) = parents.get_mut(child)
                {
                    parent.get_or_insert(at);
                }
            }
        }
        let current = conversation.current.as_deref().and_then(|id| places.all(id).next_back());
        let mut tree = Self { current: None, children: Children::of(&parents), parents };
        tree.current = current.map(|current| tree.end_behind(current));
        tree
    }

    /// Where the way that leads to a message goes on to: the program shows it to its end. Of siblings the last one is newest.
    fn end_behind(&self, message: usize) -> usize {
        // Pointers may go round in a circle: nothing that leads to a message comes behind it.
        let mut seen: HashSet<usize> = HashSet::new();
        let mut above = Some(message);
        while let Some(here) = above.filter(|here| seen.insert(*here)) {
            above = self.parent(here);
        }
        let mut at = message;
        let last = |at: usize| self.children.of_message(at).last().copied();
        while let Some(next) = last(at).filter(|next| seen.insert(*next)) {
            at = next;
        }
        at
    }

    /// Whether any message is linked to another.
    fn has_links(&self) -> bool {
        self.parents.iter().any(Option::is_some)
    }

    fn are_siblings(&self, one: usize, other: usize) -> bool {
        self.parent(one).is_some() && self.parent(one) == self.parent(other)
    }

    fn parent(&self, at: usize) -> Option<usize> {
        self.parents.get(at).copied().flatten()
    }

    /// Every way to go on from a question through the assistant's and its tools' messages. One parent
    /// each means that no way comes back to where it was.
    fn answers(&self, question: usize, conversation: &LlamaConversation) -> Vec<Vec<usize>> {
        let mut ways = Vec::new();
        let mut open = vec![Vec::new()];
        while let Some(way) = open.pop() {
            let last = way.last().copied().unwrap_or(question);
            let mut next = self.answers_to(last, conversation).rev().peekable();
            if next.peek().is_none() && !way.is_empty() {
                ways.push(way);
            } else {
                open.extend(next.map(|at| [way.as_slice(), &[at]].concat()));
            }
        }
        ways
    }

    /// Whether these are the answers to a question, or the first of them, and there are no others.
    fn only_way_is(&self, question: usize, shown: &[usize], conversation: &LlamaConversation) -> bool {
        let (mut last, mut shown) = (question, shown.iter());
        loop {
            let mut next = self.answers_to(last, conversation);
            match (next.next(), next.next()) {
                (None, _) => return shown.next().is_none(),
                (Some(only), None) if shown.next().is_none_or(|shown| *shown == only) => last = only,
                _ => return false,
            }
        }
    }

    fn answers_to(
        &self,
        at: usize,
        conversation: &LlamaConversation,
    ) -> impl DoubleEndedIterator<Item = usize> {
        let is_answer = |at: &usize| {
            let message = conversation.message(*at);
            message.is_text && matches!(message.role, Role::Assistant | Role::Tool)
        };
        self.children.of_message(at).iter().copied().filter(is_answer)
    }
}
