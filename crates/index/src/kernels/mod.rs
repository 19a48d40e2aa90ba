//! Dot products of stored codes, one file for each instruction set: all that is unsafe.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod scalar;

/// Codes of a vector are padded with zeros to a multiple of this.
pub(crate) const WIDTH: usize = 128;

/// Fills `out` with the dot products of the query and each of the vectors in `codes`.
///
/// A vector is `query.len()` codes from 0 to 15, a multiple of [`WIDTH`]; of these many, the first half is in the lower
/// halves of bytes, the second half in the upper ones. A product of all fits an i32 up to a million values: it is the
/// same on every machine.
pub(crate) type Dots = fn(codes: &[u8], query: &[i8], out: &mut [i32]);

/// The fastest this machine has.
pub(crate) fn best() -> Dots {
    available().pop().map_or(scalar::dots, |(_, dots)| dots)
}

/// Every form this machine has, by name, fastest last.
fn available() -> Vec<(&'static str, Dots)> {
    let mut found: Vec<(&'static str, Dots)> = vec![("scalar", scalar::dots)];
    #[cfg(target_arch = "x86_64")]
    {
        found.extend(avx2::dots().map(|dots| ("avx2", dots)));
        found.extend(avx512::dots().map(|dots| ("avx512", dots)));
    }
    found
}

/// The bounds that every kernel relies on.
fn assert_bounds(codes: &[u8], query: &[i8], out: &[i32]) {
    assert!(query.len().is_multiple_of(WIDTH) && codes.len() == query.len() / 2 * out.len());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_instruction_set_multiplies_like_the_scalar_one(
            vectors in 0usize..11,
            blocks in 1usize..9,
            seed in any::<u64>(),
            extreme in any::<bool>()
        ) {
            let width = blocks * WIDTH;
            let mut state = seed | 1;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 40) as u32
            };
            let codes: Vec<u8> =
                (0..vectors * width / 2).map(|_| if extreme { 255 } else { next() as u8 }).collect();
            let query: Vec<i8> = (0..width).map(|_| if extreme { -128 } else { next() as i8 }).collect();
            let plain: Vec<i32> = codes
                .chunks(width / 2)
                .map(|codes| {
                    let code = |place: usize| {
                        let byte = codes[place / WIDTH * (WIDTH / 2) + place % (WIDTH / 2)];
                        if place % WIDTH < WIDTH / 2 { byte % 16 } else { byte / 16 }
                    };
                    query.iter().enumerate().map(|(place, q)| i32::from(code(place)) * i32::from(*q)).sum()
                })
                .collect();
            for (name, dots) in available() {
                let mut out = vec![0; vectors];
                dots(&codes, &query, &mut out);
                prop_assert_eq!(&out, &plain, "{}", name);
            }
        }
    }

    #[test]
    #[should_panic(expected = "is_multiple_of")]
    fn codes_that_are_too_short_are_refused() {
        best()(&[0; 100], &[0; 64], &mut [0; 2]);
    }
}
