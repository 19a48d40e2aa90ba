//! Kernels for AVX2 and FMA: eight values a register, six rows by sixteen columns a tile.

use std::arch::x86_64::*;

use super::lanes::{self, Lanes};
use super::{Kernels, MatMul, Norm};

pub(super) static KERNELS: Kernels = Kernels {
    panel: 2 * F32x8::COUNT,
    // SAFETY: `Isa::kernels` hands this table out only where the instructions were detected.
    matmul: |task, out| unsafe { matmul(task, out) },
    // SAFETY: `Isa::kernels` hands this table out only where the instructions were detected.
    softmax: |row| unsafe { softmax(row) },
    // SAFETY: `Isa::kernels` hands this table out only where the instructions were detected.
    add_norm: |row, addend, norm| unsafe { add_norm(row, addend, norm) },
};

const TILE: usize = 6;

#[target_feature(enable = "avx2,fma")]
unsafe fn matmul(task: &MatMul<'_>, out: &mut [f32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::matmul::<F32x8, TILE>(task, out) }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn softmax(row: &mut [f32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::softmax::<F32x8>(row) }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn add_norm(row: &mut [f32], addend: &[f32], norm: &Norm<'_>) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::add_norm::<F32x8>(row, addend, norm) }
}

/// 8 values.
#[derive(Clone, Copy)]
struct F32x8(__m256);

// The callers of `Lanes` vouch for the instructions and the pointers, once for all of these.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Lanes for F32x8 {
    const COUNT: usize = 8;

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        unsafe { Self(_mm256_loadu_ps(from)) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { _mm256_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        unsafe { Self(_mm256_set1_ps(value)) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        unsafe { Self(_mm256_add_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        unsafe { Self(_mm256_sub_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        unsafe { Self(_mm256_mul_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        unsafe { Self(_mm256_div_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        unsafe { Self(_mm256_max_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn abs(self) -> Self {
        unsafe { Self(_mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0)) }
    }

    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self {
        unsafe { Self(_mm256_fmadd_ps(self.0, factor.0, addend.0)) }
    }

    #[inline(always)]
    unsafe fn round(self) -> Self {
        unsafe { Self(_mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)) }
    }

    #[inline(always)]
    unsafe fn power_of_two(self) -> Self {
        // The exponent field of an f32 is the power plus 127, above 23 bits of fraction.
        unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(self.0), _mm256_set1_epi32(127));
            Self(_mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent)))
        }
    }

    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        unsafe { self.values().iter().sum() }
    }

    #[inline(always)]
    unsafe fn largest(self) -> f32 {
        unsafe { self.values().iter().fold(f32::MIN, |max, value| max.max(*value)) }
    }
}

impl F32x8 {
    #[inline(always)]
    unsafe fn values(self) -> [f32; 8] {
        let mut values = [0.0; 8];
        // SAFETY: the array holds eight values.
        unsafe { self.store(values.as_mut_ptr()) };
        values
    }
}
