use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use naragtive_disk::{Patience, Place};

use crate::change::{self, Change, Edit};
use crate::passages::Passages;
use crate::{ModelTag, Store, StoreError};

/// A store whose rows get the passages that they lack.
///
/// Nobody waits for it while they are computed: what is given finds its rows by id and text, wherever they are by then.
#[derive(Debug)]
pub struct Upgrade {
    path: PathBuf,
    store: Store,
    model: ModelTag,
    lacking: Vec<usize>,
    /// The fingerprint of the file whose rows have the numbers that they have in `store`.
    base: [u8; 32],
}

impl Upgrade {
    /// Opens the store at `path`.
    ///
    /// # Errors
    /// When the store can't be read or written, or holds another model's embeddings.
    pub fn begin(path: &Path, model: &ModelTag) -> Result<Self, StoreError> {
        let store = Store::open(path)?;
        Place::find(path)?.check_writable()?;
        store.require_model(model)?;
        let (lacking, base) = (store.rows_without_passages()?, store.fingerprint()?);
        Ok(Self { path: path.to_owned(), store, model: model.clone(), lacking, base })
    }

    /// The store as it was when this began.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The rows that have text and no passages, in order.
    pub fn lacking(&self) -> &[usize] {
        &self.lacking
    }

    /// Writes the store anew with these passages of rows that lack some, by their numbers in [`Upgrade::store`].
    ///
    /// All else in the file stays what it was, in value, type and order, what was added meanwhile too; what others
    /// replaced meanwhile stays without. The file is replaced whole or not at all.
    ///
    /// # Errors
    /// When the store can't be read or written, or passages are not of the store's dimension or not finite;
    /// [`StoreError::Stopped`] when others still write to it when `patience` is over.
    pub fn give(&mut self, given: Vec<(usize, Passages)>, patience: &Patience) -> Result<(), StoreError> {
        let dimension = self.store.model_or_legacy().dimension;
        for (row, passages) in &given {
            passages.check(dimension).map_err(|problem| self.store.bad_row(*row, problem))?;
        }
        let place = Place::find(&self.path)?;
        let lock = place.lock(patience)?;
        let store = Store::open(&self.path)?;
        store.require_model(&self.model)?;
        let same = store.fingerprint()? == self.base;
        let rows = if same { given.into_iter().collect() } else { self.found(&store, given)? };
        let edit = |(row, passages)| (row, Edit { passages: Some(passages), ..Edit::default() });
        let change = Change { edits: rows.into_iter().map(edit).collect(), ..Change::default() };
        if !change.is_empty() {
            let model = self.model.clone();
            // The closure owns the store: some systems don't replace a file that is open.
            place.replace(&lock, move |file| change::write(&store, &change, &model, file))?;
        }
        if same {
            self.base = Store::open(&self.path)?.fingerprint()?;
        }
        Ok(())
    }

    /// The same rows in the store as it is now.
    fn found(
        &self,
        store: &Store,
        given: Vec<(usize, Passages)>,
    ) -> Result<BTreeMap<usize, Passages>, StoreError> {
        let rows: Vec<usize> = given.iter().map(|(row, _)| *row).collect();
        let names = self.store.ids_and_texts(&rows)?;
        let mut wanted: HashMap<(String, String), Passages> =
            names.into_iter().zip(given).map(|(name, (_, passages))| (name, passages)).collect();
        let lacking = store.rows_without_passages()?;
        let now = store.ids_and_texts(&lacking)?;
        Ok(lacking
            .into_iter()
            .zip(now)
            .filter_map(|(row, name)| Some((row, wanted.remove(&name)?)))
            .collect())
    }
}
