//! The prompt, fed from a pipe.

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::Sandbox;

#[test]
fn a_line_is_searched_and_a_number_opens_a_result() {
    let sandbox = Sandbox::with_two_stores();
    let output = sandbox.enter(&["-l", "2"], "who gives orders\n\n2\nsearch 42\n");
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{output}");
    assert!(output.stdout.contains("SCENE SEARCH: 'who gives orders'"), "{output}");
    assert!(output.stdout.contains("SCENE SEARCH: '42'"), "{output}");
    assert_eq!(output.stdout.matches("[Result 2]").count(), 3, "{output}");
    assert_eq!(output.stdout.matches("  plot_significance:    0.5\n").count(), 1, "{output}");
    assert!(!output.stdout.contains("[Result 3]") && !output.stdout.contains("naragtive>"), "{output}");
}

#[test]
fn a_search_says_the_same_as_the_command() {
    let sandbox = Sandbox::with_two_stores();
    let asked = sandbox.enter(&[], "the long burn\n").stdout;
    assert_eq!(asked, sandbox.done(&["search", "the long burn"]));
}

#[test]
fn settings_change_while_it_runs() {
    let sandbox = Sandbox::with_two_stores();
    let output = sandbox.enter(
        &["--store-name", "campaign"],
        ":limit 1\n:limit\n:store table\n:store\nhello\n:rerank off\n:quit\nnever searched\n",
    );
    assert_snapshot!(output.stderr, @r"
    Showing at most 1 scene
    The limit is 1
    Searching table, 5 scenes
    Searching table, 5 scenes
    Results come as the search ranks them
    ");
    assert_eq!(output.stdout.matches("Relevance").count(), 1, "{output}");
    assert!(output.stdout.contains("chat_0000") && !output.stdout.contains("never"), "{output}");
}

#[test]
fn what_is_wrong_ends_a_line_and_not_the_session() {
    let sandbox = Sandbox::with_two_stores();
    sandbox.write("no.parquet", "no");
    let output = sandbox.enter(
        &[],
        "1\n:limt 3\n:limit 0\n:rerank perhaps\nsearch\n:store tabel\n:store no.parquet\nhello\n7\n:store\n",
    );
    assert_snapshot!(output.stderr, @r"
    error: there is no result 1: nothing has been found yet
    hint: to search for the number: search 1
    error: there is no command `:limt`
    hint: did you mean `:limit`?
    error: expected a whole number from 1 up, found `0`
    hint: :limit 5
    error: expected `on` or `off`, found `perhaps`
    hint: :rerank on
    error: search for what?
    hint: search WHAT YOU REMEMBER
    error: no store is named `tabel`; known: `campaign`, `table`
    hint: did you mean `table`? all of them: naragtive list-stores
    error: `no.parquet` is not a whole parquet file: Parquet error: it begins with other bytes
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help
    error: there is no result 7: the last search found 4
    hint: to search for the number: search 7
    Searching campaign, 4 scenes
    ");
    assert!(output.stdout.contains("SCENE SEARCH: 'hello'"), "{output}");
    assert_eq!(output.code, Some(0));
}

#[test]
fn as_json_every_answer_is_one_line() {
    let sandbox = Sandbox::with_two_stores();
    let output = sandbox.enter(&["--json"], "hello\n1\n:limit 1\nhello\n");
    let lines: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3, "{output}");
    assert_eq!(lines[0]["results"].as_array().unwrap().len(), 4);
    assert_eq!(lines[1], lines[0]["results"][0]);
    assert_eq!(lines[2]["results"][0], lines[1]);
}

#[test]
fn what_is_shown_and_where_it_is_looked_for_can_be_changed() {
    let sandbox = Sandbox::with_two_stores();
    let lines = ":store table\nthe lamp\n:like 1\n:context 1\n:explain on\noil up the stairs\n:store campaign, table\n:store *\n:like 99\n";
    let output = sandbox.enter(&["-l", "1"], lines);
    assert_snapshot!(output.stderr, @r"
    Searching table, 5 scenes
    Showing 1 scene on either side
    Saying why each scene was found
    Searching campaign, table, 9 scenes
    Searching campaign, table, 9 scenes
    error: there is no scene `99` in `[ROOT]/home/.naragtive/stores/campaign.parquet`, `[ROOT]/home/.naragtive/stores/table.parquet`
    hint: the ids are in: naragtive list --json
    ");
    assert!(output.stdout.contains("SCENES LIKE: chat_00000"), "{output}");
    assert!(output.stdout.contains("[before: chat_000000_Alice]"), "{output}");
    assert_eq!(output.stdout.matches("  Why:").count(), 1, "{output}");
}
