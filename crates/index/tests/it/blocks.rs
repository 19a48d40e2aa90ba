//! An index that is put together of blocks, with what one query needs of them, finds what one of all rows does.

use std::collections::HashMap;

use naragtive_index::*;
use proptest::prelude::*;

use crate::story::{DIMENSION, Scene, any_scenes, memory, query, settings};

/// The blocks of some rows, so many in each, with the rows of the index that they are of.
fn blocks(scenes: &[Scene], size: usize) -> Vec<(Vec<usize>, Block)> {
    let analyzer = Analyzer::new(Language::ENGLISH);
    let rows: Vec<usize> = (0..scenes.len()).collect();
    let block = |rows: &[usize]| {
        let mut writer = BlockWriter::new(&analyzer);
        for scene in rows.iter().map(|row| &scenes[*row]) {
            writer.add(&Row {
                text: &scene.text,
                names: &[scene.name],
                group: &scene.group,
                day: scene.day,
                facets: &[("speaker", scene.name), ("group", &scene.group)],
                ..Row::default()
            });
        }
        (rows.to_vec(), writer.finish().unwrap())
    };
    rows.chunks(size).map(block).collect()
}

/// All that a query needs but vectors.
fn assembled(scenes: usize, blocks: &[(Vec<usize>, Block)], lookups: &Lookups, key: &str) -> Assembly {
    let mut assembly = Assembly::new(scenes);
    let [whole, short] = lookups.beginnings();
    for (at, block) in blocks {
        assembly.add_facts(at, &block.facts).unwrap();
        assembly.add_forms(&block.forms).unwrap();
        let wanted = |start: &&(String, Vec<u8>)| {
            whole.contains(&start.0) || short.iter().any(|short| start.0.starts_with(short))
        };
        for (_, words) in block.words.iter().filter(wanted) {
            assembly.add_words(at, words, |term| lookups.wants(term)).unwrap();
        }
        for (_, values) in block.facets.iter().filter(|(own, _)| own == key) {
            assembly.add_facets(at, key, values).unwrap();
        }
    }
    assembly
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_found_of_blocks_is_what_is_found_of_rows(
        scenes in any_scenes(1..40),
        vector in prop::collection::vec(-1f32..1.0, DIMENSION),
        asked in prop::sample::select(&[
            "the dragon gave queen rode lantern",
            "when did the queen rode \"north lantern\" sings in June 2023",
            "\"queen rode\" -sword",
            "lan* harbour -\"the castle\" h*",
            "the drgon, lanterm and harbor",
            "",
        ][..]),
        mode in prop::sample::select(&Mode::ALL[..]),
        name in prop::sample::select(&["Ava", "Bram", "nobody"][..]),
        masked in any::<bool>(),
        size in 1usize..9,
    ) {
        let whole = memory(&scenes);
        let blocks = blocks(&scenes, size);
        let typed = Lookups::of(asked, whole.analyzer());
        let mut parts = assembled(scenes.len(), &blocks, &typed, "speaker");
        let bare = parts.index(&settings(), |_| None).unwrap();
        let words = whole.ask(asked, false).unwrap();
        prop_assert_eq!(&bare.ask(asked, false).unwrap(), &words);
        prop_assert!(words.respelt().is_empty() || parts.needs_forms(asked, whole.analyzer()));
        let meant = Lookups::of(words.text(), whole.analyzer());
        for (at, block) in &blocks {
            for (_, bytes) in &block.words {
                parts.add_words(at, bytes, |term| meant.wants(term) && !typed.wants(term)).unwrap();
            }
        }
        let keep = bare.bits_where("speaker", &|speaker| speaker == name).unwrap();
        let keep = masked.then_some(&keep);
        prop_assert!(keep.is_none_or(|keep| *keep == whole.bits_where("speaker", &|speaker| speaker == name).unwrap()));
        let context = keep.map(|keep| bare.context(keep, |row| !scenes[row].passages.is_empty()).unwrap());
        let read = (0..scenes.len()).filter(|row| context.as_ref().is_none_or(|context| context.contains(*row)));
        let vectors = read.map(|row| {
            let Scene { passages, windows, .. } = &scenes[row];
            (row, RowVectors { passages: passages.clone(), windows: windows.clone() })
        });
        let vectors: HashMap<usize, RowVectors> = vectors.collect();
        let index = parts.index(&settings(), |row| vectors.get(&row)).unwrap();
        let query = IndexQuery { words: &words, keep, limit: scenes.len(), ..query(&vector, "", mode) };
        let found = whole.search(&query).unwrap();
        prop_assert_eq!(&index.search(&query).unwrap(), &found);
        let rows: Vec<usize> = found.iter().map(|found| found.row).collect();
        prop_assert_eq!(index.explain(&query, &rows).unwrap(), whole.explain(&query, &rows).unwrap());
    }

    #[test]
    fn bytes_that_are_no_block_are_refused_or_change_nothing_and_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut assembly = Assembly::new(2);
        let at = [0, 1];
        let _ = assembly.add_facts(&at, &bytes);
        let _ = assembly.add_words(&at, &bytes, |_| true);
        let _ = assembly.add_facets(&at, "key", &bytes);
        let _ = assembly.add_forms(&bytes);
        let _ = assembly.index(&settings(), |_| None);
    }
}
