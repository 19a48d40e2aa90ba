use naragtive_scene::Scene;

use crate::column::check_finite;
use crate::passages::Passages;
use crate::{ModelTag, RowProblem, StoreError, StoredRow};

/// A scene on its way into a store.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddedScene {
    /// The scene.
    pub scene: Scene,
    /// The embedding of its text: as many finite numbers as the store's model gives.
    pub embedding: Vec<f32>,
    /// Its passages and their embeddings; none is fine.
    pub passages: Passages,
}

impl From<StoredRow> for EmbeddedScene {
    fn from(StoredRow { scene, embedding, passages }: StoredRow) -> Self {
        Self { scene, embedding, passages }
    }
}

impl EmbeddedScene {
    /// Checks that the embedding can be one of `model`.
    pub(crate) fn check(&self, model: &ModelTag) -> Result<(), StoreError> {
        let (expected, found) = (model.dimension, self.embedding.len());
        let checked = if expected == found {
            check_finite(&self.embedding).and_then(|()| self.passages.check(model.dimension))
        } else {
            Err(RowProblem::Dimension { expected, found })
        };
        checked.map_err(|problem| StoreError::BadScene { id: self.scene.id.to_string(), problem })
    }
}
