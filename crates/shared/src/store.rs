use naragtive_store::{ModelTag, StoreName};
use naragtive_text::nearest;
use postgres::Row;
use postgres::error::SqlState;

use crate::{Permission, Server, SharedError};

/// A store on a server, as whoever asks sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedStore {
    pub(crate) id: i32,
    /// Its name.
    pub name: String,
    /// Who made it.
    pub owner: String,
    /// The model of its embeddings.
    pub model: ModelTag,
    /// By which rules passages were made.
    pub recipe: Option<String>,
    /// What kind of export its scenes came from.
    pub source: String,
    /// What its owner says about it.
    pub description: Option<String>,
    /// How many scenes it has.
    pub scenes: usize,
    /// How many batches were written to it.
    pub rev: i64,
    /// What whoever asks may do with it.
    pub may: Permission,
    /// When the last batch was written, in seconds since 1970.
    pub changed: Option<i64>,
    /// The language whose word forms are taken for one word, where what scenes are searched by was written.
    pub language: Option<String>,
    /// By which rules what scenes are searched by was made; none where it isn't of the last batch.
    pub searched_by: Option<String>,
    /// Whether the server keeps an index of its vectors.
    pub indexed: bool,
    pub(crate) channel: String,
    /// The number that the next new row gets.
    pub(crate) next_row: i32,
}

/// A store to be made.
#[derive(Debug, Clone)]
pub struct NewShared {
    /// Its name.
    pub name: StoreName,
    /// The model of its embeddings.
    pub model: ModelTag,
    /// By which rules passages are made.
    pub recipe: Option<String>,
    /// What kind of export its scenes come from.
    pub source: String,
    /// What its owner says about it.
    pub description: Option<String>,
}

/// A store for each row of this; who sees a row is decided by the database.
const STORES: &str = "
    select s.id, s.name, s.owner::text, s.model, s.model_revision, s.dimension, s.recipe, s.source_type, s.description,
        s.scenes, s.rev, m.may, s.channel,
        (select extract(epoch from c.at)::bigint from naragtive.change c where c.store = s.id and c.rev = s.rev),
        s.language, case when s.searched_rev = s.rev then s.searched_by end, naragtive.is_indexed(s.id), s.next_row
    from naragtive.store s join naragtive.member m on m.store = s.id and m.who = naragtive.caller()";

impl SharedStore {
    fn read(row: &Row) -> Self {
        let count = |column: usize| usize::try_from(row.get::<_, i32>(column)).unwrap_or_default();
        Self {
            id: row.get(0),
            name: row.get(1),
            owner: row.get(2),
            model: ModelTag { name: row.get(3), revision: row.get(4), dimension: count(5) },
            recipe: row.get(6),
            source: row.get(7),
            description: row.get(8),
            scenes: count(9),
            rev: row.get(10),
            may: row.get::<_, String>(11).parse().unwrap_or(Permission::Read),
            channel: row.get(12),
            changed: row.get(13),
            language: row.get(14),
            searched_by: row.get(15),
            indexed: row.get(16),
            next_row: row.get(17),
        }
    }
}

impl Server {
    /// The stores that whoever asks may read, sorted by name.
    ///
    /// # Errors
    /// When the server doesn't answer.
    pub fn stores(&mut self) -> Result<Vec<SharedStore>, SharedError> {
        let rows = self.client.query(&format!("{STORES} order by lower(s.name)"), &[]);
        Ok(rows.map_err(SharedError::said(self.name()))?.iter().map(SharedStore::read).collect())
    }

    /// The store of this name, whatever the case of its letters.
    ///
    /// # Errors
    /// [`SharedError::NoStore`] when there is none, or none that whoever asks may read: the two look the same.
    pub fn store(&mut self, name: &str) -> Result<SharedStore, SharedError> {
        let row = self.client.query_opt(&format!("{STORES} where lower(s.name) = lower($1)"), &[&name]);
        if let Some(row) = row.map_err(SharedError::said(self.name()))? {
            return Ok(SharedStore::read(&row));
        }
        let all: Vec<String> = self.stores()?.into_iter().map(|store| store.name).collect();
        let alike: Vec<String> =
            nearest(name, all.iter().map(String::as_str)).into_iter().map(str::to_owned).collect();
        let known = if alike.is_empty() { all } else { alike };
        Err(SharedError::NoStore { server: self.name().to_owned(), store: name.to_owned(), known })
    }

    /// Makes a store, of which whoever asks is the owner.
    ///
    /// # Errors
    /// [`SharedError::NameInUse`], whoever may read the other store.
    pub fn create(&mut self, new: &NewShared) -> Result<SharedStore, SharedError> {
        let NewShared { name, model, recipe, source, description } = new;
        let dimension = i32::try_from(model.dimension).unwrap_or(i32::MAX);
        let made = self.client.query_one(
            "select naragtive.create_store($1, $2, $3, $4, $5, $6, $7)",
            &[&name.as_str(), &model.name, &model.revision, &dimension, recipe, source, description],
        );
        made.map_err(|error| match error.code() {
            Some(&SqlState::UNIQUE_VIOLATION) => {
                SharedError::NameInUse { server: self.name().to_owned(), store: name.to_string() }
            }
            _ => SharedError::said(self.name())(error),
        })?;
        self.store(name.as_str())
    }

    /// Deletes a store with all that is in it, for everybody.
    ///
    /// # Errors
    /// [`SharedError::MayNot`] for anybody but its owners.
    pub fn delete(&mut self, store: &SharedStore) -> Result<(), SharedError> {
        self.require(store, Permission::Own)?;
        let done = self.client.execute("delete from naragtive.store where id = $1", &[&store.id]);
        done.map(drop).map_err(SharedError::said(self.name()))
    }

    /// Checks, before the work, that whoever asks may do so much; the database checks it again.
    ///
    /// # Errors
    /// [`SharedError::MayNot`].
    pub fn require(&self, store: &SharedStore, needed: Permission) -> Result<(), SharedError> {
        if store.may >= needed {
            return Ok(());
        }
        let (server, may) = (self.name().to_owned(), Some(store.may));
        Err(SharedError::MayNot { server, store: store.name.clone(), may, needed })
    }
}
