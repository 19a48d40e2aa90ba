//! What scenes are searched by, written with them: in blocks by the scenes' numbers, each made anew when any of its scenes
//! changes, so that it never depends on what was there before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::Scope;

use naragtive_store::Store;
use postgres::Transaction;

use crate::difference::{NextRow, RowFate};
use crate::digest::{Digest, Digesting};
use crate::{SharedError, SharedStore};

/// Scenes whose numbers differ below this bit share a block.
const BLOCK: u32 = 9;
/// So many scenes share a block.
pub(crate) const IN_BLOCK: usize = 1 << BLOCK;
/// So many blocks wait to be written, while the scenes themselves are.
const WAITING: usize = 4;

/// What a state of a store is searched by.
pub(crate) struct Blocks<'a> {
    pub(crate) store: &'a SharedStore,
    pub(crate) digesting: &'a Digesting<'a>,
    pub(crate) next: &'a Store,
    /// Whether what there is was made by today's rules and is of the state before.
    pub(crate) is_current: bool,
}

/// Scenes that share a block: their numbers, their places, and where they stand in the next state.
type Members = Vec<(i32, i64, usize)>;

/// What a block's scenes are searched by.
pub(crate) struct Digested {
    block: i32,
    members: Members,
    digest: Digest,
}

/// Blocks as they come; none for one in a language that means nothing here.
pub(crate) type Digests = Receiver<Result<Option<Digested>, SharedError>>;

impl Blocks<'_> {
    /// The language of the store.
    fn language(&self) -> &str {
        self.store.language.as_deref().unwrap_or(self.digesting.language)
    }

    /// The blocks that have to be written, of the scenes that the server has by then: those that `touched` numbers are in, or all
    /// where there are none by today's rules. `numbers` has the number of each scene of the next state, none of those that
    /// aren't sent yet.
    fn wanted(
        &self,
        touched: &BTreeSet<i32>,
        numbers: &[Option<i32>],
        places: &[NextRow],
    ) -> BTreeMap<i32, Members> {
        let is_wanted = |block: i32| !self.is_current || touched.contains(&block);
        let mut blocks = BTreeMap::<i32, Members>::new();
        for (at, (number, next)) in numbers.iter().zip(places).enumerate() {
            if let Some(number) = number.filter(|number| is_wanted(number >> BLOCK)) {
                blocks.entry(number >> BLOCK).or_default().push((number, next.place, at));
            }
        }
        blocks
    }

    /// Has them made by a thread of its own, while this one sends the scenes.
    pub(crate) fn digest_beside<'scope>(
        &'scope self,
        scope: &'scope Scope<'scope, '_>,
        touched: &BTreeSet<i32>,
        numbers: &[Option<i32>],
        places: &[NextRow],
    ) -> Digests {
        let (sender, digests) = sync_channel(WAITING);
        let wanted = self.wanted(touched, numbers, places);
        scope.spawn(move || {
            // Nobody takes any more where the scenes could not be sent.
            let sent = |(block, members)| sender.send(self.digested(block, members)).is_ok();
            wanted.into_iter().all(sent)
        });
        digests
    }

    fn digested(&self, block: i32, members: Members) -> Result<Option<Digested>, SharedError> {
        let rows: Vec<usize> = members.iter().map(|(_, _, at)| *at).collect();
        let scenes = self.next.scenes_with_origins(&rows)?;
        let digest = (self.digesting.digest)(self.language(), &scenes);
        Ok(digest.map(|digest| Digested { block, members, digest }))
    }

    /// Writes the blocks in the place of those that are `touched`.
    pub(crate) fn write(
        &self,
        touched: &BTreeSet<i32>,
        digests: Digests,
        rev: i64,
        all: &mut Transaction<'_>,
        said: &impl Fn(postgres::Error) -> SharedError,
    ) -> Result<(), SharedError> {
        self.remove(touched, all).map_err(said)?;
        for digested in digests {
            let Some(digested) = digested? else { return Ok(()) };
            self.put(digested, all).map_err(said)?;
        }
        all.execute(
            "update naragtive.store set language = $2, searched_by = $3, searched_rev = $4 where id = $1",
            &[&self.store.id, &self.language(), &self.digesting.recipe, &rev],
        )
        .map(drop)
        .map_err(said)
    }

    fn remove(&self, touched: &BTreeSet<i32>, all: &mut Transaction<'_>) -> Result<(), postgres::Error> {
        let touched: Vec<i32> = touched.iter().copied().collect();
        for table in ["block", "words", "facet"] {
            let delete = format!("delete from naragtive.{table} where store = $1");
            if self.is_current {
                all.execute(&format!("{delete} and block = any($2)"), &[&self.store.id, &touched])?;
            } else {
                all.execute(&delete, &[&self.store.id])?;
            }
        }
        Ok(())
    }

    fn put(&self, digested: Digested, all: &mut Transaction<'_>) -> Result<(), postgres::Error> {
        let Digested { block, members, digest } = digested;
        let (rows, places): (Vec<i32>, Vec<i64>) =
            members.iter().map(|(row, place, _)| (*row, *place)).unzip();
        let Digest { facts, forms, words, facets } = digest;
        let store = self.store.id;
        all.execute(
            "insert into naragtive.block (store, block, rows, places, facts, forms) values ($1, $2, $3, $4, $5, $6)",
            &[&store, &block, &rows, &places, &facts, &forms],
        )?;
        for (insert, named) in [
            (
                "insert into naragtive.words (store, start, block, data)
                    select $1, u.name, $2, u.data from unnest($3::bytea[], $4::bytea[]) u(name, data)",
                words,
            ),
            (
                "insert into naragtive.facet (store, key, block, data)
                    select $1, u.name, $2, u.data from unnest($3::bytea[], $4::bytea[]) u(name, data)",
                facets,
            ),
        ] {
            let (names, data): (Vec<Vec<u8>>, Vec<Vec<u8>>) =
                named.into_iter().map(|(name, data)| (name.into_bytes(), data)).unzip();
            all.execute(insert, &[&store, &block, &names, &data])?;
        }
        Ok(())
    }
}

/// The blocks that a batch changes something about.
pub(crate) fn touched(rows: &[(usize, NextRow)], removed: &[i32], numbers: &[Option<i32>]) -> BTreeSet<i32> {
    let sent = rows.iter().filter(|(_, next)| next.fate != RowFate::Same);
    let sent = sent.filter_map(|(at, _)| numbers.get(*at).copied().flatten());
    sent.chain(removed.iter().copied()).map(|number| number >> BLOCK).collect()
}
