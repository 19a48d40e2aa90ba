//! What the command line says where it uses something else than was meant, or finds nothing.

use std::fs;

use crate::sandbox::Sandbox;

#[test]
fn the_store_that_is_used_is_said_where_none_was_chosen() {
    let sandbox = Sandbox::with_two_stores();
    let said = |args: &[&str]| sandbox.run(args).stderr;
    assert!(!said(&["search", "lamp"]).contains("first by name"));
    fs::write(sandbox.home("stores/default.txt"), "nope").unwrap();
    for args in [&["search", "lamp"][..], &["list"], &["search", "lamp", "--store-name", "default"]] {
        let said = said(args);
        assert!(said.contains("default.txt names `nope`, which is not registered; using "), "{said}");
        assert!(said.contains(", the first by name. To choose one: naragtive set-default "), "{said}");
    }
    assert!(!said(&["search", "lamp", "--store-name", "table"]).contains("first by name"));
    fs::remove_file(sandbox.home("stores/default.txt")).unwrap();
    let said = said(&["search", "lamp"]);
    assert!(said.contains("no default store is chosen; using "), "{said}");
}

#[test]
fn stores_whose_registry_is_gone_are_listed_with_what_gives_them_names() {
    let sandbox = Sandbox::with_two_stores();
    let registry = sandbox.home("stores/registry.json");
    fs::rename(&registry, registry.with_extension("json.bad")).unwrap();
    let listed = sandbox.run(&["list-stores"]);
    assert_eq!(listed.stdout, "No store has a name.\n");
    let command = "naragtive create-store table [ROOT]/home/.naragtive/stores/table.parquet TYPE";
    assert!(listed.stderr.contains(command), "{listed}");
    let doctor = sandbox.run(&["doctor"]);
    assert!(doctor.stdout.contains(command), "{doctor}");
    let file = sandbox.home("stores/table.parquet");
    sandbox.done(&["create-store", "table", file.to_str().unwrap(), "chat"]);
    assert!(!sandbox.run(&["list-stores"]).stderr.contains("create-store table "));
}

#[test]
fn words_without_quotes_around_them_all_are_answered_with_how_to_type_them() {
    let sandbox = Sandbox::new();
    for args in [&["search", "the lamp", "-tavern"][..], &["search", "the", "lamp"], &["ask", "who", "is"]] {
        let said = sandbox.run(args);
        assert!(
            said.code == Some(2) && said.stderr.contains("one pair of quotes: naragtive search \"the lamp")
        );
        assert!(!said.stderr.contains("as a value, use"), "{said}");
    }
    for args in [&["list-stores", "all"][..], &["search", "lamp", "--limitt", "2"]] {
        let other = sandbox.run(args);
        assert!(other.code == Some(2) && !other.stderr.contains("pair of quotes"), "{other}");
    }
}

#[test]
fn what_was_not_found_is_said_with_why() {
    let sandbox = Sandbox::with_two_stores();
    for (args, code, said) in [
        (&["search", "lamp", "--store-name", "table", "--speaker", "Nobody"][..], 1, "`speaker` keeps 0"),
        (&["list", "--store-name", "table", "--character", "Alic"], 1, "did you mean `Alice`?"),
        (&["search", "-lamp"], 1, "only says what must not be there"),
        (&["search", "\"lamp ferry\"", "--all-stores"], 1, "no scene holds \"lamp ferry\""),
        (&["export", "lamp", "--budget", "0", "--all-stores"], 2, "no scene fits into 0 tokens"),
    ] {
        let found = sandbox.run(args);
        assert!(found.code == Some(code) && found.stderr.contains(said), "{args:?}: {found}");
    }
}

#[test]
fn a_damaged_store_is_made_anew_by_the_command_that_is_said() {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["--register", "campaign"]);
    let path = sandbox.home("stores/campaign.parquet");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let said = sandbox.refused(&["ingest", "neptune-chapter.txt", "--register", "campaign"]);
    let command =
        "naragtive ingest EXPORT --output [ROOT]/home/.naragtive/stores/campaign.parquet --no-append";
    assert!(said.contains(command), "{said}");
    let path = path.to_str().unwrap();
    sandbox.done(&["ingest", "neptune-chapter.txt", "--output", path, "--no-append"]);
    assert_eq!(sandbox.run(&["doctor"]).code, Some(0));
}
