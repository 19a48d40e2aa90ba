use naragtive_scene::{Filter, Scene};
use naragtive_store::Store;

use crate::Error;
use crate::session::unmet::{Keys, check_days};

/// How many scenes the filter keeps, and the first `limit` of them in the store's order.
///
/// # Errors
/// When the store can't be read, or no scene can meet the filter.
pub fn list(store: &Store, filter: &Filter, limit: usize) -> Result<(usize, Vec<Scene>), Error> {
    check_days(filter)?;
    let metadata = store.metadata()?;
    let kept: Vec<usize> = metadata
        .iter()
        .enumerate()
        .filter(|(_, metadata)| filter.keeps(metadata))
        .map(|(row, _)| row)
        .collect();
    if kept.is_empty() && !filter.having.is_empty() {
        let mut keys = Keys::default();
        metadata.iter().for_each(|metadata| keys.add(metadata));
        keys.check(&filter.having)?;
    }
    let first = &kept[..kept.len().min(limit)];
    Ok((kept.len(), store.scenes(first)?))
}
