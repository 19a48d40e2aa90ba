//! Kernels for AVX-512: sixteen values a register, twelve rows by thirty-two columns a tile.

use std::arch::x86_64::*;

use super::lanes::{self, Lanes};
use super::{Kernels, MatMul, Norm};

pub(super) static KERNELS: Kernels = Kernels {
    panel: 2 * F32x16::COUNT,
    // SAFETY: `Isa::kernels` hands this table out only where the instructions were detected.
    matmul: |task, out| unsafe { matmul(task, out) },
    // SAFETY: `Isa::kernels` hands this table out only where the instructions were detected.
    softmax: |row| unsafe { softmax(row) },
    // SAFETY: `Isa::kernels` hands this table out only where the instructions were detected.
    add_norm: |row, addend, norm| unsafe { add_norm(row, addend, norm) },
};

const TILE: usize = 12;

#[target_feature(enable = "avx512f")]
unsafe fn matmul(task: &MatMul<'_>, out: &mut [f32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::matmul::<F32x16, TILE>(task, out) }
}

#[target_feature(enable = "avx512f")]
unsafe fn softmax(row: &mut [f32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::softmax::<F32x16>(row) }
}

#[target_feature(enable = "avx512f")]
unsafe fn add_norm(row: &mut [f32], addend: &[f32], norm: &Norm<'_>) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::add_norm::<F32x16>(row, addend, norm) }
}

/// 16 values.
#[derive(Clone, Copy)]
struct F32x16(__m512);

// The callers of `Lanes` vouch for the instructions and the pointers, once for all of these.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Lanes for F32x16 {
    const COUNT: usize = 16;

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        unsafe { Self(_mm512_loadu_ps(from)) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { _mm512_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        unsafe { Self(_mm512_set1_ps(value)) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        unsafe { Self(_mm512_add_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        unsafe { Self(_mm512_sub_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        unsafe { Self(_mm512_mul_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        unsafe { Self(_mm512_div_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        unsafe { Self(_mm512_max_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn abs(self) -> Self {
        unsafe { Self(_mm512_abs_ps(self.0)) }
    }

    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self {
        unsafe { Self(_mm512_fmadd_ps(self.0, factor.0, addend.0)) }
    }

    #[inline(always)]
    unsafe fn round(self) -> Self {
        unsafe { Self(_mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)) }
    }

    #[inline(always)]
    unsafe fn power_of_two(self) -> Self {
        unsafe { Self(_mm512_scalef_ps(_mm512_set1_ps(1.0), self.0)) }
    }

    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        unsafe { _mm512_reduce_add_ps(self.0) }
    }

    #[inline(always)]
    unsafe fn largest(self) -> f32 {
        unsafe { _mm512_reduce_max_ps(self.0) }
    }
}
