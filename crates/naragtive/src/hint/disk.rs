use std::io::{self, ErrorKind};
use std::path::Path;

use naragtive_disk::DiskError;

use super::{Hint, quoted};

pub(super) const TYPE_AGAIN: &str = "type the same command again";

pub(super) fn of_disk(error: &DiskError) -> Hint {
    match error {
        DiskError::Io { path, source, .. } => look_at(path, source),
        DiskError::Stopped { .. } => Hint::say(TYPE_AGAIN),
        DiskError::NotText { path, .. } => mend(path),
    }
}

pub(super) fn mend(path: &Path) -> Hint {
    Hint::to("nothing was changed; mend it, or start over with", aside(path))
}

pub(super) fn aside(path: &Path) -> String {
    format!("mv {0} {0}.bad", quoted(path))
}

/// What helps where the system refused something about a file.
pub(super) fn look_at(path: &Path, source: &io::Error) -> Hint {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The folder may not be there yet.
    let is_here = |folder: &Path| folder.as_os_str().is_empty();
    let above = folder.ancestors().find(|folder| is_here(folder) || folder.is_dir());
    let there = above.filter(|folder| !is_here(folder)).unwrap_or(Path::new("."));
    match is_full(source) {
        Some(what) => Hint::to(what, format!("df -h {}", quoted(there))),
        None if source.kind() == ErrorKind::NotFound && there != folder => {
            Hint::to("make the folder", format!("mkdir -p {}", quoted(folder)))
        }
        None if folder == Path::new(".") => Hint::to("look at this folder", "ls -ld ."),
        None => Hint::to("look at the folder", format!("ls -ld {}", quoted(folder))),
    }
}

/// What to do where there is no room for more.
pub(super) fn is_full(source: &io::Error) -> Option<&'static str> {
    match source.kind() {
        ErrorKind::StorageFull => Some("make room on its disk, then type the same command again"),
        ErrorKind::QuotaExceeded => Some("you have no more room there; remove something of yours"),
        ErrorKind::FileTooLarge => Some("a file may not get so large there, as `ulimit -f` or its disk says"),
        ErrorKind::ReadOnlyFilesystem => Some("that disk can only be read; name another place"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_no_fault_of_the_folder() {
        for (kind, path, said) in [
            (
                ErrorKind::StorageFull,
                "/nowhere/at/all/s.parquet",
                "make room on its disk, then type the same command again: df -h /",
            ),
            (
                ErrorKind::QuotaExceeded,
                "s.parquet",
                "you have no more room there; remove something of yours: df -h .",
            ),
            (ErrorKind::NotFound, "nowhere/s.parquet", "make the folder: mkdir -p nowhere"),
            (ErrorKind::PermissionDenied, "/nowhere/s.parquet", "look at the folder: ls -ld /nowhere"),
            (ErrorKind::PermissionDenied, "s.parquet", "look at this folder: ls -ld ."),
        ] {
            assert_eq!(look_at(Path::new(path), &kind.into()).to_string(), said);
        }
    }
}
