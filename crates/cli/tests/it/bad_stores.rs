//! Files that are no stores, or damaged ones: one error, a hint, and the file as it was.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

/// What each command that uses a store says of the one at `store`, each thing once.
fn refused_by(sandbox: &Sandbox, commands: &[&[&str]]) -> String {
    let mut said: Vec<String> = commands.iter().map(|command| sandbox.refused_and_kept(command)).collect();
    said.dedup();
    said.join("\n")
}

const READERS: [&[&str]; 4] = [
    &["list", "-s", "campaign.parquet"],
    &["stats", "-s", "campaign.parquet"],
    &["search", "a door", "-s", "campaign.parquet"],
    &["create-store", "campaign", "campaign.parquet", "neptune"],
];

const INGEST: &[&str] = &["ingest-neptune", "-e", "neptune-chapter.txt", "-o", "campaign.parquet"];

/// What the commands say that read a store or add to it, where all can see what is wrong.
fn refused_by_all(fixture: &str) -> String {
    let sandbox = Sandbox::new();
    sandbox.golden("neptune-chapter.txt");
    sandbox.fixture(fixture, "campaign.parquet");
    refused_by(&sandbox, &[&READERS[..], &[INGEST]].concat())
}

#[test]
fn a_truncated_file() {
    assert_snapshot!(refused_by_all("bad-truncated.parquet"), @r"
    error: `campaign.parquet` is not a whole parquet file: Parquet error: it ends too early: its footer is missing
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help

    error: `[ROOT]/work/campaign.parquet` is not a whole parquet file: Parquet error: it ends too early: its footer is missing
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help

    neptune-chapter.txt: skipped 1 block(s) without a `***STAMP - SPEAKER:***` line; the first: This block has no header and is not a turn.
    neptune-chapter.txt: 1 of 7 time stamps name no day that could be read; the first: sometime later
    error: `campaign.parquet` is not a whole parquet file: Parquet error: it ends too early: its footer is missing
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help
    ");
}

#[test]
fn a_file_that_is_not_parquet() {
    assert_snapshot!(refused_by_all("bad-text.parquet"), @r"
    error: `campaign.parquet` is not a whole parquet file: Parquet error: it begins with other bytes
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help

    error: `[ROOT]/work/campaign.parquet` is not a whole parquet file: Parquet error: it begins with other bytes
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help

    neptune-chapter.txt: skipped 1 block(s) without a `***STAMP - SPEAKER:***` line; the first: This block has no header and is not a turn.
    neptune-chapter.txt: 1 of 7 time stamps name no day that could be read; the first: sometime later
    error: `campaign.parquet` is not a whole parquet file: Parquet error: it begins with other bytes
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help
    ");
}

#[test]
fn an_empty_file() {
    assert_snapshot!(refused_by_all("bad-empty.parquet"), @r"
    error: `campaign.parquet` is not a whole parquet file: Parquet error: it is empty
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help

    error: `[ROOT]/work/campaign.parquet` is not a whole parquet file: Parquet error: it is empty
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help

    neptune-chapter.txt: skipped 1 block(s) without a `***STAMP - SPEAKER:***` line; the first: This block has no header and is not a turn.
    neptune-chapter.txt: 1 of 7 time stamps name no day that could be read; the first: sometime later
    error: `campaign.parquet` is not a whole parquet file: Parquet error: it is empty
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help
    ");
}

#[test]
fn a_column_is_missing() {
    for column in ["id", "text", "metadata"] {
        let said = refused_by_all(&format!("bad-no-{column}.parquet"));
        assert!(said.contains(&format!("expected a column `{column}`")), "{said}");
    }
    assert_snapshot!(refused_by_all("bad-no-embedding.parquet"), @r"
    error: `campaign.parquet` is not a store: expected a column `embedding`, found `id`, `text`, `metadata`
    hint: a store is made by the ingest commands: naragtive ingest-help

    error: `[ROOT]/work/campaign.parquet` is not a store: expected a column `embedding`, found `id`, `text`, `metadata`
    hint: a store is made by the ingest commands: naragtive ingest-help

    neptune-chapter.txt: skipped 1 block(s) without a `***STAMP - SPEAKER:***` line; the first: This block has no header and is not a turn.
    neptune-chapter.txt: 1 of 7 time stamps name no day that could be read; the first: sometime later
    error: `campaign.parquet` is not a store: expected a column `embedding`, found `id`, `text`, `metadata`
    hint: a store is made by the ingest commands: naragtive ingest-help
    ");
}

#[test]
fn a_column_of_another_type() {
    assert_snapshot!(refused_by_all("bad-text-as-embedding.parquet"), @r"
    error: `campaign.parquet` is not a store: expected column `embedding` to hold lists of 32-bit or 64-bit floats, found Utf8
    hint: a store is made by the ingest commands: naragtive ingest-help

    error: `[ROOT]/work/campaign.parquet` is not a store: expected column `embedding` to hold lists of 32-bit or 64-bit floats, found Utf8
    hint: a store is made by the ingest commands: naragtive ingest-help

    neptune-chapter.txt: skipped 1 block(s) without a `***STAMP - SPEAKER:***` line; the first: This block has no header and is not a turn.
    neptune-chapter.txt: 1 of 7 time stamps name no day that could be read; the first: sometime later
    error: `campaign.parquet` is not a store: expected column `embedding` to hold lists of 32-bit or 64-bit floats, found Utf8
    hint: a store is made by the ingest commands: naragtive ingest-help
    ");
    assert_snapshot!(refused_by_all("bad-numbers-as-text.parquet"), @r"
    error: `campaign.parquet` is not a store: expected column `text` to hold strings, found Int64
    hint: a store is made by the ingest commands: naragtive ingest-help

    error: `[ROOT]/work/campaign.parquet` is not a store: expected column `text` to hold strings, found Int64
    hint: a store is made by the ingest commands: naragtive ingest-help

    neptune-chapter.txt: skipped 1 block(s) without a `***STAMP - SPEAKER:***` line; the first: This block has no header and is not a turn.
    neptune-chapter.txt: 1 of 7 time stamps name no day that could be read; the first: sometime later
    error: `campaign.parquet` is not a store: expected column `text` to hold strings, found Int64
    hint: a store is made by the ingest commands: naragtive ingest-help
    ");
}

#[test]
fn a_file_of_a_later_version() {
    assert_snapshot!(refused_by_all("newer.parquet"), @r"
    error: `campaign.parquet` is of schema version 2, which is newer than 1, the latest this program knows
    hint: update naragtive

    error: `[ROOT]/work/campaign.parquet` is of schema version 2, which is newer than 1, the latest this program knows
    hint: update naragtive

    neptune-chapter.txt: skipped 1 block(s) without a `***STAMP - SPEAKER:***` line; the first: This block has no header and is not a turn.
    neptune-chapter.txt: 1 of 7 time stamps name no day that could be read; the first: sometime later
    error: `campaign.parquet` is of schema version 2, which is newer than 1, the latest this program knows
    hint: update naragtive
    ");
}

/// What is wrong inside one column is met by those who read it.
fn refused_by_those(sandbox: &Sandbox, fixture: &str, commands: &[&[&str]]) -> String {
    sandbox.fixture(fixture, "campaign.parquet");
    refused_by(sandbox, commands)
}

#[test]
fn nulls_and_metadata_that_is_no_object() {
    let sandbox = Sandbox::new();
    sandbox.golden("neptune-chapter.txt");
    let list = &READERS[..1];
    assert_snapshot!(refused_by_those(&sandbox, "bad-null-id.parquet", list), @r"
    error: `campaign.parquet`, row 1 (counted from 0): expected a value in column `id`, found null
    hint: make the store anew from its exports: naragtive ingest-help
    ");
    assert_snapshot!(refused_by_those(&sandbox, "bad-null-text.parquet", list), @r"
    error: `campaign.parquet`, row 1 (counted from 0), scene `scene_0001_2025-11-11`: expected a value in column `text`, found null
    hint: make the store anew from its exports: naragtive ingest-help
    ");
    assert_snapshot!(refused_by_those(&sandbox, "bad-null-metadata.parquet", list), @r"
    error: `campaign.parquet`, row 1 (counted from 0), scene `scene_0001_2025-11-11`: expected a value in column `metadata`, found null
    hint: make the store anew from its exports: naragtive ingest-help
    ");
    assert_snapshot!(refused_by_those(&sandbox, "bad-metadata-array.parquet", &READERS[..2]), @r"
    error: `campaign.parquet`, row 1 (counted from 0), scene `scene_0001_2025-11-11`: bad metadata: expected a JSON object, found an array
    hint: make the store anew from its exports: naragtive ingest-help
    ");
    assert_snapshot!(refused_by_those(&sandbox, "bad-metadata-not-json.parquet", &READERS[..2]), @r"
    error: `campaign.parquet`, row 1 (counted from 0), scene `scene_0001_2025-11-11`: bad metadata: expected a JSON object, found text that is not JSON (expected value at line 1 column 1)
    hint: make the store anew from its exports: naragtive ingest-help
    ");
}

#[test]
fn damaged_pages() {
    let sandbox = Sandbox::new();
    assert_snapshot!(refused_by_those(&sandbox, "bad-pages.parquet", &READERS[..1]), @r"
    error: `campaign.parquet` is not a whole parquet file: Parquet error: Required field version is missing
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help
    ");
}

/// A store of the Python tool is of the default model, so that is what has to look at its embeddings.
#[test]
fn embeddings_that_are_none() {
    let sandbox = Sandbox::with_real_model();
    sandbox.golden("neptune-chapter.txt");
    let search = &READERS[2..3];
    assert_snapshot!(refused_by_those(&sandbox, "bad-null-embedding.parquet", search), @r"
    error: `campaign.parquet`, row 1 (counted from 0), scene `scene_0001_2025-11-11`: expected a value in column `embedding`, found null
    hint: make the store anew from its exports: naragtive ingest-help
    ");
    assert_snapshot!(refused_by_those(&sandbox, "bad-null-number.parquet", search), @r"
    error: `campaign.parquet`, row 1 (counted from 0), scene `scene_0001_2025-11-11`: expected an embedding of numbers only, found a null among them
    hint: make the store anew from its exports: naragtive ingest-help
    ");
    assert_snapshot!(refused_by_those(&sandbox, "bad-nan.parquet", search), @r"
    error: `campaign.parquet`, row 1 (counted from 0), scene `scene_0001_2025-11-11`: expected an embedding of finite numbers, found one that is not
    hint: make the store anew from its exports: naragtive ingest-help
    ");
    assert_snapshot!(refused_by_those(&sandbox, "bad-short-embedding.parquet", search), @r"
    error: `campaign.parquet`, row 1 (counted from 0), scene `scene_0001_2025-11-11`: expected an embedding of 384 numbers, found 383
    hint: make the store anew from its exports: naragtive ingest-help
    ");
    assert_snapshot!(refused_by_those(&sandbox, "bad-empty-embedding.parquet", search), @r"
    error: `campaign.parquet`, row 1 (counted from 0), scene `scene_0001_2025-11-11`: expected an embedding of 384 numbers, found 0
    hint: make the store anew from its exports: naragtive ingest-help
    ");
    for fixture in
        ["bad-null-embedding", "bad-null-number", "bad-infinite", "bad-short-embedding", "bad-too-large"]
    {
        // To add to a store is to put our name to its embeddings.
        refused_by_those(&sandbox, &format!("{fixture}.parquet"), &[search[0], INGEST]);
    }
}

#[test]
fn a_folder_in_place_of_a_store() {
    let sandbox = Sandbox::new();
    sandbox.golden("neptune-chapter.txt");
    fs::create_dir(sandbox.path("campaign.parquet")).unwrap();
    assert_snapshot!(refused_by(&sandbox, &READERS), @r"
    error: can't open the store `campaign.parquet`: is a directory
    hint: look at this folder: ls -ld .

    error: can't open the store `[ROOT]/work/campaign.parquet`: is a directory
    hint: look at the folder: ls -ld [ROOT]/work
    ");
    assert_snapshot!(refused_by(&sandbox, &[INGEST]), @r"
    error: can't write `campaign.parquet`: it is not a regular file
    hint: look at this folder: ls -ld .
    ");
}

#[test]
fn what_is_not_parquet_is_not_replaced_either() {
    let sandbox = Sandbox::new();
    sandbox.golden("neptune-chapter.txt");
    let replace = ["ingest-neptune", "-e", "neptune-chapter.txt", "--no-append", "-o", "neptune-chapter.txt"];
    assert_snapshot!(sandbox.refused_and_kept(&replace), @r"
    error: `neptune-chapter.txt` is not a whole parquet file: Parquet error: it begins with other bytes
    hint: take it from a backup, or make it anew from the export: naragtive ingest-help
    ");
}

#[test]
fn a_damaged_store_can_be_replaced() {
    let sandbox = Sandbox::new();
    sandbox.fixture("bad-truncated.parquet", "scenes.parquet");
    sandbox.ingest_chapter(&["--no-append"]);
    assert_eq!(sandbox.json(&["list", "--json"])["found"], 4);
}

#[test]
fn every_form_that_other_programs_write_is_listed_and_searched() {
    let sandbox = Sandbox::with_real_model();
    for form in
        ["polars", "polars-array", "doubles", "form-large_list-f64-utf8_view", "codec-brotli", "more-columns"]
    {
        sandbox.fixture(&format!("{form}.parquet"), "s.parquet");
        let found = sandbox.json(&["search", "the first scene", "--json", "-s", "s.parquet"]);
        assert_eq!(
            found["results"].as_array().unwrap().len() as u64,
            found["store"]["records"].as_u64().unwrap()
        );
        sandbox.done(&["list", "-s", "s.parquet"]);
        sandbox.done(&["stats", "-s", "s.parquet"]);
    }
}
