//! Kernels for AVX2 and FMA: eight values a register, six rows by sixteen columns a tile.

use std::arch::x86_64::*;

use super::lanes::{self, Lanes};
use super::tile::{self, Dot, Plain};
use super::{Exponentials, Kernels, Norm, Numbers, Order, Product, RowScale, Scales, scalar};

const PANEL: usize = 2 * F32x8::COUNT;
const TILE: usize = 6;

/// AVX2 and FMA alone, and with AVX-VNNI.
pub(super) static KERNELS: [Kernels; 2] =
    [kernels(scalar::int8::<PANEL>(), INT16), kernels(INT8, INT16_VNNI)];

// SAFETY, for all tables here: `Isa::kernels` hands them out only where the instructions were detected.
#[allow(clippy::undocumented_unsafe_blocks)]
const INT8: Numbers = Numbers {
    product: |task, out| unsafe { product_int8(task, out) },
    encode: |row, out| unsafe { encode_int8(row, out) },
    exponentials: |task, out| unsafe { exponentials_f32(task, out) },
    fast: true,
};

#[allow(clippy::undocumented_unsafe_blocks)]
const INT16: Numbers = Numbers {
    product: |task, out| unsafe { product_int16(task, out) },
    encode: |row, out| unsafe { encode_int16(row, out) },
    ..INT8
};
#[allow(clippy::undocumented_unsafe_blocks)]
const INT16_VNNI: Numbers =
    Numbers { product: |task, out| unsafe { product_int16_vnni(task, out) }, ..INT16 };

