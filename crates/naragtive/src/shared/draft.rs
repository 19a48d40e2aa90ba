use std::sync::Arc;

use naragtive_disk::Lock;
use naragtive_model::Flow;
use naragtive_scene::{Scene, Source};
use naragtive_shared::{
    Digesting, LocalCopy, NewShared, Permission, Server, SharedError, SharedStore, Tracked, changed,
};
use naragtive_store::{Appended, EmbeddedScene, Store, StoreRef, append};

use super::SharedName;
use super::digest::{digest, digest_recipe};
use crate::embedding::add::mend_windows;
use crate::indexing::refreshed::bring_index_up_to_date;
use crate::progress::{Step, Watch};
use crate::{Error, How, Library};

/// What becomes of what others wrote since a draft was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    /// It stays: what is new in the draft is merged into it.
    Stay,
    /// It makes way.
    MakeWay,
    /// Then the draft isn't sent: nobody knows what it would mean.
    Refuse,
}

impl From<How> for Others {
    fn from(how: How) -> Self {
        match how {
            How::Merge => Self::Stay,
            How::Replace => Self::MakeWay,
        }
    }
}

/// What a shared store is to become: a draft of its copy, to be changed like any store and sent.
///
/// Others may write to the store meanwhile: nobody waits for the model of anybody. When the draft is sent, what is new in it
/// is merged into what the store is by then. Two processes on this machine that write to one shared store take turns.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    name: SharedName,
    copy: LocalCopy,
    /// What the draft was made of.
    base: Option<(Store, Tracked)>,
    others: Others,
    _lock: Arc<Lock>,
}

impl Draft {
    /// Begins one; none of a store that isn't there yet.
    ///
    /// # Errors
    /// When the server can't be reached, or whoever asks may not write to the store.
    pub(crate) fn begin(
        library: &Library,
        name: &SharedName,
        others: Others,
        watch: &mut Watch<'_>,
    ) -> Result<Self, Error> {
        let shared = library.shared();
        let copy = shared.copy_of(name);
        let lock = Arc::new(copy.lock_draft(library.patience())?);
        let mut server = shared.open(&name.host)?;
        match shared.sync_from(&mut server, name, watch) {
            Ok(synced) => server.require(&synced.store, Permission::Write)?,
            Err(Error::Shared(error)) if error.is_lost() => {}
            Err(error) => return Err(error),
        }
        let known = copy.tracked();
        let base = known.map(|known| Ok::<_, Error>((copy.at().open()?, known))).transpose()?;
        copy.make_draft()?;
        Ok(Self { name: name.clone(), copy, base, others, _lock: lock })
    }

    /// The store's name.
    pub(crate) fn name(&self) -> &SharedName {
        &self.name
    }

    /// The draft.
    pub(crate) fn at(&self) -> StoreRef {
        self.copy.draft()
    }

    /// Sends the draft, whose last change was `appended`, and makes it the copy. A store that isn't there is made.
    ///
    /// # Errors
    /// When the server can't be reached or refuses. Then the store is as it was, or has the first scenes of those that come
    /// behind all others.
    pub(crate) fn send(
        self,
        library: &Library,
        source: &Source,
        appended: Appended,
        watch: &mut Watch<'_>,
    ) -> Result<(StoreRef, Appended), Error> {
        let mut server = library.shared().open(&self.name.host)?;
        let store = self.found_or_made(&mut server, source)?;
        server.lock(&store, library.patience())?;
        let sent = self.send_locked(&mut server, library, appended, watch);
        // A server that doesn't answer takes the lock back by itself.
        server.unlock(&store).ok();
        let appended = sent?;
        bring_index_up_to_date(library, &self.copy.at(), &appended, watch)?;
        Ok((self.copy.at(), appended))
    }

    fn found_or_made(&self, server: &mut Server, source: &Source) -> Result<SharedStore, Error> {
        match server.store(self.name.store.as_str()) {
            Err(error) if error.is_lost() && self.base.is_none() => {
                let draft = self.at().open()?;
                Ok(server.create(&NewShared {
                    name: self.name.store.clone(),
                    model: draft.model_or_legacy(),
                    recipe: draft.recipe().map(str::to_owned),
                    source: source.to_string(),
                    description: None,
                })?)
            }
            found => Ok(found?),
        }
    }

    fn send_locked(
        &self,
        server: &mut Server,
        library: &Library,
        mut appended: Appended,
        watch: &mut Watch<'_>,
    ) -> Result<Appended, Error> {
        let patience = library.patience();
        let store = library.shared().sync_from(server, &self.name, watch)?.store;
        let known = self.copy.tracked().ok_or_else(|| SharedError::Outdated { store: store.name.clone() })?;
        let begun = self.base.as_ref().map(|(_, known)| known);
        let is_as_it_was = begun.map_or(store.scenes == 0, |begun| *begun == known);
        match self.others {
            _ if is_as_it_was => {}
            Others::Stay => {
                appended =
                    Appended { already_there: appended.already_there, ..self.merge_anew(library, watch)? };
            }
            Others::MakeWay => appended.before = None,
            Others::Refuse => return Err(SharedError::Outdated { store: store.name }.into()),
        }
        let (base, next) = (self.copy.at().open()?, self.at().open()?);
        next.require_model(&store.model)?;
        let shown = self.name.to_string();
        let (language, recipe) = (library.indexes().language.to_string(), digest_recipe());
        let digesting = Digesting { language: &language, recipe: &recipe, digest: &digest };
        let sent = server.publish(&store, &known, Some(&base), &next, &digesting, &mut |sent| {
            watch(Step::Sending { store: &shown, scenes: sent.scenes, of: sent.of }) == Flow::Continue
        })?;
        // Some systems don't replace a file that is open.
        drop((base, next));
        self.copy.adopt(sent, patience)?;
        Ok(appended)
    }

    /// Makes the draft anew of the store as it is now, with what is new in the old one.
    fn merge_anew(&self, library: &Library, watch: &mut Watch<'_>) -> Result<Appended, Error> {
        let draft = self.at().open()?;
        let rows = changed(self.base.as_ref().map(|(base, _)| base), &draft)?;
        let rows: Vec<EmbeddedScene> = draft.rows(&rows)?.into_iter().map(EmbeddedScene::from).collect();
        let tag = draft.model_or_legacy();
        drop(draft);
        let at = self.copy.make_draft()?;
        let scenes: Vec<Scene> = rows.iter().map(|row| row.scene.clone()).collect();
        let appended = append(&at, rows, &tag, library.patience())?;
        // Messages may have other neighbours than those they were read with.
        let model = library.models().embedder_of(Some(&tag), watch)?;
        mend_windows(&scenes, &at, &model, library.patience())?;
        Ok(Appended { before: None, ..appended })
    }
}
