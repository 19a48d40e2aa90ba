use std::sync::Arc;

use maud::Markup;
use naragtive::session::Listed;
use naragtive::{Filter, Hits, Mode, Overview, Query, Session, Store};

use super::address::Trail;
use super::conditions::PARAMETERS;
use super::layout::{self, Tab};
use crate::Error;
use crate::arguments::Arguments;
use crate::call::{Stop, flow};
use crate::http::asked::Asked;
use crate::http::reply::Reply;
use crate::sessions::{ALL, Chosen, Sessions};
use crate::tools::search::query;

/// What a page is made from: the stores, what was asked, and what is known so far.
pub(super) struct PageView<'a> {
    pub(super) sessions: &'a Sessions,
    pub(super) arguments: Arguments,
    stop: &'a Stop,
    /// The store of the path, where it names one.
    pub(super) named: Option<String>,
}

impl<'a> PageView<'a> {
    pub(super) fn new(sessions: &'a Sessions, asked: &Asked, stop: &'a Stop) -> Result<Self, Error> {
        let arguments = asked.arguments(&PARAMETERS)?;
        let named = asked.part("store").ok().map(str::to_owned);
        Ok(Self { sessions, arguments, stop, named })
    }

    /// The search by which one came here.
    pub(super) fn trail(&self) -> Trail {
        Trail::of(&self.arguments, self.named.as_deref())
    }

    /// The one store that this page is about: that of the path, else the one searched, else the default one.
    pub(super) fn one(&self) -> Result<Chosen, Error> {
        match self.named.as_deref().or_else(|| self.arguments.text("store").filter(|name| *name != ALL)) {
            Some(name) => self.sessions.one(name),
            None => self.sessions.choose(None),
        }
    }

    /// Its name, its file, and what it holds.
    pub(super) fn overview(&self) -> Result<(String, Store, Arc<Overview>), Error> {
        let chosen = self.one()?;
        let (located, store) = chosen.file()?;
        let name = located.name.clone().unwrap_or_default();
        let overview = self.sessions.overview(&store)?;
        Ok((name, store, overview))
    }

    /// The stores that are searched: the one named, else the one that this page is about.
    pub(super) fn searched(&self) -> Result<Chosen, Error> {
        self.sessions.choose(self.arguments.text("store").or(self.named.as_deref()))
    }

    pub(super) fn session(&self, chosen: &Chosen) -> Result<Arc<Session>, Error> {
        self.sessions.session(chosen, self.stop)
    }

    /// Whether the settings name a server that answers in words.
    pub(super) fn has_server(&self) -> bool {
        self.sessions.library().settings().chat_url.value.is_some()
    }

    /// Whether something is looked for.
    pub(super) fn is_search(&self) -> bool {
        self.arguments.text("similar_to").is_some()
            || self.arguments.text("q").is_some_and(naragtive::has_words)
    }

    /// What is found, at most so much of it, and whether with the reasons.
    pub(super) fn found(&self, limit: usize, explain: bool) -> Result<Hits, Error> {
        let chosen = self.searched()?;
        let session = self.session(&chosen)?;
        let mut query = Query { limit, explain, ..query(self.sessions, &self.arguments, "q")? };
        if query.like.is_some() {
            query.mode = Mode::Semantic;
        }
        let mut watch = |_: naragtive::Step<'_>| flow(self.stop);
        session.search_watched(&query, &mut watch).map_err(|error| chosen.unknown_scene(error))
    }

    /// The scenes of the one store that a filter keeps, in the order of the story.
    pub(super) fn listed(&self, filter: &Filter) -> Result<Listed, Error> {
        let session = self.session(&self.one()?)?;
        Ok(session.listed(filter, false, &mut |_| flow(self.stop))?)
    }

    /// The name of the store that one is in: that of the path, else the one that was asked for, else the default one.
    pub(super) fn here<'v>(&'v self, default: Option<&'v str>) -> Option<&'v str> {
        self.named.as_deref().or_else(|| self.arguments.text("store")).or(default)
    }

    /// A whole page.
    pub(super) fn page(&self, tab: Tab, title: &str, content: &Markup) -> Result<Reply, Error> {
        Ok(Reply::html(&self.markup(tab, title, content)?))
    }

    /// The same before it is sent.
    pub(super) fn markup(&self, tab: Tab, title: &str, content: &Markup) -> Result<Markup, Error> {
        let (entries, default) = self.sessions.registered()?;
        let here = self.here(default.as_deref());
        let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        Ok(layout::page(tab, title, here, &names, content))
    }
}
