//! Cards within pictures: a chunk of text in a PNG, called `ccv3` or `chara`, with the card's JSON as base64. Where
//! both are there, `ccv3` is the newer one.

use std::io::Read;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::ZlibDecoder;

const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";
/// How large a card may unpack to.
const LIMIT: u64 = 64 << 20;
/// Base64 as programs write it, with its padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The JSON of the card in a picture; none where there is no card, or one that is damaged.
pub(super) fn card(bytes: &[u8]) -> Option<String> {
    let find = |wanted: &[u8]| chunks(bytes).find_map(|(kind, data)| text(kind, data, wanted));
    let encoded = find(b"ccv3").or_else(|| find(b"chara"))?;
    let plain: Vec<u8> = encoded.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
    String::from_utf8(BASE64.decode(plain).ok()?).ok()
}

/// The chunks of a picture, each with its kind: a length, the kind, so many bytes, a sum.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes.get(MAGIC.len()..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (kind, behind) = behind.split_at_checked(4)?;
        let (data, behind) = behind.split_at_checked(length)?;
        rest = behind.get(4..).unwrap_or_default();
        Some((kind, data))
    })
}

/// The text of a chunk, if it is one of text and called as `wanted`.
fn text(kind: &[u8], data: &[u8], wanted: &[u8]) -> Option<Vec<u8>> {
    let (name, behind) = split_at_nul(data)?;
    if !name.eq_ignore_ascii_case(wanted) {
        return None;
    }
    match kind {
        b"tEXt" => Some(behind.to_vec()),
        b"zTXt" => unpacked(behind.get(1..)?),
        b"iTXt" => {
            let (flags, behind) = behind.split_at_checked(2)?;
            let (_, behind) = split_at_nul(behind)?;
            let (_, behind) = split_at_nul(behind)?;
            if flags.first() == Some(&1) { unpacked(behind) } else { Some(behind.to_vec()) }
        }
        _ => None,
    }
}

fn split_at_nul(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(0, data)?;
    Some((data.get(..at)?, data.get(at + 1..)?))
}

fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    ZlibDecoder::new(packed).take(LIMIT).read_to_end(&mut plain).ok()?;
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], kind, data, &[0; 4]].concat()
    }

    #[test]
    fn a_card_is_found_in_any_chunk_of_text() {
        let (old, new) = (BASE64.encode("{\"name\":\"old\"}"), BASE64.encode("{\"name\":\"new\"}"));
        let text = |name: &str, text: &str| chunk(b"tEXt", format!("{name}\0{text}").as_bytes());
        let other = chunk(b"IHDR", &[0; 13]);
        let international = chunk(b"iTXt", format!("ccv3\0\0\0\0\0{new}").as_bytes());
        for (chunks, name) in [
            (vec![other.clone(), text("chara", &old)], Some("old")),
            (vec![text("chara", &old), text("ccv3", &new)], Some("new")),
            (vec![international], Some("new")),
            (vec![text("Comment", &old)], None),
            (vec![text("chara", "not base64!")], None),
            (vec![b"\xff\xff\xff\xffIDAT".to_vec()], None),
        ] {
            let bytes = [MAGIC, &chunks.concat()].concat();
            let found = card(&bytes);
            assert_eq!(
                found.as_deref().map(|json| json.contains(name.unwrap_or("-"))),
                name.map(|_| true),
                "{name:?}"
            );
        }
    }
}
