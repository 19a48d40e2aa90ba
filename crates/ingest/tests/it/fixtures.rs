//! Each source's small exports and the scenes made of them, as a user would find them in a store.

use std::fmt::Write;

use naragtive_ingest::{Branches, Format, Ingested, Options, read};

use crate::support::{fixture, options};

fn shown(ingested: &Ingested) -> String {
    let mut shown = String::new();
    for scene in &ingested.scenes {
        writeln!(shown, "== {}\n{}\n{}", scene.id, scene.text, scene.metadata.to_json()).unwrap();
    }
    writeln!(shown, "== {:#?}", ingested.report).unwrap();
    shown
}

fn ingested(format: Format, path: &str, options: &Options<'_>) -> Ingested {
    let bytes = fixture(path);
    assert_eq!(Format::detect(&bytes), Some(format), "{path}");
    read(format, &bytes, options).unwrap()
}

#[test]
fn each_fixture_gives_its_scenes() {
    for (format, path) in [
        (Format::Neptune, "neptune/odd-stamps.txt"),
        (Format::LlamaServer, "llama/tree.json"),
        (Format::LlamaServer, "llama/oldest.json"),
        (Format::LlamaServer, "llama/sessions.jsonl"),
        (Format::LlamaServer, "llama/conversations.zip"),
        (Format::ChatMessages, "chat/stamps.json"),
        (Format::PlainText, "text/two-scenes.txt"),
    ] {
        let name = path.replace('/', "-");
        insta::assert_snapshot!(name, shown(&ingested(format, path, &options(path))));
    }
}

#[test]
fn every_branch_is_taken_when_asked_for() {
    let path = "llama/tree.json";
    let all = Options { branches: Branches::All, ..options(path) };
    insta::assert_snapshot!("llama-tree.json-all", shown(&ingested(Format::LlamaServer, path, &all)));
}

#[test]
fn the_active_branch_has_the_same_ids_and_texts_with_the_others_beside_it() {
    let path = "llama/tree.json";
    let active = ingested(Format::LlamaServer, path, &options(path));
    let all = ingested(Format::LlamaServer, path, &Options { branches: Branches::All, ..options(path) });
    assert_eq!(all.scenes.len(), active.scenes.len() + active.report.branches_left_out);
    for (one, other) in active.scenes.iter().zip(&all.scenes) {
        assert_eq!((&one.id, &one.text), (&other.id, &other.text));
    }
}
