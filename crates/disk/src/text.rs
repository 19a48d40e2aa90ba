use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::{DiskError, TextProblem};

/// Small files of text are smaller than this.
const LARGEST: u64 = 64 << 20;

const UTF_8: &[u8] = &[0xEF, 0xBB, 0xBF];
const UTF_16_LITTLE: &[u8] = &[0xFF, 0xFE];
const UTF_16_BIG: &[u8] = &[0xFE, 0xFF];

/// The text of a small file: UTF-8, or UTF-16 if it begins with its mark. A mark at the beginning, as editors and shells
/// on Windows put it there, isn't part of the text.
///
/// # Errors
/// When the file can't be read or isn't such text.
pub fn read_text(path: &Path) -> Result<String, DiskError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    read.map_err(DiskError::io("read", path))?;
    text(bytes).map_err(|problem| DiskError::NotText { path: path.to_owned(), problem })
}

/// The text that the bytes of a small file are; see [`read_text`].
///
/// # Errors
/// When they aren't text.
pub fn text(bytes: Vec<u8>) -> Result<String, TextProblem> {
    if bytes.len() as u64 > LARGEST {
        return Err(TextProblem::Large { limit: LARGEST });
    }
    let text = if let Some(rest) = bytes.strip_prefix(UTF_16_LITTLE) {
        utf_16(rest, u16::from_le_bytes)?
    } else if let Some(rest) = bytes.strip_prefix(UTF_16_BIG) {
        utf_16(rest, u16::from_be_bytes)?
    } else {
        let text = bytes.strip_prefix(UTF_8).unwrap_or(&bytes);
        let found = std::str::from_utf8(text);
        let before = bytes.len() - text.len();
        found.map_err(|error| TextProblem::NotUtf8 { at: before + error.valid_up_to() })?.to_owned()
    };
    if text.contains('\0') { Err(TextProblem::Zero) } else { Ok(text) }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, TextProblem> {
    let (pairs, rest) = bytes.as_chunks();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).ok().filter(|_| rest.is_empty()).ok_or(TextProblem::NotUtf16)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mark_at_the_beginning_says_how_the_rest_is_written_and_nothing_else_is_guessed() {
        for (reason, bytes, expected) in [
            ("plain", &b"tale"[..], Ok("tale")),
            ("empty", b"", Ok("")),
            ("a mark of UTF-8", b"\xEF\xBB\xBFtale", Ok("tale")),
            ("a mark alone", b"\xEF\xBB\xBF", Ok("")),
            ("the second mark is a character", b"\xEF\xBB\xBF\xEF\xBB\xBFa", Ok("\u{feff}a")),
            ("UTF-16 of Windows", b"\xFF\xFEt\0\xEB\0", Ok("t\u{eb}")),
            ("UTF-16, big end first", b"\xFE\xFF\0t\0\xEB", Ok("t\u{eb}")),
            ("UTF-16 with a pair", b"\xFF\xFE\x3D\xD8\x80\xDE", Ok("\u{1f680}")),
            ("UTF-16 cut short", b"\xFF\xFEt\0\xEB", Err(TextProblem::NotUtf16)),
            ("UTF-16 with half a pair", b"\xFF\xFE\x3D\xD8", Err(TextProblem::NotUtf16)),
            ("UTF-16 without its mark", b"t\0a\0", Err(TextProblem::Zero)),
            ("UTF-32", b"\xFF\xFE\0\0t\0\0\0", Err(TextProblem::Zero)),
            ("Windows-1252", b"ta\xEBe", Err(TextProblem::NotUtf8 { at: 2 })),
            ("Windows-1252 behind a mark", b"\xEF\xBB\xBF\xEB", Err(TextProblem::NotUtf8 { at: 3 })),
        ] {
            assert_eq!(text(bytes.to_vec()).as_deref(), expected.as_ref().copied(), "{reason}");
        }
    }

    proptest! {
        #[test]
        fn text_is_the_same_however_it_was_saved(words in "[^\u{0}\u{feff}]*") {
            let units: Vec<u16> = words.encode_utf16().collect();
            let little = units.iter().flat_map(|unit| unit.to_le_bytes());
            let big = units.iter().flat_map(|unit| unit.to_be_bytes());
            for bytes in [
                words.clone().into_bytes(),
                [UTF_8, words.as_bytes()].concat(),
                UTF_16_LITTLE.iter().copied().chain(little).collect(),
                UTF_16_BIG.iter().copied().chain(big).collect(),
            ] {
                prop_assert_eq!(text(bytes).unwrap(), words.as_str());
            }
        }
    }
}
