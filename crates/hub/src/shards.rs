//! Weights in several files, and the index that names these.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use crate::error::HubError;

/// The weights, where they are in one file.
pub(crate) const WHOLE: &str = "model.safetensors";
/// What says in which file each tensor is, where they aren't.
pub(crate) const INDEX: &str = "model.safetensors.index.json";
/// No index has more bytes than this: it has a line for each tensor.
pub(crate) const LONGEST_INDEX: u64 = 16 << 20;

#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// The files that the index names, each once, in the order of their names. `path` names the index in errors.
///
/// # Errors
/// [`HubError::BadIndex`] when it is no index, names something else than a file of weights beside it, or fewer files
/// than their own names tell of.
pub(crate) fn names(index: &[u8], path: &Path) -> Result<Vec<String>, HubError> {
    let refuse = |reason| HubError::BadIndex { path: path.to_owned(), reason };
    let Index { weight_map } = serde_json::from_slice(index).map_err(|error| refuse(error.to_string()))?;
    let names: BTreeSet<String> = weight_map.into_values().collect();
    if let Some(name) = names.iter().find(|name| !is_shard(name)) {
        return Err(refuse(format!("expected the name of a safetensors file beside it, found `{name}`")));
    }
    match names.iter().find_map(|name| announced(name)) {
        _ if names.is_empty() => Err(refuse("it names none".into())),
        Some(all) if all != names.len() => Err(refuse(format!("it names {} of {all}", names.len()))),
        _ => Ok(names.into_iter().collect()),
    }
}

/// Whether it is a plain name, which means the same in a folder, an archive and a URL.
fn is_shard(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.ends_with(".safetensors") && !name.starts_with('.') && name.chars().all(plain)
}

/// How many files there are, by the usual name of one: `model-00001-of-00003.safetensors`.
fn announced(name: &str) -> Option<usize> {
    name.strip_suffix(".safetensors")?.rsplit_once("-of-")?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_names_the_files_beside_it_or_is_refused() {
        for (index, expected) in [
            (r#"{"weight_map": {"a": "y.safetensors", "b": "x.safetensors", "c": "y.safetensors"}}"#, "x y"),
            (r#"{"metadata": {}, "weight_map": {"a": "m-00001-of-00001.safetensors"}}"#, "m-00001-of-00001"),
            (
                r#"{"weight_map": {"a": "m-1-of-3.safetensors", "b": "m-3-of-3.safetensors"}}"#,
                "it names 2 of 3",
            ),
            (r#"{"weight_map": {}}"#, "it names none"),
            (r#"{"weight_map": {"a": "../x.safetensors"}}"#, "found `../x.safetensors`"),
            (r#"{"weight_map": {"a": "C:x.safetensors"}}"#, "found `C:x.safetensors`"),
            (r#"{"weight_map": {"a": "x.safetensors?b"}}"#, "found `x.safetensors?b`"),
            (r#"{"weight_map": {"a": ".safetensors"}}"#, "found `.safetensors`"),
            (r#"{"weight_map": {"a": "config.json"}}"#, "found `config.json`"),
            (r#"{"weight_map": {"a": 1}}"#, "invalid type"),
            ("{}", "missing field"),
            ("[", "EOF"),
        ] {
            match names(index.as_bytes(), Path::new("i.json")) {
                Ok(names) => assert_eq!(names.join(" ").replace(".safetensors", ""), expected),
                Err(error) => {
                    let error = error.to_string();
                    assert!(error.starts_with("`i.json` ") && error.contains(expected), "{index}: {error}");
                }
            }
        }
    }
}
