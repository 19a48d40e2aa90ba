//! Models made up by the tests: random weights of any sizes, with the tiny model's vocabulary.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use naragtive_model::{Embedder, ModelError, ModelOptions};
use naragtive_testkit::tiny_model;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) struct Made {
    pub(crate) config: Value,
    pub(crate) tensors: BTreeMap<String, Tensor>,
    pub(crate) vocabulary: String,
    pub(crate) cls: bool,
}

#[derive(Clone)]
pub(crate) struct Tensor {
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    pub(crate) bytes: Vec<u8>,
}

impl Tensor {
    pub(crate) fn f32(shape: &[usize], values: &[f32]) -> Self {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Self { dtype: Dtype::F32, shape: shape.to_vec(), bytes }
    }

    pub(crate) fn values(&self) -> Vec<f32> {
        self.bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
    }
}

/// Values from -1 to 1, always the same ones.
fn values(state: &mut u64, count: usize) -> impl Iterator<Item = f32> {
    (0..count).map(move |_| {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((*state >> 40) as f32 / (1u64 << 23) as f32) - 1.0
    })
}

impl Made {
    pub(crate) fn new(hidden: usize, heads: usize, wide: usize) -> Self {
        let vocabulary = fs::read_to_string(tiny_model().join("vocab.txt")).unwrap();
        let words = vocabulary.lines().count();
        let config = json!({
            "model_type": "bert", "hidden_size": hidden, "num_hidden_layers": 2, "num_attention_heads": heads,
            "intermediate_size": wide, "max_position_embeddings": 64, "vocab_size": words, "type_vocab_size": 2,
            "layer_norm_eps": 1e-12, "hidden_act": "gelu",
        });
        let (mut tensors, mut state) = (BTreeMap::new(), 7);
        let mut put = |name: String, shape: &[usize], middle: f32, scale: f32| {
            let count = shape.iter().product();
            let values: Vec<f32> = values(&mut state, count).map(|value| middle + scale * value).collect();
            tensors.insert(name, Tensor::f32(shape, &values));
        };
        for (table, rows) in [("word", words), ("position", 64), ("token_type", 2)] {
            put(format!("embeddings.{table}_embeddings.weight"), &[rows, hidden], 0.0, 0.2);
        }
        let norms = [0, 1].map(|layer| format!("encoder.layer.{layer}."));
        let norms = norms.iter().flat_map(|own| [format!("{own}attention.output."), format!("{own}output.")]);
        for norm in norms.chain(["embeddings.".to_owned()]) {
            put(format!("{norm}LayerNorm.weight"), &[hidden], 1.0, 0.1);
            put(format!("{norm}LayerNorm.bias"), &[hidden], 0.0, 0.1);
        }
        let square =
            ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"];
        let square = square.map(|name| (name, [hidden, hidden]));
        for layer in [0, 1] {
            let others = [("intermediate.dense", [wide, hidden]), ("output.dense", [hidden, wide])];
            for (name, shape) in square.into_iter().chain(others) {
                put(
                    format!("encoder.layer.{layer}.{name}.weight"),
                    &shape,
                    0.0,
                    1.5 / (shape[1] as f32).sqrt(),
                );
                put(format!("encoder.layer.{layer}.{name}.bias"), &shape[..1], 0.0, 0.1);
            }
        }
        Self { config, tensors, vocabulary, cls: false }
    }

    /// The same as a classifier of one logit.
    pub(crate) fn classifier(hidden: usize, heads: usize, wide: usize) -> Self {
        let Self { mut config, tensors, vocabulary, cls } = Self::new(hidden, heads, wide);
        config["architectures"] = json!(["BertForSequenceClassification"]);
        config["id2label"] = json!({"0": "LABEL_0"});
        let mut tensors: BTreeMap<_, _> =
            tensors.into_iter().map(|(name, tensor)| (format!("bert.{name}"), tensor)).collect();
        let mut state = 11;
        for (name, rows) in [("bert.pooler.dense", hidden), ("classifier", 1)] {
            let mut values = |count| values(&mut state, count).map(|value| value / 2.0).collect::<Vec<_>>();
            let weight = Tensor::f32(&[rows, hidden], &values(rows * hidden));
            tensors.insert(format!("{name}.weight"), weight);
            tensors.insert(format!("{name}.bias"), Tensor::f32(&[rows], &values(rows)));
        }
        Self { config, tensors, vocabulary, cls }
    }

    /// The weights file's bytes.
    pub(crate) fn weights(&self) -> Vec<u8> {
        let view = |tensor: &Tensor| {
            let Tensor { dtype, shape, bytes } = tensor.clone();
            (dtype, shape, bytes)
        };
        let parts: Vec<_> = self.tensors.iter().map(|(name, tensor)| (name, view(tensor))).collect();
        let views = parts.iter().map(|(name, (dtype, shape, bytes))| {
            (name.as_str(), TensorView::new(*dtype, shape.clone(), bytes).unwrap())
        });
        safetensors::serialize(views, None).unwrap()
    }

    pub(crate) fn write(&self, folder: &Path) {
        fs::create_dir_all(folder.join("1_Pooling")).unwrap();
        let pooling = json!({"pooling_mode_cls_token": self.cls, "pooling_mode_mean_tokens": !self.cls});
        fs::write(folder.join("1_Pooling/config.json"), pooling.to_string()).unwrap();
        fs::write(folder.join("config.json"), self.config.to_string()).unwrap();
        fs::write(folder.join("vocab.txt"), &self.vocabulary).unwrap();
        fs::write(folder.join("model.safetensors"), self.weights()).unwrap();
    }

    pub(crate) fn open(&self, options: ModelOptions) -> Result<Embedder, ModelError> {
        let folder = TempDir::new().unwrap();
        self.write(folder.path());
        Embedder::open(folder.path(), options)
    }
}

pub(crate) fn one_thread() -> ModelOptions {
    ModelOptions::new(NonZeroUsize::MIN)
}

pub(crate) const TEXTS: [&str; 4] = [
    "",
    "the old ferry",
    "who lied to the harbour master, and why?",
    "a dragon burned three villages; the knight, unharmed, kept sword and shield and rode to the city in the rain, \
     where the king and the queen heard the story of the fire",
];
