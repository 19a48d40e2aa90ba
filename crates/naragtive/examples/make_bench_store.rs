//! Makes a large store out of a small one, for bench/run: its scenes again and again, each copy a little different.
//!
//! `make_bench_store IN.parquet OUT.parquet SCENES`
//!
//! A copy's sentences are turned round, and its vector is bent away from the original's.
//! The same arguments make the same store.

use std::path::Path;

use naragtive::{ModelTag, Scene, SceneId, Store};
use naragtive_store::EmbeddedScene;

/// The length of what is added to a vector of length 1: the copy's cosine to it is then about 0.9.
const BEND: f32 = 0.5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, count] = arguments.as_slice() else {
        return Err("expected three arguments: IN.parquet OUT.parquet SCENES".into());
    };
    let store = Store::open(Path::new(from))?;
    let rows: Vec<usize> = (0..store.len()).collect();
    let (scenes, embeddings) = (store.scenes(&rows)?, store.embeddings()?);
    if scenes.is_empty() {
        return Err(format!("expected scenes in `{from}`, found none").into());
    }
    let originals: Vec<(Scene, &[f32])> =
        scenes.into_iter().zip(embeddings.values.chunks_exact(embeddings.dimension)).collect();
    let model = store.model().cloned().unwrap_or_else(ModelTag::legacy);
    let rows = originals.iter().cycle().take(count.parse()?).enumerate();
    let rows: Vec<EmbeddedScene> =
        rows.map(|(row, (scene, vector))| copy(row, row / originals.len(), scene, vector)).collect();
    naragtive_store::replace(Path::new(to), rows, &model)?;
    Ok(())
}

/// The scene in `row`, which is the `turn`th copy of `scene`; the first copy is the scene itself.
fn copy(row: usize, turn: usize, scene: &Scene, vector: &[f32]) -> EmbeddedScene {
    let mut sentences: Vec<&str> = scene.text.split_inclusive(". ").collect();
    let turned = turn % sentences.len().max(1);
    sentences.rotate_left(turned);
    let scene = Scene {
        id: SceneId::new(format!("{}_{row:06}", scene.id)),
        text: sentences.concat(),
        metadata: scene.metadata.clone(),
    };
    EmbeddedScene { scene, embedding: if turn == 0 { vector.to_vec() } else { bent(vector, row as u64) } }
}

/// `vector` with noise of length [`BEND`] added, and brought back to length 1.
fn bent(vector: &[f32], seed: u64) -> Vec<f32> {
    let mut state = seed;
    let noise: Vec<f32> = vector.iter().map(|_| noise(&mut state)).collect();
    let by = BEND / length(&noise);
    let bent: Vec<f32> = vector.iter().zip(&noise).map(|(number, noise)| number + noise * by).collect();
    let length = length(&bent);
    bent.iter().map(|number| number / length).collect()
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
