//! The forward pass of BERT and XLM-RoBERTa over packed sequences.
//!
//! Sequences of all lengths are laid end to end, so every linear layer is one matrix product over real tokens only;
//! attention alone looks at one sequence at a time. Sources: Devlin et al., "BERT" (2019); Conneau
//! et al., "Unsupervised Cross-lingual Representation Learning at Scale" (2020).

use std::io;
use std::path::Path;

use super::attention::{Attention, AttentionSpace};
use super::workspace::{Rows, Scratch, Workspace};
use crate::error::ModelError;
use crate::folder::{EncoderConfig, EncoderFamily};
use crate::kernels::{
    Activation, Aligned, ColumnScales, Kernels, Left, Norm, NumberFormat, Order, PADDING, Product,
};
use crate::tokenize::Sequence;
use crate::weights::{LinearLayout, NormLayout, Packed, TensorTable, Weights, floats};

/// A product's output where values follow one another.
const PLAIN: (NumberFormat, Order) = (NumberFormat::F32, Order::Rows);

pub(crate) struct Encoder {
    kernels: &'static Kernels,
    weights: Weights,
    words: TensorTable,
    packed: Packed,
    attention: Attention,
    hidden: usize,
    epsilon: f32,
    first_position: usize,
    padding: Option<u32>,
    parameters: usize,
}

impl Encoder {
    /// Takes the weights packed for `kernels` from the folder `cache`; packs them where there are none, and checks
    /// every tensor then, `threads` layers at a time.
    pub(crate) fn read(
        weights: Weights,
        config: &EncoderConfig,
        kernels: &'static Kernels,
        format: NumberFormat,
        threads: usize,
        cache: Option<&Path>,
    ) -> Result<Self, ModelError> {
        let prefix = match config.family {
            EncoderFamily::Bert => "bert.",
            EncoderFamily::XlmRoberta => "roberta.",
        };
        let tensors = weights.tensors(prefix)?;
        let hidden = config.hidden_size;
        let words = tensors.table("embeddings.word_embeddings.weight", [config.vocab_size, hidden])?;
        // Sizes that no tensor has end here, before room is made for them.
        let (positions, last) = (config.max_position_embeddings, config.num_hidden_layers - 1);
        tensors.table("embeddings.position_embeddings.weight", [positions, hidden])?;
        let widen = format!("encoder.layer.{last}.intermediate.dense.weight");
        tensors.table(&widen, [config.intermediate_size, hidden])?;
        // With AMX a 32-bit float is taken apart into three bf16 numbers: 19,300 tokens a second where the vector kernels of
        // the same processor do 12,400, and a first vector after 18 ms rather than 12 (bench/runs/2026-11-23-intel-xeon-2-
        // cores-embed). Whoever asks for f32 there waits for a long ingest; `auto` has bf16 for everything else.
        let format = match format {
            NumberFormat::F32 if kernels.bf16x3.fast => NumberFormat::Bf16x3,
            format => format,
        };
        let packed = Packed::read(&weights, &tensors, config, kernels, format, threads, cache)?;
        drop(tensors);
        let wanted = match format {
            NumberFormat::Bf16 => NumberFormat::Bf16,
            NumberFormat::Int8 if kernels.bf16.fast => NumberFormat::Bf16,
            _ => NumberFormat::F32,
        };
        let format = Attention::format(wanted, config.head_size());
        let stride = format.words(packed.layout.layer.query_key_value.columns);
        let attention = Attention { kernels, format, hidden, heads: config.num_attention_heads, stride };
        Ok(Self {
            kernels,
            weights,
            words,
            packed,
            attention,
            hidden,
            epsilon: config.layer_norm_eps,
            first_position: config.first_position(),
            padding: config.padding,
            parameters: config.parameters(),
        })
    }

    /// How many numbers the model consists of.
    pub(crate) fn parameters(&self) -> usize {
        self.parameters
    }

