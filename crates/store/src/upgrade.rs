use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use naragtive_disk::{AtomicFile, Patience};

use crate::change::{self, Change, Edit};
use crate::passages::Passages;
use crate::{ModelTag, Store, StoreError, StoreRef, Version};

/// A store whose rows get the passages that they lack.
///
/// Nobody waits for it while they are computed: what is given finds its rows by id and text, wherever they are by then.
#[derive(Debug)]
pub struct Upgrade {
    path: PathBuf,
    store: Store,
    model: ModelTag,
    lacking: Vec<usize>,
    /// The version of the store whose rows have the numbers that they have in `store`.
    base: Version,
    /// The recipe by which passages are made.
    recipe: Option<&'static str>,
    /// Whether rows that have passages get others.
    remakes: bool,
    /// Whether no row had passages when this began.
    from_nothing: bool,
    /// How many rows got theirs.
    given: usize,
}

impl Upgrade {
    /// Opens the store that is there.
    ///
    /// # Errors
    /// When the store can't be read or written, or holds another model's embeddings.
    pub fn begin(at: impl Into<StoreRef>, model: &ModelTag) -> Result<Self, StoreError> {
        let at = at.into();
        let path = at.file();
        let store = Store::open(path)?;
        AtomicFile::find(path)?.check_writable()?;
        store.require_model(model)?;
        let (lacking, base) = (store.rows_without_passages()?, store.version()?);
        Ok(Self {
            path: path.to_owned(),
            store,
            model: model.clone(),
            lacking,
            base,
            recipe: None,
            remakes: false,
            from_nothing: false,
            given: 0,
        })
    }

    /// Says by which recipe the passages are made. The store will say so where no other made any of its passages. Where no
    /// row lacks some and another recipe made them, all rows get new ones.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn made_by(mut self, recipe: &'static str) -> Result<Self, StoreError> {
        let texts = self.store.rows_with_text()?;
        self.recipe = Some(recipe);
        self.from_nothing = self.lacking.len() == texts.len();
        if self.lacking.is_empty() && self.store.recipe() != Some(recipe) {
            (self.lacking, self.remakes) = (texts, true);
        }
        Ok(self)
    }

    /// The store as it was when this began.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The rows that are to get passages, in order: those that have text and none, or all that have text.
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
    /// [`DiskError::Stopped`](naragtive_disk::DiskError) when others still write to it when `patience` is over.
    pub fn give(&mut self, given: Vec<(usize, Passages)>, patience: &Patience) -> Result<(), StoreError> {
        let dimension = self.store.model_or_legacy().dimension;
        for (row, passages) in &given {
            passages.check(dimension).map_err(|problem| self.store.bad_row(*row, problem))?;
        }
        let place = AtomicFile::find(&self.path)?;
        let lock = place.lock(patience)?;
        let store = Store::open(&self.path)?;
        store.require_model(&self.model)?;
        self.given += given.len();
        let whole = self.from_nothing || self.remakes && self.given >= self.lacking.len();
        let recipe = self.recipe.filter(|_| whole);
        let same = store.version()? == self.base;
        let rows = if same { given.into_iter().collect() } else { self.found(&store, given)? };
        let edit = |(row, passages)| (row, Edit { passages: Some(passages), ..Edit::default() });
        let change = Change { edits: rows.into_iter().map(edit).collect(), recipe, ..Change::default() };
        if !change.is_empty() {
            let model = self.model.clone();
            // The closure owns the store: some systems don't replace a file that is open.
            place.replace(&lock, move |file| change::write(&store, &change, None, &model, file))?;
        }
        if same {
            self.base = StoreRef::from(&self.path).version()?;
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
        let lacking = if self.remakes { store.rows_with_text()? } else { store.rows_without_passages()? };
        let now = store.ids_and_texts(&lacking)?;
        Ok(lacking
            .into_iter()
            .zip(now)
            .filter_map(|(row, name)| Some((row, wanted.remove(&name)?)))
            .collect())
    }
}
