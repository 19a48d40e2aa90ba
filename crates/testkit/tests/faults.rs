//! Every input of the shared page of faults is held by a test, and every rule of it has a file of tests.

#![cfg(not(no_shared))]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use naragtive_testkit::{root, shared};

const SCRIPTS: (&str, &str) =
    ("index/tests/it/promises_k3_scripts.rs", "the_words_of_every_reported_file_are_found");
const KEPT: (&str, &str) = ("ingest/tests/it/odd_spots.rs", "every_whole_message_of_a_chat_is_kept");
const MENDED: (&str, &str) = ("ingest/tests/it/odd_spots.rs", "what_was_mended_is_told");
const SPOILT: (&str, &str) = ("ingest/tests/it/odd_spots.rs", "spoilt_letters_come_back");
const LLAMA: (&str, &str) =
    ("ingest/tests/it/odd_spots.rs", "a_llama_conversation_shows_what_the_program_shows");
const TOLD: (&str, &str) = ("ingest/tests/it/named_inputs.rs", "each_is_told_and_read");
const NEPTUNE: (&str, &str) =
    ("ingest/tests/it/odd_spots.rs", "a_neptune_turn_begins_at_a_header_and_nowhere_else");
const LATER: (&str, &str) =
    ("naragtive/tests/it/identity.rs", "a_later_export_without_the_oldest_message_adds_only_what_is_new");
const GROWN: (&str, &str) = ("naragtive/tests/it/identity.rs", "a_campaign_that_grew_has_no_half_scene");
const AGAIN: (&str, &str) = ("naragtive/tests/it/identity.rs", "");
const REWRITTEN: (&str, &str) =
    ("store/tests/it/promises_k2_rewritten.rs", "a_store_that_polars_or_pyarrow_wrote_again_is_a_store");

/// Each input, and the test that holds what is claimed of it: the file below `crates`, and its name; where several of the
/// file do, no name.
const INPUTS: &[(&str, (&str, &str))] = &[
    ("chat-accents.json", SCRIPTS),
    ("chat-arabic.json", SCRIPTS),
    ("chat-chinese.json", SCRIPTS),
    ("chat-cjk-partial.json", SCRIPTS),
    ("chat-day-first.json", ("ingest/tests/it/dates.rs", "a_day_first_file_is_read_day_first_throughout")),
    ("chat-dup-key.json", KEPT),
    ("chat-emoji.json", SCRIPTS),
    ("chat-entities.json", SPOILT),
    (
        "chat-escape.json",
        ("cli/tests/it/promises_k8_terminal.rs", "no_command_shows_a_control_character_that_is_not_ours"),
    ),
    ("chat-export-1.json", LATER),
    ("chat-export-2.json", LATER),
    ("chat-export-edited.json", AGAIN),
    ("chat-facebook-mojibake.json", SPOILT),
    ("chat-file-1.json", AGAIN),
    ("chat-file-2.json", AGAIN),
    ("chat-fullwidth.json", SCRIPTS),
    ("chat-german.json", SCRIPTS),
    ("chat-hebrew.json", SCRIPTS),
    ("chat-hindi.json", SCRIPTS),
    ("chat-ids.json", SCRIPTS),
    ("chat-korean.json", SCRIPTS),
    ("chat-lone-surrogate.json", KEPT),
    ("chat-markdown.json", SCRIPTS),
    ("chat-message-parts.json", KEPT),
    ("chat-mongo.json", KEPT),
    ("chat-nan.json", KEPT),
    ("chat-newest-first.json", ("ingest/tests/it/dates.rs", "newest_first_becomes_the_order_of_time")),
    ("chat-nfd-user.json", SCRIPTS),
    ("chat-null-trailing-comma.json", KEPT),
    ("chat-null.json", KEPT),
    ("chat-raw-newline.json", KEPT),
    ("chat-russian.json", SCRIPTS),
    ("chat-signs.json", SCRIPTS),
    ("chat-stamps.json", ("ingest/tests/it/dates.rs", "every_form_of_stamp_is_dated")),
    ("chat-thai.json", SCRIPTS),
    ("chat-turkish.json", SCRIPTS),
    ("chat-two-channels.json", ("ingest/tests/it/origin.rs", "places_count_within_a_channel")),
    ("chat-user-object.json", KEPT),
    ("chat.jsonl", KEPT),
    ("chroma-1.5.9/chroma.sqlite3", ("cli/tests/it/migrate.rs", "what_is_empty_is_passed_over_and_told")),
    ("dataset-sharegpt.json", TOLD),
    ("dataset-text.json", TOLD),
    ("dataset.csv", TOLD),
    ("discord.json", TOLD),
    ("draft-cp1252.txt", SPOILT),
    (
        "draft-frontmatter.md",
        ("ingest/tests/it/named_inputs.rs", "what_stands_before_a_draft_is_no_part_of_it"),
    ),
    ("draft-japanese.txt", ("ingest/tests/it/cutting.rs", "japanese_is_cut_behind_a_full_stop")),
    ("draft-thai.txt", ("ingest/tests/it/cutting.rs", "thai_is_cut_at_a_space_and_never_within_a_letter")),
    ("draft-v1.txt", AGAIN),
    ("draft-v2.txt", AGAIN),
    ("llama-bom-crlf.jsonl", LLAMA),
    ("llama-content-parts.json", LLAMA),
    ("llama-evening.json", ("ingest/tests/it/origin.rs", "every_scene_says_where_it_comes_from")),
    ("llama-greeting-first.json", LLAMA),
    ("llama-lone-surrogate.json", LLAMA),
    ("llama-meta-only.json", LLAMA),
    ("llama-no-answer.json", LLAMA),
    ("llama-null-name.json", LLAMA),
    ("llama-numeric.json", LLAMA),
    ("llama-truncated.jsonl", LLAMA),
    ("llama-unclosed-think.json", LLAMA),
    ("llama-wrapped.json", LLAMA),
    ("neptune-cp1252.txt", MENDED),
    ("neptune-en-gb.txt", ("ingest/tests/it/dates.rs", "a_day_first_file_is_read_day_first_throughout")),
    ("neptune-evening.txt", ("ingest/tests/it/dates.rs", "an_evening_is_of_the_day_that_its_writer_names")),
    ("neptune-grown-1.txt", GROWN),
    ("neptune-grown-2.txt", GROWN),
    ("neptune-hr-in-body.txt", NEPTUNE),
    ("neptune-names.txt", ("naragtive/tests/it/asking.rs", "an_alias_of_the_campaign_file_is_the_character")),
    ("neptune-trailing-space.txt", NEPTUNE),
    ("perplexity.json", TOLD),
    ("perplexity.md", TOLD),
    ("sillytavern.jsonl", TOLD),
    ("slack-day.json", TOLD),
    ("store-polars-categorical-id.parquet", REWRITTEN),
    ("store-rewritten-by-polars.parquet", REWRITTEN),
    ("store-rewritten-by-pyarrow.parquet", REWRITTEN),
];

