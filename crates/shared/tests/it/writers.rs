//! Many who write at once.

use std::time::Duration;

use naragtive_disk::Patience;
use naragtive_shared::Permission;

use crate::support::{Desk, connect, digest, digesting, ids, new, prepared, rows, scenes};

#[test]
fn eight_who_write_to_one_store_and_eight_to_others_lose_nothing() {
    let Some(database) = prepared("eight_who_write_to_one_store_and_eight_to_others", &["ada"]) else {
        return;
    };
    let url = database.url("ada");
    let mut ada = connect(&url);
    ada.create(&new("camp")).unwrap();
    (0..8).for_each(|number| drop(ada.create(&new(&format!("own-{number}"))).unwrap()));
    let write = |number: usize, store: &str| {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Desk::new(&url, store, &folder);
        for first in [0, 5] {
            desk.append(&scenes(number * 10 + first..number * 10 + first + 5)).unwrap();
        }
        rows(&desk.copy.at()).len()
    };
    std::thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || write(number, "camp"));
            let own = scope.spawn(move || write(number, &format!("own-{number}")));
            scope.spawn(move || assert_eq!(own.join().unwrap(), 10));
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let mut reader = Desk::new(&url, "camp", &folder);
    let store = reader.sync().unwrap().store;
    assert_eq!((store.rev, store.scenes), (16, 80));
    let mut found = ids(&reader.copy.at());
    found.sort();
    assert_eq!(found, (0..80).map(|number| format!("scene_{number:04}")).collect::<Vec<_>>());
}

#[test]
fn who_waits_for_another_writer_can_stop_and_others_need_not_wait() {
    let Some(database) = prepared("who_waits_for_another_writer_can_stop", &["ada"]) else { return };
    let [mut one, mut two] = [0, 1].map(|_| connect(&database.url("ada")));
    let [camp, other] = ["camp", "other"].map(|name| one.create(&new(name)).unwrap());
    one.lock(&camp, &Patience::default()).unwrap();
    let impatient = Patience::new("", |_| {}, || true);
    let error = two.lock(&camp, &impatient).unwrap_err().to_string();
    assert!(error.contains("studio/camp"), "{error}");
    two.lock(&other, &impatient).unwrap();
    drop(one);
    // The server may take a moment to notice that the one who had it is gone.
    two.lock(&camp, &Patience::default()).unwrap();
    two.unlock(&camp).unwrap();
}

#[test]
fn a_state_that_others_have_gone_on_from_is_not_written_over() {
    let Some(database) = prepared("a_state_that_others_have_gone_on_from", &["ada", "bob"]) else { return };
    let mut server = connect(&database.url("ada"));
    let store = server.create(&new("camp")).unwrap();
    server.grant(&store, &database.role("bob"), Some(Permission::Read)).unwrap();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [mut one, mut two] = [0, 1].map(|at: usize| Desk::new(&database.url("ada"), "camp", &folders[at]));
    one.append(&scenes(0..3)).unwrap();
    two.sync().unwrap();
    let (known, base) = (two.copy.tracked().unwrap(), two.copy.at().open().unwrap());
    one.append(&scenes(3..4)).unwrap();
    let next = one.copy.at().open().unwrap();
    let error = two
        .server
        .publish(&store, &known, Some(&base), &next, &digesting(&digest), &mut |_| true)
        .unwrap_err();
    assert!(matches!(error, naragtive_shared::SharedError::Outdated { .. }), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let mut bob = Desk::new(&database.url("bob"), "camp", &folder);
    let error = bob.append(&scenes(9..10)).unwrap_err();
    assert!(matches!(error, naragtive_shared::SharedError::MayNot { .. }), "{error}");
}

#[test]
fn who_listens_hears_of_a_change_at_once() {
    let Some(database) = prepared("who_listens_hears_of_a_change_at_once", &["ada"]) else { return };
    let mut server = connect(&database.url("ada"));
    let store = server.create(&new("camp")).unwrap();
    let other = server.create(&new("other")).unwrap();
    let stores = [store, other];
    assert!(server.wait_for_change(&stores, Duration::from_millis(20)).unwrap().is_empty());
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut camp = Desk::new(&database.url("ada"), "camp", &folders[0]);
    camp.append(&scenes(0..1)).unwrap();
    assert_eq!(server.wait_for_change(&stores, Duration::from_secs(60)).unwrap(), ["camp"]);
    // What was told before anybody looked is one change of each store.
    (1..4).for_each(|number| camp.append(&scenes(number..number + 1)).unwrap());
    Desk::new(&database.url("ada"), "other", &folders[1]).append(&scenes(0..1)).unwrap();
    let mut changed = server.wait_for_change(&stores, Duration::from_secs(60)).unwrap();
    while changed.len() < 2 {
        changed.extend(server.wait_for_change(&stores, Duration::from_secs(60)).unwrap());
        changed.sort();
        changed.dedup();
    }
    assert_eq!(changed, ["camp", "other"]);
    assert!(server.wait_for_change(&stores, Duration::from_millis(20)).unwrap().is_empty());
}
