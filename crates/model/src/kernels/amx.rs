//! Matrix products on AMX, which multiplies sixteen rows by sixteen columns of sixteen words at once. All else is
//! AVX-512.
//!
//! Two by two tiles of sums are kept: 32 rows by the 32 columns of a panel. The intrinsics aren't stable, so the one
//! loop over the depth is written in assembly.

use std::arch::asm;
use std::arch::x86_64::{__cpuid, __cpuid_count};
use std::mem::MaybeUninit;
use std::ops::Range;
use std::sync::LazyLock;

use super::avx512::{self, Bf16x32, Int8x64};
use super::tile::{self, Block, Dot};
use super::{Kernels, Numbers, Product};

/// Rows of a tile, and words in a row of it.
const TILE: usize = 16;
const PANEL: usize = 2 * TILE;

/// Seventeen to thirty-two rows: all four tiles of sums.
macro_rules! two_tiles {
    ($dot:literal, $left:expr, $stride:expr, $right:expr, $steps:expr, $sums:expr, $ahead:expr) => {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "2:",
            "tileloadd tmm6, [{right} + {panel}]",
            "tileloaddt1 tmm4, [{upper} + {stride}]",
            "tileloadd tmm7, [{right} + {panel} + 64]",
            concat!($dot, " tmm0, tmm4, tmm6"),
            "tileloaddt1 tmm5, [{lower} + {stride}]",
            concat!($dot, " tmm1, tmm4, tmm7"),
            concat!($dot, " tmm2, tmm5, tmm6"),
            concat!($dot, " tmm3, tmm5, tmm7"),
            "prefetcht1 [{ahead}]",
            "prefetcht1 [{ahead} + 64]",
            "prefetcht1 [{ahead} + 128]",
            "prefetcht1 [{ahead} + 192]",
            "add {ahead}, 256",
            "add {right}, 2048",
            "add {upper}, 64",
            "add {lower}, 64",
            "dec {steps}",
            "jnz 2b",
            "tilestored [{sums} + {row}], tmm0",
            "tilestored [{sums} + {row} + 2048], tmm1",
            "tilestored [{sums} + {row} + 1024], tmm2",
            "tilestored [{sums} + {row} + 3072], tmm3",
            right = inout(reg) $right => _,
            upper = inout(reg) $left => _,
            lower = inout(reg) $left.add(TILE * $stride) => _,
            steps = inout(reg) $steps => _,
            ahead = inout(reg) $ahead => _,
            panel = in(reg) PANEL * 4,
            stride = in(reg) $stride * 4,
            sums = in(reg) $sums,
            row = in(reg) TILE * 4,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        )
    };
}

/// Up to sixteen rows: the two upper tiles of sums.
macro_rules! one_tile {
    ($dot:literal, $left:expr, $stride:expr, $right:expr, $steps:expr, $sums:expr) => {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "2:",
            "tileloaddt1 tmm4, [{upper} + {stride}]",
            "tileloadd tmm6, [{right} + {panel}]",
            "tileloadd tmm7, [{right} + {panel} + 64]",
            concat!($dot, " tmm0, tmm4, tmm6"),
            concat!($dot, " tmm1, tmm4, tmm7"),
            "add {right}, 2048",
            "add {upper}, 64",
            "dec {steps}",
            "jnz 2b",
            "tilestored [{sums} + {row}], tmm0",
            "tilestored [{sums} + {row} + 2048], tmm1",
            right = inout(reg) $right => _,
            upper = inout(reg) $left => _,
            steps = inout(reg) $steps => _,
            panel = in(reg) PANEL * 4,
            stride = in(reg) $stride * 4,
            sums = in(reg) $sums,
            row = in(reg) TILE * 4,
            out("tmm0") _, out("tmm1") _, out("tmm4") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        )
    };
}
/// Whether the processor has the instructions and the system lets this process use their registers.
pub(super) fn is_available() -> bool {
    static AVAILABLE: LazyLock<bool> = LazyLock::new(|| has_instructions() && may_use_tiles());
    *AVAILABLE
}

fn has_instructions() -> bool {
    /// AMX-BF16, AMX-TILE and AMX-INT8 in EDX of leaf 7.
    const BITS: u32 = 1 << 22 | 1 << 24 | 1 << 25;
    is_x86_feature_detected!("avx512f") && __cpuid(0).eax >= 7 && __cpuid_count(7, 0).edx & BITS == BITS
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
    Numbers { product: |task, out| unsafe { product_int8(task, out) }, ..avx512::INT8 },
);

#[target_feature(enable = "avx512f")]
unsafe fn product_bf16(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { product::<Bf16x32, false>(task, out) }
}

