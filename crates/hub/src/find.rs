//! Looks for a model on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::catalogue::{Derived, Manner, ModelSpec, catalogue, lookup};
use crate::check::{claims_to_be, look_through};
use crate::error::{HubError, Looked};
use crate::manifest::{self, Manifest};
use crate::needed::needed;
use crate::settings::Places;
use crate::shape::check_shape;
use crate::stamp::Stamp;

/// A model that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundModel {
    /// What to call it: the catalogue's short name, or the folder's name for a model of the user's own.
    pub model: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Why that folder.
    pub place: ModelPlace,
    /// Whether it is the catalogue's model, every file as it should be.
    pub pinned: bool,
    /// SHA-256 of its files of weights and of `tokenizer.json`, in hex, by their names: of all that may be so large that it is
    /// kept in another form.
    pub sums: BTreeMap<String, String>,
    /// How texts are put to it, where its files don't say.
    pub manner: Manner,
    /// What changes these weights, where the model is a change of the one whose files these are.
    pub derived: Option<Derived>,
}

/// The kind of place a model was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelPlace {
    /// The folder the user named.
    Given,
    /// The program's own models.
    Own,
    /// The same, where its files came from a folder or an archive and nothing says what they should have been.
    Imported,
    /// The cache of the Hugging Face libraries.
    HubCache,
}

/// The model's folder on this machine, every file checked of which it is known what it should be.
///
/// The program's own copy is looked at first, then the cache of the Hugging Face libraries (the pinned
/// revision, then the one its `main` names). A folder that lacks a file or has another is passed over.
///
/// A folder the user named counts alone: it is used or it is an error. It is taken for the catalogue's model
/// when both its `config.json` and its `tokenizer.json` are the pinned ones (`config.json` alone is shared by
/// several models), and then every pinned file must match; or when it has no `tokenizer.json`, which isn't needed, and
/// every other pinned file matches. Otherwise it is a model of the user's own: it needs `config.json`, `vocab.txt` or
/// `tokenizer.json`, and `model.safetensors` or `model.safetensors.index.json`, and nothing is known about their contents.
///
/// # Errors
/// [`HubError::NotFound`] says where it looked. For a named folder: [`HubError::NotAFolder`], [`HubError::OtherModel`],
/// [`HubError::FileMissing`], [`HubError::WrongSize`], [`HubError::WrongSum`] or [`HubError::Io`].
pub fn find(spec: &ModelSpec, places: &Places) -> Result<FoundModel, HubError> {
    if let Some(folder) = &places.model_dir {
        return given(spec, folder, &places.stamps());
    }
    let mut looked = Vec::new();
    for (folder, place) in candidates(spec, places) {
        match look(spec, &folder, places) {
            Ok((seen, revision)) => {
                let (sums, manner) = (seen.large(), spec.manner);
                let is_declared = spec.is_pinned() || revision.is_some();
                let pinned =
                    spec.is_pinned() || place == ModelPlace::Own && folder.join(manifest::NAME).is_file();
                let place = match place {
                    ModelPlace::Own if !is_declared => ModelPlace::Imported,
                    place => place,
                };
                let (model, derived) = (spec.name.into(), spec.derived);
                return Ok(FoundModel { model, folder, place, pinned, sums, manner, derived });
            }
            Err(fault) => looked.push(Looked { folder, fault }),
        }
    }
    Err(HubError::NotFound { model: spec.name.into(), looked })
}

/// What is in a folder, and the revision on the hub that it is known to be of.
fn look(
    spec: &ModelSpec,
    folder: &Path,
    places: &Places,
) -> Result<(Stamp, Option<String>), Option<HubError>> {
    if !folder.is_dir() {
        return Err(None);
    }
    let look =
        |manifest: Manifest| Ok((look_through(folder, &manifest, &places.stamps())?, manifest.revision));
    Manifest::of(spec, folder).and_then(look).map_err(Some)
}

fn candidates(spec: &ModelSpec, places: &Places) -> Vec<(PathBuf, ModelPlace)> {
    let mut folders = vec![(places.own(spec), ModelPlace::Own)];
    let cached = places.hub_cache.iter().flat_map(|cache| snapshots(spec, cache));
    folders.extend(cached.map(|folder| (folder, ModelPlace::HubCache)));
    folders
}

