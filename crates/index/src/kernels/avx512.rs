//! AVX-512 with VNNI: thirty-two codes a step.

use std::arch::x86_64::*;

use super::{Dots, assert_bounds};

const STEP: usize = 32;
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
unsafe fn checked(codes: &[u8], query: &[i16], out: &mut [i32]) {
    assert_bounds(codes, query, out);
    let width = query.len();
    let mut groups = out.chunks_exact_mut(BESIDE);
    let mut at = codes.as_ptr();
    for out in &mut groups {
        // SAFETY: `at` is at the first of `BESIDE` vectors of `width` codes each.
        let sums = unsafe { beside::<BESIDE>(at, query) };
        out.copy_from_slice(&sums);
        at = at.wrapping_add(BESIDE * width);
    }
    for out in groups.into_remainder() {
        // SAFETY: `at` is at a vector of `width` codes.
        *out = unsafe { beside::<1>(at, query) }[0];
        at = at.wrapping_add(width);
    }
}

/// # Safety
/// The instructions must be there, and `codes` must be valid for `N * query.len()` bytes; the length of the query is a
/// multiple of `STEP`.
#[inline]
#[target_feature(enable = "avx512bw,avx512vnni")]
unsafe fn beside<const N: usize>(codes: *const u8, query: &[i16]) -> [i32; N] {
    let mut sums = [_mm512_setzero_si512(); N];
    for place in (0..query.len()).step_by(STEP) {
        // SAFETY: a step of the query, and the same step of each vector, are in bounds as promised by the caller.
        unsafe {
            let q = load_query(query.as_ptr().add(place));
            for (vector, sum) in sums.iter_mut().enumerate() {
                let at = codes.add(vector * query.len() + place);
                _mm_prefetch::<_MM_HINT_T0>(at.wrapping_add(AHEAD).cast());
                *sum = multiply(*sum, load_codes(at), q);
            }
        }
    }
    sums.map(|sum| total(sum))
}

/// # Safety
/// `query` must be valid for `STEP` values.
#[inline]
#[target_feature(enable = "avx512bw,avx512vnni")]
unsafe fn load_query(query: *const i16) -> __m512i {
    // SAFETY: as the caller promises.
    unsafe { _mm512_loadu_si512(query.cast()) }
}

/// # Safety
/// `codes` must be valid for `STEP` bytes.
#[inline]
#[target_feature(enable = "avx512bw,avx512vnni")]
unsafe fn load_codes(codes: *const u8) -> __m512i {
    // SAFETY: as the caller promises.
    unsafe { _mm512_cvtepi8_epi16(_mm256_loadu_si256(codes.cast())) }
}

#[inline]
#[target_feature(enable = "avx512bw,avx512vnni")]
fn multiply(sum: __m512i, wide: __m512i, q: __m512i) -> __m512i {
    _mm512_dpwssd_epi32(sum, wide, q)
}

#[inline]
#[target_feature(enable = "avx512bw,avx512vnni")]
fn total(sum: __m512i) -> i32 {
    _mm512_reduce_add_epi32(sum)
}
