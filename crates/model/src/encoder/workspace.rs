use super::attention::AttentionSpace;
use crate::kernels::{Aligned, Kernels, Left, NumberFormat, Order, RowScale};
use crate::weights::LinearLayout;

/// Words of a row that lie together in every order.
const BLOCK: usize = 16;

/// Buffers that one thread uses again and again. The words are f32 unless something else is said.
#[derive(Default)]
pub(crate) struct Workspace {
    pub(super) hidden: Aligned<f32>,
    /// In the format of the attention.
    pub(super) query_key_value: Aligned<u32>,
    pub(super) context: Aligned<f32>,
    /// F32 or Bf16.
    pub(super) wide: Aligned<u32>,
    pub(super) narrow: Aligned<u32>,
    pub(super) scratch: Scratch,
    pub(super) attention: AttentionSpace,
}

/// Rows of numbers, as a product or a norm left them.
pub(super) struct Rows<'a> {
    pub(super) words: &'a [u32],
    /// In words.
    pub(super) stride: usize,
    pub(super) order: Order,
    pub(super) count: usize,
    pub(super) format: NumberFormat,
}

/// Room for the left side of a product, in the format that the product reads.
#[derive(Default)]
pub(super) struct Scratch {
    words: Aligned<u32>,
    row: Aligned<u32>,
    scales: Vec<RowScale>,
}

impl Scratch {
    /// The rows themselves where they are in the format of the layer at `layout`, else their numbers in it.
    pub(super) fn left<'a>(
        &'a mut self,
        rows: &Rows<'a>,
        layout: &LinearLayout,
        kernels: &Kernels,
    ) -> Left<'a> {
        if rows.format == layout.format {
            return Left { words: rows.words, stride: rows.stride, order: rows.order, scales: &[] };
        }
        let (stride, encode) = (layout.format.words(layout.inputs), kernels.numbers(layout.format).encode);
        let order = kernels.order_of(layout.format);
        let values = bytemuck::cast_slice::<u32, f32>(rows.words).chunks_exact(rows.stride).take(rows.count);
        self.words.resize(rows.count.next_multiple_of(Left::TOGETHER) * stride);
        self.scales.clear();
        // Columns up to the padding are zeros on the other side, and must be numbers on this one.
        let width = layout.inputs.next_multiple_of(16);
        self.row.resize(stride);
        if layout.format.is_padded(layout.inputs) {
            self.words.fill(0);
            self.row.fill(0);
        }
        for (i, values) in values.enumerate() {
            let words = match order {
                Order::Rows => &mut self.words[i * stride..][..stride],
                Order::Tiles => &mut *self.row,
            };
            self.scales.push(encode(&values[..width], words));
            if order == Order::Tiles {
                for (block, words) in self.row.chunks_exact(BLOCK).enumerate() {
                    self.words[order.place(i, block, stride)..][..BLOCK].copy_from_slice(words);
                }
            }
        }
        Left { words: &self.words, stride, order, scales: &self.scales }
    }
}
