//! Filters that no scene can meet: what was typed is a slip then, and an empty answer would hide it.

use std::collections::BTreeSet;

use naragtive_scene::{Filter, Metadata};

use crate::Error;

/// Checks that there is a day that a filter keeps.
///
/// # Errors
/// [`Error::NoDay`].
pub(crate) fn check_days(filter: &Filter) -> Result<(), Error> {
    filter.no_day().map_or(Ok(()), |[first, last]| Err(Error::NoDay { first, last }))
}

/// Keys of metadata that scenes have.
#[derive(Debug, Default)]
pub(crate) struct Keys(BTreeSet<String>);

impl Keys {
    pub(crate) fn add(&mut self, metadata: &Metadata) {
        for (key, _) in metadata.iter() {
            if !self.0.contains(key) {
                self.0.insert(key.to_owned());
            }
        }
    }

    pub(crate) fn add_key(&mut self, key: String) {
        self.0.insert(key);
    }

    /// Checks that some scene has every key that scenes are chosen by, if there is any scene.
    ///
    /// # Errors
    /// [`Error::UnknownKey`].
    pub(crate) fn check(&self, having: &[(String, String)]) -> Result<(), Error> {
        let unknown = having.iter().map(|(key, _)| key).find(|key| !self.0.contains(*key));
        let Some(key) = unknown.filter(|_| !self.0.is_empty()) else { return Ok(()) };
        let nearest = naragtive_text::nearest(key, self.0.iter().map(String::as_str));
        Err(Error::UnknownKey {
            key: key.clone(),
            nearest: nearest.into_iter().map(str::to_owned).collect(),
            known: self.0.iter().cloned().collect(),
        })
    }
}
