//! Prose in scripts without spaces is cut at the ends of sentences.

use naragtive_ingest::{Format, Options, read};

use crate::support::{options, shared};

fn pieces(file: &str, chunk_size: usize) -> Vec<String> {
    let options = Options { chunk_size: chunk_size.try_into().unwrap(), ..options(file) };
    let ingested = read(Format::PLAIN_TEXT, &shared(&format!("faults/inputs/{file}")), &options).unwrap();
    ingested.scenes.into_iter().map(|scene| scene.text).collect()
}

#[test]
fn japanese_is_cut_behind_a_full_stop() {
    for size in [20, 50, 100] {
        let pieces = pieces("draft-japanese.txt", size);
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.ends_with('。')), "{size}: {pieces:?}");
    }
}

#[test]
fn thai_is_cut_at_a_space_and_never_within_a_letter() {
    let pieces = pieces("draft-thai.txt", 150);
    assert!(pieces[0].ends_with("เที่ยงคืน"), "{}", pieces[0]);
    let is_mark = |c: char| matches!(c, '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}');
    assert!(pieces.iter().all(|piece| !piece.starts_with(is_mark)));
}
