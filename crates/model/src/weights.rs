use std::borrow::Cow;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use memmap2::Mmap;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use crate::ModelError;
use crate::kernels::map_file;

/// The tensors of one `model.safetensors`, mapped into memory.
pub(crate) struct Weights {
    path: PathBuf,
    bytes: Mmap,
    written: u128,
}

/// One tensor's place in the mapped file, for tables that are read a row at a time and never copied.
pub(crate) struct Table {
    start: usize,
    width: usize,
    dtype: Dtype,
}

impl Weights {
    pub(crate) fn open(folder: &Path) -> Result<Self, ModelError> {
        let path = folder.join("model.safetensors");
        let read = |source| ModelError::Read { path: path.clone(), source };
        let file = File::open(&path).map_err(read)?;
        let written = file.metadata().and_then(|data| data.modified()).map_err(read)?;
        let written = written.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        let bytes = map_file(&file).map_err(read)?;
        Ok(Self { path, bytes, written })
    }

    /// Parses the header once; tensors are looked up in what this returns.
    pub(crate) fn tensors(&self) -> Result<Tensors<'_>, ModelError> {
        let parsed = SafeTensors::deserialize(&self.bytes);
        let parsed = parsed
            .map_err(|error| ModelError::Weights { path: self.path.clone(), reason: error.to_string() })?;
        let prefix = if parsed.tensor("embeddings.LayerNorm.weight").is_ok() { "" } else { "bert." };
        Ok(Tensors { path: &self.path, base: self.bytes.as_ptr() as usize, parsed, prefix })
    }

    /// Row `row` of a table.
    pub(crate) fn row(&self, table: &Table, row: usize) -> Cow<'_, [f32]> {
        let size = table.width * table.dtype.bitsize() / 8;
        let start = table.start + row * size;
        to_f32(&self.bytes[start..start + size], table.dtype)
    }

    /// What tells this file from another one of the same name: its length, when it was written (in nanoseconds of
    /// the Unix epoch, zero where the system doesn't say), and its header.
    pub(crate) fn identity(&self) -> (u64, u128, &[u8]) {
        let header = self.bytes.first_chunk().map_or(0, |length| u64::from_le_bytes(*length));
        let end = usize::try_from(header).unwrap_or(usize::MAX).saturating_add(8).min(self.bytes.len());
        (self.bytes.len() as u64, self.written, &self.bytes[..end])
    }
}

/// The parsed header of a weights file.
pub(crate) struct Tensors<'a> {
    path: &'a Path,
    base: usize,
    parsed: SafeTensors<'a>,
    prefix: &'static str,
}

impl<'a> Tensors<'a> {
    /// The values of tensor `name`, row-major; f16 and bf16 become f32.
    ///
    /// # Errors
    /// When it is missing, isn't made of floats, has another shape, or holds a value that isn't finite.
    pub(crate) fn f32(&self, name: &str, shape: &[usize]) -> Result<Cow<'a, [f32]>, ModelError> {
        let tensor = self.find(name, shape)?;
        let values = to_f32(tensor.data(), tensor.dtype());
        self.check_finite(name, &values)?;
        Ok(values)
    }

    /// Where a table of `shape` lies, without reading it.
    ///
    /// # Errors
    /// As [`Tensors::f32`], but for values that aren't finite.
    pub(crate) fn table(&self, name: &str, shape: [usize; 2]) -> Result<Table, ModelError> {
        let tensor = self.find(name, &shape)?;
        let start = tensor.data().as_ptr() as usize - self.base;
        Ok(Table { start, width: shape[1], dtype: tensor.dtype() })
    }

    /// Reads a table once.
    ///
    /// # Errors
    /// As [`Tensors::f32`].
    pub(crate) fn check_table(&self, name: &str, shape: [usize; 2]) -> Result<(), ModelError> {
        let tensor = self.find(name, &shape)?;
        let rows = tensor.data().chunks(shape[1] * tensor.dtype().bitsize() / 8);
        rows.into_iter().try_for_each(|row| self.check_finite(name, &to_f32(row, tensor.dtype())))
    }

    fn check_finite(&self, name: &str, values: &[f32]) -> Result<(), ModelError> {
        // Without a branch a value, which is several times faster.
        if values.chunks(1024).all(|values| values.iter().fold(true, |good, value| good & value.is_finite()))
        {
            return Ok(());
        }
        let found = values.iter().find(|value| !value.is_finite()).map(f32::to_string);
        Err(self.error(name, "finite numbers".into(), found.unwrap_or_default()))
    }

    fn find(&self, name: &str, shape: &[usize]) -> Result<TensorView<'a>, ModelError> {
        let expected = || format!("floats of shape {shape:?}");
        let Ok(tensor) = self.parsed.tensor(&format!("{}{name}", self.prefix)) else {
            return Err(self.error(name, expected(), "no such tensor".into()));
        };
        let floats = matches!(tensor.dtype(), Dtype::F32 | Dtype::F16 | Dtype::BF16);
        if !floats || tensor.shape() != shape {
            let found = format!("{:?} of shape {:?}", tensor.dtype(), tensor.shape());
            return Err(self.error(name, expected(), found));
        }
        Ok(tensor)
    }

    fn error(&self, name: &str, expected: String, found: String) -> ModelError {
        let tensor = format!("{}{name}", self.prefix);
        ModelError::Tensor { path: self.path.to_owned(), tensor, expected, found }
    }
}

/// Little-endian floats of one of the three kinds that [`Tensors::f32`] lets through.
fn to_f32(bytes: &[u8], dtype: Dtype) -> Cow<'_, [f32]> {
    let halves = || bytes.chunks_exact(2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
    match dtype {
        Dtype::F16 => halves().map(|bits| half::f16::from_bits(bits).to_f32()).collect(),
        Dtype::BF16 => halves().map(|bits| half::bf16::from_bits(bits).to_f32()).collect(),
        _ => match bytemuck::try_cast_slice(bytes) {
            Ok(values) => Cow::Borrowed(values),
            Err(_) => Cow::Owned(bytemuck::pod_collect_to_vec(bytes)),
        },
    }
}
