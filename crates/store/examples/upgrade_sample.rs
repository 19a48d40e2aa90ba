//! Copies a store and gives its scenes passages, for tools/check-interop.py.
//!
//! `upgrade_sample OLD.parquet OUT.parquet`

use std::path::Path;

use naragtive_disk::Patience;
use naragtive_store::{LackingRow, ModelTag, Passages, Span, Upgrade};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [old, out] = arguments.as_slice() else {
        return Err("expected two arguments: OLD.parquet OUT.parquet".into());
    };
    std::fs::copy(old, out)?;
    let upgrade = Upgrade::begin(Path::new(out), &ModelTag::legacy(), &Patience::default())?;
    upgrade.write(|rows| rows.iter().map(passages).collect())?;
    Ok(())
}

/// One passage and a window, both with the vector of the whole text.
fn passages(row: &LackingRow) -> Passages {
    let window = Some(row.embedding.clone());
    Passages { spans: vec![Span { start: 0, end: 1 }], vectors: row.embedding.clone(), window }
}
