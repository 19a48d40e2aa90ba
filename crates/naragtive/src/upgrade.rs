use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use naragtive_disk::Patience;
use naragtive_model::{Finished, Flow};
use naragtive_scene::{SceneId, key};
use naragtive_store::{Passages, Store, StoredRow, Upgrade};

use crate::texts::Texts;
use crate::{Adding, Error, Model, passage, recipe};

/// Scenes that are read together.
const READ: usize = 1024;
/// Values of vectors that are held until they are stored: 128 MiB. Each time the whole file is copied.
const BATCH: usize = 32 << 20;

/// What [`upgrade`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgraded {
    /// How many scenes got passages.
    pub scenes: usize,
    /// How many still lack them, because it was stopped.
    pub left: usize,
    /// How many scenes the store holds.
    pub total: usize,
    /// Tokens embedded.
    pub tokens: usize,
    /// The scenes of which only the first 4,096 passages are embedded.
    pub cut: Vec<SceneId>,
}

/// Whether the store would gain by an [`upgrade`]: scenes lack passages, or were given theirs by another recipe.
///
/// # Errors
/// When the store can't be read.
pub fn would_gain(store: &Store) -> Result<bool, Error> {
    Ok(store.recipe() != Some(recipe::SCENES) && !store.is_empty()
        || !store.rows_without_passages()?.is_empty())
}

/// Whether passages that this program made are of another recipe than today's, as far as the footer tells. A file that
/// another program wrote again says nothing about its recipe, and may be as good.
pub(crate) fn is_made_by_other_recipe(store: &Store) -> bool {
    let is_ours = store.model().is_some() && !store.is_empty() && store.lacking_passages() == 0;
    is_ours && store.recipe() != Some(recipe::SCENES)
}

/// Gives passages to the scenes of the store at `path` that lack them: those that the Python tool stored. Where none does,
/// and those that are there were made by another recipe than today's, all are made anew.
///
/// A message gets its window too. Everything else in the file stays as it was, and so does the file where nothing is
/// lacking. `progress` hears after every few scenes and may answer stop: what was finished is stored, and the same call
/// later does the rest. Others may read and write the store meanwhile: what is computed finds its scenes by id and text.
///
/// # Errors
/// When the store can't be read or written or is another model's; what was stored by then stays.
pub fn upgrade(
    path: &Path,
    model: &Model,
    patience: &Patience,
    mut progress: impl FnMut(Adding) -> Flow,
) -> Result<Upgraded, Error> {
    let mut upgrade = Upgrade::begin(path, &model.tag)?.made_by(recipe::SCENES)?;
    let (total, lacking) = (upgrade.store().len(), upgrade.lacking().to_vec());
    let mut upgraded = Upgraded { scenes: 0, left: lacking.len(), total, tokens: 0, cut: Vec::new() };
    if lacking.is_empty() {
        return Ok(upgraded);
    }
    let around = around(upgrade.store(), &lacking)?;
    let (mut given, mut values) = (Vec::new(), 0);
    for rows in lacking.chunks(READ) {
        let scenes = Chunk::read(upgrade.store(), rows, &around)?;
        let done = scenes.embed(model, lacking.len(), &mut upgraded, &mut progress);
        values +=
            done.iter().map(|(_, passages)| passages.vectors.len() + model.tag.dimension).sum::<usize>();
        let stopped = done.len() < rows.len();
        given.extend(done);
        if stopped {
            // Who said stop while scenes were embedded wants what is finished to be stored, and means no lock.
            upgrade.give(std::mem::take(&mut given), &patience.without_stop())?;
            break;
        }
        if values >= BATCH {
            upgrade.give(std::mem::take(&mut given), patience)?;
            values = 0;
        }
    }
    if !given.is_empty() {
        upgrade.give(given, patience)?;
    }
    upgraded.left = lacking.len() - upgraded.scenes;
    Ok(upgraded)
}

/// The rows that each of these messages is read with, itself among them, in order.
fn around(store: &Store, rows: &[usize]) -> Result<HashMap<usize, Vec<usize>>, Error> {
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
            let end = (at + 1 + passage::AFTER).min(channel.len());
            found.insert(*row, channel[at.saturating_sub(passage::BEFORE)..end].to_vec());
        }
    }
    Ok(found)
}

/// Scenes that lack passages, with what they are read with.
struct Chunk<'a> {
    rows: Vec<StoredRow>,
    numbers: &'a [usize],
    around: &'a HashMap<usize, Vec<usize>>,
    texts: HashMap<usize, String>,
}

impl<'a> Chunk<'a> {
    fn read(store: &Store, rows: &'a [usize], around: &'a HashMap<usize, Vec<usize>>) -> Result<Self, Error> {
        let mut near: Vec<usize> = rows.iter().filter_map(|row| around.get(row)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        let texts = store.texts_of(&near)?;
        Ok(Self {
            rows: store.rows(rows)?,
            numbers: rows,
            around,
            texts: near.into_iter().zip(texts).collect(),
        })
    }

    fn texts(&self, at: usize, model: &Model) -> Texts {
        let StoredRow { scene, embedding, .. } = &self.rows[at];
        Texts::of(scene.text.clone(), Some(embedding.clone()), model, |_| {
            let around = self.around.get(&self.numbers[at])?;
            let texts: Vec<&str> =
                around.iter().filter_map(|row| self.texts.get(row)).map(String::as_str).collect();
            (texts.len() > 1).then(|| texts.join("\n"))
        })
    }

    /// The passages of the first scenes, of all of them unless it was stopped.
    fn embed(
        &self,
        model: &Model,
        scenes_total: usize,
        upgraded: &mut Upgraded,
        progress: &mut impl FnMut(Adding) -> Flow,
    ) -> Vec<(usize, Passages)> {
        let mut done = Vec::with_capacity(self.rows.len());
        let mut early = BTreeMap::new();
        let prepare = |at: usize| {
            let texts = self.texts(at, model);
            let tokens = texts.all().iter().map(|text| model.embedder.tokenizer().encode(text)).collect();
            (texts, tokens)
        };
        model.embedder.embed_each(self.rows.len(), prepare, |finished| {
            if let Some(finished) = finished {
                early.insert(finished.number, finished);
            }
            while let Some(Finished { number, item, vectors, tokens }) = early.remove(&done.len()) {
                done.push((self.numbers[number], item.vectors(&vectors, model.tag.dimension).1));
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
        done
    }
}
