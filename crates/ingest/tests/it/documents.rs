//! Documents and archives that can't be read as they are: each is one error that says why, or a counted skip.

use std::io::Write;

use naragtive_ingest::{Bundle, Format, IngestError, SkipReason, read};
use naragtive_scene::Scene;

use crate::support::{fixture, options, texts, zipped};

fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn named(name: &str) -> Format {
    Format::named(name).unwrap()
}

fn refusal(bytes: &[u8]) -> (&'static str, String) {
    let format = Format::detect(bytes).unwrap();
    (format.name(), read(format, bytes, &options("x")).unwrap_err().to_string())
}

#[test]
fn a_document_that_cannot_be_read_says_why() {
    let odt = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"),
        ("content.xml", b"\0\x01\x02"),
    ]);
    let empty = zipped(&[("META-INF/container.xml", b"<container/>")]);
    let bodiless = zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"")]);
    for (bytes, format, reason) in [
        (
            &fixture("faults/drm.epub")[..],
            "epub",
            "it is protected against copying (DRM): it has `META-INF/encryption.xml`",
        ),
        (&empty, "epub", "expected `rootfile` in it, found none"),
        (&odt, "odt", "it is encrypted"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0",
            "docx",
            "expected a .docx document, found one of Word before 2007, or one with a password",
        ),
        (
            b"<ScrivenerProject><Binder/></ScrivenerProject>",
            "scrivener",
            "expected `Files/Data/…/content.rtf` in it, found none",
        ),
        (b"PAR1 and no more PAR1", "records", "expected a table, found a damaged one"),
        (b"ARROW1\0\0", "records", "expected a table, found a damaged one"),
    ] {
        let (found, said) = refusal(bytes);
        assert_eq!(found, format, "{said}");
        assert!(said.starts_with(reason), "{said}");
    }
    assert!(read(named("docx"), &bodiless, &options("x")).unwrap().scenes.is_empty());
    assert!(read(named("rtf"), b"no", &options("x")).is_err());
}

#[test]
fn a_store_is_told_and_not_ingested() {
    let store =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../store/tests/fixtures/bad-nan.parquet"))
            .unwrap();
    assert_eq!(read(named("records"), &store, &options("x")), Err(IngestError::IsStore));
    let mut bundle = Bundle::new(options("all"), None, None);
    bundle.add("scenes.parquet", &store, &mut |_| {});
    bundle.add("a.jsonl", &fixture("sillytavern/solo.jsonl"), &mut |_| {});
    let parts = bundle.finish(&mut |_| {}).unwrap();
    assert_eq!((parts.len(), parts[0].report.count(SkipReason::BadFile)), (1, 1));
}

#[test]
fn half_a_document_or_archive_is_an_error_or_says_what_is_missing() {
    for path in [
        "epub/three.epub",
        "docx/word.docx",
        "odt/writer.odt",
        "records/posts.parquet",
        "scrivener/three.zip",
    ] {
        let bytes = fixture(path);
        let half = &bytes[..bytes.len() / 2];
        let mut bundle = Bundle::new(options("all"), None, None);
        bundle.add("half", half, &mut |_| {});
        let said = bundle.finish(&mut |_| {}).unwrap_err().to_string();
        assert!(said.contains("damaged"), "{path}: {said}");
    }
    let table = fixture("records/stories.arrow");
    let read_table = read(named("records"), &table[..table.len() - 8], &options("x")).unwrap();
    assert_eq!((read_table.scenes.len(), read_table.report.count(SkipReason::Unreadable)), (2, 1));
    let rtf = fixture("rtf/word.rtf");
    let read = read(named("rtf"), &rtf[..rtf.len() / 2], &options("x")).unwrap();
    assert_eq!(read.report.count(SkipReason::Unreadable), 1);
}

