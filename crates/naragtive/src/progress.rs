use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::SystemTime;

use naragtive_hub as hub;
use naragtive_model::Flow;

use crate::rerank::RerankProgress;
use crate::{Adding, Error, Exported, Indexing};

/// What whoever waits for a job is told.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// A model is fetched.
    Fetching(&'a hub::FetchEvent<'a>),
    /// A server of models, at this address, is asked what it has.
    Connecting(&'a str),
    /// A large file is read.
    Reading {
        /// Which.
        path: &'a Path,
        /// How many of its bytes have been.
        bytes: usize,
        /// How many it has.
        total: usize,
    },
    /// An export has been read.
    Read(&'a Exported),
    /// A ChromaDB folder has been read.
    Migrating {
        /// Rows without a document.
        skipped: usize,
        /// Changes that ChromaDB has noted down and not carried out.
        pending: usize,
    },
    /// Scenes will be added to a file that is there already, though no store has the name yet that it is to get.
    AddingTo {
        /// The file.
        path: &'a Path,
        /// The name.
        name: &'a str,
        /// How many scenes it holds.
        scenes: usize,
    },
    /// Scenes are embedded.
    Adding(Adding),
    /// An index is built.
    Indexing(Indexing),
    /// What was found is read by a reranker.
    Reranking(RerankProgress),
    /// A store is passed over, for this reason, while others are searched.
    PassedOver {
        /// Its name.
        store: &'a str,
        /// What is wrong with it.
        error: &'a Error,
    },
    /// What was computed to make later commands fast can't be kept, so that each computes it anew.
    NotKept {
        /// Why not, with the file or folder.
        reason: &'a str,
    },
    /// Scenes of a shared store come.
    Syncing {
        /// The store.
        store: &'a str,
        /// How many have come.
        scenes: usize,
    },
    /// Scenes of a shared store are sent.
    Sending {
        /// The store.
        store: &'a str,
        /// How many the server has.
        scenes: usize,
        /// How many it is to have.
        of: usize,
    },
    /// The server of a shared store can't be reached, for this reason, so that its copy has to do.
    Offline {
        /// The store.
        store: &'a str,
        /// When the copy was up to date.
        since: SystemTime,
        /// Why the server can't be reached.
        error: &'a Error,
    },
    /// What was found is not reranked, for this reason, as nobody requires it.
    NotReranked(&'a Error),
}

/// Hears every step of a job, and may answer stop.
pub type Watch<'a> = dyn FnMut(Step<'_>) -> Flow + 'a;

/// Tells whoever watches a job how far reading is, and remembers whether that said stop.
pub(crate) struct ReadingWatch<'a, 'b> {
    watch: Option<RefCell<&'a mut Watch<'b>>>,
    stopped: Cell<bool>,
}

impl<'a, 'b> ReadingWatch<'a, 'b> {
    pub(crate) fn heard_by(watch: &'a mut Watch<'b>) -> Self {
        Self { watch: Some(RefCell::new(watch)), stopped: Cell::new(false) }
    }

    /// Nobody watches.
    pub(crate) fn unheard() -> Self {
        Self { watch: None, stopped: Cell::new(false) }
    }

    /// Whether to go on, after so many bytes.
    pub(crate) fn reached(&self, path: &Path, bytes: usize, total: usize) -> bool {
        let watch = self.watch.as_ref().and_then(|watch| watch.try_borrow_mut().ok());
        let flow = watch.map(|mut watch| watch(Step::Reading { path, bytes, total }));
        self.stopped.set(self.stopped.get() || flow == Some(Flow::Stop));
        !self.stopped.get()
    }

    /// An error, where somebody said stop.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.stopped.get() { Err(Error::Stopped) } else { Ok(()) }
    }
}
