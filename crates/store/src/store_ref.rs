use std::fmt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::StoreError;

/// Where a store is. Names, locks, indexes and deletes go by it; what is behind it is known to this crate only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StoreRef {
    /// A parquet file.
    File(PathBuf),
    /// A store on a server, which is searched without a copy: by the place where that would be.
    Server(PathBuf),
}

impl StoreRef {
    /// Whether anything is there.
    pub fn exists(&self) -> bool {
        self.file().exists()
    }

    /// Whether it depends on the folder that a command is started in.
    pub fn is_relative(&self) -> bool {
        self.file().is_relative()
    }

    /// The same store whatever way leads to it: links are followed where there is something, and nothing depends on the
    /// current folder.
    #[must_use]
    pub fn real(&self) -> Self {
        let path = self.file();
        let whole = path.canonicalize().or_else(|_| std::path::absolute(path));
        let whole = whole.unwrap_or_else(|_| path.to_owned());
        match self {
            Self::File(_) => Self::File(whole),
            Self::Server(_) => Self::Server(whole),
        }
    }

    /// 16 hexadecimal digits of the real place, the same for every way to it: what is kept about a store is kept under
    /// them. Two stores share them with a probability of 2⁻⁶⁴, and whoever keeps something notes whose it is.
    pub fn key(&self) -> String {
        let real = self.real();
        let hash = Sha256::digest(real.file().as_os_str().as_encoded_bytes());
        hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The file that it is, for whoever shows it, compares it with files that aren't stores, or keeps such beside it.
    pub fn file(&self) -> &Path {
        let (Self::File(path) | Self::Server(path)) = self;
        path
    }

    /// The same from the root on, as a registry writes it.
    pub(crate) fn absolute(&self) -> Result<Self, StoreError> {
        let path = self.file();
        let path = std::path::absolute(path).map_err(StoreError::io("make absolute", path))?;
        if path.to_str().is_none() {
            return Err(StoreError::PathNotText { path });
        }
        Ok(Self::File(path))
    }

    /// Whether both lead to one store. A relative one means no store in particular, so there the last part decides.
    pub(crate) fn leads_to(&self, whole: &Self) -> bool {
        if self.is_relative() {
            return self.file().file_name() == whole.file().file_name();
        }
        let real = |at: &Self| at.file().canonicalize().ok();
        self == whole || real(self).is_some_and(|found| real(whole) == Some(found))
    }
}

impl fmt::Display for StoreRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.file().display().fmt(f)
    }
}

impl From<PathBuf> for StoreRef {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl<P: AsRef<Path> + ?Sized> From<&P> for StoreRef {
    fn from(path: &P) -> Self {
        Self::File(path.as_ref().to_owned())
    }
}

impl From<StoreRef> for PathBuf {
    fn from(at: StoreRef) -> Self {
        let (StoreRef::File(path) | StoreRef::Server(path)) = at;
        path
    }
}

impl AsRef<Path> for StoreRef {
    fn as_ref(&self) -> &Path {
        self.file()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_way_to_a_store_has_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| StoreRef::File(folder.path().join(name));
        fs::write(at("a.parquet").file(), "").unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        assert_eq!(at("a.parquet").key(), at("sub/../a.parquet").key());
        assert_ne!(at("a.parquet").key(), at("b.parquet").key());
        assert_eq!(at("b.parquet").key(), at("b.parquet").real().key(), "of one that isn't there, too");
        assert_eq!(at("a.parquet").key().len(), 16);
    }

    #[test]
    fn a_relative_one_leads_to_whatever_ends_like_it() {
        let at = |path: &str| StoreRef::from(path);
        assert!(at("stores/a.parquet").leads_to(&at("/elsewhere/a.parquet")));
        assert!(!at("stores/a.parquet").leads_to(&at("/stores/b.parquet")));
        assert!(!at("/x/a.parquet").leads_to(&at("/y/a.parquet")));
    }
}
