//! What holds for every row of the table of formats, on its fixtures.

use std::collections::HashSet;
use std::path::Path;

use naragtive_ingest::{Branches, Format, Options, SceneRule, SkipReason, read};
use proptest::prelude::*;

use crate::support::options;

/// Every fixture with the format in whose folder it is.
fn fixtures() -> Vec<(Format, String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut fixtures = Vec::new();
    for format in Format::all() {
        let folder = root.join(format.name());
        let entries =
            std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for path in entries.map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            fixtures.push((format, name, std::fs::read(&path).unwrap()));
        }
    }
    fixtures.sort_by(|one, other| (one.0.name(), &one.1).cmp(&(other.0.name(), &other.1)));
    fixtures
}

fn all_branches(file: &str) -> Options<'_> {
    Options { branches: Branches::All, ..options(file) }
}

/// What is said in a file, and whether the report says that something of it couldn't be read.
fn lines(format: Format, bytes: &[u8], file: &str) -> Option<(HashSet<String>, bool)> {
    let ingested = read(format, bytes, &all_branches(file)).ok()?;
    assert_eq!(ingested.report.scenes, ingested.scenes.len(), "{file}");
    let lines = ingested.scenes.iter().flat_map(|scene| scene.text.split("\n\n"));
    let is_told = ingested.report.count(SkipReason::Unreadable) > 0;
    Some((lines.map(str::to_owned).collect(), is_told))
}

#[test]
fn every_format_knows_its_own_fixtures_and_says_how_to_get_such_a_file() {
    for (format, name, bytes) in fixtures() {
        assert_eq!(Format::detect(&bytes), Some(format), "{name}");
    }
    for format in Format::all() {
        assert!(!format.help().is_empty() && !format.how_to_export().is_empty(), "{format}");
        assert!(format.command().starts_with("naragtive "), "{format}");
    }
}

#[test]
fn a_file_that_is_cut_short_gives_whole_turns_of_the_file() {
    for (format, name, bytes) in fixtures() {
        // A text that is cut short ends in the middle of a turn, and nothing says so; so does a story that KoboldAI saved: its
        // pieces end anywhere in a paragraph, and are no turns. What holds for those is in `every_format`.
        let is_marked = name.ends_with(".json")
            || name.ends_with(".jsonl")
            || (["discord", "forum", "characterai"].contains(&format.name())
                && (name.ends_with(".html") || name.ends_with(".csv")));
        if format.name() == "kobold" || !is_marked {
            continue;
        }
        let (whole, _) = lines(format, &bytes, &name).unwrap();
        for end in (1..bytes.len()).step_by(bytes.len() / 60 + 1) {
            let Some((found, is_told)) = lines(format, &bytes[..end], &name) else { continue };
            // Only an array has an end that can be missing, and between two entries nothing is torn. Where nothing was read
            // that is what is told.
            let is_array = name.ends_with(".json") && bytes.trim_ascii_end().ends_with(b"]");
            let is_between = bytes[..end].trim_ascii_end().ends_with(b",")
                || bytes[..end].trim_ascii_end().ends_with(b"}");
            let is_untold = is_array && !is_between && !is_told && !found.is_empty() && found != whole;
            assert!(!is_untold, "{name} cut at {end}: nothing is told");
            let torn: Vec<_> = found.difference(&whole).collect();
            assert!(torn.is_empty(), "{name} cut at {end}: {torn:?}");
        }
    }
}

/// The texts of all scenes without white space and without who says what: another rule puts that elsewhere.
fn said(format: Format, bytes: &[u8], options: &Options<'_>) -> Vec<char> {
    let scenes = read(format, bytes, options).unwrap().scenes;
    let names: HashSet<String> = scenes.iter().flat_map(|scene| scene.metadata.speakers()).collect();
    let is_name = |name: &str| names.contains(name) || ["User", "Assistant"].contains(&name);
    let plain = |block: &str| match block.split_once(": ") {
        Some((name, said)) if is_name(name) => said.to_owned(),
        _ => block.to_owned(),
    };
    let mut said: Vec<char> = scenes
        .iter()
        .flat_map(|scene| scene.text.split("\n\n").map(plain).collect::<Vec<_>>())
        .flat_map(|text| text.chars().filter(|c| !c.is_whitespace()).collect::<Vec<_>>())
        .collect();
    said.sort_unstable();
    said
}

#[test]
fn the_text_of_every_turn_is_in_exactly_one_scene() {
    for (format, name, bytes) in fixtures() {
        let turns = Options { scene: Some(SceneRule::Turn), ..options(&name) };
        let expected = said(format, &bytes, &turns);
        for scene in [None, Some(SceneRule::Gap), Some(SceneRule::Chapter), Some(SceneRule::Exchange)] {
            let found = said(format, &bytes, &Options { scene, ..options(&name) });
            assert!(
                found == expected,
                "{format:?} {name} by {scene:?}: {} letters, not {}",
                found.len(),
                expected.len()
            );
        }
    }
}

#[test]
fn the_same_bytes_give_the_same_scenes() {
    for (format, name, bytes) in fixtures() {
        let once = read(format, &bytes, &options(&name)).unwrap();
        assert_eq!(once, read(format, &bytes, &options(&name)).unwrap(), "{name}");
        let ids: HashSet<&str> = once.scenes.iter().map(|scene| scene.id.as_str()).collect();
        let alike = once.scenes.len() - ids.len();
        assert!(alike == 0 || format == Format::LLAMA_SERVER, "{name}: {alike} ids come twice");
    }
}

proptest! {
    #[test]
    fn no_mutation_of_a_fixture_makes_a_reader_panic(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let fixtures = fixtures();
        let (format, name, mut bytes) = which.get(&fixtures).clone();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        Format::detect(&bytes);
        if let Ok(ingested) = read(format, &bytes, &all_branches(&name)) {
            prop_assert!(ingested.scenes.iter().all(|scene| !scene.text.trim().is_empty()));
        }
    }
}
