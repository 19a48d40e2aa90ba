//! What filters keep: names however they are typed, dates that are dates, the same in `list` and in `search`.

use naragtive_testkit::shared;

use crate::sandbox::Sandbox;

/// Lizzie, Bill and the others of the shared campaign, with a campaign file.
fn campaign() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("names.txt", std::fs::read(shared("faults/inputs/neptune-names.txt")).unwrap());
    sandbox.write(
        "campaign.toml",
        "[[characters]]\nname = 'Elizabeth Harrow'\naliases = ['Liz', 'Lizzie']\n\n[[characters]]\nname = 'Zoë'\n",
    );
    let ingest = ["ingest-neptune", "-e", "names.txt", "-o", "n.parquet", "--lexicon", "campaign.toml"];
    sandbox.done(&ingest);
    sandbox
}

/// How many scenes `list` and `search` find with these flags, after a look that both find as many.
fn found(sandbox: &Sandbox, flags: &[&str]) -> usize {
    let run = |command: &[&str]| sandbox.run(&[command, &["-s", "n.parquet", "--json"], flags].concat());
    let count = |output: String, list: &str| {
        let read: serde_json::Value = serde_json::from_str(&output).unwrap();
        read[list].as_array().unwrap().len()
    };
    let listed = count(run(&["list"]).stdout, "scenes");
    let searched = count(run(&["search", "the", "--mode", "semantic", "--limit", "99"]).stdout, "results");
    assert_eq!(listed, searched, "{flags:?}");
    listed
}

#[test]
fn an_alias_of_the_campaign_file_is_the_character() {
    let sandbox = campaign();
    let named = found(&sandbox, &["--character", "Elizabeth Harrow"]);
    assert!(named > 0);
    for alias in ["Liz", "lizzie", "LIZ"] {
        let flags = ["--character", alias, "--lexicon", "campaign.toml"];
        assert_eq!(found(&sandbox, &flags), named, "{alias}");
    }
    let zoe = found(&sandbox, &["--character", "Zoe"]);
    assert!(zoe > 0);
    assert_eq!(found(&sandbox, &["--character", "Zoe\u{308}"]), zoe);
}

#[test]
fn a_value_of_any_length_is_found_by_list_and_search() {
    let sandbox = Sandbox::new();
    let long = "Ada of the Hundred Islands ".repeat(12);
    let chat = format!(r#"[{{"user": "{}", "message": "The lamp is lit."}}]"#, long.trim());
    sandbox.write("chat.json", chat);
    sandbox.done(&["ingest-chat", "-s", "chat.json", "-o", "n.parquet"]);
    assert_eq!(found(&sandbox, &["--speaker", "hundred islands"]), 1);
}

#[test]
fn what_is_no_date_is_refused_with_what_is_accepted() {
    let sandbox = campaign();
    for (flag, date) in [
        ("--since", "11/02/2025"),
        ("--until", "2025-13-45"),
        ("--date", "2025/01/01"),
        ("--since", "soon"),
        ("--date", ""),
    ] {
        for command in [&["list"][..], &["search", "lamp"], &["export", "lamp"]] {
            let output = sandbox.run(&[command, &["-s", "n.parquet", flag, date]].concat());
            assert_eq!(output.code, Some(2), "{output}");
            assert!(output.stderr.contains("2025-11-03") && output.stderr.contains("yesterday"), "{output}");
        }
    }
    for (flags, some) in [
        (&["--date", "2025-11"][..], true),
        (&["--date", "2025-1"], false),
        (&["--since", "2025-11-10", "--until", "2025-11-10"], true),
        (&["--since", "yesterday"], false),
        (&["--until", "last week"], true),
    ] {
        assert_eq!(found(&sandbox, flags) > 0, some, "{flags:?}");
    }
}

#[test]
fn a_query_that_is_too_long_says_so() {
    let sandbox = campaign();
    let output = sandbox.run(&["search", &"lamp ".repeat(2000), "-s", "n.parquet", "--mode", "keyword"]);
    assert_eq!(output.code, Some(2), "{output}");
    assert!(output.stderr.contains("expected a query of at most 8192 characters"), "{output}");
}
