//! The fast form of the kernels, written once over vectors of any width.
//!
//! Every function here is inlined into a caller that is compiled for one instruction set.

use super::scalar::{GELU, GELU_END, GELU_SCALE};
use super::{Norm, RowScale};

/// A register of f32 values.
pub(super) trait Lanes: Copy {
    /// How many values.
    const COUNT: usize;
    /// # Safety
    /// As for all of these: the instruction set must be there. `from` must be valid for `COUNT` values.
    unsafe fn load(from: *const f32) -> Self;
    /// # Safety
    /// `to` must be valid for `COUNT` values.
    unsafe fn store(self, to: *mut f32);
    unsafe fn splat(value: f32) -> Self;
    unsafe fn add(self, other: Self) -> Self;
    unsafe fn sub(self, other: Self) -> Self;
    unsafe fn mul(self, other: Self) -> Self;
    unsafe fn max(self, other: Self) -> Self;
    unsafe fn min(self, other: Self) -> Self;
    /// `self · factor + addend`, rounded once.
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// To the nearest integer.
    unsafe fn round(self) -> Self;
    /// 2 to the power of integers from -126 to 127.
    unsafe fn power_of_two(self) -> Self;
    unsafe fn sum(self) -> f32;
    unsafe fn largest(self) -> f32;
    unsafe fn smallest(self) -> f32;
    /// Rounded to bf16, ties to even.
    ///
    /// # Safety
    /// `to` must be valid for `COUNT` values.
    unsafe fn store_bf16(self, to: *mut u16);
    /// Rounded to the nearest integer, ties to even, from 0 to 255.
    ///
    /// # Safety
    /// `to` must be valid for `COUNT` values.
    unsafe fn store_bytes(self, to: *mut u8);
}

/// See `scalar::exponentials`.
///
/// # Safety
/// The instruction set of `V` must be there.
#[inline(always)]
pub(super) unsafe fn exponentials<V: Lanes, const BF16: bool>(
    row: &mut [f32],
    count: usize,
    out: &mut [u32],
) -> f32 {
    assert!(row.len().is_multiple_of(V::COUNT) && count <= row.len());
    assert!(out.len() * if BF16 { 2 } else { 1 } >= row.len());
    // Their exponentials are too small to count.
    row[count..].fill(f32::MIN);
    let end = count.next_multiple_of(V::COUNT);
    // SAFETY: the row and the output hold `end` values, a multiple of `COUNT`.
    unsafe {
        let (from, to) = (row.as_ptr(), out.as_mut_ptr());
        let mut max = V::splat(f32::MIN);
        for at in (0..end).step_by(V::COUNT) {
            max = max.max(V::load(from.add(at)));
        }
        let (max, mut sum) = (V::splat(max.largest()), V::splat(0.0));
        for at in (0..end).step_by(V::COUNT) {
            let value = exp(V::load(from.add(at)).sub(max));
            sum = sum.add(value);
            if BF16 {
                value.store_bf16(to.cast::<u16>().add(at));
            } else {
                value.store(to.cast::<f32>().add(at));
            }
        }
        if BF16 {
            bytemuck::cast_slice_mut::<u32, u16>(out)[count..].fill(0);
        } else {
            out[count..].fill(0);
        }
        1.0 / sum.sum()
    }
}

/// See `scalar::add_norm`.
///
/// # Safety
/// The instruction set of `V` must be there.
#[inline(always)]
pub(super) unsafe fn add_norm<V: Lanes>(row: &mut [f32], addend: &[f32], norm: &Norm<'_>) {
    let width = row.len();
    assert!(width.is_multiple_of(V::COUNT) && addend.len() == width);
    assert!(norm.gamma.len() == width && norm.beta.len() == width);
    // SAFETY: all four slices are `width` long, a multiple of `COUNT`.
    unsafe {
        let mut sum = V::splat(0.0);
        for at in (0..width).step_by(V::COUNT) {
            let value = V::load(row.as_ptr().add(at)).add(V::load(addend.as_ptr().add(at)));
            value.store(row.as_mut_ptr().add(at));
            sum = sum.add(value);
        }
        let mean = V::splat(sum.sum() / width as f32);
        let mut squares = V::splat(0.0);
        for at in (0..width).step_by(V::COUNT) {
            let value = V::load(row.as_ptr().add(at)).sub(mean);
            squares = value.mul_add(value, squares);
        }
        let scale = V::splat(1.0 / (squares.sum() / width as f32 + norm.epsilon).sqrt());
        for at in (0..width).step_by(V::COUNT) {
            let value = V::load(row.as_ptr().add(at)).sub(mean).mul(scale);
            let (gamma, beta) = (V::load(norm.gamma.as_ptr().add(at)), V::load(norm.beta.as_ptr().add(at)));
            value.mul_add(gamma, beta).store(row.as_mut_ptr().add(at));
        }
    }
}

