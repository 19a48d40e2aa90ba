use crate::bytes::numbers::ByteReader;
use crate::segment::layout::NO_DAY;

/// What is known of a row beside its words: 18 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The hash of its group.
    pub(crate) group: Option<u64>,
    pub(crate) day: Option<i32>,
    /// How many terms its text has.
    pub(crate) length: u32,
    /// The signs in its text.
    pub(crate) cues: u8,
}

impl Facts {
    pub(crate) fn put(&self, to: &mut Vec<u8>) {
        to.extend([u8::from(self.group.is_some()), self.cues]);
        to.extend(self.group.unwrap_or_default().to_le_bytes());
        to.extend(self.day.unwrap_or(NO_DAY).to_le_bytes());
        to.extend(self.length.to_le_bytes());
    }

    pub(crate) fn take(from: &mut ByteReader<'_>) -> Option<Self> {
        let [has_group, cues] = from.array()?;
        let (group, day, length) = (from.u64()?, i32::from_le_bytes(from.array()?), from.u32()?);
        let group = (has_group != 0).then_some(group);
        Some(Self { group, day: Some(day).filter(|day| *day != NO_DAY), length, cues })
    }
}
