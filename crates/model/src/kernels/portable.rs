//! Kernels for processors that have none of their own here, Arm's among them: the fast form over arrays, which compilers
//! turn into whatever vectors a processor has. On x86-64 it is compiled twice more, for AVX2 and for AVX-512, so that
//! tests there see what becomes of it with instructions that multiply and add at once, as NEON's do.
//!
//! A crate that multiplies matrices would lay out both sides anew for every product. That costs little for many texts,
//! but a short query takes four times as long as with the plain loops (`matrixmultiply`: 35 ms, not 8 ms).

use super::lanes::{self, Lanes};
use super::tile::{self, Plain};
use super::{Exponentials, Kernels, Norm, Numbers, Order, Product, Scales, format, scalar};

/// Rows of a tile: with their sums, two vectors of columns and one of a row they take up six eighths of 32 registers of
/// four values, NEON's, and all of 16 registers of eight values, AVX2's.
const TILE: usize = 6;

/// For what every processor has that this is compiled for.
pub(super) static KERNELS: Kernels = kernels::<{ 2 * EIGHT }>(product_f32, exponentials, add_norm);

const EIGHT: usize = 8;

const fn kernels<const PANEL: usize>(
    product: fn(&Product<'_>, &mut [u32]),
    exponentials: fn(&Exponentials<'_>, &mut [u32]) -> Scales,
    add_norm: fn(&mut [f32], &[f32], &Norm<'_>),
) -> Kernels {
    Kernels {
        panel: PANEL,
        f32: Numbers { product, encode: scalar::encode_f32, exponentials, fast: false },
        bf16: scalar::bf16::<PANEL>(),
        int8: scalar::int8::<PANEL>(),
        int16: scalar::int16::<PANEL>(),
        bf16x3: scalar::bf16x3::<PANEL>(),
        order: Order::Rows,
        add_norm,
    }
}

/// Whether every processor that this is compiled for multiplies and adds at once.
const FUSED: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

fn product_f32(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: no instruction is needed that isn't everywhere.
    unsafe { tile::product::<Plain<Array<EIGHT, FUSED>>, TILE>(task, out) }
}

fn exponentials(task: &Exponentials<'_>, out: &mut [u32]) -> Scales {
    // SAFETY: no instruction is needed that isn't everywhere.
    unsafe { lanes::exponentials::<Array<EIGHT, FUSED>, false>(task, out) }
}

fn add_norm(row: &mut [f32], addend: &[f32], norm: &Norm<'_>) {
    // SAFETY: no instruction is needed that isn't everywhere.
    unsafe { lanes::add_norm::<Array<EIGHT, FUSED>>(row, addend, norm) }
}

/// The same for instructions of x86-64, which are to be there.
#[cfg(target_arch = "x86_64")]
macro_rules! compiled {
    ($module:ident, $features:literal, $count:literal, $tile:literal) => {
        pub(super) mod $module {
            use super::*;

            // SAFETY, for the table: `Isa::kernels` hands it out only where the instructions were detected.
            #[allow(clippy::undocumented_unsafe_blocks)]
            pub(in crate::kernels) static KERNELS: Kernels = kernels::<{ 2 * $count }>(
                |task, out| unsafe { product_f32(task, out) },
                |task, out| unsafe { exponentials(task, out) },
                |row, addend, norm| unsafe { add_norm(row, addend, norm) },
            );

            #[target_feature(enable = $features)]
            unsafe fn product_f32(task: &Product<'_>, out: &mut [u32]) {
                // SAFETY: this function is compiled for the instructions.
                unsafe { tile::product::<Plain<Array<$count, true>>, $tile>(task, out) }
            }

            #[target_feature(enable = $features)]
            unsafe fn exponentials(task: &Exponentials<'_>, out: &mut [u32]) -> Scales {
                // SAFETY: this function is compiled for the instructions.
                unsafe { lanes::exponentials::<Array<$count, true>, false>(task, out) }
            }

            #[target_feature(enable = $features)]
            unsafe fn add_norm(row: &mut [f32], addend: &[f32], norm: &Norm<'_>) {
                // SAFETY: this function is compiled for the instructions.
                unsafe { lanes::add_norm::<Array<$count, true>>(row, addend, norm) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
compiled!(avx2, "avx2,fma", 8, 6);
#[cfg(target_arch = "x86_64")]
compiled!(avx512, "avx512f", 16, 12);

/// Values in whatever registers there are, a power of two of them. `FUSED`: a product is added to a sum in one
/// instruction.
#[derive(Clone, Copy)]
struct Array<const N: usize, const FUSED: bool>([f32; N]);

/// 1.5 · 2^23. A value of less than 2^22 that this is added to is rounded to a whole number, ties to even, which then
/// stands in the low bits of the sum.
const TO_WHOLE: f32 = 12_582_912.0;

impl<const N: usize, const FUSED: bool> Array<N, FUSED> {
    #[inline(always)]
    fn map(self, f: impl Fn(f32) -> f32) -> Self {
        Self(self.0.map(f))
    }

    #[inline(always)]
    fn with(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }

    #[inline(always)]
    fn fold(self, f: impl Fn(f32, f32) -> f32) -> f32 {
        let (mut values, mut half) = (self.0, N / 2);
        while half > 0 {
            for i in 0..half {
                values[i] = f(values[i], values[i + half]);
            }
            half /= 2;
        }
        values[0]
    }

    /// # Safety
    /// `to` must be valid for `N` values.
    #[inline(always)]
    unsafe fn write<T>(self, to: *mut T, f: impl Fn(f32) -> T) {
        // SAFETY: as above.
        unsafe { to.cast::<[T; N]>().write_unaligned(self.0.map(f)) }
    }
}

/// A comparison that becomes one instruction: `f32::max` also looks for what is no number.
#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline(always)]
fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

// The callers of `Lanes` vouch for the pointers, once for all of these.
#[allow(clippy::undocumented_unsafe_blocks)]
impl<const N: usize, const FUSED: bool> Lanes for Array<N, FUSED> {
    const COUNT: usize = N;

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { from.cast::<[f32; N]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { self.write(to, |value| value) }
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; N])
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }

    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }

    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        self.with(other, larger)
    }

    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        self.with(other, smaller)
    }

    /// Rounded once where there is an instruction for it, else twice: to compute it otherwise takes a function call.
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self {
        let add = |i: usize| {
            let (a, b, c) = (self.0[i], factor.0[i], addend.0[i]);
            if FUSED { a.mul_add(b, c) } else { a * b + c }
        };
        Self(std::array::from_fn(add))
    }

    #[inline(always)]
    unsafe fn round(self) -> Self {
        self.map(|value| value + TO_WHOLE - TO_WHOLE)
    }

    #[inline(always)]
    unsafe fn times_power_of_two(self, power: Self) -> Self {
        // The exponent field of an f32 is the power plus 127, above 23 bits of fraction.
        let exponent = |power: f32| ((power + TO_WHOLE).to_bits() << 23).wrapping_add(127 << 23);
        self.with(power, |value, power| value * f32::from_bits(exponent(power)))
    }

    #[inline(always)]
    unsafe fn first(self, count: usize, rest: Self) -> Self {
        Self(std::array::from_fn(|i| if i < count { self.0[i] } else { rest.0[i] }))
    }

    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        self.fold(|a, b| a + b)
    }

    #[inline(always)]
    unsafe fn largest(self) -> f32 {
        self.fold(larger)
    }

    #[inline(always)]
    unsafe fn smallest(self) -> f32 {
        self.fold(smaller)
    }

    #[inline(always)]
    unsafe fn store_bf16(self, to: *mut u16) {
        unsafe { self.write(to, format::to_bf16) }
    }

    #[inline(always)]
    unsafe fn rounded(self) -> Self {
        self.map(|value| f32::from_bits(u32::from(format::to_bf16(value)) << 16))
    }

    #[inline(always)]
    unsafe fn store_bytes(self, to: *mut u8) {
        unsafe { self.write(to, |value| value.round_ties_even() as u8) }
    }

    #[inline(always)]
    unsafe fn store_shorts(self, to: *mut i16) {
        unsafe { self.write(to, |value| value.round_ties_even() as i16) }
    }
}
