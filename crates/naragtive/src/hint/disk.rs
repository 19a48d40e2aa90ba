use std::path::Path;

use naragtive_disk::DiskError;

use super::{Hint, quoted};

pub(super) const TYPE_AGAIN: &str = "type the same command again";

pub(super) fn of_disk(error: &DiskError) -> Hint {
    match error {
        DiskError::Io { path, .. } => look_at(path),
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

pub(super) fn look_at(path: &Path) -> Hint {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(folder) => Hint::to("look at the folder", format!("ls -ld {}", quoted(folder))),
        None => Hint::to("look at this folder", "ls -ld ."),
    }
}
