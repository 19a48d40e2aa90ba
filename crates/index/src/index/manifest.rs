use crate::bytes::blocks::hash;
use crate::bytes::numbers::{ByteReader, put_text};
use crate::segment::layout::VERSION;
use crate::{Damaged, Fingerprint};

const MAGIC: [u8; 8] = *b"NRGVIDX\0";

/// What an index is of, and which segments it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IndexManifest {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) dimension: usize,
    pub(crate) language: String,
    /// See [`crate::IndexSettings::whole_recipe`].
    pub(crate) recipe: String,
    pub(crate) segments: Vec<SegmentEntry>,
}

/// A segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SegmentEntry {
    /// The hash of the segment's head.
    pub(crate) name: u64,
    /// The file's length in bytes.
    pub(crate) len: u64,
}

impl SegmentEntry {
    pub(crate) fn file_name(self) -> String {
        format!("{:016x}{SEGMENT}", self.name)
    }
}

/// How the names of segments' files end.
pub(crate) const SEGMENT: &str = ".segment";

impl IndexManifest {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.fingerprint.0);
        bytes.extend((self.dimension as u64).to_le_bytes());
        put_text(&self.language, &mut bytes);
        put_text(&self.recipe, &mut bytes);
        bytes.extend((self.segments.len() as u64).to_le_bytes());
        for entry in &self.segments {
            bytes.extend(entry.name.to_le_bytes());
            bytes.extend(entry.len.to_le_bytes());
        }
        let sum = hash(&bytes);
        bytes.extend(sum.to_le_bytes());
        bytes
    }

    /// Reads a manifest; none if it is of another version.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Option<Self>, Damaged> {
        let damaged = |what: &str| Damaged::new("the manifest", "an index's manifest", what);
        let mut reader = ByteReader(bytes);
        if reader.array() != Some(MAGIC) {
            return Err(damaged("something else"));
        }
        if reader.u32().ok_or_else(|| damaged("its beginning"))? != VERSION {
            return Ok(None);
        }
        let (body, sum) = bytes.split_last_chunk().ok_or_else(|| damaged("its beginning"))?;
        if hash(body) != u64::from_le_bytes(*sum) {
            return Err(damaged("one with another checksum"));
        }
        Self::fields(&mut reader).map(Some).ok_or_else(|| damaged("its beginning"))
    }

    fn fields(reader: &mut ByteReader<'_>) -> Option<Self> {
        let fingerprint = Fingerprint(reader.array()?);
        let dimension = reader.size()?;
        let language = reader.text()?.to_owned();
        let recipe = reader.text()?.to_owned();
        let entries = reader.u64()?;
        let segments = (0..entries)
            .map(|_| Some(SegmentEntry { name: reader.u64()?, len: reader.u64()? }))
            .collect::<Option<_>>();
        Some(Self { fingerprint, dimension, language, recipe, segments: segments? })
    }
}

/// Whether a manifest that is of another version is of a later one.
pub(crate) fn is_newer(bytes: &[u8]) -> bool {
    let mut reader = ByteReader(bytes);
    reader.array() == Some(MAGIC) && reader.u32().is_some_and(|version| version > VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> IndexManifest {
        let segments = vec![SegmentEntry { name: 1, len: 2 }, SegmentEntry { name: 3, len: 4 }];
        let [language, recipe] = ["english", "chat 1"].map(str::to_owned);
        IndexManifest { fingerprint: Fingerprint([7; 32]), dimension: 5, language, recipe, segments }
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        assert_eq!(IndexManifest::decode(&manifest().encode()), Ok(Some(manifest())));
    }

    #[test]
    fn any_change_is_found_and_another_version_is_none() {
        let bytes = manifest().encode();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let version = (8..12).contains(&place);
            assert_eq!(matches!(IndexManifest::decode(&changed), Ok(None)), version, "{place}");
            assert_eq!(IndexManifest::decode(&changed).is_err(), !version, "{place}");
            assert!(IndexManifest::decode(&bytes[..place]).is_err(), "{place}");
        }
    }
}
