//! What a search needs of a store, fetched without a copy of it.

use std::collections::HashMap;

use naragtive_scene::{Metadata, Scene, SceneId};
use naragtive_store::{RowProblem, Span, StoreError};
use pgvector::{HalfVector, Vector};
use postgres::Row;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;

use crate::row::floats;
use crate::{Server, SharedError, SharedStore};

/// A block: its scenes in the order of their numbers, and what is known of each.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredBlock {
    /// Which one it is.
    pub block: i32,
    /// The scenes' numbers.
    pub rows: Vec<i32>,
    /// Their places.
    pub places: Vec<i64>,
    /// What is known of them.
    pub facts: Vec<u8>,
}

/// The vectors of a scene.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SceneVectors {
    /// Those of its passages, or of its whole text where it has none.
    pub passages: Vec<Vec<f32>>,
    /// Those that it shares with its neighbours.
    pub windows: Vec<Vec<f32>>,
}

impl Server {
    /// From now on one state of the database is read, whoever writes meanwhile, until [`Server::end_reading`].
    ///
    /// # Errors
    /// When the server doesn't answer, here and below.
    pub fn begin_reading(&mut self) -> Result<(), SharedError> {
        self.batch("begin isolation level repeatable read read only")
    }

    /// Ends what [`Server::begin_reading`] began.
    ///
    /// # Errors
    /// As above.
    pub fn end_reading(&mut self) -> Result<(), SharedError> {
        self.batch("rollback")
    }

    fn batch(&mut self, statement: &str) -> Result<(), SharedError> {
        self.client.batch_execute(statement).map_err(SharedError::said(self.name()))
    }

