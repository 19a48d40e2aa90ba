//! Every table, every verb, every role. What the program asks before is a courtesy; this is what the database does.

use naragtive_shared::{Permission, SharedError};
use naragtive_testkit::postgres::Database;
use postgres::Client;

use crate::support::{connect, new, prepared};

/// A store with a scene, of which `owner` is the owner; `writer` and `reader` are what they are called, `stranger` is nobody.
/// Another one, `hidden`, belongs to somebody else.
pub(crate) fn cast(test: &str) -> Option<Database> {
    let database = prepared(test, &["stranger", "reader", "writer", "owner", "other"])?;
    let mut owner = connect(&database.url("owner"));
    let store = owner.create(&new("camp")).unwrap();
    owner.grant(&store, &database.role("reader"), Some(Permission::Read)).unwrap();
    owner.grant(&store, &database.role("writer"), Some(Permission::Write)).unwrap();
    connect(&database.url("other")).create(&new("hidden")).unwrap();
    database
        .admin()
        .unwrap()
        .batch_execute(
            "insert into naragtive.scene (store, row, place, id, text, metadata, rev)
                 select s, 0, 0, 'a', 'secret', '{}', 1 from generate_series(1, 2) s;
             insert into naragtive.vec select s, 0, 0, 0, 0, 1, '[1,0,0,0]' from generate_series(1, 2) s;
             insert into naragtive.whole select s, 0, '[1,0,0,0]' from generate_series(1, 2) s;
             insert into naragtive.gone select s, 7, 1 from generate_series(1, 2) s;
             insert into naragtive.block select s, 0, '{0}', '{0}', 'secret', 'secret' from generate_series(1, 2) s;
             insert into naragtive.words select s, 'se', 0, 'secret' from generate_series(1, 2) s;
             insert into naragtive.facet select s, 'key', 0, 'secret' from generate_series(1, 2) s;
             insert into naragtive.change (store, rev, scenes, gone) select s, 1, 1, 0 from generate_series(1, 2) s",
        )
        .unwrap();
    Some(database)
}

/// How many rows a statement reached, all of which is taken back; none where it was refused.
pub(crate) fn reach(client: &mut Client, statement: &str) -> Option<u64> {
    let mut all = client.transaction().unwrap();
    let reached = all.execute(statement, &[]).ok();
    all.rollback().unwrap();
    reached
}

/// How many rows of stores other than the first a statement without a condition reaches; one that is refused reaches none.
fn beyond(client: &mut Client, table: &str) -> u64 {
    let column = if table == "store" { "id" } else { "store" };
    reach(client, &format!("select from naragtive.{table} where {column} <> 1")).unwrap_or(0)
}

pub(crate) const ROLES: [&str; 4] = ["stranger", "reader", "writer", "owner"];

