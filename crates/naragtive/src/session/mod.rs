//! Stores that are searched: which ones are meant, opened with their indexes, and how what is found is ranked.

pub(crate) mod aliases;
mod choose;
mod content;
mod distant;
pub(crate) mod explained;
pub(crate) mod hits;
mod id_rows;
mod lacking;
mod listed;
mod locate;
pub(crate) mod matches;
mod nearby;
mod opened;
mod opening;
mod parts;
pub(crate) mod queries;
pub(crate) mod query;
mod reranking;
#[expect(clippy::module_inception, reason = "the room's own noun")]
mod session;
mod stores;
pub(crate) mod unmet;
mod view;

pub use choose::{Stores, TypedStores, Which};
pub use distant::MOST_WITHOUT_COPY;
pub use listed::Listed;
pub use locate::{Choice, Located, locate};
pub use nearby::Surroundings;
pub use reranking::Reranking;
pub use session::Session;

use std::path::Path;

use crate::progress::Watch;
use crate::{Error, Library, Mode};

impl Library {
    /// The stores that are meant; files are looked for from `folder`. Copies of shared stores are brought up to date.
    ///
    /// # Errors
    /// As [`Stores::choose`] and [`Library::locate`].
    pub fn choose(&self, which: Which<'_>, folder: &Path) -> Result<Stores, Error> {
        self.choose_watched(which, folder, &mut |_| naragtive_model::Flow::Continue)
    }

    /// The same, where `watch` hears of shared stores that can't be reached.
    ///
    /// # Errors
    /// As [`Library::choose`].
    pub fn choose_watched(
        &self,
        which: Which<'_>,
        folder: &Path,
        watch: &mut Watch<'_>,
    ) -> Result<Stores, Error> {
        let mut locate = |choice: Choice<'_>| self.locate(choice, folder, watch);
        match which {
            Which::All if self.guest().is_some() => Stores::all(self.entries()?.0, &mut locate),
            which => Stores::choose(which, &self.settings().registry(), &mut locate),
        }
    }

    /// The same for stores that are searched and nothing else: a shared one may be searched where it is, without a copy.
    ///
    /// # Errors
    /// As [`Library::choose`].
    pub fn choose_to_search(
        &self,
        which: Which<'_>,
        folder: &Path,
        watch: &mut Watch<'_>,
    ) -> Result<Stores, Error> {
        let mut locate = |choice: Choice<'_>| self.locate_to_search(choice, folder, watch);
        Stores::choose(which, &self.settings().registry(), &mut locate)
    }

    /// A session on these stores that is reranked in this way. What queries in `mode` need is opened now.
    ///
    /// # Errors
    /// As [`Session::open`], [`Session::prepare`] and [`Session::rerank`].
    pub fn session_for(
        &self,
        stores: &Stores,
        mode: Option<Mode>,
        reranking: Reranking,
        watch: &mut Watch<'_>,
    ) -> Result<Session, Error> {
        let mut session = Session::open(self, stores, watch)?;
        if let Some(mode) = mode {
            session.prepare(mode, watch)?;
        }
        session.rerank(reranking, watch)?;
        Ok(session)
    }

    /// A session on these stores, without anybody watching.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn session(&self, stores: &Stores) -> Result<Session, Error> {
        Session::open(self, stores, &mut |_| naragtive_model::Flow::Continue)
    }
}
