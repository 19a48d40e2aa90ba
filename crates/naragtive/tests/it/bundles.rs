//! Folders and archives of exports: what is in them is stored as if it had come file by file, and as if in one.

use std::fs;
use std::io::{Cursor, Write};

use naragtive::Format;
use naragtive_store::StoredRow;
use proptest::prelude::*;
use proptest::sample::Index;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::exports::{FORMATS, neptune, parts, said, whole};
use crate::home::Place;

/// A zip archive of these files.
fn zipped(files: &[(String, String)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Puts files into a folder, or into an archive, and ingests that.
fn add(place: &Place, store: &str, bundle: &str, format: Format, files: &[(String, String)]) -> [usize; 2] {
    if bundle.ends_with(".zip") {
        fs::write(place.path(bundle), zipped(files)).unwrap();
    } else {
        for (name, content) in files {
            let path = place.path(bundle).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }
    let appended = place.ingest_named(store, bundle, Some(format)).stored.added.appended;
    [appended.added, appended.updated]
}

fn texts(place: &Place, store: &str) -> Vec<String> {
    rows(place, store).into_iter().map(|row| row.scene.text).collect()
}

fn rows(place: &Place, store: &str) -> Vec<StoredRow> {
    crate::support::rows(&place.library.settings().home.value.store(store))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// A folder, or an archive, of which one file is another part of a conversation each time.
    #[test]
    fn what_a_folder_or_an_archive_has_in_any_order_gives_the_store_that_one_go_gives(
        turns in said(),
        cuts in prop::collection::vec((any::<Index>(), any::<Index>()), 1..4),
        first in any::<Index>(),
        format in 0..FORMATS.len(),
        bundle in 0..2usize
    ) {
        let (format, name, export) = FORMATS[format];
        let bundle = ["folder", "archive.zip"][bundle];
        let place = Place::new();
        let file = |(from, to): (usize, usize)| [(name.to_owned(), export(&turns, from, to))];
        add(&place, "once", bundle, format, &file((0, turns.len())));
        let mut parts = parts(turns.len(), &cuts);
        let last = parts.len() - 1;
        parts.swap(first.index(last + 1), last);
        for part in &parts {
            add(&place, "parts", bundle, format, &file(*part));
        }
        if name == "minutes.txt" {
            // As in `exports`: nothing is lost, though some may be stored twice.
            let found = texts(&place, "parts").concat();
            prop_assert!(turns.iter().all(|turn| found.contains(turn.as_str())), "{:?}", parts);
            return Ok(());
        }
        let held = |store: &str| rows(&place, store).into_iter().map(whole).collect::<Vec<_>>();
        prop_assert_eq!(held("parts"), held("once"), "{} {} {:?}", bundle, name, parts);
        for part in parts {
            prop_assert_eq!(add(&place, "parts", bundle, format, &file(part)), [0, 0], "{} {}", bundle, name);
        }
    }

    /// Parts side by side under different names, of programs that give their messages ids.
    #[test]
    fn parts_side_by_side_give_the_store_that_one_go_gives(
        turns in said(),
        cuts in prop::collection::vec((any::<Index>(), any::<Index>()), 1..5),
        first in any::<Index>(),
        format in 0..2usize
    ) {
        let (format, name, export) = FORMATS[format];
        let place = Place::new();
        let file = |(at, (from, to)): (usize, &(usize, usize))| {
            (format!("{at}/{name}"), export(&turns, *from, *to))
        };
        add(&place, "once", "whole", format, &[(name.to_owned(), export(&turns, 0, turns.len()))]);
        let mut parts = parts(turns.len(), &cuts);
        let last = parts.len() - 1;
        parts.swap(first.index(last + 1), last);
        let files: Vec<(String, String)> = parts.iter().enumerate().map(file).collect();
        let (in_folder, in_archive) = files.split_at(first.index(files.len()));
        let bundles = [("folder", in_folder), ("archive.zip", in_archive)];
        let bundles = || bundles.iter().filter(|(_, files)| !files.is_empty());
        for (bundle, files) in bundles() {
            add(&place, "parts", bundle, format, files);
        }
        let held = |store: &str| rows(&place, store).into_iter().map(whole).collect::<Vec<_>>();
        prop_assert_eq!(held("parts"), held("once"), "{} {:?}", name, parts);
        for (bundle, files) in bundles() {
            prop_assert_eq!(add(&place, "parts", bundle, format, files), [0, 0], "{}", name);
        }
    }
}

/// An export of every day under a name of its own, each of which begins with an answer that the one before has too.
#[test]
fn exports_in_a_folder_that_overlap_are_one_conversation_and_grow_in_it() {
    let turns: Vec<String> = (0..14).map(|at| format!("This is said in turn {at}.")).collect();
    let file = |name: &str, from: usize, to: usize| (name.to_owned(), neptune(&turns, from, to));
    for bundle in ["days", "days.zip"] {
        let place = Place::new();
        add(&place, "once", "whole", Format::NEPTUNE, &[file("all.txt", 0, 14)]);
        let days = [file("1.txt", 0, 5), file("2.txt", 3, 10), file("3.txt", 7, 14)];
        add(&place, "parts", bundle, Format::NEPTUNE, &days[..2]);
        add(&place, "parts", bundle, Format::NEPTUNE, &days);
        assert_eq!(texts(&place, "parts"), texts(&place, "once"), "{bundle}");
        assert_eq!(add(&place, "parts", bundle, Format::NEPTUNE, &days), [0, 0], "{bundle}");
    }
}
