//! Strings, with what stands wrong in them mended.

use std::borrow::Cow;

use super::{Fault, Reader};
use crate::encoded;

impl<'a> Reader<'a> {
    /// The text of a key, copied only where it has escapes.
    pub(super) fn key(&mut self) -> Result<Cow<'a, str>, Fault> {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        match memchr::memchr2(b'"', b'\\', rest.as_bytes()) {
            Some(length) if rest.as_bytes().get(length) == Some(&b'"') => {
                self.at += length + 2;
                Ok(Cow::Borrowed(rest.get(..length).unwrap_or_default()))
            }
            _ => self.string().map(Cow::Owned),
        }
    }

    pub(super) fn string(&mut self) -> Result<String, Fault> {
        self.at += 1;
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(first) = memchr::memchr2(b'"', b'\\', rest.as_bytes()) else {
            return self.endless();
        };
        let piece = rest.get(..first).unwrap_or_default();
        if let Some(head) = self.encoded_file(piece, rest) {
            return Ok(head);
        }
        self.at += first + 1;
        if rest.as_bytes().get(first) == Some(&b'"') { Ok(piece.to_owned()) } else { self.escaped(piece) }
    }

    /// The rest of a string that begins with `piece`, from behind its first backslash.
    fn escaped(&mut self, piece: &str) -> Result<String, Fault> {
        // What has one escape has others.
        let mut text = String::with_capacity(2 * piece.len() + 64);
        text.push_str(piece);
        loop {
            self.escape(&mut text)?;
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(length) = memchr::memchr2(b'"', b'\\', rest.as_bytes()) else {
                return self.endless();
            };
            text.push_str(rest.get(..length).unwrap_or_default());
            self.at += length + 1;
            if rest.as_bytes().get(length) == Some(&b'"') {
                // A million texts are held until all are there.
                text.shrink_to_fit();
                return Ok(text);
            }
        }
    }

    fn endless(&mut self) -> Result<String, Fault> {
        self.at = self.text.len();
        Err(self.fault("EOF while parsing a string"))
    }

    /// What a string that is nothing but an encoded file says about itself. It is passed over as a whole, so that it is
    /// held nowhere but in the text that is read. `piece` is the string up to its first escape or its end, `rest` all from
    /// there on.
    fn encoded_file(&mut self, piece: &str, rest: &str) -> Option<String> {
        if self.keeps_encoded || !encoded::may_be(piece) {
            return None;
        }
        let mut end = piece.len();
        while rest.as_bytes().get(end) == Some(&b'\\') {
            end += 2;
            end += memchr::memchr2(b'"', b'\\', rest.as_bytes().get(end..)?)?;
        }
        let head = encoded::whole(rest.get(..end)?)?.to_owned();
        self.mending.encoded += 1;
        if self.mending.first_encoded.is_none() {
            self.mending.first_encoded = Some(self.line(self.at));
        }
        self.at += end + 1;
        Some(head)
    }

    fn escape(&mut self, text: &mut String) -> Result<(), Fault> {
        let Some(escaped) = self.peek() else { return Err(self.fault("EOF while parsing a string")) };
        self.at += 1;
        text.push(match escaped {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => self.unicode(),
            0..=127 => char::from(escaped),
            _ => self.wide(),
        });
        Ok(())
    }

    /// The character of several bytes whose first one has been read.
    fn wide(&mut self) -> char {
        let found = self.text.get(self.at - 1..).and_then(|rest| rest.chars().next()).unwrap_or('\u{fffd}');
        self.at += found.len_utf8() - 1;
        found
    }

    /// The character behind `\u`; half a character is U+FFFD.
    fn unicode(&mut self) -> char {
        let Some(unit) = self.hex() else {
            self.mending.halves += 1;
            return '\u{fffd}';
        };
        self.at += 4;
        if let Some(c) = char::from_u32(unit) {
            return c;
        }
        let is_high = (0xd800..0xdc00).contains(&unit);
        if is_high && self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
            let at = self.at;
            self.at += 2;
            let low = self.hex().filter(|low| (0xdc00..0xe000).contains(low));
            if let Some(c) =
                low.and_then(|low| char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)))
            {
                self.at += 4;
                return c;
            }
            self.at = at;
        }
        self.mending.halves += 1;
        '\u{fffd}'
    }

    fn hex(&self) -> Option<u32> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4)?;
        digits.iter().try_fold(0, |unit, byte| Some(unit << 4 | digit(*byte)?))
    }
}

/// What a hexadecimal digit counts.
fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'a'..=b'f' => Some(u32::from(byte - b'a' + 10)),
        b'A'..=b'F' => Some(u32::from(byte - b'A' + 10)),
        _ => None,
    }
}