#[target_feature(enable = "avx512f")]
unsafe fn product_int8(task: &Product<'_>, out: &mut [u32]) {
    // SAFETY: this function is compiled for the instructions.
    unsafe { product::<Int8x64, true>(task, out) }
}

/// # Safety
/// AVX-512 and AMX must be there.
#[inline(always)]
unsafe fn product<D: Dot, const INT8: bool>(task: &Product<'_>, out: &mut [u32]) {
    task.assert_bounds(out, PANEL);
    assert!(task.depth.is_multiple_of(TILE));
    let whole = task.rows - task.rows % PANEL;
    // SAFETY: the bounds were just checked, and every block lies within `rows` and `columns`.
    unsafe {
        if whole > 0 {
            configure(PANEL);
            blocks::<D, INT8>(task, out, 0..whole, PANEL);
        }
        if whole < task.rows {
            configure(task.rows - whole);
            blocks::<D, INT8>(task, out, whole..task.rows, task.rows - whole);
        }
        asm!("tilerelease", options(nostack, nomem));
    }
}

/// The rows in `range`, `rows` at a time.
///
/// A block is finished while the tiles of the next one are multiplied.
///
/// # Safety
/// The tiles are configured for `rows`, which divides the range; the range lies within the task, and the task's bounds
/// hold.
#[inline(always)]
unsafe fn blocks<D: Dot, const INT8: bool>(
    task: &Product<'_>,
    out: &mut [u32],
    range: Range<usize>,
    rows: usize,
) {
    let mut space = [const { MaybeUninit::<Block>::uninit() }; 2];
    let [mut next, mut last] = space.each_mut().map(|block| block.as_mut_ptr().cast::<u32>());
    let mut pending = None;
    // SAFETY: by the contract above; the sums that are pending are in `last`.
    unsafe {
        for first in (0..task.columns).step_by(PANEL) {
            for row in range.clone().step_by(rows) {
                multiply::<INT8>(task, [row, rows], first, next);
                std::mem::swap(&mut next, &mut last);
                if let Some((row, first)) = pending.replace((row, first)) {
                    tile::finish::<D>(task, out, next, [row, rows], first);
                }
            }
        }
        if let Some((row, first)) = pending {
            tile::finish::<D>(task, out, last, [row, rows], first);
        }
    }
}

/// What `ldtilecfg` reads: the shape of every tile register.
#[repr(C, align(64))]
struct Shapes {
    palette: u8,
    start: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

/// Shapes the tiles for blocks of `rows` rows, 1 to 32: sums in 0 to 3, the left side in 4 and 5, the right side in
/// 6 and 7. With 16 rows or fewer the lower half of the sums isn't used.
///
/// # Safety
/// AMX must be there.
#[inline(always)]
unsafe fn configure(rows: usize) {
    let (upper, lower) = (rows.min(TILE) as u8, rows.saturating_sub(TILE).max(1) as u8);
    let mut shapes = Shapes { palette: 1, start: 0, reserved: [0; 14], row_bytes: [0; 16], rows: [0; 16] };
    shapes.row_bytes[..8].fill(64);
    shapes.rows[..8].copy_from_slice(&[upper, upper, lower, lower, upper, lower, TILE as u8, TILE as u8]);
    // SAFETY: the shapes are 64 bytes, and the tiles they describe are within what palette 1 allows.
    unsafe { asm!("ldtilecfg [{}]", in(reg) &shapes, options(nostack, readonly)) };
}

/// The sums of `rows` rows from `row` on, times the panel that begins at column `first`.
///
/// # Safety
/// The tiles are configured for `rows`, the block lies within the task, and the task's bounds hold.
#[inline(always)]
unsafe fn multiply<const INT8: bool>(
    task: &Product<'_>,
    [row, rows]: [usize; 2],
    first: usize,
    block: *mut u32,
) {
    // SAFETY: by the contract above all pointers stay inside the slices of the task; the assembly writes every row
    // of sums that is there.
    unsafe {
        let left = task.left.words.as_ptr().add(row * task.left.stride);
        let right = task.panels.as_ptr().add(first * task.depth);
        let steps = task.depth / TILE;
        // The next panel comes nearer, an eighth of it with every block, while this one is multiplied.
        let ahead = right.wrapping_add(PANEL * task.depth + row / PANEL * steps * 64);
        match (INT8, rows > TILE) {
            (false, true) => two_tiles!("tdpbf16ps", left, task.left.stride, right, steps, block, ahead),
            (false, false) => one_tile!("tdpbf16ps", left, task.left.stride, right, steps, block),
            (true, true) => two_tiles!("tdpbusd", left, task.left.stride, right, steps, block, ahead),
            (true, false) => one_tile!("tdpbusd", left, task.left.stride, right, steps, block),
        }
    }
}
