use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use memmap2::Mmap;
use naragtive_disk::map_file;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;

use super::delta::{Changes, Delta};
use super::numbers::to_f32;
use crate::error::ModelError;
use crate::folder::required;
use crate::identity::sum_of;

/// The tensors of a model, mapped into memory: of `model.safetensors`, or of the files that
/// `model.safetensors.index.json` names.
pub(crate) struct Weights {
    /// The one or the other.
    path: PathBuf,
    shards: Vec<Shard>,
    delta: Option<Delta>,
}

struct Shard {
    path: PathBuf,
    bytes: Mmap,
    /// SHA-256 of the file, in hex, as soon as it is known.
    sum: OnceLock<String>,
}

/// The file of weights of a model with `delta` in it, byte for byte as [`Delta::merged`] says: the header and the order of
/// the model's own `model.safetensors` in `folder`.
///
/// # Errors
/// When the weights aren't the ones that the change is for or can't be read, or another file comes out.
pub fn merged(folder: &Path, delta: Delta) -> Result<Vec<u8>, ModelError> {
    let weights = Weights::open(folder, &BTreeMap::new(), Some(delta))?;
    let tensors = weights.tensors("")?;
    let mut bytes = weights.shards[0].bytes.to_vec();
    for (name, own) in tensors.parsed[0].iter().filter(|(_, own)| own.dtype() == Dtype::F32) {
        let start = own.data().as_ptr() as usize - weights.shards[0].bytes.as_ptr() as usize;
        let values = tensors.f32(name, own.shape())?;
        bytes[start..start + own.data().len()].copy_from_slice(bytemuck::cast_slice(&values));
    }
    let sum = sum_of(&bytes);
    if sum != delta.merged {
        let reason = format!("with the change in it, its SHA-256 would be {}, found {sum}", delta.merged);
        return Err(ModelError::Weights { path: weights.path.clone(), reason });
    }
    Ok(bytes)
}

/// One tensor's place in a mapped file, for tables that are read a row at a time and never copied.
pub(crate) struct TensorTable {
    shard: usize,
    start: usize,
    rows: usize,
    width: usize,
    dtype: Dtype,
}

/// The file that says in which file each tensor is.
#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

impl Weights {
    /// `sums` are those of the files that the caller knows, by their names. `delta` changes what is in them.
    ///
    /// # Errors
    /// When a file can't be read, and when the change is one of other weights.
    pub(crate) fn open(
        folder: &Path,
        sums: &BTreeMap<String, String>,
        delta: Option<Delta>,
    ) -> Result<Self, ModelError> {
        let mut weights = Self::unchanged(folder, sums)?;
        if let Some(delta) = delta.filter(|delta| !weights.sums().eq([delta.base])) {
            return Err(ModelError::Unsupported {
                path: weights.path.clone(),
                what: "weights for a change",
                expected: format!("the ones it was made for, SHA-256 {}", delta.base),
                found: weights.sums().collect::<Vec<_>>().join(", "),
            });
        }
        weights.delta = delta;
        Ok(weights)
    }

    fn unchanged(folder: &Path, sums: &BTreeMap<String, String>) -> Result<Self, ModelError> {
        let (whole, index) = (folder.join("model.safetensors"), folder.join("model.safetensors.index.json"));
        if whole.exists() || !index.exists() {
            return Ok(Self { shards: vec![Shard::open(&whole, sums)?], path: whole, delta: None });
        }
        let Index { weight_map } = required(&index, "index of weights")?;
        let names: BTreeSet<String> = weight_map.into_values().collect();
        let shards = names.iter().map(|name| Shard::open(&inside(folder, name, &index)?, sums));
        Ok(Self { shards: shards.collect::<Result<_, _>>()?, path: index, delta: None })
    }

    /// Parses the headers once; tensors are looked up in what this returns. The encoder's names begin with `prefix`
    /// in models that have more than an encoder.
    pub(crate) fn tensors(&self, prefix: &'static str) -> Result<Tensors<'_>, ModelError> {
        let parsed: Vec<_> = self.shards.iter().map(Shard::parse).collect::<Result<_, _>>()?;
        let alone = parsed.iter().any(|parsed| parsed.tensor("embeddings.LayerNorm.weight").is_ok());
        let changes = self.delta.map(|delta| Changes::parse(delta.bytes, &self.path)).transpose()?;
        Ok(Tensors { weights: self, parsed, prefix: if alone { "" } else { prefix }, changes })
    }

    /// Row `row` of a table.
    pub(crate) fn row(&self, table: &TensorTable, row: usize) -> Cow<'_, [f32]> {
        let size = table.width * table.dtype.bitsize() / 8;
        let start = table.start + row * size;
        to_f32(&self.shards[table.shard].bytes[start..start + size], table.dtype)
    }

    /// What tells these weights from all others: the SHA-256 of each file, in the order of their names. A file that
    /// nobody has summed up is read as a whole. Nothing less will do: a fine-tuned model has the length and the header
    /// of the one it was made from, and archives give both the same time. Changed weights have the sum that they would have
    /// as a file.
    pub(crate) fn sums(&self) -> impl Iterator<Item = &str> {
        let merged = self.delta.map(|delta| delta.merged);
        let shards = if merged.is_some() { &[][..] } else { &self.shards };
        merged.into_iter().chain(shards.iter().map(Shard::sum))
    }
}

