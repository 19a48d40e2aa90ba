use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream as Plain;
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use crate::Error;

/// A socket that is a file, which nobody but this user may open; it goes with this value.
pub(super) struct SocketFile {
    listener: UnixListener,
    path: PathBuf,
}

impl SocketFile {
    /// At this path. One that a process left which was killed makes way; one that somebody listens at doesn't, and neither does
    /// any other file.
    pub(super) fn bind(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Socket { path: path.display().to_string(), source };
        make_way(path).map_err(failed)?;
        // In a folder of its own until its permissions are what they should be: at no moment can others open it.
        let mut folder = path.as_os_str().to_owned();
        folder.push(format!(".{}", std::process::id()));
        let folder = PathBuf::from(folder);
        fs::DirBuilder::new().mode(0o700).create(&folder).map_err(failed)?;
        let bound = bound(&folder.join("s"), path);
        // What failed has its own reason.
        let _ = fs::remove_dir_all(&folder);
        Ok(Self { listener: bound.map_err(failed)?, path: path.to_owned() })
    }

    /// The next one who comes.
    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        self.listener.accept().await.map(|(stream, _)| stream)
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = fs::remove_file(&self.path);
    }
}

fn bound(made: &Path, path: &Path) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(made)?;
    fs::set_permissions(made, Permissions::from_mode(0o600))?;
    fs::rename(made, path)?;
    Ok(listener)
}

fn make_way(path: &Path) -> io::Result<()> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    if !found.file_type().is_socket() {
        return Err(io::Error::new(ErrorKind::AlreadyExists, "another file is there"));
    }
    match Plain::connect(path) {
        Ok(_) => Err(io::Error::new(ErrorKind::AddrInUse, "another process listens there")),
        Err(_) => fs::remove_file(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_may_open_it_and_no_other_file_makes_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("n.sock");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            // One of a process that was killed.
            drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
            let socket = SocketFile::bind(&path).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            let second = SocketFile::bind(&path).err().unwrap().to_string();
            assert!(second.contains("another process listens there"), "{second}");
            assert!(Plain::connect(&path).is_ok());
            drop(socket);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
            fs::write(&path, "mine").unwrap();
            assert!(SocketFile::bind(&path).is_err());
            assert_eq!(fs::read(&path).unwrap(), b"mine");
        });
    }
}
