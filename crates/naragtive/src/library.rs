use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use naragtive_disk::Patience;
use naragtive_store::Registry;

use crate::home::Settings;
use crate::shared::{Copies, Following, Guest};
use crate::{Error, Indexes, Models};

/// One home with its settings and its models: where everything begins. Clones share the models that are open.
#[derive(Clone)]
pub struct Library {
    settings: Settings,
    models: Arc<Models>,
    patience: Patience,
    copies: Copies,
    /// Those shared stores that were asked for, where they are followed.
    following: Option<Arc<Following>>,
    /// Who sees the stores of a server here, and nothing else; none where it is whose home this is.
    guest: Option<Guest>,
}

impl Library {
    /// With these settings.
    pub fn new(settings: Settings) -> Self {
        let models = Arc::new(Models::new(&settings));
        Self {
            settings,
            models,
            patience: Patience::default(),
            copies: Copies::default(),
            following: None,
            guest: None,
        }
    }

    /// In the folder `home`, with its config file and so many threads.
    ///
    /// # Errors
    /// When the config file can't be used.
    pub fn at(home: impl Into<PathBuf>, threads: NonZeroUsize) -> Result<Self, Error> {
        Settings::at(home, threads).map(Self::new)
    }

    /// The same, where other processes are waited for in this way.
    #[must_use]
    pub fn waiting(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// The same, where shared stores that are searched are copied first or not.
    #[must_use]
    pub fn copying(self, copies: Copies) -> Self {
        Self { copies, ..self }
    }

    /// The same, where copies of shared stores that were asked for once are kept up to date from then on, or not: as long as
    /// their server tells of every change, it isn't asked.
    #[must_use]
    pub fn following(self, follows: bool) -> Self {
        Self { following: follows.then(Arc::default), ..self }
    }

    /// The same, where nothing may be heard of a server for so long before it is asked.
    #[cfg(test)]
    pub(crate) fn asking_after(self, quiet: std::time::Duration) -> Self {
        Self { following: Some(Arc::new(Following::asking_after(quiet))), ..self }
    }

    /// The same as a guest sees it: the stores of a server that they may read there, and nothing of this home's own.
    #[must_use]
    pub fn seen_by(self, guest: Guest) -> Self {
        // Whether a guest may see a store is asked each time.
        Self { guest: Some(guest), following: None, ..self }
    }

    /// Whether somebody sees it who has no other part of this home.
    pub fn is_guest(&self) -> bool {
        self.guest.is_some()
    }

    /// Who sees it, if it is a guest.
    pub(crate) fn guest(&self) -> Option<&Guest> {
        self.guest.as_ref()
    }

    /// Those shared stores that are followed, where any are.
    pub(crate) fn followed(&self) -> Option<&Arc<Following>> {
        self.following.as_ref()
    }

    /// Whether shared stores that are searched are copied first.
    pub(crate) fn copies(&self) -> Copies {
        self.copies
    }

    /// How other processes are waited for.
    pub fn patience(&self) -> &Patience {
        &self.patience
    }

    /// The names of the stores, to be changed.
    pub fn registry(&self) -> Registry {
        self.settings.registry().with_patience(self.patience.clone())
    }

    /// What is settled.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The models.
    pub fn models(&self) -> &Arc<Models> {
        &self.models
    }

    /// Where the indexes are, and how they are made.
    pub fn indexes(&self) -> Indexes {
        Indexes {
            root: self.settings.home.value.indexes(),
            language: self.settings.language.value,
            threads: self.settings.threads.value,
            patience: self.patience.clone(),
        }
    }
}
