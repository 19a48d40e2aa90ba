//! AVX-512 with VNNI: a hundred and twenty-eight codes a step.

use std::arch::x86_64::*;

use super::{Dots, WIDTH, assert_bounds};

/// Bytes of codes.
const STEP: usize = 64;
/// How far ahead memory is asked for, in bytes: the machine by itself doesn't look past a page. That there may be
/// nothing doesn't matter.
const AHEAD: usize = 8192;
/// Vectors that are multiplied side by side, so that the query is loaded once for all of them.
const BESIDE: usize = 4;

/// The kernel, if this machine has the instructions.
pub(super) fn dots() -> Option<Dots> {
    // SAFETY: the instructions were detected.
    (is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vnni"))
        .then_some(|codes, query, out| unsafe { checked(codes, query, out) })
}

#[target_feature(enable = "avx512bw,avx512vnni")]
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
#[target_feature(enable = "avx512bw,avx512vnni")]
unsafe fn beside<const N: usize>(codes: *const u8, query: &[i8]) -> [i32; N] {
    let mut sums = [_mm512_setzero_si512(); N];
    for block in 0..query.len() / WIDTH {
        // SAFETY: a block of the query, and the same block of each vector, are in bounds as promised by the caller.
        unsafe {
            let (lower, upper) = load_query(query.as_ptr().add(block * WIDTH));
            for (vector, sum) in sums.iter_mut().enumerate() {
                let at = codes.add(vector * query.len() / 2 + block * STEP);
                _mm_prefetch::<_MM_HINT_T0>(at.wrapping_add(AHEAD).cast());
                *sum = multiply(*sum, _mm512_loadu_si512(at.cast()), lower, upper);
            }
        }
    }
    sums.map(|sum| _mm512_reduce_add_epi32(sum))
}

/// # Safety
/// `query` must be valid for `WIDTH` values.
#[inline]
#[target_feature(enable = "avx512bw,avx512vnni")]
unsafe fn load_query(query: *const i8) -> (__m512i, __m512i) {
    // SAFETY: as the caller promises.
    unsafe { (_mm512_loadu_si512(query.cast()), _mm512_loadu_si512(query.add(WIDTH / 2).cast())) }
}

#[inline]
#[target_feature(enable = "avx512bw,avx512vnni")]
fn multiply(sum: __m512i, codes: __m512i, lower: __m512i, upper: __m512i) -> __m512i {
    let half = _mm512_set1_epi8(15);
    let sum = _mm512_dpbusd_epi32(sum, _mm512_and_si512(codes, half), lower);
    _mm512_dpbusd_epi32(sum, _mm512_and_si512(_mm512_srli_epi16::<4>(codes), half), upper)
}
