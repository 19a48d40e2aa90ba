//! What stands beside what is said: footnotes, old drafts, documents of a chat, what is attached, rolls, thoughts.

use naragtive_ingest::{Bundle, Format, SceneRule, SkipReason, read};
use naragtive_scene::Scene;

use crate::support::{options, texts, zipped};

/// The scenes of a file, a turn each, by what it is told to be.
fn told(bytes: &[u8]) -> (&'static str, Vec<String>) {
    let format = Format::detect(bytes).unwrap();
    let options = naragtive_ingest::Options { scene: Some(SceneRule::Turn), ..options("x") };
    let found = read(format, bytes, &options).unwrap();
    (format.name(), texts(&found).into_iter().map(str::to_owned).collect())
}

/// The texts of an archive, and how many of its files were passed over.
fn together(files: &[(&str, &[u8])]) -> (Vec<String>, usize) {
    let mut scenes: Vec<Scene> = Vec::new();
    let mut bundle = Bundle::new(options("all.zip"), None, None);
    bundle.add("", &*zipped(files), &mut |scene| scenes.push(scene));
    let parts = bundle.finish(&mut |scene| scenes.push(scene)).unwrap();
    let left_out = parts.iter().map(|part| part.report.count(SkipReason::OtherFile)).sum();
    (scenes.into_iter().map(|scene| scene.text).collect(), left_out)
}

#[test]
fn old_drafts_of_a_project_are_no_text_and_its_footnotes_are() {
    let binder = br#"<ScrivenerProject><Binder><BinderItem UUID="C" ID="4" Type="Text"><Title>A</Title></BinderItem></Binder></ScrivenerProject>"#;
    let comments = br#"<Comments><Comment Footnote="Yes"><![CDATA[{\rtf1\ansi Of the harbour.}]]></Comment><Comment><![CDATA[{\rtf1 no}]]></Comment></Comments>"#;
    for (text, notes, old) in [
        (
            "L.scriv/Files/Data/C/content.rtf",
            "L.scriv/Files/Data/C/content.comments",
            "L.scriv/Snapshots/C.snapshots/1.rtf",
        ),
        ("L.scriv/Files/Docs/4.rtf", "L.scriv/Files/Docs/4.comments", "L.scriv/Snapshots/4.snapshots/1.rtf"),
    ] {
        let (texts, left_out) = together(&[
            ("L.scriv/L.scrivx", binder),
            (text, br"{\rtf1\ansi The lamp is out.}"),
            (notes, comments),
            (old, br"{\rtf1\ansi An old draft.}"),
            ("L.scriv/QuickLook/Preview.html", b"<html><body><p>The lamp is out.</p></body></html>"),
        ]);
        assert_eq!(
            (texts, left_out),
            (vec!["The lamp is out.".to_owned(), "Of the harbour.".to_owned()], 2),
            "{text}"
        );
    }
}

#[test]
fn what_an_archive_says_about_itself_is_no_scene() {
    let channel =
        br#"[{"ID":1,"Timestamp":"2024-03-01 21:58:00","Contents":"The lamp is out.","Attachments":""}]"#;
    let (texts, left_out) = together(&[
        ("package/README.txt", b"Welcome to your Discord data package"),
        ("package/messages/c111/messages.json", channel),
        (
            "Takeout/archive_browser.html",
            b"<html><head><title>Takeout</title></head><body><h1>Your archive</h1></body></html>",
        ),
        ("Takeout/Archiv.html", b"<html><body><p>Ihr Archiv</p></body></html>"),
        ("story/README.txt", b"The keeper reads: the lamp is out, and the bell is rung."),
    ]);
    assert_eq!((texts.len(), left_out), (2, 3), "{texts:?}");
}

