/// FNV-1a in 64 bits: it tells versions of the same thing apart, and nothing more is asked of it.
pub(super) fn mark(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |mark, byte| (mark ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
