//! What touches the tile registers of AMX: sixteen rows of sixteen words each.
//!
//! The intrinsics aren't stable, so this is assembly; the compiler itself never uses tiles, so they keep their values from
//! one piece of it to the next. Tiles 0 to 3 hold the sums of 32 rows by the 32 columns of a panel, 4 and 5 the left side,
//! 6 and 7 the right side.

use std::arch::asm;

use super::avx512::{Bf16x32, Int8x64};
use super::tile::Dot;
use super::{Left, Order};

/// Rows of a tile, and words in a row of it.
pub(super) const TILE: usize = 16;
pub(super) const PANEL: usize = 2 * TILE;

/// Loads a tile of sixteen rows of sixteen words, so many words apart. `tileloaddt1` is for what is read only once in a
/// while: it doesn't push anything out of the first-level cache.
macro_rules! load {
    ($instruction:literal, $tile:literal, $from:expr, $stride:expr) => {
        asm!(
            concat!($instruction, " ", $tile, ", [{from} + {stride}]"),
            from = in(reg) $from, stride = in(reg) $stride * 4, options(nostack, readonly),
        )
    };
}

/// Adds the products of the rows in one tile and the columns in another to sums.
macro_rules! dot {
    ($instruction:literal, $sums:literal, $left:literal, $right:literal) => {
        asm!(concat!($instruction, " ", $sums, ", ", $left, ", ", $right), options(nostack, nomem))
    };
}

/// How words of one format are multiplied.
pub(super) trait Tiles {
    type Dot: Dot;
    /// The words of the depth that are multiplied at a time.
    const WORDS: usize;
    /// Adds the products of the left side's rows and the right side's columns to the sums in tiles 0 to 3. Without
    /// `LOWER` there are no more than sixteen rows, and the sums are in tiles 0 and 1. With `ONCE` nothing else is
    /// multiplied with these rows soon.
    ///
    /// # Safety
    /// AMX must be there, its tiles configured by [`configure`]; there are `WORDS` more words of 32 rows, without
    /// `LOWER` 16, and of a panel.
    unsafe fn step<const LOWER: bool, const ONCE: bool>(left: *const u32, side: &Side, right: *const u32);
}

/// Where a left side's rows and tiles are from one another, in words.
pub(super) struct Side {
    row: usize,
    /// The next sixteen words of the same rows.
    pub(super) tile: usize,
    /// The same words of the next sixteen rows.
    lower: usize,
}

impl Side {
    pub(super) fn of(left: &Left<'_>) -> Self {
        let (row, tile) = match left.order {
            Order::Rows => (left.stride, TILE),
            Order::Tiles => (TILE, TILE * TILE),
        };
        Self { row, tile, lower: TILE * left.stride }
    }
}

macro_rules! tiles {
    ($name:ident, $dot:ty, $instruction:literal) => {
        pub(super) struct $name;

        impl Tiles for $name {
            type Dot = $dot;
            const WORDS: usize = TILE;

            #[inline(always)]
            unsafe fn step<const LOWER: bool, const ONCE: bool>(
                left: *const u32,
                side: &Side,
                right: *const u32,
            ) {
                // SAFETY: by the contract all tiles that are read lie within the two sides.
                unsafe {
                    load!("tileloadd", "tmm6", right, PANEL);
                    if ONCE {
                        load!("tileloaddt1", "tmm4", left, side.row);
                    } else {
                        load!("tileloadd", "tmm4", left, side.row);
                    }
                    load!("tileloadd", "tmm7", right.add(TILE), PANEL);
                    dot!($instruction, "tmm0", "tmm4", "tmm6");
                    if LOWER && ONCE {
                        load!("tileloaddt1", "tmm5", left.add(side.lower), side.row);
                    } else if LOWER {
                        load!("tileloadd", "tmm5", left.add(side.lower), side.row);
                    }
                    dot!($instruction, "tmm1", "tmm4", "tmm7");
                    if LOWER {
                        dot!($instruction, "tmm2", "tmm5", "tmm6");
                        dot!($instruction, "tmm3", "tmm5", "tmm7");
                    }
                }
            }
        }
    };
}

tiles!(Bf16Tiles, Bf16x32, "tdpbf16ps");
tiles!(Int8Tiles, Int8x64<true>, "tdpbusd");

/// Three parts of every number, the largest first, a tile each. Six of the nine products of parts are added up; the
/// other three are below 2^-24 of the whole, where f32 ends. Source: Henry, Tang and Heinecke, "Leveraging the bfloat16
/// Artificial Intelligence Datatype For Higher-Precision Computations" (2019).
pub(super) struct Bf16x3Tiles;

