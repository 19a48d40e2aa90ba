//! Small stores to index.

use std::num::NonZeroUsize;
use std::path::Path;

use naragtive_disk::Patience;
use naragtive_index::*;
use proptest::prelude::*;

pub(crate) const DIMENSION: usize = 8;
pub(crate) const FILE: Fingerprint = Fingerprint([1; 32]);

const WORDS: [&str; 12] = [
    "dragon",
    "castle",
    "sword",
    "the",
    "queen",
    "rode",
    "north",
    "lantern",
    "harbour",
    "sings",
    "gave",
    "well-kept",
];

/// A row that owns what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scene {
    pub(crate) text: String,
    pub(crate) name: &'static str,
    pub(crate) group: String,
    pub(crate) day: Option<i32>,
    pub(crate) passages: Vec<Vec<f32>>,
    pub(crate) windows: Vec<Vec<f32>>,
}

impl Scene {
    pub(crate) fn add_to(&self, builder: &mut Builder) -> Result<(), IndexError> {
        let passages: Vec<&[f32]> = self.passages.iter().map(Vec::as_slice).collect();
        let windows: Vec<&[f32]> = self.windows.iter().map(Vec::as_slice).collect();
        builder.add(&Row {
            text: &self.text,
            names: &[self.name],
            group: &self.group,
            day: self.day,
            facets: &[("speaker", self.name), ("group", &self.group)],
            passages: &passages,
            windows: &windows,
        })
    }
}

pub(crate) fn settings() -> IndexSettings {
    let threads = NonZeroUsize::new(2).unwrap();
    IndexSettings { dimension: DIMENSION, language: Language::ENGLISH, recipe: "story".to_owned(), threads }
}

pub(crate) fn memory(scenes: &[Scene]) -> Index {
    let mut builder = Builder::in_memory(&settings());
    scenes.iter().for_each(|scene| scene.add_to(&mut builder).unwrap());
    builder.finish(&FILE).unwrap()
}

/// The same rows, those from `cut` on in a segment of their own.
pub(crate) fn in_segments(scenes: &[Scene], cut: usize) -> Index {
    let (before, after) = scenes.split_at(cut.min(scenes.len()));
    if before.is_empty() || after.is_empty() {
        return memory(scenes);
    }
    let folder = tempfile::tempdir().unwrap();
    drop(build(folder.path(), before, &FILE));
    let mut builder =
        Builder::extending(folder.path(), &FILE, &settings(), &Patience::default()).unwrap().unwrap();
    after.iter().for_each(|scene| scene.add_to(&mut builder).unwrap());
    builder.finish(&FILE).unwrap()
}

pub(crate) fn build(folder: &Path, scenes: &[Scene], of: &Fingerprint) -> Index {
    let mut builder = Builder::new(folder, &settings(), &Patience::default()).unwrap();
    scenes.iter().for_each(|scene| scene.add_to(&mut builder).unwrap());
    builder.finish(of).unwrap()
}

pub(crate) fn open(folder: &Path, of: &Fingerprint) -> Opened {
    Index::open(folder, of, &settings()).unwrap()
}

pub(crate) fn ready(folder: &Path, of: &Fingerprint) -> Index {
    match open(folder, of) {
        Opened::Ready(index) => *index,
        Opened::Stale => panic!("stale"),
        Opened::Newer => panic!("newer"),
        Opened::Missing => panic!("missing"),
        Opened::Damaged(damage) => panic!("{damage}"),
    }
}

pub(crate) fn query<'a>(vector: &'a [f32], words: &str, mode: Mode) -> IndexQuery<'a> {
    // Leaked, so that a query needs no other owner: a test ends soon.
    let words = Box::leak(Box::new(WordQuery::parse(words, &Analyzer::new(Language::ENGLISH))));
    IndexQuery {
        vector: Some(vector),
        words,
        mode,
        limit: 10,
        keep: None,
        exact: false,
        spread: false,
        meaning: naragtive_index::MEANING,
        now: None,
    }
}

/// What a few queries find.
pub(crate) fn answers(index: &Index) -> Result<Vec<Vec<RowHit>>, IndexError> {
    let vector: Vec<f32> = (0..DIMENSION).map(|place| place as f32 - 2.5).collect();
    let mut answers = Vec::new();
    for words in ["the dragon rode", "\"queen rode\" -sword", "lan* harbour"] {
        for mode in [Mode::Hybrid, Mode::Semantic, Mode::Keyword] {
            answers.push(index.search(&query(&vector, words, mode))?);
        }
    }
    let keep = index.bits_where("speaker", &|speaker| speaker == "Ava")?;
    answers.push(index.search(&IndexQuery { keep: Some(&keep), ..query(&vector, "castle", Mode::Hybrid) })?);
    Ok(answers)
}

/// `count` scenes, always the same.
pub(crate) fn scenes(count: usize, seed: u64) -> Vec<Scene> {
    let mut state = seed | 1;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    (0..count)
        .map(|_| {
            let words: Vec<&str> = (0..3 + next(12)).map(|_| WORDS[next(WORDS.len())]).collect();
            let mut vectors = |count: usize| -> Vec<Vec<f32>> {
                (0..count)
                    .map(|_| (0..DIMENSION).map(|_| next(2001) as f32 / 1000.0 - 1.0).collect())
                    .collect()
            };
            let (passages, windows) = (vectors(2), vectors(1));
            let (passages, windows) = (passages[..1 + next(2)].to_vec(), windows[..next(2)].to_vec());
            let name = ["Ava", "Bram", "Queen Isolde"][next(3)];
            Scene {
                text: words.join(" "),
                name,
                group: format!("g{}", next(4)),
                day: None,
                passages,
                windows,
            }
        })
        .collect()
}

/// Scenes of every shape.
pub(crate) fn any_scenes(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Scene>> {
    let vectors = |most: usize| {
        let value = prop_oneof![Just(0.0f32), -1f32..1.0];
        prop::collection::vec(prop::collection::vec(value, DIMENSION), 0..=most)
    };
    let text =
        prop::collection::vec(prop::sample::select(&WORDS[..]), 0..12).prop_map(|words| words.join(" "));
    let group = prop::sample::select(&["", "a", "b"][..]).prop_map(str::to_owned);
    let name = prop::sample::select(&["Ava", "Bram", "Queen Isolde"][..]);
    let day = prop_oneof![Just(None), prop::sample::select(&[19_507, 19_511, 19_545][..]).prop_map(Some)];
    let scene = (text, name, group, day, vectors(3), vectors(2)).prop_map(
        |(text, name, group, day, passages, windows)| Scene { text, name, group, day, passages, windows },
    );
    prop::collection::vec(scene, count)
}
