use super::{WIDTH, assert_bounds};

/// The dot products in the plainest form.
pub(super) fn dots(codes: &[u8], query: &[i8], out: &mut [i32]) {
    assert_bounds(codes, query, out);
    for (codes, out) in codes.chunks_exact((query.len() / 2).max(1)).zip(out) {
        let blocks = codes.chunks_exact(WIDTH / 2).zip(query.chunks_exact(WIDTH));
        *out = blocks.map(|(codes, query)| block(codes, query)).sum();
    }
}

fn block(codes: &[u8], query: &[i8]) -> i32 {
    let halves = codes.iter().map(|code| code & 15).chain(codes.iter().map(|code| code >> 4));
    halves.zip(query).map(|(code, q)| i32::from(code) * i32::from(*q)).sum()
}
