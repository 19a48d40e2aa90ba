//! The forward pass of BERT over packed sequences.
//!
//! Sequences of all lengths are laid end to end, so every linear layer is one matrix product over real tokens only;
//! attention alone looks at one sequence at a time. Source: Devlin et al., "BERT" (2019).

use std::path::Path;

use crate::ModelError;
use crate::attention::{Attention, AttentionSpace};
use crate::config::Config;
use crate::kernels::{Activation, ColumnScales, Format, Kernels, Left, Norm, PADDING, Product, RowScale};
use crate::layout::{LinearLayout, NormLayout};
use crate::packed::{Packed, floats};
use crate::team::Member;
use crate::weights::{Table, Weights};

pub(crate) struct Encoder {
    kernels: &'static Kernels,
    weights: Weights,
    words: Table,
    packed: Packed,
    attention: Attention,
    hidden: usize,
    epsilon: f32,
}

/// Buffers that one thread uses again and again. The words are f32 unless something else is said.
#[derive(Default)]
pub(crate) struct Workspace {
    hidden: Vec<f32>,
    /// In the format of the attention.
    query_key_value: Vec<u32>,
    context: Vec<f32>,
    /// F32 or Bf16.
    wide: Vec<u32>,
    narrow: Vec<u32>,
    scratch: Scratch,
    attention: AttentionSpace,
}

impl Encoder {
    /// Takes the weights packed for `kernels` from the folder `cache`; packs them where there are none, and checks
    /// every tensor then, `threads` layers at a time.
    pub(crate) fn read(
        weights: Weights,
        config: &Config,
        kernels: &'static Kernels,
        format: Format,
        threads: usize,
        cache: Option<&Path>,
    ) -> Result<Self, ModelError> {
        let tensors = weights.tensors()?;
        let hidden = config.hidden_size;
        let words = tensors.table("embeddings.word_embeddings.weight", [config.vocab_size, hidden])?;
        let packed = Packed::read(&weights, &tensors, config, kernels, format, threads, cache)?;
        drop(tensors);
        let wanted = if format == Format::Int8 && kernels.bf16.fast { Format::Bf16 } else { format };
        let wanted = if wanted == Format::Int8 { Format::F32 } else { wanted };
        let format = Attention::format(wanted, config.head_size());
        let stride = packed.layout.layer.query_key_value.columns / format.per_word();
        let attention = Attention { kernels, format, hidden, heads: config.num_attention_heads, stride };
        Ok(Self { kernels, weights, words, packed, attention, hidden, epsilon: config.layer_norm_eps })
    }

    /// Whether there are so many weights that a thread alone waits for them.
    pub(crate) fn is_large(&self) -> bool {
        self.packed.layout.words() > 1 << 20
    }

    /// Columns of the vectors.
    pub(crate) fn hidden(&self) -> usize {
        self.hidden
    }

