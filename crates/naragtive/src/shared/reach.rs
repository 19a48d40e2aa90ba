use naragtive_model::Flow;
use naragtive_shared::{
    About, Address, Copied, LocalCopy, Membership, Permission, Prepared, Server, SharedStore,
};
use naragtive_store::{StoreName, StoreRef};

use super::follow;
use super::{Copies, Host, Hosts, SharedName, Tokens};
use crate::embedding::recipe;
use crate::progress::{Step, Watch};
use crate::session::Located;
use crate::{Cached, Error, Library};

/// A store of more scenes isn't copied because somebody asks a question: it takes minutes, and some gigabytes.
const MOST_COPIED_UNASKED: usize = 1_000_000;

/// The shared stores that a library reaches.
pub struct SharedStores<'a> {
    pub(super) library: &'a Library,
}

/// A shared store whose copy is up to date.
#[derive(Debug, Clone, PartialEq)]
pub struct Synced {
    /// The store on its server.
    pub store: SharedStore,
    /// The copy.
    pub at: StoreRef,
    /// How many scenes came, or came anew.
    pub fetched: usize,
    /// How many went.
    pub removed: usize,
    /// Whether all of it was fetched.
    pub anew: bool,
}

impl Library {
    /// The shared stores.
    pub fn shared(&self) -> SharedStores<'_> {
        SharedStores { library: self }
    }

    /// The store that is meant: a file, a registered name, or the name of a shared store, whose copy is brought up to date. Where
    /// its server can't be reached, `watch` hears so, and how old the copy is that has to do.
    ///
    /// # Errors
    /// As [`crate::locate`]; and when the shared store can't be read and there is no copy.
    pub fn locate(
        &self,
        choice: crate::Choice<'_>,
        folder: &std::path::Path,
        watch: &mut Watch<'_>,
    ) -> Result<Located, Error> {
        if let Some(guest) = self.guest() {
            return self.locate_as(guest, choice, watch);
        }
        match self.shared_name(choice) {
            Some(name) => self.shared().locate(&name, watch),
            None => crate::locate(choice, &self.settings().registry(), folder),
        }
    }

    /// The same to be searched and nothing else: a shared store may be searched where it is, without a copy.
    ///
    /// # Errors
    /// As [`Library::locate`].
    pub fn locate_to_search(
        &self,
        choice: crate::Choice<'_>,
        folder: &std::path::Path,
        watch: &mut Watch<'_>,
    ) -> Result<Located, Error> {
        match self.shared_name(choice).filter(|_| self.guest().is_none()) {
            Some(name) => self.shared().locate_to_search(&name, watch),
            None => self.locate(choice, folder, watch),
        }
    }

    fn shared_name(&self, choice: crate::Choice<'_>) -> Option<SharedName> {
        let name = choice.name.filter(|_| choice.path.is_none())?.parse::<SharedName>().ok()?;
        // The Python tool allowed any name: a store that has this one is meant before a shared one.
        self.settings().registry().get(&name.to_string()).is_err().then_some(name)
    }
}

