use super::{Forgotten, IngestDone, Unwanted, forget};
use crate::progress::Watch;
use crate::{Error, Library};

impl IngestDone {
    /// What the store has of the exports that these don't hold any more, of an ingest that was to find that out; none where
    /// they hold all of it.
    ///
    /// # Errors
    /// [`Error::NotPruned`] where nobody can tell, as not all of the exports could be read.
    pub fn to_prune(&self) -> Result<Option<&Unwanted>, Error> {
        let gone = self.gone.as_ref().ok_or(Error::NotPruned)?;
        Ok((gone.scenes > 0).then_some(gone))
    }
}

/// Takes out of the store what the exports of an ingest don't hold any more, and notes how many scenes are left.
///
/// # Errors
/// As [`IngestDone::to_prune`] and [`forget`]; then nothing is taken out.
pub fn prune(library: &Library, done: &mut IngestDone, watch: &mut Watch<'_>) -> Result<Forgotten, Error> {
    let gone = done.gone.as_ref().ok_or(Error::NotPruned)?;
    let forgotten = forget(library, gone, watch)?;
    done.stored.added.appended.total = forgotten.total;
    Ok(forgotten)
}
