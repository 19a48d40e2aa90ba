//! Stored scenes that are embedded once more.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use naragtive_model::{Finished, Flow};
use naragtive_scene::{Voiced, key};
use naragtive_store::{Passages, Store, StoredRow, read_with};

use crate::embedding::texts::SceneTexts;
use crate::{Adding, Error, Model, Upgraded};

/// Scenes that are read together.
pub(crate) const READ: usize = 1024;

/// The rows that each of these messages is read with, itself among them, in order.
pub(crate) fn around(store: &Store, rows: &[usize]) -> Result<HashMap<usize, Vec<usize>>, Error> {
    let mut channels: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut row = 0;
    store.visit_scenes(|scene| {
        if scene.metadata.text(key::CHANNEL).is_some() {
            let mut hash = DefaultHasher::new();
            scene.group().hash(&mut hash);
            channels.entry(hash.finish()).or_default().push(row);
        }
        row += 1;
    })?;
    let mut found = HashMap::new();
    for channel in channels.values() {
        for (at, row) in channel.iter().enumerate().filter(|(_, row)| rows.binary_search(row).is_ok()) {
            found.insert(*row, channel[read_with(at, channel.len())].to_vec());
        }
    }
    Ok(found)
}

/// What is computed of a scene: its embedding, and its passages.
type Vectors = (Vec<f32>, Passages);

/// Some of a store's scenes, with what they are read with.
pub(crate) struct Chunk<'a> {
    rows: Vec<StoredRow>,
    numbers: &'a [usize],
    around: &'a HashMap<usize, Vec<usize>>,
    texts: HashMap<usize, String>,
    /// Whether the embeddings that they have are kept.
    keeps: bool,
}

impl<'a> Chunk<'a> {
    pub(crate) fn read(
        store: &Store,
        rows: &'a [usize],
        around: &'a HashMap<usize, Vec<usize>>,
    ) -> Result<Self, Error> {
        let mut near: Vec<usize> = rows.iter().filter_map(|row| around.get(row)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        let texts = store.scenes(&near)?.into_iter().map(|scene| Voiced::of(&scene).whole().into_owned());
        Ok(Self {
            rows: store.rows(rows)?,
            numbers: rows,
            around,
            texts: near.into_iter().zip(texts).collect(),
            keeps: true,
        })
    }

    /// The same, whose scenes get other embeddings than they have.
    pub(crate) fn embedded_anew(self) -> Self {
        Self { keeps: false, ..self }
    }

    fn texts(&self, at: usize, model: &Model) -> SceneTexts {
        let StoredRow { scene, embedding, .. } = &self.rows[at];
        let known = self.keeps.then(|| embedding.clone());
        SceneTexts::of(scene.clone(), known, model, || {
            let around = self.around.get(&self.numbers[at])?;
            let texts: Vec<&str> =
                around.iter().filter_map(|row| self.texts.get(row)).map(String::as_str).collect();
            (texts.len() > 1).then(|| texts.join("\n"))
        })
    }

    /// The embeddings and passages of the first scenes, of all of them unless it was stopped or a server failed, which is told.
    pub(crate) fn embed(
        &self,
        model: &Model,
        scenes_total: usize,
        upgraded: &mut Upgraded,
        progress: &mut impl FnMut(Adding) -> Flow,
    ) -> (Vec<Vectors>, Result<(), Error>) {
        let mut done = Vec::with_capacity(self.rows.len());
        let mut early = BTreeMap::new();
        let prepare = |at: usize| self.texts(at, model);
        let embedded = model.embedder.embed_each(self.rows.len(), prepare, SceneTexts::all, |finished| {
            if let Some(finished) = finished {
                early.insert(finished.number, finished);
            }
            while let Some(Finished { number, item, vectors, tokens }) = early.remove(&done.len()) {
                done.push(item.vectors(&vectors, model.tag.dimension));
                upgraded.cut.extend(item.is_cut().then(|| self.rows[number].scene.id.clone()));
                upgraded.scenes += 1;
                upgraded.tokens += tokens;
            }
            let (scenes, tokens) = (upgraded.scenes, upgraded.tokens);
            progress(Adding {
                scenes,
                scenes_total,
                tokens,
                tokens_total: tokens * scenes_total / scenes.max(1),
            })
        });
        (done, embedded)
    }
}
