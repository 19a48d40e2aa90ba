use naragtive_hub as hub;
use naragtive_store::{StoreEntry, StoreError};

use super::{Checkup, Fault, Finding, examine};
use crate::{Error, Library};

/// Reads all of a store, and compares it with what is registered.
pub(super) fn store(entry: &StoreEntry, library: &Library) -> Result<Finding, Fault> {
    let (name, at) = (entry.name.clone(), entry.at.clone());
    let checkup = match examine(&at) {
        Err(error) if error.is_not_found() => {
            return Err(Error::StoreMoved { name, relative: at.is_relative(), path: at.into() }.into());
        }
        Err(source) => return Err(Fault::Damaged { name, source }),
        Ok(checkup) => checkup,
    };
    let Checkup { records, model, lacking_passages, of_other_recipe, saying_nothing, duplicates } = checkup;
    // The model that a search would take; what is wrong with a model itself is said below.
    let own = library.models().embedder_of_here(Some(&model)).ok().map(|own| own.tag.clone());
    if let Some(own) = own.clone().filter(|own| own.is_called_like(&model) && !own.agrees_with(&model)) {
        let (expected, found) = (Box::new(own), Box::new(model));
        return Err(StoreError::OtherModel { path: at.into(), expected, found }.into());
    }
    if entry.at.is_relative() {
        return Err(Fault::Relative(Box::new(entry.clone())));
    }
    if !duplicates.is_empty() {
        return Err(Fault::RepeatedIds { ids: duplicates, entry: Box::new(entry.clone()) });
    }
    if records != entry.record_count {
        return Err(Fault::Changed { entry: Box::new(entry.clone()), found: records });
    }
    // A store of a model that nobody here knows is whole, but searching it takes that model.
    let is_known = hub::lookup(model.bare_name()).is_ok() || own.is_some_and(|own| own.agrees_with(&model));
    let is_of_other = !is_known;
    let scenes = records;
    Ok(Finding::Store { name, scenes, model, is_of_other, lacking_passages, of_other_recipe, saying_nothing })
}
