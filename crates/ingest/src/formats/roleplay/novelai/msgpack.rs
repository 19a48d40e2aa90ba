//! MessagePack as the library msgpackr writes it: values, extensions whose content is a value again, records whose keys
//! stand once, and strings that are kept together behind the rest.

use crate::json::Node;

/// How deep values may be nested, and how many there may be.
const DEPTH: usize = 64;
const VALUES: usize = 4_000_000;
/// Kinds of extensions: keys of a record, strings kept together.
const RECORD: i8 = 0x72;
const BUNDLE: i8 = 0x62;

/// The value that the bytes begin with; none where they are damaged.
pub(super) fn value(bytes: &[u8]) -> Option<Node> {
    Unpacker { bytes, at: 0, left: VALUES, records: Vec::new(), bundle: None }.value(0)
}

struct Unpacker<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many values may still come.
    left: usize,
    /// The keys of records, by their ids.
    records: Vec<(u8, Vec<Box<str>>)>,
    bundle: Option<Bundle>,
}

/// Strings that are kept together: those with other letters and those in Latin ones, each with how far it was used.
struct Bundle {
    texts: [(Vec<u16>, usize); 2],
}

impl Bundle {
    /// The next so many units of one of the two.
    fn next(&mut self, length: i64) -> Option<String> {
        let (units, used) = self.texts.get_mut(usize::from(length > 0))?;
        let end = used.checked_add(usize::try_from(length.unsigned_abs()).ok()?)?;
        let text = String::from_utf16_lossy(units.get(*used..end)?);
        *used = end;
        Some(text)
    }
}

