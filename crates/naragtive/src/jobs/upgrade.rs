use naragtive_store::{Store, check_writable};

use crate::progress::{Step, Watch};
use crate::{Error, Library, Located, StoreInfo, Upgraded, upgrade, would_gain};

/// What became of a store that was to be upgraded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreUpgrade {
    /// The store.
    pub store: StoreInfo,
    /// What was done; nothing where nothing was lacking.
    pub upgraded: Option<Upgraded>,
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
    let path = &located.path;
    let done = |upgraded| Ok(StoreUpgrade { store: located.info(Store::open(path)?.len()), upgraded });
    if !would_gain(&Store::open(path)?)? {
        return done(None);
    }
    check_writable(path)?;
    let model = library.models().embedder_of(Some(&Store::open(path)?.model_or_legacy()), watch)?;
    let upgraded = upgrade(path, &model, library.patience(), |done| watch(Step::Adding(done)))?;
    if upgraded.left == 0 {
        library.indexes().open(&Store::open(path)?, &mut |done| watch(Step::Indexing(done)))?;
    }
    done(Some(upgraded))
}
