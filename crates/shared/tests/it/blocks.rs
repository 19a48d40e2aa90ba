//! What scenes are searched by is written with them: at any time it is that of the scenes there are.

use naragtive_store::EmbeddedScene;
use naragtive_testkit::postgres::Database;

use crate::support::{Desk, connect, digest, new, prepared, rows, scene, scenes};

/// Checks that every block is what its scenes say, in the order of their places, and nothing is left of others.
fn check(database: &Database, desk: &mut Desk, what: &str) {
    let store = desk.found();
    assert_eq!(store.searched_by.as_deref(), Some("r1"), "{what}");
    let mut admin = database.admin().unwrap();
    let scenes =
        "select row >> 9, array_agg(row order by place), array_agg(place order by place) from naragtive.scene
        where store = $1 group by 1 order by 1";
    let id: i32 = admin.query_one("select id from naragtive.store where name = 'camp'", &[]).unwrap().get(0);
    let expected = admin.query(scenes, &[&id]).unwrap();
    let found = desk.server.blocks(&store).unwrap();
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(&expected) {
        let expected: (i32, Vec<i32>, Vec<i64>) = (expected.get(0), expected.get(1), expected.get(2));
        assert_eq!(
            (found.block, &found.rows, &found.places),
            (expected.0, &expected.1, &expected.2),
            "{what}"
        );
        let texts: Vec<_> = desk.server.scenes(&store, &found.rows).unwrap().into_iter().collect();
        let of = |number: &i32| texts.iter().find(|(own, _)| own == number).unwrap().1.0.clone();
        let own: Vec<_> = found.rows.iter().map(of).collect();
        assert_eq!(found.facts, digest("english", &own).unwrap().facts, "{what}");
    }
    let starts = ["sc".to_owned()];
    for (short, whole) in [(&[][..], &starts[..]), (&["s".to_owned()][..], &[][..])] {
        let words = desk.server.block_words(&store, [whole, short]).unwrap();
        assert_eq!(words.len(), found.len(), "{what}");
    }
    assert_eq!(desk.server.block_facets(&store, &["z"]).unwrap().len(), found.len(), "{what}");
    assert_eq!(desk.server.block_facets(&store, &["other"]).unwrap().len(), 0);
}

/// What somebody does to the scenes of a store.
type Change = fn(&mut Vec<EmbeddedScene>);

#[test]
fn what_scenes_are_searched_by_is_that_of_the_scenes_there_are() {
    let Some(database) = prepared("what_scenes_are_searched_by", &["ada"]) else { return };
    connect(&database.url("ada")).create(&new("camp")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut ada = Desk::new(&database.url("ada"), "camp", &folder);
    let mut all = scenes(0..1100);
    ada.append(&all).unwrap();
    check(&database, &mut ada, "the first ones");
    let steps: [(&str, Change); 6] = [
        ("added behind", |all| all.extend(scenes(1100..1105))),
        ("put between", |all| all.insert(7, scene(2000, "Between."))),
        ("changed", |all| all[3] = scene(3, "Another wording.")),
        ("moved", |all| all.swap(10, 1020)),
        ("removed", |all| drop(all.drain(2..600))),
        ("emptied", |all| all.clear()),
    ];
    for (what, change) in steps {
        change(&mut all);
        ada.replace(&all).unwrap();
        check(&database, &mut ada, what);
    }
}

#[test]
fn a_search_sees_one_state_whoever_writes_meanwhile() {
    let Some(database) = prepared("a_search_sees_one_state_whoever_writes", &["ada"]) else { return };
    let url = database.url("ada");
    connect(&url).create(&new("camp")).unwrap();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut reader = Desk::new(&url, "camp", &folders[1]);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut ada = Desk::new(&url, "camp", &folders[0]);
            for step in 1..=12 {
                ada.replace(&scenes(step * 3..step * 40)).unwrap();
            }
        });
        let mut states = 0;
        while !writer.is_finished() {
            reader.server.begin_reading().unwrap();
            let store = reader.found();
            let blocks = reader.server.blocks(&store).unwrap();
            let numbers: Vec<i32> = blocks.iter().flat_map(|block| block.rows.clone()).collect();
            let scenes = reader.server.scenes(&store, &numbers).unwrap();
            let vectors = reader.server.scene_vectors(&store, Some(&numbers)).unwrap();
            reader.server.end_reading().unwrap();
            assert_eq!([scenes.len(), vectors.len(), store.scenes], [numbers.len(); 3]);
            states += 1;
        }
        assert!(states > 0);
    });
}

#[test]
fn a_store_of_the_first_schema_is_brought_up_to_date_and_searchable_by_the_next_write() {
    let Some(database) = Database::new("a_store_of_the_first_schema", &["ada"]) else { return };
    let mut keeper = database.client("keeper").unwrap();
    let first = concat!(env!("CARGO_MANIFEST_DIR"), "/sql/postgres-1.sql");
    keeper.batch_execute(&std::fs::read_to_string(first).unwrap()).unwrap();
    let ada = database.role("ada");
    let old = format!(
        "insert into naragtive.store (name, owner, model, model_revision, dimension, source_type, scenes, next_row, rev)
             values ('camp', '{ada}', 'tiny', 'r1', 4, 'json', 2, 2, 1);
         insert into naragtive.member values (1, '{ada}', 'own');
         insert into naragtive.scene (store, row, place, id, text, metadata, rev)
             select 1, n, n * 1048576, 'old_' || n, 'An old one.', '{{}}', 1 from generate_series(0, 1) n;
         insert into naragtive.whole select 1, n, '[1,0,0,0]' from generate_series(0, 1) n;
         insert into naragtive.change (store, rev, scenes, gone) values (1, 1, 2, 0)"
    );
    database.admin().unwrap().batch_execute(&old).unwrap();
    let url = database.url("ada");
    let error = naragtive_shared::Server::open("studio", &url.parse().unwrap(), &crate::support::login())
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("has version 1 of the schema, expected 3"), "{error}");
    let prepared = connect(&database.url("keeper")).prepare().unwrap();
    assert_eq!((prepared.before, prepared.now), (Some(1), 3));
    let folder = tempfile::tempdir().unwrap();
    let mut ada = Desk::new(&url, "camp", &folder);
    assert_eq!(ada.found().searched_by, None);
    ada.append(&scenes(0..1)).unwrap();
    assert_eq!(rows(&ada.copy.at()).len(), 3);
    check(&database, &mut ada, "after a write");
}
