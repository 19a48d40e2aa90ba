//! Small files of text are read as people's editors leave them: members of the kind that nobody has reported.

use std::fs;

use crate::sandbox::Sandbox;

/// The forms in which an editor may save a file.
fn saved(text: &str) -> [(&'static str, Vec<u8>); 4] {
    let units = || text.encode_utf16();
    [
        ("UTF-8", text.as_bytes().to_vec()),
        (
            "UTF-8 with a mark and ends of Windows",
            format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes(),
        ),
        ("UTF-16", [0xFF, 0xFE].into_iter().chain(units().flat_map(u16::to_le_bytes)).collect()),
        (
            "UTF-16, big end first",
            [0xFE, 0xFF].into_iter().chain(units().flat_map(u16::to_be_bytes)).collect(),
        ),
    ]
}

#[test]
fn every_small_file_is_read_however_it_was_saved() {
    let sandbox = Sandbox::with_two_stores();
    let registry = fs::read_to_string(sandbox.home("stores/registry.json")).unwrap();
    let (config, lexicon) = ("limit = 1\n", "[[characters]]\nname = 'Ada'\naliases = ['Addy']\n");
    sandbox
        .write("ada.json", r#"[{"user":"Ada","message":"One lamp."},{"user":"Ada","message":"Two lamps."}]"#);
    sandbox.done(&["ingest", "ada.json", "-o", "ada.parquet"]);
    for at in 0..saved("").len() {
        let form = |text: &str| saved(text)[at].1.clone();
        let reason = saved("")[at].0;
        fs::write(sandbox.home("stores/registry.json"), form(&registry)).unwrap();
        fs::write(sandbox.home("stores/default.txt"), form("table\n")).unwrap();
        fs::write(sandbox.home("config.toml"), form(config)).unwrap();
        sandbox.write("words.toml", form(lexicon));
        let stores = sandbox.json(&["list-stores", "--json"]);
        assert_eq!(stores["default"], "table", "{reason}: {stores}");
        let found = sandbox.json(&["search", "lamp", "-s", "ada.parquet", "--json"]);
        assert_eq!(found["results"].as_array().unwrap().len(), 1, "{reason}: {found}");
        let listed = sandbox.json(&[
            "list",
            "-s",
            "ada.parquet",
            "--character",
            "Addy",
            "--lexicon",
            "words.toml",
            "--json",
        ]);
        assert_eq!(listed["found"], 2, "{reason}: {listed}");
    }
    // What is written is plain, and doctor finds nothing wrong with it.
    sandbox.done(&["set-default", "campaign"]);
    assert_eq!(fs::read(sandbox.home("stores/default.txt")).unwrap(), b"campaign");
    fs::write(sandbox.home("config.toml"), "limit = 1\nlimt = 2\n[more]\nx = 1\n").unwrap();
    let output = sandbox.run(&["list-stores"]);
    assert_eq!(output.code, Some(0), "{output}");
    assert!(
        output.stderr.contains("unknown key `limt`") && output.stderr.contains("unknown key `more`"),
        "{output}"
    );
}
