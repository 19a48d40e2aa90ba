//! Files that are no stores, or damaged ones: one error, a hint, and the file as it was.

use std::fs;

use insta::assert_snapshot;
use naragtive::{
    Error, Filter, Format, How, NewStore, Query, Session, Source, Stats, Store, StoreRef, Stores, Timestamp,
    list,
};
use naragtive_testkit::root;

use crate::bad_exports::golden;
use crate::home::Place;

const STORE: &str = "campaign.parquet";

/// A way to use a store.
type Use = fn(&Place) -> Result<(), Error>;

fn listed(place: &Place) -> Result<(), Error> {
    list(&Store::open(place.path(STORE))?, &Filter::default(), usize::MAX).map(drop)
}

fn counted(place: &Place) -> Result<(), Error> {
    Stats::of(&Store::open(place.path(STORE))?).map(drop)
}

fn searched(place: &Place) -> Result<(), Error> {
    let at: StoreRef = place.path(STORE).into();
    let stores = Stores::of(vec![naragtive::Located { name: None, at }]);
    let session = Session::open(&place.library, &stores, &mut |_| naragtive::Flow::Continue)?;
    session.search(&Query::new("a door", 5)).map(drop)
}

fn registered(place: &Place) -> Result<(), Error> {
    let (name, at) = ("campaign".parse()?, place.path(STORE).into());
    let new = NewStore { name, at, source: Source::Neptune, description: None };
    Ok(place.library.registry().describe(new, Timestamp::UNIX_EPOCH).map(drop)?)
}

fn added_to(place: &Place) -> Result<(), Error> {
    place.ingest(Some(Format::NEPTUNE), "chapter.txt", STORE).map(drop)
}

const ALL: [Use; 5] = [listed, counted, searched, registered, added_to];

fn fixture(name: &str) -> Vec<u8> {
    fs::read(root().join("crates/store/tests/fixtures").join(name)).unwrap()
}

fn with(place: &Place, name: &str) {
    place.write(STORE, fixture(name));
    place.write("chapter.txt", golden("neptune-chapter.txt"));
}

/// What is said of this store by each use of it, each thing once.
fn refused_by(place: &Place, name: &str, uses: &[Use]) -> String {
    with(place, name);
    let mut said: Vec<String> = uses.iter().map(|one| place.refused(|| one(place))).collect();
    said.dedup();
    said.join("\n")
}

#[test]
fn what_is_no_whole_store_is_refused_by_whoever_uses_it_in_the_same_words() {
    for name in [
        "bad-truncated",
        "bad-text",
        "bad-empty",
        "bad-no-id",
        "bad-no-text",
        "bad-no-metadata",
        "bad-no-embedding",
        "bad-text-as-embedding",
        "bad-numbers-as-text",
        "newer",
    ] {
        assert_snapshot!(
            format!("refused-{name}"),
            refused_by(&Place::new(), &format!("{name}.parquet"), &ALL)
        );
    }
}

#[test]
fn what_is_wrong_inside_a_column_is_met_by_those_who_read_it() {
    let place = Place::new();
    for (name, uses) in [
        ("bad-null-id", &ALL[..1]),
        ("bad-metadata-array", &ALL[..2]),
        ("bad-metadata-not-json", &ALL[..2]),
        ("bad-pages", &ALL[..1]),
    ] {
        assert_snapshot!(format!("refused-{name}"), refused_by(&place, &format!("{name}.parquet"), uses));
    }
}

#[test]
fn a_folder_in_place_of_a_store() {
    let place = Place::new();
    place.write("chapter.txt", golden("neptune-chapter.txt"));
    fs::create_dir(place.path(STORE)).unwrap();
    for one in &ALL[..4] {
        assert_snapshot!("refused-folder", place.refused(|| one(&place)));
    }
    assert_snapshot!(place.refused(|| added_to(&place)));
}

#[test]
fn what_is_not_parquet_is_not_replaced_and_a_damaged_store_can_be() {
    let place = Place::new();
    place.write("chapter.txt", golden("neptune-chapter.txt"));
    let replace = |store: &str| {
        let target = naragtive::jobs::Target { how: How::Replace, ..place.file(store) };
        let export = vec![place.path("chapter.txt")];
        let job = naragtive::jobs::Ingest::new(export, Some(Format::NEPTUNE), target);
        naragtive::jobs::ingest(&place.library, job, Timestamp::UNIX_EPOCH, &mut |_| {
            naragtive::Flow::Continue
        })
    };
    let said = place.refused(|| replace("chapter.txt"));
    assert!(said.contains("`[ROOT]/chapter.txt` is not a whole parquet file"), "{said}");
    place.write("damaged.parquet", fixture("bad-truncated.parquet"));
    replace("damaged.parquet").unwrap();
    assert_eq!(place.texts("damaged.parquet").len(), 4);
}

/// A store of the Python tool is of the default model, so that is what has to look at its embeddings; and to add to a store is
/// to put our name to them.
#[test]
fn embeddings_that_are_none_are_refused_by_search_and_ingest() {
    let place = Place::with_model(naragtive_testkit::real_model());
    for name in [
        "bad-null-embedding",
        "bad-null-number",
        "bad-nan",
        "bad-infinite",
        "bad-too-large",
        "bad-short-embedding",
        "bad-empty-embedding",
    ] {
        assert_snapshot!(
            format!("refused-{name}"),
            refused_by(&place, &format!("{name}.parquet"), &[searched, added_to])
        );
    }
}

#[test]
fn every_form_that_other_programs_write_is_listed_and_searched() {
    let place = Place::with_model(naragtive_testkit::real_model());
    for form in
        ["polars", "polars-array", "doubles", "form-large_list-f64-utf8_view", "codec-brotli", "more-columns"]
    {
        with(&place, &format!("{form}.parquet"));
        for one in &ALL[..3] {
            one(&place).unwrap();
        }
    }
}
