use std::time::{Duration, Instant};

use jiff::Timestamp;
use naragtive::{Flow, Step};

use super::progress::{AddBar, IndexBar, ReadBar, RerankBar, SendBar};
use super::{FetchBar, Ui, age};
use crate::error::Failure;
use crate::stop;

/// Shows how far a job is, and has it stop once the user has pressed Ctrl-C.
pub struct Watcher<'a> {
    ui: &'a Ui,
    bar: Bar<'a>,
    /// When the first scene was handed to the model.
    began: Option<Instant>,
    embedded: Duration,
}

enum Bar<'a> {
    None,
    Fetch(FetchBar<'a>),
    Read(ReadBar),
    Add(AddBar),
    Index(IndexBar),
    Rerank(RerankBar),
    Send(SendBar),
}

impl<'a> Watcher<'a> {
    pub fn new(ui: &'a Ui) -> Self {
        Self { ui, bar: Bar::None, began: None, embedded: Duration::ZERO }
    }

    /// Hears one step.
    pub fn step(&mut self, step: Step<'_>) -> Flow {
        let ui = self.ui;
        match step {
            Step::Fetching(event) => {
                if !matches!(self.bar, Bar::Fetch(_)) {
                    self.bar = Bar::Fetch(FetchBar::new(ui));
                }
                if let Bar::Fetch(bar) = &self.bar {
                    bar.show(event);
                }
            }
            Step::Adding(done) => {
                let began = *self.began.get_or_insert_with(Instant::now);
                self.embedded = began.elapsed();
                if !matches!(self.bar, Bar::Add(_)) {
                    self.bar = Bar::Add(AddBar::new(ui));
                }
                if let Bar::Add(bar) = &self.bar {
                    bar.show(done);
                }
            }
            Step::Indexing(done) => {
                if !matches!(self.bar, Bar::Index(_)) {
                    self.bar = Bar::Index(IndexBar::new(ui));
                }
                if let Bar::Index(bar) = &self.bar {
                    bar.show(done);
                }
            }
            Step::Reranking(done) => {
                if !matches!(self.bar, Bar::Rerank(_)) {
                    self.bar = Bar::Rerank(RerankBar::new(ui));
                }
                if let Bar::Rerank(bar) = &self.bar {
                    bar.show(done);
                }
            }
            Step::Reading { path, bytes, total } => {
                if !matches!(self.bar, Bar::Read(_)) {
                    self.bar = Bar::Read(ReadBar::new(ui));
                }
                if let Bar::Read(bar) = &self.bar {
                    bar.show(path, bytes as u64, total as u64);
                }
            }
            Step::Connecting(_) => {}
            Step::Read(_) | Step::Migrating { .. } => self.bar = Bar::None,
            Step::AddingTo { path, name, scenes } => ui.note(format_args!(
                "{} is there already, with scenes in it ({scenes}), though no store is registered as `{name}`: adding to it; --no-append \
                 starts anew",
                path.display()
            )),
            Step::PassedOver { store, error } => {
                self.bar = Bar::None;
                ui.warn_of(&format!("passing over store `{store}`"), &Failure::of(error));
            }
            Step::NotKept { reason } => {
                self.bar = Bar::None;
                ui.unkept(reason);
            }
            Step::Syncing { .. } => {}
            Step::Sending { store, scenes, of } => {
                if !matches!(self.bar, Bar::Send(_)) {
                    self.bar = Bar::Send(SendBar::new(ui));
                }
                if let Bar::Send(bar) = &self.bar {
                    bar.show(store, scenes, of);
                }
            }
            Step::Offline { store, since, error } => {
                self.bar = Bar::None;
                let since = Timestamp::try_from(since).unwrap_or(Timestamp::UNIX_EPOCH);
                let what = format!("{store} is as it was {}", age(since, ui.now));
                ui.warn_of(&what, &Failure::of(error));
            }
            Step::NotReranked(error) => {
                self.bar = Bar::None;
                ui.warn_of("not reranked", &Failure::of(error));
            }
        }
        // What leaves something behind when it is cut off ends in its own time; the rest at once.
        stop::in_own_time(!matches!(step, Step::Reranking(_) | Step::Connecting(_)));
        if stop::is_asked() { Flow::Stop } else { Flow::Continue }
    }

    /// How long scenes have been embedded and stored.
    pub fn seconds(&self) -> f64 {
        self.embedded.as_secs_f64()
    }
}