    /// The last layer's vectors of all tokens of all sequences, row-major, in order.
    ///
    /// Ids are below the vocabulary's size and sequences no longer than the positions; the caller sees to both.
    pub(crate) fn forward<'w>(&self, sequences: &[&[u32]], space: &'w mut Workspace) -> &'w [f32] {
        self.embed(sequences, &mut space.hidden);
        for layer in self.packed.layers() {
            self.layer(layer, sequences, space);
        }
        &space.hidden
    }

    fn embed(&self, sequences: &[&[u32]], hidden: &mut Vec<f32>) {
        let norm = self.norm(&self.packed.layout.norm, self.packed.head());
        let positions = self.packed.positions();
        hidden.clear();
        for sequence in sequences {
            for (id, position) in sequence.iter().zip(positions.chunks_exact(self.hidden)) {
                let start = hidden.len();
                hidden.extend_from_slice(&self.weights.row(&self.words, *id as usize));
                (self.kernels.add_norm)(&mut hidden[start..], position, &norm);
            }
        }
    }

    fn layer(&self, block: &[u32], sequences: &[&[u32]], space: &mut Workspace) {
        let (layout, none) = (&self.packed.layout.layer, Activation::None);
        let Workspace { hidden, query_key_value, context, wide, narrow, scratch, attention } = space;
        let part = |layout| Linear { layout, block };

        let (linear, format) = (part(&layout.query_key_value), self.attention.format);
        self.linear(linear, self.rows(hidden), scratch, none, format, query_key_value);
        context.resize(hidden.len(), 0.0);
        self.attend(sequences, query_key_value, context, attention);
        self.linear(part(&layout.attention), self.rows(context), scratch, none, Format::F32, narrow);
        self.add_norm(hidden, narrow, &layout.attention_norm, block);

        // Where the next product reads bf16, this one writes it.
        let format = if layout.narrow.format == Format::Bf16 { Format::Bf16 } else { Format::F32 };
        self.linear(part(&layout.widen), self.rows(hidden), scratch, Activation::Gelu, format, wide);
        let stride = layout.widen.columns / format.per_word();
        let between = Rows { words: wide, stride, format };
        self.linear(part(&layout.narrow), between, scratch, none, Format::F32, narrow);
        self.add_norm(hidden, narrow, &layout.norm, block);
    }

    fn rows<'a>(&self, values: &'a [f32]) -> Rows<'a> {
        Rows { words: bytemuck::cast_slice(values), stride: self.hidden, format: Format::F32 }
    }

    /// `to` gets the layer's columns, padded, for every row.
    fn linear(
        &self,
        Linear { layout, block }: Linear<'_>,
        rows: Rows<'_>,
        scratch: &mut Scratch,
        activation: Activation,
        out: Format,
        to: &mut Vec<u32>,
    ) {
        let mut member = scratch.member.take();
        let left = scratch.left(rows, layout, self.kernels);
        let (rows, out_stride) = (left.words.len() / left.stride, layout.columns / out.per_word());
        let (scales, sums) = (floats(block, &layout.scales), floats(block, &layout.sums));
        to.resize(rows * out_stride, 0);
        let task = Product {
            left,
            rows,
            depth: layout.format.words(layout.inputs),
            panels: &block[layout.panels.clone()],
            columns: layout.columns,
            scales: (layout.format == Format::Int8).then_some(ColumnScales { scales, sums }),
            bias: Some(floats(block, &layout.bias)),
            activation,
            out,
            out_stride,
        };
        let product = self.kernels.numbers(layout.format).product;
        match &mut member {
            Some(member) => member.product(product, &task, to),
            None => product(&task, to),
        }
        scratch.member = member;
    }

    /// The residual connection: every row of `hidden` gets its row of `addend` and is normalised.
    fn add_norm(&self, hidden: &mut [f32], addend: &[u32], layout: &NormLayout, block: &[u32]) {
        let (norm, stride) = (self.norm(layout, block), self.hidden.next_multiple_of(PADDING));
        let addends = bytemuck::cast_slice::<u32, f32>(addend).chunks_exact(stride);
        for (row, addend) in hidden.chunks_exact_mut(self.hidden).zip(addends) {
            (self.kernels.add_norm)(row, &addend[..self.hidden], &norm);
        }
    }

    fn norm<'a>(&self, layout: &NormLayout, block: &'a [u32]) -> Norm<'a> {
        let (gamma, beta) = (floats(block, &layout.gamma), floats(block, &layout.beta));
        Norm { gamma, beta, epsilon: self.epsilon }
    }

    fn attend(&self, sequences: &[&[u32]], all: &[u32], context: &mut [f32], space: &mut AttentionSpace) {
        let (mut all, mut context) = (all, context);
        for sequence in sequences {
            let (own, rest) = all.split_at(sequence.len() * self.attention.stride);
            let (to, others) = context.split_at_mut(sequence.len() * self.hidden);
            self.attention.attend(own, to, space);
            (all, context) = (rest, others);
        }
    }
}

/// A linear layer and the block of words it lies in.
#[derive(Clone, Copy)]
struct Linear<'a> {
    layout: &'a LinearLayout,
    block: &'a [u32],
}

/// Rows of numbers, as a product or a norm left them.
struct Rows<'a> {
    words: &'a [u32],
    /// In words.
    stride: usize,
    /// F32 or Bf16.
    format: Format,
}

/// What a product needs beside its operands: room for a left side in its format, and those who share the work.
#[derive(Default)]
struct Scratch {
    words: Vec<u32>,
    scales: Vec<RowScale>,
    member: Option<Member>,
}

impl Scratch {
    /// The rows themselves where they are in the format of the layer at `layout`, else their numbers in it.
    fn left<'a>(&'a mut self, rows: Rows<'a>, layout: &LinearLayout, kernels: &Kernels) -> Left<'a> {
        if rows.format == layout.format {
            return Left { words: rows.words, stride: rows.stride, scales: &[] };
        }
        let (stride, encode) = (layout.format.words(layout.inputs), kernels.numbers(layout.format).encode);
        let values = bytemuck::cast_slice::<u32, f32>(rows.words).chunks_exact(rows.stride);
        self.words.resize(values.len() * stride, 0);
        self.scales.clear();
        // Columns up to the padding are zeros, on this side or on the other one.
        let width = layout.inputs.next_multiple_of(16);
        for (row, words) in values.zip(self.words.chunks_exact_mut(stride)) {
            self.scales.push(encode(&row[..width], words));
        }
        Left { words: &self.words, stride, scales: &self.scales }
    }
}

impl Workspace {
    /// The one of a thread that works with others; see [`Member`].
    pub(crate) fn of(member: Member) -> Self {
        Self { scratch: Scratch { member: Some(member), ..Scratch::default() }, ..Self::default() }
    }
}