    fn rows_of(&mut self, query: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, SharedError> {
        let name = self.name().to_owned();
        self.client.query(query, parameters).map_err(SharedError::said(&name))
    }

    /// All blocks of a store.
    ///
    /// # Errors
    /// As above.
    pub fn blocks(&mut self, store: &SharedStore) -> Result<Vec<StoredBlock>, SharedError> {
        let query = "select block, rows, places, facts from naragtive.block where store = $1 order by block";
        let block = |row: &Row| StoredBlock {
            block: row.get(0),
            rows: row.get(1),
            places: row.get(2),
            facts: row.get(3),
        };
        Ok(self.rows_of(query, &[&store.id])?.iter().map(block).collect())
    }

    /// The words of all blocks that begin with any of `whole`, and those whose beginning starts with any of `short`: which block
    /// they are of, and their bytes.
    ///
    /// # Errors
    /// As above.
    pub fn block_words(
        &mut self,
        store: &SharedStore,
        [whole, short]: [&[String]; 2],
    ) -> Result<Vec<(i32, Vec<u8>)>, SharedError> {
        let bytes = |texts: &[String]| texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
        let query = "select block, data from naragtive.words where store = $1 and start = any($2)
            union all select block, data from naragtive.words w where store = $1 and start <> all($2)
                and exists (select from unnest($3::bytea[]) s where substr(w.start, 1, length(s)) = s)";
        let only_whole = "select block, data from naragtive.words where store = $1 and start = any($2)";
        let rows = if short.is_empty() {
            self.rows_of(only_whole, &[&store.id, &bytes(whole)])?
        } else {
            self.rows_of(query, &[&store.id, &bytes(whole), &bytes(short)])?
        };
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    /// How the words of all blocks are spelt.
    ///
    /// # Errors
    /// As above.
    pub fn block_forms(&mut self, store: &SharedStore) -> Result<Vec<Vec<u8>>, SharedError> {
        let rows = self.rows_of("select forms from naragtive.block where store = $1", &[&store.id])?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// The values of all blocks under one of these keys: which block they are of, the key, and their bytes.
    ///
    /// # Errors
    /// As above.
    pub fn block_facets(
        &mut self,
        store: &SharedStore,
        keys: &[&str],
    ) -> Result<Vec<(i32, String, Vec<u8>)>, SharedError> {
        let keys: Vec<&[u8]> = keys.iter().map(|key| key.as_bytes()).collect();
        let query = "select block, key, data from naragtive.facet where store = $1 and key = any($2)";
        let rows = self.rows_of(query, &[&store.id, &keys])?;
        let key = |row: &Row| String::from_utf8_lossy(row.get(1)).into_owned();
        Ok(rows.iter().map(|row| (row.get(0), key(row), row.get(2))).collect())
    }

    /// Every key that scenes of a store have values under.
    ///
    /// # Errors
    /// As above.
    pub fn facet_keys(&mut self, store: &SharedStore) -> Result<Vec<String>, SharedError> {
        let rows = self.rows_of("select distinct key from naragtive.facet where store = $1", &[&store.id])?;
        Ok(rows.iter().map(|row| String::from_utf8_lossy(row.get(0)).into_owned()).collect())
    }

    /// The vectors of the scenes with these numbers; of all scenes with none.
    ///
    /// # Errors
    /// As above.
    pub fn scene_vectors(
        &mut self,
        store: &SharedStore,
        numbers: Option<&[i32]>,
    ) -> Result<HashMap<i32, SceneVectors>, SharedError> {
        let name = self.name().to_owned();
        let said = || SharedError::said(&name);
        let mut found = HashMap::<i32, SceneVectors>::new();
        let parameters: [&(dyn ToSql + Sync); 2] = [&store.id, &numbers];
        let vectors = "select row, kind, h from naragtive.vec
            where store = $1 and ($2::int[] is null or row = any($2)) order by row, kind, n";
        let mut rows = self.client.query_raw(vectors, parameters).map_err(said())?;
        while let Some(row) = rows.next().map_err(said())? {
            let own = found.entry(row.get(0)).or_default();
            let of = if row.get::<_, i16>(1) == 0 { &mut own.passages } else { &mut own.windows };
            of.push(floats(&row.get::<_, HalfVector>(2)).collect());
        }
        drop(rows);
        let wholes = "select w.row, w.v from naragtive.whole w
            where w.store = $1 and ($2::int[] is null or w.row = any($2)) and not exists (
                select from naragtive.vec v where v.store = $1 and v.row = w.row and v.kind = 0)";
        let mut rows = self.client.query_raw(wholes, parameters).map_err(said())?;
        while let Some(row) = rows.next().map_err(said())? {
            found.entry(row.get(0)).or_default().passages.push(row.get::<_, Vector>(1).into());
        }
        Ok(found)
    }

    /// The scenes with these numbers, without their origins, each with where its passages stand, by their numbers.
    ///
    /// # Errors
    /// As above; when a scene's metadata are no JSON object.
    pub fn scenes(
        &mut self,
        store: &SharedStore,
        numbers: &[i32],
    ) -> Result<HashMap<i32, (Scene, Vec<Span>)>, SharedError> {
        let query =
            "select s.row, s.id, coalesce(s.exact, convert_to(s.text, 'UTF8')), s.metadata, p.firsts, p.lasts
            from naragtive.scene s left join lateral (
                select array_agg(v.first order by v.n) firsts, array_agg(v.last order by v.n) lasts
                from naragtive.vec v where v.store = s.store and v.row = s.row and v.kind = 0
            ) p on true where s.store = $1 and s.row = any($2)";
        self.rows_of(query, &[&store.id, &numbers])?.iter().map(scene).collect()
    }

    /// The number of the scene with this id.
    ///
    /// # Errors
    /// As above.
    pub fn number_of(&mut self, store: &SharedStore, id: &SceneId) -> Result<Option<i32>, SharedError> {
        // A text with this character can't be asked for, and no id has it.
        if id.as_str().contains('\0') {
            return Ok(None);
        }
        let query = "select row from naragtive.scene where store = $1 and id = $2";
        Ok(self.rows_of(query, &[&store.id, &id.as_str()])?.first().map(|row| row.get(0)))
    }

    /// The ids of all scenes.
    ///
    /// # Errors
    /// As above.
    pub fn scene_ids(&mut self, store: &SharedStore) -> Result<Vec<String>, SharedError> {
        let rows = self.rows_of("select id from naragtive.scene where store = $1", &[&store.id])?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}

fn scene(row: &Row) -> Result<(i32, (Scene, Vec<Span>)), SharedError> {
    let id: String = row.get(1);
    let metadata = Metadata::parse(row.get(3))
        .map_err(|error| StoreError::BadScene { id: id.clone(), problem: RowProblem::Metadata(error) })?;
    let text = String::from_utf8_lossy(row.get(2)).into_owned();
    let bounds = |column: usize| row.get::<_, Option<Vec<i32>>>(column).unwrap_or_default();
    let bound = |at: i32| usize::try_from(at).unwrap_or_default();
    let spans = bounds(4).into_iter().zip(bounds(5));
    let spans = spans.map(|(start, end)| Span { start: bound(start), end: bound(end) });
    Ok((row.get(0), (Scene { id: SceneId::new(id), text, metadata, origin: None }, spans.collect())))
}
