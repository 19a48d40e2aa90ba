//! Bytes to text, once. Text is UTF-8 unless its byte order mark, its NUL bytes or its letters say otherwise.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a file is looked at to tell its encoding.
const LOOKED_AT: usize = 1 << 20;

/// A text, and what its bytes were.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// How many bytes could not be decoded, and were dropped.
    pub(crate) dropped: usize,
    /// What the bytes were taken for, unless they are UTF-8 or say themselves what they are.
    pub(crate) assumed: Option<&'static str>,
    /// Of how many lines alone that is so, where others are UTF-8; 0 where it is so of all.
    pub(crate) assumed_lines: usize,
}

impl<'a> Decoded<'a> {
    /// A text in an encoding that is certain.
    fn certain(text: Cow<'a, str>, dropped: usize) -> Self {
        Self { text, dropped, assumed: None, assumed_lines: 0 }
    }
}

/// A text that is known to be UTF-8, decoded.
pub(crate) fn decode_known(text: &str) -> Decoded<'_> {
    let bytes = text.as_bytes();
    if matches!(bytes, [1..=255, 0, 1..=255, 0, ..] | [0, 1..=255, 0, 1..=255, ..]) {
        return decode(bytes);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Decoded::certain(Cow::Borrowed(text.trim_end_matches('\u{1a}')), 0)
}

/// Decodes `bytes`.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        let rest = if encoding == UTF_8 { without_end_mark(rest) } else { rest };
        return if encoding == UTF_8 { utf8(rest) } else { other(encoding, rest, false) };
    }
    match bytes {
        [1..=255, 0, 1..=255, 0, ..] => other(UTF_16LE, bytes, false),
        [0, 1..=255, 0, 1..=255, ..] => other(UTF_16BE, bytes, false),
        _ => {
            let bytes = without_end_mark(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => Decoded::certain(Cow::Borrowed(text), 0),
                Err(_) => older(bytes),
            }
        }
    }
}

/// Decodes bytes that aren't UTF-8: a text in an older encoding, or one that was put together of both, line by line. A
/// file with letters in UTF-8 and a few bad bytes among them is a damaged one, and so is one that was cut within its last
/// letter.
fn older(bytes: &[u8]) -> Decoded<'_> {
    let lines = || bytes.split_inclusive(|byte| *byte == b'\n');
    let foreign = || lines().filter(|line| is_foreign(line));
    if is_binary(bytes) || foreign().next().is_none() {
        return utf8(bytes);
    }
    let encoding = guessed(foreign());
    let is_good = |line: &[u8]| line.is_ascii() || !is_foreign(line) && is_surely_utf8(line, encoding);
    if !lines().any(|line| !line.is_ascii() && is_good(line)) {
        return other(encoding, bytes, true);
    }
    let mut mixed = Decoded::certain(Cow::Borrowed(""), 0);
    for line in lines() {
        let good = is_good(line);
        let part = if good { utf8(line) } else { other(encoding, line, true) };
        mixed.text.to_mut().push_str(&part.text);
        mixed.dropped += part.dropped;
        mixed.assumed_lines += usize::from(!good);
    }
    Decoded { assumed: Some(encoding.name()), ..mixed }
}

/// Whether a line is in an older encoding: bytes that no UTF-8 has, and not among twice as many letters of UTF-8.
fn is_foreign(line: &[u8]) -> bool {
    let (mut good, mut bad, mut left) = (0_usize, 0_usize, line.len());
    if line.is_ascii() {
        return false;
    }
    for chunk in line.utf8_chunks() {
        left -= chunk.valid().len() + chunk.invalid().len();
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        let cut =
            left == 0 && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        bad += usize::from(!chunk.invalid().is_empty() && !cut);
    }
    bad > 0 && good <= 2 * bad
}

/// Whether a line of UTF-8 is such by no chance. In alphabets hardly two letters together are one of UTF-8; where two bytes
/// are a letter, as in Chinese, one in seven pairs is.
fn is_surely_utf8(line: &[u8], encoding: &'static Encoding) -> bool {
    const SURE: usize = 8;
    let letters = || line.iter().filter(|byte| matches!(byte, 0xc2..=0xf4)).count();
    encoding.is_single_byte() || std::str::from_utf8(line).is_ok() && letters() >= SURE
}

