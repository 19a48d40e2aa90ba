//! A registry that can't be used: the error says so, and not a byte of it changes.

use std::fs;

use insta::assert_snapshot;
use naragtive::jobs::{Ingest, Target, delete, ingest};
use naragtive::{Choice, EntryCondition, Error, Flow, Format, NewStore, Source, Timestamp, Which, locate};
use naragtive_testkit::REGISTRY;

use crate::bad_exports::golden;
use crate::home::Place;

/// A way to read or change the registry.
type Use = fn(&Place) -> Result<(), Error>;

const USES: [Use; 8] = [
    |place| place.library.choose(Which::One(Choice::default()), &place.path("")).map(drop),
    |place| locate(Choice::word("old"), &place.library.registry(), &place.path("")).map(drop),
    |place| Ok(place.library.registry().list().map(drop)?),
    |place| {
        let (name, at) = ("new".parse()?, place.path("scenes.parquet").into());
        let new = NewStore { name, at, source: Source::Neptune, description: None };
        Ok(place.library.registry().describe(new, Timestamp::UNIX_EPOCH).map(drop)?)
    },
    |place| Ok(place.library.registry().set_default("old").map(drop)?),
    |place| Ok(place.library.registry().rename("old", &"new".parse()?).map(drop)?),
    |place| delete(&place.library, "old", true).map(drop),
    |place| registering(place, "new"),
];

fn registering(place: &Place, name: &str) -> Result<(), Error> {
    let target = Target::named(name.parse()?);
    let job = Ingest::new(vec![place.path("chapter.txt")], Some(Format::NEPTUNE), target);
    ingest(&place.library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue).map(drop)
}

/// A place with a store and this registry.json.
fn with_registry(json: impl AsRef<[u8]>) -> Place {
    let place = Place::new();
    place.write("chapter.txt", golden("neptune-chapter.txt"));
    place.ingest(Some(Format::NEPTUNE), "chapter.txt", "scenes.parquet").unwrap();
    place.write("home/stores/registry.json", json);
    place
}

/// What every use says, which is the same, while the registry stays as it is.
fn refused_by_all(json: impl AsRef<[u8]>) -> String {
    let place = with_registry(&json);
    let mut said = USES.map(|one| place.refused(|| one(&place))).to_vec();
    said.dedup();
    said.join("\n")
}

#[test]
fn a_registry_that_is_none_is_refused_by_whoever_uses_it_in_the_same_words() {
    for (reason, json) in [
        ("syntax-error", REGISTRY.replace("\"old\",", "\"old\"").into_bytes()),
        ("unknown-key", REGISTRY.replace("\"description\"", "\"color\": 1, \"description\"").into_bytes()),
        ("missing-key", REGISTRY.replace("\"record_count\": 4,", "").into_bytes()),
        ("wrong-type", REGISTRY.replace("4,", "\"four\",").into_bytes()),
        ("array", b"[]".to_vec()),
        ("empty", Vec::new()),
        ("not-utf8", b"{\"caf\xe9\": 1}".to_vec()),
    ] {
        assert_snapshot!(format!("registry-{reason}"), refused_by_all(json));
    }
}

#[test]
fn a_folder_in_place_of_the_registry() {
    let place = with_registry("{}");
    fs::remove_file(place.path("home/stores/registry.json")).unwrap();
    fs::create_dir(place.path("home/stores/registry.json")).unwrap();
    for one in USES {
        let said = place.refused(|| one(&place));
        assert!(said.contains("hint: look at the folder: ls -ld [ROOT]/home/stores"), "{said}");
    }
}

#[test]
fn a_relative_path_of_the_python_tool_is_another_file_in_each_folder() {
    let place = with_registry(REGISTRY);
    let all = place.library.choose(Which::All, &place.path(""));
    assert_snapshot!(place.said(&all.unwrap_err()));
    // The old store would be forgotten, and a new one begun beside it.
    let said = place.refused(|| registering(&place, "old"));
    assert!(said.contains("`scenes.parquet`"), "{said}");
    // Nor is a file deleted that has that name here.
    let said = place.refused(|| delete(&place.library, "old", true));
    assert!(said.starts_with("error: nothing was deleted: `old` is registered with the path"), "{said}");
}

#[test]
fn a_default_that_is_no_text() {
    let place = with_registry(REGISTRY);
    place.write("home/stores/default.txt", b"caf\xe9");
    assert_snapshot!(place.refused(|| USES[0](&place)));
}

#[test]
fn a_registered_file_that_another_program_changed_is_known_as_that() {
    let place = Place::new();
    let at = place.chat("table", &[("Ada", "One lamp."), ("Bob", "Two lamps.")]).stored.at;
    let condition = || place.library.registry().get("table").unwrap().condition();
    assert!(matches!(condition(), EntryCondition::Present));
    let other = place.chat("other", &[("Ada", "One lamp.")]).stored.at;
    fs::copy(other.file(), at.file()).unwrap();
    assert!(matches!(condition(), EntryCondition::Changed { found: 1, .. }));
    fs::write(at.file(), "not parquet any more").unwrap();
    assert!(matches!(condition(), EntryCondition::Unreadable(_)));
    fs::remove_file(at.file()).unwrap();
    assert!(matches!(condition(), EntryCondition::Missing));
}
