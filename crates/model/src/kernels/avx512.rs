//! Kernels for AVX-512: sixteen values a register, twelve rows by thirty-two columns a tile.

use std::arch::x86_64::*;

use super::lanes::{self, Lanes};
use super::tile::{self, Dot, Plain};
use super::{Exponentials, Kernels, Norm, Numbers, Order, Product, RowScale, Scales, scalar};

const PANEL: usize = 2 * F32x16::<false>::COUNT;
const TILE: usize = 12;

// SAFETY, for all tables here: `Isa::kernels` hands them out only where the instructions were detected.
#[allow(clippy::undocumented_unsafe_blocks)]
pub(super) const F32: Numbers = Numbers {
    product: |task, out| unsafe { product_f32(task, out) },
    encode: scalar::encode_f32,
    exponentials: |task, out| unsafe { exponentials_f32(task, out) },
    fast: false,
};
#[allow(clippy::undocumented_unsafe_blocks)]
pub(super) const BF16: Numbers = Numbers {
    product: |task, out| unsafe { product_bf16(task, out) },
    encode: |row, out| unsafe { encode_bf16(row, out) },
    exponentials: |task, out| unsafe { exponentials_bf16(task, out) },
    fast: true,
};
#[allow(clippy::undocumented_unsafe_blocks)]
pub(super) const INT8: Numbers = Numbers {
    product: |task, out| unsafe { product_int8(task, out) },
    encode: |row, out| unsafe { encode_int8(row, out) },
    exponentials: |task, out| unsafe { exponentials_f32(task, out) },
    fast: true,
};

#[allow(clippy::undocumented_unsafe_blocks)]
pub(super) const INT16: Numbers = Numbers {
    product: |task, out| unsafe { product_int16(task, out) },
    encode: |row, out| unsafe { encode_int16(row, out) },
    ..INT8
};

/// The table for a machine with AVX-512 F and the numbers given.
#[allow(clippy::undocumented_unsafe_blocks)]
pub(super) const fn kernels(
    bf16: Numbers,
    [int8, int16]: [Numbers; 2],
    bf16x3: Numbers,
    order: Order,
) -> Kernels {
    Kernels {
        panel: PANEL,
        f32: F32,
        bf16,
        int8,
        int16,
        bf16x3,
        order,
        add_norm: |row, addend, norm| unsafe { add_norm(row, addend, norm) },
    }
}

/// By what there is for bf16 (nothing, slow instructions, fast ones) and whether there is VNNI.
pub(super) static KERNELS: [[Kernels; 2]; 3] =
    [by_vnni(scalar::bf16::<PANEL>()), by_vnni(Numbers { fast: false, ..BF16 }), by_vnni(BF16)];

const fn by_vnni(bf16: Numbers) -> [Kernels; 2] {
    let parts = scalar::bf16x3::<PANEL>();
    let plain = [scalar::int8::<PANEL>(), scalar::int16::<PANEL>()];
    [kernels(bf16, plain, parts, Order::Rows), kernels(bf16, [INT8, INT16], parts, Order::Rows)]
}

#[target_feature(enable = "avx512f")]
unsafe fn product_f32(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { tile::product::<Plain<F32x16<false>>, TILE>(task, out) }
}

#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn product_bf16(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { tile::product::<Bf16x32, TILE>(task, out) }
}

#[target_feature(enable = "avx512f,avx512vnni")]
unsafe fn product_int8(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { tile::product::<Int8x64<false>, TILE>(task, out) }
}

#[target_feature(enable = "avx512f,avx512vnni")]
unsafe fn product_int16(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { tile::product::<Int16x32<false>, TILE>(task, out) }
}

#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn encode_bf16(row: &[f32], out: &mut [u32]) -> RowScale {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::encode_bf16::<F32x16<true>>(row, out) }
}

#[target_feature(enable = "avx512f")]
unsafe fn encode_int8(row: &[f32], out: &mut [u32]) -> RowScale {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::encode_int8::<F32x16<false>>(row, out) }
}

#[target_feature(enable = "avx512f")]
unsafe fn encode_int16(row: &[f32], out: &mut [u32]) -> RowScale {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::encode_int16::<F32x16<false>>(row, out) }
}

#[target_feature(enable = "avx512f")]
unsafe fn exponentials_f32(task: &Exponentials<'_>, out: &mut [u32]) -> Scales {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::exponentials::<F32x16<false>, false>(task, out) }
}

#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn exponentials_bf16(task: &Exponentials<'_>, out: &mut [u32]) -> Scales {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::exponentials::<F32x16<true>, true>(task, out) }
}

#[target_feature(enable = "avx512f")]
unsafe fn add_norm(row: &mut [f32], addend: &[f32], norm: &Norm<'_>) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { lanes::add_norm::<F32x16<false>>(row, addend, norm) }
}

/// 16 values. With `BF16` there is an instruction that rounds them; it makes zeros of numbers below 2^-126.
#[derive(Clone, Copy)]
pub(super) struct F32x16<const BF16: bool>(__m512);

// The callers of `Lanes` vouch for the instructions and the pointers, once for all of these.
#[allow(clippy::undocumented_unsafe_blocks)]
impl<const BF16: bool> Lanes for F32x16<BF16> {
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
    unsafe fn max(self, other: Self) -> Self {
        unsafe { Self(_mm512_max_ps(self.0, other.0)) }
    }

    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        unsafe { Self(_mm512_min_ps(self.0, other.0)) }
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
    unsafe fn times_power_of_two(self, power: Self) -> Self {
        unsafe { Self(_mm512_scalef_ps(self.0, power.0)) }
    }