impl SharedStores<'_> {
    /// The servers that were named.
    pub fn hosts(&self) -> Hosts {
        Hosts::new(self.library.settings().home.value.hosts(), self.library.patience().clone())
    }

    /// Names a server.
    ///
    /// # Errors
    /// When the address means nothing or holds a password, or the note can't be written.
    pub fn add(&self, name: &StoreName, address: &str) -> Result<Host, Error> {
        let host = Host { name: name.clone(), address: address.parse::<Address>()? };
        self.hosts().add(&host)?;
        Ok(host)
    }

    /// What a server is, whether its database is prepared or not.
    ///
    /// # Errors
    /// When it can't be reached.
    pub fn about(&self, host: &StoreName) -> Result<About, Error> {
        Ok(self.connect(host)?.about()?)
    }

    /// Prepares the database of a server.
    ///
    /// # Errors
    /// As [`Server::prepare`].
    pub fn prepare(&self, host: &StoreName) -> Result<Prepared, Error> {
        Ok(self.connect(host)?.prepare()?)
    }

    /// The stores of a server.
    ///
    /// # Errors
    /// When it can't be reached, or its database isn't prepared.
    pub fn stores(&self, host: &StoreName) -> Result<Vec<SharedStore>, Error> {
        Ok(self.open(host)?.stores()?)
    }

    /// Says what somebody may do with a store from now on, and hands out who may what then.
    ///
    /// # Errors
    /// As [`Server::grant`].
    pub fn grant(
        &self,
        name: &SharedName,
        who: &str,
        may: Option<Permission>,
    ) -> Result<Vec<Membership>, Error> {
        let mut server = self.open(&name.host)?;
        let store = server.store(name.store.as_str())?;
        server.grant(&store, who, may)?;
        // Who has given away the store sees it no more.
        let store = server.store(name.store.as_str());
        Ok(store.map_or_else(|_| Ok(Vec::new()), |store| server.members(&store))?)
    }

    /// The store and who may do what with it, as far as whoever asks may know.
    ///
    /// # Errors
    /// When there is none.
    pub fn members(&self, name: &SharedName) -> Result<(SharedStore, Vec<Membership>), Error> {
        let mut server = self.open(&name.host)?;
        let store = server.store(name.store.as_str())?;
        let members = server.members(&store)?;
        Ok((store, members))
    }

    /// Has the server keep an index of a store's vectors from now on, or none; whether that is new.
    ///
    /// # Errors
    /// As [`Server::keep_index`].
    pub fn keep_index(&self, name: &SharedName, wanted: bool) -> Result<bool, Error> {
        let mut server = self.open(&name.host)?;
        let store = server.store(name.store.as_str())?;
        Ok(server.keep_index(&store, wanted)?)
    }

    /// Brings the copy of a store up to date, and its index where there is one. `watch` hears how many scenes have come.
    ///
    /// # Errors
    /// As [`LocalCopy::sync`].
    pub fn sync(&self, name: &SharedName, watch: &mut Watch<'_>) -> Result<Synced, Error> {
        let mut server = self.open(&name.host)?;
        self.sync_from(&mut server, name, watch)
    }

    pub(super) fn sync_from(
        &self,
        server: &mut Server,
        name: &SharedName,
        watch: &mut Watch<'_>,
    ) -> Result<Synced, Error> {
        let (copy, shown) = (self.copy_of(name), name.to_string());
        let (at, indexes) = (copy.at(), self.library.indexes());
        let index = indexes.folder(&at);
        let mut progress = |scenes: usize| watch(Step::Syncing { store: &shown, scenes }) == Flow::Continue;
        let patience = self.library.patience();
        let copied = copy.sync(server, name.store.as_str(), recipe::SCENES, patience, &mut progress);
        if copied.as_ref().is_err_and(naragtive_shared::SharedError::is_lost) {
            // Nothing is left of what may not be read any more; what can't be removed is swept later.
            Cached::unread(index).remove(patience).ok();
        }
        let Copied { store, appended, anew } = copied?;
        if let Some(appended) = &appended {
            // One that can't go on is built by the next search.
            indexes.extend(&at, appended, &mut |_| Flow::Continue)?;
        }
        let fetched = appended.as_ref().map_or(0, |done| done.added + done.updated);
        Ok(Synced { store, at, fetched, removed: appended.map_or(0, |done| done.removed), anew })
    }

    /// The store to be searched: where it is, if no copies are wanted, or there is none yet and the store is too large to make one
    /// for a question; else its copy.
    fn locate_to_search(&self, name: &SharedName, watch: &mut Watch<'_>) -> Result<Located, Error> {
        let copy = self.copy_of(name);
        let is_distant = match self.library.copies() {
            Copies::None | Copies::Candidates => true,
            Copies::BySize => copy.tracked().is_none() && self.is_large(name)?,
        };
        if !is_distant {
            return self.locate(name, watch);
        }
        Ok(Located { name: Some(name.to_string()), at: StoreRef::Server(copy.at().file().to_owned()) })
    }

    fn is_large(&self, name: &SharedName) -> Result<bool, Error> {
        let mut server = self.open(&name.host)?;
        let store = server.store(name.store.as_str())?;
        Ok(store.scenes > MOST_COPIED_UNASKED && store.searched_by.is_some())
    }

    /// The copy of a store, up to date if its server can be reached.
    fn locate(&self, name: &SharedName, watch: &mut Watch<'_>) -> Result<Located, Error> {
        let shown = name.to_string();
        let located = |at| Located { name: Some(shown.clone()), at };
        let copy = self.copy_of(name).at();
        if follow::is_fresh(name, self.library) && copy.exists() {
            return Ok(located(copy));
        }
        match self.sync(name, watch) {
            Ok(synced) => Ok(located(synced.at)),
            Err(Error::Shared(error)) if error.is_unreachable() => {
                let copy = self.copy_of(name);
                let Some(since) = copy.synced() else { return Err(error.into()) };
                watch(Step::Offline { store: &shown, since, error: &error.into() });
                Ok(located(copy.at()))
            }
            Err(error) => Err(error),
        }
    }

    /// The shared store that the one at `at` is, or is the copy of, if it is one.
    pub fn of(&self, at: &StoreRef) -> Option<SharedName> {
        let (store, host) = (at.file().file_stem()?, at.file().parent()?.file_name()?);
        let name: SharedName = format!("{}/{}", host.to_str()?, store.to_str()?).parse().ok()?;
        (self.copy_of(&name).at().file() == at.file()).then_some(name)
    }

    pub(crate) fn copy_of(&self, name: &SharedName) -> LocalCopy {
        let lower = |name: &StoreName| name.as_str().to_lowercase();
        LocalCopy::new(
            self.library.settings().home.value.shared_copy(&lower(&name.host), &lower(&name.store)),
        )
    }

    fn connect(&self, host: &StoreName) -> Result<Server, Error> {
        let Host { name, address } = self.hosts().get(host)?;
        Ok(Server::connect(name.as_str(), &address, &self.library.settings().login)?)
    }

    pub(crate) fn open(&self, host: &StoreName) -> Result<Server, Error> {
        let Host { name, address } = self.hosts().get(host)?;
        let mut server = Server::open(name.as_str(), &address, &self.library.settings().login)?;
        if let Some(guest) = self.library.guest() {
            server.act_as(&guest.role)?;
        }
        Ok(server)
    }

    /// Who is let in by which token where shared stores are served.
    pub fn tokens(&self) -> Tokens {
        Tokens::new(self.library.settings().home.value.tokens(), self.library.patience().clone())
    }

    /// Brings the copy of a store up to date that others may have as well: it stays, whether this one may read it or not.
    pub(super) fn locate_for_guest(
        &self,
        name: &SharedName,
        watch: &mut Watch<'_>,
    ) -> Result<Located, Error> {
        let mut server = self.open(&name.host)?;
        server.store(name.store.as_str())?;
        let synced = self.sync_from(&mut server, name, watch)?;
        Ok(Located { name: Some(name.to_string()), at: synced.at })
    }
}
