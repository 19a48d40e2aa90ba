//! Bytes to text. A byte order mark is read and dropped, UTF-16 is decoded, and what can't be decoded
//! is either dropped and counted ([`lossy`]) or an error that says where it is ([`strict`]).

use std::borrow::Cow;

use crate::{IngestError, words};

/// The text of `bytes` and how many bytes of them were dropped: those that are not UTF-8 (or half a
/// UTF-16 pair), and NUL bytes, which damaged files are padded with.
pub(crate) fn lossy(bytes: &[u8]) -> (String, usize) {
    let (text, dropped) = match Encoding::of(bytes) {
        Encoding::Utf8(rest) => utf8_lossy(rest),
        Encoding::Utf16(units) => utf16_lossy(units),
    };
    let kept = text.replace('\0', "");
    let nuls = text.len() - kept.len();
    (newlines(kept), dropped + nuls)
}

/// The text of `bytes`, every byte of it.
///
/// # Errors
/// When it is empty or a byte is not UTF-8 (or half a UTF-16 pair).
pub(crate) fn strict(bytes: &[u8]) -> Result<Cow<'_, str>, IngestError> {
    let text = match Encoding::of(bytes) {
        Encoding::Utf8(rest) => {
            let mark = bytes.len() - rest.len();
            let text = std::str::from_utf8(rest)
                .map_err(|error| IngestError::NotUtf8 { byte: mark + error.valid_up_to() })?;
            Cow::Borrowed(text)
        }
        Encoding::Utf16(units) => Cow::Owned(utf16_strict(units)?),
    };
    if words::is_blank(&text) { Err(IngestError::Empty) } else { Ok(text) }
}

/// `text` with every line ended by `\n`, whatever ended it before.
pub(crate) fn newlines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

enum Encoding<'a> {
    Utf8(&'a [u8]),
    Utf16(Units<'a>),
}

impl<'a> Encoding<'a> {
    /// By the byte order mark; without one, UTF-16 shows by its NUL beside each of two ASCII letters.
    fn of(bytes: &'a [u8]) -> Self {
        match bytes {
            [0xef, 0xbb, 0xbf, rest @ ..] => Self::Utf8(rest),
            [0xff, 0xfe, rest @ ..] => Self::Utf16(Units { bytes: rest, start: 2, read: u16::from_le_bytes }),
            [0xfe, 0xff, rest @ ..] => Self::Utf16(Units { bytes: rest, start: 2, read: u16::from_be_bytes }),
            [1..=255, 0, 1..=255, 0, ..] => Self::Utf16(Units { bytes, start: 0, read: u16::from_le_bytes }),
            [0, 1..=255, 0, 1..=255, ..] => Self::Utf16(Units { bytes, start: 0, read: u16::from_be_bytes }),
            _ => Self::Utf8(bytes),
        }
    }
}

struct Units<'a> {
    bytes: &'a [u8],
    start: usize,
    read: fn([u8; 2]) -> u16,
}

impl Units<'_> {
    fn chars(&self) -> impl Iterator<Item = Option<char>> {
        let (pairs, _) = self.bytes.as_chunks::<2>();
        char::decode_utf16(pairs.iter().map(|pair| (self.read)(*pair))).map(Result::ok)
    }

    fn odd_byte(&self) -> usize {
        self.bytes.len() % 2
    }
}

fn utf8_lossy(bytes: &[u8]) -> (String, usize) {
    let mut text = String::with_capacity(bytes.len());
    let mut dropped = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        dropped += chunk.invalid().len();
    }
    (text, dropped)
}

fn utf16_lossy(units: Units<'_>) -> (String, usize) {
    let mut dropped = units.odd_byte();
    let mut text = String::new();
    for c in units.chars() {
        match c {
            Some(c) => text.push(c),
            None => dropped += 2,
        }
    }
    (text, dropped)
}

fn utf16_strict(units: Units<'_>) -> Result<String, IngestError> {
    let mut byte = units.start;
    let mut text = String::new();
    for c in units.chars() {
        let c = c.ok_or(IngestError::NotUtf8 { byte })?;
        byte += 2 * c.len_utf16();
        text.push(c);
    }
    if units.odd_byte() == 0 { Ok(text) } else { Err(IngestError::NotUtf8 { byte }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Chloé 🤔\n";
        for bytes in [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            utf16(&format!("\u{feff}{text}"), u16::to_le_bytes),
            utf16(&format!("\u{feff}{text}"), u16::to_be_bytes),
            utf16(text, u16::to_le_bytes),
            utf16(text, u16::to_be_bytes),
        ] {
            assert_eq!(strict(&bytes).unwrap(), text);
            assert_eq!(lossy(&bytes), (text.to_owned(), 0));
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_dropped_and_counted_or_named() {
        for (bytes, kept, dropped, at) in [
            (&b"ab\xffc"[..], "abc", 1, Some(2)),
            (b"\xef\xbb\xbfa\xe2\x80", "a", 2, Some(4)),
            (b"ab\0c\0\0", "abc", 3, None),
            (b"\xff\xfea\0\x00\xd8b\0", "ab", 2, Some(4)),
            (b"\xff\xfea\0b", "a", 1, Some(4)),
        ] {
            assert_eq!(lossy(bytes), (kept.to_owned(), dropped), "{bytes:?}");
            assert_eq!(strict(bytes).err(), at.map(|byte| IngestError::NotUtf8 { byte }), "{bytes:?}");
        }
    }

    #[test]
    fn all_line_ends_become_one() {
        assert_eq!(lossy(b"a\r\nb\rc\n").0, "a\nb\nc\n");
    }

    #[test]
    fn a_mark_alone_is_an_empty_file() {
        for bytes in [&b""[..], b"\xef\xbb\xbf", b"\xff\xfe", b" \n"] {
            assert_eq!(strict(bytes), Err(IngestError::Empty));
        }
    }
}
