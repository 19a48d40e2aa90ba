use naragtive_disk::Patience;
use naragtive_model::Flow;
use naragtive_store::{MoveOver, Store, StoreRef, Upgrade};

use crate::embedding::recipe;
use crate::embedding::stored::{Chunk, READ, around};
use crate::{Adding, Error, Model, Upgraded};

/// Values of vectors that are held until they are stored: 128 MiB. Each time the whole file is copied.
const BATCH: usize = 32 << 20;

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

/// Gives passages to the scenes of this store that lack them: those that the Python tool stored. Where none does,
/// and those that are there were made by another recipe than today's, all are made anew.
///
/// A message gets its window too. Everything else in the file stays as it was, and so does the file where nothing is
/// lacking. `progress` hears after every few scenes and may answer stop: what was finished is stored, and the same call
/// later does the rest. Others may read and write the store meanwhile: what is computed finds its scenes by id and text.
///
/// # Errors
/// When the store can't be read or written or is another model's; what was stored by then stays.
pub fn upgrade(
    at: &StoreRef,
    model: &Model,
    patience: &Patience,
    mut progress: impl FnMut(Adding) -> Flow,
) -> Result<Upgraded, Error> {
    let mut upgrade = Upgrade::begin(at, &model.tag)?.made_by(recipe::SCENES)?;
    let (total, lacking) = (upgrade.store().len(), upgrade.lacking().to_vec());
    let mut upgraded = Upgraded::none(lacking.len(), total);
    if lacking.is_empty() {
        return Ok(upgraded);
    }
    let around = around(upgrade.store(), &lacking)?;
    let (mut given, mut values) = (Vec::new(), 0);
    for rows in lacking.chunks(READ) {
        let scenes = Chunk::read(upgrade.store(), rows, &around)?;
        let (done, embedded) = scenes.embed(model, lacking.len(), &mut upgraded, &mut progress);
        values += done.iter().map(|(_, done)| done.vectors.len() + model.tag.dimension).sum::<usize>();
        let stopped = done.len() < rows.len();
        given.extend(done.into_iter().zip(rows).map(|((_, passages), row)| (*row, passages)));
        if stopped {
            // Who said stop while scenes were embedded wants what is finished to be stored, and means no lock.
            upgrade.give(std::mem::take(&mut given), &patience.without_stop())?;
            embedded?;
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

/// Moves this store over to another model: every scene is embedded anew, with its passages and window. Ids, texts,
/// metadata and everything else in the file stay, and others who write to the store wait.
///
/// # Errors
/// When the store can't be read or written; [`Error::Stopped`] when `progress` says stop. Then the store is as it was.
pub fn move_over(
    at: &StoreRef,
    model: &Model,
    patience: &Patience,
    mut progress: impl FnMut(Adding) -> Flow,
) -> Result<Upgraded, Error> {
    let mut moving = MoveOver::begin(at, &model.tag, patience)?;
    let total = moving.store().len();
    let all: Vec<usize> = (0..total).collect();
    let mut upgraded = Upgraded::none(total, total);
    let around = around(moving.store(), &all)?;
    for rows in all.chunks(READ) {
        let scenes = Chunk::read(moving.store(), rows, &around)?.embedded_anew();
        let (done, embedded) = scenes.embed(model, total, &mut upgraded, &mut progress);
        embedded?;
        if done.len() < rows.len() {
            return Err(Error::Stopped);
        }
        done.into_iter().try_for_each(|(embedding, passages)| moving.add(embedding, passages))?;
    }
    moving.finish(recipe::SCENES)?;
    upgraded.left = 0;
    Ok(upgraded)
}