#[test]
fn an_archive_is_read_as_one_format_whatever_kind_of_archive_it_is() {
    let files: &[(&str, &[u8])] = &[
        ("a/bad.jsonl", b"{}"),
        ("a/one.jsonl", &fixture("sillytavern/solo.jsonl")),
        ("a/two.jsonl", &fixture("sillytavern/group-dates.jsonl")),
        ("readme.txt", b"no"),
    ];
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(&tarred(files)).unwrap();
    let packed = writer.finish().unwrap();
    let zip = read(named("sillytavern"), &zipped(files), &options("x")).unwrap();
    for bytes in [tarred(files), packed] {
        let other = read(named("sillytavern"), &bytes, &options("x")).unwrap();
        assert_eq!((texts(&other), &other.report), (texts(&zip), &zip.report));
    }
    let counted = [SkipReason::OtherFile, SkipReason::BadFile].map(|reason| zip.report.count(reason));
    assert_eq!(counted, [1, 1]);
}

#[test]
fn a_name_that_leads_out_of_an_archive_is_a_name_and_no_path() {
    let chat = fixture("sillytavern/solo.jsonl");
    let bytes = zipped(&[
        ("../../../../tmp/naragtive-escaped.jsonl", &chat),
        ("/etc/naragtive-escaped.jsonl", &chat),
    ]);
    let mut scenes: Vec<Scene> = Vec::new();
    let mut bundle = Bundle::new(options("all.zip"), None, None);
    bundle.add("", &bytes, &mut |scene| scenes.push(scene));
    bundle.finish(&mut |_| {}).unwrap();
    let file = |scene: &Scene| scene.origin.as_ref().unwrap().conversation.file.clone();
    assert!(scenes.iter().all(|scene| file(scene).starts_with("all.zip/")));
    assert!(!std::path::Path::new("/tmp/naragtive-escaped.jsonl").exists());
}

#[test]
fn half_a_tar_archive_gives_its_whole_files_and_says_that_more_is_missing() {
    let chat = fixture("sillytavern/solo.jsonl");
    let bytes = tarred(&[("one.jsonl", &chat), ("two.jsonl", &chat)]);
    let second = bytes.len() - 1024 - chat.len() / 2;
    let found = read(named("sillytavern"), &bytes[..second.min(bytes.len() * 3 / 4)], &options("x")).unwrap();
    let whole = read(named("sillytavern"), &chat, &options("x")).unwrap();
    assert_eq!(found.scenes.len(), whole.scenes.len());
    assert_eq!(found.report.count(SkipReason::BadFile), 1);
}

#[test]
fn the_text_column_is_the_one_that_is_said_else_the_one_with_long_texts() {
    let table = b"label;review;stars\nx;The lamp was lit by nobody at all, and yet it burned.;4\ny;The bell hung in the fog and rang and rang again.;5\n";
    assert_eq!(Format::detect(table), Some(named("records")));
    let guessed = read(named("records"), table, &options("x")).unwrap();
    assert_eq!(guessed.report.fields.as_deref(), Some("message=review"));
    assert_eq!(guessed.scenes.len(), 2);
    let map = [naragtive_ingest::Mapping::text("label")];
    let chosen = naragtive_ingest::Options { map: &map, ..options("x") };
    assert_eq!(texts(&read(named("records"), table, &chosen).unwrap()), ["x", "y"]);
    let map = [naragtive_ingest::Mapping::text("nobody")];
    let wrong = naragtive_ingest::Options { map: &map, ..options("x") };
    for file in [table.to_vec(), fixture("records/stories.arrow")] {
        assert!(matches!(read(named("records"), &file, &wrong), Err(IngestError::NoSuchField { .. })));
    }
}

/// What is read of a file by what the user says of its fields, in whatever format that is read.
fn mapped(file: &[u8], map: &str) -> Result<naragtive_ingest::Ingested, IngestError> {
    let map: Vec<naragtive_ingest::Mapping> = map.split(',').map(|one| one.parse().unwrap()).collect();
    let (format, _) = Format::sniff_mapped(file, &map).unwrap();
    read(format, file, &naragtive_ingest::Options { map: &map, ..options("x") })
}

