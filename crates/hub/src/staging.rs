//! A model on its way in: collected beside its place, checked, then moved there as a whole.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use naragtive_disk::{DiskError, Lock, Patience, Waiting};

use crate::catalogue::ModelSpec;
use crate::check::verify;
use crate::disk;
use crate::entry::FileEntry;
use crate::error::{HubError, io_at};
use crate::find::{FoundModel, ModelPlace};
use crate::manifest::Manifest;
use crate::progress::{FetchEvent, FetchProgress, tell};
use crate::settings::{OLD, Places, SCRATCH};
use crate::stamp::Stamp;
use crate::sums::{Summing, compare};

/// The one process that is bringing a model in. Others wait until this is dropped.
pub(crate) struct Staging<'a> {
    pub(crate) spec: &'a ModelSpec,
    places: &'a Places,
    _lock: Lock,
}

impl<'a> Staging<'a> {
    /// Waits until no other process brings this model in.
    pub(crate) fn enter(
        spec: &'a ModelSpec,
        places: &'a Places,
        progress: &mut FetchProgress<'_>,
    ) -> Result<Self, HubError> {
        let models = places.models();
        fs::create_dir_all(&models).map_err(io_at(&models))?;
        let (path, model) = (places.lock(spec.base().name), places.own(spec));
        let watch = |waiting: Option<&Waiting>| {
            let event = waiting.map_or_else(|| others_bytes(spec, places), FetchEvent::WaitingForOther);
            tell(progress, event).is_ok()
        };
        // Whoever watches says stop, and hears of the wait.
        let lock = Lock::take_watched(&path, &model, &Patience::default(), &mut { watch });
        Ok(Self { spec, places, _lock: lock.map_err(refused)? })
    }

    /// The model's place.
    pub(crate) fn target(&self) -> PathBuf {
        self.places.own(self.spec)
    }

    /// Where the files are collected. Survives a stop, so that the next run goes on from there.
    pub(crate) fn partial(&self) -> PathBuf {
        self.places.partial(self.spec)
    }

    /// A folder for pip; the caller empties it.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.places.hidden(self.spec.base().name, SCRATCH)
    }

    /// Copies one file in, checking size and sum on the way. `origin` names it in errors.
    pub(crate) fn take_in(&self, file: &FileEntry, origin: &Path, from: impl Read) -> Result<(), HubError> {
        let to = self.partial().join(&file.path);
        create_parent(&to)?;
        let mut out = File::create(&to).map_err(io_at(&to))?;
        // One byte more than is right is enough to see that it is wrong, however much there is.
        let mut from = from.take(file.bytes + 1);
        let mut sum = Summing::new(file);
        let mut bytes = 0;
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let count = from.read(&mut buffer).map_err(io_at(origin))?;
            if count == 0 {
                break;
            }
            let chunk = buffer.get(..count).unwrap_or_default();
            sum.update(chunk);
            out.write_all(chunk).map_err(io_at(&to))?;
            bytes += chunk.len() as u64;
        }
        out.sync_all().map_err(io_at(&to))?;
        compare(origin, file, bytes, &sum.finish())
    }

    /// Forgets what was collected.
    pub(crate) fn wipe(&self) -> Result<(), HubError> {
        let partial = self.partial();
        disk::fresh_folder(&partial).map_err(io_at(&partial))
    }

    /// Leaves nothing behind but what a later run can go on from.
    pub(crate) fn abandon(self) {
        let partial = self.partial();
        if disk::tree_bytes(&partial) == 0 {
            let _ = disk::remove_tree(&partial);
        }
    }

    /// Checks what was collected against `manifest`, which is kept beside it where nothing is pinned, and moves it into
    /// place. A folder that was there before is replaced.
    pub(crate) fn finish(
        self,
        manifest: Manifest,
        progress: &mut FetchProgress<'_>,
    ) -> Result<FoundModel, HubError> {
        let (partial, target) = (self.partial(), self.target());
        let seen = verify(&partial, &manifest, &Stamp::new(&partial))?;
        let is_declared = self.spec.is_pinned() || manifest.revision.is_some();
        // What an earlier run left may be of another revision.
        let of_model = |path: &str| manifest.files.iter().any(|file| file.path == path);
        disk::prune(&partial, "", &of_model).map_err(io_at(&partial))?;
        if !self.spec.is_pinned() {
            manifest.write(&partial, &seen)?;
        }
        self.swap(&partial, &target)?;
        let (sums, manner) = (seen.large(), self.spec.manner);
        seen.moved_to(&target).save(&self.places.stamps());
        // The model is in place: it is too late to stop.
        let _ = tell(progress, FetchEvent::Done { folder: &target, checked: is_declared });
        let (model, derived) = (self.spec.name.into(), self.spec.derived);
        let place = if is_declared { ModelPlace::Own } else { ModelPlace::Imported };
        Ok(FoundModel { model, folder: target, place, pinned: true, sums, manner, derived })
    }

    fn swap(&self, partial: &Path, target: &Path) -> Result<(), HubError> {
        let (models, old) = (self.places.models(), self.places.hidden(self.spec.base().name, OLD));
        disk::remove_tree(&old).map_err(io_at(&old))?;
        disk::sync_folder(partial).map_err(io_at(partial))?;
        if target.exists() {
            fs::rename(target, &old).map_err(io_at(target))?;
        }
        if let Err(error) = fs::rename(partial, target) {
            let _ = fs::rename(&old, target);
            return Err(io_at(target)(error));
        }
        disk::sync_folder(&models).map_err(io_at(&models))?;
        disk::remove_tree(&old).map_err(io_at(&old))
    }
}

/// How far the other process is.
fn others_bytes(spec: &ModelSpec, places: &Places) -> FetchEvent<'static> {
    let here = [places.partial(spec), places.hidden(spec.base().name, SCRATCH)];
    let (here, total) = (here.iter().map(|folder| disk::tree_bytes(folder)).sum::<u64>(), spec.bytes());
    FetchEvent::Bytes { done: here.min(total), total }
}

fn refused(error: DiskError) -> HubError {
    match error {
        DiskError::Io { path, source, .. } => HubError::Io { path, source },
        _ => HubError::Stopped,
    }
}

/// Makes sure that the folder a file will be in is there.
pub(crate) fn create_parent(file: &Path) -> Result<(), HubError> {
    match file.parent() {
        Some(folder) => fs::create_dir_all(folder).map_err(io_at(folder)),
        None => Ok(()),
    }
}
