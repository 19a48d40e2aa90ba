//! Exports that are not what they should be: one error, a hint, and the store as it was.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

/// Every ingest command, in front of the name of an export.
const COMMANDS: [&[&str]; 4] = [
    &["ingest-neptune", "-e"],
    &["ingest-llama", "-e"],
    &["ingest-chat", "-s"],
    &["ingest-chat", "--type", "txt", "-s"],
];

#[test]
fn a_missing_file() {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["-o", "kept.parquet"]);
    for command in COMMANDS {
        assert_snapshot!(
            "missing-export",
            sandbox.refused_and_kept(&[command, &["no/such.txt", "-o", "kept.parquet"]].concat())
        );
    }
}

#[test]
fn turns_without_text_are_counted_and_make_no_store() {
    let sandbox = Sandbox::new();
    sandbox.write("export", "***now - User:***\n\n---\n***now - Venice:***\nWhat do you do?\n");
    assert_snapshot!(sandbox.refused_and_kept(&["ingest-neptune", "-e", "export"]), @r"
    export: skipped 2 turn(s) without text; the first: now - User
    export: 2 of 2 time stamps name no day that could be read; the first: now
    error: there is no scene in `export`; nothing was stored
    hint: what each source looks like: naragtive ingest-help
    ");
}

#[test]
fn an_error_does_not_print_the_control_characters_of_a_file() {
    let sandbox = Sandbox::new();
    let noise: Vec<u8> = (0..4096u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for bytes in [&b"\x1b]0;title\x07\x1b[31mChapter\r\x08 1\n"[..], &noise] {
        sandbox.write("export", bytes);
        for command in COMMANDS.iter().take(3) {
            let said = sandbox.refused(&[*command, &["export", "-o", "s.parquet"]].concat());
            assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{said:?}");
        }
    }
}
