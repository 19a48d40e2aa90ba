use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use naragtive_disk::{AtomicFile, DiskError, replace};
use naragtive_store::StoreEntry;

use crate::{Error, Home};

/// What every store begins with, registered or not.
const STORE: &[u8] = b"PAR1";

/// A place for a document that a user asked for, looked at before the work that makes the document.
///
/// What a user has is never lost by one. A store, under whatever name, link or spelling, and everything in the program's own
/// folder are never written over; any other file only with `force`. The document is written whole or not at all.
#[derive(Debug)]
pub struct Output {
    path: PathBuf,
    /// A device or a pipe, which is written as it is.
    is_stream: bool,
}

impl Output {
    /// Claims `path` for a document.
    ///
    /// # Errors
    /// When something there must not be written over, or can't be written.
    pub fn claim(path: &Path, force: bool, home: &Home) -> Result<Self, Error> {
        let output = |is_stream| Self { path: path.to_owned(), is_stream };
        if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            return Ok(output(true));
        }
        let place = AtomicFile::find(path).map_err(write_error)?;
        let real = place.path();
        if let Some(name) = registered(path, &real, &home.registry().list()?) {
            return Err(Error::OutputIsStore { path: path.to_owned(), name: Some(name) });
        }
        if is_store(&real) {
            return Err(Error::OutputIsStore { path: path.to_owned(), name: None });
        }
        if home.root().canonicalize().is_ok_and(|root| real.starts_with(root)) {
            return Err(Error::OutputInHome { path: path.to_owned(), home: home.root().to_owned() });
        }
        if real.exists() && !force {
            return Err(Error::OutputExists { path: path.to_owned() });
        }
        place.check_writable().map_err(write_error)?;
        Ok(output(false))
    }

    /// Writes the document.
    ///
    /// # Errors
    /// When the system refuses; then what was there is there still.
    pub fn write(&self, document: &str) -> Result<(), Error> {
        let write = |file: &mut File| file.write_all(document.as_bytes());
        if self.is_stream {
            let written = File::options().write(true).open(&self.path).and_then(|mut file| write(&mut file));
            return written.map_err(|source| Error::Write { path: self.path.clone(), source });
        }
        replace(&self.path, write).map_err(write_error)
    }
}

/// Refuses what the program keeps for itself as the place of a store: its own files, models and caches. A parquet file
/// elsewhere in the home is a store as any other.
///
/// # Errors
/// [`Error::OutputInHome`].
pub(crate) fn refuse_own_files(path: &Path, home: &Home) -> Result<(), Error> {
    let real = AtomicFile::find(path).map(|place| place.path()).unwrap_or_else(|_| path.to_owned());
    let Ok(root) = home.root().canonicalize() else { return Ok(()) };
    let Ok(inside) = real.strip_prefix(&root) else { return Ok(()) };
    let is_store = inside.extension().is_some_and(|ending| ending == "parquet");
    let is_kept = ["cache", "models"].iter().any(|folder| inside.starts_with(folder));
    if is_store && !is_kept {
        return Ok(());
    }
    Err(Error::OutputInHome { path: path.to_owned(), home: home.root().to_owned() })
}

fn write_error(error: DiskError) -> Error {
    match error {
        DiskError::Io { path, source, .. } => Error::Write { path, source },
        other => Error::Write { path: PathBuf::new(), source: other.into() },
    }
}

/// The name of the store that `path`, which really is `real`, would be written over, whether its file is there now or not.
fn registered(path: &Path, real: &Path, entries: &[StoreEntry]) -> Option<String> {
    let typed = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let is_its = |entry: &&StoreEntry| {
        let whole = std::path::absolute(&entry.at).unwrap_or_else(|_| entry.at.file().to_owned());
        let place =
            AtomicFile::find(entry.at.file()).map(|place| place.path()).unwrap_or_else(|_| whole.clone());
        let same = |store: &Path| [&typed, real].iter().any(|path| is_same_spelling(path, store));
        same(&whole) || same(&place) || is_same_file(real, &place)
    };
    entries.iter().find(is_its).map(|entry| entry.name.clone())
}

/// Some systems take names that differ in case for one; where they don't, little is lost by asking for another name.
fn is_same_spelling(a: &Path, b: &Path) -> bool {
    a == b || a.to_string_lossy().to_lowercase() == b.to_string_lossy().to_lowercase()
}

/// Whether both are there and one: two names of a file.
#[cfg(unix)]
fn is_same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |path: &Path| fs::metadata(path).map(|found| (found.dev(), found.ino())).ok();
    place(a).is_some_and(|found| place(b) == Some(found))
}

