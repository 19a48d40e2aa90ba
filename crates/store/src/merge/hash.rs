use naragtive_text::canonical;
use sha2::{Digest, Sha256};

/// 16 bytes that stand for these parts. Of a hundred million different ones, two agree with a chance of 1 in 10²².
pub(super) fn long_hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let bytes: [u8; 32] = hash.finalize().into();
    bytes.first_chunk().map_or(0, |first| u128::from_le_bytes(*first))
}

/// The first half of [`long_hash`], for what is compared within one conversation only.
pub(super) fn short_hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    long_hash(parts) as u64
}

/// What a text is compared by: what a reader can't see doesn't count, it depends on who exports.
pub(super) fn text_hash(text: &str) -> u64 {
    short_hash([canonical(text).as_bytes()])
}

/// What stands for a scene's id.
pub(super) fn id_hash(id: &str) -> u128 {
    long_hash([id.as_bytes()])
}