#[test]
fn a_field_that_no_record_has_is_told_with_those_there_are() {
    let posts = fixture("records/posts.parquet");
    let table = b"when\twho\tsaid\n2024-03-01T21:58:00Z\tOdile\tThe lamp is out\n2024-03-01T21:59:00Z\tKit\tWho did it?\n";
    let lines = br#"{"zorg": "The lamp is out tonight.", "blip": "odile"}
{"zorg": "Who did it?", "blip": null, "late": 1}"#;
    let nameless = b"Odile,The lamp is out,2024-03-01\nKit,Who did it,2024-03-02\n";
    for (reason, file, map, told) in [
        (
            "a time",
            &table[..],
            "message=said,user=who,time=wen",
            Some("the field `wen` that was named as the time; they have when, who, said"),
        ),
        ("the text", table, "message=sad", Some("`sad` that was named as the message")),
        ("all are there", table, "message=said,user=who,time=when", None),
        (
            "a table without names",
            nameless,
            "message=foo",
            Some("they have Odile, The lamp is out, 2024-03-01"),
        ),
        ("lines", lines, "message=zork", Some("they have zorg, blip")),
        ("one that comes later", lines, "message=zorg,time=late", None),
        ("null is something", lines, "message=zorg,user=blip", None),
        ("a column", &posts, "user=auther", Some("`auther`")),
        ("within another", lines, "message=zorg,user=blip.name", Some("`blip.name`")),
    ] {
        let found = mapped(file, map);
        let error = found.as_ref().err().map(ToString::to_string);
        match told {
            Some(told) => {
                assert!(error.as_deref().is_some_and(|error| error.contains(told)), "{reason}: {error:?}")
            }
            None => assert_eq!(found.unwrap().scenes.len(), 2, "{reason}"),
        }
    }
    let Err(IngestError::NoSuchField { nearest, .. }) = mapped(table, "message=said,time=whn") else {
        panic!()
    };
    assert_eq!(nearest.as_deref(), Some("when"));
}

/// One file of many may lack a field; a file that is no list of records has none. Both are told.
#[test]
fn what_is_said_of_fields_and_passed_over_is_told() {
    let map: Vec<naragtive_ingest::Mapping> =
        vec!["message=said".parse().unwrap(), "time=wen".parse().unwrap()];
    let with = naragtive_ingest::Options { map: &map, ..options("x") };
    let zip = zipped(&[
        ("a.tsv", b"who\tsaid\nOdile\tThe lamp is out\n"),
        ("b.tsv", b"who\tsaid\twen\nKit\tWho?\t2024-03-01\n"),
    ]);
    let found = read(named("records"), &zip, &with).unwrap();
    assert_eq!((found.scenes.len(), found.report.missing_fields.as_deref()), (2, Some("time=wen")));
    let chat = read(named("sillytavern"), &fixture("sillytavern/solo.jsonl"), &with).unwrap();
    assert!(chat.report.has_no_fields && chat.report.told().iter().any(|told| told.contains("--map")));
    assert!(
        !read(named("sillytavern"), &fixture("sillytavern/solo.jsonl"), &options("x"))
            .unwrap()
            .report
            .has_no_fields
    );
}

#[test]
fn records_are_read_from_a_list_within_an_object_where_their_fields_are_named() {
    let file = br#"{"data": {"items": [{"author": {"name": "Odile"}, "body": "The lamp is out.", "id": "a"},
        {"author": null, "body": "Who?", "id": "c"}]}}"#;
    let found = mapped(file, "message=body,user=author.name").unwrap();
    assert_eq!(texts(&found), ["Odile: The lamp is out.", "Who?"]);
    let line = [file.split(|byte| *byte == b'\n').collect::<Vec<_>>().concat(), b"\n".to_vec()].concat();
    for (lines, scenes) in [(1, 2), (2, 4)] {
        let found = mapped(&line.repeat(lines), "message=body,user=author.name").unwrap();
        assert_eq!(texts(&found).len(), scenes);
    }
    let own = br#"{"body": "The lamp is out.", "data": {"items": [{"body": "No."}]}}"#;
    assert_eq!(texts(&mapped(own, "message=body").unwrap()), ["The lamp is out."]);
    assert_eq!(Format::fields_of(file), ["author", "author.name", "body", "id"]);
    assert!(Format::fields_of(br#"{"type": "other"}"#).is_empty());
    assert!(Format::fields_of(b"A plain text, and no more of it.\nNone at all.").is_empty());
}
