//! The fast form of the kernels, written once over vectors of any width.
//!
//! Every function here is inlined into a caller that is compiled for one instruction set.

use std::f32::consts::{LN_2, LOG2_E};

use super::scalar::{GELU, GELU_SHORT, Gelu, SUMS, total};
use super::{Exponentials, Norm, RowScale, Scales};

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
    /// `self · 2^power`, for whole powers from -126 to 127.
    unsafe fn times_power_of_two(self, power: Self) -> Self;
    /// The first `count` values, up to `COUNT`, and the others from `rest`.
    unsafe fn first(self, count: usize, rest: Self) -> Self;
    unsafe fn sum(self) -> f32;
    unsafe fn largest(self) -> f32;
    unsafe fn smallest(self) -> f32;
    /// Rounded to bf16, ties to even.
    ///
    /// # Safety
    /// `to` must be valid for `COUNT` values.
    unsafe fn store_bf16(self, to: *mut u16);
    /// What [`Lanes::store_bf16`] stores, as values.
    unsafe fn rounded(self) -> Self;
    /// Rounded to the nearest integer, ties to even, from 0 to 255.
    ///
    /// # Safety
    /// `to` must be valid for `COUNT` values.
    unsafe fn store_bytes(self, to: *mut u8);
    /// Rounded to the nearest integer, ties to even, from -32768 to 32767.
    ///
    /// # Safety
    /// `to` must be valid for `COUNT` values.
    unsafe fn store_shorts(self, to: *mut i16);
}

/// See [`Exponentials`].
///
/// All rows have their largest value found first: what one row waits for is no delay to the next one then.
///
/// # Safety
/// The instruction set of `V` must be there.
#[inline(always)]
pub(super) unsafe fn exponentials<V: Lanes, const BF16: bool>(
    task: &Exponentials<'_>,
    out: &mut [u32],
) -> Scales {
    task.assert_bounds(out, if BF16 { 2 } else { 1 });
    assert!(task.columns.is_multiple_of(V::COUNT));
    let mut scales = [0.0; Exponentials::ROWS];
    // SAFETY: the bounds were just checked, and every step ends within a row.
    unsafe {
        for (i, scale) in scales.iter_mut().enumerate().take(task.rows) {
            *scale = largest::<V>(task, i);
        }
        for (i, scale) in scales.iter_mut().enumerate().take(task.rows) {
            *scale = exponentials_of_row::<V, BF16>(task, i, *scale, out);
        }
    }
    scales
}

/// The largest of the values that count in row `i`.
///
/// # Safety
/// As for [`exponentials_of_row`].
#[inline(always)]
unsafe fn largest<V: Lanes>(task: &Exponentials<'_>, i: usize) -> f32 {
    // SAFETY: as there.
    unsafe {
        let from = task.values.as_ptr().add(i * task.columns);
        let (whole, least) = (task.whole(V::COUNT), V::splat(f32::MIN));
        let mut max = [V::load(from.add(whole)).first(task.count - whole, least), least];
        for at in (0..whole).step_by(V::COUNT) {
            max = [max[1], max[0].max(V::load(from.add(at)))];
        }
        max[0].max(max[1]).largest()
    }
}

/// # Safety
/// The instruction set of `V` must be there, and the bounds of the task hold.
#[inline(always)]
unsafe fn exponentials_of_row<V: Lanes, const BF16: bool>(
    task: &Exponentials<'_>,
    i: usize,
    largest: f32,
    out: &mut [u32],
) -> f32 {
    let (row, whole) = (i * task.columns, task.whole(V::COUNT));
    // SAFETY: by the contract above all values are within the row, and there is room for as many.
    unsafe {
        let (zero, from) = (V::splat(0.0), task.values.as_ptr().add(row));
        let (scale, shift) = (V::splat(LOG2_E), V::splat(-largest * LOG2_E));
        let mut sum = zero;
        for at in (0..whole).step_by(V::COUNT) {
            let value = exp2::<V, BF16>(V::load(from.add(at)).mul_add(scale, shift));
            sum = sum.add(value);
            store::<V, BF16>(value, out, row + at);
        }
        let last =
            exp2::<V, BF16>(V::load(from.add(whole)).mul_add(scale, shift)).first(task.count - whole, zero);
        store::<V, BF16>(last, out, row + whole);
        for at in (whole + V::COUNT..task.columns).step_by(V::COUNT) {
            store::<V, BF16>(zero, out, row + at);
        }
        1.0 / sum.add(last).sum()
    }
}

