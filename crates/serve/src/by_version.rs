use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use naragtive::{Store, Version};

use crate::Error;

/// How many states of stores are remembered.
const KNOWN: usize = 64;

/// Where something will be once somebody has read it; who needs it meanwhile waits.
type Slot<T> = Arc<Mutex<Option<Arc<T>>>>;

/// What is known of stores, by their versions: reading it takes a while.
pub(crate) struct ByVersion<T>(Mutex<HashMap<Version, Slot<T>>>);

impl<T> Default for ByVersion<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> ByVersion<T> {
    /// What is known of this state of the store, read first if it isn't: once, however many ask for it.
    pub(crate) fn of(
        &self,
        store: &Store,
        read: impl FnOnce(&Store) -> Result<T, naragtive::Error>,
    ) -> Result<Arc<T>, Error> {
        let slot = self.slot(store.version()?);
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*slot {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(read(store)?);
        *slot = Some(Arc::clone(&found));
        Ok(found)
    }

    fn slot(&self, version: Version) -> Slot<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // States of a store that are past are never asked for again.
        if all.len() >= KNOWN && !all.contains_key(&version) {
            all.clear();
        }
        Arc::clone(all.entry(version).or_default())
    }
}