impl Shard {
    fn open(path: &Path, sums: &BTreeMap<String, String>) -> Result<Self, ModelError> {
        let read = |source| ModelError::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(read)?;
        let bytes = map_file(&file).map_err(read)?;
        let known = path.file_name().and_then(|name| sums.get(name.to_str()?)).cloned();
        Ok(Self { path: path.to_owned(), bytes, sum: known.map(OnceLock::from).unwrap_or_default() })
    }

    pub(super) fn parse(&self) -> Result<SafeTensors<'_>, ModelError> {
        let parsed = SafeTensors::deserialize(&self.bytes);
        parsed.map_err(|error| ModelError::Weights { path: self.path.clone(), reason: error.to_string() })
    }

    fn sum(&self) -> &str {
        self.sum.get_or_init(|| sum_of(&self.bytes))
    }
}

/// The path of a file in `folder` itself: an index names no others.
fn inside(folder: &Path, name: &str, index: &Path) -> Result<PathBuf, ModelError> {
    if Path::new(name).file_name() == Some(name.as_ref()) {
        return Ok(folder.join(name));
    }
    Err(ModelError::Unsupported {
        path: index.to_owned(),
        what: "file of weights",
        expected: "the name of a file beside it".into(),
        found: format!("`{name}`"),
    })
}

impl TensorTable {
    /// What it takes up in its file.
    pub(crate) fn bytes(&self) -> usize {
        self.rows * self.width * self.dtype.bitsize() / 8
    }
}

/// The parsed headers of the weights.
pub(crate) struct Tensors<'a> {
    weights: &'a Weights,
    /// One a shard.
    parsed: Vec<SafeTensors<'a>>,
    prefix: &'static str,
    changes: Option<Changes<'a>>,
}

impl<'a> Tensors<'a> {
    /// The values of tensor `name`, row-major; f16 and bf16 become f32.
    ///
    /// # Errors
    /// When it is missing, isn't made of floats, has another shape, or holds a value that isn't finite.
    pub(crate) fn f32(&self, name: &str, shape: &[usize]) -> Result<Cow<'a, [f32]>, ModelError> {
        let (shard, tensor) = self.find(name, shape)?;
        let mut values = to_f32(tensor.data(), tensor.dtype());
        if let Some(changes) = &self.changes {
            values = changes.apply(name, shape, values)?;
        }
        self.check_finite(shard, name, &values)?;
        Ok(values)
    }

    /// Where a table of `shape` lies, without reading it.
    ///
    /// # Errors
    /// As [`Tensors::f32`], but for values that aren't finite.
    pub(crate) fn table(&self, name: &str, [rows, width]: [usize; 2]) -> Result<TensorTable, ModelError> {
        let (shard, tensor) = self.find(name, &[rows, width])?;
        let start = tensor.data().as_ptr() as usize - self.weights.shards[shard].bytes.as_ptr() as usize;
        Ok(TensorTable { shard, start, rows, width, dtype: tensor.dtype() })
    }

    /// Reads a table once.
    ///
    /// # Errors
    /// As [`Tensors::f32`].
    pub(crate) fn check_table(&self, name: &str, shape: [usize; 2]) -> Result<(), ModelError> {
        let (shard, tensor) = self.find(name, &shape)?;
        let mut rows = tensor.data().chunks(shape[1] * tensor.dtype().bitsize() / 8);
        rows.try_for_each(|row| self.check_finite(shard, name, &to_f32(row, tensor.dtype())))
    }

    fn check_finite(&self, shard: usize, name: &str, values: &[f32]) -> Result<(), ModelError> {
        // Without a branch a value, which is several times faster.
        if values.chunks(1024).all(|values| values.iter().fold(true, |good, value| good & value.is_finite()))
        {
            return Ok(());
        }
        let found = values.iter().find(|value| !value.is_finite()).map(f32::to_string);
        let path = &self.weights.shards[shard].path;
        Err(self.error(path, name, "finite numbers".into(), found.unwrap_or_default()))
    }

    /// The tensor and the number of its shard.
    fn find(&self, name: &str, shape: &[usize]) -> Result<(usize, TensorView<'a>), ModelError> {
        let (full, expected) = (self.full(name), || format!("floats of shape {shape:?}"));
        let mut shards = self.parsed.iter().enumerate();
        let found = shards.find_map(|(shard, parsed)| Some((shard, parsed.tensor(&full).ok()?)));
        let Some((shard, tensor)) = found else {
            return Err(self.error(&self.weights.path, name, expected(), "no such tensor".into()));
        };
        let floats = matches!(tensor.dtype(), Dtype::F32 | Dtype::F16 | Dtype::BF16);
        if !floats || tensor.shape() != shape {
            let found = format!("{:?} of shape {:?}", tensor.dtype(), tensor.shape());
            return Err(self.error(&self.weights.shards[shard].path, name, expected(), found));
        }
        Ok((shard, tensor))
    }

    /// The name as it is in the file. A classifier lies beside the encoder, not in it.
    fn full(&self, name: &str) -> String {
        let prefix = if name.starts_with("classifier.") { "" } else { self.prefix };
        format!("{prefix}{name}")
    }

    fn error(&self, path: &Path, name: &str, expected: String, found: String) -> ModelError {
        ModelError::Tensor { path: path.to_owned(), tensor: self.full(name), expected, found }
    }
}
