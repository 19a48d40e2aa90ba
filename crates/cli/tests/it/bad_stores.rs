//! Files that are no stores, or damaged ones: one error, a hint, and the file as it was.

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
    hint: take it from a backup, or make it anew from the export: naragtive ingest EXPORT --output campaign.parquet --no-append

    error: `[ROOT]/work/campaign.parquet` is not a whole parquet file: Parquet error: it ends too early: its footer is missing
    hint: take it from a backup, or make it anew from the export: naragtive ingest EXPORT --output [ROOT]/work/campaign.parquet --no-append

    neptune-chapter.txt: skipped 1 block(s) without a `***STAMP - SPEAKER:***` line; the first: This block has no header and is not a turn.
    neptune-chapter.txt: 1 of 7 time stamps name no day that could be read; the first: sometime later
    neptune-chapter.txt: nothing but how the hours are written tells whether the day or the month comes first in 11/10/2025, 4:00:41 AM; the month was taken to
    neptune-chapter.txt: --day-first says that the day comes first, --day-first=false the month
    error: `campaign.parquet` is not a whole parquet file: Parquet error: it ends too early: its footer is missing
    hint: take it from a backup, or make it anew from the export: naragtive ingest EXPORT --output campaign.parquet --no-append
    ");
}
