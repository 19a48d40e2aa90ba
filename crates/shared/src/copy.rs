use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use naragtive_disk::{AtomicFile, DiskError, Lock, Patience, last_written, note_use, read_text, replace};
use naragtive_store::{Appended, StoreRef};

use crate::SharedError;
use crate::pull::Renewed;
use crate::tracked::{LAYOUT, Tracked};
use crate::{Server, SharedStore};

/// A copy of a shared store on this machine: an ordinary store, and beside it a note of what it is a copy of. It can be made
/// anew at any time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalCopy {
    file: PathBuf,
}

/// What bringing a copy up to date came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Copied {
    /// The store on the server.
    pub store: SharedStore,
    /// What changed; none where nothing did.
    pub appended: Option<Appended>,
    /// Whether all of it was fetched.
    pub anew: bool,
}

impl LocalCopy {
    /// The copy that this file is, which needn't be there.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into() }
    }

    /// The store.
    pub fn at(&self) -> StoreRef {
        StoreRef::from(&self.file)
    }

    /// Where what is to be sent is prepared.
    pub fn draft(&self) -> StoreRef {
        StoreRef::from(self.file.with_extension("draft"))
    }

    /// When the server was asked last, if there is a copy.
    pub fn synced(&self) -> Option<SystemTime> {
        self.tracked()?;
        last_written([self.note().as_path(), self.stamp().as_path()])
    }

    /// Makes a draft of the copy, to be changed and sent: the same file until it is written anew. One that is left from a
    /// process that was killed makes way.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn make_draft(&self) -> Result<StoreRef, SharedError> {
        let draft = self.draft();
        AtomicFile::find(draft.file())?.remove()?;
        if self.file.exists() && std::fs::hard_link(&self.file, draft.file()).is_err() {
            self.copy_to(draft.file()).map_err(DiskError::io("copy to", draft.file()))?;
        }
        Ok(draft)
    }

    /// Copies the file with the time at which it was written, by which its index knows it.
    fn copy_to(&self, draft: &Path) -> std::io::Result<()> {
        std::fs::copy(&self.file, draft)?;
        let written = std::fs::metadata(&self.file)?.modified()?;
        std::fs::File::options().append(true).open(draft)?.set_modified(written)
    }

    /// Waits until no other process makes a draft of this copy.
    ///
    /// # Errors
    /// As [`LocalCopy::lock`].
    pub fn lock_draft(&self, patience: &Patience) -> Result<Lock, SharedError> {
        let file = self.file.with_extension("writer");
        Ok(AtomicFile::find(&self.make_folder(&file)?)?.lock(patience)?)
    }

    fn make_folder(&self, file: &Path) -> Result<PathBuf, SharedError> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(DiskError::io("make the folder", folder))?;
        Ok(file.to_owned())
    }

    fn note(&self) -> PathBuf {
        self.file.with_extension("sync")
    }

    /// What is written where the server had nothing new, as the note, which tells of every row, would be the same.
    fn stamp(&self) -> PathBuf {
        self.file.with_extension("synced")
    }

    /// What it is a copy of; none where there is no copy, or its file is another one than the note is about.
    pub fn tracked(&self) -> Option<Tracked> {
        let tracked: Tracked = serde_json::from_str(&read_text(&self.note()).ok()?).ok()?;
        let is_whole = tracked.layout == LAYOUT && tracked.rows.len() == tracked.places.len();
        let version = self.at().version().ok().map(hexadecimal);
        Some(tracked).filter(|tracked| is_whole && version.as_deref() == Some(&tracked.version))
    }

    /// Waits until no other process brings this copy up to date.
    ///
    /// # Errors
    /// When `patience` is over, or the folder can't be made.
    pub fn lock(&self, patience: &Patience) -> Result<Lock, SharedError> {
        Ok(AtomicFile::find(&self.make_folder(&self.note())?)?.lock(patience)?)
    }

    /// Notes what the file is a copy of now.
    pub(crate) fn track(&self, mut tracked: Tracked) -> Result<(), SharedError> {
        tracked.version = hexadecimal(self.at().version()?);
        let json = serde_json::to_string(&tracked).unwrap_or_default();
        Ok(replace(&self.note(), |file| file.write_all(json.as_bytes()))?)
    }

    /// Brings the copy up to date. One that isn't there, was changed by others, or is of another history is fetched anew. A
    /// copy of a store that whoever asks may not read any more, or that is gone, is removed. `recipe` is what stores say that
    /// were made by today's rules; `progress` hears how many scenes have come, and may say stop with false.
    ///
    /// # Errors
    /// When the server doesn't answer or has no such store, or the copy can't be written.
    pub fn sync(
        &self,
        server: &mut Server,
        called: &str,
        recipe: &'static str,
        patience: &Patience,
        progress: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Copied, SharedError> {
        let _lock = self.lock(patience)?;
        let store = match server.store(called) {
            Err(error) if error.is_lost() => {
                self.remove()?;
                return Err(error);
            }
            store => store?,
        };
        // A file that others change between two looks is fetched anew; who changes it again and again is told so.
        for _ in 0..3 {
            let known = self.tracked().filter(|known| server.has_history(&store, known).unwrap_or(false));
            if known.as_ref().is_some_and(|known| known.rev == store.rev) {
                note_use(&self.stamp());
                return Ok(Copied { store, appended: None, anew: false });
            }
            let anew = known.is_none();
            let known = known.unwrap_or_else(|| Tracked::nothing(&store));
            let from = if anew { None } else { Some(self.at().version()?) };
            let recipe = store.recipe.as_deref().filter(|made| *made == recipe).map(|_| recipe);
            let renewed = server.renew(&store, self.at(), known, from, recipe, patience, progress)?;
            if let Some(Renewed { tracked, appended }) = renewed {
                self.track(tracked)?;
                return Ok(Copied { store, appended: Some(appended), anew });
            }
        }
        Err(SharedError::Outdated { store: store.name })
    }

    /// Puts a draft that was sent in the place of the copy.
    ///
    /// # Errors
    /// When the system refuses, or `patience` is over.
    pub fn adopt(&self, tracked: Tracked, patience: &Patience) -> Result<(), SharedError> {
        let _lock = self.lock(patience)?;
        let draft = self.draft();
        std::fs::rename(draft.file(), &self.file).map_err(DiskError::io("rename", draft.file()))?;
        self.track(tracked)
    }

    /// Removes the copy, if there is one.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove(&self) -> Result<(), SharedError> {
        let all = [self.note(), self.stamp(), self.file.clone(), self.draft().into()];
        for file in all.iter().filter(|file| file.exists()) {
            AtomicFile::find(file)?.remove()?;
        }
        Ok(())
    }
}

fn hexadecimal(version: naragtive_store::Version) -> String {
    version.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_note_about_another_state_of_the_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let copy = LocalCopy::new(folder.path().join("c.parquet"));
        assert_eq!(copy.tracked(), None);
        fs::write(&copy.file, "one").unwrap();
        let (rows, places) = (vec![4], vec![9]);
        let tracked =
            Tracked { layout: LAYOUT, store: 1, rev: 2, token: None, version: String::new(), rows, places };
        copy.track(tracked).unwrap();
        assert_eq!(copy.tracked().map(|tracked| (tracked.rev, tracked.rows)), Some((2, vec![4])));
        assert!(note_use(&copy.stamp()) && copy.synced().is_some());
        fs::write(&copy.file, "other").unwrap();
        assert_eq!(copy.tracked(), None);
        copy.remove().unwrap();
        copy.remove().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
