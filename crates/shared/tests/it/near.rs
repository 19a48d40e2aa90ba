//! An index of the server's own, by which it finds candidates.

use naragtive_shared::SharedError;
use naragtive_testkit::postgres::Database;
use postgres::Client;

use crate::permissions::{cast, reach};
use crate::support::{Desk, connect, new, prepared, scenes};

/// How the server would find the nearest, as `who` asks it.
fn plan(client: &mut Client, store: i32) -> String {
    let explain = format!(
        "explain select row from naragtive.vec where store = {store} and kind = 0
            order by (h::halfvec(4)) <#> '[0.1,0.2,0.3,0.4]'::halfvec(4) limit 5"
    );
    let lines = client.query(&explain, &[]).unwrap();
    lines.iter().map(|line| line.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
}

fn indexes(database: &Database) -> i64 {
    let count = "select count(*) from pg_indexes where schemaname = 'naragtive' and indexdef like '%hnsw%'";
    database.admin().unwrap().query_one(count, &[]).unwrap().get(0)
}

#[test]
fn the_server_finds_candidates_by_an_index_that_goes_with_the_store() {
    let Some(database) = prepared("the_server_finds_candidates_by_an_index", &["ada"]) else { return };
    let url = database.url("ada");
    let folder = tempfile::tempdir().unwrap();
    connect(&url).create(&new("other")).unwrap();
    connect(&url).create(&new("camp")).unwrap();
    let mut ada = Desk::new(&url, "camp", &folder);
    ada.append(&scenes(0..300)).unwrap();
    let store = ada.found();
    let vector = [0.5, 0.1, -0.2, 0.3];
    let nearest = |desk: &mut Desk, among: Option<&[i32]>| {
        desk.server.begin_reading().unwrap();
        let found = desk.server.nearest(&store, &vector, among, 40).unwrap();
        desk.server.end_reading().unwrap();
        found
    };
    let exact = nearest(&mut ada, None);
    assert!(!store.indexed && indexes(&database) == 0);
    assert!(ada.server.keep_index(&store, true).unwrap());
    assert!(!ada.server.keep_index(&store, true).unwrap(), "it is there");
    assert!(ada.found().indexed && indexes(&database) == 2);
    let other = ada.server.store("other").unwrap();
    assert!(!other.indexed);
    // So few rows are sorted more quickly than looked up, unless nothing may be sorted.
    let mut client = database.client("ada").unwrap();
    client.batch_execute("set enable_sort = off").unwrap();
    assert!(plan(&mut client, 2).contains("Index Scan using near_2_0"), "{}", plan(&mut client, 2));
    assert!(!plan(&mut client, 1).contains("near_"), "{}", plan(&mut client, 1));
    let forced = format!("{url}&options=-c%20enable_sort%3Doff");
    let mut forced = Desk::new(&forced, "camp", &folder);
    let found = nearest(&mut forced, None);
    let same = found.iter().filter(|row| exact.contains(row)).count();
    // Many of these vectors are the same, so that the last ones are any of those equally near.
    assert!(same * 100 >= exact.len() * 80, "{same} of {}", exact.len());
    let some: Vec<i32> = (0..60).collect();
    let among = nearest(&mut forced, Some(&some));
    assert!(!among.is_empty() && among.iter().all(|row| some.contains(row)), "{among:?}");
    // What is written later is found by it as well.
    ada.append(&scenes(300..320)).unwrap();
    assert!(ada.found().indexed);
    assert!(ada.server.keep_index(&store, false).unwrap());
    assert!(!ada.server.keep_index(&store, false).unwrap());
    assert!(!ada.found().indexed && indexes(&database) == 0);
    assert_eq!(ada.server.keep_index(&store, true).ok(), Some(true));
    ada.server.delete(&store).unwrap();
    assert_eq!(indexes(&database), 0, "it goes with the store");
}

#[test]
fn an_index_is_an_owners_to_have() {
    let Some(database) = cast("an_index_is_an_owners_to_have") else { return };
    for role in ["reader", "writer"] {
        let mut server = connect(&database.url(role));
        let store = server.store("camp").unwrap();
        for wanted in [true, false] {
            let error = server.keep_index(&store, wanted).unwrap_err();
            assert!(matches!(error, SharedError::MayNot { .. }), "{role}: {error}");
        }
    }
    for role in ["stranger", "reader", "writer"] {
        let mut client = database.client(role).unwrap();
        for statement in [
            "select naragtive.keep_index(1, true)",
            "select naragtive.keep_index(2, true)",
            "select naragtive.keep_index(99, true)",
            "select naragtive.drop_near(1)",
            "create index on naragtive.vec (row)",
        ] {
            assert_eq!(reach(&mut client, statement), None, "{role}: {statement}");
        }
    }
    let mut owner = database.client("owner").unwrap();
    assert_eq!(reach(&mut owner, "select naragtive.keep_index(2, true)"), None);
    assert_eq!(reach(&mut owner, "select naragtive.keep_index(1, true)"), Some(1));
    assert_eq!(indexes(&database), 0, "what was tried was taken back");
}
