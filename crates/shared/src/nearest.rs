//! Scenes that the server takes for near to a vector, by an index of its own where it keeps one.

use pgvector::HalfVector;

use crate::init::OLDEST_INDEXED_VECTOR;
use crate::{Permission, Server, SharedError, SharedStore};

/// Kinds of vectors: passages, and windows.
const KINDS: [i16; 2] = [0, 1];

impl Server {
    /// Has the server keep an index of a store's vectors from now on, or none; whether that is new. For a large store that takes
    /// minutes.
    ///
    /// # Errors
    /// [`SharedError::MayNot`] for anybody but the store's owners; when pgvector is older than one whose indexes may be trusted.
    pub fn keep_index(&mut self, store: &SharedStore, wanted: bool) -> Result<bool, SharedError> {
        self.require(store, Permission::Own)?;
        if wanted {
            self.check_indexed_vector()?;
        }
        let done = self.client.query_one("select naragtive.keep_index($1, $2)", &[&store.id, &wanted]);
        Ok(done.map_err(SharedError::said(self.name()))?.get(0))
    }

    fn check_indexed_vector(&mut self) -> Result<(), SharedError> {
        let version = self.about()?.vector.unwrap_or_default();
        self.require_vector(&version, OLDEST_INDEXED_VECTOR)
    }

    /// The numbers of scenes with passages, and of scenes with windows, that are nearest to a vector, so many of each; of those in
    /// `among`, if that is given. It has to be asked between [`Server::begin_reading`] and [`Server::end_reading`].
    ///
    /// # Errors
    /// When pgvector is older than one whose indexes may be trusted, or the server doesn't answer.
    pub fn nearest(
        &mut self,
        store: &SharedStore,
        vector: &[f32],
        among: Option<&[i32]>,
        count: usize,
    ) -> Result<Vec<i32>, SharedError> {
        self.check_indexed_vector()?;
        let (dimension, name) = (vector.len(), self.name().to_owned());
        let said = || SharedError::said(&name);
        // An index gives some and then looks whether they may be found: it has to go on until there are enough.
        let settings = "set local hnsw.ef_search = 200; set local hnsw.iterative_scan = strict_order;
            set local hnsw.max_scan_tuples = 100000";
        self.client.batch_execute(settings).map_err(said())?;
        let query = format!(
            "select row from naragtive.vec where store = $1 and kind = $2 and ($3::int[] is null or row = any($3))
                order by (h::halfvec({dimension})) <#> $4::halfvec({dimension}) limit $5"
        );
        let (halves, limit) = (HalfVector::from_f32_slice(vector), i64::try_from(count).unwrap_or(i64::MAX));
        let mut found = Vec::new();
        for kind in KINDS {
            let rows = self.client.query(&query, &[&store.id, &kind, &among, &halves, &limit]);
            found.extend(rows.map_err(said())?.iter().map(|row| row.get::<_, i32>(0)));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}