/// See `scalar::encode_int8`.
///
/// # Safety
/// The instruction set of `V` must be there.
#[inline(always)]
pub(super) unsafe fn encode_int8<V: Lanes>(row: &[f32], out: &mut [u32]) -> RowScale {
    assert!(row.len().is_multiple_of(V::COUNT) && out.len() * 4 >= row.len());
    // SAFETY: blocks have exactly `COUNT` values, and the output holds a byte for each.
    unsafe {
        let (mut min, mut max) = (V::splat(f32::MAX), V::splat(f32::MIN));
        for block in row.chunks_exact(V::COUNT) {
            let value = V::load(block.as_ptr());
            (min, max) = (min.min(value), max.max(value));
        }
        let scale = RowScale::between(min.smallest(), max.largest());
        let (minimum, factor) = (V::splat(scale.minimum), V::splat(1.0 / scale.scale));
        let out = out.as_mut_ptr().cast::<u8>();
        for (i, block) in row.chunks_exact(V::COUNT).enumerate() {
            let value = V::load(block.as_ptr()).sub(minimum).mul(factor);
            value.store_bytes(out.add(i * V::COUNT));
        }
        scale
    }
}

/// See `scalar::encode_bf16`.
///
/// # Safety
/// The instruction set of `V` must be there.
#[inline(always)]
pub(super) unsafe fn encode_bf16<V: Lanes>(row: &[f32], out: &mut [u32]) -> RowScale {
    assert!(row.len().is_multiple_of(V::COUNT) && out.len() * 2 >= row.len());
    let out = out.as_mut_ptr().cast::<u16>();
    for (i, block) in row.chunks_exact(V::COUNT).enumerate() {
        // SAFETY: the block has exactly `COUNT` values, and the output holds two bytes for each.
        unsafe { V::load(block.as_ptr()).store_bf16(out.add(i * V::COUNT)) };
    }
    RowScale::default()
}

/// See `scalar::gelu`.
///
/// # Safety
/// The instruction set of `V` must be there.
#[inline(always)]
pub(super) unsafe fn gelu<V: Lanes>(x: V) -> V {
    // SAFETY: arithmetic on values only.
    unsafe {
        let near = x.max(V::splat(-GELU_END)).min(V::splat(GELU_END));
        let square = near.mul(near).mul_add(V::splat(GELU_SCALE), V::splat(-1.0));
        let mut polynomial = V::splat(GELU[0]);
        for c in &GELU[1..] {
            polynomial = polynomial.mul_add(square, V::splat(*c));
        }
        x.mul(near.mul_add(polynomial, V::splat(0.5)))
    }
}

/// e to the power of x, for x <= 0 and a little above: 2^n · 2^f with n whole and |f| <= 1/2, the second factor by
/// a polynomial of degree six (relative error about 1e-7). Below 2^-126 it stays at that smallest normal number.
#[inline(always)]
unsafe fn exp<V: Lanes>(x: V) -> V {
    const POLYNOMIAL: [f32; 7] = [
        0.000_154_035_3,
        0.001_333_355_8,
        0.009_618_129,
        0.055_504_11,
        0.240_226_5,
        std::f32::consts::LN_2,
        1.0,
    ];
    // SAFETY: arithmetic on values only.
    unsafe {
        let y = x.mul(V::splat(std::f32::consts::LOG2_E)).max(V::splat(-126.0));
        let whole = y.round();
        let fraction = y.sub(whole);
        let mut sum = V::splat(POLYNOMIAL[0]);
        for c in &POLYNOMIAL[1..] {
            sum = sum.mul_add(fraction, V::splat(*c));
        }
        sum.mul(whole.power_of_two())
    }
}
