//! Copies that are kept up to date while somebody has them open: the database tells of every change, so that nobody has to ask.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use naragtive_model::Flow;
use naragtive_shared::{Server, SharedError, SharedStore};
use naragtive_store::StoreName;

use super::SharedName;
use super::following::{Followed, FollowedHost, Following, key};
use crate::{Error, Library};

/// So long nothing may be heard before it is asked whether anybody is there.
const QUIET: Duration = Duration::from_secs(5);
/// Before a server that can't be reached is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// Whether the copy of a store is known to be as its server has it, where stores are followed; from now on it is one of them.
pub(super) fn is_fresh(name: &SharedName, library: &Library) -> bool {
    let Some(following) = library.followed() else { return false };
    let Followed { is_fresh, is_first } = following.want(name);
    if is_first {
        let follower = Follower {
            following: Arc::downgrade(following),
            library: library.clone().following(false),
            host: name.host.clone(),
        };
        thread::spawn(move || follower.run());
    }
    is_fresh
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

    fn with_host<T>(&self, job: impl FnOnce(&mut FollowedHost) -> T) -> Option<T> {
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
