use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use naragtive_disk::{Patience, tree_bytes};
use naragtive_index::{Damaged, Fingerprint, Index, IndexError, IndexStatus, Opened, remove_index};
use naragtive_store::StoreRef;

use crate::{Error, Indexes};

/// The file in an index's folder that says whose it is: the path of the store.
const OWNER: &str = "store";
/// The file in an index's folder that says when it was used last.
const USED: &str = "used";

/// The folder of one index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cached {
    /// The folder, which need not be there.
    pub folder: PathBuf,
    /// The store; none where the folder doesn't say.
    pub store: Option<StoreRef>,
    /// How many bytes are in the folder, what killed builders left included.
    pub bytes: u64,
    /// How it stands with the index.
    pub state: IndexState,
}

/// How it stands with an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexState {
    /// Every byte of it is as it was written, and it is of the store as it is now.
    Ready(IndexStatus),
    /// It is of the store as it was, of other settings, or of an earlier version of this program.
    Stale,
    /// A later version of this program wrote it.
    Newer,
    /// There is none.
    Missing,
    /// It is not as it was written.
    Damaged(Damaged),
    /// The store it is of isn't there any more, or isn't known.
    Orphan,
}

impl IndexState {
    /// The state in one word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Ready(_) => "ready",
            Self::Stale => "stale",
            Self::Newer => "newer",
            Self::Missing => "missing",
            Self::Damaged(_) => "damaged",
            Self::Orphan => "orphan",
        }
    }
}

impl Indexes {
    /// How it stands with the index of this store. Reads all of the index.
    ///
    /// # Errors
    /// When the store or the index can't be read.
    pub fn state(&self, at: &StoreRef) -> Result<Cached, Error> {
        let (folder, store) = (self.folder(at), at.open()?);
        let of = Fingerprint(store.version()?.0);
        let state = match Index::open(&folder, &of, &self.settings(&store))? {
            Opened::Ready(index) => match index.verify() {
                Ok(()) => IndexState::Ready(index.status()),
                Err(IndexError::Damaged { damage, .. }) => IndexState::Damaged(damage),
                Err(error) => return Err(error.into()),
            },
            Opened::Stale => IndexState::Stale,
            Opened::Newer => IndexState::Newer,
            Opened::Missing => IndexState::Missing,
            Opened::Damaged(damage) => IndexState::Damaged(damage),
        };
        Ok(Cached { bytes: tree_bytes(&folder), folder, store: Some(at.clone()), state })
    }

    /// How it stands with every index there is, by folder; an error for a store that is there and can't be read.
    ///
    /// # Errors
    /// When the folder of all indexes can't be read.
    pub fn all(&self) -> Result<Vec<Result<Cached, Error>>, Error> {
        Ok(self.folders()?.into_iter().map(|folder| self.cached(folder)).collect())
    }

    /// The folders of all indexes there are, sorted.
    ///
    /// # Errors
    /// When the folder that they are in can't be read.
    pub fn folders(&self) -> Result<Vec<PathBuf>, Error> {
        let found = match fs::read_dir(&self.root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            found => found.map_err(|source| Error::Read { path: self.root.clone(), source })?,
        };
        let mut folders: Vec<PathBuf> = found.flatten().map(|entry| entry.path()).collect();
        folders.retain(|folder| folder.is_dir());
        folders.sort();
        Ok(folders)
    }

    fn cached(&self, folder: PathBuf) -> Result<Cached, Error> {
        let store = self.owner(&folder);
        match &store {
            Some(at) if at.exists() => self.state(at),
            _ => Ok(Cached { store, ..Cached::unread(folder) }),
        }
    }

    /// The store whose index the folder holds, as far as it says.
    pub(crate) fn owner(&self, folder: &Path) -> Option<StoreRef> {
        let owner = fs::read_to_string(folder.join(OWNER)).ok().map(|path| StoreRef::from(&path));
        owner.filter(|at| self.folder(at) == folder)
    }

    /// The file that says when the index in this folder was used last.
    pub(crate) fn used(folder: &Path) -> PathBuf {
        folder.join(USED)
    }

    /// Removes the index of this store.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove(&self, at: &StoreRef) -> Result<(), Error> {
        remove_folder(&self.folder(at), &self.patience)
    }

    /// Notes whose index the folder holds. Where that can't be written, the index works all the same.
    pub(crate) fn note_owner(&self, at: &StoreRef) {
        if let Some(whole) = at.real().file().to_str() {
            fs::write(self.folder(at).join(OWNER), whole).ok();
        }
    }
}

/// Removes an index with everything that is this program's in its folder, and the folder if nothing else is in it.
///
/// # Errors
/// When the system refuses.
fn remove_folder(folder: &Path, patience: &Patience) -> Result<(), Error> {
    remove_index(folder, patience)?;
    // It was all that kept the folder, if nobody put anything else there.
    fs::remove_file(folder.join(OWNER)).ok();
    fs::remove_file(folder.join(USED)).ok();
    fs::remove_dir(folder).ok();
    Ok(())
}

impl Cached {
    /// A folder of which nobody has looked whose it is.
    pub fn unread(folder: PathBuf) -> Self {
        Self { bytes: tree_bytes(&folder), folder, store: None, state: IndexState::Orphan }
    }

    /// Removes the index.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove(&self, patience: &Patience) -> Result<(), Error> {
        remove_folder(&self.folder, patience)
    }
}
