//! A prompt that keeps the model and the store loaded.

mod input;
mod line;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use naragtive::{Hit, Hits, Model, Query, Retriever};

use self::input::Input;
use self::line::Line;
use super::common;
use super::storing::count;
use crate::Outcome;
use crate::args::{Finding, Interactive, StoreArgs};
use crate::error::Failure;
use crate::settings::{Setting, Settings};
use crate::ui::{self, Ui};

const HELP: &str = "\
WORDS             search for what they mean
search WORDS      the same; for a number, or for words that mean something here
N                 open result N in full
:store NAME       search another store: a name or a file
:limit N          show at most N scenes
:rerank on|off    let a second model put what was found in order
:help             this
:quit             leave; so do quit, exit and Ctrl-D";

pub fn run(args: &Interactive, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let (retriever, model) = common::retriever(&args.store, settings, ui)?;
    common::tell_reranking(args.finding.rerank, settings, ui);
    let limit = settings.limit.or_flag("--limit", args.finding.limit);
    let mut session = Session {
        settings,
        ui,
        json: args.json,
        model,
        retriever,
        finding: args.finding.clone(),
        limit,
        last: None,
    };
    let mut input = Input::open(settings)?;
    if input.is_terminal() {
        session.greet();
    }
    while let Some(line) = input.next(ui)? {
        match Line::parse(&line).and_then(|line| session.answer(line)) {
            Ok(Next::Stay) => {}
            Ok(Next::Leave) => break,
            Err(failure) => ui.failure(&failure),
        }
    }
    Ok(Outcome::Done)
}

enum Next {
    Stay,
    Leave,
}

/// What lasts from one line to the next.
struct Session<'a> {
    settings: &'a Settings,
    ui: &'a Ui,
    json: bool,
    model: Model,
    retriever: Retriever,
    finding: Finding,
    limit: Setting<NonZeroUsize>,
    last: Option<Hits>,
}

impl Session<'_> {
    fn greet(&self) {
        self.ui.note(format_args!("{}. Type what you remember, or :help.", self.about_store()));
    }

    fn about_store(&self) -> String {
        let store = self.retriever.store();
        let path = || store.path.display().to_string();
        let name = store.name.clone().unwrap_or_else(path);
        format!("Searching {name}, {}", count(store.records, "scene"))
    }

    fn answer(&mut self, line: Line) -> Result<Next, Failure> {
        match line {
            Line::Nothing => {}
            Line::Quit => return Ok(Next::Leave),
            Line::Help => self.ui.note(HELP),
            Line::Search(text) => self.search(&text)?,
            Line::Open(rank) => self.open(rank)?,
            Line::WhichStore => self.ui.note(self.about_store()),
            Line::Store(name) => self.change_store(&name)?,
            Line::WhichLimit => self.ui.note(format_args!("The limit is {}", self.limit.value)),
            Line::Limit(limit) => {
                self.limit.value = limit;
                self.ui.note(format_args!("Showing at most {}", count(limit.get(), "scene")));
            }
            Line::Rerank(on) => self.change_reranking(on),
        }
        Ok(Next::Stay)
    }

    fn search(&mut self, text: &str) -> Result<(), Failure> {
        let query = common::query(text, &self.finding, self.settings);
        let query = Query { limit: self.limit.value.get(), ..query };
        let hits = self.retriever.search(&query, &self.model)?;
        if self.json {
            self.ui.json_line(&hits.to_json());
        } else {
            self.ui.print(ui::hits(self.ui, &hits));
        }
        self.last = Some(hits);
        Ok(())
    }

    fn open(&self, rank: usize) -> Result<(), Failure> {
        let found: &[Hit] = self.last.as_ref().map_or(&[], |last| &last.hits);
        let hit = found.iter().find(|hit| hit.rank == rank).ok_or_else(|| {
            let message = match found.len() {
                0 => format!("there is no result {rank}: nothing has been found yet"),
                1 => format!("there is no result {rank}: the last search found 1"),
                many => format!("there is no result {rank}: the last search found {many}"),
            };
            Failure::new(message).hint(format!("to search for the number: search {rank}"))
        })?;
        if self.json {
            self.ui.json_line(&hit.to_json());
        } else {
            self.ui.print(ui::opened(self.ui, hit));
        }
        Ok(())
    }

    /// Keeps the store there is when the other one can't be opened.
    fn change_store(&mut self, name: &str) -> Result<(), Failure> {
        let is_file = name.ends_with(".parquet") || Path::new(name).is_file();
        let args = StoreArgs {
            store: is_file.then(|| PathBuf::from(name)),
            store_name: (!is_file).then(|| name.to_owned()),
        };
        let located = common::store(&args, self.settings, self.ui)?;
        self.retriever = common::open_retriever(&located, &self.model, self.settings, self.ui)?;
        self.last = None;
        self.ui.note(self.about_store());
        Ok(())
    }

    fn change_reranking(&mut self, on: bool) {
        self.finding.rerank = on;
        if on {
            common::tell_reranking(true, self.settings, self.ui);
        } else {
            self.ui.note("Results come as the search ranks them");
        }
    }
}
