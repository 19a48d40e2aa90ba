//! What is left in the folder of models by fetches that didn't come to their end.

use std::fs;
use std::path::{Path, PathBuf};

use naragtive_disk::{Lock, Patience};

use crate::disk;
use crate::error::{HubError, io_at};
use crate::settings::{OLD, PARTIAL, Places, SCRATCH};

/// What a fetch left that was stopped or killed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// The folder.
    pub path: PathBuf,
    /// The model that was fetched.
    pub model: String,
    /// Whether a later fetch goes on from it.
    pub is_of_use: bool,
}

/// All that is left by fetches that nobody is carrying out any more, sorted by path.
pub fn leftovers(places: &Places) -> Vec<Leftover> {
    let found = fs::read_dir(places.models()).into_iter().flatten().flatten();
    let mut left: Vec<Leftover> = found.filter_map(|found| leftover(&found.path())).collect();
    // A file's lock is looked at only where there is something that it may guard.
    left.retain(|left| !is_fetched(places, &left.model));
    left.sort_by(|a, b| a.path.cmp(&b.path));
    left
}

fn leftover(path: &Path) -> Option<Leftover> {
    let (model, what) = path.file_name()?.to_str()?.strip_prefix('.')?.rsplit_once('.')?;
    let is_ours = [PARTIAL, SCRATCH, OLD].contains(&what) && !model.is_empty();
    is_ours.then(|| Leftover { path: path.to_owned(), model: model.to_owned(), is_of_use: what == PARTIAL })
}

fn is_fetched(places: &Places, model: &str) -> bool {
    let lock = fs::File::open(places.lock(model));
    lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)))
}

/// Removes what a fetch left, unless somebody fetches that model by now; says whether it did.
///
/// # Errors
/// When the system refuses.
pub fn remove_leftover(left: &Leftover, places: &Places) -> Result<bool, HubError> {
    let path = places.lock(&left.model);
    let lock = Lock::try_take(&path, &Patience::default());
    let Some(_held) = lock.map_err(|error| io_at(&path)(error.into()))? else { return Ok(false) };
    disk::remove_tree(&left.path).map_err(io_at(&left.path))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_fetch_left_is_found_and_removed_unless_somebody_fetches() {
        let home = tempfile::tempdir().unwrap();
        let places = Places::new(home.path());
        let names = [".a.b.partial", ".c.old", ".c.pip", ".c.lock", "c", ".partial", "..partial", ".hidden"];
        for name in names {
            fs::create_dir_all(places.models().join(name)).unwrap();
        }
        fs::remove_dir(places.models().join(".c.lock")).unwrap();
        let found = |left: &[Leftover]| {
            left.iter().map(|left| (left.model.clone(), left.is_of_use)).collect::<Vec<_>>()
        };
        let left = leftovers(&places);
        assert_eq!(found(&left), [("a.b".into(), true), ("c".into(), false), ("c".into(), false)]);
        let held = Lock::try_take(&places.lock("c"), &Patience::default()).unwrap().unwrap();
        assert_eq!(found(&leftovers(&places)), [("a.b".into(), true)]);
        assert!(!remove_leftover(&left[1], &places).unwrap());
        assert!(left[1].path.exists());
        drop(held);
        for left in &left {
            assert!(remove_leftover(left, &places).unwrap());
        }
        assert_eq!(leftovers(&places), []);
        assert!(places.models().join("c").exists() && places.models().join(".hidden").exists());
    }
}
