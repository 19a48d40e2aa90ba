use naragtive_disk::{DiskError, replace};
use naragtive_scene::Source;
use naragtive_store::{Appended, NewStore, Store, StoreName, StoreRef};

use super::draft::{Draft, Others};
use super::merge::{MergedStores, merge};
use super::{SharedName, SharedStores};
use crate::embedding::add::mend_windows;
use crate::progress::Watch;
use crate::session::Located;
use crate::{Error, Library, Timestamp};

/// What became of a store that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The copy of the shared store.
    pub at: StoreRef,
    /// What became of the scenes.
    pub appended: Appended,
    /// How many messages have other neighbours now than those they were read with, as there is no model to read them with.
    pub unread: usize,
}

/// What became of a shared store that was fetched into a store of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The store of one's own.
    pub at: StoreRef,
    /// The name it has.
    pub name: String,
    /// What became of the scenes.
    pub appended: Appended,
}

impl SharedStores<'_> {
    /// Merges a store into a shared one, which is made if there is none, with the vectors it has.
    ///
    /// # Errors
    /// When either can't be read, the shared one can't be written, or is of another model.
    pub fn push(&self, from: &Located, to: &SharedName, watch: &mut Watch<'_>) -> Result<Pushed, Error> {
        let library = self.library;
        let store = from.at.open()?;
        let draft = Draft::begin(library, to, Others::Stay, watch)?;
        let at = draft.at();
        let is_empty = match at.open() {
            Ok(there) => there.is_empty(),
            Err(error) if error.is_not_found() => true,
            Err(error) => return Err(error.into()),
        };
        let MergedStores { appended, beside } = if is_empty {
            copy(&from.at, &at)?;
            let appended = Appended { added: store.len(), total: store.len(), ..Appended::default() };
            MergedStores { appended, beside: Vec::new() }
        } else {
            merge(&store, &at, library.patience())?
        };
        let unread = read_with_neighbours(library, &store, &beside, &at)?;
        let source = self.source_of(from)?;
        let before = if beside.is_empty() { appended.before } else { None };
        let (at, appended) = draft.send(library, &source, Appended { before, ..appended }, watch)?;
        Ok(Pushed { at, appended, unread })
    }

    /// Merges a shared store into one of one's own of this name, which is made if there is none.
    ///
    /// # Errors
    /// When the shared one can't be read, or the other can't be written.
    pub fn pull(
        &self,
        from: &SharedName,
        name: StoreName,
        now: Timestamp,
        watch: &mut Watch<'_>,
    ) -> Result<Pulled, Error> {
        let library = self.library;
        let synced = self.sync(from, watch)?;
        let registry = library.registry();
        let known = registry.list()?.into_iter().find(|entry| entry.name.eq_ignore_ascii_case(name.as_str()));
        let at =
            known.map_or_else(|| library.settings().home.value.store(name.as_str()).into(), |entry| entry.at);
        registry.check_can_register(&name, &at)?;
        let appended = if at.exists() {
            merge(&synced.at.open()?, &at, library.patience())?.appended
        } else {
            if let Some(folder) = at.file().parent() {
                std::fs::create_dir_all(folder).map_err(DiskError::io("make the folder", folder))?;
            }
            copy(&synced.at, &at)?;
            let total = synced.at.open()?.len();
            Appended { added: total, total, ..Appended::default() }
        };
        let Ok(source) = synced.store.source.parse::<Source>();
        let new = NewStore { name, at: at.clone(), source, description: synced.store.description };
        let name = registry.register(new, now)?.name;
        Ok(Pulled { at, name, appended })
    }

    /// What the registry says of a store's source.
    fn source_of(&self, from: &Located) -> Result<Source, Error> {
        let entries = self.library.registry().list()?;
        let known = entries.into_iter().find(|entry| Some(&entry.name) == from.name.as_ref());
        Ok(known.map_or_else(|| Source::Other("shared".to_owned()), |entry| entry.source))
    }
}

/// Reads stored messages with the neighbours they have now, where there is a model; else how many scenes brought new ones.
fn read_with_neighbours(
    library: &Library,
    from: &Store,
    beside: &[naragtive_scene::Scene],
    at: &StoreRef,
) -> Result<usize, Error> {
    if beside.is_empty() {
        return Ok(0);
    }
    match library.models().embedder_of_here(Some(&from.model_or_legacy())) {
        Ok(model) => mend_windows(&beside.to_vec(), at, &model, library.patience()).map(|()| 0),
        Err(_) => Ok(beside.len()),
    }
}

/// Copies a store whole.
fn copy(from: &StoreRef, to: &StoreRef) -> Result<(), Error> {
    let mut source = std::fs::File::open(from.file()).map_err(DiskError::io("read", from.file()))?;
    Ok(replace(to.file(), |file| std::io::copy(&mut source, file).map(drop))?)
}
