//! The matrix product in registers, written once over formats and vectors of any width.
//!
//! Every function here is inlined into a caller that is compiled for one instruction set.

use std::hint::black_box;
use std::mem::MaybeUninit;

use super::lanes::{self, Lanes};
use super::{Activation, NumberFormat, Product};

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
    /// The sums at `from` as values.
    ///
    /// # Safety
    /// As for [`Dot::load`].
    unsafe fn values(from: *const u32) -> Self::Values;
    /// # Safety
    /// `to` must be valid for a register.
    unsafe fn store(sums: Self::Sums, to: *mut u32);
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
    unsafe fn values(from: *const u32) -> V {
        unsafe { V::load(from.cast()) }
    }

    #[inline(always)]
    unsafe fn store(sums: V, to: *mut u32) {
        unsafe { sums.store(to.cast()) }
    }
}

/// See [`Product`]; up to `ROWS` rows are kept in registers at once.
///
/// # Safety
/// The instruction set of `D` must be there.
#[inline(always)]
pub(super) unsafe fn product<D: Dot, const ROWS: usize>(task: &Product<'_>, out: &mut [u32]) {
    const { assert!(ROWS <= 12) };
    let panel = 2 * D::Values::COUNT;
    task.assert_bounds(out, panel);
    task.assert_rows();
    let mut block = MaybeUninit::<SumBlock>::uninit();
    let block = block.as_mut_ptr().cast::<u32>();
    // SAFETY: the bounds were just checked, and every tile lies within `rows` and `columns`.
    unsafe {
        for first in (0..task.columns).step_by(panel) {
            let mut row = 0;
            while row < task.rows {
                let left = task.rows - row;
                // As many in each as may be: a tile of one or two rows waits for its own sums.
                let rows = left.div_ceil(left.div_ceil(ROWS));
                tile::<D>(task, block, [row, rows], first);
                finish::<D>(task, out, block, [row, rows], first);
                row += rows;
            }
        }
    }
}

/// Words of a panel that are fetched before they are needed.
const AHEAD: usize = 256;
/// Words that come together.
const CACHE_LINE: usize = 16;

