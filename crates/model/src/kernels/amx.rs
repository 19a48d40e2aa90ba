//! Matrix products on AMX, which multiplies sixteen rows by sixteen columns of sixteen words at once. All else is
//! AVX-512.
//!
//! A block is two by two tiles of sums: 32 rows by the 32 columns of a panel. `amx_tiles` has the instructions.

use std::arch::asm;
use std::arch::x86_64::{__cpuid, __cpuid_count, _MM_HINT_T1, _mm_prefetch};
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::sync::LazyLock;

use super::amx_tiles::{
    Bf16Tiles, Bf16x3Tiles, Int8Tiles, PANEL, Side, TILE, Tiles, configure, load_sums, store, zero,
};
use super::avx512::{self, F32x16};
use super::lanes::Lanes;
use super::tile::{self, Bf16Out, Bf16x3Out, Dot, F32Out, Out, SumBlock};
use super::{Activation, Kernels, Left, NumberFormat, Numbers, Order, Product, RowScale, scalar};

/// Whether the processor has the instructions and the system lets this process use their registers.
pub(super) fn is_available() -> bool {
    static AVAILABLE: LazyLock<bool> = LazyLock::new(|| has_instructions() && may_use_tiles());
    *AVAILABLE
}

fn has_instructions() -> bool {
    /// AMX-BF16, AMX-TILE and AMX-INT8 in EDX of leaf 7.
    const BITS: u32 = 1 << 22 | 1 << 24 | 1 << 25;
    let vectors = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bf16");
    vectors && __cpuid(0).eax >= 7 && __cpuid_count(7, 0).edx & BITS == BITS
}

/// Linux gives a process the large tile registers when it asks for them.
fn may_use_tiles() -> bool {
    const ARCH_REQ_XCOMP_PERM: libc::c_ulong = 0x1023;
    const XFEATURE_XTILEDATA: libc::c_ulong = 18;
    // SAFETY: this call changes nothing but what the process may do.
    unsafe { libc::syscall(libc::SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0 }
}

// SAFETY, for the table: `Isa::kernels` hands it out only where `is_available`.
#[allow(clippy::undocumented_unsafe_blocks)]
pub(super) static KERNELS: Kernels = avx512::kernels(
    Numbers { product: |task, out| unsafe { product_bf16(task, out) }, ..avx512::BF16 },
    [
        Numbers { product: |task, out| unsafe { product_int8(task, out) }, ..avx512::INT8 },
        // Tiles have nothing for them, and bf16 is faster.
        scalar::int16::<PANEL>(),
    ],
    Numbers {
        product: |task, out| unsafe { product_bf16x3(task, out) },
        encode: |row, out| unsafe { encode_bf16x3(row, out) },
        exponentials: avx512::F32.exponentials,
        fast: true,
    },
    Order::Tiles,
);

#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn product_bf16(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { product::<Bf16Tiles>(task, out) }
}

#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn product_int8(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { product::<Int8Tiles>(task, out) }
}

#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn product_bf16x3(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { product::<Bf16x3Tiles>(task, out) }
}

#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn encode_bf16x3(row: &[f32], out: &mut [u32]) -> RowScale {
    const WIDTH: usize = F32x16::<true>::COUNT;
    assert!(row.len().is_multiple_of(WIDTH) && out.len() >= NumberFormat::Bf16x3.words(row.len()));
    let out = out.as_mut_ptr().cast::<u16>();
    for (i, block) in row.chunks_exact(WIDTH).enumerate() {
        // Two vectors fill a row of a tile, and the tiles of the other parts follow.
        let to = i / 2 * 6 * WIDTH + i % 2 * WIDTH;
        // SAFETY: the block has sixteen values, and the output two bytes for each part of each.
        unsafe {
            let mut rest = F32x16::<true>::load(block.as_ptr());
            for part in 0..3 {
                rest.store_bf16(out.add(to + part * 2 * WIDTH));
                rest = rest.sub(rest.rounded());
            }
        }
    }
    RowScale::default()
}

/// # Safety
/// AVX-512 and AMX must be there.
#[inline(always)]
unsafe fn product<T: Tiles>(task: &Product<'_>, out: &mut [u32]) {
    task.assert_bounds(out, PANEL);
    assert!(task.depth.is_multiple_of(T::WORDS));
    if task.rows == 0 {
        return;
    }
    let rows = task.rows.next_multiple_of(Left::TOGETHER);
    assert!(task.left.words.len() >= (rows - 1) * task.left.stride + task.depth);
    // SAFETY: the bounds were just checked.
    unsafe {
        configure();
        match (task.activation, task.out) {
            (Activation::None, NumberFormat::F32) if task.bias.is_none() && task.scales.is_none() => {
                plain::<T>(task, out)
            }
            (Activation::None, NumberFormat::F32) => {
                let from = all_but_last::<T>(task, out);
                finished::<T, F32Out, false>(task, out, from);
            }
            (Activation::None, NumberFormat::Bf16x3) => finished::<T, Bf16x3Out, false>(task, out, 0),
            (Activation::None, _) => finished::<T, Bf16Out, false>(task, out, 0),
            (Activation::Gelu, NumberFormat::F32) => finished::<T, F32Out, true>(task, out, 0),
            (Activation::Gelu, NumberFormat::Bf16x3) => finished::<T, Bf16x3Out, true>(task, out, 0),
            (Activation::Gelu, _) => finished::<T, Bf16Out, true>(task, out, 0),
        }
        asm!("tilerelease", options(nostack, nomem));
    }
}

