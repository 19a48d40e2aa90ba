//! The forward pass of BERT over packed sequences.
//!
//! Sequences of all lengths are laid end to end, so every linear layer is one matrix product over real tokens only;
//! attention alone looks at one sequence at a time. Source: Devlin et al., "BERT" (2019).

use crate::ModelError;
use crate::config::Config;
use crate::kernels::{Activation, Kernels, MatMul, Norm};
use crate::weights::{Table, Tensors, Weights};

/// Rows of attention scores that are computed together.
const SCORE_ROWS: usize = 24;

pub(crate) struct Encoder {
    kernels: &'static Kernels,
    weights: Weights,
    words: Table,
    /// Position and token type 0 added up, `max_position_embeddings` rows.
    positions: Vec<f32>,
    norm: NormWeights,
    layers: Vec<Layer>,
    hidden: usize,
    heads: usize,
}

struct Layer {
    /// Query, key and value side by side; the query is scaled by 1/√(head size).
    query_key_value: Linear,
    attention: Linear,
    attention_norm: NormWeights,
    widen: Linear,
    narrow: Linear,
    norm: NormWeights,
}

struct NormWeights {
    gamma: Vec<f32>,
    beta: Vec<f32>,
    epsilon: f32,
}

impl NormWeights {
    fn read(tensors: &Tensors<'_>, name: &str, config: &Config) -> Result<Self, ModelError> {
        let shape = [config.hidden_size];
        Ok(Self {
            gamma: tensors.f32(&format!("{name}.weight"), &shape)?.into_owned(),
            beta: tensors.f32(&format!("{name}.bias"), &shape)?.into_owned(),
            epsilon: config.layer_norm_eps,
        })
    }

    fn view(&self) -> Norm<'_> {
        Norm { gamma: &self.gamma, beta: &self.beta, epsilon: self.epsilon }
    }
}

/// A linear layer, its weights laid out for the kernels.
struct Linear {
    panels: Vec<f32>,
    /// As long as the padded columns.
    bias: Vec<f32>,
    inputs: usize,
}

impl Linear {
    /// Reads the layers called `names`, each of `outputs` columns, side by side; the first one is scaled.
    fn read(
        tensors: &Tensors<'_>,
        kernels: &Kernels,
        names: &[String],
        [outputs, inputs]: [usize; 2],
        first_scale: f32,
    ) -> Result<Self, ModelError> {
        let (mut weight, mut bias) = (Vec::new(), Vec::new());
        for (i, name) in names.iter().enumerate() {
            let scale = if i == 0 { first_scale } else { 1.0 };
            let rows = tensors.f32(&format!("{name}.weight"), &[outputs, inputs])?;
            weight.extend(rows.iter().map(|value| value * scale));
            bias.extend(tensors.f32(&format!("{name}.bias"), &[outputs])?.iter().map(|value| value * scale));
        }
        let columns = names.len() * outputs;
        let mut panels = Vec::new();
        kernels.pack_transposed(&weight, inputs, columns, inputs, &mut panels);
        bias.resize(kernels.padded(columns), 0.0);
        Ok(Self { panels, bias, inputs })
    }

    /// `out` gets `rows` rows of `self.bias.len()` columns.
    fn apply(
        &self,
        kernels: &Kernels,
        input: &[f32],
        stride: usize,
        activation: Activation,
        out: &mut [f32],
    ) {
        let columns = self.bias.len();
        let task = MatMul {
            a: input,
            a_stride: stride,
            rows: input.len() / stride,
            depth: self.inputs,
            panels: &self.panels,
            columns,
            bias: Some(&self.bias),
            activation,
            out_stride: columns,
        };
        (kernels.matmul)(&task, out);
    }
}

/// Buffers that one thread uses again and again.
#[derive(Default)]
pub(crate) struct Workspace {
    hidden: Vec<f32>,
    query_key_value: Vec<f32>,
    context: Vec<f32>,
    wide: Vec<f32>,
    narrow: Vec<f32>,
    keys: Vec<f32>,
    values: Vec<f32>,
    scores: Vec<f32>,
    mixed: Vec<f32>,
}

