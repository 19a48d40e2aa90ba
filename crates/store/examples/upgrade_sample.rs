//! Copies a store and gives its scenes passages, for tools/check-interop.py.
//!
//! `upgrade_sample OLD.parquet OUT.parquet`

use std::path::Path;

use naragtive_disk::Patience;
use naragtive_store::{ModelTag, Passages, Span, Upgrade};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [old, out] = arguments.as_slice() else {
        return Err("expected two arguments: OLD.parquet OUT.parquet".into());
    };
    std::fs::copy(old, out)?;
    let mut upgrade = Upgrade::begin(Path::new(out), &ModelTag::legacy())?;
    let rows = upgrade.lacking().to_vec();
    let stored = upgrade.store().rows(&rows)?;
    let given = rows.into_iter().zip(stored.into_iter().map(|row| passages(row.embedding))).collect();
    upgrade.give(given, &Patience::default())?;
    Ok(())
}

/// One passage and a window, both with the vector of the whole text.
fn passages(embedding: Vec<f32>) -> Passages {
    let spans = vec![Span { start: 0, end: 1 }];
    Passages { spans, vectors: embedding.clone(), window: Some(embedding) }
}
