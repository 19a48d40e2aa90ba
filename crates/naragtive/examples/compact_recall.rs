//! How much of what the exact vectors find the compact ones find too, for bench/run.
//!
//! `compact_recall MODEL_DIR STORE.parquet QUESTIONS.txt` prints recall@10, by meaning alone and with words, as JSON.
//! Questions are lines. The index is built in memory.

#![allow(clippy::print_stdout, reason = "an example is a program")]

use std::path::Path;

use naragtive::{Flow, Indexes, Language, Patience, Store};
use naragtive_index::{Index, IndexError, IndexQuery, Mode};
use naragtive_model::{Embedder, ModelOptions};

const TOP: usize = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, store, questions] = arguments.as_slice() else {
        return Err("expected three arguments: MODEL_DIR STORE.parquet QUESTIONS.txt".into());
    };
    let threads = std::thread::available_parallelism()?;
    let embedder = Embedder::open(Path::new(model), ModelOptions::new(threads))?;
    let store = Store::open(Path::new(store))?;
    // Where no folder can be, the index is built in memory.
    let root = Path::new(model).join("config.json");
    let indexes = Indexes { root, language: Language::ENGLISH, threads, patience: Patience::default() };
    let index = indexes.build(&store, &mut |_| Flow::Continue)?;
    let questions = std::fs::read_to_string(questions)?;
    let (mut semantic, mut hybrid, mut asked) = (0.0, 0.0, 0);
    for question in questions.lines() {
        let vector = embedder.embed_query(question);
        semantic += recall(&index, question, &vector, Mode::Semantic)?;
        hybrid += recall(&index, question, &vector, Mode::Hybrid)?;
        asked += 1;
    }
    let count = f64::from(asked.max(1));
    let vectors = index.status().vectors;
    println!(
        "{{\"questions\": {asked}, \"vectors\": {vectors}, \"semantic\": {:.5}, \"hybrid\": {:.5}}}",
        semantic / count,
        hybrid / count
    );
    Ok(())
}

/// The part of the best rows by exact vectors that are found by compact ones.
fn recall(index: &Index, words: &str, vector: &[f32], mode: Mode) -> Result<f64, IndexError> {
    let words = index.ask(words, true)?;
    let query = IndexQuery {
        vector: Some(vector),
        words: &words,
        mode,
        limit: TOP,
        keep: None,
        exact: false,
        spread: false,
        meaning: naragtive_index::MEANING,
        now: None,
    };
    let rows = |exact| {
        let found = index.search(&IndexQuery { exact, ..query })?;
        Ok::<Vec<usize>, IndexError>(found.into_iter().map(|found| found.row).collect())
    };
    let (wanted, found) = (rows(true)?, rows(false)?);
    let both = wanted.iter().filter(|row| found.contains(row)).count();
    Ok(both as f64 / wanted.len().max(1) as f64)
}