#[cfg(not(unix))]
fn is_same_file(a: &Path, b: &Path) -> bool {
    let place = |path: &Path| path.canonicalize().ok();
    place(a).is_some_and(|found| place(b) == Some(found))
}

fn is_store(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(STORE.len() as u64).read_to_end(&mut start));
    read.is_ok() && start == STORE
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use naragtive_disk::Patience;
    use naragtive_scene::{Metadata, Scene, SceneId, Source};
    use naragtive_store::{EmbeddedScene, ModelTag, NewStore, Passages, append};

    use super::*;

    fn store(path: &Path) {
        let (id, metadata) = (SceneId::new("a"), Metadata::default());
        let scene = Scene { id, text: "A tale.".into(), metadata, origin: None };
        let row = EmbeddedScene { scene, embedding: vec![1.0, 0.0], passages: Passages::default() };
        let model = ModelTag { name: "tiny".into(), revision: None, dimension: 2 };
        append(path, vec![row], &model, &Patience::default()).unwrap();
    }

    fn register(home: &Home, name: &str, path: &Path) {
        store(path);
        let (name, path) = (name.parse().unwrap(), path.to_owned());
        let new = NewStore { name, at: path.into(), source: Source::Txt, description: None };
        home.registry().register(new, Timestamp::UNIX_EPOCH).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn nothing_that_a_store_a_name_or_the_program_stands_for_is_written_over_not_even_by_force() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let home = Home::new(at("home"));
        fs::create_dir_all(at("home/stores")).unwrap();
        fs::create_dir_all(at("home/cache/index")).unwrap();
        register(&home, "kept", &at("kept.parquet"));
        register(&home, "inside", &at("home/stores/inside.parquet"));
        register(&home, "gone", &at("gone.md"));
        fs::remove_file(at("gone.md")).unwrap();
        store(&at("unregistered.md"));
        std::os::unix::fs::symlink("kept.parquet", at("link.md")).unwrap();
        std::os::unix::fs::symlink("gone.md", at("link-to-gone.md")).unwrap();
        fs::hard_link(at("kept.parquet"), at("hard.md")).unwrap();
        fs::write(at("home/config.toml"), "").unwrap();
        let before = fs::read(at("kept.parquet")).unwrap();
        for name in [
            "kept.parquet",
            "./kept.parquet",
            "home/../kept.parquet",
            "KEPT.parquet",
            "link.md",
            "hard.md",
            "gone.md",
            "Gone.MD",
            "link-to-gone.md",
            "unregistered.md",
            "home/stores/inside.parquet",
            "home/stores/registry.json",
            "home/stores/default.txt",
            "home/stores/new.md",
            "home/config.toml",
            "home/cache/index/new",
            "home",
            ".",
            "no/such/folder.md",
        ] {
            for force in [false, true] {
                assert!(Output::claim(&at(name), force, &home).is_err(), "{name} {force}");
            }
        }
        assert_eq!(fs::read(at("kept.parquet")).unwrap(), before);
    }

    #[test]
    fn a_store_takes_the_place_of_none_of_the_programs_own_files() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::new(folder.path().join("home"));
        for inside in ["stores/sub", "cache/index", "models/m", "own"] {
            fs::create_dir_all(home.root().join(inside)).unwrap();
        }
        for (path, is_free) in [
            ("home/stores/a.parquet", true),
            ("home/stores/sub/a.parquet", true),
            ("home/own/a.parquet", true),
            ("home/a.parquet", true),
            ("a.parquet", true),
            ("a.store", true),
            ("home/../config.toml", true),
            ("home/config.toml", false),
            ("home/own/../config.toml", false),
            ("home/history.txt", false),
            ("home/stores/registry.json", false),
            ("home/stores/default.txt", false),
            ("home/stores/registry.lock", false),
            ("home/cache/a.parquet", false),
            ("home/cache/index/a.parquet", false),
            ("home/models/m/model.safetensors", false),
            ("home/models/m/a.parquet", false),
        ] {
            let refused = refuse_own_files(&folder.path().join(path), &home);
            assert_eq!(refused.is_ok(), is_free, "{path}");
        }
        assert!(refuse_own_files(Path::new("a.parquet"), &Home::new(folder.path().join("none"))).is_ok());
    }

    #[test]
    fn any_other_file_is_written_over_by_force_only_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (home, path) = (Home::new(folder.path().join("home")), folder.path().join("notes.md"));
        Output::claim(&path, false, &home).unwrap().write("one").unwrap();
        assert!(matches!(Output::claim(&path, false, &home), Err(Error::OutputExists { .. })));
        let output = Output::claim(&path, true, &home).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one", "claiming writes nothing");
        output.write("two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
