//! Bytes of an export of any format: what is detected in them, and each format's reader, whether it is its own or not.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use naragtive_ingest::{Format, Lexicon, Options, read};

fuzz_target!(|bytes: &[u8]| {
    let lexicon = Lexicon::builtin();
    let options = Options::new("export", &lexicon, Timestamp::UNIX_EPOCH);
    let _ = Format::detect(bytes);
    for format in Format::all() {
        if let Ok(read) = read(format, bytes, &options) {
            assert!(read.scenes.iter().all(|scene| !scene.text.trim().is_empty()));
        }
    }
});