/// The sums themselves, where there is nothing to finish.
///
/// # Safety
/// AVX-512 and AMX must be there, its tiles configured, and the task's bounds hold.
#[inline(always)]
unsafe fn plain<T: Tiles>(task: &Product<'_>, out: &mut [u32]) {
    let mut space = MaybeUninit::<SumBlock>::uninit();
    let space = space.as_mut_ptr().cast::<u32>();
    // SAFETY: by the contract above; whole blocks of rows lie within the output.
    unsafe {
        for first in (0..task.columns).step_by(PANEL) {
            for row in (0..task.rows).step_by(PANEL) {
                let to = out.as_mut_ptr().add(row * task.out_stride + first);
                let rows = PANEL.min(task.rows - row);
                if rows == PANEL {
                    let all = Part { depth: 0..task.depth, sums: None };
                    block::<T, true, false>(task, [row, first], all, (to, task.out_stride), &mut Nothing);
                    continue;
                }
                let all = Part { depth: 0..task.depth, sums: None };
                some_rows::<T, false>(task, [row, first], all, (space, PANEL), &mut Nothing);
                for i in 0..rows {
                    to.add(i * task.out_stride).copy_from_nonoverlapping(space.add(i * PANEL), PANEL);
                }
            }
        }
    }
}

/// A part of the depth, and where the sums of the parts before it are, with the words between their rows.
struct Part {
    depth: Range<usize>,
    sums: Option<(*const u32, usize)>,
}

impl Part {
    /// Steps of a part in a deep product: so many words of the rows are still in the second-level cache when the next
    /// panel needs them, beside the panels and the output.
    const STEPS: usize = 12;
}

/// Adds up all parts of the depth of a deep product but the last one, whose beginning it returns, in the output itself,
/// where the rows lie as they are.
///
/// # Safety
/// AVX-512 and AMX must be there, its tiles configured, and the task's bounds hold.
#[inline(always)]
unsafe fn all_but_last<T: Tiles>(task: &Product<'_>, out: &mut [u32]) -> usize {
    let (part, mut from) = (Part::STEPS * T::WORDS, 0);
    if out.len() < task.rows.next_multiple_of(TILE) * task.out_stride {
        return 0;
    }
    let mut beside = Finish::<T::Dot, F32Out, false>::new::<T>(task, &mut [], part / T::WORDS);
    while task.depth - from > part {
        for first in (0..task.columns).step_by(PANEL) {
            beside.line = task.panels.as_ptr().wrapping_add((first + PANEL) * task.depth + from * PANEL);
            for row in (0..task.rows).step_by(PANEL) {
                // SAFETY: there is room for sixteens of rows of the output.
                unsafe {
                    let to = out.as_mut_ptr().add(row * task.out_stride + first);
                    let sums = (from > 0).then_some((to.cast_const(), task.out_stride));
                    let part = Part { depth: from..from + part, sums };
                    some_rows::<T, true>(task, [row, first], part, (to, task.out_stride), &mut beside);
                }
            }
        }
        from += part;
    }
    from
}

/// Sums with a bias and what else makes values of them. Those of the depth before `from` are in the output.
///
/// The rows of a block are finished one after the other while the next block is multiplied: tiles and vectors work
/// side by side where their instructions are near one another.
///
/// # Safety
/// AVX-512 and AMX must be there, its tiles configured, and the task's bounds hold.
#[inline(always)]
unsafe fn finished<T: Tiles, O: Out, const GELU: bool>(task: &Product<'_>, out: &mut [u32], from: usize) {
    let mut space = [const { MaybeUninit::<SumBlock>::uninit() }; 2];
    let [mut next, mut last] = space.each_mut().map(|block| block.as_mut_ptr().cast::<u32>());
    let mut beside = Finish::<T::Dot, O, GELU>::new::<T>(task, out, (task.depth - from) / T::WORDS);
    // SAFETY: by the contract above; the sums of the rows that wait are in `last`.
    unsafe {
        for first in (0..task.columns).step_by(PANEL) {
            beside.line = task.panels.as_ptr().wrapping_add((first + PANEL) * task.depth + from * PANEL);
            for row in (0..task.rows).step_by(PANEL) {
                let before = beside.out.as_ptr().wrapping_add(row * task.out_stride + first);
                let sums = (from > 0).then_some((before, task.out_stride));
                let part = Part { depth: from..task.depth, sums };
                some_rows::<T, true>(task, [row, first], part, (next, PANEL), &mut beside);
                std::mem::swap(&mut next, &mut last);
                (beside.sums, beside.place) = (last, [row, first]);
                beside.rows = 0..PANEL.min(task.rows - row);
            }
        }
        while !beside.rows.is_empty() {
            beside.go_on();
        }
    }
}

