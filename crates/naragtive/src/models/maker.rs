//! Who makes the vectors of a store, and of whoever has none.

use std::path::{Path, PathBuf};

use naragtive_hub::{self as hub, ModelKind, ModelSpec};
use naragtive_store::ModelTag;

use crate::Error;
use crate::home::{SettingOrigin, Settings};

/// Who makes vectors.
pub(super) enum Maker {
    /// The model that the settings name.
    Settled,
    /// The server that they name.
    Server,
    /// A store's own model.
    Own(Own),
}

/// A store's own model.
pub(super) enum Own {
    /// One of the catalogue.
    Known(&'static ModelSpec),
    /// One of the home's, by its name.
    Folder(String, PathBuf),
}

impl Maker {
    /// Who makes the vectors of whoever has none: a server goes before a model, unless the model was named nearer to the user.
    pub(super) fn settled(settings: &Settings) -> Self {
        let Settings { embed_url, model, .. } = settings;
        let is_server = embed_url.value.is_some() && !model.origin.is_stronger_than(embed_url.origin);
        if is_server { Self::Server } else { Self::Settled }
    }

    /// Who makes those of a store with this tag. `names_own` says whether a folder was named with a model of the user's own.
    ///
    /// # Errors
    /// [`Error::NoEmbedServer`] where it is a server's model and no server is named.
    pub(super) fn of(
        tag: Option<&ModelTag>,
        settings: &Settings,
        names_own: &dyn Fn() -> bool,
    ) -> Result<Self, Error> {
        let settled = Self::settled(settings);
        let is_typed = |origin| matches!(origin, SettingOrigin::Flag(_));
        let types_server = is_typed(settings.embed_url.origin) && matches!(settled, Maker::Server);
        Ok(match tag {
            None => settled,
            Some(_) if types_server => Maker::Server,
            Some(tag) if tag.is_of_server() => match (&settings.embed_url.value, settled) {
                (_, Maker::Settled) if is_typed(settings.model.origin) => Maker::Settled,
                (Some(_), _) => Maker::Server,
                (None, _) => return Err(nowhere(Some(tag))),
            },
            Some(_) => own_of(tag, settings, names_own).map_or(Maker::Settled, Maker::Own),
        })
    }
}

/// The model of a store with this tag, where it is another one than the settings name.
fn own_of(tag: Option<&ModelTag>, settings: &Settings, names_own: &dyn Fn() -> bool) -> Option<Own> {
    let (settled, name) = (&settings.model, tag?.bare_name());
    let known = hub::lookup(name).ok();
    let is_settled = match (known, hub::lookup(&settled.value)) {
        (Some(known), Ok(settled)) => known.name == settled.name,
        _ => name == settled.value,
    };
    if is_settled || matches!(settled.origin, SettingOrigin::Flag(_)) || names_own() {
        return None;
    }
    match known {
        Some(spec) => matches!(spec.kind, ModelKind::Embedder { .. }).then_some(Own::Known(spec)),
        None => own_folder(name, settings).map(|folder| Own::Folder(name.to_owned(), folder)),
    }
}

/// The folder of the home's own model of this name, if there is one. The name is a store's word, and may be no way out of
/// the folder of models.
fn own_folder(name: &str, settings: &Settings) -> Option<PathBuf> {
    let is_plain = Path::new(name).file_name() == Some(name.as_ref()) && !name.contains(['/', '\\', ':']);
    let folder = is_plain.then(|| settings.home.value.models().join(name));
    folder.filter(|folder| folder.is_dir())
}

/// The server of this model isn't named, or nobody has asked it yet.
pub(super) fn nowhere(tag: Option<&ModelTag>) -> Error {
    let (model, dimension) = tag.map_or((String::new(), 0), |tag| (tag.name.clone(), tag.dimension));
    Error::NoEmbedServer { model, dimension }
}
