//! A file is told by what is in it.

use naragtive_ingest::Format;

use crate::support::{fixture, shared};

#[test]
fn each_golden_file_is_told_apart() {
    for (file, format) in [
        ("neptune-chapter.txt", Format::NEPTUNE),
        ("llama-conversation.json", Format::LLAMA_SERVER),
        ("chat-messages.json", Format::CHAT_MESSAGES),
        ("transcript.txt", Format::PLAIN_TEXT),
    ] {
        assert_eq!(Format::detect(&shared(&format!("golden/{file}"))), Some(format), "{file}");
    }
}

#[test]
fn a_format_is_told_by_content() {
    let zip = fixture("llama/conversations.zip");
    let utf16: Vec<u8> = "\u{feff}[{\"message\":\"a\"}]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, format) in [
        (&zip[..], Some(Format::LLAMA_SERVER)),
        (&utf16[..], Some(Format::CHAT_MESSAGES)),
        (b"\xef\xbb\xbf {\"conv\":{\"id\":", Some(Format::LLAMA_SERVER)),
        (b"{\"messages\":[],\"conv\":{}}", Some(Format::LLAMA_SERVER)),
        (b"[{\"conv\":{},\"messages\":[]}]", Some(Format::LLAMA_SERVER)),
        (b"\n{\"harness\":\"x\",\"type\":\"session\",\"id\":1}\n{}", Some(Format::LLAMA_SERVER)),
        (b"[{\"user\":\"a\",\"message\":\"b\"}]", Some(Format::CHAT_MESSAGES)),
        (b" [ ] ", Some(Format::CHAT_MESSAGES)),
        (b"***now - User:***\r\nhi", Some(Format::NEPTUNE)),
        (b"\xff\xfe*\0*\0*\0a\0-\0b\0:\0*\0*\0*\0", Some(Format::NEPTUNE)),
        (b"[Enter] a ghost.", Some(Format::PLAIN_TEXT)),
        (b"* one thing\n* another thing\n* a third thing", Some(Format::PLAIN_TEXT)),
        (b"Ann: \"Who is there?\"\nBo: \"Nobody.\"\nNote: 12:00 is noon.", Some(Format::PLAIN_TEXT)),
        (b"{\"type\":\"other\"}", None),
        (b"[1, 2]", None),
        (b"a\0b", None),
        (b"\xff\xff\xff", None),
        (b"PK\x03\x04not a zip", None),
        (b" \n", None),
        (b"", None),
    ] {
        assert_eq!(Format::detect(bytes), format, "{:?}", String::from_utf8_lossy(bytes));
    }
}