#[test]
fn a_document_written_beside_a_chat_is_a_scene_in_its_last_wording() {
    let message = |id: &str, parent: &str, recipient: &str, text: &str| {
        let (parent, text) =
            (serde_json::json!(Some(parent).filter(|parent| !parent.is_empty())), serde_json::json!(text));
        format!(
            r#""{id}":{{"id":"{id}","parent":{parent},"message":{{"author":{{"role":"{}"}},"create_time":1700000000,"content":{{"content_type":"text","parts":[{text}]}},"recipient":"{recipient}"}}}}"#,
            if id == "a" { "user" } else { "assistant" }
        )
    };
    let canvas = [
        message("a", "", "all", "Write it."),
        message(
            "b",
            "a",
            "canmore.create_textdoc",
            r#"{"name":"story","type":"document","content":"One lamp."}"#,
        ),
        message(
            "c",
            "b",
            "canmore.update_textdoc",
            r#"{"updates":[{"pattern":"lamp","replacement":"bell"}]}"#,
        ),
        message("d", "c", "all", "Done."),
    ];
    let chatgpt = format!(
        r#"[{{"title":"t","conversation_id":"c","current_node":"d","mapping":{{{}}}}}]"#,
        canvas.join(",")
    );
    let claude = r#"[{"uuid":"u","name":"n","chat_messages":[{"uuid":"m1","sender":"human","text":"Write it.","content":[],"created_at":"2024-06-01T10:00:00Z"},
        {"uuid":"m2","sender":"assistant","text":"x","created_at":"2024-06-01T10:01:00Z","content":[{"type":"text","text":"Done."},
        {"type":"tool_use","name":"artifacts","input":{"id":"s","type":"text/markdown","title":"story","command":"create","content":"One lamp."}},
        {"type":"tool_use","name":"artifacts","input":{"id":"s","command":"update","old_str":"lamp","new_str":"bell"}}]}]}]"#;
    for export in [chatgpt.as_str(), claude] {
        let format = Format::detect(export.as_bytes()).unwrap();
        let found = read(format, export.as_bytes(), &options("x")).unwrap();
        let documents: Vec<&str> = texts(&found).into_iter().filter(|text| text.contains("One")).collect();
        assert_eq!(documents, ["One bell."], "{}", format.name());
        assert_eq!(found.report.count(SkipReason::ToolTraffic), 0);
        assert!(texts(&found).iter().any(|text| text.contains("Done.")));
    }
}

#[test]
fn an_instructed_story_has_speakers_whatever_model_it_was_told_with() {
    let story = |settings: &str, prompt: &str, actions: &[&str]| {
        format!(
            r#"{{"gamestarted":true,"prompt":{},"actions":{},"savedsettings":{{"opmode":4{settings}}}}}"#,
            serde_json::json!(prompt),
            serde_json::json!(actions)
        )
    };
    let alpaca = r#","instruct_starttag":"\\n### Instruction:\\n","instruct_endtag":"\\n### Response:\\n""#;
    let chatml = r#","instruct_starttag":"<|im_end|>\\n<|im_start|>user\\n","instruct_endtag":"<|im_end|>\\n<|im_start|>assistant\\n","chatname":"Kit","chatopponent":"Keeper""#;
    for (story, said) in [
        (
            story(
                alpaca,
                "\n### Instruction:\nWho lit it?\n### Response:\n",
                &[
                    "<think>\nsecret plan\n</think>\n\nBren did.",
                    "\n### Instruction:\nWhere?\n### Response:\n",
                    "North.",
                ],
            ),
            ["You: Who lit it?", "Assistant: Bren did.", "You: Where?", "Assistant: North."],
        ),
        (
            story(
                chatml,
                "<|im_start|>user\nWho lit it?<|im_end|>\n<|im_start|>assistant\n",
                &[
                    "Bren did.<|im_end|>",
                    "<|im_start|>user\nWhere?<|im_end|>\n<|im_start|>assistant\n",
                    "North.",
                ],
            ),
            ["Kit: Who lit it?", "Keeper: Bren did.", "Kit: Where?", "Keeper: North."],
        ),
    ] {
        assert_eq!(told(story.as_bytes()), ("kobold", said.map(str::to_owned).to_vec()));
    }
    let told_one = r#"{"gamestarted":true,"prompt":"It is dark.","actions":["<think>\nsecret\n\nplan\n</think>\n\nBren lights it.\nThe sea is black."],"savedsettings":{"opmode":1}}"#;
    assert_eq!(told(told_one.as_bytes()).1, ["It is dark.", "Bren lights it.", "The sea is black."]);
}

