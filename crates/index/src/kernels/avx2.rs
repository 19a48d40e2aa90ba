//! AVX2: sixty-four codes a step.

use std::arch::x86_64::*;

use super::{Dots, WIDTH, assert_bounds};

/// Bytes of codes.
const STEP: usize = 32;
/// How far ahead memory is asked for, in bytes: the machine by itself doesn't look past a page. That there may be
/// nothing doesn't matter.
const AHEAD: usize = 8192;
/// Vectors that are multiplied side by side, so that the query is loaded once for all of them.
const BESIDE: usize = 4;

/// The kernel, if this machine has the instructions.
pub(super) fn dots() -> Option<Dots> {
    // SAFETY: the instructions were detected.
    (is_x86_feature_detected!("avx2")).then_some(|codes, query, out| unsafe { checked(codes, query, out) })
}

#[target_feature(enable = "avx2")]
unsafe fn checked(codes: &[u8], query: &[i8], out: &mut [i32]) {
    assert_bounds(codes, query, out);
    let size = query.len() / 2;
    let mut groups = out.chunks_exact_mut(BESIDE);
    let mut at = codes.as_ptr();
    for out in &mut groups {
        // SAFETY: `at` is at the first of `BESIDE` vectors of `size` bytes each.
        let sums = unsafe { beside::<BESIDE>(at, query) };
        out.copy_from_slice(&sums);
        at = at.wrapping_add(BESIDE * size);
    }
    for out in groups.into_remainder() {
        // SAFETY: `at` is at a vector of `size` bytes.
        *out = unsafe { beside::<1>(at, query) }[0];
        at = at.wrapping_add(size);
    }
}

/// # Safety
/// The instructions must be there, and `codes` must be valid for `N * query.len() / 2` bytes; the length of the query is
/// a multiple of `WIDTH`.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn beside<const N: usize>(codes: *const u8, query: &[i8]) -> [i32; N] {
    let mut sums = [_mm256_setzero_si256(); N];
    for step in 0..query.len() / 2 / STEP {
        // SAFETY: a step of the query, and the same step of each vector, are in bounds as promised by the caller.
        unsafe {
            let (lower, upper) = load_query(query.as_ptr(), step);
            for (vector, sum) in sums.iter_mut().enumerate() {
                let at = codes.add(vector * query.len() / 2 + step * STEP);
                _mm_prefetch::<_MM_HINT_T0>(at.wrapping_add(AHEAD).cast());
                *sum = multiply(*sum, _mm256_loadu_si256(at.cast()), lower, upper);
            }
        }
    }
    sums.map(|sum| total(sum))
}

/// The values that the lower and the upper halves of a step's bytes are multiplied with.
///
/// # Safety
/// `query` must be valid for all values up to the end of the block of `WIDTH` that the step is in.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn load_query(query: *const i8, step: usize) -> (__m256i, __m256i) {
    const STEPS: usize = WIDTH / 2 / STEP;
    let place = step / STEPS * WIDTH + step % STEPS * STEP;
    // SAFETY: as the caller promises.
    unsafe {
        let lower = query.add(place);
        (_mm256_loadu_si256(lower.cast()), _mm256_loadu_si256(lower.add(WIDTH / 2).cast()))
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn multiply(sum: __m256i, codes: __m256i, lower: __m256i, upper: __m256i) -> __m256i {
    let half = _mm256_set1_epi8(15);
    // Two products of 15 and -128 at most, four of them: far from what an i16 holds.
    let lower = _mm256_maddubs_epi16(_mm256_and_si256(codes, half), lower);
    let upper = _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16::<4>(codes), half), upper);
    let pairs = _mm256_add_epi16(lower, upper);
    _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn total(sum: __m256i) -> i32 {
    let four = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
    let two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
    let one = _mm_add_epi32(two, _mm_shuffle_epi32::<1>(two));
    _mm_cvtsi128_si32(one)
}
