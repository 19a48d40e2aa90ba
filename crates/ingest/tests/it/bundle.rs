//! Folders and archives of files of several formats.

use std::io::{Cursor, Write};

use naragtive_ingest::{Bundle, BundlePart, IngestError, SkipReason, is_archive};
use naragtive_scene::Scene;
use zip::unstable::write::FileOptionsExt;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::support::{fixture, options, zipped};

fn read(bytes: &[u8]) -> Result<(Vec<BundlePart>, Vec<Scene>), IngestError> {
    let mut scenes = Vec::new();
    let mut bundle = Bundle::new(options("all.zip"), None, None);
    bundle.add("", bytes, &mut |scene| scenes.push(scene));
    let parts = bundle.finish(&mut |scene| scenes.push(scene))?;
    Ok((parts, scenes))
}

fn mixed() -> Vec<u8> {
    zipped(&[
        ("chats/sera.jsonl", &fixture("sillytavern/branch.jsonl")),
        ("table/2023-11-14.json", &fixture("slack/2023-11-14.json")),
        ("users.json", br#"[{"id":"U02","name":"bo","profile":{"display_name":"Captain Bo"}}]"#),
        ("../../etc/novel.md", &fixture("novel/chapters.md")),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("half.json", br#"[{"mes":"a","name":"#),
        ("__MACOSX/._sera.jsonl", b"\0\0"),
        (".hidden/x.jsonl", &fixture("sillytavern/solo.jsonl")),
    ])
}

#[test]
fn each_file_is_read_as_what_it_is_and_the_rest_is_counted() {
    let (parts, scenes) = read(&mixed()).unwrap();
    let names: Vec<&str> = parts.iter().map(|part| part.format.name()).collect();
    assert_eq!(names, ["sillytavern", "slack", "novel"]);
    assert_eq!(parts.iter().map(|part| part.report.scenes).sum::<usize>(), scenes.len());
    let left_out = &parts[0].report;
    assert_eq!((left_out.count(SkipReason::OtherFile), left_out.count(SkipReason::BadFile)), (1, 1));
    let slack = scenes.iter().find(|scene| scene.text.contains("On my way")).unwrap();
    assert!(slack.text.contains("Hi @Captain Bo") && slack.text.contains("Captain Bo: On my way."));
    let origin = slack.origin.as_ref().unwrap();
    assert_eq!(origin.conversation.id.as_deref(), Some("table"));
    assert_eq!(origin.conversation.file, "all.zip/table/2023-11-14.json");
}

#[test]
fn an_archive_within_gzip_or_another_archive_is_read_too() {
    let mut builder = tar::Builder::new(Vec::new());
    let chat = fixture("sillytavern/branch.jsonl");
    let mut header = tar::Header::new_gnu();
    header.set_size(chat.len() as u64);
    header.set_cksum();
    builder.append_data(&mut header, "chats/sera.jsonl", chat.as_slice()).unwrap();
    let tar = builder.into_inner().unwrap();
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(&tar).unwrap();
    let packed = writer.finish().unwrap();
    let nested = zipped(&[("inner.zip", &zipped(&[("a.jsonl", &chat)]))]);
    for bytes in [tar, packed, nested] {
        assert!(is_archive(&bytes));
        assert_eq!(read(&bytes).unwrap().1.len(), 2);
    }
}

#[test]
fn what_cannot_be_read_at_all_is_one_error() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let secret = SimpleFileOptions::default().with_deprecated_encryption(b"password").unwrap();
    writer.start_file("a.json", secret).unwrap();
    writer.write_all(&fixture("discord/tavern.json")).unwrap();
    let encrypted = writer.finish().unwrap().into_inner();
    let mut bomb = fixture("discord/tavern.json");
    for _ in 0..4 {
        bomb = zipped(&[("a.zip", &bomb)]);
    }
    let half = mixed();
    for (bytes, reason) in [
        (&encrypted[..], "`a.json` in the archive: it is encrypted"),
        (&bomb, "expected an export among its files, found none; 1 of them are something else"),
        (
            &zipped(&[("a.png", b"\0")]),
            "expected an export among its files, found none; 1 of them are something else",
        ),
        (&half[..half.len() / 2], "expected a zip archive, found a damaged one"),
    ] {
        let found = read(bytes).unwrap_err().to_string();
        assert!(found.starts_with(reason), "{found}");
    }
}

/// The archive in which the file of that name says that it unpacks to so many bytes.
fn claiming(mut archive: Vec<u8>, name: &str, size: u32) -> Vec<u8> {
    let is_entry = |at: &usize| {
        archive[*at..].starts_with(b"PK\x01\x02") && archive[at + 46..].starts_with(name.as_bytes())
    };
    let entry = (0..archive.len() - 46).find(is_entry).unwrap();
    archive[entry + 24..entry + 28].copy_from_slice(&size.to_le_bytes());
    archive
}

#[test]
fn what_unpacks_to_too_much_costs_nothing_that_stands_beside_it() {
    let chat = fixture("sillytavern/solo.jsonl");
    let archive = zipped(&[("film.mp4", b"\0"), ("a.json", b"[]"), ("chat.jsonl", &chat)]);
    let archive = claiming(claiming(archive, "film.mp4", 900 << 20), "a.json", 600 << 20);
    let (parts, scenes) = read(&archive).unwrap();
    let skipped: Vec<_> = parts[0].report.skipped.iter().map(|one| (one.reason, one.count)).collect();
    assert!(!scenes.is_empty());
    assert!(skipped.contains(&(SkipReason::OtherFile, 1)), "{skipped:?}");
    assert!(skipped.contains(&(SkipReason::BadFile, 1)), "{skipped:?}");
    let alone = claiming(zipped(&[("a.json", b"[]")]), "a.json", 600 << 20);
    let said = read(&alone).unwrap_err().to_string();
    assert_eq!(said, "`a.json` in the archive unpacks to more than the 536870912 bytes that are left for it");
}

#[test]
fn files_that_tell_about_others_are_read_before_them_wherever_they_lie() {
    let bytes = zipped(&[
        ("package/messages/c123/messages.json", &fixture("discord-data/messages.json")),
        ("package/messages/c123/channel.json", br#"{"id":"123","type":0,"name":"tavern","guild":{"id":"1","name":"Table"}}"#),
        ("package/messages/c124/messages.csv", &fixture("discord-data/messages.csv")),
        ("package/messages/index.json", br#"{"123":"tavern in Table","124":"Direct Message with bo#0"}"#),
        ("package/account/user.json", br#"{"id":"7","username":"ann","global_name":"Ann"}"#),
        ("jan/threads/t1/messages.jsonl", &fixture("jan/messages.jsonl")),
        ("jan/threads/t1/thread.json", br#"{"id":"t1","object":"thread","title":"Night watch","assistants":[{"model":{"id":"story-8b"}}]}"#),
    ]);
    let (parts, scenes) = read(&bytes).unwrap();
    let names: Vec<&str> = parts.iter().map(|part| part.format.name()).collect();
    assert_eq!(names, ["discord-data", "jan"]);
    let shown = |key: &str| {
        scenes.iter().map(|scene| scene.metadata.text(key).unwrap_or_default()).collect::<Vec<_>>()
    };
    let channels = ["Table / tavern", "Table / tavern", "Direct Message with bo#0", ""];
    assert_eq!(shown("channel"), channels);
    assert_eq!(shown("conversation_name")[3], "Night watch");
    assert_eq!(shown("model")[3], "story-8b");
    assert!(scenes[0].text.starts_with("Ann: The lamp is lit."));
    assert_eq!(parts[0].report.count(SkipReason::OtherFile), 0);
}

#[test]
fn a_chat_is_found_among_the_pictures_that_came_with_it() {
    let bytes = zipped(&[
        ("00000003-PHOTO.jpg", b"\xff\xd8\xff\0"),
        ("sticker.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("_chat.txt", &fixture("whatsapp/ios.txt")),
        ("sera.png", &fixture("lore/sera.png")),
    ]);
    let (parts, scenes) = read(&bytes).unwrap();
    assert_eq!(parts.iter().map(|part| part.format.name()).collect::<Vec<_>>(), ["whatsapp", "lore"]);
    assert_eq!((scenes.len(), parts[0].report.count(SkipReason::OtherFile)), (7, 2));
}

#[test]
fn files_of_a_folder_come_in_the_order_of_their_names() {
    let part = |number: u8| {
        let said = format!("Part {number}.");
        let author = serde_json::json!({"id": "7", "name": "ann"});
        let message = serde_json::json!({"id": format!("{number}"), "type": "Default", "content": said, "author": author,
            "timestamp": format!("2025-11-{number:02}T21:00:00+00:00")});
        let channel = serde_json::json!({"id": "9", "name": "tavern"});
        serde_json::json!({"guild": {"id": "1"}, "channel": channel, "messages": [message]}).to_string()
    };
    let bytes = zipped(&[
        ("b/tavern [part 10].json", part(10).as_bytes()),
        ("b/tavern [part 2].json", part(2).as_bytes()),
        ("b/tavern.json", part(1).as_bytes()),
        ("a/inn.json", part(11).as_bytes()),
    ]);
    let (_, scenes) = read(&bytes).unwrap();
    let texts: Vec<&str> = scenes.iter().map(|scene| scene.text.as_str()).collect();
    assert_eq!(texts, ["ann: Part 1.", "ann: Part 2.", "ann: Part 10.", "ann: Part 11."]);
}

#[test]
fn what_lies_beside_an_export_and_says_nothing_is_no_other_export() {
    let (parts, scenes) = read(&fixture("chatgpt/export.zip")).unwrap();
    assert_eq!(parts.iter().map(|part| part.format.name()).collect::<Vec<_>>(), ["chatgpt"]);
    assert_eq!((scenes.len(), parts[0].report.count(SkipReason::OtherFile)), (4, 9));
    let (parts, scenes) = read(&fixture("slack/workspace.zip")).unwrap();
    assert_eq!(parts.iter().map(|part| part.format.name()).collect::<Vec<_>>(), ["slack"]);
    assert!(scenes.iter().any(|scene| scene.text.contains("Dice: Rolled *17* for @Bo\n\nwith @Bo:fire:map")));
    let talk = scenes.iter().find(|scene| scene.text == "Bo: psst").unwrap();
    assert_eq!(talk.metadata.text("channel").as_deref(), Some("Ann B, Bo"));
    assert_eq!(talk.origin.as_ref().unwrap().conversation.id.as_deref(), Some("D77"));
    let nothing = zipped(&[("a.html", b"<html><body></body></html>"), ("b.json", b"[]")]);
    assert!(matches!(read(&nothing), Err(IngestError::NoExport { files: 2 })));
}

#[test]
fn a_file_is_read_by_what_is_in_it_whatever_it_is_called() {
    let bytes = zipped(&[
        ("WhatsApp Chat.json", &fixture("whatsapp/ios.txt")),
        ("WhatsApp Chat with Dr. Bren", &fixture("whatsapp/ios.txt")),
        ("doc.txt", &fixture("docx/word.docx")),
        ("discord.txt", &fixture("discord/tavern.json")),
        ("log.md", &fixture("irc/plain.txt")),
        ("page.css", b"Ann is here.\n\nBo is there.\n"),
        ("chapters.py", &fixture("novel/chapters.md")),
    ]);
    let (parts, _) = read(&bytes).unwrap();
    let mut names: Vec<&str> = parts.iter().map(|part| part.format.name()).collect();
    names.sort_unstable();
    assert_eq!(names, ["discord", "docx", "irc", "whatsapp"]);
    assert_eq!(parts.iter().map(|part| part.report.count(SkipReason::OtherFile)).sum::<usize>(), 2);
    let mut bundle = Bundle::new(options("all.zip"), None, Some(parts[0].format));
    bundle.add("", bytes.as_slice(), &mut |_| ());
    assert_eq!(bundle.finish(&mut |_| ()).unwrap().len(), 1);
}
