//! What is the user's stays the user's: names, counts, the program's own files.

use std::path::PathBuf;

use naragtive::jobs::{Ingest, IngestDone, Target, ingest};
use naragtive::{EntryCondition, Error, Flow, Format, How, Timestamp};

use crate::home::Place;

const LAMP: [(&str, &str); 1] = [("Ada", "The lamp is lit.")];

/// Ingests the chat that is there into this file, under a name or none.
fn into(place: &Place, file: PathBuf, name: Option<&str>, how: How) -> Result<IngestDone, Error> {
    let name = name.map(|name| name.parse().unwrap());
    let target = Target { path: Some(file), usual: PathBuf::new(), name, shared: None, how };
    let job = Ingest::new(vec![place.path("chat.json")], Some(Format::CHAT_MESSAGES), target);
    ingest(&place.library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue)
}

#[test]
fn a_name_is_not_put_on_another_names_file() {
    let place = Place::new();
    let table = place.chat("table", &LAMP).stored.at;
    let said = place.refused(|| into(&place, table.file().to_owned(), Some("new"), How::Merge));
    assert!(said.contains("is the store `table`"), "{said}");
}

#[test]
fn ingesting_into_a_registered_file_without_its_name_keeps_the_count_true() {
    let place = Place::new();
    let table = place.chat("table", &LAMP).stored.at;
    place.chat("other", &[("Bob", "Another lamp.")]);
    let done = into(&place, table.file().to_owned(), None, How::Merge).unwrap();
    assert_eq!((done.stored.registered, done.stored.added.appended.total), (None, 2));
    let entry = place.library.registry().get("table").unwrap();
    assert!(entry.record_count == 2 && matches!(entry.condition(), EntryCondition::Present));
}

#[test]
fn a_store_takes_the_place_of_none_of_the_programs_own_files() {
    let place = Place::new();
    place.chat("table", &LAMP);
    for name in
        ["config.toml", "history.txt", "stores/default.txt", "cache/own.parquet", "models/own.parquet"]
    {
        let file = place.library.settings().home.value.root().join(name);
        for how in [How::Merge, How::Replace] {
            let said = place.refused(|| into(&place, file.clone(), None, how));
            assert!(said.contains("is in the program's own folder"), "{name}: {said}");
        }
    }
}