/// The encoding that lines seem to be in.
fn guessed<'a>(lines: impl Iterator<Item = &'a [u8]>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut left = LOOKED_AT;
    for line in lines {
        let line = line.get(..left).unwrap_or(line);
        detector.feed(line, false);
        left -= line.len();
        if left == 0 {
            break;
        }
    }
    detector.feed(b"", true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether bytes are of no text in any encoding: a text has next to no control characters but white space and what marks colours
/// and letters in terminals and on IRC. One in a hundred bytes is much; in a short text, where one is soon more than that, up to
/// eight are none too many as long as twenty bytes come to each. Of bytes at random, one in fourteen is such a one.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    let start = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let (mut nuls, mut controls) = (0, 0);
    for byte in start {
        match byte {
            0 => nuls += 1,
            1 | 4..=8 | 14 | 16 | 18..=21 | 23..=26 | 28 | 127 => controls += 1,
            _ => {}
        }
    }
    let few = start.len() / 20;
    nuls * 100 > start.len() || nuls + controls > (start.len() / 100).max(few.min(8))
}

/// Bytes without the mark (Ctrl-Z) with which DOS ended a text, and what may fill up its last block behind it.
fn without_end_mark(bytes: &[u8]) -> &[u8] {
    const END: u8 = 0x1a;
    let end = bytes.iter().rposition(|byte| *byte != END).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or(bytes)
}

fn utf8(bytes: &[u8]) -> Decoded<'_> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded::certain(Cow::Borrowed(text), 0);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut dropped = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        dropped += chunk.invalid().len();
    }
    Decoded::certain(Cow::Owned(text), dropped)
}

fn other<'a>(encoding: &'static Encoding, bytes: &'a [u8], assumed: bool) -> Decoded<'a> {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let assumed = assumed.then(|| encoding.name());
    if !had_errors {
        return Decoded { text, dropped: 0, assumed, assumed_lines: 0 };
    }
    // A letter takes two bytes in the encodings that can be wrong.
    let dropped = 2 * text.matches('\u{fffd}').count();
    Decoded { text: Cow::Owned(text.replace('\u{fffd}', "")), dropped, assumed, assumed_lines: 0 }
}

