//! A parquet file of any writer, opened as a store and read to its end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use naragtive_store::Store;

fuzz_target!(init: quiet(), |bytes: &[u8]| {
    let file = tempfile::Builder::new().suffix(".parquet").tempfile().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    if let Ok(store) = Store::open(file.path()) {
        let _ = (store.ids(), store.texts(), store.metadata(), store.embeddings());
        let _ = (store.scenes_and_spans(&[0]), store.rows_without_passages(), store.version());
    }
});

/// The store catches panics of the library that reads parquet; only what isn't caught is a finding.
fn quiet() {
    std::panic::set_hook(Box::new(|_| {}));
}
