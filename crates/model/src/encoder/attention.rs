//! softmax(Q Kᵀ) V. Source: Vaswani et al., "Attention Is All You Need" (2017).

use crate::kernels::{
    Activation, Aligned, Exponentials, Kernels, Left, NumberFormat, Order, PADDING, Product, pack_keys,
    pack_values,
};

const ROWS: usize = Exponentials::ROWS;

/// The sizes of one model's attention.
pub(crate) struct Attention {
    pub(crate) kernels: &'static Kernels,
    /// Of the queries, keys and values, and of the probabilities: F32 or Bf16. Scores and sums are always f32.
    pub(crate) format: NumberFormat,
    pub(crate) hidden: usize,
    pub(crate) heads: usize,
    /// Words between the rows of queries, keys and values.
    pub(crate) stride: usize,
}

/// Buffers that one thread uses again and again.
#[derive(Default)]
pub(crate) struct AttentionSpace {
    keys: Aligned<u32>,
    values: Aligned<u32>,
    scores: Aligned<u32>,
    probabilities: Aligned<u32>,
    mixed: Aligned<u32>,
}

impl Attention {
    /// bf16 where it is asked for and a head fills whole blocks of words, else f32.
    pub(crate) fn format(wanted: NumberFormat, head_size: usize) -> NumberFormat {
        if head_size.is_multiple_of(32) { wanted } else { NumberFormat::F32 }
    }

    /// Fills `context`, `hidden` values a token, from the queries, keys and values of one sequence's `tokens`, which `all`
    /// begins with. The context may have room for the first few tokens only.
    pub(crate) fn attend(&self, all: &[u32], tokens: usize, context: &mut [f32], space: &mut AttentionSpace) {
        for head in 0..self.heads {
            self.head(head, all, tokens, context, space);
        }
    }

    fn head(&self, head: usize, all: &[u32], tokens: usize, context: &mut [f32], space: &mut AttentionSpace) {
        let (kernels, format) = (self.kernels, self.format);
        let size = self.hidden / self.heads;
        let wanted = context.len() / self.hidden;
        let part = |number: usize| &all[(number * self.hidden + head * size) / format.per_word()..];
        let (query, key, value) = (part(0), part(1), part(2));
        let depth = size / format.per_word();
        // A multiple of every panel's width, so that the probabilities fill whole blocks of words.
        let columns = tokens.next_multiple_of(PADDING);
        let mix_depth = columns / format.per_word();
        let width = size.next_multiple_of(PADDING);
        space.keys.resize(columns * depth);
        space.values.resize(width * mix_depth);
        pack_keys(kernels, key, self.stride, [tokens, columns, depth], &mut space.keys);
        pack_values(kernels, format, value, self.stride, [tokens, mix_depth, size], &mut space.values);
        space.scores.resize(ROWS * columns);
        space.probabilities.resize(ROWS * mix_depth);
        space.mixed.resize(ROWS * width);
        for row in (0..wanted).step_by(ROWS) {
            let rows = ROWS.min(wanted - row);
            let query = Left {
                words: &query[row * self.stride..],
                stride: self.stride,
                order: Order::Rows,
                scales: &[],
            };
            self.product(query, [rows, depth, columns], &space.keys, &mut space.scores);
            let values = bytemuck::cast_slice(&space.scores);
            let scores = Exponentials { values, rows, columns, count: tokens };
            let scales = (kernels.numbers(format).exponentials)(&scores, &mut space.probabilities);
            let left =
                Left { words: &space.probabilities, stride: mix_depth, order: Order::Rows, scales: &[] };
            self.product(left, [rows, mix_depth, width], &space.values, &mut space.mixed);
            let context = context[row * self.hidden + head * size..].chunks_mut(self.hidden);
            for ((to, mixed), scale) in context.zip(space.mixed.chunks_exact(width)).zip(scales).take(rows) {
                for (to, mixed) in to[..size].iter_mut().zip(mixed) {
                    *to = f32::from_bits(*mixed) * scale;
                }
            }
        }
    }

    fn product(&self, left: Left<'_>, [rows, depth, columns]: [usize; 3], panels: &[u32], out: &mut [u32]) {
        let task = Product {
            left,
            rows,
            depth,
            panels,
            columns,
            scales: None,
            bias: None,
            activation: Activation::None,
            out: NumberFormat::F32,
            out_stride: columns,
            out_order: Order::Rows,
        };
        (self.kernels.numbers(self.format).product)(&task, out);
    }
}
