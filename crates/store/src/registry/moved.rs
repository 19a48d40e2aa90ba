use std::fs;

use super::{Registry, read_if_there};
use crate::entries::Entries;
use crate::{StoreError, StoreRef};

/// Stores of a home that is somewhere else now.
impl Registry {
    /// A home that was copied or moved has its stores beside the registry still, whatever paths it was registered with. So
    /// where the registered file is gone and one of its name is here, that one is meant, unless it is another name's. The
    /// next change of the registry writes the path down.
    pub(super) fn follow_home(&self, entries: &mut Entries) {
        let Ok(root) = std::path::absolute(&self.root) else { return };
        let taken: Vec<StoreRef> = entries.0.iter().map(|entry| entry.at.clone()).collect();
        for entry in &mut entries.0 {
            let Some(name) = entry.at.file().file_name() else { continue };
            let here = StoreRef::File(root.join(name));
            let is_gone = !entry.at.is_relative() && fs::symlink_metadata(entry.at.file()).is_err();
            if is_gone && !taken.contains(&here) && here.open().is_ok() {
                entry.at = here;
            }
        }
    }

    /// The stores that were found beside the registry, as the home was moved: their names, and the paths that are written
    /// down for them.
    ///
    /// # Errors
    /// When registry.json can't be read.
    pub fn moved(&self) -> Result<Vec<(String, StoreRef)>, StoreError> {
        let Some(json) = read_if_there(&self.path())? else { return Ok(Vec::new()) };
        let written = Entries::parse(json.as_bytes());
        let written = written.map_err(|source| StoreError::BadRegistry { path: self.path(), source })?;
        let mut found = written.clone();
        self.follow_home(&mut found);
        let moved = written.0.into_iter().zip(found.0).filter(|(written, found)| written.at != found.at);
        Ok(moved.map(|(written, _)| (written.name, written.at)).collect())
    }
}