/// The snapshots of the pinned revision and of the one last fetched as `main`. The sums decide, so an older
/// revision with the same files is as good as the pinned one.
fn snapshots(spec: &ModelSpec, cache: &Path) -> Vec<PathBuf> {
    let repo = cache.join(format!("models--{}", spec.repo.replace('/', "--")));
    let main = fs::read_to_string(repo.join("refs").join("main")).unwrap_or_default();
    let mut revisions = vec![spec.revision, main.trim()];
    revisions.retain(|revision| is_revision(revision));
    revisions.dedup();
    revisions.iter().map(|revision| repo.join("snapshots").join(revision)).collect()
}

pub(crate) fn is_revision(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether the files of this model are in the folder that the user named: all of them as pinned, or the folder is called
/// after the model and says nothing else. A damaged copy of it is in it as well, to be told so.
pub fn is_in(spec: &ModelSpec, places: &Places) -> bool {
    let is_called_so = |found: &FoundModel| lookup(&found.model).is_ok_and(|known| known.name == spec.name);
    match places.model_dir.as_deref().map(|folder| given(spec, folder, &places.stamps())) {
        Some(Err(error)) => matches!(error, HubError::WrongSize { .. } | HubError::WrongSum { .. }),
        None => false,
        Some(Ok(found)) => found.pinned || is_called_so(&found),
    }
}

/// The folder of a model of the user's own; nothing is known about what should be in it.
///
/// # Errors
/// [`HubError::NotAFolder`].
pub fn named(folder: &Path, places: &Places) -> Result<FoundModel, HubError> {
    if !folder.is_dir() {
        return Err(HubError::NotAFolder { path: folder.to_owned() });
    }
    let seen = seen(folder, &places.stamps());
    Ok(FoundModel {
        model: name_of(folder, seen.as_ref()),
        folder: folder.to_owned(),
        place: ModelPlace::Given,
        pinned: false,
        sums: seen.as_ref().map(Stamp::large).unwrap_or_default(),
        manner: Manner::PLAIN,
        derived: None,
    })
}

fn given(spec: &ModelSpec, folder: &Path, stamps: &Path) -> Result<FoundModel, HubError> {
    if !folder.is_dir() {
        return Err(HubError::NotAFolder { path: folder.to_owned() });
    }
    needed(folder, |file| folder.join(file).is_file())?;
    check_shape(folder, &folder.join("config.json"), spec)?;
    let pinned = claims_to_be(folder, spec, stamps)?;
    let seen = if pinned {
        Some(look_through(folder, &Manifest::of(spec, folder)?, stamps)?)
    } else {
        seen(folder, stamps)
    };
    let model = if pinned { spec.name.to_owned() } else { name_of(folder, seen.as_ref()) };
    Ok(FoundModel {
        model,
        folder: folder.to_owned(),
        place: ModelPlace::Given,
        pinned,
        sums: seen.as_ref().map(Stamp::large).unwrap_or_default(),
        // Who names a model and a folder with it says that this is how the one in the folder is used.
        manner: spec.manner,
        derived: spec.derived.filter(|_| pinned),
    })
}

/// What the large files in a folder of the user's own are. What can't be read isn't known: whoever opens the model says why.
fn seen(folder: &Path, stamps: &Path) -> Option<Stamp> {
    Manifest::of_large(folder).and_then(|manifest| look_through(folder, &manifest, stamps)).ok()
}

/// What a folder of the user's own is called: the model whose weights are in it, where this program has made them; else its
/// last name, also when it was given as `.` or `..`.
fn name_of(folder: &Path, seen: Option<&Stamp>) -> String {
    let weights = seen.map(Stamp::weights).unwrap_or_default();
    let is_in_it = |spec: &&ModelSpec| spec.derived.is_some_and(|own| weights.values().eq([own.merged]));
    if let Some(spec) = catalogue().iter().find(is_in_it) {
        return spec.name.to_owned();
    }
    let whole = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map_or_else(|| "model".into(), |name| name.to_string_lossy().into_owned())
}
