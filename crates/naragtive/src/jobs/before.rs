use std::collections::HashMap;

use naragtive_ingest::{Format, Known};
use naragtive_scene::{Scene, Source};
use naragtive_store::Store;

use crate::Error;

/// What is stored of the conversations that exports may go on with, and what exports of the same ingest held.
#[derive(Default)]
pub(super) struct StoredBefore {
    store: Option<Store>,
    /// By the source; looked for when a format asks first.
    known: HashMap<Source, Known>,
}

impl StoredBefore {
    /// What is in the store that is added to.
    pub(super) fn of(store: Option<Store>) -> Self {
        Self { store, known: HashMap::new() }
    }

    /// Hands what is known of a format's conversations to `read`, and takes in what that reads.
    pub(super) fn reading<T>(
        &mut self,
        format: Format,
        take: &mut dyn FnMut(Scene),
        read: impl FnOnce(Option<&Known>, &mut dyn FnMut(Scene)) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if !format.goes_on() {
            return read(None, take);
        }
        let source = format.source();
        let mut known = match self.known.remove(&source) {
            Some(known) => known,
            None => self.stored(&source)?,
        };
        let mut new = Known::default();
        let done = read(Some(&known), &mut |scene| {
            new.add(&scene);
            take(scene);
        });
        known.extend(new);
        self.known.insert(source, known);
        done
    }

    fn stored(&self, source: &Source) -> Result<Known, Error> {
        let mut known = Known::default();
        if let Some(store) = &self.store {
            store.visit_of(source, |scene| known.add(&scene))?;
        }
        Ok(known)
    }
}
