use std::ops::Range;

use crate::folder::{EncoderConfig, ModelTask};
use crate::kernels::{Kernels, NumberFormat, PADDING};

/// Where the packed weights of an encoder lie in one block of words: first what belongs to the embeddings and the
/// classifier, then the layers, each laid out alike. Every part begins at a multiple of 64 bytes.
pub(crate) struct Layout {
    /// Position and token type added up: all the positions with type 0, then with type 1 where the model has one.
    pub(crate) positions: Range<usize>,
    pub(crate) types: usize,
    pub(crate) norm: NormLayout,
    pub(crate) classifier: Option<ClassifierLayout>,
    /// Words before the first layer.
    pub(crate) head: usize,
    /// The parts of a layer, from its own beginning.
    pub(crate) layer: LayerLayout,
    pub(crate) layer_words: usize,
    pub(crate) layers: usize,
}

/// What makes a logit of a vector; always in f32.
pub(crate) struct ClassifierLayout {
    pub(crate) dense: LinearLayout,
    pub(crate) weight: Range<usize>,
    pub(crate) bias: Range<usize>,
}

pub(crate) struct LayerLayout {
    /// Query, key and value side by side; the query is scaled by 1/√(head size).
    pub(crate) query_key_value: LinearLayout,
    pub(crate) attention: LinearLayout,
    pub(crate) attention_norm: NormLayout,
    pub(crate) widen: LinearLayout,
    pub(crate) narrow: LinearLayout,
    pub(crate) norm: NormLayout,
}

pub(crate) struct NormLayout {
    pub(crate) gamma: Range<usize>,
    pub(crate) beta: Range<usize>,
}

/// A linear layer: panels as the kernels read them, and values for each padded column.
pub(crate) struct LinearLayout {
    pub(crate) format: NumberFormat,
    pub(crate) inputs: usize,
    /// Padded to whole panels.
    pub(crate) columns: usize,
    pub(crate) panels: Range<usize>,
    pub(crate) bias: Range<usize>,
    /// Where the format [has scales](Format::is_scaled), else empty.
    pub(crate) scales: Range<usize>,
    /// As many.
    pub(crate) sums: Range<usize>,
}

impl Layout {
    pub(crate) fn new(config: &EncoderConfig, kernels: &Kernels, format: NumberFormat) -> Self {
        let (hidden, wide) = (config.hidden_size, config.intermediate_size);
        let mut head = Cursor(0);
        let types = config.types();
        let positions = head.take(types * config.positions() * hidden);
        let norm = head.norm(hidden);
        let classifier = (config.task == ModelTask::Classify).then(|| head.classifier(hidden));
        let mut own = Cursor(0);
        // Integers lose most where few of a layer's values are large, and GELU leaves such values.
        let narrow =
            if format == NumberFormat::Int8 && kernels.bf16.fast { NumberFormat::Bf16 } else { format };
        let linear = |own: &mut Cursor, outputs, inputs| own.linear(format, outputs, inputs);
        let layer = LayerLayout {
            query_key_value: linear(&mut own, 3 * hidden, hidden),
            attention: linear(&mut own, hidden, hidden),
            attention_norm: own.norm(hidden),
            widen: linear(&mut own, wide, hidden),
            narrow: own.linear(narrow, hidden, wide),
            norm: own.norm(hidden),
        };
        let layers = config.num_hidden_layers;
        Self { positions, types, norm, classifier, head: head.0, layer, layer_words: own.0, layers }
    }

    pub(crate) fn words(&self) -> usize {
        self.head + self.layers * self.layer_words
    }
}

/// The end of what has been laid out.
struct Cursor(usize);

impl Cursor {
    fn take(&mut self, words: usize) -> Range<usize> {
        let start = self.0;
        self.0 = (start + words).next_multiple_of(16);
        start..start + words
    }

    fn norm(&mut self, width: usize) -> NormLayout {
        NormLayout { gamma: self.take(width), beta: self.take(width) }
    }

    fn classifier(&mut self, hidden: usize) -> ClassifierLayout {
        let dense = self.linear(NumberFormat::F32, hidden, hidden);
        ClassifierLayout { dense, weight: self.take(hidden), bias: self.take(1) }
    }

    fn linear(&mut self, format: NumberFormat, outputs: usize, inputs: usize) -> LinearLayout {
        let columns = outputs.next_multiple_of(PADDING);
        let scaled = if format.is_scaled() { columns } else { 0 };
        LinearLayout {
            format,
            inputs,
            columns,
            panels: self.take(columns * format.words(inputs)),
            bias: self.take(columns),
            scales: self.take(scaled),
            sums: self.take(scaled),
        }
    }
}
