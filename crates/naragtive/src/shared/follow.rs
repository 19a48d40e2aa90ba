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
            let Some(quiet) = self.following.upgrade().map(|following| following.quiet()) else { break };
            let changed = server.wait_for_change(&stores, quiet)?;
            // Nobody knows whether a server that says nothing is there.
            let all: Vec<String> = match changed.is_empty() {
                true => heard.keys().cloned().collect(),
                false => changed.iter().map(|name| name.to_lowercase()).collect(),
            };
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

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::path::Path;

    use naragtive_shared::Permission;
    use naragtive_testkit::postgres::{Database, PASSWORD};
    use naragtive_testkit::tiny_model;

    use super::*;
    use crate::jobs::{Ingest, Target, ingest};
    use crate::{Choice, Format, How, Settings, Step, Timestamp};

    const NAME: &str = "studio/voyage";

    fn library(database: &Database, role: &str, folder: &Path) -> Library {
        let mut settings = Settings::at(folder.join(role), NonZeroUsize::MIN).unwrap();
        settings.model_dir.value = Some(tiny_model());
        settings.network.offline = true;
        settings.login.password = Some(PASSWORD.to_owned());
        let library = Library::new(settings);
        library.shared().add(&"studio".parse().unwrap(), &database.url(role)).unwrap();
        library
    }

    /// Adds a message to the store.
    fn write(library: &Library, folder: &Path, number: usize) {
        let export = folder.join(format!("{number}.json"));
        let text = format!(r#"[{{"user": "Ada", "message": "The lamp was lit {number} times."}}]"#);
        std::fs::write(&export, text).unwrap();
        let target = Target::typed(None, "", Some(NAME), How::Merge).unwrap();
        let job = Ingest::new(vec![export], Some(Format::CHAT_MESSAGES), target);
        ingest(library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue).unwrap();
    }

    /// Waits until something is so, as long as the slowest machine may take.
    fn until(what: &str, is_so: impl Fn() -> bool) {
        let is_so = (0..24_000).any(|_| {
            is_so() || {
                thread::sleep(Duration::from_millis(5));
                false
            }
        });
        assert!(is_so, "{what}");
    }

    #[test]
    fn what_is_written_is_in_the_copy_because_it_is_told_and_not_because_anybody_asks() {
        let Some(database) = Database::new("what_is_written_is_in_the_copy", &["ada", "bob"]) else { return };
        let folder = tempfile::tempdir().unwrap();
        let [keeper, ada, bob] = ["keeper", "ada", "bob"].map(|role| library(&database, role, folder.path()));
        let name: SharedName = NAME.parse().unwrap();
        keeper.shared().prepare(&name.host).unwrap();
        write(&ada, folder.path(), 0);
        ada.shared().grant(&name, &database.role("bob"), Some(Permission::Read)).unwrap();
        // Whoever follows would ask after an hour.
        let bob = bob.asking_after(Duration::from_secs(3600));
        let found = || {
            let choice = Choice { path: None, name: Some(NAME) };
            let mut is_away = false;
            let mut watch = |step: Step<'_>| {
                is_away |= matches!(step, Step::Offline { .. });
                Flow::Continue
            };
            let located = bob.locate(choice, "".as_ref(), &mut watch).unwrap();
            assert!(!is_away, "nobody asks the server");
            located.at.open().unwrap().len()
        };
        let is_fresh = || bob.followed().unwrap().want(&name).is_fresh;
        assert_eq!(found(), 1);
        until("the store is followed", is_fresh);
        // Nobody who asks reaches the server from here on; who listens does.
        bob.shared().add(&name.host, "postgresql://bob@127.0.0.1:1/none").unwrap();
        let copy = bob.shared().copy_of(&name).at();
        for number in 1..5 {
            write(&ada, folder.path(), number);
            until("it was told of", || copy.open().is_ok_and(|copy| copy.len() == number + 1));
            until("the copy is fresh", is_fresh);
            assert_eq!(found(), number + 1);
        }
        ada.shared().grant(&name, &database.role("bob"), None).unwrap();
        until("what may not be read any more is gone", || !copy.exists());
    }
}