#[allow(clippy::undocumented_unsafe_blocks)]
const fn kernels(int8: Numbers, int16: Numbers) -> Kernels {
    Kernels {
        panel: PANEL,
        f32: Numbers {
            product: |task, out| unsafe { product_f32(task, out) },
            encode: scalar::encode_f32,
            exponentials: |task, out| unsafe { exponentials_f32(task, out) },
            fast: false,
        },
        bf16: scalar::bf16::<PANEL>(),
        int8,
        int16,
        bf16x3: scalar::bf16x3::<PANEL>(),
        order: Order::Rows,
        add_norm: |row, addend, norm| unsafe { add_norm(row, addend, norm) },
    }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn product_f32(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { tile::product::<Plain<F32x8>, TILE>(task, out) }
}

#[target_feature(enable = "avx2,fma,avxvnni")]
unsafe fn product_int8(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { tile::product::<Int8x32, TILE>(task, out) }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn product_int16(task: &Product<'_>, out: &mut [u32]) {
    // The products need a register before they are added to the sums: one row fewer.
    // SAFETY: this function is compiled for the instructions.
    unsafe { tile::product::<Int16x16, { TILE - 1 }>(task, out) }
}

#[target_feature(enable = "avx2,fma,avxvnni")]
unsafe fn product_int16_vnni(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { tile::product::<Int16x16Vnni, TILE>(task, out) }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn encode_int16(row: &[f32], out: &mut [u32]) -> RowScale {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::encode_int16::<F32x8>(row, out) }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn encode_int8(row: &[f32], out: &mut [u32]) -> RowScale {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::encode_int8::<F32x8>(row, out) }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn exponentials_f32(task: &Exponentials<'_>, out: &mut [u32]) -> Scales {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::exponentials::<F32x8, false>(task, out) }
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
    unsafe fn max(self, other: Self) -> Self {
        unsafe { Self(_mm256_max_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        unsafe { Self(_mm256_min_ps(self.0, other.0)) }
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
    unsafe fn times_power_of_two(self, power: Self) -> Self {
        // The exponent field of an f32 is the power plus 127, above 23 bits of fraction.
        unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(power.0), _mm256_set1_epi32(127));
            self.mul(Self(_mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent))))
        }
    }

    #[inline(always)]
    unsafe fn first(self, count: usize, rest: Self) -> Self {
        unsafe {
            let places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
            let mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(count.min(8) as i32), places);
            Self(_mm256_blendv_ps(rest.0, self.0, _mm256_castsi256_ps(mask)))
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

    #[inline(always)]
    unsafe fn smallest(self) -> f32 {
        unsafe { self.values().iter().fold(f32::MAX, |min, value| min.min(*value)) }
    }

    #[inline(always)]
    unsafe fn store_bf16(self, to: *mut u16) {
        unsafe {
            let bits = _mm256_castps_si256(self.0);
            let odd = _mm256_and_si256(_mm256_srli_epi32::<16>(bits), _mm256_set1_epi32(1));
            let rounded = _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff)));
            let halves = _mm256_srli_epi32::<16>(rounded);
            let (low, high) = (_mm256_castsi256_si128(halves), _mm256_extracti128_si256::<1>(halves));
            _mm_storeu_si128(to.cast(), _mm_packus_epi32(low, high));
        }
    }

    #[inline(always)]
    unsafe fn rounded(self) -> Self {
        unsafe {
            let bits = _mm256_castps_si256(self.0);
            let odd = _mm256_and_si256(_mm256_srli_epi32::<16>(bits), _mm256_set1_epi32(1));
            let rounded = _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff)));
            let upper = _mm256_set1_epi32(0xffff_0000u32.cast_signed());
            Self(_mm256_castsi256_ps(_mm256_and_si256(rounded, upper)))
        }
    }

    #[inline(always)]
    unsafe fn store_bytes(self, to: *mut u8) {
        unsafe {
            let whole = _mm256_cvtps_epi32(self.0);
            let (low, high) = (_mm256_castsi256_si128(whole), _mm256_extracti128_si256::<1>(whole));
            let shorts = _mm_packus_epi32(low, high);
            _mm_storel_epi64(to.cast(), _mm_packus_epi16(shorts, shorts));
        }
    }

    #[inline(always)]
    unsafe fn store_shorts(self, to: *mut i16) {
        unsafe {
            let whole = _mm256_cvtps_epi32(self.0);
            let (low, high) = (_mm256_castsi256_si128(whole), _mm256_extracti128_si256::<1>(whole));
            _mm_storeu_si128(to.cast(), _mm_packs_epi32(low, high));
        }
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

/// Eight times as many integers as are in a word; `add` adds products of the integers in words to sums.
macro_rules! integers {
    ($(#[$doc:meta])* $name:ident, $add:expr) => {
        $(#[$doc])*
        struct $name;

        #[allow(clippy::undocumented_unsafe_blocks)]
        impl Dot for $name {
            type Values = F32x8;
            type Words = __m256i;
            type Sums = __m256i;

            #[inline(always)]
            unsafe fn zero() -> __m256i {
                unsafe { _mm256_setzero_si256() }
            }

            #[inline(always)]
            unsafe fn load(from: *const u32) -> __m256i {
                unsafe { _mm256_loadu_si256(from.cast()) }
            }

            #[inline(always)]
            unsafe fn splat(word: u32) -> __m256i {
                unsafe { _mm256_set1_epi32(word.cast_signed()) }
            }

            #[inline(always)]
            unsafe fn add(sums: __m256i, left: __m256i, right: __m256i) -> __m256i {
                unsafe { $add(sums, left, right) }
            }

            #[inline(always)]
            unsafe fn values(from: *const u32) -> F32x8 {
                unsafe { F32x8(_mm256_cvtepi32_ps(Self::load(from))) }
            }

            #[inline(always)]
            unsafe fn store(sums: __m256i, to: *mut u32) {
                unsafe { _mm256_storeu_si256(to.cast(), sums) }
            }
        }
    };
}

integers!(
    /// Four bytes a word, with AVX-VNNI.
    Int8x32,
    _mm256_dpbusd_avx_epi32
);
integers!(
    /// Two 16-bit integers a word, with AVX-VNNI.
    Int16x16Vnni,
    _mm256_dpwssd_avx_epi32
);
integers!(
    /// Two 16-bit integers a word.
    Int16x16,
    |sums, left, right| _mm256_add_epi32(sums, _mm256_madd_epi16(left, right))
);
