use crate::dense;
use crate::kernels::{self, Dots, WIDTH};

/// The greatest code of a stored vector.
const MOST: f32 = 127.0;

/// How many codes a vector of `dimension` values has: padded with zeros for the kernels.
pub(crate) fn stride(dimension: usize) -> usize {
    dimension.next_multiple_of(WIDTH)
}

/// Appends `vector`, made as long as 1, in a byte for each value; what comes back is what a code is worth.
///
/// The greatest value by size becomes 127 or -127 and the rest are rounded in proportion, so a value is off by at most
/// half of what a code is worth. A vector that has no length, or not a finite one, is all zeros.
pub(crate) fn encode(vector: &[f32], codes: &mut Vec<u8>) -> f32 {
    let length = dense::length(vector);
    let most = vector.iter().fold(0f32, |most, value| most.max(value.abs()));
    let usable = length > 0.0 && length.is_finite() && most > 0.0;
    let worth = if usable { MOST / most } else { 0.0 };
    let end = codes.len() + stride(vector.len());
    codes.extend(vector.iter().map(|value| ((value * worth).round() as i8) as u8));
    codes.resize(end, 0);
    if usable { most / length / MOST } else { 0.0 }
}

/// A query in the form that stored codes are multiplied with.
pub(crate) struct Probe {
    codes: Vec<i16>,
    /// What a code is worth.
    worth: f32,
    dots: Dots,
}

impl Probe {
    /// As [`encode`], but in as many bits as the sum of products leaves room for.
    pub(crate) fn new(query: &[f32]) -> Self {
        let stride = stride(query.len());
        let room = (i32::MAX as usize / 128 / stride.max(1)).min(i16::MAX as usize) as f32;
        let length = dense::length(query);
        let most = query.iter().fold(0f32, |most, value| most.max(value.abs()));
        let usable = length > 0.0 && length.is_finite() && most > 0.0;
        let scale = if usable { room / most } else { 0.0 };
        let mut codes: Vec<i16> = query.iter().map(|value| (value * scale).round() as i16).collect();
        codes.resize(stride, 0);
        Self { codes, worth: if usable { most / length / room } else { 0.0 }, dots: kernels::best() }
    }

    /// The cosines to the vectors in `codes`, each scaled by what its codes are worth, into `out`; `room` is memory to
    /// work in.
    pub(crate) fn cosines(
        &self,
        codes: &[u8],
        worths: impl Iterator<Item = f32>,
        room: &mut Vec<i32>,
        out: &mut Vec<f32>,
    ) {
        room.clear();
        room.resize(codes.len() / self.codes.len().max(1), 0);
        (self.dots)(codes, &self.codes, room);
        out.clear();
        out.extend(room.iter().zip(worths).map(|(dot, worth)| *dot as f32 * worth * self.worth));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compact(stored: &[f32], query: &[f32]) -> f32 {
        let (mut codes, mut room, mut out) = (Vec::new(), Vec::new(), Vec::new());
        let worth = encode(stored, &mut codes);
        Probe::new(query).cosines(&codes, [worth].into_iter(), &mut room, &mut out);
        out[0]
    }

    proptest! {
        #[test]
        fn a_compact_cosine_is_near_the_exact_one(
            (a, b) in (1usize..400).prop_flat_map(|n| {
                let vector = || prop::collection::vec(-1f32..1.0, n);
                (vector(), vector())
            })
        ) {
            let exact = dense::cosine(&a, &b, dense::length(&b));
            // Half a code for each value, in the worst case all in the query's direction.
            let worst = 0.5 / 127.0 * (a.len() as f32).sqrt() * 2.0;
            prop_assert!((compact(&a, &b) - exact).abs() <= worst, "{} {exact}", compact(&a, &b));
        }
    }

    #[test]
    fn a_vector_without_a_length_is_near_to_nothing() {
        for odd in [[0.0, 0.0], [f32::NAN, 1.0], [f32::INFINITY, 0.0], [f32::MAX, f32::MAX], [1e-40, 0.0]] {
            assert!(compact(&odd, &[1.0, 0.0]).is_finite(), "{odd:?}");
            assert!(compact(&[1.0, 0.0], &odd).is_finite(), "{odd:?}");
        }
        assert_eq!(compact(&[f32::NAN, 1.0], &[1.0, 0.0]), 0.0);
    }
}
