use naragtive_store::StoreEntry;

use super::{Guest, SharedName};
use crate::progress::Watch;
use crate::session::Located;
use crate::{Choice, Error, Library};

impl Library {
    /// The stores that can be named, and the name of the one that is meant where none is: those that are registered here; for
    /// a guest those that they may read, of which a single one needs no name.
    ///
    /// # Errors
    /// When the registry can't be read, or the server doesn't answer.
    pub fn entries(&self) -> Result<(Vec<StoreEntry>, Option<String>), Error> {
        let Some(guest) = self.guest() else {
            let registry = self.settings().registry();
            return Ok((registry.list()?, registry.default_store()?.map(|entry| entry.name)));
        };
        let stores = self.shared().stores(&guest.host)?;
        let mut entries = Vec::with_capacity(stores.len());
        for store in stores {
            let name = SharedName { host: guest.host.clone(), store: store.name.parse()? };
            let Ok(source) = store.source.parse();
            entries.push(StoreEntry {
                at: self.shared().copy_of(&name).at(),
                name: name.to_string(),
                created_at: String::new(),
                source,
                record_count: store.scenes,
                description: store.description,
            });
        }
        let only = if let [only] = entries.as_slice() { Some(only.name.clone()) } else { None };
        Ok((entries, only))
    }

    /// The store that a guest means: one of the server's, with its name or without.
    pub(crate) fn locate_as(
        &self,
        guest: &Guest,
        choice: Choice<'_>,
        watch: &mut Watch<'_>,
    ) -> Result<Located, Error> {
        let named = choice.name.filter(|name| !name.eq_ignore_ascii_case("default"));
        let name = match named {
            Some(name) => name.to_owned(),
            None => self.entries()?.1.ok_or(Error::NoDefault)?,
        };
        let unknown = || Error::UnknownHost { name: name.clone(), nearest: None, known: Vec::new() };
        let own = format!("{}/{name}", guest.host);
        let full = if name.contains('/') { &name } else { &own };
        let shared: SharedName = full.parse().map_err(|_| unknown())?;
        if !shared.host.as_str().eq_ignore_ascii_case(guest.host.as_str()) {
            return Err(unknown());
        }
        self.shared().locate_for_guest(&shared, watch)
    }
}
