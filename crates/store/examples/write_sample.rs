//! Writes a store and the same rows as JSON lines, for tools/check-interop.py. Its first row group is a copied one.
//!
//! `write_sample OUT.parquet OUT.jsonl`

use std::io::Write;
use std::path::Path;

use naragtive_disk::Patience;
use naragtive_scene::{Metadata, Scene, SceneId};
use naragtive_store::{EmbeddedScene, ModelTag, Passages, Span, Store};

const DIMENSION: usize = 384;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [parquet, jsonl] = arguments.as_slice() else {
        return Err("expected two arguments: OUT.parquet OUT.jsonl".into());
    };
    let path = Path::new(parquet);
    let model = ModelTag { revision: Some("sample".to_owned()), ..ModelTag::legacy() };
    naragtive_store::replace(path, (0..5000).map(row).collect(), &model, &Patience::default())?;
    naragtive_store::append(path, (4900..5100).map(row).collect(), &model, &Patience::default())?;
    dump(&Store::open(path)?, jsonl)
}

fn row(number: usize) -> EmbeddedScene {
    let id = format!("scene_{number:04}_2025-11-10");
    let metadata = Metadata::default()
        .with("scene_id", id.as_str())
        .with("date_iso", "2025-11-10")
        .with("speakers", vec!["User", "Zo\u{eb}"])
        .with("tone", ["tense", "neutral"].get(number % 2).copied());
    let text = if number.is_multiple_of(7) {
        String::new()
    } else {
        format!("Scene {number}: \u{201c}burn!\u{201d}\n\nNow.")
    };
    // Every other scene has passages, as a short and a long scene do.
    let spans = if number.is_multiple_of(2) {
        Vec::new()
    } else {
        vec![Span { start: 0, end: 1 }, Span { start: 1, end: 2 }]
    };
    let vectors = spans.iter().flat_map(|_| vector(number)).collect();
    let passages = Passages { spans, vectors, window: number.is_multiple_of(3).then(|| vector(number)) };
    EmbeddedScene {
        scene: Scene { id: SceneId::new(id), text, metadata, origin: None },
        embedding: vector(number),
        passages,
    }
}

/// Some vector of length 1.
fn vector(seed: usize) -> Vec<f32> {
    let numbers = (0..DIMENSION).map(|at| ((seed * 31 + at * 17) % 97) as f32 / 97.0 - 0.5);
    let numbers: Vec<f32> = numbers.collect();
    let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
    numbers.iter().map(|number| number / length).collect()
}

/// Every row as the library reads it back.
fn dump(store: &Store, jsonl: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(jsonl)?);
    let rows: Vec<usize> = (0..store.len()).collect();
    let embeddings = store.embeddings()?;
    for (scene, vector) in store.scenes(&rows)?.iter().zip(embeddings.values.chunks(DIMENSION)) {
        let vector: Vec<f64> = vector.iter().map(|number| f64::from(*number)).collect();
        let line = serde_json::json!({
            "id": scene.id.as_str(),
            "text": scene.text,
            "metadata": scene.metadata.to_json(),
            "embedding": vector,
        });
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}