impl Encoder {
    /// Checks every tensor and lays the weights out for `kernels`, `threads` layers at a time.
    pub(crate) fn read(
        weights: Weights,
        config: &Config,
        kernels: &'static Kernels,
        threads: usize,
    ) -> Result<Self, ModelError> {
        let tensors = weights.tensors()?;
        let hidden = config.hidden_size;
        let words = tensors.table("embeddings.word_embeddings.weight", [config.vocab_size, hidden])?;
        let positions = positions(&tensors, config)?;
        let norm = NormWeights::read(&tensors, "embeddings.LayerNorm", config)?;
        let layers = layers(&tensors, config, kernels, threads)?;
        drop(tensors);
        Ok(Self {
            kernels,
            weights,
            words,
            positions,
            norm,
            layers,
            hidden,
            heads: config.num_attention_heads,
        })
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
        for layer in &self.layers {
            self.layer(layer, sequences, space);
        }
        &space.hidden
    }

    fn embed(&self, sequences: &[&[u32]], hidden: &mut Vec<f32>) {
        hidden.clear();
        for sequence in sequences {
            for (id, position) in sequence.iter().zip(self.positions.chunks_exact(self.hidden)) {
                let start = hidden.len();
                hidden.extend_from_slice(self.weights.row(&self.words, *id as usize));
                (self.kernels.add_norm)(&mut hidden[start..], position, &self.norm.view());
            }
        }
    }

    fn layer(&self, layer: &Layer, sequences: &[&[u32]], space: &mut Workspace) {
        let (kernels, width) = (self.kernels, self.hidden);
        let tokens = space.hidden.len() / width;
        let fit = |buffer: &mut Vec<f32>, linear: &Linear| buffer.resize(tokens * linear.bias.len(), 0.0);

        fit(&mut space.query_key_value, &layer.query_key_value);
        layer.query_key_value.apply(
            kernels,
            &space.hidden,
            width,
            Activation::None,
            &mut space.query_key_value,
        );
        self.attend(layer.query_key_value.bias.len(), sequences, space);
        fit(&mut space.narrow, &layer.attention);
        layer.attention.apply(kernels, &space.context, width, Activation::None, &mut space.narrow);
        self.add_norm(&mut space.hidden, &space.narrow, &layer.attention_norm);

        fit(&mut space.wide, &layer.widen);
        layer.widen.apply(kernels, &space.hidden, width, Activation::Gelu, &mut space.wide);
        fit(&mut space.narrow, &layer.narrow);
        let stride = layer.widen.bias.len();
        layer.narrow.apply(kernels, &space.wide, stride, Activation::None, &mut space.narrow);
        self.add_norm(&mut space.hidden, &space.narrow, &layer.norm);
    }

    /// The residual connection: every row of `hidden` gets its row of `addend` and is normalised.
    fn add_norm(&self, hidden: &mut [f32], addend: &[f32], norm: &NormWeights) {
        let stride = addend.len() / (hidden.len() / self.hidden).max(1);
        for (row, addend) in hidden.chunks_exact_mut(self.hidden).zip(addend.chunks_exact(stride)) {
            (self.kernels.add_norm)(row, &addend[..self.hidden], &norm.view());
        }
    }

    /// Fills `space.context` from `space.query_key_value`, whose rows are `stride` apart.
    fn attend(&self, stride: usize, sequences: &[&[u32]], space: &mut Workspace) {
        space.context.resize(space.hidden.len(), 0.0);
        let head_size = self.hidden / self.heads;
        let mut first = 0;
        for sequence in sequences {
            for head in 0..self.heads {
                let column = head * head_size;
                let head = Head { first, length: sequence.len(), column, size: head_size, stride };
                self.attend_head(&head, space);
            }
            first += sequence.len();
        }
    }

