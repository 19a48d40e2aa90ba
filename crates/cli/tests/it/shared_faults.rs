//! What is wrong with a shared store, a server or an address is told, with what to type.

use naragtive_testkit::postgres::{Database, PASSWORD};

use crate::shared::Person;

#[test]
fn what_is_wrong_is_told_with_what_to_type() {
    let Some(database) = Database::new("what_is_wrong_is_told_with_what_to_type", &["ada"]) else { return };
    let ada = Person::new(&database, "ada");
    ada.sandbox.ingest_chapter(&["--register", "campaign"]);
    let not_prepared = ["shared", "push", "campaign", "studio/voyage"];
    for (args, said, hint) in [
        (&not_prepared[..], "is not prepared", "naragtive shared init studio"),
        (&["shared", "init", "studio"], "may not prepare", "grant create on database"),
        (&["shared", "list", "stdio"], "no server is named `stdio`", "did you mean `studio`?"),
        (
            &["search", "x", "--store-name", "club/voyage"],
            "no server is named `club`",
            "naragtive shared add club",
        ),
        (&["shared", "add", "club", "postgresql://ada:secret@db/c"], "holds a password", "~/.pgpass"),
        (&["shared", "add", "club", "example.org"], "expected a URL", "naragtive shared add NAME"),
    ] {
        let refused = ada.refused(args);
        assert!(refused.contains(said) && refused.contains(hint), "{args:?}\n{refused}");
        assert!(!refused.contains("secret"), "{refused}");
    }
    Person::new(&database, "keeper").done(&["shared", "init", "studio"]);
    ada.done(&not_prepared);
    for (args, said, hint) in [
        (&["upgrade", "studio/voyage"][..], "is a shared store", "naragtive shared pull studio/voyage"),
        (&["shared", "grant", "studio/voyage", "nobody-here", "read"], "there is no role", "create role"),
        (
            &["shared", "grant", "studio/voyage", &ada.role, "none"],
            "no owner any more",
            "naragtive shared grant",
        ),
        (
            &[
                "ingest-neptune",
                "-e",
                "neptune-chapter.txt",
                "--register",
                "studio/x",
                "--output",
                "x.parquet",
            ],
            "shared store",
            "--output",
        ),
    ] {
        let refused = ada.refused(args);
        assert!(refused.contains(said) && refused.contains(hint), "{args:?}\n{refused}");
    }
    let kept = std::fs::read_to_string(ada.sandbox.home("shared.toml")).unwrap();
    assert!(kept.contains("studio") && !kept.contains(PASSWORD), "{kept}");
}
