//! The fast form of the kernels, written once over vectors of any width.
//!
//! Every function here is inlined into a caller that is compiled for one instruction set.

use super::scalar::{ERF, ERF_P};
use super::{Activation, MatMul, Norm};

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
    unsafe fn div(self, other: Self) -> Self;
    unsafe fn max(self, other: Self) -> Self;
    unsafe fn abs(self) -> Self;
    /// `self · factor + addend`, rounded once.
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// To the nearest integer.
    unsafe fn round(self) -> Self;
    /// 2 to the power of integers from -126 to 127.
    unsafe fn power_of_two(self) -> Self;
    unsafe fn sum(self) -> f32;
    unsafe fn largest(self) -> f32;
}

/// `out = activation(a · b + bias)`; `ROWS` rows are kept in registers at once.
///
/// # Safety
/// The instruction set of `V` must be there.
#[inline(always)]
pub(super) unsafe fn matmul<V: Lanes, const ROWS: usize>(task: &MatMul<'_>, out: &mut [f32]) {
    task.assert_bounds(out, 2 * V::COUNT);
    // SAFETY: the bounds were just checked, and every tile lies within `rows` and `columns`.
    unsafe {
        for first in (0..task.columns).step_by(2 * V::COUNT) {
            let mut row = 0;
            while task.rows - row >= ROWS {
                tile::<V, ROWS>(task, out, row, first);
                row += ROWS;
            }
            if ROWS > 8 && task.rows - row >= 8 {
                tile::<V, 8>(task, out, row, first);
                row += 8;
            }
            if task.rows - row >= 4 {
                tile::<V, 4>(task, out, row, first);
                row += 4;
            }
            if task.rows - row >= 2 {
                tile::<V, 2>(task, out, row, first);
                row += 2;
            }
            if row < task.rows {
                tile::<V, 1>(task, out, row, first);
            }
        }
    }
}

/// `ROWS` rows from `row` on, and the panel that begins at column `first`.
///
/// # Safety
/// `row + ROWS <= rows`, `first` begins a panel, and the bounds of the task hold.
#[inline(always)]
unsafe fn tile<V: Lanes, const ROWS: usize>(task: &MatMul<'_>, out: &mut [f32], row: usize, first: usize) {
    // SAFETY: by the contract above all pointers stay inside the slices of the task.
    unsafe {
        let a = task.a.as_ptr().add(row * task.a_stride);
        let mut b = task.panels.as_ptr().add(first * task.depth);
        let bias = match task.bias {
            Some(bias) => [V::load(bias.as_ptr().add(first)), V::load(bias.as_ptr().add(first + V::COUNT))],
            None => [V::splat(0.0); 2],
        };
        let mut sums = [bias; ROWS];
        for k in 0..task.depth {
            let right = [V::load(b), V::load(b.add(V::COUNT))];
            b = b.add(2 * V::COUNT);
            for (i, sum) in sums.iter_mut().enumerate() {
                let left = V::splat(*a.add(i * task.a_stride + k));
                sum[0] = left.mul_add(right[0], sum[0]);
                sum[1] = left.mul_add(right[1], sum[1]);
            }
        }
        for (i, sum) in sums.into_iter().enumerate() {
            let to = out.as_mut_ptr().add((row + i) * task.out_stride + first);
            for (half, value) in sum.into_iter().enumerate() {
                let value = if task.activation == Activation::Gelu { gelu(value) } else { value };
                value.store(to.add(half * V::COUNT));
            }
        }
    }
}

/// See `scalar::softmax`.
///
/// # Safety
/// The instruction set of `V` must be there.
#[inline(always)]
pub(super) unsafe fn softmax<V: Lanes>(row: &mut [f32]) {
    // SAFETY: blocks have exactly `COUNT` values.
    unsafe {
        let mut max = V::splat(f32::MIN);
        for block in row.chunks_exact(V::COUNT) {
            max = max.max(V::load(block.as_ptr()));
        }
        let rest = row.len() - row.len() % V::COUNT;
        let max = row[rest..].iter().fold(max.largest(), |max, value| max.max(*value));
        let mut sum = V::splat(0.0);
        for block in row.chunks_exact_mut(V::COUNT) {
            let value = exp(V::load(block.as_ptr()).sub(V::splat(max)));
            value.store(block.as_mut_ptr());
            sum = sum.add(value);
        }
        let mut sum = sum.sum();
        for value in &mut row[rest..] {
            *value = (*value - max).exp();
            sum += *value;
        }
        let scale = 1.0 / sum;
        row.iter_mut().for_each(|value| *value *= scale);
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

/// See `scalar::gelu`.
#[inline(always)]
unsafe fn gelu<V: Lanes>(x: V) -> V {
    // SAFETY: arithmetic on values only.
    unsafe {
        let one = V::splat(1.0);
        let z = x.abs().mul(V::splat(std::f32::consts::FRAC_1_SQRT_2));
        let t = one.div(V::splat(ERF_P).mul_add(z, one));
        let mut polynomial = V::splat(ERF[0]);
        for c in &ERF[1..] {
            polynomial = polynomial.mul_add(t, V::splat(*c));
        }
        let tail = polynomial.mul(t).mul(exp(V::splat(0.0).sub(z.mul(z))));
        let half = x.mul(V::splat(0.5));
        half.abs().mul_add(one.sub(tail), half)
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
