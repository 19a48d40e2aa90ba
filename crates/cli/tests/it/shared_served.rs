//! Shared stores behind a server of ours: fresh as soon as somebody writes, and to each guest what is theirs.

use std::time::{Duration, Instant};

use naragtive_testkit::postgres::{Database, PASSWORD};
use serde_json::Value;

use crate::serve::Server;
use crate::shared::{Person, studio};

/// A person's server.
fn served(person: &Person, args: &[&str]) -> Server {
    let args = [&["serve", "--port", "0"], args].concat();
    Server::spawn(person.sandbox.command(&args).env("PGPASSWORD", PASSWORD))
}

fn body(answer: (u16, String)) -> (u16, Value) {
    let json = answer.1.split("\r\n\r\n").nth(1).and_then(|body| serde_json::from_str(body).ok());
    (answer.0, json.unwrap_or(Value::Null))
}

#[test]
fn what_somebody_writes_is_found_by_whoever_has_the_store_open_and_unasked() {
    let Some((_database, ada, bob)) = studio("what_somebody_writes_is_found_by_whoever_has_it_open") else {
        return;
    };
    ada.sandbox.ingest_chapter(&["--register", "studio/voyage"]);
    ada.done(&["shared", "grant", "studio/voyage", &bob.role, "read"]);
    let server = served(&bob, &[]);
    let search = "GET /api/v1/search?q=lanternfish&mode=keyword&store=studio%2Fvoyage HTTP/1.1";
    let found = |answer: (u16, Value)| answer.1["results"].as_array().map_or(0, Vec::len);
    assert_eq!(found(body(server.ask(search))), 0);
    // From here on it is listened to the store, and nobody asks for it any more.
    let copy = bob.sandbox.home("shared/studio/voyage.parquet");
    std::thread::sleep(Duration::from_millis(500));
    let before = std::fs::metadata(&copy).unwrap().len();
    ada.sandbox.write(
        "note.txt",
        "A lanternfish swam into the harbour, and Ada laughed until the bells rang over the water.",
    );
    ada.done(&["ingest", "note.txt", "--register", "studio/voyage"]);
    // How soon depends on what else the machine does; that nobody has to ask is tested where asking can be ruled out.
    let written = Instant::now();
    while std::fs::metadata(&copy).unwrap().len() == before {
        assert!(written.elapsed() < Duration::from_secs(60), "nobody told");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(found(body(server.ask(search))), 1);
    // Who may not read it any more is told so at once as well.
    ada.done(&["shared", "grant", "studio/voyage", &bob.role, "none"]);
    let taken = Instant::now();
    while copy.exists() {
        assert!(taken.elapsed() < Duration::from_secs(60), "the copy is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(body(server.ask(search)).0 >= 400);
    server.end();
}

#[test]
fn every_guest_sees_what_is_theirs_and_nothing_else() {
    let Some(database) = Database::new("every_guest_sees_what_is_theirs", &["ada", "bob", "carol", "house"])
    else {
        return;
    };
    Person::new(&database, "keeper").done(&["shared", "init", "studio"]);
    let [ada, bob, house] = ["ada", "bob", "house"].map(|role| Person::new(&database, role));
    let [a, b, c, h] = ["ada", "bob", "carol", "house"].map(|role| database.role(role));
    // Whoever serves is a member of its guests' roles, but for Carol's.
    database.admin().unwrap().batch_execute(&format!("grant {a}, {b} to {h}")).unwrap();
    ada.sandbox.ingest_chapter(&["--register", "studio/voyage"]);
    bob.sandbox.golden("chat-messages.json");
    bob.done(&["ingest-chat", "-s", "chat-messages.json", "--register", "studio/table"]);
    house.sandbox.ingest_chapter(&["--register", "own"]);
    let refused = house.refused(&["shared", "token", "studio", &c]);
    assert!(refused.contains("nobody in as") || refused.contains(&c), "{refused}");
    let token = |who: &str| {
        let made = house.done(&["shared", "token", "studio", who]);
        made.stdout.trim().to_owned()
    };
    let [ada_says, bob_says] = [token(&a), token(&b)];
    let kept = std::fs::read_to_string(house.sandbox.home("shared-tokens.toml")).unwrap();
    assert!(!kept.contains(&ada_says) && kept.contains(&a), "{kept}");
    let server = served(&house, &["--shared", "studio"]);
    let ask = |path: &str, says: &str| {
        body(server.ask(&format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {says}")))
    };
    for path in ["/api/v1/stores", "/", "/api/v1/search?q=storm", "/openapi.json", "/stats/own", "/mcp"] {
        assert_eq!(body(server.ask(&format!("GET {path} HTTP/1.1"))).0, 401, "{path}");
        assert_eq!(ask(path, "0123456789012345678901234567890123456789").0, 401, "{path}");
    }
    assert_eq!(body(server.ask("GET /health HTTP/1.1")).0, 200);
    let names = |says: &str| {
        let (status, stores) = ask("/api/v1/stores", says);
        assert_eq!(status, 200, "{stores}");
        let stores = stores["stores"].as_array().unwrap().iter();
        stores.map(|store| store["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (names(&ada_says), names(&bob_says)),
        (vec!["studio/voyage".to_owned()], vec!["studio/table".to_owned()])
    );
    // The only store needs no name, all of them are theirs, and of others not even the names are told.
    for (says, own, other) in [(&ada_says, "voyage", "table"), (&bob_says, "table", "voyage")] {
        for store in ["", "&store=*", &format!("&store=studio%2F{own}"), &format!("&store={own}")] {
            let (status, found) = ask(&format!("/api/v1/search?q=storm{store}"), says);
            assert_eq!(status, 200, "{store}: {found}");
            assert_eq!(found["stores"].as_array().map(Vec::len), Some(1), "{store}");
            assert_eq!(found["stores"][0]["name"], format!("studio/{own}"), "{store}");
        }
        for store in [
            &format!("studio%2F{other}"),
            other,
            "own",
            "studio%2Fown",
            "other%2Fx",
            "..%2Fown",
            "default%2Fx",
        ] {
            for path in [
                format!("/api/v1/search?q=storm&store={store}"),
                format!("/api/v1/stores/{store}"),
                format!("/api/v1/stores/{store}/scenes"),
                format!("/api/v1/stores/{store}/stats"),
                format!("/api/v1/stores/{store}/timeline"),
                format!("/api/v1/stores/{store}/people"),
                format!("/stats/{store}"),
                format!("/timeline/{store}"),
            ] {
                let (status, text) =
                    server.ask(&format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {says}"));
                assert!((400..500).contains(&status), "{path}: {status}");
                assert!(!text.contains("results") && !text.contains("harbour"), "{path}: {text}");
            }
        }
        let (status, stats) = ask(&format!("/api/v1/stores/studio%2F{own}/stats"), says);
        assert_eq!(status, 200, "{stats}");
    }
    // What one fetched is on this machine, and still nobody's who may not read it; who is granted it sees it.
    ada.done(&["shared", "grant", "studio/voyage", &b, "read"]);
    assert_eq!(names(&bob_says), ["studio/table", "studio/voyage"]);
    ada.done(&["shared", "grant", "studio/voyage", &b, "none"]);
    assert_eq!(names(&bob_says), ["studio/table"]);
    assert!((400..500).contains(&ask("/api/v1/search?q=storm&store=voyage", &bob_says).0));
    assert_eq!(ask("/api/v1/search?q=storm&store=voyage", &ada_says).0, 200);
    // Whose token is taken is let in no more, while the server runs.
    house.done(&["shared", "token", "studio", &b, "--remove"]);
    assert_eq!(ask("/api/v1/stores", &bob_says).0, 401);
    assert_eq!(names(&ada_says), ["studio/voyage"]);
    // A token for another server is none for this one, though both be the same database.
    house.done(&["shared", "add", "club", &database.url("house")]);
    let elsewhere = house.done(&["shared", "token", "club", &b]).stdout.trim().to_owned();
    assert_eq!(ask("/api/v1/stores", &elsewhere).0, 401);
    // The database has the last word: whoever may not be acted as any more sees nothing, token or not.
    database.admin().unwrap().batch_execute(&format!("revoke {a} from {h}")).unwrap();
    for path in ["/api/v1/stores", "/api/v1/search?q=storm", "/api/v1/stores/voyage/scenes"] {
        let (status, told) = ask(path, &ada_says);
        assert!(status >= 400, "{path}: {status}");
        assert!(!told.to_string().contains("voyage\"") && told["results"].is_null(), "{path}: {told}");
    }
    server.end();
}
