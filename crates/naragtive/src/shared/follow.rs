//! Copies that are kept up to date while somebody has them open: the database tells of every change, so that nobody has to ask.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use naragtive_model::Flow;
use naragtive_shared::{Server, SharedError, SharedStore};
use naragtive_store::StoreName;

use super::SharedName;
use crate::{Error, Library};

/// So long nothing may be heard before it is asked whether anybody is there.
const QUIET: Duration = Duration::from_secs(5);
/// Before a server that can't be reached is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// The stores that are followed. Who follows them ends when nobody has this any more.
#[derive(Default)]
pub(crate) struct Following(Mutex<HashMap<String, Host>>);

/// The stores of a server, by their names in small letters.
#[derive(Default)]
struct Host {
    wanted: HashMap<String, SharedName>,
    /// Those whose copies are as the server has them, as far as it has said.
    fresh: BTreeSet<String>,
}

fn key(name: &StoreName) -> String {
    name.as_str().to_lowercase()
}

impl Following {
    fn hosts(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the copy of a store is as its server has it; from now on it is followed.
    pub(crate) fn is_fresh(self: &Arc<Self>, name: &SharedName, library: &Library) -> bool {
        let mut hosts = self.hosts();
        let is_new = !hosts.contains_key(&key(&name.host));
        let host = hosts.entry(key(&name.host)).or_default();
        host.wanted.entry(key(&name.store)).or_insert_with(|| name.clone());
        let is_fresh = host.fresh.contains(&key(&name.store));
        drop(hosts);
        if is_new {
            let follower = Follower {
                following: Arc::downgrade(self),
                library: library.clone().following(false),
                host: name.host.clone(),
            };
            thread::spawn(move || follower.run());
        }
        is_fresh
    }
}

/// Who follows the stores of one server.
struct Follower {
    following: Weak<Following>,
    library: Library,
    host: StoreName,
}

impl Follower {
    fn run(&self) {
        while self.following.strong_count() > 0 {
            // Whatever went wrong, those who ask find it out for themselves until all is well again.
            let _ = self.follow();
            self.with_host(|host| host.fresh.clear());
            thread::sleep(PAUSE);
        }
    }

    fn with_host<T>(&self, job: impl FnOnce(&mut Host) -> T) -> Option<T> {
        let following = self.following.upgrade()?;
        let mut hosts = following.hosts();
        hosts.get_mut(&key(&self.host)).map(job)
    }

    /// Until nobody wants it any more, or the server goes away.
    fn follow(&self) -> Result<(), Error> {
        let mut server = self.library.shared().open(&self.host)?;
        let mut heard: HashMap<String, SharedStore> = HashMap::new();
        while let Some(wanted) = self.with_host(|host| host.wanted.clone()) {
            // Who has begun to listen misses nothing that is written after the copy was brought up to date.
            for (key, name) in wanted.iter().filter(|(key, _)| !heard.contains_key(*key)).collect::<Vec<_>>()
            {
                if let Some(store) = self.begin(&mut server, key, name)? {
                    heard.insert(key.clone(), store);
                }
            }
            let stores: Vec<SharedStore> = heard.values().cloned().collect();
            let changed = server.wait_for_change(&stores, QUIET)?;
            // Nobody knows whether a server that says nothing is there.
            let all = changed
                .as_ref()
                .map_or_else(|| heard.keys().cloned().collect(), |name| vec![name.to_lowercase()]);
            self.with_host(|host| host.fresh.retain(|key| !all.contains(key)));
            for key in all {
                let is_there = match wanted.get(&key) {
                    Some(name) => self.bring_up_to_date(&mut server, &key, name)?,
                    None => false,
                };
                if !is_there {
                    heard.remove(&key);
                }
            }
        }
        Ok(())
    }

    fn begin(&self, server: &mut Server, key: &str, name: &SharedName) -> Result<Option<SharedStore>, Error> {
        let store = match server.store(name.store.as_str()) {
            Err(error) if error.is_lost() => None,
            store => Some(store?),
        };
        if let Some(store) = &store {
            server.listen(std::slice::from_ref(store))?;
        }
        Ok(store.filter(|_| matches!(self.bring_up_to_date(server, key, name), Ok(true))))
    }

    /// Whether the store is still there.
    fn bring_up_to_date(&self, server: &mut Server, key: &str, name: &SharedName) -> Result<bool, Error> {
        let synced = self.library.shared().sync_from(server, name, &mut |_| Flow::Continue);
        match synced {
            Ok(_) => {
                self.with_host(|host| host.fresh.insert(key.to_owned()));
                Ok(true)
            }
            // Its copy is gone with it; who asks for it is told so.
            Err(Error::Shared(SharedError::NoStore { .. })) => {
                self.with_host(|host| host.wanted.remove(key));
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}
