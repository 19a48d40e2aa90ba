//! A copy is what the store is, row for row, whatever happened to it.

use naragtive_disk::Patience;
use naragtive_store::{EmbeddedScene, Renewal, StoreRef, renew, replace};

use crate::support::{Desk, connect, ids, model, new, prepared, rows, scene, scenes};

/// Two people with a copy each of one store of so many scenes.
macro_rules! desks {
    ($name:literal, $scenes:expr) => {{
        let Some(database) = prepared($name, &["ada", "bob"]) else { return };
        let mut ada = connect(&database.url("ada"));
        let store = ada.create(&new("camp")).unwrap();
        ada.grant(&store, &database.role("bob"), Some(naragtive_shared::Permission::Write)).unwrap();
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let mut ada = Desk::new(&database.url("ada"), "camp", &folders[0]);
        let bob = Desk::new(&database.url("bob"), "camp", &folders[1]);
        ada.append(&scenes(0..$scenes)).unwrap();
        (database, folders, ada, bob)
    }};
}

/// What somebody does to the scenes of a store.
type Change = fn(&mut Vec<EmbeddedScene>);

#[test]
fn a_copy_has_every_row_as_it_was_sent_to_the_bit() {
    let (_database, _folders, ada, mut bob) = desks!("a_copy_has_every_row_as_it_was_sent_to_the_bit", 2500);
    let copied = bob.sync().unwrap();
    assert!(copied.anew && copied.store.scenes == 2500 && copied.store.rev == 3, "{:?}", copied.store);
    assert_eq!(rows(&bob.copy.at()), rows(&ada.copy.at()));
    let folder = tempfile::tempdir().unwrap();
    let local = StoreRef::File(folder.path().join("local.parquet"));
    replace(local.clone(), scenes(0..2500), &model(), &Patience::default()).unwrap();
    assert_eq!(rows(&bob.copy.at()), rows(&local));
    let [copy, local] = [bob.copy.at(), local].map(|at| at.open().unwrap());
    assert_eq!((copy.model(), copy.lacking_passages()), (local.model(), local.lacking_passages()));
}

#[test]
fn what_is_added_changed_moved_and_removed_reaches_the_other_copy_and_nothing_else_is_sent() {
    let (_database, _folders, mut ada, mut bob) = desks!("what_is_added_changed_moved_and_removed", 40);
    bob.sync().unwrap();
    let mut all = scenes(0..40);
    let steps: [(&str, Change, usize); 6] = [
        ("added behind", |all| all.extend(scenes(40..45)), 5),
        ("put between", |all| all.insert(7, scene(100, "Between.")), 1),
        ("changed", |all| all[3] = scene(3, "Another wording."), 1),
        ("moved", |all| all.swap(10, 20), 2),
        ("removed", |all| drop(all.drain(2..5)), 3),
        ("nothing", |_| {}, 0),
    ];
    for (what, change, touched) in steps {
        change(&mut all);
        ada.replace(&all).unwrap();
        let copied = bob.sync().unwrap();
        assert!(!copied.anew, "{what}");
        let told = copied.appended.map_or(0, |done| {
            // A row that moves goes and comes again.
            (done.added + done.updated + done.removed) - if what == "moved" { touched } else { 0 }
        });
        assert!(told == touched || what == "moved" && told <= 2 * touched, "{what}: {told}");
        assert_eq!(rows(&bob.copy.at()), rows(&ada.copy.at()), "{what}");
        assert_eq!(bob.copy.at().open().unwrap().len(), all.len(), "{what}");
    }
}

#[test]
fn a_copy_that_others_changed_or_of_another_history_is_fetched_anew() {
    let (database, _folders, mut ada, mut bob) = desks!("a_copy_that_others_changed_is_fetched_anew", 12);
    bob.sync().unwrap();
    replace(bob.copy.at(), scenes(0..3), &model(), &Patience::default()).unwrap();
    assert!(bob.sync().unwrap().anew);
    assert_eq!(ids(&bob.copy.at()).len(), 12);
    assert!(bob.sync().unwrap().appended.is_none(), "and then it is up to date");
    // As after a backup was restored: the numbers are the same, the history isn't.
    database.admin().unwrap().batch_execute("update naragtive.change set token = gen_random_uuid()").unwrap();
    assert!(bob.sync().unwrap().anew);
    std::fs::remove_file(bob.copy.at().file()).unwrap();
    assert!(bob.sync().unwrap().anew);
    assert_eq!(rows(&bob.copy.at()), rows(&ada.copy.at()));
    assert_eq!(ada.found().rev, 1);
}

#[test]
fn an_empty_store_is_an_empty_copy_and_can_be_added_to() {
    let Some(database) = prepared("an_empty_store_is_an_empty_copy", &["ada"]) else { return };
    connect(&database.url("ada")).create(&new("camp")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut ada = Desk::new(&database.url("ada"), "camp", &folder);
    assert!(ada.sync().unwrap().anew);
    assert!(ada.copy.at().open().unwrap().is_empty());
    ada.append(&scenes(0..3)).unwrap();
    ada.replace(&[]).unwrap();
    ada.append(&scenes(1..2)).unwrap();
    assert_eq!(ids(&ada.copy.at()), ["scene_0001"]);
}

#[test]
fn whoever_loses_a_store_loses_the_copy() {
    let (database, _folders, mut ada, mut bob) = desks!("whoever_loses_a_store_loses_the_copy", 5);
    bob.sync().unwrap();
    let store = ada.found();
    ada.server.grant(&store, &database.role("bob"), None).unwrap();
    let error = bob.sync().unwrap_err();
    assert!(error.is_lost(), "{error}");
    assert!(!bob.copy.at().exists() && bob.copy.tracked().is_none());
    ada.server.delete(&store).unwrap();
    assert!(ada.sync().unwrap_err().is_lost());
    let left = "select (select count(*) from naragtive.scene) + (select count(*) from naragtive.vec)
        + (select count(*) from naragtive.whole) + (select count(*) from naragtive.change)";
    let left: i64 = database.admin().unwrap().query_one(left, &[]).unwrap().get(0);
    assert_eq!(left, 0);
}

#[test]
fn a_store_whose_scenes_share_an_id_is_refused_and_so_is_an_id_that_no_text_can_hold() {
    let (_database, _folders, mut ada, _bob) = desks!("a_store_whose_scenes_share_an_id_is_refused", 3);
    let before = rows(&ada.copy.at());
    let mut odd = scene(9, "Odd.");
    odd.scene.id = naragtive_scene::SceneId::new("nul\u{0}");
    let error = ada.append(&[odd]).unwrap_err().to_string();
    assert!(error.contains("NUL"), "{error}");
    // Nothing here makes such a store; other programs may.
    let twice = |at: &StoreRef| {
        let mut renewal = Renewal::new(at, &model());
        (0..2).for_each(|number| renewal.insert(0, scene(7, &format!("{number}."))).unwrap());
        renew(at, None, renewal, &model(), &Patience::default()).unwrap().unwrap();
    };
    let error = ada.write(twice).unwrap_err().to_string();
    assert!(error.contains("several scenes have the id `scene_0007`"), "{error}");
    assert!(ada.sync().unwrap().appended.is_none(), "nothing of it was stored");
    assert_eq!(rows(&ada.copy.at()), before);
}
