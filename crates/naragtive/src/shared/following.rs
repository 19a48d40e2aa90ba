use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use naragtive_store::StoreName;

use super::SharedName;

/// So long nothing may be heard before it is asked whether anybody is there.
const QUIET: Duration = Duration::from_secs(5);

/// The stores that are followed. Who follows them ends when nobody has this any more.
pub(crate) struct Following {
    hosts: Mutex<HashMap<String, FollowedHost>>,
    quiet: Duration,
}

impl Default for Following {
    fn default() -> Self {
        Self::asking_after(QUIET)
    }
}

/// The stores of a server, by their names in small letters.
#[derive(Default)]
pub(crate) struct FollowedHost {
    pub(super) wanted: HashMap<String, SharedName>,
    /// Those whose copies are as the server has them, as far as it has said.
    pub(super) fresh: BTreeSet<String>,
}

/// What is known of a store that is followed.
pub(super) struct Followed {
    /// Whether its copy is as its server has it.
    pub(super) is_fresh: bool,
    /// Whether nobody follows its server yet.
    pub(super) is_first: bool,
}

pub(super) fn key(name: &StoreName) -> String {
    name.as_str().to_lowercase()
}

impl Following {
    /// Where nothing may be heard of a server for so long before it is asked.
    pub(crate) fn asking_after(quiet: Duration) -> Self {
        Self { hosts: Mutex::default(), quiet }
    }

    pub(super) fn quiet(&self) -> Duration {
        self.quiet
    }

    pub(super) fn hosts(&self) -> MutexGuard<'_, HashMap<String, FollowedHost>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on a store is followed.
    pub(super) fn want(&self, name: &SharedName) -> Followed {
        let mut hosts = self.hosts();
        let is_first = !hosts.contains_key(&key(&name.host));
        let host = hosts.entry(key(&name.host)).or_default();
        host.wanted.entry(key(&name.store)).or_insert_with(|| name.clone());
        Followed { is_fresh: host.fresh.contains(&key(&name.store)), is_first }
    }
}