    #[inline(always)]
    unsafe fn first(self, count: usize, rest: Self) -> Self {
        let mask = (1u32 << count.min(16)).wrapping_sub(1) as __mmask16;
        unsafe { Self(_mm512_mask_blend_ps(mask, rest.0, self.0)) }
    }

    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        unsafe { _mm512_reduce_add_ps(self.0) }
    }

    #[inline(always)]
    unsafe fn largest(self) -> f32 {
        unsafe { _mm512_reduce_max_ps(self.0) }
    }

    #[inline(always)]
    unsafe fn smallest(self) -> f32 {
        unsafe { _mm512_reduce_min_ps(self.0) }
    }

    #[inline(always)]
    unsafe fn store_bf16(self, to: *mut u16) {
        unsafe { _mm256_storeu_si256(to.cast(), self.bf16()) }
    }

    #[inline(always)]
    unsafe fn rounded(self) -> Self {
        unsafe { Self(_mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(self.bf16())))) }
    }

    #[inline(always)]
    unsafe fn store_bytes(self, to: *mut u8) {
        unsafe {
            let whole = _mm512_max_epi32(_mm512_cvtps_epi32(self.0), _mm512_setzero_si512());
            _mm_storeu_si128(to.cast(), _mm512_cvtusepi32_epi8(whole));
        }
    }

    #[inline(always)]
    unsafe fn store_shorts(self, to: *mut i16) {
        unsafe { _mm256_storeu_si256(to.cast(), _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(self.0))) }
    }
}

impl<const BF16: bool> F32x16<BF16> {
    /// Sixteen bf16 numbers, rounded to the nearest, ties to even.
    #[inline(always)]
    unsafe fn bf16(self) -> __m256i {
        // SAFETY: AVX-512 F is there, as for all of these, and with `BF16` that is, too; both types are 256 bits of
        // anything.
        unsafe {
            if BF16 {
                return std::mem::transmute::<__m256bh, __m256i>(_mm512_cvtneps_pbh(self.0));
            }
            let bits = _mm512_castps_si512(self.0);
            let odd = _mm512_and_si512(_mm512_srli_epi32::<16>(bits), _mm512_set1_epi32(1));
            let rounded = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
            _mm512_cvtepi32_epi16(_mm512_srli_epi32::<16>(rounded))
        }
    }
}

/// Sixteen pairs of bf16 numbers.
pub(super) struct Bf16x32;

#[allow(clippy::undocumented_unsafe_blocks)]
impl Dot for Bf16x32 {
    type Values = F32x16<true>;
    type Words = __m512i;
    type Sums = __m512;

    #[inline(always)]
    unsafe fn zero() -> __m512 {
        unsafe { _mm512_setzero_ps() }
    }

    #[inline(always)]
    unsafe fn load(from: *const u32) -> __m512i {
        unsafe { _mm512_loadu_si512(from.cast()) }
    }

    #[inline(always)]
    unsafe fn splat(word: u32) -> __m512i {
        unsafe { _mm512_set1_epi32(word.cast_signed()) }
    }

    #[inline(always)]
    unsafe fn add(sums: __m512, left: __m512i, right: __m512i) -> __m512 {
        // Both types are 512 bits of anything.
        let bf16 = |words| unsafe { std::mem::transmute::<__m512i, __m512bh>(words) };
        unsafe { _mm512_dpbf16_ps(sums, bf16(left), bf16(right)) }
    }

    #[inline(always)]
    unsafe fn values(from: *const u32) -> F32x16<true> {
        unsafe { F32x16::load(from.cast()) }
    }

    #[inline(always)]
    unsafe fn store(sums: __m512, to: *mut u32) {
        unsafe { _mm512_storeu_ps(to.cast(), sums) }
    }
}

/// Sixteen times as many integers as are in a word.
macro_rules! integers {
    ($(#[$doc:meta])* $name:ident, $add:ident) => {
        $(#[$doc])*
        pub(super) struct $name<const BF16: bool>;

        #[allow(clippy::undocumented_unsafe_blocks)]
        impl<const BF16: bool> Dot for $name<BF16> {
            type Values = F32x16<BF16>;
            type Words = __m512i;
            type Sums = __m512i;

            #[inline(always)]
            unsafe fn zero() -> __m512i {
                unsafe { _mm512_setzero_si512() }
            }

            #[inline(always)]
            unsafe fn load(from: *const u32) -> __m512i {
                unsafe { _mm512_loadu_si512(from.cast()) }
            }

            #[inline(always)]
            unsafe fn splat(word: u32) -> __m512i {
                unsafe { _mm512_set1_epi32(word.cast_signed()) }
            }

            #[inline(always)]
            unsafe fn add(sums: __m512i, left: __m512i, right: __m512i) -> __m512i {
                unsafe { $add(sums, left, right) }
            }

            #[inline(always)]
            unsafe fn values(from: *const u32) -> F32x16<BF16> {
                unsafe { F32x16(_mm512_cvtepi32_ps(Self::load(from))) }
            }

            #[inline(always)]
            unsafe fn store(sums: __m512i, to: *mut u32) {
                unsafe { _mm512_storeu_si512(to.cast(), sums) }
            }
        }
    };
}

integers!(
    /// Four bytes a word. See [`F32x16`] for `BF16`.
    Int8x64,
    _mm512_dpbusd_epi32
);
integers!(
    /// Two 16-bit integers a word.
    Int16x32,
    _mm512_dpwssd_epi32
);