#[test]
fn what_is_attached_to_a_message_is_said_where_somebody_says_it() {
    let slack = r#"[{"type":"message","user":"U1","text":"shared:","ts":"1699960200.000200","attachments":[{"is_share":true,"is_msg_unfurl":true,"from_url":"https://s","text":"Old words of Odile","fallback":"no"}]},
        {"type":"message","user":"U1","text":"see https://x.y","ts":"1699960300.000200","attachments":[{"from_url":"https://x.y","title":"A page"}]},
        {"type":"message","user":"U1","text":"and:","ts":"1699960400.000200","attachments":[{"is_share":true,"text":"","message_blocks":[{"message":{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"In a block"}}]}}]}]}]"#;
    assert_eq!(
        told(slack.as_bytes()).1,
        ["U1: shared:\n\nOld words of Odile", "U1: see https://x.y", "U1: and:\n\nIn a block"]
    );
    let embeds = r#""embeds":[{"title":"Log","description":"The wick failed.","url":URL,"author":{"name":"Keeper"},"footer":{"text":"page 3"}}]"#;
    let message = |id: u8, content: &str, bot: bool, url: &str| {
        format!(
            r#"{{"id":"{id}","type":"Default","timestamp":"2023-12-01T20:0{id}:00Z","content":"{content}","author":{{"name":"Ann","isBot":{bot}}},{}}}"#,
            embeds.replace("URL", url)
        )
    };
    let discord = [
        message(1, "", true, "null"),
        message(2, "Roll", true, "null"),
        message(3, "https://x.y", true, "\"https://x.y\""),
        message(4, "Look", false, "null"),
    ];
    let discord =
        format!(r#"{{"guild":{{}},"channel":{{}},"dateRange":{{}},"messages":[{}]}}"#, discord.join(","));
    let embed = "Keeper\nLog\nThe wick failed.\npage 3";
    let said = [
        format!("Ann: {embed}"),
        format!("Ann: Roll\n\n{embed}"),
        "Ann: https://x.y".to_owned(),
        "Ann: Look".to_owned(),
    ];
    assert_eq!(told(discord.as_bytes()).1, said);
    let page = r#"<html><div class="preamble__entry">Inn</div><div class="chatlog"><div class="chatlog__message" data-message-id="1"><span class="chatlog__author">Ann</span><span class="chatlog__author-tag">BOT</span>
        <span class="chatlog__timestamp" title="Friday, December 1, 2023 8:00 PM"></span><div class="chatlog__content"><span class="chatlog__markdown-preserve">one
two</span></div><div class="chatlog__embed"><div class="chatlog__embed-title">Log</div><div class="chatlog__embed-description">The wick failed.</div>
        <div class="chatlog__embed-footer"><span class="chatlog__embed-footer-text">page 3 • 12/1/2023 8:00 PM</span></div></div></div></div></html>"#;
    assert_eq!(told(page.as_bytes()).1, ["Ann: one\ntwo\n\nLog\nThe wick failed.\npage 3"]);
}

#[test]
fn a_note_of_a_vault_is_what_it_shows() {
    let (format, texts) = told(b"---\naliases: [x]\n---\nThe lamp is out.\n\n![[Scene 2]]\n");
    assert_eq!((format, texts), ("novel", vec!["The lamp is out.".to_owned()]));
}

#[test]
fn tables_are_told_whatever_parts_their_cells_and_one_without_rows_is_no_text() {
    for table in [
        "name|message|time\nOdile|hello, there|2024-03-01\nKit|hi, you|2024-03-02\n",
        "sep=,\nname,message,time\nOdile,hello,2024-03-01\nKit,yo,2024-03-01\n",
    ] {
        let (format, texts) = told(table.as_bytes());
        assert_eq!((format, texts.len()), ("records", 2), "{table}");
    }
    assert_eq!(told(b"name,message,time\n"), ("records", Vec::new()));
}