/// # Safety
/// The output holds `COUNT` values from number `at` on.
#[inline(always)]
unsafe fn store<V: Lanes, const BF16: bool>(value: V, out: &mut [u32], at: usize) {
    // SAFETY: by the contract above.
    unsafe {
        if BF16 {
            value.store_bf16(out.as_mut_ptr().cast::<u16>().add(at));
        } else {
            value.store(out.as_mut_ptr().cast::<f32>().add(at));
        }
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

/// See `scalar::encode_int16`.
///
/// # Safety
/// The instruction set of `V` must be there, which has eight or sixteen values.
#[inline(always)]
pub(super) unsafe fn encode_int16<V: Lanes>(row: &[f32], out: &mut [u32]) -> RowScale {
    assert!(row.len().is_multiple_of(SUMS) && out.len() * 2 >= row.len());
    // SAFETY: blocks have exactly `SUMS` or `COUNT` values, and the output holds two bytes for each.
    unsafe {
        let zero = V::splat(0.0);
        let (mut squares, mut largest) = ([zero; SUMS / 8], zero);
        for block in row.chunks_exact(SUMS) {
            for (i, squares) in squares.iter_mut().enumerate().take(SUMS / V::COUNT) {
                let value = V::load(block.as_ptr().add(i * V::COUNT));
                *squares = value.mul_add(value, *squares);
                largest = largest.max(value.max(zero.sub(value)));
            }
        }
        let mut sums = [0.0; SUMS];
        for (i, squares) in squares.into_iter().enumerate().take(SUMS / V::COUNT) {
            squares.store(sums.as_mut_ptr().add(i * V::COUNT));
        }
        let scale = RowScale::of_length(total(sums), largest.largest());
        let factor = V::splat(1.0 / scale.scale);
        let out = out.as_mut_ptr().cast::<i16>();
        for (i, block) in row.chunks_exact(V::COUNT).enumerate() {
            V::load(block.as_ptr()).mul(factor).store_shorts(out.add(i * V::COUNT));
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

/// See `scalar::gelu`; `SHORT` is near enough for bf16.
///
/// # Safety
/// The instruction set of `V` must be there.
#[inline(always)]
pub(super) unsafe fn gelu<V: Lanes, const SHORT: bool>(x: V) -> V {
    // SAFETY: arithmetic on values only.
    unsafe { if SHORT { gelu_by(x, &GELU_SHORT) } else { gelu_by(x, &GELU) } }
}

#[inline(always)]
unsafe fn gelu_by<V: Lanes, const N: usize>(x: V, gelu: &Gelu<N>) -> V {
    // SAFETY: arithmetic on values only.
    unsafe {
        let near = x.max(V::splat(-gelu.end)).min(V::splat(gelu.end));
        let square = near.mul(near).mul_add(V::splat(gelu.scale()), V::splat(-1.0));
        x.mul(near.mul_add(polynomial(&gelu.polynomial, square), V::splat(0.5)))
    }
}

/// 2 to the power of y, for y <= 0 and a little above: 2^n · 2^f with n whole and |f| <= 1/2, the second factor by a
/// polynomial, of relative error about 1e-7, or 4e-6 where `SHORT` is near enough. Below -126 it stays at 2^-126.
#[inline(always)]
unsafe fn exp2<V: Lanes, const SHORT: bool>(y: V) -> V {
    const LONG: [f32; 7] =
        [0.000_154_035_3, 0.001_333_355_8, 0.009_618_129, 0.055_504_11, 0.240_226_5, LN_2, 1.0];
    const FEW: [f32; 5] = [0.009_618_129, 0.055_504_11, 0.240_226_5, LN_2, 1.0];
    // SAFETY: arithmetic on values only.
    unsafe {
        let y = y.max(V::splat(-126.0));
        let whole = y.round();
        let fraction = y.sub(whole);
        let power = if SHORT { polynomial(&FEW, fraction) } else { polynomial(&LONG, fraction) };
        power.times_power_of_two(whole)
    }
}

/// The polynomial with these coefficients, highest power first.
#[inline(always)]
unsafe fn polynomial<V: Lanes, const N: usize>(coefficients: &[f32; N], x: V) -> V {
    // SAFETY: arithmetic on values only.
    unsafe {
        let mut sum = V::splat(coefficients[0]);
        for c in &coefficients[1..] {
            sum = sum.mul_add(x, V::splat(*c));
        }
        sum
    }
}