/// The rules of the page, and where members of each kind that the page doesn't list are tried.
const RULES: [(&str, &str); 9] = [
    ("K1", "cli/tests/it/promises_k1_outputs.rs"),
    ("K2", "store/tests/it/promises_k2_rewritten.rs"),
    ("K3", "index/tests/it/promises_k3_scripts.rs"),
    ("K4", "cli/tests/it/promises_k4_dates.rs"),
    ("K5", "naragtive/tests/it/promises_k5_identity.rs"),
    ("K6", "ingest/tests/it/promises_k6_odd_spots.rs"),
    ("K7", "cli/tests/it/promises_k7_small_files.rs"),
    ("K8", "cli/tests/it/promises_k8_terminal.rs"),
    ("K9", "cli/tests/it/promises_k9_smaller.rs"),
];

fn source(file: &str) -> String {
    fs::read_to_string(root().join("crates").join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn files(folder: &Path, under: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let name = format!("{under}{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() {
            files(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name);
        }
    }
}

#[test]
fn every_input_of_the_page_is_held_by_a_test() {
    let mut there = BTreeSet::new();
    files(&shared("faults/inputs"), "", &mut there);
    let named: BTreeSet<String> = INPUTS.iter().map(|(input, _)| (*input).to_owned()).collect();
    assert_eq!(there, named);
    for (input, (file, test)) in INPUTS {
        let text = source(file);
        // Stores are named without what all of them begin and end with, a folder by itself.
        let name = input.trim_start_matches("store-").trim_end_matches(".parquet").split('/').next().unwrap();
        assert!(text.contains(name), "{file} doesn't use {input}");
        assert!(test.is_empty() || text.contains(&format!("#[test]\nfn {test}(")), "{file}: no test {test}");
    }
}

#[test]
fn every_rule_of_the_page_has_a_file_of_tests() {
    let page = fs::read_to_string(shared("faults/README.md")).unwrap();
    let rules = page.lines().filter_map(|line| line.strip_prefix("## ")?.split(' ').next());
    assert_eq!(rules.collect::<Vec<_>>(), RULES.map(|(rule, _)| rule));
    for (rule, file) in RULES {
        assert!(source(file).matches("#[test]").count() > 0, "{rule}: {file}");
    }
}