    /// The files that the weights are from.
    pub(crate) fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Why the packed weights could not be kept for the next time, if they should have been.
    pub(crate) fn unkept(&self) -> Option<&io::Error> {
        self.packed.unkept.as_ref()
    }

    /// Bytes of the packed weights, and of the words, of which only rows that occur are ever read.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.packed.layout.words() * 4 + self.words.bytes()
    }

    /// Columns of the vectors.
    pub(crate) fn hidden(&self) -> usize {
        self.hidden
    }

    /// The last layer's vectors of all tokens of all sequences, row-major, in order.
    pub(crate) fn forward<'w>(&self, sequences: &[&Sequence], space: &'w mut Workspace) -> &'w [f32] {
        self.embed(sequences, &mut space.hidden);
        for layer in self.packed.layers() {
            self.layer(layer, sequences, Tokens::All, space);
        }
        &space.hidden
    }

    /// The logit of every sequence; of a model without a classifier none.
    pub(crate) fn classify(&self, sequences: &[&Sequence], space: &mut Workspace, out: &mut [f32]) {
        let Some(layout) = &self.packed.layout.classifier else { return };
        self.embed(sequences, &mut space.hidden);
        let mut layers = self.packed.layers().peekable();
        while let Some(layer) = layers.next() {
            let tokens = if layers.peek().is_some() { Tokens::All } else { Tokens::First };
            self.layer(layer, sequences, tokens, space);
        }
        let Workspace { hidden, narrow, scratch, .. } = space;
        let head = self.packed.head();
        let dense = Linear { layout: &layout.dense, block: head };
        self.linear(dense, self.rows(hidden), scratch, Activation::None, PLAIN, narrow);
        let (weight, bias) = (floats(head, &layout.weight), floats(head, &layout.bias));
        let rows = bytemuck::cast_slice::<u32, f32>(narrow).chunks_exact(layout.dense.columns);
        for (out, row) in out.iter_mut().zip(rows) {
            *out = bias[0] + row.iter().zip(weight).map(|(value, weight)| value.tanh() * weight).sum::<f32>();
        }
    }

    fn embed(&self, sequences: &[&Sequence], hidden: &mut Aligned<f32>) {
        let norm = self.norm(&self.packed.layout.norm, self.packed.head());
        hidden.resize(sequences.iter().map(|sequence| sequence.ids.len()).sum::<usize>() * self.hidden);
        let mut rows = hidden.chunks_exact_mut(self.hidden);
        for sequence in sequences {
            let (first, second) = sequence.ids.split_at(sequence.second);
            let mut position = self.first_position;
            for (ids, table) in [first, second].into_iter().zip(self.tables()) {
                for (id, to) in ids.iter().zip(&mut rows) {
                    let row = if Some(*id) == self.padding { self.first_position - 1 } else { position };
                    position += usize::from(row == position);
                    to.copy_from_slice(&self.weights.row(&self.words, *id as usize));
                    let addend = &table[row * self.hidden..(row + 1) * self.hidden];
                    (self.kernels.add_norm)(to, addend, &norm);
                }
            }
        }
    }

    /// The positions of tokens of type 0, and of type 1 where the model has one.
    fn tables(&self) -> impl Iterator<Item = &[f32]> {
        let positions = self.packed.positions();
        positions.chunks_exact(positions.len() / self.packed.layout.types)
    }

    fn layer(&self, block: &[u32], sequences: &[&Sequence], tokens: Tokens, space: &mut Workspace) {
        let (layout, none) = (&self.packed.layout.layer, Activation::None);
        let Workspace { hidden, query_key_value, context, wide, narrow, scratch, attention } = space;
        let part = |layout| Linear { layout, block };

        let (linear, format) = (part(&layout.query_key_value), self.attention.format);
        self.linear(linear, self.rows(hidden), scratch, none, (format, Order::Rows), query_key_value);
        self.attend(sequences, tokens, query_key_value, context, attention);
        if tokens == Tokens::First {
            self.keep_first(sequences, hidden);
        }
        self.linear(part(&layout.attention), self.rows(context), scratch, none, PLAIN, narrow);
        self.add_norm(hidden, narrow, &layout.attention_norm, block);

        // What the next product reads this one writes, but for integers: their scale is known when the row is whole.
        let (format, order) = match layout.narrow.format {
            NumberFormat::F32 | NumberFormat::Int8 | NumberFormat::Int16 => PLAIN,
            format => (format, self.kernels.order_of(format)),
        };
        self.linear(part(&layout.widen), self.rows(hidden), scratch, Activation::Gelu, (format, order), wide);
        let (stride, count) = (format.words(layout.widen.columns), hidden.len() / self.hidden);
        let between = Rows { words: wide, stride, order, count, format };
        self.linear(part(&layout.narrow), between, scratch, none, PLAIN, narrow);
        self.add_norm(hidden, narrow, &layout.norm, block);
    }

    /// Leaves of the rows of all tokens the first one of every sequence.
    fn keep_first(&self, sequences: &[&Sequence], hidden: &mut Aligned<f32>) {
        let mut from = 0;
        for (to, sequence) in sequences.iter().enumerate() {
            hidden.copy_within(from..from + self.hidden, to * self.hidden);
            from += sequence.ids.len() * self.hidden;
        }
        hidden.resize(sequences.len() * self.hidden);
    }

    fn rows<'a>(&self, values: &'a [f32]) -> Rows<'a> {
        let count = values.len() / self.hidden;
        Rows {
            words: bytemuck::cast_slice(values),
            stride: self.hidden,
            order: Order::Rows,
            count,
            format: NumberFormat::F32,
        }
    }

    /// `to` gets the layer's columns, padded, for every row.
    fn linear(
        &self,
        Linear { layout, block }: Linear<'_>,
        rows: Rows<'_>,
        scratch: &mut Scratch,
        activation: Activation,
        (out, out_order): (NumberFormat, Order),
        to: &mut Aligned<u32>,
    ) {
        let left = scratch.left(&rows, layout, self.kernels);
        let (rows, out_stride) = (rows.count, out.words(layout.columns));
        let (scales, sums) = (floats(block, &layout.scales), floats(block, &layout.sums));
        let room = match (self.kernels.order, out_order) {
            (Order::Rows, _) => rows,
            // A sequence, with whose queries attention multiplies, begins at any row.
            (Order::Tiles, Order::Rows) if out != NumberFormat::F32 => rows + Left::SPARE,
            (Order::Tiles, _) => rows.next_multiple_of(Left::TOGETHER),
        };
        to.resize(room * out_stride);
        let task = Product {
            left,
            rows,
            depth: layout.format.words(layout.inputs),
            panels: &block[layout.panels.clone()],
            columns: layout.columns,
            scales: layout.format.is_scaled().then_some(ColumnScales { scales, sums }),
            bias: Some(floats(block, &layout.bias)),
            activation,
            out,
            out_stride,
            out_order,
        };
        (self.kernels.numbers(layout.format).product)(&task, to);
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

    fn attend(
        &self,
        sequences: &[&Sequence],
        tokens: Tokens,
        all: &[u32],
        context: &mut Aligned<f32>,
        space: &mut AttentionSpace,
    ) {
        let rows = |sequence: &&Sequence| if tokens == Tokens::First { 1 } else { sequence.ids.len() };
        context.resize(sequences.iter().map(rows).sum::<usize>() * self.hidden);
        let (mut all, mut context) = (all, &mut **context);
        for sequence in sequences {
            let tokens = sequence.ids.len();
            let (to, others) = context.split_at_mut(rows(sequence) * self.hidden);
            self.attention.attend(all, tokens, to, space);
            (all, context) = (&all[tokens * self.attention.stride..], others);
        }
    }
}

/// The tokens whose vectors a layer computes. The keys and values are always those of all tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tokens {
    All,
    /// The first one of every sequence.
    First,
}

/// A linear layer and the block of words it lies in.
#[derive(Clone, Copy)]
struct Linear<'a> {
    layout: &'a LinearLayout,
    block: &'a [u32],
}
