//! The arithmetic, once per instruction set.
//!
//! Both sides of a matrix product are words of 32 bits: one f32, two bf16 or 16-bit integers, or four 8-bit integers
//! that follow one another along the depth, see [`NumberFormat`]. So one layout and one loop serve all formats, and only the
//! instruction that multiplies two words and adds them up differs.
//!
//! [`scalar`] says what every kernel computes, in the plainest loops. `lanes` and `tile` hold the fast form, written once
//! over vectors of any width; `avx2` and `avx512` name the vectors and compile that form for their instructions; `amx`
//! multiplies whole tiles. [`portable`] has the same form for every other processor, over arrays that a compiler makes
//! vectors of. Every kernel adds along the depth in one order, whatever its neighbours are, so a row's result never
//! depends on the rows beside it.

#![allow(unsafe_code)]

mod aligned;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod amx;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod amx_tiles;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod format;
mod isa;
// Elsewhere `portable` alone uses it, which has no fewer bits than 32.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
mod lanes;
mod pack;
mod portable;
mod product;
mod scalar;
mod softmax;
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
mod tile;
#[cfg(test)]
mod twins;

pub(crate) use aligned::Aligned;
pub(crate) use format::{NumberFormat, RowScale};
pub use isa::Isa;
pub(crate) use pack::{Columns, pack_columns, pack_keys, pack_values};
pub(crate) use product::{Activation, ColumnScales, Left, Order, Product};
pub(crate) use softmax::{Exponentials, Scales};

/// The scale and shift of a LayerNorm.
pub(crate) struct Norm<'a> {
    pub(crate) gamma: &'a [f32],
    pub(crate) beta: &'a [f32],
    pub(crate) epsilon: f32,
}

/// What one instruction set does with one format.
#[derive(Clone, Copy)]
pub(crate) struct Numbers {
    /// See [`Product`].
    pub(crate) product: fn(&Product<'_>, &mut [u32]),
    /// Writes a row, whose length is a multiple of 16, as words; see [`scalar::encode`].
    pub(crate) encode: fn(&[f32], &mut [u32]) -> RowScale,
    /// Writes a row of words for every row of scores; see [`Exponentials`].
    pub(crate) exponentials: fn(&Exponentials<'_>, &mut [u32]) -> Scales,
    /// Whether it is faster than f32; what isn't is never chosen, see `Precision::on`.
    pub(crate) fast: bool,
}

/// The kernels of one instruction set.
pub(crate) struct Kernels {
    /// How many columns of a right-hand matrix lie side by side: a panel holds, for every word of the depth, this
    /// many neighbouring columns, so a kernel reads it from front to back.
    pub(crate) panel: usize,
    pub(crate) f32: Numbers,
    pub(crate) bf16: Numbers,
    pub(crate) int8: Numbers,
    pub(crate) int16: Numbers,
    pub(crate) bf16x3: Numbers,
    /// See [`Kernels::order_of`].
    pub(crate) order: Order,
    /// `row = LayerNorm(row + addend)`; the length is a multiple of 16.
    pub(crate) add_norm: fn(&mut [f32], &[f32], &Norm<'_>),
}

impl Kernels {
    pub(crate) fn numbers(&self, format: NumberFormat) -> &Numbers {
        match format {
            NumberFormat::F32 => &self.f32,
            NumberFormat::Bf16 => &self.bf16,
            NumberFormat::Int8 => &self.int8,
            NumberFormat::Int16 => &self.int16,
            NumberFormat::Bf16x3 => &self.bf16x3,
        }
    }

    /// How left sides in a format may lie; row by row they may always.
    pub(crate) fn order_of(&self, format: NumberFormat) -> Order {
        // Tiles have no instructions for these.
        if matches!(format, NumberFormat::F32 | NumberFormat::Int16) { Order::Rows } else { self.order }
    }
}

/// Columns of a right side are padded to a multiple of this, which every panel's width divides: a row of the result
/// then fills whole blocks of words, in f32 and in bf16.
pub(crate) const PADDING: usize = 32;
