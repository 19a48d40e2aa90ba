//! Makes a large store out of a small one, for bench/run: its scenes again and again, each copy a little different.
//!
//! `make_bench_store IN.parquet OUT.parquet SCENES`
//!
//! A copy's sentences are turned round, and its vectors are bent away from the original's; its passages stay where they
//! are. The same arguments make the same store.

use std::path::Path;

use naragtive::{Patience, SceneId, Store, StoreError};
use naragtive_store::{EmbeddedScene, StoredRow};

/// The length of what is added to a vector of length 1: the copy's cosine to it is then about 0.9.
const BEND: f32 = 0.5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, count] = arguments.as_slice() else {
        return Err("expected three arguments: IN.parquet OUT.parquet SCENES".into());
    };
    let store = Store::open(Path::new(from))?;
    let mut originals = Vec::new();
    store.visit_rows(0, |row| {
        originals.push(row);
        Ok::<(), StoreError>(())
    })?;
    if originals.is_empty() {
        return Err(format!("expected scenes in `{from}`, found none").into());
    }
    let rows = originals.iter().cycle().take(count.parse()?).enumerate();
    let rows = rows.map(|(row, original)| copy(row, row / originals.len(), original));
    naragtive_store::replace(Path::new(to), rows.collect(), &store.model_or_legacy(), &Patience::default())?;
    Ok(())
}

/// The scene in `row`, which is the `turn`th copy of `original`; the first copy is the original itself.
fn copy(row: usize, turn: usize, original: &StoredRow) -> EmbeddedScene {
    let StoredRow { mut scene, mut embedding, mut passages } = original.clone();
    scene.id = SceneId::new(format!("{}_{row:06}", scene.id));
    if turn > 0 {
        scene.text = turned(&scene.text, turn);
        let mut state = row as u64;
        let vectors = passages.vectors.chunks_exact_mut(embedding.len());
        vectors.chain(passages.window.as_deref_mut()).for_each(|vector| bend(vector, &mut state));
        bend(&mut embedding, &mut state);
    }
    EmbeddedScene { scene, embedding, passages }
}

/// The sentences of `text`, the first few put last.
fn turned(text: &str, by: usize) -> String {
    let mut sentences: Vec<&str> = text.split_inclusive(". ").collect();
    let first = by % sentences.len().max(1);
    sentences.rotate_left(first);
    sentences.concat()
}

/// Adds noise of length [`BEND`] and brings the vector back to length 1.
fn bend(vector: &mut [f32], state: &mut u64) {
    let noise: Vec<f32> = vector.iter().map(|_| noise(state)).collect();
    let by = BEND / length(&noise);
    vector.iter_mut().zip(&noise).for_each(|(number, noise)| *number += noise * by);
    let length = length(vector);
    vector.iter_mut().for_each(|number| *number /= length);
}

fn length(vector: &[f32]) -> f32 {
    vector.iter().map(|number| number * number).sum::<f32>().sqrt()
}

/// Evenly between -0.5 and 0.5, by splitmix64 (Steele, Lea and Flood, 2014).
fn noise(state: &mut u64) -> f32 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    (mixed >> 40) as f32 / (1u64 << 24) as f32 - 0.5
}
