//! What is the user's stays the user's: outputs, purges, homes that were moved, counts.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

#[test]
fn an_export_writes_over_no_store_and_over_other_files_by_force_only() {
    let sandbox = Sandbox::with_two_stores();
    let store = sandbox.home("stores/campaign.parquet");
    let before = fs::read(&store).unwrap();
    for file in [store.clone(), sandbox.home("stores/registry.json"), sandbox.home("stores/default.txt")] {
        for force in [&[][..], &["--force"]] {
            let export = ["export", "a door", "-o", file.to_str().unwrap()];
            sandbox.refused_and_kept(&[&export[..], force].concat());
        }
    }
    assert!(fs::read(&store).unwrap() == before);
    sandbox.write("notes.md", "mine");
    assert_snapshot!(sandbox.refused_and_kept(&["export", "a door", "-o", "notes.md"]), @r"
    error: nothing was written: `notes.md` is there already
    hint: name another file, or write over this one: --force
    hint: or leave --output away to print it
    ");
    sandbox.run(&["export", "a door", "-o", "notes.md", "--force"]);
    assert!(fs::read_to_string(sandbox.path("notes.md")).unwrap().contains("door"));
}

#[test]
fn a_home_that_was_moved_has_its_stores_and_says_so() {
    let sandbox = Sandbox::with_two_stores();
    let moved = sandbox.path("moved");
    fs::rename(sandbox.home(""), &moved).unwrap();
    let run = |args: &[&str]| sandbox.finish(sandbox.command(args).env("NARAGTIVE_HOME", &moved));
    let list = run(&["list", "--store-name", "table"]);
    assert_eq!(list.code, Some(0), "{list}");
    assert!(list.stderr.contains("store `table` is not at "), "{list}");
    let file = moved.join("stores/table.parquet");
    let mended = run(&["create-store", "table", file.to_str().unwrap(), "chat"]);
    assert_eq!(mended.code, Some(0), "{mended}");
    let list = run(&["list", "--store-name", "table"]);
    assert!(list.code == Some(0) && !list.stderr.contains("is not at"), "{list}");
}

#[test]
fn a_file_that_a_deleted_store_left_is_told_before_it_is_added_to() {
    let sandbox = Sandbox::with_two_stores();
    sandbox.done(&["delete-store", "campaign"]);
    let again = sandbox.run(&["ingest-neptune", "-e", "neptune-chapter.txt", "--register", "campaign"]);
    assert_eq!(again.code, Some(0), "{again}");
    assert!(again.stderr.contains("campaign.parquet is there already, with scenes in it ("), "{again}");
    let known = sandbox.run(&["ingest-neptune", "-e", "neptune-chapter.txt", "--register", "campaign"]);
    assert!(!known.stderr.contains("is there already"), "{known}");
}

#[test]
fn man_pages_are_written_over_man_pages_only() {
    let sandbox = Sandbox::new();
    sandbox.done(&["man", "-o", "man"]);
    sandbox.done(&["man", "-o", "man"]);
    let pages = crate::sandbox::names_in(&sandbox.path("man"));
    assert!(pages.contains(&"naragtive-search.1".to_owned()), "{pages:?}");
    fs::write(sandbox.path("man/naragtive-search.1"), "my own notes").unwrap();
    fs::remove_file(sandbox.path("man/naragtive.1")).unwrap();
    sandbox.refused(&["man", "-o", "man"]);
    assert_eq!(fs::read_to_string(sandbox.path("man/naragtive-search.1")).unwrap(), "my own notes");
    assert!(!sandbox.path("man/naragtive.1").exists(), "all of them or none");
}

#[test]
fn a_dash_is_standard_input_and_output_and_no_file() {
    use std::io::Write;
    let sandbox = Sandbox::with_two_stores();
    let enter = |args: &[&str], input: &[u8]| {
        let mut process = sandbox.command(args).stdin(std::process::Stdio::piped()).spawn().unwrap();
        process.stdin.take().unwrap().write_all(input).unwrap();
        sandbox.output(process.wait_with_output().unwrap())
    };
    let chapter = crate::sandbox::golden("neptune-chapter.txt");
    let chat = crate::sandbox::golden("chat-messages.json");
    for (args, input) in [
        (&["ingest", "-", "-o", "a.parquet"][..], &chapter),
        (&["ingest", "--as", "neptune", "-", "-o", "b.parquet"], &chapter),
        (&["ingest-neptune", "-e", "-", "-o", "c.parquet"], &chapter),
        (&["ingest-chat", "-s", "-", "-o", "d.parquet"], &chat),
    ] {
        let output = enter(args, input);
        assert_eq!(output.code, Some(0), "{args:?}: {output}");
        assert!(output.stdout.contains("Stored "), "{args:?}: {output}");
        let again = enter(args, input);
        assert!(again.stdout.contains("Stored 0 new scenes"), "{args:?}: {again}");
    }
    let twice = enter(&["ingest", "-", "-"], &chapter);
    assert!(sandbox.refusal(twice).contains("found it twice"));
    let printed = sandbox.done(&["export", "a door", "--limit", "1"]);
    assert_eq!(sandbox.done(&["export", "a door", "--limit", "1", "-o", "-"]), printed);
    for store in [&["search", "a door", "-s", "-"][..], &["list", "-s", "-"], &["stats", "-s", "-"]] {
        let said = sandbox.refused(store);
        assert!(said.contains("a store can't be read from standard input"), "{said}");
    }
    assert!(!sandbox.path("-").exists());
}

/// A store that an earlier version made: whole, but of another recipe than today's.
#[test]
fn a_store_of_another_recipe_is_told_by_search_and_doctor_until_it_is_upgraded() {
    let sandbox = Sandbox::with_two_stores();
    let path = sandbox.home("stores/table.parquet");
    let store = naragtive_store::Store::open(&path).unwrap();
    let (mut rows, model) = (Vec::new(), store.model().unwrap().clone());
    let read = store.visit_rows(0, |naragtive_store::StoredRow { scene, embedding, passages }| {
        rows.push(naragtive_store::EmbeddedScene { scene, embedding, passages });
        Ok::<(), naragtive_store::StoreError>(())
    });
    read.unwrap();
    naragtive_store::replace(&path, rows, &model, &naragtive::Patience::default()).unwrap();
    let told = "naragtive upgrade table";
    let search = ["search", "a door", "--store-name", "table"];
    let output = sandbox.run(&search);
    assert!(output.stderr.contains(told) && output.stderr.contains("rules of another version"), "{output}");
    assert!(!sandbox.run(&["search", "a door", "--store-name", "campaign"]).stderr.contains("upgrade"));
    let doctor = sandbox.run(&["doctor"]);
    assert!(doctor.stdout.contains(told), "{doctor}");
    sandbox.done(&["upgrade", "table"]);
    assert_eq!(sandbox.run(&search).stderr, "");
    assert!(!sandbox.run(&["doctor"]).stdout.contains(told));
}
