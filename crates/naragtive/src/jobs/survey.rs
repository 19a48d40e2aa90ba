use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use naragtive_scene::Scene;

use super::StoredBefore;
use super::ingest::{Ingest, check_input, read_all};
use crate::overview::days::widen;
use crate::progress::{ReadingWatch, Watch};
use crate::{Error, Exported, Library};

/// What an ingest would store, found out without a model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Survey {
    /// What each export is and holds.
    pub exports: Vec<Exported>,
    /// How many scenes each speaker is in.
    pub speakers: BTreeMap<String, usize>,
    /// The first and the last day, `YYYY-MM-DD`, where any is known.
    pub days: Option<(String, String)>,
    /// The first scene.
    pub first: Option<Scene>,
}

/// Reads exports and says what storing them would store.
///
/// # Errors
/// When an export can't be read, or `watch` says stop.
pub fn survey(
    library: &Library,
    ingest: &Ingest,
    now: Timestamp,
    watch: &mut Watch<'_>,
) -> Result<Survey, Error> {
    check_input(&ingest.exports)?;
    let mut survey = Survey::default();
    let (beside, reading) = (library.settings().home.value.config(), ReadingWatch::heard_by(watch));
    let (how, mut before) = ((beside.as_path(), &reading), StoredBefore::of(None, None));
    survey.exports = read_all(library, ingest, now, how, &mut before, &mut |scene| survey.add(scene))?;
    Ok(survey)
}

impl Survey {
    /// The speakers, who is in most scenes first; equal ones by name.
    pub fn by_scenes(&self) -> Vec<(&str, usize)> {
        let mut speakers: Vec<_> =
            self.speakers.iter().map(|(name, scenes)| (name.as_str(), *scenes)).collect();
        speakers.sort_by_key(|(name, scenes)| (Reverse(*scenes), *name));
        speakers
    }

    fn add(&mut self, scene: Scene) {
        for speaker in scene.metadata.speakers() {
            *self.speakers.entry(speaker).or_default() += 1;
        }
        if let Some(day) = scene.metadata.date() {
            widen(&mut self.days, day);
        }
        self.first.get_or_insert(scene);
    }
}
