//! `registry.json`, and after the first line that is empty `default.txt`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use naragtive_store::Registry;

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().unwrap();
    let at = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
    let (registry, default) = bytes.split_at(at);
    std::fs::write(folder.path().join("registry.json"), registry).unwrap();
    std::fs::write(folder.path().join("default.txt"), default).unwrap();
    let registry = Registry::new(folder.path());
    let _ = registry.default_store();
    for entry in registry.list().unwrap_or_default() {
        let _ = registry.get(entry.name.as_str());
    }
});