impl Bf16x3Tiles {
    #[inline(always)]
    unsafe fn load_left<const LOWER: bool>(left: *const u32, side: &Side, part: usize) {
        // SAFETY: by the contract of `step`.
        unsafe {
            load!("tileloadd", "tmm4", left.add(part * side.tile), side.row);
            if LOWER {
                load!("tileloadd", "tmm5", left.add(part * side.tile + side.lower), side.row);
            }
        }
    }

    #[inline(always)]
    unsafe fn load_right(right: *const u32, part: usize) {
        // SAFETY: by the contract of `step`.
        unsafe {
            load!("tileloadd", "tmm6", right.add(part * TILE * PANEL), PANEL);
            load!("tileloadd", "tmm7", right.add(part * TILE * PANEL + TILE), PANEL);
        }
    }

    #[inline(always)]
    unsafe fn add<const LOWER: bool>() {
        // SAFETY: this touches nothing but tiles.
        unsafe {
            dot!("tdpbf16ps", "tmm0", "tmm4", "tmm6");
            dot!("tdpbf16ps", "tmm1", "tmm4", "tmm7");
            if LOWER {
                dot!("tdpbf16ps", "tmm2", "tmm5", "tmm6");
                dot!("tdpbf16ps", "tmm3", "tmm5", "tmm7");
            }
        }
    }
}

impl Tiles for Bf16x3Tiles {
    type Dot = Bf16x32;
    const WORDS: usize = 3 * TILE;

    #[inline(always)]
    unsafe fn step<const LOWER: bool, const ONCE: bool>(left: *const u32, side: &Side, right: *const u32) {
        // SAFETY: as above. In this order only one side changes but for the last time.
        unsafe {
            Self::load_left::<LOWER>(left, side, 0);
            Self::load_right(right, 2);
            Self::add::<LOWER>();
            Self::load_right(right, 1);
            Self::add::<LOWER>();
            Self::load_left::<LOWER>(left, side, 1);
            Self::add::<LOWER>();
            Self::load_right(right, 0);
            Self::add::<LOWER>();
            Self::load_left::<LOWER>(left, side, 2);
            Self::add::<LOWER>();
            Self::load_left::<LOWER>(left, side, 0);
            Self::add::<LOWER>();
        }
    }
}

/// Takes up the sums again that [`store`] wrote.
///
/// # Safety
/// As there.
#[inline(always)]
pub(super) unsafe fn load_sums<const LOWER: bool>(from: *const u32, stride: usize) {
    // SAFETY: by the contract above.
    unsafe {
        load!("tileloadd", "tmm0", from, stride);
        load!("tileloadd", "tmm1", from.add(TILE), stride);
        if LOWER {
            load!("tileloadd", "tmm2", from.add(TILE * stride), stride);
            load!("tileloadd", "tmm3", from.add(TILE * stride + TILE), stride);
        }
    }
}

/// # Safety
/// AMX must be there, its tiles configured.
#[inline(always)]
pub(super) unsafe fn zero<const LOWER: bool>() {
    // SAFETY: this touches nothing but tiles.
    unsafe {
        asm!("tilezero tmm0", "tilezero tmm1", options(nostack, nomem));
        if LOWER {
            asm!("tilezero tmm2", "tilezero tmm3", options(nostack, nomem));
        }
    }
}

/// Writes the sums, `stride` words between rows.
///
/// # Safety
/// AMX must be there, its tiles configured; there is room for 32 rows of a panel, without `LOWER` 16.
#[inline(always)]
pub(super) unsafe fn store<const LOWER: bool>(to: *mut u32, stride: usize) {
    // SAFETY: by the contract above.
    unsafe {
        asm!(
            "tilestored [{to} + {stride}], tmm0",
            "tilestored [{to} + {stride} + 64], tmm1",
            to = in(reg) to, stride = in(reg) stride * 4, options(nostack),
        );
        if LOWER {
            asm!(
                "tilestored [{to} + {stride}], tmm2",
                "tilestored [{to} + {stride} + 64], tmm3",
                to = in(reg) to.add(TILE * stride), stride = in(reg) stride * 4, options(nostack),
            );
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

/// Makes all tiles sixteen rows of sixteen words: sums in 0 to 3, the left side in 4 and 5, the right side in 6 and 7.
///
/// # Safety
/// AMX must be there.
#[inline(always)]
pub(super) unsafe fn configure() {
    let mut shapes = Shapes { palette: 1, start: 0, reserved: [0; 14], row_bytes: [0; 16], rows: [0; 16] };
    shapes.row_bytes[..8].fill(64);
    shapes.rows[..8].fill(TILE as u8);
    // SAFETY: the shapes are 64 bytes, and the tiles they describe are within what palette 1 allows.
    unsafe { asm!("ldtilecfg [{}]", in(reg) &shapes, options(nostack, readonly)) };
}
