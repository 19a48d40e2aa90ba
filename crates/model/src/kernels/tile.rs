//! The matrix product in registers, written once over formats and vectors of any width.
//!
//! Every function here is inlined into a caller that is compiled for one instruction set.

use super::lanes::{self, Lanes};
use super::{Activation, Format, Product};

/// How words of one format are multiplied and added up, `Values::COUNT` columns at a time.
pub(super) trait Dot {
    /// What the sums become.
    type Values: Lanes;
    /// A register of words.
    type Words: Copy;
    /// A register of sums.
    type Sums: Copy;
    unsafe fn zero() -> Self::Sums;
    /// # Safety
    /// As for all of these: the instruction set must be there. `from` must be valid for a register.
    unsafe fn load(from: *const u32) -> Self::Words;
    /// One word for all columns.
    unsafe fn splat(word: u32) -> Self::Words;
    /// `sums + left · right`, number by number.
    unsafe fn add(sums: Self::Sums, left: Self::Words, right: Self::Words) -> Self::Sums;
    unsafe fn values(sums: Self::Sums) -> Self::Values;
}

/// Sums that another unit has left in memory.
pub(super) trait Stored: Dot {
    /// # Safety
    /// As for [`Dot`].
    unsafe fn stored(from: *const u32) -> Self::Sums;
}

/// f32, whose dot product is the multiplication of the vectors themselves.
pub(super) struct Plain<V>(std::marker::PhantomData<V>);

// The callers of `Dot` vouch for the instructions and the pointers, once for all of these.
#[allow(clippy::undocumented_unsafe_blocks)]
impl<V: Lanes> Dot for Plain<V> {
    type Values = V;
    type Words = V;
    type Sums = V;

    #[inline(always)]
    unsafe fn zero() -> V {
        unsafe { V::splat(0.0) }
    }

    #[inline(always)]
    unsafe fn load(from: *const u32) -> V {
        unsafe { V::load(from.cast()) }
    }

    #[inline(always)]
    unsafe fn splat(word: u32) -> V {
        unsafe { V::splat(f32::from_bits(word)) }
    }

    #[inline(always)]
    unsafe fn add(sums: V, left: V, right: V) -> V {
        unsafe { left.mul_add(right, sums) }
    }

    #[inline(always)]
    unsafe fn values(sums: V) -> V {
        sums
    }
}

/// See [`Product`]; `ROWS` rows are kept in registers at once.
///
/// # Safety
/// The instruction set of `D` must be there.
#[inline(always)]
pub(super) unsafe fn product<D: Dot, const ROWS: usize>(task: &Product<'_>, out: &mut [u32]) {
    let panel = 2 * D::Values::COUNT;
    task.assert_bounds(out, panel);
    // SAFETY: the bounds were just checked, and every tile lies within `rows` and `columns`.
    unsafe {
        for first in (0..task.columns).step_by(panel) {
            let mut row = 0;
            while task.rows - row >= ROWS {
                tile::<D, ROWS>(task, out, row, first);
                row += ROWS;
            }
            if ROWS > 8 && task.rows - row >= 8 {
                tile::<D, 8>(task, out, row, first);
                row += 8;
            }
            if task.rows - row >= 4 {
                tile::<D, 4>(task, out, row, first);
                row += 4;
            }
            if task.rows - row >= 2 {
                tile::<D, 2>(task, out, row, first);
                row += 2;
            }
            if row < task.rows {
                tile::<D, 1>(task, out, row, first);
            }
        }
    }
}

/// `ROWS` rows from `row` on, and the panel that begins at column `first`.
///
/// # Safety
/// `row + ROWS <= rows`, `first` begins a panel, and the bounds of the task hold.
#[inline(always)]
unsafe fn tile<D: Dot, const ROWS: usize>(task: &Product<'_>, out: &mut [u32], row: usize, first: usize) {
    let width = D::Values::COUNT;
    // SAFETY: by the contract above all pointers stay inside the slices of the task.
    unsafe {
        let left = task.left.words.as_ptr().add(row * task.left.stride);
        let mut right = task.panels.as_ptr().add(first * task.depth);
        let mut sums = [[D::zero(); 2]; ROWS];
        for k in 0..task.depth {
            let words = [D::load(right), D::load(right.add(width))];
            right = right.add(2 * width);
            for (i, sums) in sums.iter_mut().enumerate() {
                let left = D::splat(*left.add(i * task.left.stride + k));
                sums[0] = D::add(sums[0], left, words[0]);
                sums[1] = D::add(sums[1], left, words[1]);
            }
        }
        for (i, sums) in sums.into_iter().enumerate() {
            for (half, sums) in sums.into_iter().enumerate() {
                finish(task, out, D::values(sums), row + i, first + half * width);
            }
        }
    }
}

/// Scales, bias and activation of a register of values, and the way to their place in the output.
///
/// # Safety
/// `row` and the columns from `column` on lie within the task, and its bounds hold.
#[inline(always)]
pub(super) unsafe fn finish<V: Lanes>(
    task: &Product<'_>,
    out: &mut [u32],
    mut value: V,
    row: usize,
    column: usize,
) {
    // SAFETY: by the contract above all pointers stay inside the slices of the task.
    unsafe {
        if let Some(columns) = &task.scales {
            let scale = task.left.scales.get_unchecked(row);
            let (one, sum) = (columns.scales.as_ptr().add(column), columns.sums.as_ptr().add(column));
            let offset = V::splat(scale.minimum).mul(V::load(sum));
            value = value.mul_add(V::splat(scale.scale).mul(V::load(one)), offset);
        }
        if let Some(bias) = task.bias {
            value = value.add(V::load(bias.as_ptr().add(column)));
        }
        if task.activation == Activation::Gelu {
            value = lanes::gelu(value);
        }
        let to = out.as_mut_ptr().add(row * task.out_stride);
        match task.out {
            Format::F32 => value.store(to.cast::<f32>().add(column)),
            _ => value.store_bf16(to.cast::<u16>().add(column)),
        }
    }
}
