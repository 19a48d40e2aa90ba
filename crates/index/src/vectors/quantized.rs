use crate::kernels::{self, Dots, WIDTH};
use crate::vectors::dense;

/// The greatest code of a stored vector.
const MOST: f32 = 7.0;
/// What is added to a code where it is stored, so that it is never below 0.
const ZERO: u8 = 8;
/// The greatest code of a query.
const MOST_ASKED: f32 = 127.0;
/// Parts of a vector's greatest value that may get the greatest code. Less than all of it cuts a few values off and
/// tells the many small ones apart; which is best differs between vectors.
const CUTS: [f32; 3] = [1.0, 0.85, 0.7];

/// How many bytes the codes of a vector of `dimension` values take: padded with zeros for the kernels, two to a byte.
pub(crate) fn stride(dimension: usize) -> usize {
    dimension.next_multiple_of(WIDTH) / 2
}

/// Appends `vector` in half a byte for each value; what comes back is what a code is worth to a cosine.
///
/// Values are rounded to -7..=7 times a step. The worth makes the product with the codes right on average, as if their
/// errors had no direction: the length of the vector by its product with its own codes (after Gao and Long, "RaBitQ",
/// 2024). A vector that has no length, or not a finite one, is all zeros.
pub(crate) fn encode(vector: &[f32], codes: &mut Vec<u8>) -> f32 {
    let Some([length, most]) = sizes(vector) else {
        pack(&[], vector.len(), codes);
        return 0.0;
    };
    let tried = CUTS.iter().map(|cut| rounded(vector, MOST / (most * cut), MOST));
    let best = tried.map(|codes| (nearness(vector, &codes), codes)).max_by(|(a, _), (b, _)| a.total_cmp(b));
    let best = best.map(|(_, codes)| codes).unwrap_or_default();
    let product = dense::dot(vector, &best);
    pack(&best, vector.len(), codes);
    if product > 0.0 { length / product } else { 0.0 }
}

/// A compact cosine of vectors of `dimension` values is off by less, but for odd ones. A step is about a seventh of the
/// greatest of so many normally distributed values, a value is off by half of one at most, and errors add up as the root
/// of their squares do: this is five times the standard deviation.
pub(crate) fn error(dimension: usize) -> f32 {
    0.6 / (dimension.max(1) as f32).sqrt()
}

/// The length and the greatest value by size of a vector that has a length, and a finite one.
fn sizes(values: &[f32]) -> Option<[f32; 2]> {
    let (length, most) = (dense::length(values), greatest(values));
    (length > 0.0 && length.is_finite() && most > 0.0).then_some([length, most])
}

fn greatest(values: &[f32]) -> f32 {
    values.iter().fold(0f32, |most, value| most.max(value.abs()))
}

/// The values times `scale` as the nearest whole numbers from `-most` to `most`.
fn rounded(values: &[f32], scale: f32, most: f32) -> Vec<f32> {
    /// Added to a number, it leaves no bits for a fraction. `f32::round` would be a call for each value, where a
    /// processor need not have an instruction for it.
    const NO_FRACTION: f32 = 12_582_912.0;
    let round = |value: &f32| (value * scale).clamp(-most, most) + NO_FRACTION - NO_FRACTION;
    values.iter().map(round).collect()
}

/// The greater, the smaller the angle between the two.
fn nearness(vector: &[f32], codes: &[f32]) -> f32 {
    let (square, product) = (dense::dot(codes, codes), dense::dot(vector, codes));
    if square > 0.0 { product * product.abs() / square } else { 0.0 }
}

/// Puts `count` codes, zeros where there are none, behind `to` in the order of [`Dots`].
fn pack(codes: &[f32], count: usize, to: &mut Vec<u8>) {
    let code =
        |place: usize| (codes.get(place).copied().unwrap_or(0.0) as i8).wrapping_add_unsigned(ZERO) as u8;
    for block in (0..count).step_by(WIDTH) {
        to.extend((block..block + WIDTH / 2).map(|place| code(place) | code(place + WIDTH / 2) << 4));
    }
}

/// A query in the form that stored codes are multiplied with.
pub(crate) struct Probe {
    codes: Vec<i8>,
    /// What the query's codes and [`ZERO`] come to.
    excess: i32,
    /// What a code is worth.
    worth: f32,
    dots: Dots,
}

impl Probe {
    /// The query's values in a byte each.
    pub(crate) fn new(query: &[f32]) -> Self {
        let sizes = sizes(query);
        let scale = sizes.map_or(0.0, |[_, most]| MOST_ASKED / most);
        let codes = rounded(query, scale, MOST_ASKED);
        let mut codes: Vec<i8> = codes.into_iter().map(|code| code as i8).collect();
        codes.resize(stride(query.len()) * 2, 0);
        let excess = codes.iter().map(|code| i32::from(*code)).sum::<i32>() * i32::from(ZERO);
        let worth = sizes.map_or(0.0, |[length, most]| most / length / MOST_ASKED);
        Self { codes, excess, worth, dots: kernels::best() }
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
        room.resize(codes.len() * 2 / self.codes.len().max(1), 0);
        (self.dots)(codes, &self.codes, room);
        out.clear();
        out.extend(
            room.iter().zip(worths).map(|(dot, worth)| (dot - self.excess) as f32 * worth * self.worth),
        );
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
            // Half a step for each value, in the worst case all in the query's direction.
            let step = |values: &[f32], most: f32| {
                greatest(values) / most / 2.0 * (values.len() as f32).sqrt() / dense::length(values)
            };
            let (sine, asked) = (step(&a, MOST), step(&b, MOST_ASKED));
            let worst = sine / (1.0 - sine * sine).max(0.01).sqrt() + asked * 2.0 + 1e-5;
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
