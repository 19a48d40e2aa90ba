//! What somebody learns who may connect to the database and is a member of nothing: that there are tables, and no more.

use std::io::Read;
use std::time::Duration;

use postgres::Client;
use postgres::fallible_iterator::FallibleIterator;

use crate::permissions::{ROLES, cast, reach};
use crate::support::connect;

/// What stands in the stores of the cast, and what these are called.
const SECRETS: [&str; 3] = ["secret", "hidden", "camp"];

/// All that the server says against a statement, which is taken back.
fn told(client: &mut Client, statement: &str) -> String {
    let mut all = client.transaction().unwrap();
    let told = match all.execute(statement, &[]) {
        Ok(_) => String::new(),
        Err(error) => format!("{error} {:?}", error.as_db_error()),
    };
    all.rollback().unwrap();
    told
}

#[test]
fn what_is_said_against_a_stranger_names_nothing_of_a_store() {
    let Some(database) = cast("what_is_said_against_a_stranger_names_nothing") else { return };
    let mut stranger = database.client("stranger").unwrap();
    // Functions of the stranger's own, and casts that fail and tell the value, are asked of no row that isn't theirs.
    stranger
        .batch_execute(
            "create function pg_temp.tell(anyelement) returns boolean language plpgsql cost 0.0000001
                 as $$ begin raise exception '%', $1; end $$",
        )
        .unwrap();
    for statement in [
        "select from naragtive.scene where text::int = 1",
        "select from naragtive.scene where pg_temp.tell(text)",
        "select from naragtive.store where pg_temp.tell(name)",
        "select from naragtive.store where name::int = 1",
        "select from naragtive.store where pg_temp.tell(channel)",
        "select from naragtive.member where pg_temp.tell(who::text)",
        "select from naragtive.block where pg_temp.tell(facts)",
        "select from naragtive.words where pg_temp.tell(data)",
        "select from naragtive.facet where pg_temp.tell(data)",
        "select from naragtive.vec where pg_temp.tell(h::text)",
        "delete from naragtive.scene where pg_temp.tell(text)",
        "update naragtive.scene set text = (1 / (1 - length(text) / 6))::text",
        "insert into naragtive.scene (store, row, place, id, text, metadata, rev) values (2, 0, 0, 'a', '', '{}', 1)",
        "insert into naragtive.scene (store, row, place, id, text, metadata, rev) values (2, 0, 0, 'a', '', '{}', 1)
            on conflict (store, id) do update set text = naragtive.scene.text || 'x'",
        "insert into naragtive.member values (2, current_user, 'own')",
        "insert into naragtive.change (store, rev, scenes, gone) values (2, 1, 1, 1)",
        "select naragtive.keep_index(2, true)",
        "select naragtive.create_store('Has A Space', 'm', null, 4, null, 's', null)",
        "create table pg_temp.mine (store int references naragtive.store (id))",
        "create policy mine on naragtive.scene using (true)",
        "alter table naragtive.scene disable row level security",
        "create trigger mine after insert on naragtive.scene execute function pg_temp.tell()",
        "create table naragtive.mine ()",
        "lock table naragtive.scene",
        "comment on table naragtive.scene is 'mine'",
    ] {
        let told = told(&mut stranger, statement);
        assert!(!SECRETS.iter().any(|secret| told.contains(secret)), "{statement}\n{told}");
    }
}

#[test]
fn nothing_but_tables_holds_anything_and_no_function_hands_it_out() {
    let Some(database) = cast("nothing_but_tables_holds_anything") else { return };
    let mut admin = database.admin().unwrap();
    let names = |admin: &mut Client, query: &str| {
        admin.query(query, &[]).unwrap().iter().map(|row| row.get(0)).collect::<Vec<String>>()
    };
    // Whoever adds one looks at what a stranger may do with it.
    let others = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'naragtive' and c.relkind not in ('r', 'p', 'i', 'I', 'c') order by 1";
    assert_eq!(names(&mut admin, others), ["store_id_seq"]);
    let functions = "select p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = 'naragtive' order by 1";
    assert_eq!(
        names(&mut admin, functions),
        [
            "caller",
            "create_store",
            "drop_near",
            "empty_store",
            "is_indexed",
            "keep_an_owner",
            "keep_index",
            "near_index",
            "schema_version",
            "stores_where",
            "tell_of_members"
        ]
    );
    admin.batch_execute("analyze").unwrap();
    for role in ROLES {
        let mut client = database.client(role).unwrap();
        for statement in [
            "select last_value from naragtive.store_id_seq",
            "select nextval('naragtive.store_id_seq')",
            "select currval('naragtive.store_id_seq')",
            "select setval('naragtive.store_id_seq', 1)",
            "select naragtive.empty_store()",
            "select naragtive.keep_an_owner()",
            "select naragtive.tell_of_members()",
            "select naragtive.drop_near(1)",
        ] {
            assert_eq!(reach(&mut client, statement), None, "{role}: {statement}");
        }
        // Of statistics nothing is told where rows are kept back.
        let statistics = "select from pg_stats where schemaname = 'naragtive'";
        assert_eq!(reach(&mut client, statistics), Some(0), "{role}");
    }
    let mut stranger = database.client("stranger").unwrap();
    let stores: Vec<i32> =
        stranger.query_one("select naragtive.stores_where('{read,write,own}')", &[]).unwrap().get(0);
    assert!(stores.is_empty());
    for table in ["scene", "vec", "whole", "gone", "change", "block", "words", "facet", "store", "member"] {
        let mut copied = String::new();
        let copy = format!("copy (select t::text from naragtive.{table} t) to stdout");
        stranger.copy_out(&copy).unwrap().read_to_string(&mut copied).unwrap();
        assert_eq!(copied, "", "{table}");
    }
}

#[test]
fn who_is_no_member_is_told_of_no_change_and_the_others_of_a_number() {
    let Some(database) = cast("who_is_no_member_is_told_of_no_change") else { return };
    let [mut stranger, mut reader] = ["stranger", "reader"].map(|role| database.client(role).unwrap());
    let store = connect(&database.url("owner")).store("camp").unwrap();
    for guess in
        ["naragtive", "naragtive_1", "naragtive_camp", "naragtive_", "camp", "1", "store", &store.name]
    {
        stranger.batch_execute(&format!("listen \"{guess}\"")).unwrap();
    }
    let channel: String =
        reader.query_one("select channel from naragtive.store where name = 'camp'", &[]).unwrap().get(0);
    // 122 bits that nobody guesses.
    assert!(channel.len() == "naragtive_".len() + 32, "{channel}");
    assert_eq!(reach(&mut stranger, "select channel from naragtive.store"), Some(0));
    reader.batch_execute(&format!("listen \"{channel}\"")).unwrap();
    let mut owner = connect(&database.url("owner"));
    owner.grant(&store, &database.role("writer"), Some(naragtive_shared::Permission::Own)).unwrap();
    let rev = "update naragtive.store set rev = rev + 1 where id = 1";
    let mut client = database.client("writer").unwrap();
    client.batch_execute(&format!("{rev}; select pg_notify('{channel}', '2')")).unwrap();
    let told: Vec<String> = reader
        .notifications()
        .timeout_iter(Duration::from_secs(5))
        .take(2)
        .map(|told| Ok(told.payload().to_owned()))
        .collect()
        .unwrap();
    assert_eq!(told, ["", "2"], "of a member nothing, of a batch its number");
    let mut heard = stranger.notifications();
    assert!(heard.timeout_iter(Duration::from_millis(50)).next().unwrap().is_none());
}
