use crate::bytes::numbers::f32s;
use crate::{Ranked, Top};

/// Partial sums a dot product is split into, so that a compiler can keep them side by side in registers.
const LANES: usize = 16;

/// The `count` rows whose vectors have the greatest cosine to `query`, best first, equal ones by row.
///
/// `vectors` is row-major, `query.len()` values a row. Only rows that `keep` accepts are looked at. Cosines are in
/// -1..=1; a row without length has cosine 0 to everything.
pub fn nearest(vectors: &[f32], query: &[f32], count: usize, keep: impl Fn(usize) -> bool) -> Vec<Ranked> {
    let mut top = Top::new(count);
    let query_length = length(query);
    for (row, vector) in vectors.chunks_exact(query.len().max(1)).enumerate() {
        if keep(row) {
            top.offer(Ranked { row, score: cosine(vector, query, query_length) });
        }
    }
    top.into_sorted()
}

/// The cosine of two vectors, in -1..=1; 0 where one of them has no length, or not a finite one.
pub(crate) fn cosine(vector: &[f32], query: &[f32], query_length: f32) -> f32 {
    let cosine = dot(vector, query) / (length(vector) * query_length);
    if cosine.is_finite() { cosine.clamp(-1.0, 1.0) } else { 0.0 }
}

/// The cosine of each of the vectors in `bytes`, as they are stored; `room` is memory for one.
pub(crate) fn stored_cosines<'a>(
    bytes: &'a [u8],
    query: &'a [f32],
    query_length: f32,
    room: &'a mut Vec<f32>,
) -> impl Iterator<Item = f32> + 'a {
    bytes.chunks_exact((query.len() * 4).max(1)).map(move |vector| {
        room.clear();
        room.extend(f32s(vector));
        cosine(room, query, query_length)
    })
}

pub(crate) fn length(vector: &[f32]) -> f32 {
    dot(vector, vector).sqrt()
}

pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a_blocks, b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(x, y)| x * y).sum();
    for (a, b) in a_blocks.zip(b_blocks) {
        for ((sum, x), y) in sums.iter_mut().zip(a).zip(b) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn order_is_by_cosine_then_by_row_and_masked_rows_are_not_there() {
        let vectors = [1.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0, 0.0, -1.0, 0.0];
        let rows = |keep: fn(usize) -> bool| {
            let found = nearest(&vectors, &[3.0, 0.0], 9, keep);
            found.iter().map(|ranked| (ranked.row, ranked.score)).collect::<Vec<_>>()
        };
        assert_eq!(rows(|_| true), [(0, 1.0), (2, 1.0), (1, 0.0), (3, 0.0), (4, -1.0)]);
        assert_eq!(rows(|row| row > 0), [(2, 1.0), (1, 0.0), (3, 0.0), (4, -1.0)]);
        assert!(nearest(&[], &[1.0], 3, |_| true).is_empty());
    }

    proptest! {
        #[test]
        fn the_dot_product_is_the_sum_of_products(values in prop::collection::vec(-1f32..1.0, 0..100)) {
            let plain: f64 = values.iter().map(|x| f64::from(*x) * f64::from(*x)).sum();
            prop_assert!((f64::from(dot(&values, &values)) - plain).abs() < 1e-4);
        }
    }
}
