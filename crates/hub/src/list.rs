//! Which known models are here.

use crate::catalogue::ModelSpec;
use crate::disk;
use crate::error::HubError;
use crate::find::{FoundModel, find};
use crate::settings::Places;

/// How it stands with one model.
#[derive(Debug)]
pub struct ModelStatus<'a> {
    /// The model.
    pub spec: &'a ModelSpec,
    /// Its folder, complete and checked, or why there is none.
    pub found: Result<FoundModel, HubError>,
    /// What the program's own copy takes on disk, finished or not, in bytes.
    pub bytes: u64,
}

/// The status of each of the models, in their order. Nothing is fetched.
pub fn list<'a>(specs: &'a [ModelSpec], places: &Places) -> Vec<ModelStatus<'a>> {
    specs.iter().map(|spec| status(spec, places)).collect()
}

/// The status of one model. Nothing is fetched.
pub fn status<'a>(spec: &'a ModelSpec, places: &Places) -> ModelStatus<'a> {
    let bytes = disk::tree_bytes(&places.own(spec)) + disk::tree_bytes(&places.partial(spec));
    ModelStatus { spec, found: find(spec, places), bytes }
}
