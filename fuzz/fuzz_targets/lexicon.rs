//! A campaign file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use naragtive_ingest::Lexicon;

fuzz_target!(|text: &str| {
    let _ = Lexicon::parse(text);
});
