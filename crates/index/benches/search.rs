//! What a search costs, first and again, in indexes of 100,000 and a million rows of one passage each.
//!
//! The indexes are made once and kept in the target folder. `cargo bench -p naragtive-index -- 100000` leaves the large
//! one out.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on should stop")]

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use naragtive_disk::Patience;
use naragtive_index::*;

const DIMENSION: usize = 384;
const FILE: Fingerprint = Fingerprint([1; 32]);
/// Words of the made-up language; the n-th is used about 1/n as often as the first.
const VOCABULARY: f64 = 40_000.0;
/// Of these, the most common ones are left out of queries.
const FUNCTION_WORDS: f64 = 50.0;
const WORDS_A_ROW: usize = 40;
const TOPICS: u64 = 500;

struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn vector(&mut self) -> Vec<f32> {
        (0..DIMENSION).map(|_| (self.next() + self.next() + self.next() - 1.5) as f32).collect()
    }

    /// A word that isn't among the `common` most common ones.
    fn word(&mut self, common: f64) -> String {
        let rank = (common * (VOCABULARY / common).powf(self.next())) as u32;
        format!("{}{}", ["ba", "do", "ke", "li", "mun", "ra", "so", "ti"][rank as usize % 8], rank / 8)
    }

    fn text(&mut self, words: usize, common: f64) -> String {
        (0..words).map(|_| self.word(common)).collect::<Vec<_>>().join(" ")
    }
}

fn settings() -> IndexSettings {
    let threads = NonZeroUsize::new(2).unwrap();
    IndexSettings { dimension: DIMENSION, language: Language::ENGLISH, recipe: String::new(), threads }
}

/// A vector near to one of the topics.
fn near(topic: u64, noise: &mut Random) -> Vec<f32> {
    Random(topic).vector().iter().zip(noise.vector()).map(|(topic, noise)| topic + 0.7 * noise).collect()
}

fn open(folder: &Path) -> Option<Index> {
    match Index::open(folder, &FILE, &settings()).unwrap() {
        Opened::Ready(index) => Some(*index),
        _ => None,
    }
}

fn folder(rows: usize) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("search-{rows}"));
    if open(&folder).is_some() {
        return folder;
    }
    let mut builder = Builder::new(&folder, &settings(), &Patience::default()).unwrap();
    let mut random = Random(1);
    for row in 0..rows {
        let text = random.text(WORDS_A_ROW, 1.0);
        let vector = near((random.next() * TOPICS as f64) as u64, &mut random);
        let group = format!("session {}", row / 200);
        let facets = [("speaker", ["Ava", "Bram", "Cleo", "Dov"][row % 4])];
        let passages = [vector.as_slice()];
        let row = Row {
            text: &text,
            names: &["Ava"],
            group: &group,
            day: None,
            facets: &facets,
            passages: &passages,
            windows: &[],
        };
        builder.add(&row).unwrap();
    }
    builder.finish(&FILE).unwrap();
    folder
}

fn searches(criterion: &mut Criterion) {
    for rows in [100_000, 1_000_000] {
        let mut group = criterion.benchmark_group(rows.to_string());
        group.sample_size(20);
        let made = std::cell::OnceCell::new();
        let folder = || made.get_or_init(|| folder(rows)).as_path();
        let (vector, words) = (near(7, &mut Random(9)), Random(11).text(6, FUNCTION_WORDS));
        let words = WordQuery::parse(&words, &Analyzer::new(Language::ENGLISH));
        let query = |mode| IndexQuery {
            vector: Some(&vector),
            words: &words,
            mode,
            limit: 10,
            keep: None,
            exact: false,
            spread: false,
            meaning: naragtive_index::MEANING,
            now: None,
        };
        for (name, mode) in
            [("hybrid", Mode::Hybrid), ("semantic", Mode::Semantic), ("keyword", Mode::Keyword)]
        {
            group.bench_function(format!("first {name}"), |bencher| {
                let open = || open(folder()).unwrap();
                // What is opened is dropped outside the clock.
                let search = || {
                    let index = open();
                    let found = index.search(&query(mode)).unwrap();
                    (index, found)
                };
                bencher.iter_batched(|| (), |()| search(), BatchSize::PerIteration);
            });
            group.bench_function(name, |bencher| {
                let index = open(folder()).unwrap();
                bencher.iter(|| index.search(&query(mode)).unwrap());
            });
        }
        group.bench_function("filtered", |bencher| {
            let index = open(folder()).unwrap();
            bencher.iter(|| {
                let keep = index.bits_where("speaker", &|speaker| speaker == "Cleo").unwrap();
                index.search(&IndexQuery { keep: Some(&keep), ..query(Mode::Hybrid) }).unwrap()
            });
        });
        group.bench_function("exact", |bencher| {
            let index = open(folder()).unwrap();
            bencher.iter(|| index.search(&IndexQuery { exact: true, ..query(Mode::Hybrid) }).unwrap());
        });
        group.bench_function("open", |bencher| bencher.iter(|| open(folder()).unwrap()));
    }
}

criterion_group!(benches, searches);
criterion_main!(benches);
