//! Small exports of other programs, as people have them, are told and read without a word.

use naragtive_ingest::{Format, SceneRule, read};

use crate::support::{options, shared, texts};

#[test]
fn each_is_told_and_read() {
    for (file, format, first) in [
        ("discord.json", "discord", "Ann: The lamp is lit."),
        ("sillytavern.jsonl", "sillytavern", "Ann: Who lit the lamp?\n\nSera: *smiles* I did."),
        ("slack-day.json", "slack", "U01: The lamp is lit."),
        (
            "perplexity.json",
            "perplexity",
            "User: Why are tides twice a day?\n\nPerplexity: Because there are two bulges.",
        ),
        (
            "perplexity.md",
            "perplexity",
            "User: Why are tides twice a day?\n\nPerplexity: Because there are two bulges.",
        ),
        ("dataset-sharegpt.json", "dialogues", "User: Who lit the lamp?\n\nAssistant: Marrow did."),
        ("dataset-text.json", "records", "The lamp is lit."),
        ("dataset.csv", "records", "Ada: The lamp is lit."),
    ] {
        let bytes = shared(&format!("faults/inputs/{file}"));
        let found = Format::detect(&bytes).unwrap();
        assert_eq!(found.name(), format, "{file}");
        let ingested = read(found, &bytes, &options(file)).unwrap();
        assert_eq!(texts(&ingested)[0], first, "{file}");
    }
}

#[test]
fn what_stands_before_a_draft_is_no_part_of_it() {
    let bytes = shared("faults/inputs/draft-frontmatter.md");
    let ingested = read(Format::detect(&bytes).unwrap(), &bytes, &options("draft.md")).unwrap();
    assert_eq!(texts(&ingested), ["The lamp is lit."]);
    assert_eq!(ingested.scenes[0].metadata.text("title").as_deref(), Some("Draft"));
}

#[test]
fn another_rule_makes_other_scenes_of_any_format() {
    let bytes = shared("golden/neptune-chapter.txt");
    let counted = |scene| {
        let options = naragtive_ingest::Options { scene, ..options("export") };
        read(Format::NEPTUNE, &bytes, &options).unwrap().scenes.len()
    };
    let (usual, turns) = (counted(None), counted(Some(SceneRule::Turn)));
    assert!(turns > usual && counted(Some(SceneRule::Chapter)) == 1, "{usual} {turns}");
}
