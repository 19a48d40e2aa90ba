//! The words and the facets of an index segment: whole ones, of which three bytes of the input each damage one byte.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use naragtive_index::{Analyzer, Facets, FacetsWriter, Language, Lexical, LexicalWriter, WordQuery, score};

const TEXTS: [&str; 3] =
    ["The old ferry came in.", "The bell buoy was lost in fog, so they listened.", "Ferries!"];

static WORDS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let analyzer = Analyzer::new(Language::NONE);
    let mut writer = LexicalWriter::new(&analyzer);
    TEXTS.iter().for_each(|text| writer.add(text, &["Nia", "the harbour master"]));
    writer.finish()
});

static FACETS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut writer = FacetsWriter::default();
    TEXTS.iter().for_each(|text| writer.add_row(&[("speaker", text), ("place", "harbour")]));
    writer.finish()
});

fn damaged(whole: &[u8], edits: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for edit in edits.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([edit[0], edit[1]])) % bytes.len();
        bytes[at] ^= edit[2];
    }
    bytes
}

fuzz_target!(|edits: &[u8]| {
    let words = damaged(&WORDS, edits);
    if let Ok(lexical) = Lexical::open(&words) {
        let query = WordQuery::parse("the old \"bell buoy\" li* -fog", &Analyzer::new(Language::NONE));
        let mut scores = vec![0.0; lexical.rows().min(1 << 16)];
        if scores.len() == lexical.rows() {
            let _ = score(&query, &[lexical], [None; 2], 1, &mut scores);
        }
    }
    let facets = damaged(&FACETS, edits);
    if let Ok(facets) = Facets::open(&facets) {
        let _ = (facets.verify(), facets.values("place"));
    }
});
