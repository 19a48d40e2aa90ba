use jiff::Timestamp;
use naragtive_scene::{Scenes, Source};
use naragtive_store::{NewStore, StoreName, StoreRef};

use super::Destination;
use crate::indexing::refreshed::bring_index_up_to_date;
use crate::models::language;
use crate::progress::{Step, Watch};
use crate::{Added, Error, Foreign, How, Library, StoryLanguage, add};

/// What became of scenes that were to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Where the store is.
    pub at: StoreRef,
    /// The name that was asked for.
    pub asked: Option<StoreName>,
    /// The name it has in the registry.
    pub registered: Option<String>,
    /// What was added.
    pub added: Added,
    /// The language that the scenes are in, where it can be told.
    pub language: Option<StoryLanguage>,
    /// That the store's model knows little of it.
    pub foreign: Option<Foreign>,
}

/// Embeds the scenes that are new, puts them into the store, brings its index up to date and registers it.
///
/// # Errors
/// When the model can't be had, the store can't be written or is another model's, or `watch` said stop and nothing could
/// be kept. A merge that was stopped is none: what was finished is stored, and [`Added::stopped`] says so.
pub fn store_scenes(
    library: &Library,
    scenes: impl Scenes,
    destination: Destination,
    source: Source,
    now: Timestamp,
    watch: &mut Watch<'_>,
) -> Result<Stored, Error> {
    tell_leftover(library, &destination, watch)?;
    let Destination { draft, name, at, how } = destination;
    // What is added to a store is embedded as what is in it; what replaces one, as the settings say.
    let stored = at.open().ok().filter(|_| how == How::Merge);
    let tag = stored.map(|store| store.model_or_legacy());
    let model = library.models().embedder_of(tag.as_ref(), watch)?;
    let sample = language::sample(&scenes);
    let added = add(scenes, &at, how, &model, library.patience(), |done| watch(Step::Adding(done)))?;
    let language = language::of(&sample);
    let foreign = language::foreign(&model, language, &sample);
    if let Some(draft) = draft {
        let (name, appended) = (draft.name().to_string(), added.appended.clone());
        let (at, appended) = draft.send(library, &source, appended, watch)?;
        let added = Added { appended, ..added };
        return Ok(Stored { at, asked: None, registered: Some(name), added, language, foreign });
    }
    // One who said stop doesn't wait for the index; the next search builds it.
    if !added.stopped {
        bring_index_up_to_date(library, &at, &added.appended, watch)?;
    }
    if name.is_none() {
        count_anew(library, &at);
    }
    let registered = name.clone().map(|name| {
        let new = NewStore { name, at: at.clone(), source, description: None };
        // Who said stop wants what is finished to be found.
        let patience = library.patience();
        let patience = if added.stopped { patience.without_stop() } else { patience.clone() };
        library.settings().registry().with_patience(patience).register(new, now)
    });
    let registered = registered.transpose()?.map(|entry| entry.name);
    Ok(Stored { at, asked: name, registered, added, language, foreign })
}

/// A store of the name that is to be registered may have been here before. Its file is added to, as any other; who doesn't
/// expect one should hear of it.
fn tell_leftover(library: &Library, to: &Destination, watch: &mut Watch<'_>) -> Result<(), Error> {
    let Destination { name: Some(name), at, how: How::Merge, .. } = to else { return Ok(()) };
    let known = library.registry().list()?;
    if known.iter().any(|entry| entry.name.eq_ignore_ascii_case(name.as_str())) {
        return Ok(());
    }
    if let Ok(store) = at.open() {
        watch(Step::AddingTo { path: at.file(), name: name.as_str(), scenes: store.len() });
    }
    Ok(())
}

/// Notes how many scenes the names of this store have now. Where that can't be noted, `doctor` says so; it costs nobody
/// what is stored.
pub(super) fn count_anew(library: &Library, at: &StoreRef) {
    let registry = library.registry();
    for name in registry.names_of(at).unwrap_or_default() {
        registry.update_record_count(&name).ok();
    }
}
