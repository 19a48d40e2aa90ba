//! What several commands do: say which stores are meant, open a session on them.

use std::io;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use naragtive::shared::Copies;
use naragtive::{
    Choice, Day, Filter, Flow, Hits, Located, Mode, Query, Reranking, Session, Step, Store, Stores, Which,
};
use naragtive_serve::Service;

use crate::args::{FindingArgs, StoreArgs, StoresArgs, WhichArgs};
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::stop;
use crate::ui::{Ui, Watcher};

impl StoreArgs {
    fn choice(&self) -> Choice<'_> {
        Choice { path: self.store.as_deref(), name: self.store_name.as_deref() }
    }
}

/// The store a command works on.
pub fn store(args: &StoreArgs, settings: &CommandSettings, ui: &Ui) -> Result<Located, Failure> {
    locate_told(args.choice(), settings, ui)
}

/// The store that one word or the flags mean.
pub fn chosen(which: &WhichArgs, settings: &CommandSettings, ui: &Ui) -> Result<Located, Failure> {
    let choice = which.named.as_deref().map_or_else(|| which.store.choice(), Choice::word);
    locate_told(choice, settings, ui)
}

/// The store that is meant; a shared one is brought up to date.
pub fn locate_told(choice: Choice<'_>, settings: &CommandSettings, ui: &Ui) -> Result<Located, Failure> {
    let folder = &settings.environment.folder;
    let located = watched(ui, |watch| settings.library.locate(choice, folder, watch))?;
    settings.library.note_on_default(&choice, &located)?.iter().for_each(|note| ui.tell(note));
    settings.library.notes_on(std::slice::from_ref(&located))?.iter().for_each(|note| ui.tell(note));
    Ok(located)
}

impl StoresArgs {
    /// All of those named, else all registered ones, else the one that [`store`] says.
    fn which(&self) -> Which<'_> {
        match self.stores.as_slice() {
            _ if self.all_stores => Which::All,
            [] => Which::One(self.one.choice()),
            several => Which::Several(several),
        }
    }
}

impl StoresArgs {
    /// Whether shared stores are copied first.
    pub fn copies(&self) -> Copies {
        match (self.no_copy, self.approximate) {
            (true, true) => Copies::Candidates,
            (true, false) => Copies::None,
            (false, _) => Copies::BySize,
        }
    }
}

/// The stores that are searched.
pub fn stores(
    which: Which<'_>,
    copies: Copies,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Stores, Failure> {
    let folder = &settings.environment.folder;
    let library = settings.library.clone().copying(copies);
    let stores = watched(ui, |watch| library.choose_to_search(which, folder, watch))?;
    if let (Which::One(choice), Some(located)) = (which, stores.found.first()) {
        settings.library.note_on_default(&choice, located)?.iter().for_each(|note| ui.tell(note));
    }
    settings.library.notes_on(&stores.found)?.iter().for_each(|note| ui.tell(note));
    Ok(stores)
}

/// Stores ready to be searched as the flags and the settings say. An index is built first where there is none; what queries in
/// the mode need is opened.
pub fn session(
    args: &StoresArgs,
    mode: Option<Mode>,
    finding: &FindingArgs,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Session, Failure> {
    stop::listen_to_leave();
    let reranking = finding.reranking.over(settings);
    let copies = args.copies();
    open_session(&stores(args.which(), copies, settings, ui)?, copies, mode, reranking, settings, ui)
}

/// The stores ready to be searched.
pub fn open_session(
    stores: &Stores,
    copies: Copies,
    mode: Option<Mode>,
    reranking: Reranking,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Session, Failure> {
    let library = settings.library.clone().copying(copies);
    let session = watched(ui, |watch| library.session_for(stores, mode, reranking, watch))?;
    session.notes().iter().for_each(|note| ui.tell(note));
    Ok(session)
}

/// Does a job of the library's whose steps are shown.
pub fn watched<T>(
    ui: &Ui,
    job: impl FnOnce(&mut dyn FnMut(Step<'_>) -> Flow) -> Result<T, naragtive::Error>,
) -> Result<T, Failure> {
    let mut watcher = Watcher::new(ui);
    Ok(job(&mut |step| watcher.step(step))?)
}

/// Asks a person, who has to say yes. `kept` is the failure where nobody does, by why not.
pub fn ask(
    who: &str,
    question: &str,
    kept: impl Fn(&str) -> Failure,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<(), Failure> {
    if !settings.environment.stdin_is_terminal {
        return Err(kept(&format!("{who}, and there is nobody to ask")));
    }
    ui.ask(question);
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|error| kept(&error.to_string()))?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(kept("the answer was not yes")),
    }
}

/// What the session finds, told of where it isn't what was typed.
pub fn search(session: &Session, query: &Query, ui: &Ui) -> Result<Hits, Failure> {
    let hits = watched(ui, |watch| session.search_watched(query, watch))?;
    tell_of(&hits, ui);
    Ok(hits)
}

/// Says where what was found isn't what was typed, and why there is nothing.
pub fn tell_of(hits: &Hits, ui: &Ui) {
    hits.remarks().iter().for_each(|remark| ui.note(remark));
}

/// Opens a store; says which of its scenes have no text or no metadata.
pub fn opened(located: &Located, ui: &Ui) -> Result<Store, Failure> {
    let (store, note) = located.open()?;
    note.iter().for_each(|note| ui.tell(note));
    Ok(store)
}

/// The query that `text` and the flags make.
pub fn query(text: &str, finding: &FindingArgs, settings: &CommandSettings) -> Result<Query, Failure> {
    Ok(Query {
        limit: settings.limit.or_flag("--limit", finding.limit).value.get(),
        mode: finding.mode(),
        meaning: finding.meaning,
        filter: known_names(finding.filter(|| today(settings)), finding.only.lexicon.as_deref(), settings)?,
        min_score: finding.min_score.unwrap_or(0.0),
        context: finding.context,
        as_typed: finding.exact,
        spread: finding.spread,
        ..Query::new(text, 0)
    })
}

/// The day it is, by the clock that everything here goes by.
pub fn today(settings: &CommandSettings) -> Day {
    Day::from(settings.environment.now.to_zoned(TimeZone::system()).date())
}

/// What answers other programs and browsers. A server may run for days, so the day is asked for anew each time.
pub fn service(settings: &CommandSettings) -> Service {
    Service::new(settings.library.clone().following(true), Box::new(today_now))
}

/// The day it is at this moment.
pub fn today_now() -> Day {
    Day::from(Timestamp::now().to_zoned(TimeZone::system()).date())
}

/// The filter with what the campaign file knows of the names in it.
pub fn known_names(
    filter: Filter,
    lexicon: Option<&Path>,
    settings: &CommandSettings,
) -> Result<Filter, Failure> {
    Ok(naragtive::with_known_names(filter, lexicon, &settings.library)?)
}

/// The query for what was typed: words, or the id of a scene that others are to be like.
pub fn words_or_like(
    text: Option<&str>,
    like: Option<&str>,
    finding: &FindingArgs,
    settings: &CommandSettings,
) -> Result<Query, Failure> {
    let Query { text, like, mode, .. } = Query::asked(text, like, finding.mode)?;
    Ok(Query { like, mode, ..query(&text, finding, settings)? })
}