impl Unpacker<'_> {
    fn value(&mut self, depth: usize) -> Option<Node> {
        self.left = self.left.checked_sub(1).filter(|_| depth < DEPTH)?;
        let byte = self.byte()?;
        Some(match byte {
            0x00..=0x3f => Node::Number(byte.into()),
            0x40..=0x7f => match self.keys(byte) {
                Some(keys) => self.record(keys, depth)?,
                None => Node::Number(byte.into()),
            },
            0x80..=0x8f => self.map(usize::from(byte & 15), depth)?,
            0x90..=0x9f => self.array(usize::from(byte & 15), depth)?,
            0xa0..=0xbf => self.text(usize::from(byte & 31))?,
            0xc0 => Node::Null,
            0xc1 => self.bundled(depth)?,
            0xc2 | 0xc3 => Node::Flag(byte == 0xc3),
            0xc4..=0xc6 => {
                let length = self.length(byte - 0xc4)?;
                self.take(length)?;
                Node::Null
            }
            0xc7..=0xc9 => {
                let length = self.length(byte - 0xc7)?;
                self.extension(length, depth)?
            }
            0xca => self.float(4)?,
            0xcb => self.float(8)?,
            0xcc..=0xcf => Node::Number(self.unsigned(1 << (byte - 0xcc))?.into()),
            0xd0..=0xd3 => Node::Number(self.signed(1 << (byte - 0xd0))?.into()),
            0xd4..=0xd8 => self.extension(1 << (byte - 0xd4), depth)?,
            0xd9..=0xdb => {
                let length = self.length(byte - 0xd9)?;
                self.text(length)?
            }
            0xdc | 0xdd => {
                let count = self.length(byte - 0xdb)?;
                self.array(count, depth)?
            }
            0xde | 0xdf => {
                let count = self.length(byte - 0xdd)?;
                self.map(count, depth)?
            }
            0xe0..=0xff => Node::Number(i64::from(byte.cast_signed()).into()),
        })
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    /// A length in 1, 2 or 4 bytes.
    fn length(&mut self, size: u8) -> Option<usize> {
        usize::try_from(self.unsigned(1 << size)?).ok()
    }

    fn unsigned(&mut self, size: usize) -> Option<u64> {
        Some(self.take(size)?.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    fn signed(&mut self, size: usize) -> Option<i64> {
        let shift = 64 - 8 * u32::try_from(size).ok()?;
        Some((self.unsigned(size)? << shift).cast_signed() >> shift)
    }

    fn float(&mut self, size: usize) -> Option<Node> {
        let bits = self.unsigned(size)?;
        let number = if size == 4 {
            f64::from(f32::from_bits(u32::try_from(bits).ok()?))
        } else {
            f64::from_bits(bits)
        };
        Some(serde_json::Number::from_f64(number).map_or(Node::Null, Node::Number))
    }

    fn text(&mut self, length: usize) -> Option<Node> {
        Some(Node::Text(String::from_utf8_lossy(self.take(length)?).into_owned()))
    }

    fn array(&mut self, count: usize, depth: usize) -> Option<Node> {
        (0..count).map(|_| self.value(depth + 1)).collect::<Option<_>>().map(Node::Array)
    }

    fn map(&mut self, count: usize, depth: usize) -> Option<Node> {
        let entry = |_| {
            let key = self.value(depth + 1)?.scalar().label().unwrap_or_default();
            Some((key.into(), self.value(depth + 1)?))
        };
        (0..count).map(entry).collect::<Option<_>>().map(Node::Object)
    }

    fn keys(&self, id: u8) -> Option<Vec<Box<str>>> {
        self.records.iter().find(|(known, _)| *known == id).map(|(_, keys)| keys.clone())
    }

    fn record(&mut self, keys: Vec<Box<str>>, depth: usize) -> Option<Node> {
        keys.into_iter()
            .map(|key| Some((String::from(key).into(), self.value(depth + 1)?)))
            .collect::<Option<_>>()
            .map(Node::Object)
    }

    /// A string out of those that are kept together.
    fn bundled(&mut self, depth: usize) -> Option<Node> {
        let Node::Number(length) = self.value(depth + 1)? else { return None };
        self.bundle.as_mut()?.next(length.as_i64()?).map(Node::Text)
    }

    fn extension(&mut self, length: usize, depth: usize) -> Option<Node> {
        let kind = self.byte()?.cast_signed();
        match kind {
            RECORD => {
                let id = *self.take(length)?.first()?;
                let keys = self.value(depth + 1)?.entries().into_iter().filter_map(Node::name);
                let keys: Vec<Box<str>> = keys.map(Box::from).collect();
                self.records.retain(|(known, _)| *known != id);
                self.records.push((id, keys.clone()));
                self.record(keys, depth)
            }
            BUNDLE => {
                let size = usize::try_from(self.unsigned(length)?).ok()?;
                let here = self.at;
                self.at = here.checked_add(size)?.checked_sub(length)?;
                let mut texts = || Some((self.value(depth + 1)?.prose()?.encode_utf16().collect(), 0));
                let texts = [texts()?, texts()?];
                self.bundle = Some(Bundle { texts });
                self.at = here;
                self.value(depth + 1)
            }
            // Others hold a value, or something that isn't text.
            _ => {
                let end = self.at.checked_add(length)?;
                self.bytes.get(self.at..end)?;
                let value = self.value(depth + 1).unwrap_or_default();
                self.at = end;
                Some(value)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_records_and_strings_that_are_kept_together_are_read() {
        let text = |text: &str| Node::Text(text.to_owned());
        let number = |number: i64| Node::Number(number.into());
        for (bytes, found) in [
            (&b"\xa2hi"[..], Some(text("hi"))),
            (b"\xd9\x02hi", Some(text("hi"))),
            (b"\x92\x01\xff", Some(Node::Array(vec![number(1), number(-1)]))),
            (b"\x81\xa1a\xcd\x01\x00", Some(Node::Object(vec![("a".into(), number(256))]))),
            (b"\xd1\xff\xfe", Some(number(-2))),
            (b"\xc7\x02\x14\xa1a", Some(text("a"))),
            (
                b"\x92\xd4\x72\x40\x91\xa1k\x01\x40\x02",
                Some(Node::Array(vec![
                    Node::Object(vec![("k".into(), number(1))]),
                    Node::Object(vec![("k".into(), number(2))]),
                ])),
            ),
            (b"\xd6\x62\x00\x00\x00\x07\xc1\x02\xc0", None),
            (b"\xd6\x62\x00\x00\x00\x06\xc1\x02\xa0\xa3hi!", Some(text("hi"))),
            (b"\xdd\xff\xff\xff\xff", None),
            (b"\xa5hi", None),
            (b"", None),
        ] {
            assert_eq!(value(bytes), found, "{bytes:?}");
        }
        assert_eq!(value(&[0x91; 4000]), None);
    }
}