/// `text` with every line ended by `\n`, without NUL characters, and how many of those there were.
pub(crate) fn plain_lines(text: &str) -> (Cow<'_, str>, usize) {
    let nuls = memchr::memchr_iter(0, text.as_bytes()).count();
    let text = if nuls > 0 { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) };
    if !text.contains('\r') {
        return (text, nuls);
    }
    (Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")), nuls)
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
            let known = std::str::from_utf8(&bytes).ok().map(decode_known);
            for found in known.into_iter().chain([decode(&bytes)]) {
                assert_eq!((&*found.text, found.dropped, found.assumed), (text, 0, None));
            }
        }
    }

    #[test]
    fn old_encodings_are_told_by_their_letters() {
        for (text, name) in [
            ("“The café is closed,” said Zoë — and that was that. It rained.", "windows-1252"),
            ("Корабль вышел из гавани в полночь. Чёрная кошка спит на крыше церкви.", "windows-1251"),
            ("灯台の光が海を照らす。船長は黙って地図を広げた。彼女は嘘をついていると思った。", "Shift_JIS"),
            ("船在午夜离开了港口。黑猫睡在教堂的屋顶上。", "GBK"),
        ] {
            let encoding = Encoding::for_label(name.as_bytes()).unwrap();
            let bytes = encoding.encode(text).0.into_owned();
            let found = decode(&bytes);
            assert_eq!((&*found.text, found.assumed, found.dropped), (text, Some(name), 0));
        }
    }

    #[test]
    fn lines_of_two_encodings_are_each_read_in_its_own() {
        let western = Encoding::for_label(b"windows-1252").unwrap();
        let russian = Encoding::for_label(b"windows-1251").unwrap();
        let chinese = Encoding::for_label(b"GBK").unwrap();
        let old = |encoding: &'static Encoding, text: &str| encoding.encode(text).0.into_owned();
        for (parts, text, name, lines) in [
            (
                vec!["Zoë said “hi”.\n".as_bytes().to_vec(), old(western, "Zoë went to the café.\n")],
                "Zoë said “hi”.\nZoë went to the café.\n",
                "windows-1252",
                1,
            ),
            (
                vec![
                    old(western, "The café is shut.\n"),
                    b"So.\n".to_vec(),
                    "Café — Zoë’s “open” café.".into(),
                ],
                "The café is shut.\nSo.\nCafé — Zoë’s “open” café.",
                "windows-1252",
                1,
            ),
            (
                vec!["Кот спит на крыше.\n".into(), old(russian, "Корабль вышел из гавани в полночь.\n")],
                "Кот спит на крыше.\nКорабль вышел из гавани в полночь.\n",
                "windows-1251",
                1,
            ),
            (
                vec![
                    "黑猫睡在屋顶上。\n".into(),
                    old(chinese, "船在午夜离开了港口。黑猫睡在教堂的屋顶上。\n"),
                ],
                "黑猫睡在屋顶上。\n船在午夜离开了港口。黑猫睡在教堂的屋顶上。\n",
                "GBK",
                1,
            ),
        ] {
            let bytes = parts.concat();
            let found = decode(&bytes);
            let all = (&*found.text, found.assumed, found.assumed_lines, found.dropped);
            assert_eq!(all, (text, Some(name), lines, 0));
        }
    }

    #[test]
    fn a_damaged_file_loses_its_bad_bytes_and_nothing_else() {
        for (bytes, kept, dropped) in [
            (&b"ab\xe2\x80"[..], "ab", 2),
            (b"\xef\xbb\xbfa\xe2\x80", "a", 2),
            (b"caf\xc3\xa9 \xc3\xa9\xc3\xa9 \xff.", "café éé .", 1),
            (b"\xff\xfea\0\x00\xd8b\0", "ab", 2),
        ] {
            let found = decode(bytes);
            assert_eq!((&*found.text, found.dropped, found.assumed), (kept, dropped, None), "{bytes:?}");
        }
    }

    #[test]
    fn a_few_control_characters_cost_no_letter() {
        for (bytes, text) in [
            (
                &b"[21:59] <ann> the \x02lamp\x02 is out \x96 caf\xe9\r\n"[..],
                "the \u{2}lamp\u{2} is out – café",
            ),
            (
                b"<ann> \x0304,01the\x03 \x1flamp\x1f \x1dis\x1d \x16out\x16\x0f caf\xe9 \x96 na\xefve",
                "café – naïve",
            ),
            (
                b"3/21/24, 9:58 PM - Odile: caf\xe9 \x01 ok\n3/21/24, 9:59 PM - Kit: na\xefve\n",
                "café \u{1} ok",
            ),
            (
                b"\x01ACTION waves at Zo\xeb\x01 and nobody waves at all back, not even the keeper of it\n",
                "Zoë",
            ),
            (b"The lamp is out \x96 caf\xe9.\r\nSecond line na\xefve.\r\n\x1a", "naïve.\r\n"),
        ] {
            let found = decode(bytes);
            assert_eq!((found.assumed, found.dropped), (Some("windows-1252"), 0), "{text}");
            assert!(found.text.contains(text) && !found.text.ends_with('\u{1a}'), "{}", found.text);
        }
        assert_eq!(decode(b"plain\n\x1a\x1a").text, "plain\n");
        assert_eq!(decode_known("plain\n\u{1a}").text, "plain\n");
        let noise: Vec<u8> = (0..4096_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(is_binary(&noise) && is_binary(b"\x7fELF\x02\x01\x01\0\0\0\0\0\x80\xff"));
    }

    #[test]
    fn all_line_ends_become_one() {
        assert_eq!(plain_lines("a\r\nb\rc\n\0").0, "a\nb\nc\n");
        assert_eq!(plain_lines("a\0b"), ("ab".into(), 1));
    }
}
