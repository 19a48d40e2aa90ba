//! A different model in a folder of the same name.

use std::fs;

use crate::sandbox::Sandbox;

/// A home with a store of the sandbox's model, and another model in a folder of the same name; that folder.
fn with_namesake() -> (Sandbox, String) {
    let sandbox = Sandbox::with_two_stores();
    let folder = sandbox.path("tiny-bert");
    fs::create_dir(&folder).unwrap();
    for file in ["config.json", "model.safetensors", "sentence_bert_config.json", "vocab.txt"] {
        fs::copy(sandbox.path("../tiny-bert").join(file), folder.join(file)).unwrap();
    }
    let mut weights = fs::read(folder.join("model.safetensors")).unwrap();
    let last = weights.len() - 4;
    weights[last] ^= 1;
    fs::write(folder.join("model.safetensors"), weights).unwrap();
    (sandbox, folder.display().to_string())
}

#[test]
fn is_refused_by_search_and_ingest_and_doctor_with_both_named() {
    let (sandbox, folder) = with_namesake();
    let search = sandbox.refused(&["search", "a door", "--model-dir", &folder]);
    assert!(
        search.contains("holds embeddings of tiny-bert (32 numbers), revision abffc1af86f0, expected"),
        "{search}"
    );
    assert!(
        search.contains("expected tiny-bert (32 numbers), revision ") && search.contains("--model-dir"),
        "{search}"
    );
    let ingest = sandbox.refused_and_kept(&[
        "ingest-chat",
        "-s",
        "chat-messages.json",
        "--register",
        "table",
        "--model-dir",
        &folder,
    ]);
    assert!(ingest.contains("another model has the same name"), "{ingest}");
    let doctor = sandbox.run(&["doctor", "--model-dir", &folder]);
    assert_eq!(doctor.code, Some(2), "{doctor}");
    assert_eq!(doctor.stdout.matches("another model has the same name").count(), 2, "{doctor}");
    sandbox.done(&["search", "a door"]);
}
