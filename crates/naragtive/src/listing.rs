use naragtive_scene::{Filter, Scene};
use naragtive_store::Store;

use crate::Error;

/// How many scenes the filter keeps, and the first `limit` of them in the store's order.
///
/// # Errors
/// When the store can't be read.
pub fn list(store: &Store, filter: &Filter, limit: usize) -> Result<(usize, Vec<Scene>), Error> {
    let metadata = store.metadata()?;
    let kept: Vec<usize> = metadata
        .iter()
        .enumerate()
        .filter(|(_, metadata)| filter.keeps(metadata))
        .map(|(row, _)| row)
        .collect();
    let first = &kept[..kept.len().min(limit)];
    Ok((kept.len(), store.scenes(first)?))
}
