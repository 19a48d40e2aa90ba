use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use naragtive_disk::Patience;
use naragtive_store::Registry;

use crate::home::Settings;
use crate::{Error, Indexes, Models};

/// One home with its settings and its models: where everything begins. Clones share the models that are open.
#[derive(Clone)]
pub struct Library {
    settings: Settings,
    models: Arc<Models>,
    patience: Patience,
}

impl Library {
    /// With these settings.
    pub fn new(settings: Settings) -> Self {
        let models = Arc::new(Models::new(&settings));
        Self { settings, models, patience: Patience::default() }
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
