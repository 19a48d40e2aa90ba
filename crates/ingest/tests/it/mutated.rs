//! Files that were damaged: any byte of any export we have, and any place where one may be cut.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use naragtive_ingest::{Format, Ingested, SkipReason};
use proptest::prelude::*;

use crate::support::{ingest, texts};

/// Every export that tests have.
static EXPORTS: LazyLock<Vec<(PathBuf, Vec<u8>)>> = LazyLock::new(|| {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![crate_folder.join("tests/fixtures")];
    if cfg!(not(no_shared)) {
        folders.push(crate_folder.join("../../../shared/faults/inputs"));
    }
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let is_store = entry.extension().is_some_and(|end| end == "parquet" || end == "sqlite3");
            match entry.is_dir() {
                true => folders.push(entry),
                false if is_store => {}
                false => found.push((entry.clone(), fs::read(&entry).unwrap())),
            }
        }
    }
    found.sort();
    found
});

/// What happens to a file on its way.
#[derive(Debug, Clone)]
enum Damage {
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Behead(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    Twice(prop::sample::Index, prop::sample::Index),
    Remove(prop::sample::Index, prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    let odd = prop::sample::select(vec![
        &b"\0"[..],
        b"\xff",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n",
        b"\"",
        b"\\",
        b"\\ud83d",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b"***",
        b"---\n",
        b"NaN",
        b"1e999",
        b"\xf0\x9f",
        b"&amp;",
        b"\x1f\x8b\x08",
        b"PK\x03\x04",
    ]);
    prop_oneof![
        (at(), 1..=255u8).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        at().prop_map(Damage::Cut),
        at().prop_map(Damage::Behead),
        (at(), odd).prop_map(|(at, bytes)| Damage::Insert(at, bytes.to_vec())),
        (at(), at()).prop_map(|(from, to)| Damage::Twice(from, to)),
        (at(), at()).prop_map(|(from, to)| Damage::Remove(from, to)),
    ]
}

fn damaged(mut bytes: Vec<u8>, damage: &[Damage]) -> Vec<u8> {
    for damage in damage.iter().filter(|_| !bytes.is_empty()).cloned().collect::<Vec<_>>() {
        if bytes.is_empty() {
            break;
        }
        let count = bytes.len();
        let range = |from: prop::sample::Index, to: prop::sample::Index| {
            let (from, to) = (from.index(count), to.index(count));
            from.min(to)..from.max(to)
        };
        match damage {
            Damage::Flip(at, bits) => bytes[at.index(count)] ^= bits,
            Damage::Cut(at) => bytes.truncate(at.index(count)),
            Damage::Behead(at) => drop(bytes.drain(..at.index(count))),
            Damage::Insert(at, other) => drop(bytes.splice(at.index(count)..at.index(count), other)),
            Damage::Twice(from, to) => {
                let part = bytes[range(from, to)].to_vec();
                let at = range(from, to).end;
                drop(bytes.splice(at..at, part));
            }
            Damage::Remove(from, to) => drop(bytes.drain(range(from, to))),
        }
    }
    bytes
}

fn is_honest(ingested: &Ingested) -> bool {
    ingested.report.scenes == ingested.scenes.len()
        && ingested.scenes.iter().all(|scene| !scene.text.is_empty() && scene.origin.is_some())
}

#[test]
fn every_export_that_tests_have_is_among_those_that_are_damaged() {
    assert!(EXPORTS.len() > 10, "{}", EXPORTS.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_export_is_read_as_far_as_it_goes_or_refused(
        which in any::<prop::sample::Index>(),
        damage in prop::collection::vec(damage(), 1..5)
    ) {
        let (path, bytes) = which.get(&EXPORTS);
        let bytes = damaged(bytes.clone(), &damage);
        Format::detect(&bytes);
        for format in Format::all() {
            if let Ok(ingested) = ingest(format, &bytes) {
                prop_assert!(is_honest(&ingested), "{} as {format}", path.display());
            }
        }
    }
}

/// What stands in the text of turn `number` and of no other.
fn mark(number: usize) -> String {
    format!("mark{number}end")
}

/// In how many scenes the text of each of the turns is.
fn scenes_with(ingested: &Ingested, turns: usize) -> Vec<usize> {
    let texts = texts(ingested);
    (0..turns).map(|turn| texts.iter().map(|text| text.matches(&mark(turn)).count()).sum()).collect()
}

fn chat(texts: &[String], lines: bool) -> Vec<String> {
    let entry = |(at, text): (usize, &String)| {
        let message = serde_json::json!({"id": at, "user": (["Ann", "Bo"][at % 2]), "message": text});
        let (before, behind) = if lines {
            ("", "\n")
        } else if at == 0 {
            ("[", "")
        } else {
            (",\n", "")
        };
        format!("{before}{message}{behind}")
    };
    texts.iter().enumerate().map(entry).collect()
}

fn llama(texts: &[String], roles: &[bool]) -> Vec<String> {
    let head = r#"[{"conv":{"id":"c","name":"n","lastModified":1},"messages":["#;
    let entry = |(at, (text, role)): (usize, (&String, &bool))| {
        let role = if *role { "user" } else { "assistant" };
        let parent = at.checked_sub(1).map(|before| before.to_string());
        let message =
            serde_json::json!({"id": at.to_string(), "parent": parent, "role": role, "content": text});
        format!("{}{message}", if at == 0 { head } else { ",\n" })
    };
    texts.iter().zip(roles).enumerate().map(entry).collect()
}

fn neptune(texts: &[String]) -> Vec<String> {
    let turn = |(at, text): (usize, &String)| {
        let minute = at % 60;
        format!("***11/10/2025, 4:{minute:02}:41 AM - {}:***\n\n{text}\n\n---\n", ["User", "Ana"][at % 2])
    };
    texts.iter().enumerate().map(turn).collect()
}

/// Characters that JSON has a meaning for.
const SIGNS: &str = r#"[a-z]{0,6}( [a-zé"\\{}\[\],:]{1,8}){0,4}"#;
/// The same without the beginning of an object: in an entry that is torn, one may be taken for the next entry.
const NO_OBJECTS: &str = r#"[a-z]{0,6}( [a-zé"\\}\[\],:]{1,8}){0,4}"#;

/// Texts of turns, each with its mark.
fn said(words: &'static str) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(words, 1..14).prop_map(|texts| {
        texts.into_iter().enumerate().map(|(at, text)| format!("{text} {} {text}", mark(at))).collect()
    })
}

proptest! {
    #[test]
    fn the_text_of_every_turn_is_in_exactly_one_scene(
        texts in said(SIGNS),
        roles in prop::collection::vec(any::<bool>(), 14),
        lines in any::<bool>()
    ) {
        let whole = |pieces: Vec<String>, end: &str| pieces.concat() + end;
        for (format, export) in [
            (Format::CHAT_MESSAGES, whole(chat(&texts, lines), if lines { "" } else { "]" })),
            (Format::LLAMA_SERVER, whole(llama(&texts, &roles), "]}]")),
            (Format::NEPTUNE, whole(neptune(&texts), "")),
            (Format::PLAIN_TEXT, texts.join("\n\n")),
        ] {
            let ingested = ingest(format, export.as_bytes()).unwrap();
            prop_assert_eq!(scenes_with(&ingested, texts.len()), vec![1; texts.len()], "{} {}", format, export);
            prop_assert!(ingested.report.skipped.is_empty());
        }
    }

    #[test]
    fn of_a_list_that_is_cut_every_whole_entry_is_kept_and_the_rest_is_counted(
        texts in said(NO_OBJECTS),
        roles in prop::collection::vec(any::<bool>(), 14),
        place in any::<prop::sample::Index>(),
        kind in 0..3usize
    ) {
        let (format, pieces) = match kind {
            0 => (Format::CHAT_MESSAGES, chat(&texts, false)),
            1 => (Format::CHAT_MESSAGES, chat(&texts, true)),
            _ => (Format::LLAMA_SERVER, llama(&texts, &roles)),
        };
        let export = pieces.concat();
        let mut cut = place.index(export.len() + 1);
        while !export.is_char_boundary(cut) {
            cut -= 1;
        }
        let ends = pieces.iter().scan(0, |end, piece| { *end += piece.len(); Some(*end) });
        // A line is whole without its end.
        let whole = ends.take_while(|end| end - usize::from(kind == 1) <= cut).count();
        let begun: usize = pieces[..whole].iter().map(String::len).sum();
        let torn = export[begun.min(cut)..cut].trim_start_matches([',', '\n', '[']);
        match ingest(format, &export.as_bytes()[..cut]) {
            Ok(ingested) => {
                prop_assert_eq!(scenes_with(&ingested, whole), vec![1; whole], "{}", &export[..cut]);
                let unreadable = ingested.report.count(SkipReason::Unreadable);
                prop_assert_eq!(unreadable, usize::from(!torn.is_empty()), "{:?}", torn);
                prop_assert_eq!(ingested.report.skipped.len(), unreadable);
            }
            Err(_) => prop_assert_eq!(whole, 0, "{}", &export[..cut]),
        }
    }

    #[test]
    fn of_a_transcript_that_is_cut_every_whole_turn_is_kept(texts in said(SIGNS), place in any::<prop::sample::Index>()) {
        let turns = neptune(&texts);
        let export = turns.concat();
        let mut cut = place.index(export.len() + 1);
        while !export.is_char_boundary(cut) {
            cut -= 1;
        }
        let ends = turns.iter().scan(0, |end, turn| { *end += turn.len(); Some(*end) });
        let whole = ends.take_while(|end| *end <= cut).count();
        match ingest(Format::NEPTUNE, &export.as_bytes()[..cut]) {
            Ok(ingested) => {
                prop_assert_eq!(scenes_with(&ingested, whole), vec![1; whole], "{}", &export[..cut]);
                prop_assert!((whole..=whole + 1).contains(&ingested.report.turns));
                let found: BTreeSet<&str> = texts.iter().map(|text| text.trim()).collect();
                let in_scenes = self::texts(&ingested);
                let said: Vec<&str> = in_scenes.iter().flat_map(|text| text.split("\n\n")).collect();
                // All but the last one are whole.
                for text in said.iter().take(whole.saturating_sub(1)) {
                    prop_assert!(found.contains(text), "{text:?}");
                }
            }
            Err(_) => prop_assert_eq!(whole, 0),
        }
    }
}