/// Has the words at `at` fetched, where there is an instruction for it.
#[inline(always)]
fn prefetch(at: *const u32) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: this reads nothing, whatever the pointer is.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(at.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

/// The sums of `rows` rows from `row` on, and of the panel that begins at column `first`, into `block`.
///
/// # Safety
/// `row + rows <= task.rows`, there are one to twelve of them, `first` begins a panel, and the bounds of the task hold.
#[inline(always)]
unsafe fn tile<D: Dot>(task: &Product<'_>, block: *mut u32, [row, rows]: [usize; 2], first: usize) {
    // SAFETY: as above.
    unsafe {
        match rows {
            1 => tile_of::<D, 1>(task, block, row, first),
            2 => tile_of::<D, 2>(task, block, row, first),
            3 => tile_of::<D, 3>(task, block, row, first),
            4 => tile_of::<D, 4>(task, block, row, first),
            5 => tile_of::<D, 5>(task, block, row, first),
            6 => tile_of::<D, 6>(task, block, row, first),
            7 => tile_of::<D, 7>(task, block, row, first),
            8 => tile_of::<D, 8>(task, block, row, first),
            9 => tile_of::<D, 9>(task, block, row, first),
            10 => tile_of::<D, 10>(task, block, row, first),
            11 => tile_of::<D, 11>(task, block, row, first),
            _ => tile_of::<D, 12>(task, block, row, first),
        }
    }
}

/// The same for so many rows.
///
/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn tile_of<D: Dot, const ROWS: usize>(task: &Product<'_>, block: *mut u32, row: usize, first: usize) {
    let width = D::Values::COUNT;
    // SAFETY: by the contract above all pointers stay inside the slices of the task and the block.
    unsafe {
        let stride = task.left.stride;
        let left = task.left.words.as_ptr().add(row * stride);
        // A pointer for every three rows, which the compiler can't see through: otherwise it computes the address
        // of each row anew in every round.
        let bases: [*const u32; ROWS] =
            std::array::from_fn(|i| if i % 3 == 0 { black_box(left.add(i * stride)) } else { left });
        let mut right = task.panels.as_ptr().add(first * task.depth);
        let mut sums = [[D::zero(); 2]; ROWS];
        for k in 0..task.depth {
            let words = [D::load(right), D::load(right.add(width))];
            // A panel is as large as the first-level cache, where the rows are, too.
            prefetch(right.wrapping_add(AHEAD));
            if width == CACHE_LINE {
                prefetch(right.wrapping_add(AHEAD + width));
            }
            right = right.add(2 * width);
            for (i, sums) in sums.iter_mut().enumerate() {
                let left = D::splat(*bases[i - i % 3].add(i % 3 * stride + k));
                sums[0] = D::add(sums[0], left, words[0]);
                sums[1] = D::add(sums[1], left, words[1]);
            }
        }
        for (i, sums) in sums.into_iter().enumerate() {
            D::store(sums[0], block.add(2 * i * width));
            D::store(sums[1], block.add((2 * i + 1) * width));
        }
    }
}

/// The sums of up to 32 rows of a panel.
#[repr(C, align(64))]
pub(super) struct SumBlock([u32; 32 * 2 * 16]);

/// Scales, bias and activation of the sums in a block, and the way to their place in the output.
///
/// # Safety
/// The block holds sums of `rows` rows, which are those of the task from `row` on, and of the panel that begins at
/// column `first`; the bounds of the task hold.
#[inline(always)]
unsafe fn finish<D: Dot>(
    task: &Product<'_>,
    out: &mut [u32],
    block: *const u32,
    [row, rows]: [usize; 2],
    first: usize,
) {
    // SAFETY: as above.
    unsafe {
        match (task.activation, task.out) {
            (Activation::None, NumberFormat::F32) => {
                finish_rows::<D, F32Out, false>(task, out, block, [row, rows], first)
            }
            (Activation::None, _) => finish_rows::<D, Bf16Out, false>(task, out, block, [row, rows], first),
            (Activation::Gelu, NumberFormat::F32) => {
                finish_rows::<D, F32Out, true>(task, out, block, [row, rows], first)
            }
            (Activation::Gelu, _) => finish_rows::<D, Bf16Out, true>(task, out, block, [row, rows], first),
        }
    }
}

/// # Safety
/// As for [`finish`].
#[inline(always)]
unsafe fn finish_rows<D: Dot, O: Out, const GELU: bool>(
    task: &Product<'_>,
    out: &mut [u32],
    block: *const u32,
    [row, rows]: [usize; 2],
    first: usize,
) {
    for i in 0..rows {
        // SAFETY: as above.
        unsafe { finish_row::<D, O, GELU>(task, out, block.add(i * 2 * D::Values::COUNT), row + i, first) };
    }
}

/// The same for the sums of one row.
///
/// # Safety
/// `sums` holds those of row `row`; else as for [`finish`].
#[inline(always)]
pub(super) unsafe fn finish_row<D: Dot, O: Out, const GELU: bool>(
    task: &Product<'_>,
    out: &mut [u32],
    sums: *const u32,
    row: usize,
    first: usize,
) {
    let width = D::Values::COUNT;
    // SAFETY: by the contract all pointers stay inside the sums and the slices of the task.
    unsafe {
        for half in 0..2 {
            let column = first + half * width;
            let load = |values: &[f32]| D::Values::load(values.as_ptr().add(column));
            let bias = task.bias.map_or(D::Values::splat(0.0), load);
            let mut value = D::values(sums.add(half * width));
            value = match task.scales {
                Some(columns) => {
                    let scale = task.left.scales.get_unchecked(row);
                    let offset = D::Values::splat(scale.minimum).mul_add(load(columns.sums), bias);
                    value.mul_add(D::Values::splat(scale.scale).mul(load(columns.scales)), offset)
                }
                None => value.add(bias),
            };
            if GELU {
                value = if O::SHORT { lanes::gelu::<_, true>(value) } else { lanes::gelu::<_, false>(value) };
            }
            O::store(value, task, out, [row, column]);
        }
    }
}

/// The format of an output.
pub(super) trait Out {
    /// Whether a [`lanes::gelu`] that is near enough for bf16 will do.
    const SHORT: bool;
    /// Puts values where they belong.
    ///
    /// # Safety
    /// The instruction set of `V` must be there, the row and the column be those of a whole vector of the task, and the
    /// task's bounds hold.
    unsafe fn store<V: Lanes>(value: V, task: &Product<'_>, out: &mut [u32], place: [usize; 2]);
}

pub(super) struct F32Out;

impl Out for F32Out {
    const SHORT: bool = false;

    #[inline(always)]
    unsafe fn store<V: Lanes>(value: V, task: &Product<'_>, out: &mut [u32], [row, column]: [usize; 2]) {
        // SAFETY: by the contract above.
        unsafe { value.store(out.as_mut_ptr().add(row * task.out_stride + column).cast()) };
    }
}

/// Columns of which the words are a block of sixteen, or in three parts three blocks.
const TOGETHER: usize = 32;

pub(super) struct Bf16Out;

impl Out for Bf16Out {
    const SHORT: bool = true;

    #[inline(always)]
    unsafe fn store<V: Lanes>(value: V, task: &Product<'_>, out: &mut [u32], [row, column]: [usize; 2]) {
        let place = task.out_order.place(row, column / TOGETHER, task.out_stride);
        // SAFETY: by the contract above.
        unsafe { value.store_bf16(out.as_mut_ptr().add(place + column % TOGETHER / 2).cast()) };
    }
}

pub(super) struct Bf16x3Out;

impl Out for Bf16x3Out {
    const SHORT: bool = false;

    #[inline(always)]
    unsafe fn store<V: Lanes>(value: V, task: &Product<'_>, out: &mut [u32], [row, column]: [usize; 2]) {
        let mut rest = value;
        for part in 0..3 {
            let place = task.out_order.place(row, column / TOGETHER * 3 + part, task.out_stride);
            // SAFETY: by the contract above.
            unsafe {
                rest.store_bf16(out.as_mut_ptr().add(place + column % TOGETHER / 2).cast());
                rest = rest.sub(rest.rounded());
            }
        }
    }
}
