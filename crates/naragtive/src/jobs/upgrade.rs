use naragtive_store::check_writable;

use crate::home::SettingOrigin;
use crate::progress::{Step, Watch};
use crate::{Error, Library, Located, StoreInfo, Upgraded, move_over, upgrade, would_gain};

/// What became of a store that was to be upgraded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreUpgrade {
    /// The store.
    pub store: StoreInfo,
    /// What was done; nothing where nothing was lacking.
    pub upgraded: Option<Upgraded>,
    /// The model that the store was moved over to, if it was.
    pub moved_to: Option<String>,
}

/// What `naragtive upgrade` means: [`upgrade_store`], or where a model or a server was named for this run [`move_store`]. One that the config
/// file or a variable names is everybody's usual one, and no reason to embed a store anew.
///
/// # Errors
/// As these two; [`Error::IsShared`] for the copy of a shared store, which nothing but its server may change.
pub fn upgrade_or_move(
    library: &Library,
    located: &Located,
    watch: &mut Watch<'_>,
) -> Result<StoreUpgrade, Error> {
    if let Some(name) = library.shared().of(&located.at) {
        return Err(Error::IsShared { name: name.to_string() });
    }
    let is_named = |origin| matches!(origin, SettingOrigin::Flag(_));
    let settings = library.settings();
    if is_named(settings.model.origin) || is_named(settings.embed_url.origin) {
        move_store(library, located, watch)
    } else {
        upgrade_store(library, located, watch)
    }
}

/// Gives passages to the scenes of a store that lack them, and brings its index up to date.
///
/// # Errors
/// When the model can't be had, or the store can't be read or written or is another model's; then it is as it was.
pub fn upgrade_store(
    library: &Library,
    located: &Located,
    watch: &mut Watch<'_>,
) -> Result<StoreUpgrade, Error> {
    let at = &located.at;
    let done =
        |upgraded| Ok(StoreUpgrade { store: located.info(at.open()?.len()), upgraded, moved_to: None });
    if !would_gain(&at.open()?)? {
        return done(None);
    }
    check_writable(at)?;
    let model = library.models().embedder_of(Some(&at.open()?.model_or_legacy()), watch)?;
    let upgraded = upgrade(at, &model, library.patience(), |done| watch(Step::Adding(done)))?;
    if upgraded.left == 0 {
        library.indexes().open(&at.open()?, &mut |done| watch(Step::Indexing(done)))?;
    }
    done(Some(upgraded))
}

/// Moves a store over to the model that the settings name, and brings its index up to date. One that is of that model already
/// is upgraded.
///
/// # Errors
/// When the model can't be had, the store can't be read or written, or `watch` says stop; then it is as it was.
pub fn move_store(
    library: &Library,
    located: &Located,
    watch: &mut Watch<'_>,
) -> Result<StoreUpgrade, Error> {
    let at = &located.at;
    check_writable(at)?;
    let (store, model) = (at.open()?, library.models().embedder(watch)?);
    if store.model_or_legacy().agrees_with(&model.tag) {
        return upgrade_store(library, located, watch);
    }
    drop(store);
    let moved = move_over(at, &model, library.patience(), |done| watch(Step::Adding(done)))?;
    library.indexes().open(&at.open()?, &mut |done| watch(Step::Indexing(done)))?;
    let info = located.info(moved.total);
    Ok(StoreUpgrade { store: info, upgraded: Some(moved), moved_to: Some(model.tag.name.clone()) })
}