#[test]
fn every_table_lets_every_role_do_what_it_may_and_no_more() {
    let Some(database) = cast("every_table_lets_every_role_do_what_it_may_and_no_more") else { return };
    let mut clients = ROLES.map(|role| database.client(role).unwrap());
    let who = database.role("stranger");
    let member = format!("insert into naragtive.member values (1, '{who}', 'own')");
    let member = member.as_str();
    // Rows reached by a stranger, a reader, a writer, an owner.
    let table: [(&str, [u64; 4]); 46] = [
        ("select from naragtive.store", [0, 1, 1, 1]),
        (
            "insert into naragtive.store (name, owner, model, dimension, source_type) values ('x', current_user, 'm', 4, 's')",
            [0; 4],
        ),
        ("update naragtive.store set rev = rev + 1", [0, 0, 1, 1]),
        ("update naragtive.store set name = 'mine'", [0; 4]),
        ("update naragtive.store set owner = current_user", [0; 4]),
        ("delete from naragtive.store", [0, 0, 0, 1]),
        ("select from naragtive.member", [0, 1, 1, 3]),
        (member, [0, 0, 0, 1]),
        ("update naragtive.member set may = 'own'", [0, 0, 0, 3]),
        ("delete from naragtive.member where may <> 'own'", [0, 0, 0, 2]),
        ("select from naragtive.scene", [0, 1, 1, 1]),
        (
            "insert into naragtive.scene (store, row, place, id, text, metadata, rev) values (1, 1, 1, 'b', '', '{}', 2)",
            [0, 0, 1, 1],
        ),
        ("update naragtive.scene set text = 'x'", [0, 0, 1, 1]),
        ("delete from naragtive.scene", [0, 0, 1, 1]),
        ("select from naragtive.vec", [0, 1, 1, 1]),
        ("insert into naragtive.vec values (1, 1, 0, 0, 0, 1, '[1,0,0,0]')", [0, 0, 1, 1]),
        ("update naragtive.vec set first = 0", [0, 0, 1, 1]),
        ("delete from naragtive.vec", [0, 0, 1, 1]),
        ("select from naragtive.whole", [0, 1, 1, 1]),
        ("insert into naragtive.whole values (1, 1, '[1,0,0,0]')", [0, 0, 1, 1]),
        ("update naragtive.whole set row = 5", [0, 0, 1, 1]),
        ("delete from naragtive.whole", [0, 0, 1, 1]),
        ("select from naragtive.gone", [0, 1, 1, 1]),
        ("insert into naragtive.gone values (1, 8, 1)", [0, 0, 1, 1]),
        ("update naragtive.gone set rev = 5", [0, 0, 1, 1]),
        ("delete from naragtive.gone", [0, 0, 1, 1]),
        ("update naragtive.store set searched_by = 'x'", [0, 0, 1, 1]),
        ("select from naragtive.block", [0, 1, 1, 1]),
        ("insert into naragtive.block values (1, 1, '{}', '{}', '', '')", [0, 0, 1, 1]),
        ("update naragtive.block set facts = ''", [0, 0, 1, 1]),
        ("delete from naragtive.block", [0, 0, 1, 1]),
        ("select from naragtive.words", [0, 1, 1, 1]),
        ("insert into naragtive.words values (1, 'x', 1, '')", [0, 0, 1, 1]),
        ("update naragtive.words set data = ''", [0, 0, 1, 1]),
        ("delete from naragtive.words", [0, 0, 1, 1]),
        ("select from naragtive.facet", [0, 1, 1, 1]),
        ("insert into naragtive.facet values (1, 'x', 1, '')", [0, 0, 1, 1]),
        ("update naragtive.facet set data = ''", [0, 0, 1, 1]),
        ("delete from naragtive.facet", [0, 0, 1, 1]),
        ("select from naragtive.meta", [0; 4]),
        ("insert into naragtive.meta values ('x', 'y')", [0; 4]),
        ("update naragtive.meta set value = '9'", [0; 4]),
        ("select from naragtive.change", [0, 1, 1, 1]),
        ("insert into naragtive.change (store, rev, scenes, gone) values (1, 2, 0, 0)", [0, 0, 1, 1]),
        ("update naragtive.change set scenes = 5", [0; 4]),
        ("delete from naragtive.change", [0; 4]),
    ];
    for (statement, expected) in table {
        for ((role, client), expected) in ROLES.iter().zip(&mut clients).zip(expected) {
            assert_eq!(reach(client, statement).unwrap_or(0), expected, "{role}: {statement}");
        }
    }
    for table in ["store", "member", "scene", "vec", "whole", "gone", "change", "block", "words", "facet"] {
        for (role, client) in ROLES.iter().zip(&mut clients) {
            assert_eq!(beyond(client, table), 0, "{role} sees a hidden store in {table}");
        }
    }
}

