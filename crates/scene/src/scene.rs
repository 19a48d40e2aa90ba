use std::borrow::Cow;
use std::fmt;

use crate::{Metadata, Origin};

/// A scene's name, unique within one store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SceneId(String);

impl SceneId {
    /// Takes any text as an id: existing stores hold ids of many shapes.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// This id with `-suffix` behind it, for a second scene that came with the same id.
    pub fn with_suffix(&self, suffix: &str) -> Self {
        Self(format!("{}-{suffix}", self.0))
    }
}

impl fmt::Display for SceneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The unit that is stored, embedded and found.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Its name in the store.
    pub id: SceneId,
    /// What is embedded and shown.
    pub text: String,
    /// What is known about it.
    pub metadata: Metadata,
    /// Where it comes from; none where that was not recorded.
    pub origin: Option<Origin>,
}

impl Scene {
    /// What it is a part of: scenes of one group that follow each other in a store are neighbours.
    ///
    /// Where the origin was recorded, that is the conversation and the channel; else what the metadata says.
    pub fn group(&self) -> Option<Cow<'_, str>> {
        match &self.origin {
            Some(origin) => Some(Cow::Owned(origin.conversation.group())),
            None => self.metadata.group(),
        }
    }
}
