use super::assert_bounds;

/// The dot products in the plainest form.
pub(super) fn dots(codes: &[u8], query: &[i16], out: &mut [i32]) {
    assert_bounds(codes, query, out);
    for (codes, out) in codes.chunks_exact(query.len().max(1)).zip(out) {
        *out = codes.iter().zip(query).map(|(code, q)| i32::from(*code as i8) * i32::from(*q)).sum();
    }
}
