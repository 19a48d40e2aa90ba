use naragtive_shared::{Login, Prepared, SCHEMA, Server, SharedError};
use naragtive_testkit::postgres::Database;

use crate::support::{connect, login, new, prepared};

#[test]
fn a_database_is_prepared_once_whoever_does_it_at_the_same_time() {
    let Some(database) = Database::new("a_database_is_prepared_once", &["ada"]) else { return };
    let url = database.url("keeper");
    let early = Server::open("studio", &database.url("ada").parse().unwrap(), &login());
    assert!(matches!(early.err(), Some(SharedError::NotPrepared { .. })));
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(|| connect(&url).prepare().unwrap())).collect();
        all.into_iter().for_each(|done| assert_eq!(done.join().unwrap().now, SCHEMA));
    });
    assert_eq!(connect(&url).prepare().unwrap(), Prepared { before: Some(SCHEMA), now: SCHEMA });
    let about =
        Server::open("studio", &database.url("ada").parse().unwrap(), &login()).unwrap().about().unwrap();
    assert_eq!((about.user, about.schema, about.encrypted), (database.role("ada"), Some(SCHEMA), false));
    assert!(about.vector.is_some());
}

#[test]
fn a_schema_of_a_later_version_is_left_alone() {
    let Some(database) = prepared("a_schema_of_a_later_version_is_left_alone", &["ada"]) else { return };
    database.admin().unwrap().batch_execute("update naragtive.meta set value = '9'").unwrap();
    let later = |error: Option<SharedError>| {
        matches!(error, Some(SharedError::NewerSchema { found: 9, known: SCHEMA, .. }))
    };
    assert!(later(connect(&database.url("keeper")).prepare().err()));
    assert!(later(Server::open("studio", &database.url("ada").parse().unwrap(), &login()).err()));
}

#[test]
fn who_may_not_make_a_schema_is_told_so() {
    let Some(database) = Database::new("who_may_not_make_a_schema_is_told_so", &["ada"]) else { return };
    let error = connect(&database.url("ada")).prepare().unwrap_err();
    assert!(matches!(&error, SharedError::MayNotPrepare { .. }), "{error}");
    database.admin().unwrap().batch_execute("drop extension vector").unwrap();
    let error = connect(&database.url("keeper")).prepare().unwrap_err();
    assert!(matches!(&error, SharedError::NoVector { .. }), "{error}");
}

#[test]
fn why_nobody_is_let_in_is_told_by_its_kind() {
    let Some(database) = prepared("why_nobody_is_let_in_is_told_by_its_kind", &["ada"]) else { return };
    let url = database.url("ada");
    let refused =
        |url: &str| Server::connect("studio", &url.parse().unwrap(), &Login::default()).err().unwrap();
    let gone = refused("postgresql://ada@127.0.0.1:1/none");
    assert!(gone.is_unreachable(), "{gone}");
    let stranger = refused(&url.replace("_ada@", "_nobody@"));
    assert!(matches!(stranger, SharedError::NotLetIn { .. } | SharedError::NoPassword { .. }), "{stranger}");
    let elsewhere = refused(&url.replace("/naragtive_test", "/no_such"));
    assert!(!elsewhere.is_unreachable(), "{elsewhere}");
    let cipher = refused(&url.replace("sslmode=disable", "sslmode=require"));
    assert!(matches!(cipher, SharedError::Unsafe { .. }), "{cipher}");
}

#[test]
fn a_name_is_taken_whatever_its_case_and_by_whomever() {
    let Some(database) = prepared("a_name_is_taken_whatever_its_case", &["ada", "bob"]) else { return };
    let [mut ada, mut bob] = ["ada", "bob"].map(|who| connect(&database.url(who)));
    ada.create(&new("camp")).unwrap();
    assert!(matches!(bob.create(&new("Camp")), Err(SharedError::NameInUse { .. })));
    assert!(bob.stores().unwrap().is_empty());
    let Err(SharedError::NoStore { known, .. }) = ada.store("cmap") else { panic!() };
    assert_eq!(known, ["camp"]);
    assert_eq!(ada.store("CAMP").unwrap().name, "camp");
}