/// What is done while tiles are multiplied.
trait Beside {
    /// # Safety
    /// AVX-512 must be there, and what is done must be possible.
    unsafe fn go_on(&mut self);
}

struct Nothing;

impl Beside for Nothing {
    #[inline(always)]
    unsafe fn go_on(&mut self) {}
}

/// Finishes a block, and fetches what is multiplied later.
struct Finish<'a, 'b, D, O, const GELU: bool> {
    task: &'a Product<'b>,
    out: &'a mut [u32],
    /// The block's.
    sums: *const u32,
    /// The rows of the block that aren't finished.
    rows: Range<usize>,
    /// The row and the column of the task where the block begins.
    place: [usize; 2],
    /// So many rows at a time.
    share: usize,
    /// The next cache line of the next panel, and how many at a time, so that all are there when this panel is done; but
    /// where there are few rows the processor fetches ahead well enough itself, and more would be in its way.
    line: *const u32,
    lines: usize,
    kind: PhantomData<(D, O)>,
}

impl<'a, 'b, D: Dot, O: Out, const GELU: bool> Finish<'a, 'b, D, O, GELU> {
    /// No block waits. There are `steps` for every block.
    #[inline(always)]
    fn new<T: Tiles>(task: &'a Product<'b>, out: &'a mut [u32], steps: usize) -> Self {
        Self {
            task,
            out,
            sums: std::ptr::null(),
            rows: 0..0,
            place: [0, 0],
            share: PANEL.div_ceil(steps),
            line: task.panels.as_ptr(),
            lines: (2 * T::WORDS).div_ceil(task.rows.div_ceil(PANEL)).min(T::WORDS / 4),
            kind: PhantomData,
        }
    }
}

impl<D: Dot, O: Out, const GELU: bool> Beside for Finish<'_, '_, D, O, GELU> {
    #[inline(always)]
    unsafe fn go_on(&mut self) {
        for _ in 0..self.lines {
            // SAFETY: this reads nothing, whatever the pointer is.
            unsafe { _mm_prefetch::<_MM_HINT_T1>(self.line.cast()) };
            self.line = self.line.wrapping_add(TILE);
        }
        let [row, first] = self.place;
        let end = self.rows.end.min(self.rows.start + self.share);
        for i in self.rows.start..end {
            // SAFETY: the sums are those of the rows that wait, which are within the task.
            unsafe {
                let sums = self.sums.add(i * PANEL);
                tile::finish_row::<D, O, GELU>(self.task, self.out, sums, row + i, first);
            }
        }
        self.rows.start = end;
    }
}

/// As [`block`] for the task's rows from `row` on, up to 32, and sixteens of rows of sums.
///
/// # Safety
/// As for [`block`].
#[inline(always)]
unsafe fn some_rows<T: Tiles, const ONCE: bool>(
    task: &Product<'_>,
    place: [usize; 2],
    part: Part,
    to: (*mut u32, usize),
    beside: &mut impl Beside,
) {
    // SAFETY: as above.
    unsafe {
        if task.rows - place[0] > TILE {
            block::<T, true, ONCE>(task, place, part, to, beside);
        } else {
            block::<T, false, ONCE>(task, place, part, to, beside);
        }
    }
}

/// The sums of 32 rows from `row` on, without `LOWER` of 16, and of the panel that begins at column `first`. They are
/// written `stride` words between rows; those of rows that the task doesn't have are nothing to rely on.
///
/// # Safety
/// AMX must be there, its tiles configured, and the task's bounds hold; there is room for all the sums, and those of
/// the parts before are there.
#[inline(always)]
unsafe fn block<T: Tiles, const LOWER: bool, const ONCE: bool>(
    task: &Product<'_>,
    [row, first]: [usize; 2],
    part: Part,
    (to, stride): (*mut u32, usize),
    beside: &mut impl Beside,
) {
    // SAFETY: by the contract above all tiles that are read lie within the two sides.
    unsafe {
        let left = task.left.words.as_ptr().add(row * task.left.stride);
        let (right, side) = (task.panels.as_ptr().add(first * task.depth), Side::of(&task.left));
        match part.sums {
            Some((sums, stride)) => load_sums::<LOWER>(sums, stride),
            None => zero::<LOWER>(),
        }
        for at in part.depth.step_by(T::WORDS) {
            T::step::<LOWER, ONCE>(left.add(at / TILE * side.tile), &side, right.add(at * PANEL));
            beside.go_on();
        }
        store::<LOWER>(to, stride);
    }
}
