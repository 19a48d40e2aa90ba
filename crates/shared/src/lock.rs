//! Writers of one store take turns, and whoever listens hears of changes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use naragtive_disk::{DiskError, Holder, Patience, Waiting};
use postgres::fallible_iterator::FallibleIterator;

use crate::{Server, SharedError, SharedStore};

/// What the locks of writers are known by among other programs' in the same database: the letters "nara".
const LOCKS: i32 = 0x6e61_7261;
/// Who waits longer than this is told.
const NOTICE_AFTER: Duration = Duration::from_secs(1);
/// Between two tries to get a lock.
const PAUSE: Duration = Duration::from_millis(50);

impl Server {
    /// Waits until nobody else writes to the store. Others wait until this connection gives the lock back or ends.
    ///
    /// # Errors
    /// [`DiskError::Stopped`] when `patience` is over first; when the server doesn't answer.
    pub fn lock(&mut self, store: &SharedStore, patience: &Patience) -> Result<(), SharedError> {
        let mut waited = Duration::ZERO;
        loop {
            let row = self.client.query_one("select pg_try_advisory_lock($1, $2)", &[&LOCKS, &store.id]);
            if row.map_err(SharedError::said(self.name()))?.get(0) {
                return Ok(());
            }
            let file = PathBuf::from(format!("{}/{}", self.name(), store.name));
            if patience.is_over() {
                return Err(DiskError::Stopped { path: file, holder: Holder::default() }.into());
            }
            // Time is what was slept, as with the locks of files.
            let was_short = waited < NOTICE_AFTER;
            sleep(PAUSE);
            waited += PAUSE;
            if was_short && waited >= NOTICE_AFTER {
                patience.notice(&Waiting { file, holder: Holder::default() });
            }
        }
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// When the server doesn't answer; then it takes the lock back by itself.
    pub fn unlock(&mut self, store: &SharedStore) -> Result<(), SharedError> {
        let done = self.client.query_one("select pg_advisory_unlock($1, $2)", &[&LOCKS, &store.id]);
        done.map(drop).map_err(SharedError::said(self.name()))
    }

    /// From now on changes of these stores are heard of.
    ///
    /// # Errors
    /// When the server doesn't answer.
    pub fn listen(&mut self, stores: &[SharedStore]) -> Result<(), SharedError> {
        for store in stores {
            let listen = format!("listen \"{}\"", store.channel.replace('"', ""));
            self.client.batch_execute(&listen).map_err(SharedError::said(self.name()))?;
        }
        Ok(())
    }

    /// Waits for a change of any of these stores; which ones have changed by then, none when the time is over. Several changes of
    /// a store that are told before anybody looks are one.
    ///
    /// # Errors
    /// When the server doesn't answer.
    pub fn wait_for_change(
        &mut self,
        stores: &[SharedStore],
        time: Duration,
    ) -> Result<Vec<String>, SharedError> {
        self.listen(stores)?;
        let server = self.name().to_owned();
        let mut told = self.client.notifications();
        let first = told.timeout_iter(time).next().map_err(SharedError::said(&server))?;
        let mut channels: BTreeSet<String> = first.iter().map(|told| told.channel().to_owned()).collect();
        while let Some(more) = told.iter().next().map_err(SharedError::said(&server))? {
            channels.insert(more.channel().to_owned());
        }
        let changed = stores.iter().filter(|store| channels.contains(&store.channel));
        Ok(changed.map(|store| store.name.clone()).collect())
    }
}
