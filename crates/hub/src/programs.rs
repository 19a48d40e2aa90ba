//! Which programs may be started, and by which path.

use std::env::{self, consts::EXE_SUFFIX};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

/// The folders that programs are started from.
///
/// A name is never left to the system to look up: that would find what lies in the folder that the user happens to be
/// in, on Windows always, elsewhere where `PATH` has an empty part or a `.`. Who unpacks somebody's archive and types
/// our command there must not run what was in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Programs {
    folders: Vec<PathBuf>,
}

impl Programs {
    /// The folders of `path`, a list as in the variable `PATH`, but for relative ones and for `current`, the folder that
    /// the user is in.
    pub fn on(path: &OsStr, current: &Path) -> Self {
        let here = fs::canonicalize(current);
        let is_here = |folder: &Path| {
            here.as_ref().is_ok_and(|here| fs::canonicalize(folder).is_ok_and(|folder| folder == *here))
        };
        let folders = env::split_paths(path).filter(|folder| folder.is_absolute() && !is_here(folder));
        Self { folders: folders.collect() }
    }

    /// The whole path of a program: of the first folder that has one of this name; a whole path as it is.
    pub(crate) fn find(&self, name: &str) -> Option<PathBuf> {
        if Path::new(name).is_absolute() {
            return Some(PathBuf::from(name));
        }
        let is_name = Path::new(name).file_name() == Some(OsStr::new(name));
        let mut paths = self.folders.iter().map(|folder| folder.join(format!("{name}{EXE_SUFFIX}")));
        paths.find(|path| is_name && is_program(path))
    }

    /// The same folders as a list for the variable `PATH`: a program that is started may start others.
    pub(crate) fn path(&self) -> OsString {
        env::join_paths(&self.folders).unwrap_or_default()
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_program_is_found_in_whole_folders_other_than_the_current_one() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        for (folder, mode) in [("here", 0o755), ("plain", 0o644), ("bin", 0o755)] {
            fs::create_dir(root.join(folder)).unwrap();
            fs::write(root.join(folder).join("python3"), "").unwrap();
            fs::set_permissions(root.join(folder).join("python3"), fs::Permissions::from_mode(mode)).unwrap();
        }
        symlink(root.join("here"), root.join("link")).unwrap();
        let whole = |folder: &str| root.join(folder).display().to_string();
        for (path, found) in [
            (String::new(), false),
            (":".into(), false),
            (".:./:here:../here".into(), false),
            (whole("here"), false),
            (whole("here/"), false),
            (whole("here/../here"), false),
            (whole("link"), false),
            (whole("plain"), false),
            (format!("{}:.:{}", whole("plain"), whole("bin")), true),
        ] {
            let programs = Programs::on(path.as_ref(), &root.join("here"));
            let expected = found.then(|| root.join("bin/python3"));
            assert_eq!(programs.find("python3"), expected, "{path}");
            assert!(!programs.path().to_string_lossy().split(':').any(|part| part == "."), "{path}");
        }
        let programs = Programs::on(whole("bin").as_ref(), &root.join("here"));
        for odd in ["", ".", "..", "./python3", "../bin/python3", "x/python3"] {
            assert_eq!(programs.find(odd), None, "{odd}");
        }
        assert_eq!(programs.find("/bin/sh"), Some("/bin/sh".into()));
    }
}
