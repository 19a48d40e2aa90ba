//! Little-endian numbers in bytes, of any alignment.

use std::ops::Range;

/// The u32 values of a part of a segment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct U32s<'a>(&'a [[u8; 4]]);

impl<'a> U32s<'a> {
    /// Bytes that don't fill a value are left out.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.as_chunks().0)
    }

    pub(crate) fn get(self, place: usize) -> Option<u32> {
        self.0.get(place).map(|bytes| u32::from_le_bytes(*bytes))
    }

    /// The values from this place on.
    pub(crate) fn from(self, place: usize) -> Self {
        Self(self.0.get(place..).unwrap_or_default())
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u32> + 'a {
        self.0.iter().map(|bytes| u32::from_le_bytes(*bytes))
    }
}

/// The f32 values of a part of a segment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct F32s<'a>(&'a [[u8; 4]]);

impl<'a> F32s<'a> {
    /// Bytes that don't fill a value are left out.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.as_chunks().0)
    }

    /// The values from one place up to another; none if there aren't as many.
    pub(crate) fn between(self, places: Range<usize>) -> impl Iterator<Item = f32> + 'a {
        let bytes = self.0.get(places).unwrap_or_default();
        bytes.iter().map(|bytes| f32::from_le_bytes(*bytes))
    }
}

/// The bytes of values one after the other.
pub(crate) fn flat<const N: usize>(values: impl Iterator<Item = [u8; N]>) -> Vec<u8> {
    values.collect::<Vec<_>>().into_flattened()
}

/// The f32 values in `bytes`.
pub(crate) fn f32s(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes))
}

/// Takes numbers and texts from the front of bytes; none once too few are left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByteReader<'a>(pub(crate) &'a [u8]);

impl<'a> ByteReader<'a> {
    pub(crate) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn size(&mut self) -> Option<usize> {
        usize::try_from(self.u64()?).ok()
    }

    /// A text after its length in bytes.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = self.size()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    /// Texts after their number.
    pub(crate) fn texts(&mut self) -> Option<Vec<&'a str>> {
        (0..self.u64()?).map(|_| self.text()).collect()
    }
}

pub(crate) fn put_text(text: &str, to: &mut Vec<u8>) {
    to.extend((text.len() as u64).to_le_bytes());
    to.extend(text.as_bytes());
}

pub(crate) fn put_texts<'a>(texts: impl ExactSizeIterator<Item = &'a str>, to: &mut Vec<u8>) {
    to.extend((texts.len() as u64).to_le_bytes());
    texts.for_each(|text| put_text(text, to));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_put_is_taken_and_no_bytes_panic(
            texts in prop::collection::vec(".{0,9}", 0..5),
            noise in prop::collection::vec(any::<u8>(), 0..40)
        ) {
            let mut bytes = Vec::new();
            put_texts(texts.iter().map(String::as_str), &mut bytes);
            let mut reader = ByteReader(&bytes);
            prop_assert_eq!(reader.texts().unwrap(), texts);
            prop_assert!(reader.0.is_empty() && reader.u32().is_none());
            let _ = ByteReader(&noise).texts();
        }
    }
}
