use std::fs;
use std::path::{Path, PathBuf};

use naragtive_ingest::{by_name, is_companion};

/// Folders in which programs keep what they can make again.
const CACHES: [&str; 4] = ["node_modules", "__pycache__", "__MACOSX", "target"];

/// What lies in a folder.
pub(crate) enum Found {
    /// A file, and its name within the folder.
    File(PathBuf, String),
    /// What is neither a file nor a folder of its own: a pipe, a device, a link to a folder.
    Other(String),
}

/// Everything in `root` and below it in the order of the names, the files of a folder before what is in its folders,
/// and first those that tell about others.
/// Hidden ones and caches are left out; links to folders are not followed, so that no way leads round in a circle. A
/// folder that can't be read is one of the others.
pub(crate) fn walk(root: &Path) -> impl Iterator<Item = Found> {
    let mut folders = vec![(root.to_owned(), String::new())];
    let mut files = Vec::new().into_iter();
    std::iter::from_fn(move || {
        loop {
            if let Some(found) = files.next() {
                return Some(found);
            }
            let (folder, name) = folders.pop()?;
            let (found, mut inner) = listed(&folder, &name);
            inner.reverse();
            folders.extend(inner);
            files = found.into_iter();
        }
    })
}

type Folder = (PathBuf, String);

fn listed(folder: &Path, above: &str) -> (Vec<Found>, Vec<Folder>) {
    let (mut found, mut folders) = (Vec::new(), Vec::new());
    let Ok(entries) = fs::read_dir(folder) else { return (vec![Found::Other(above.to_owned())], folders) };
    let own = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let paths = entries.flatten().map(|entry| entry.path());
    let mut paths: Vec<(String, PathBuf)> = paths.map(|path| (own(&path), path)).collect();
    paths.sort_by(|(one, _), (other, _)| {
        is_companion(other).cmp(&is_companion(one)).then_with(|| by_name(one, other))
    });
    for (own, path) in paths {
        if own.starts_with('.') || CACHES.contains(&own.as_str()) {
            continue;
        }
        let name = if above.is_empty() { own } else { format!("{above}/{own}") };
        let is_link = path.is_symlink();
        match fs::metadata(&path) {
            Ok(data) if data.is_dir() && !is_link => folders.push((path, name)),
            Ok(data) if data.is_file() => found.push(Found::File(path, name)),
            _ => found.push(Found::Other(name)),
        }
    }
    (found, folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_once_and_what_is_hidden_is_not() {
        let root = tempfile::tempdir().unwrap();
        for name in
            ["b/10.json", "b/2.json", "b/1.json", "z.json", ".git/x.json", "node_modules/y.json", ".hidden"]
        {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.path(), root.path().join("b/round")).unwrap();
            let made = std::process::Command::new("mkfifo").arg(root.path().join("b/pipe")).status().unwrap();
            assert!(made.success());
        }
        let names: Vec<String> = walk(root.path())
            .map(|found| match found {
                Found::File(_, name) => name,
                Found::Other(name) => format!("{name}?"),
            })
            .collect();
        let linked: &[&str] = if cfg!(unix) { &["b/pipe?", "b/round?"] } else { &[] };
        let expected = [&["z.json", "b/1.json", "b/2.json", "b/10.json"], linked].concat();
        assert_eq!(names, expected);
    }
}
