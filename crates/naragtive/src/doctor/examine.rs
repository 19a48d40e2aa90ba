//! Looks at what a user has, every row of it, where other commands only look at what they need.

use std::collections::HashMap;

use naragtive_store::{ModelTag, Registry, StoreError, StoreRef};

use crate::embedding::upgrade::is_made_by_other_recipe;

/// A store whose every row was read and is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    /// Scenes.
    pub records: usize,
    /// The model whose embeddings it holds.
    pub model: ModelTag,
    /// Scenes with text and without passages.
    pub lacking_passages: usize,
    /// Whether the passages are of another version's recipe.
    pub of_other_recipe: bool,
    /// The rows that have no text or no metadata, counted from 0.
    pub saying_nothing: Vec<usize>,
    /// The ids that more than one row has, in row order.
    pub duplicates: Vec<String>,
}

/// Reads every id, text, metadata object, embedding and passage of this store.
///
/// # Errors
/// The first thing that is wrong: the file, a column, or a row with no id, with bad metadata, or with a vector of another
/// length or with a number that isn't finite.
pub fn examine(at: &StoreRef) -> Result<Checkup, StoreError> {
    let store = at.open()?;
    let (mut ids, mut lacking_passages) = (Vec::with_capacity(store.len()), 0);
    store.visit_rows(0, |row| {
        lacking_passages += usize::from(row.passages.are_lacking_for(&row.scene.text));
        ids.push(row.scene.id.to_string());
        Ok::<(), StoreError>(())
    })?;
    Ok(Checkup {
        records: store.len(),
        model: store.model().cloned().unwrap_or_else(ModelTag::legacy),
        lacking_passages,
        of_other_recipe: is_made_by_other_recipe(&store),
        saying_nothing: store.rows_with_nothing_said()?,
        duplicates: duplicates(&ids),
    })
}

fn duplicates(ids: &[String]) -> Vec<String> {
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(ids.len());
    let mut found = Vec::new();
    for id in ids {
        let times = seen.entry(id).or_default();
        *times += 1;
        if *times == 2 {
            found.push(id.clone());
        }
    }
    found
}

/// What default.txt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultFile {
    /// There is none, which is no fault: the first store in sorted order is the default.
    Absent,
    /// It names a store that is registered.
    Names(String),
    /// It names one that isn't registered.
    Dangling(String),
}

/// Reads default.txt, as it is written, and holds it against the registry.
///
/// # Errors
/// When the registry or default.txt can't be read.
pub fn default_file(registry: &Registry) -> Result<DefaultFile, StoreError> {
    let Some(name) = registry.named_default()? else { return Ok(DefaultFile::Absent) };
    match registry.get(&name) {
        Ok(entry) => Ok(DefaultFile::Names(entry.name)),
        Err(StoreError::UnknownStore { .. }) => Ok(DefaultFile::Dangling(name)),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use naragtive_disk::Patience;
    use naragtive_scene::{Metadata, Scene, SceneId};
    use naragtive_store::{EmbeddedScene, Passages, Span, replace};

    use super::*;

    const MODEL: usize = 8;

    fn row(number: usize) -> EmbeddedScene {
        let vector =
            |seed: usize| (0..MODEL).map(move |at| ((number * 31 + seed * 7 + at * 3) % 17) as f32 / 17.0);
        let scene = Scene {
            id: SceneId::new(format!("scene_{number}")),
            text: format!("The text of scene {number}."),
            metadata: Metadata::default(),
            origin: None,
        };
        let spans = vec![Span { start: 0, end: 8 }, Span { start: 8, end: 12 }];
        let passages = Passages { spans, vectors: vector(1).chain(vector(2)).collect(), window: None };
        EmbeddedScene { scene, embedding: vector(0).collect(), passages }
    }

    #[test]
    fn what_no_search_could_read_is_no_whole_store() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.parquet");
        let model = ModelTag { name: "tiny".into(), revision: None, dimension: MODEL };
        replace(&path, (0..300).map(row).collect(), &model, &Patience::default()).unwrap();
        assert_eq!(examine(&path.as_path().into()).unwrap().records, 300);
        let whole = fs::read(&path).unwrap();
        let mut only_in_passages = 0;
        for start in (4..whole.len() - 4).step_by(64) {
            let mut damaged = whole.clone();
            damaged[start..].iter_mut().take(32).for_each(|byte| *byte ^= 0x55);
            fs::write(&path, damaged).unwrap();
            let Ok(store) = naragtive_store::Store::open(&path) else { continue };
            let searchable = store.visit_rows(0, |_| Ok::<(), StoreError>(())).is_ok();
            assert!(searchable || examine(&path.as_path().into()).is_err(), "{start}");
            let rest = store.texts().is_ok() && store.metadata().is_ok() && store.embeddings().is_ok();
            only_in_passages += usize::from(rest && !searchable);
        }
        assert!(only_in_passages > 0);
    }

    #[test]
    fn an_id_that_comes_three_times_is_one_duplicate() {
        let ids = ["a", "b", "a", "c", "b", "a"].map(str::to_owned);
        assert_eq!(duplicates(&ids), ["a", "b"]);
        assert_eq!(duplicates(&ids[1..4]), Vec::<String>::new());
    }

    #[test]
    fn default_txt_is_absent_or_names_a_store_or_names_none() {
        let home = tempfile::tempdir().unwrap();
        let registry = Registry::new(home.path());
        assert_eq!(default_file(&registry).unwrap(), DefaultFile::Absent);
        fs::write(home.path().join("default.txt"), "gone\n").unwrap();
        assert_eq!(default_file(&registry).unwrap(), DefaultFile::Dangling("gone".into()));
        fs::write(home.path().join("default.txt"), [0xff]).unwrap();
        assert!(matches!(default_file(&registry), Err(StoreError::BadDefault { .. })));
    }
}