#[test]
fn nobody_reaches_a_table_by_a_side_door() {
    let Some(database) = cast("nobody_reaches_a_table_by_a_side_door") else { return };
    let mut admin = database.admin().unwrap();
    let tables = "select c.relname::text, c.relrowsecurity and c.relforcerowsecurity
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'naragtive' and c.relkind in ('r', 'p') order by 1";
    let tables = admin.query(tables, &[]).unwrap();
    assert!(tables.len() > 120, "the parts of tables are tables too: {}", tables.len());
    let mut clients = ROLES.map(|role| database.client(role).unwrap());
    for table in &tables {
        let name: String = table.get(0);
        assert!(table.get::<_, bool>(1), "row-level security is not forced on {name}");
        let is_part = name.rsplit_once('_').is_some_and(|(_, number)| number.parse::<u32>().is_ok());
        if is_part || name == "meta" {
            for (role, client) in ROLES.iter().zip(&mut clients) {
                for verb in ["select from", "delete from"] {
                    let statement = format!("{verb} naragtive.{name}");
                    assert_eq!(reach(client, &statement), None, "{role}: {statement}");
                }
            }
        }
        // Truncating asks no policy.
        for (role, client) in ROLES.iter().zip(&mut clients) {
            let statement = format!("truncate naragtive.{name}");
            assert_eq!(reach(client, &statement), None, "{role}: {statement}");
        }
    }
    let mut keeper = database.client("keeper").unwrap();
    for table in ["scene", "vec", "whole", "gone", "change", "block", "words", "facet"] {
        let statement = format!("select from naragtive.{table}");
        assert_eq!(
            reach(&mut keeper, &statement),
            Some(0),
            "who owns the tables reads no scene of others: {table}"
        );
    }
}

#[test]
fn nobody_asks_in_the_name_of_another() {
    let Some(database) = cast("nobody_asks_in_the_name_of_another") else { return };
    let mut stranger = database.client("stranger").unwrap();
    let owner = database.role("owner");
    for statement in [format!("set role {owner}"), format!("set session authorization {owner}")] {
        assert!(stranger.batch_execute(&statement).is_err(), "{statement}");
    }
    for setting in ["naragtive.user", "app.user"] {
        stranger.batch_execute(&format!("select set_config('{setting}', '{owner}', false)")).unwrap();
    }
    assert_eq!(reach(&mut stranger, "select from naragtive.scene"), Some(0));
    let mut own = database.client("stranger").unwrap();
    let made: i32 = own
        .query_one("select naragtive.create_store('mine', 'm', null, 4, null, 's', null)", &[])
        .unwrap()
        .get(0);
    // What is mine opens nothing that isn't.
    let sneak = format!("update naragtive.member set store = 1 where store = {made}");
    assert_eq!(reach(&mut own, &sneak).unwrap_or(0), 0);
    let sneak = format!("update naragtive.whole set store = {made}");
    assert_eq!(reach(&mut own, &sneak).unwrap_or(0), 0);
    let mut writer = database.client("writer").unwrap();
    assert_eq!(reach(&mut writer, "update naragtive.scene set store = 2"), None);
}

#[test]
fn a_store_keeps_an_owner() {
    let Some(database) = cast("a_store_keeps_an_owner") else { return };
    let mut owner = connect(&database.url("owner"));
    let store = owner.store("camp").unwrap();
    let own = database.role("owner");
    assert!(matches!(owner.grant(&store, &own, None), Err(SharedError::LastOwner { .. })));
    assert!(matches!(owner.grant(&store, &own, Some(Permission::Read)), Err(SharedError::LastOwner { .. })));
    let Err(SharedError::NobodyCalledSo { .. }) =
        owner.grant(&store, "nobody-at-all", Some(Permission::Read))
    else {
        panic!()
    };
    owner.grant(&store, &database.role("writer"), Some(Permission::Own)).unwrap();
    owner.grant(&store, &own, Some(Permission::Read)).unwrap();
    let store = owner.store("camp").unwrap();
    assert!(matches!(owner.grant(&store, &own, Some(Permission::Own)), Err(SharedError::MayNot { .. })));
    assert_eq!(owner.members(&store).unwrap().len(), 1, "a reader sees no one else");
    assert_eq!(connect(&database.url("writer")).members(&store).unwrap().len(), 3);
}
