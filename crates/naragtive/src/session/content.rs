use std::sync::OnceLock;

use naragtive_scene::{Scene, SceneId};
use naragtive_store::{ModelTag, Span, Store, StoreError, StoreRef, Version};

use super::Located;
use super::id_rows::IdRows;
use super::view::View;
use crate::Error;
use crate::session::unmet::Keys;

/// How a store that is searched where it is, without a copy, is looked at.
pub(super) type Views<'a> = dyn Fn(&Located) -> Result<View, Error> + 'a;

/// What a store holds: a file, or what a server says.
pub(super) enum Content {
    File(Box<OpenFile>),
    Server(Box<View>),
}

/// A file in the state in which it was opened.
pub(super) struct OpenFile {
    pub(super) store: Store,
    version: Version,
    rows: OnceLock<IdRows>,
}

impl OpenFile {
    fn row_of(&self, id: &str) -> Result<Option<usize>, StoreError> {
        let rows = match self.rows.get() {
            Some(rows) => rows,
            None => {
                let ids = self.store.ids()?;
                self.rows.get_or_init(|| IdRows::of(&ids))
            }
        };
        for row in rows.of_id(id) {
            if self.store.ids_of(&[row])?.first().is_some_and(|known| known == id) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

impl Content {
    pub(super) fn open(located: &Located, views: &Views<'_>) -> Result<Self, Error> {
        if let StoreRef::Server(_) = &located.at {
            return Ok(Self::Server(Box::new(views(located)?)));
        }
        let store = located.at.open()?;
        let version = store.version()?;
        Ok(Self::File(Box::new(OpenFile { store, version, rows: OnceLock::new() })))
    }

    pub(super) fn view(&self) -> Option<&View> {
        match self {
            Self::File(_) => None,
            Self::Server(view) => Some(view),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::File(file) => file.store.len(),
            Self::Server(view) => view.len(),
        }
    }

    /// Whether somebody has changed it since it was opened, or taken it away.
    pub(super) fn has_changed(&self) -> bool {
        match self {
            Self::File(file) => file.store.at().version().map_or(true, |version| version != file.version),
            Self::Server(view) => view.has_changed(),
        }
    }

    pub(super) fn model(&self) -> ModelTag {
        match self {
            Self::File(file) => file.store.model_or_legacy(),
            Self::Server(view) => view.store().model.clone(),
        }
    }

    pub(super) fn require_model(&self, wanted: &ModelTag) -> Result<(), Error> {
        match self {
            Self::File(file) => Ok(file.store.require_model(wanted)?),
            Self::Server(view) => view.require_model(wanted),
        }
    }

    pub(super) fn note_keys(&self, keys: &mut Keys) -> Result<(), Error> {
        match self {
            Self::File(file) => file.store.metadata()?.iter().for_each(|metadata| keys.add(metadata)),
            Self::Server(view) => view.keys()?.into_iter().for_each(|key| keys.add_key(key)),
        }
        Ok(())
    }

    pub(super) fn scenes(&self, rows: &[usize]) -> Result<Vec<Scene>, Error> {
        match self {
            Self::File(file) => Ok(file.store.scenes(rows)?),
            Self::Server(view) => {
                Ok(view.scenes_and_spans(rows)?.into_iter().map(|(scene, _)| scene).collect())
            }
        }
    }

    pub(super) fn scenes_and_spans(&self, rows: &[usize]) -> Result<Vec<(Scene, Vec<Span>)>, Error> {
        match self {
            Self::File(file) => Ok(file.store.scenes_and_spans(rows)?),
            Self::Server(view) => view.scenes_and_spans(rows),
        }
    }

    /// The row of the scene with this id, else all ids.
    pub(super) fn row_of(&self, id: &SceneId) -> Result<Result<usize, Vec<String>>, Error> {
        match self {
            Self::File(file) => match file.row_of(id.as_str())? {
                Some(row) => Ok(Ok(row)),
                None => Ok(Err(file.store.ids()?)),
            },
            Self::Server(view) => match view.row_of(id)? {
                Some(row) => Ok(Ok(row)),
                None => Ok(Err(view.ids()?)),
            },
        }
    }
}
