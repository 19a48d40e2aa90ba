use naragtive_hub::Found;
use naragtive_model::{Delta, Embedder, Options};
use naragtive_store::ModelTag;

use crate::Error;

/// An embedder and the name under which stores know its vectors.
pub struct Model {
    /// Makes the vectors.
    pub embedder: Embedder,
    /// What a store with such vectors says.
    pub tag: ModelTag,
}

impl Model {
    /// Opens the model that was found.
    ///
    /// # Errors
    /// When its folder can't be used.
    pub fn open(found: &Found, options: Options) -> Result<Self, Error> {
        let delta = delta(found);
        let options = Options { sums: found.weights.clone(), delta, ..options };
        let embedder = Embedder::open(&found.folder, options)?;
        let revision = Some(embedder.identity().as_str().to_owned());
        let tag = ModelTag { name: found.model.clone(), revision, dimension: embedder.dimension() };
        Ok(Self { embedder, tag })
    }
}

/// What changes the weights that were found.
pub(super) fn delta(found: &Found) -> Option<Delta> {
    let derived = found.derived?;
    let base = derived.base.file("model.safetensors")?.sha256?;
    Some(Delta { bytes: derived.delta, base, merged: derived.merged })
}
