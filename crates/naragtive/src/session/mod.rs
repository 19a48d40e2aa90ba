//! Stores that are searched: which ones are meant, opened with their indexes, and how what is found is ranked.

mod choose;
mod content;
mod distant;
mod listed;
mod locate;
mod nearby;
mod opened;
mod parts;
mod reranking;
#[expect(clippy::module_inception, reason = "the room's own noun")]
mod session;
mod stores;
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
use crate::{Error, Library};

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
        Stores::choose(which, &self.settings().registry(), &mut locate)
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

    /// A session on these stores, without anybody watching.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn session(&self, stores: &Stores) -> Result<Session, Error> {
        Session::open(self, stores, &mut |_| naragtive_model::Flow::Continue)
    }
}
