use naragtive_store::{Appended, StoreRef};

use crate::progress::{Step, Watch};
use crate::{Error, Library};

/// Brings the index of a store up to date after it was changed, so that the first search needn't.
pub(crate) fn bring_index_up_to_date(
    library: &Library,
    at: &StoreRef,
    appended: &Appended,
    watch: &mut Watch<'_>,
) -> Result<(), Error> {
    let indexes = library.indexes();
    if indexes.extend(at, appended, &mut |done| watch(Step::Indexing(done)))? {
        return Ok(());
    }
    let opened = indexes.open_kept(&at.open()?, &mut |done| watch(Step::Indexing(done)))?;
    if let Some(reason) = opened.unkept {
        watch(Step::NotKept { reason: &reason.to_string() });
    }
    Ok(())
}
