//! A prompt that keeps the model and the store loaded.

mod input;
mod line;

use std::num::NonZeroUsize;

use naragtive::session::TypedStores;
use naragtive::shared::Copies;
use naragtive::{Hits, Query, Rerank, Reranking, SceneId, Setting, count, views};
use naragtive::{Session as Searching, StoreInfo};

use self::input::PromptInput;
use self::line::Line;
use super::common;
use crate::Outcome;
use crate::args::{FindingArgs, InteractiveArgs};
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::{self, Ui};

const HELP: &str = "\
WORDS             search for what they mean
search WORDS      the same; for a number, or for words that mean something here
N                 open result N in full
:store NAME       search another store: a name or a file; A,B for several, * for all named ones
:like N           scenes like result N; an id will do too
:context N        show N scenes before and after each one
:explain on|off   say why each scene was found
:limit N          show at most N scenes
:rerank on|off    let a second model put what was found in order
:help             this
:quit             leave; so do quit, exit and Ctrl-D";

pub fn run(args: &InteractiveArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let searching = common::session(&args.stores, Some(args.finding.mode()), &args.finding, settings, ui)?;
    let limit = settings.limit.or_flag("--limit", args.finding.limit);
    let mut session = Session {
        settings,
        ui,
        json: args.json,
        copies: args.stores.copies(),
        searching,
        finding: args.finding.clone(),
        explain: args.explain,
        limit,
        last: None,
    };
    let mut input = PromptInput::open(settings)?;
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
    settings: &'a CommandSettings,
    ui: &'a Ui,
    json: bool,
    copies: Copies,
    searching: Searching,
    finding: FindingArgs,
    explain: bool,
    limit: Setting<NonZeroUsize>,
    last: Option<Hits>,
}

impl Session<'_> {
    fn greet(&self) {
        self.ui.note(format_args!("{}. Type what you remember, or :help.", self.about_store()));
    }

    fn about_store(&self) -> String {
        let stores = self.searching.stores();
        let names: Vec<String> = stores.iter().map(StoreInfo::title).collect();
        let records = stores.iter().map(|store| store.records).sum();
        format!("Searching {}, {}", names.join(", "), count(records, "scene"))
    }

    fn answer(&mut self, line: Line) -> Result<Next, Failure> {
        match line {
            Line::Nothing => {}
            Line::Quit => return Ok(Next::Leave),
            Line::Help => self.ui.note(HELP),
            Line::Search(text) => self.search(common::query(&text, &self.finding, self.settings)?)?,
            Line::Like(id) => {
                let like = Some(self.id_of(&id));
                self.search(Query { like, ..common::query("", &self.finding, self.settings)? })?;
            }
            Line::Open(rank) => self.open(rank)?,
            Line::WhichStore => self.ui.note(self.about_store()),
            Line::Store(name) => self.change_store(&name)?,
            Line::WhichLimit => self.ui.note(format_args!("The limit is {}", self.limit.value)),
            Line::Limit(limit) => {
                self.limit.value = limit;
                self.ui.note(format_args!("Showing at most {}", count(limit.get(), "scene")));
            }
            Line::Context(scenes) => {
                self.finding.context = scenes;
                self.ui.note(format_args!("Showing {} on either side", count(scenes, "scene")));
            }
            Line::Explain(on) => {
                self.explain = on;
                self.ui.note(if on { "Saying why each scene was found" } else { "Showing the scenes only" });
            }
            Line::Rerank(on) => self.change_reranking(on)?,
        }
        Ok(Next::Stay)
    }

    /// The id of a result by its rank, else what was typed.
    fn id_of(&self, typed: &str) -> SceneId {
        self.last.as_ref().map_or_else(|| SceneId::new(typed), |last| last.meant(typed))
    }

    fn search(&mut self, query: Query) -> Result<(), Failure> {
        let query = Query { limit: self.limit.value.get(), explain: self.explain, ..query };
        common::watched(self.ui, |watch| self.searching.refresh(watch))?;
        let hits = common::search(&self.searching, &query, self.ui)?;
        if self.json {
            self.ui.json_line(&views::hits(&hits));
        } else {
            self.ui.print(ui::hits(self.ui, &hits));
        }
        self.last = Some(hits);
        Ok(())
    }

    fn open(&self, rank: usize) -> Result<(), Failure> {
        let hit = self.last.as_ref().and_then(|last| last.at_rank(rank)).ok_or_else(|| {
            let message = match self.last.as_ref().map_or(0, |last| last.hits.len()) {
                0 => format!("there is no result {rank}: nothing has been found yet"),
                1 => format!("there is no result {rank}: the last search found 1"),
                many => format!("there is no result {rank}: the last search found {many}"),
            };
            Failure::new(message).hint(format!("to search for the number: search {rank}"))
        })?;
        if self.json {
            self.ui.json_line(&views::hit(hit));
        } else {
            self.ui.print(ui::opened(self.ui, hit));
        }
        Ok(())
    }

    /// Keeps the store there is when the other one can't be opened.
    fn change_store(&mut self, name: &str) -> Result<(), Failure> {
        let stores = common::stores(TypedStores::parse(name).which(), self.copies, self.settings, self.ui)?;
        let reranking = self.searching.reranking().clone();
        let mode = Some(self.finding.mode());
        self.searching = common::open_session(&stores, self.copies, mode, reranking, self.settings, self.ui)?;
        self.last = None;
        self.ui.note(self.about_store());
        Ok(())
    }

    fn change_reranking(&mut self, on: bool) -> Result<(), Failure> {
        let when = if on { Rerank::Prefer } else { Rerank::Off };
        let reranking = Reranking { when, ..self.searching.reranking().clone() };
        common::watched(self.ui, |watch| self.searching.rerank(reranking, watch))?;
        match (on, self.searching.reranker()) {
            (true, Some(name)) => self.ui.note(format_args!("Results are reranked by {name}")),
            // Why not has been said.
            (true, None) => {}
            (false, _) => self.ui.note("Results come as the search ranks them"),
        }
        Ok(())
    }
}