    /// softmax(Q Kᵀ) V of one head over one sequence. Source: Vaswani et al., "Attention Is All You Need" (2017).
    fn attend_head(&self, head: &Head, space: &mut Workspace) {
        let (kernels, all) = (self.kernels, &space.query_key_value[head.first * head.stride..]);
        let (query, key, value) = (head.column, self.hidden + head.column, 2 * self.hidden + head.column);
        kernels.pack_transposed(&all[key..], head.stride, head.length, head.size, &mut space.keys);
        kernels.pack(&all[value..], head.stride, head.length, head.size, &mut space.values);
        let (columns, mixed) = (kernels.padded(head.length), kernels.padded(head.size));
        space.scores.resize(SCORE_ROWS * columns, 0.0);
        space.mixed.resize(SCORE_ROWS * mixed, 0.0);
        let plain = MatMul {
            a: &[],
            a_stride: 0,
            rows: 0,
            depth: 0,
            panels: &[],
            columns: 0,
            bias: None,
            activation: Activation::None,
            out_stride: 0,
        };
        for row in (0..head.length).step_by(SCORE_ROWS) {
            let rows = SCORE_ROWS.min(head.length - row);
            let scores = MatMul {
                a: &all[row * head.stride + query..],
                a_stride: head.stride,
                rows,
                depth: head.size,
                panels: &space.keys,
                columns,
                out_stride: columns,
                ..plain
            };
            (kernels.matmul)(&scores, &mut space.scores);
            for scores in space.scores.chunks_exact_mut(columns).take(rows) {
                (kernels.softmax)(&mut scores[..head.length]);
            }
            let mix = MatMul {
                a: &space.scores,
                a_stride: columns,
                rows,
                depth: head.length,
                panels: &space.values,
                columns: mixed,
                out_stride: mixed,
                ..plain
            };
            (kernels.matmul)(&mix, &mut space.mixed);
            for (i, vector) in space.mixed.chunks_exact(mixed).take(rows).enumerate() {
                let to = (head.first + row + i) * self.hidden + head.column;
                space.context[to..to + head.size].copy_from_slice(&vector[..head.size]);
            }
        }
    }
}

/// One head's place in the rows of queries, keys and values.
struct Head {
    first: usize,
    length: usize,
    column: usize,
    size: usize,
    stride: usize,
}

fn positions(tensors: &Tensors<'_>, config: &Config) -> Result<Vec<f32>, ModelError> {
    let width = config.hidden_size;
    let shape = [config.max_position_embeddings, width];
    let positions = tensors.f32("embeddings.position_embeddings.weight", &shape)?;
    let types = tensors.f32("embeddings.token_type_embeddings.weight", &[config.type_vocab_size, width])?;
    let first_type = types[..width].iter().cycle();
    Ok(positions.iter().zip(first_type).map(|(position, kind)| position + kind).collect())
}

/// All layers, in order, `threads` of them read at the same time.
fn layers(
    tensors: &Tensors<'_>,
    config: &Config,
    kernels: &Kernels,
    threads: usize,
) -> Result<Vec<Layer>, ModelError> {
    let numbers: Vec<usize> = (0..config.num_hidden_layers).collect();
    let share = numbers.len().div_ceil(threads.max(1));
    let read = |numbers: &[usize]| -> Result<Vec<Layer>, ModelError> {
        numbers.iter().map(|number| layer(tensors, config, kernels, *number)).collect()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = numbers.chunks(share).map(|part| scope.spawn(move || read(part))).collect();
        let mut layers = Vec::new();
        for thread in threads {
            match thread.join() {
                Ok(part) => layers.extend(part?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(layers)
    })
}

fn layer(
    tensors: &Tensors<'_>,
    config: &Config,
    kernels: &Kernels,
    number: usize,
) -> Result<Layer, ModelError> {
    let name = |part: &str| format!("encoder.layer.{number}.{part}");
    let (hidden, wide) = (config.hidden_size, config.intermediate_size);
    let linear = |parts: &[&str], sizes, scale| {
        let names: Vec<String> = parts.iter().map(|part| name(part)).collect();
        Linear::read(tensors, kernels, &names, sizes, scale)
    };
    let scale = 1.0 / (config.head_size() as f32).sqrt();
    let query_key_value = ["attention.self.query", "attention.self.key", "attention.self.value"];
    Ok(Layer {
        query_key_value: linear(&query_key_value, [hidden, hidden], scale)?,
        attention: linear(&["attention.output.dense"], [hidden, hidden], 1.0)?,
        attention_norm: NormWeights::read(tensors, &name("attention.output.LayerNorm"), config)?,
        widen: linear(&["intermediate.dense"], [wide, hidden], 1.0)?,
        narrow: linear(&["output.dense"], [hidden, wide], 1.0)?,
        norm: NormWeights::read(tensors, &name("output.LayerNorm"), config)?,
    })
}
