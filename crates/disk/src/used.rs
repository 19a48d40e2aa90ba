use std::fs::{self, Metadata};
use std::path::Path;
use std::time::SystemTime;

/// Notes that what the file `stamp` stands for was used just now; whether that could be noted.
///
/// The time at which a file was read last isn't kept everywhere: many disks are mounted so that reading leaves no trace.
/// When a file was written last is, so using something writes a stamp beside it.
pub fn note_use(stamp: &Path) -> bool {
    fs::write(stamp, "used\n").is_ok()
}

/// When any of these files, of which none need be there, was written last.
pub fn last_written<'a>(files: impl IntoIterator<Item = &'a Path>) -> Option<SystemTime> {
    files.into_iter().filter_map(|file| fs::symlink_metadata(file).ok()?.modified().ok()).max()
}

/// Bytes of everything under a folder, or of a file; links in it are not followed, and what vanishes meanwhile counts
/// nothing.
pub fn tree_bytes(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| bytes(path, &found))
}

fn bytes(path: &Path, found: &Metadata) -> u64 {
    if !found.is_dir() {
        return if found.is_file() { found.len() } else { 0 };
    }
    // An entry of a folder tells of a link itself, not of what it leads to.
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some(bytes(&entry.path(), &entry.metadata().ok()?))).sum()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_use_is_noted_anew_each_time_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let (stamp, other) = (folder.path().join("used"), folder.path().join("other"));
        assert_eq!(last_written([stamp.as_path()]), None);
        assert!(note_use(&stamp));
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        File::options().write(true).open(&stamp).unwrap().set_modified(long_ago).unwrap();
        assert_eq!(last_written([stamp.as_path(), other.as_path()]), Some(long_ago));
        assert!(note_use(&stamp));
        assert!(last_written([stamp.as_path()]) > Some(long_ago + Duration::from_secs(1)));
        assert!(!note_use(&folder.path().join("no/such/folder")));
    }

    #[test]
    fn bytes_are_counted_at_any_depth_and_not_through_links() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("tree/a/b")).unwrap();
        fs::write(at("outside"), [0; 1000]).unwrap();
        fs::write(at("tree/one"), [0; 3]).unwrap();
        fs::write(at("tree/a/b/two"), [0; 4]).unwrap();
        #[cfg(unix)]
        for (target, link) in [("outside", "tree/link"), ("tree", "tree/a/circle")] {
            std::os::unix::fs::symlink(at(target), at(link)).unwrap();
        }
        assert_eq!(tree_bytes(&at("tree")), 7);
        assert_eq!(tree_bytes(&at("outside")), 1000);
        assert_eq!(tree_bytes(&at("nothing")), 0);
    }
}
