//! Matrix products on AMX, which multiplies sixteen rows by sixteen columns of sixteen words at once. All else is
//! AVX-512.
//!
//! Two by two tiles of sums are kept: 32 rows by the 32 columns of a panel. The intrinsics aren't stable, so the one
//! loop over the depth is written in assembly.

use std::arch::asm;
use std::arch::x86_64::{__cpuid, __cpuid_count};
use std::sync::LazyLock;

use super::avx512::{self, Bf16x32, Int8x64};
use super::tile::{self, Stored};
use super::{Kernels, Numbers, Product};

/// Rows of a tile, and words in a row of it.
const TILE: usize = 16;
const PANEL: usize = 2 * TILE;

/// Seventeen to thirty-two rows: all four tiles of sums.
macro_rules! two_tiles {
    ($dot:literal, $left:expr, $stride:expr, $right:expr, $steps:expr, $sums:expr) => {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "2:",
            "tileloadd tmm6, [{right} + {panel}]",
            "tileloadd tmm4, [{upper} + {stride}]",
            "tileloadd tmm7, [{right} + {panel} + 64]",
            concat!($dot, " tmm0, tmm4, tmm6"),
            "tileloadd tmm5, [{lower} + {stride}]",
            concat!($dot, " tmm1, tmm4, tmm7"),
            concat!($dot, " tmm2, tmm5, tmm6"),
            concat!($dot, " tmm3, tmm5, tmm7"),
            "add {right}, 2048",
            "add {upper}, 64",
            "add {lower}, 64",
            "dec {steps}",
            "jnz 2b",
            "tilestored [{sums} + {row}], tmm0",
            "tilestored [{sums} + {row} + 1024], tmm1",
            "tilestored [{sums} + {row} + 2048], tmm2",
            "tilestored [{sums} + {row} + 3072], tmm3",
            right = inout(reg) $right => _,
            upper = inout(reg) $left => _,
            lower = inout(reg) $left.add(TILE * $stride) => _,
            steps = inout(reg) $steps => _,
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
            "tileloadd tmm4, [{upper} + {stride}]",
            "tileloadd tmm6, [{right} + {panel}]",
            "tileloadd tmm7, [{right} + {panel} + 64]",
            concat!($dot, " tmm0, tmm4, tmm6"),
            concat!($dot, " tmm1, tmm4, tmm7"),
            "add {right}, 2048",
            "add {upper}, 64",
            "dec {steps}",
            "jnz 2b",
            "tilestored [{sums} + {row}], tmm0",
            "tilestored [{sums} + {row} + 1024], tmm1",
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
unsafe fn product<D: Stored, const INT8: bool>(task: &Product<'_>, out: &mut [u32]) {
    task.assert_bounds(out, PANEL);
    assert!(task.depth.is_multiple_of(TILE));
    let whole = task.rows - task.rows % PANEL;
    // SAFETY: the bounds were just checked, and every block lies within `rows` and `columns`.
    unsafe {
        if whole > 0 {
            configure(PANEL);
            for first in (0..task.columns).step_by(PANEL) {
                for row in (0..whole).step_by(PANEL) {
                    block::<D, INT8>(task, out, [row, PANEL], first);
                }
            }
        }
        if whole < task.rows {
            let rest = task.rows - whole;
            configure(rest);
            for first in (0..task.columns).step_by(PANEL) {
                block::<D, INT8>(task, out, [whole, rest], first);
            }
        }
        asm!("tilerelease", options(nostack, nomem));
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

/// The sums of a block, four tiles one after the other.
#[repr(C, align(64))]
struct Sums([[u32; TILE]; 4 * TILE]);

/// `rows` rows from `row` on, and the panel that begins at column `first`.
///
/// # Safety
/// The tiles are configured for `rows`, the block lies within the task, and the task's bounds hold.
#[inline(always)]
unsafe fn block<D: Stored, const INT8: bool>(
    task: &Product<'_>,
    out: &mut [u32],
    [row, rows]: [usize; 2],
    first: usize,
) {
    let mut sums = std::mem::MaybeUninit::<Sums>::uninit();
    let sums = sums.as_mut_ptr().cast::<u32>();
    // SAFETY: by the contract above all pointers stay inside the slices of the task; the assembly writes every row
    // of sums that is read below.
    unsafe {
        let left = task.left.words.as_ptr().add(row * task.left.stride);
        let right = task.panels.as_ptr().add(first * task.depth);
        let steps = task.depth / TILE;
        match (INT8, rows > TILE) {
            (false, true) => two_tiles!("tdpbf16ps", left, task.left.stride, right, steps, sums),
            (false, false) => one_tile!("tdpbf16ps", left, task.left.stride, right, steps, sums),
            (true, true) => two_tiles!("tdpbusd", left, task.left.stride, right, steps, sums),
            (true, false) => one_tile!("tdpbusd", left, task.left.stride, right, steps, sums),
        }
        for i in 0..rows {
            let place = sums.add((i / TILE * 2 * TILE + i % TILE) * TILE);
            for half in 0..2 {
                let value = D::values(D::stored(place.add(half * TILE * TILE)));
                tile::finish(task, out, value, row + i, first + half * TILE);
            }
        }
    }
}
