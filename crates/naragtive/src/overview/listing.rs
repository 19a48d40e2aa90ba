use std::collections::BTreeSet;

use naragtive_scene::{Filter, Scene};
use naragtive_store::Store;

use crate::Error;
use crate::session::unmet::{ChosenFrom, Keys, check_days};

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

/// How many scenes each condition of a filter keeps by itself, where all of them together keep none.
///
/// # Errors
/// When the store can't be read.
pub fn why_none(store: &Store, filter: &Filter) -> Result<String, Error> {
    let metadata = store.metadata()?;
    let kept = |filter: &Filter| -> Result<usize, Error> {
        Ok(metadata.iter().filter(|metadata| filter.keeps(metadata)).count())
    };
    let values = |key: &str| -> Result<BTreeSet<String>, Error> {
        let values = metadata.iter().flat_map(|metadata| metadata.values(key));
        Ok(values.map(|value| value.to_string()).collect())
    };
    ChosenFrom { scenes: metadata.len(), kept: &kept, values: &values }.kept_by_each(filter)
}
